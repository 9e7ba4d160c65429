"""Links to files of the repository outside of docs/, such as ``../tests/test_x.py``: each file becomes a page of the site.

So the same link works where the Markdown is read in the repository and on the site. A link whose text is the name of a
function or class of the file, in code, leads to its line.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound
from sphinx import addnodes
from sphinx.application import Sphinx

HOME = "source"


def setup(app: Sphinx) -> dict[str, Any]:
    # Before Sphinx's own collector, which would offer the files for download.
    app.connect("doctree-read", take_links, priority=100)
    app.connect("doctree-resolved", point_links)
    app.connect("html-collect-pages", pages)
    app.connect("env-purge-doc", lambda _app, env, name: known(env).pop(name, None))
    app.connect("env-merge-info", lambda _app, env, _names, other: known(env).update(known(other)))
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def known(env: Any) -> dict[str, list[str]]:
    """Page -> the files it links to, relative to the repository."""
    if not hasattr(env, "linked_sources"):
        env.linked_sources = {}
    found: dict[str, list[str]] = env.linked_sources
    return found


def take_links(app: Sphinx, doctree: nodes.document) -> None:
    docs = Path(app.srcdir)
    page = app.env.docname
    for link in list(doctree.findall(addnodes.download_reference)):
        # normpath, not resolve: what is linked to is meant, not what it may be a symbolic link to.
        path = Path(os.path.normpath(docs / Path(page).parent / link["reftarget"].lstrip("/")))
        if path.is_relative_to(docs) or not path.is_file() or not path.is_relative_to(docs.parent):
            continue
        file = path.relative_to(docs.parent).as_posix()
        known(app.env).setdefault(page, []).append(file)
        line = line_of(link.astext(), path.read_text(encoding="utf-8"))
        made = nodes.reference("", "", *link.children, internal=True)
        made["source_file"], made["source_line"] = file, line
        link.replace_self(made)


def line_of(name: str, text: str) -> int | None:
    """The line, from 1, that defines ``name``."""
    for number, line in enumerate(text.split("\n"), start=1):
        if re.match(rf"\s*(async def|def|class) {re.escape(name)}\b", line):
            return number
    return None


def point_links(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for link in doctree.findall(nodes.reference):
        if "source_file" in link:
            place = f"#line-{link['source_line']}" if link["source_line"] else ""
            link["refuri"] = app.builder.get_relative_uri(page, f"{HOME}/{link['source_file']}") + place


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    for file in sorted({file for files in known(app.env).values() for file in files}):
        text = (Path(app.srcdir).parent / file).read_text(encoding="utf-8")
        body = f"<h1>{html.escape(file)}</h1>\n{coloured(file, text)}"
        yield f"{HOME}/{file}", {"title": file, "body": body, "parents": [], "toc": ""}, "page.html"


def coloured(file: str, text: str) -> str:
    try:
        lexer = get_lexer_for_filename(file)
    except ClassNotFound:
        lexer = TextLexer()
    formatter = HtmlFormatter(linenos="inline", lineanchors="line", anchorlinenos=True, wrapcode=True)
    return str(highlight(text, lexer, formatter))
