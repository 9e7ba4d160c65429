"""The person's own error, read from what IPython says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_gradcheck.cli import errors
from jupyterlab_gradcheck.cli.document import Cell, Document
from jupyterlab_gradcheck.cli.outcome import Place

OLD = "\x1b[0;31mE\x1b[0m\nInput \x1b[0;32mIn [4]\x1b[0m, in \x1b[0;36m<cell line: 2>\x1b[0;34m()\x1b[0m\nInput \x1b[0;32mIn [3]\x1b[0m, in \x1b[0;36mhelper\x1b[0m"
NEW = (
    "Cell \x1b[32mIn[4]\x1b[39m\x1b[32m, line 2\x1b[39m\n      1 x = 1\n",
    "Cell \x1b[32mIn[3]\x1b[39m\x1b[32m, line 7\x1b[39m, in helper()",
)


def test_frames_of_this_and_of_older_versions() -> None:
    assert errors.frames_of(list(NEW)) == [(4, 2), (3, 7)]
    assert errors.frames_of([OLD]) == [(4, 2)]
    assert errors.frames_of(None) == errors.frames_of(["nothing"]) == []


def test_the_sentence_names_cell_line_and_where_it_came_from() -> None:
    cells = (Cell("c3", 3, "def helper(): ..."), Cell("c4", 4, "x = 1\nhelper()"))
    document = Document("a.ipynb", Path("a.ipynb"), cells, "")
    reply = {"ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": list(NEW)}
    problem = errors.raised(document, cells[1], reply).problem
    assert problem.message == "In[4], line 2 raised ZeroDivisionError: division by zero (in In[3], line 7)"
    assert problem.place == Place(4, 2)


def test_a_script_and_injected_parameters() -> None:
    script = Document("a.py", Path("a.py"), (Cell("script", 1, "x"),), "x")
    reply = {"ename": "E", "evalue": "no", "traceback": ["Cell In[1], line 9"]}
    assert str(errors.raised(script, script.cells[0], reply)) == "The script, line 9 raised E: no"
    injected = Cell("injected-parameters", None, "k = 1")
    assert str(errors.raised(script, injected, reply)) == "The injected parameters raised E: no"


@pytest.mark.parametrize(
    ("value", "ended"), [("0", True), ("", True), ("None", True), ("1", False), ("no data", False)]
)
def test_a_script_that_ends_itself(value: str, ended: bool) -> None:
    assert errors.is_exit({"ename": "SystemExit", "evalue": value}) is ended
    assert not errors.is_exit({"ename": "ValueError", "evalue": value})


@pytest.mark.parametrize(("source", "line"), [("\n\n \nx = 1\nx / 0", 5), ("x = 1\nx / 0", 2)])
def test_empty_lines_at_the_beginning_count(source: str, line: int) -> None:
    """IPython leaves them out before it runs a cell."""
    cells = (Cell("c4", 4, source),)
    reply = {"ename": "E", "evalue": "no", "traceback": ["Cell In[4], line 2"]}
    problem = errors.raised(Document("a.ipynb", Path("a.ipynb"), cells, ""), cells[0], reply).problem
    assert problem.place == Place(4, line)
    assert problem.message.startswith(f"In[4], line {line} raised")
