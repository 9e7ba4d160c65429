"""Fills ``<!-- generated: NAME -->`` in a page with what the package itself says, so that no reference is written twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from . import command_line, http, magic, python, server, settings

PARTS: dict[str, Callable[[], str]] = {
    "command_line": command_line.markdown,
    "http": http.markdown,
    "magic": magic.markdown,
    "python": python.markdown,
    "server": server.markdown,
    "settings": settings.markdown,
}
MARK = re.compile(r"<!-- generated: (\w+) -->")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", fill)
    # What a page is made from may have changed when the page has not.
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def fill(_app: Sphinx, _page: str, source: list[str]) -> None:
    source[0] = MARK.sub(lambda found: PARTS[found[1]](), source[0])


def outdated(app: Sphinx, env: Any, _added: set[str], _changed: set[str], _removed: set[str]) -> list[str]:
    return [
        page
        for page in env.found_docs
        if (path := Path(app.srcdir) / f"{page}.md").is_file() and MARK.search(path.read_text(encoding="utf-8"))
    ]
