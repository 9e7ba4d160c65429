"""How the site is built: ``python -m sphinx -W -b html docs docs/_build/html``. Nothing is fetched meanwhile."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
# The checkout's package, and the extensions beside this file.
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent)]

project = "jupyterlab_gradcheck"
author = "jupyterlab_gradcheck contributors"
copyright = author
release = version = json.loads((DOCS.parent / "package.json").read_text(encoding="utf-8"))["version"]

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "site_pages.examples",
    "site_pages.generated",
    "site_pages.sources",
]
exclude_patterns = ["_build", "_ext"]

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
# Building takes seconds and no TensorFlow, so the notebooks are shown as they are stored, without outputs. With
# GRADCHECK_DOCS_EXECUTE=1, as for the published site, they are run first; what they gave is kept in _build.
nb_execution_mode = "cache" if os.environ.get("GRADCHECK_DOCS_EXECUTE") == "1" else "off"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_cache_path = str(DOCS / "_build" / "jupyter_cache")
# The panel's own MIME type is for JupyterLab; a page shows the HTML that is beside it.
suppress_warnings = ["mystnb.unknown_mime_type"]

# Options such as --all, and quotes, are to be read as they are typed.
smartquotes = False

autodoc_typehints = "none"
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = f"jupyterlab_gradcheck {release}"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1565c0", "color-brand-content": "#1565c0"},
    "dark_css_variables": {"color-brand-primary": "#82b1ff", "color-brand-content": "#82b1ff"},
}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
copybutton_exclude = ".linenos, .gp, .go"


def setup(app: Any) -> None:
    # A report is received, and an error caught: nobody makes one, so how it is made is left out.
    app.connect(
        "autodoc-process-signature", lambda _app, what, *_: ("", None) if what in ("class", "exception") else None
    )
