"""Puts the notebooks of ``examples/`` among the pages, under ``examples/``."""

from __future__ import annotations

import shutil
from pathlib import Path

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    # Sphinx looks for pages once the builder is there; its extensions come before that.
    put(Path(app.srcdir))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def put(docs: Path) -> None:
    """Copies what has changed, so that the rest is not built again, and removes what is no longer there."""
    target = docs / "examples"
    target.mkdir(exist_ok=True)
    notebooks = sorted((docs.parent / "examples").glob("*.ipynb"))
    for stale in set(target.glob("*.ipynb")) - {target / notebook.name for notebook in notebooks}:
        stale.unlink()
    for notebook in notebooks:
        copy = target / notebook.name
        if not copy.is_file() or copy.read_bytes() != notebook.read_bytes():
            shutil.copyfile(notebook, copy)
