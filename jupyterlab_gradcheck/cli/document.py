"""A notebook or a script as it is run: its cells, which of them is which, and where their lines stand in the file.

The file is only ever read.
"""

from __future__ import annotations

import itertools
import json
import re
import tokenize
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat

from .outcome import CannotCheck, Place

SCRIPT = ".py"
SCRIPT_ID = "script"
INJECTED = "injected-parameters"
SKIPPED = "skip-execution"
MAY_RAISE = "raises-exception"


@dataclass(frozen=True)
class Cell:
    """A code cell. ``number`` is what Jupyter shows beside it after *Run All*; None where it is not counted."""

    id: str
    number: int | None
    source: str
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Document:
    """What is run.

    Attributes:
        path: as it was asked for.
        file: the file.
        cells: those that are run, in their order. A script is a single one.
        text: the file's text.
        kernel, language: as the notebook names them; empty where it does not.
    """

    path: str
    file: Path
    cells: tuple[Cell, ...]
    text: str
    kernel: str = ""
    language: str = ""

    @property
    def is_script(self) -> bool:
        return self.file.suffix == SCRIPT

    def place(self, cell_id: str | None, line: int) -> Place:
        """The place of a line in the cell with this id; one that is in no cell has no place in the file."""
        if self.is_script and cell_id == SCRIPT_ID:
            return Place(None, line, line)
        number = next((cell.number for cell in self.cells if cell.id == cell_id), None)
        first = self._first_lines.get(cell_id or "")
        return Place(number, line, None if first is None else first + line - 1)

    def mentions(self, name: str) -> bool:
        """Whether ``name`` stands in any of the cells as a word."""
        return any(re.search(rf"\b{re.escape(name)}\b", cell.source) for cell in self.cells)

    def with_parameters(self, code: str) -> Document:
        """With ``code`` run after the cell tagged ``parameters``, or before everything else where there is none.

        An earlier injection, as papermill's output notebooks have it, is replaced.
        """
        added = Cell(INJECTED, None, code)
        earlier = [at for at, cell in enumerate(self.cells) if INJECTED in cell.tags]
        tagged = [at + 1 for at, cell in enumerate(self.cells) if "parameters" in cell.tags]
        at = next(iter([*earlier, *tagged]), 0)
        cells = (*self.cells[:at], added, *self.cells[at + bool(earlier) :])
        return replace(self, cells=_numbered(cells))

    @cached_property
    def _first_lines(self) -> dict[str, int]:
        """Line of the notebook's file, from 1, in which the source of each cell begins, where the file has them line by line."""
        if self.is_script:
            return {}
        lines = [line.strip().rstrip(",") for line in self.text.split("\n")]
        found, start = {}, 0
        for cell in self.cells:
            if cell.id == INJECTED:
                continue
            block = [json.dumps(line, ensure_ascii=False) for line in cell.source.splitlines(keepends=True)]
            for at in range(start, len(lines) - len(block)):
                if lines[at] == '"source": [' and lines[at + 1 : at + 1 + len(block)] == block:
                    # Lines count from 1, and the source begins below its bracket.
                    found[cell.id] = at + 2
                    start = at + len(block)
                    break
        return found


def read(path: str) -> Document:
    """The notebook or script at ``path``. Raises `CannotCheck`, which says what is there instead."""
    file = Path(path)
    if file.is_dir():
        raise CannotCheck("is_folder", f"{path} is a folder. Name notebooks in it: '{path.rstrip('/')}/**/*.ipynb'.")
    try:
        return _script(path, file) if file.suffix == SCRIPT else _notebook(path, file)
    except FileNotFoundError:
        raise CannotCheck("not_found", f"There is no file {path}.") from None
    except OSError as error:
        raise CannotCheck("unreadable", f"{path} cannot be read: {error.strerror or error}.") from None


def _script(path: str, file: Path) -> Document:
    try:
        with tokenize.open(file) as stream:
            text = stream.read()
    except (SyntaxError, UnicodeDecodeError) as error:
        raise CannotCheck("not_text", f"{path} is not a Python script: {error}.") from None
    cells = (Cell(SCRIPT_ID, 1, text),) if text.strip() else ()
    return Document(path, file, cells, text, language="python")


def _notebook(path: str, file: Path) -> Document:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotCheck("not_a_notebook", f"{path} is not a notebook: it is not text.") from None
    if not text.strip():
        raise CannotCheck("not_a_notebook", f"{path} is empty. Save the notebook, then check again.")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CannotCheck("not_a_notebook", f"{path} is not a notebook, or damaged: {error}.") from None
    major = told.get("nbformat") if isinstance(told, dict) else None
    if not isinstance(major, int) or not ("cells" in told or "worksheets" in told):
        raise CannotCheck(
            "not_a_notebook", f"{path} is not a notebook: it is JSON, but has no cells. Name .ipynb and .py files."
        )
    if major > nbformat.current_nbformat:
        raise CannotCheck(
            "not_a_notebook",
            f"{path} is a notebook of format {major}; formats up to {nbformat.current_nbformat} are understood. "
            "Update the package nbformat.",
        )
    try:
        return _document(path, file, text, _converted(told))
    except Exception as error:
        # Whatever a damaged notebook makes nbformat stumble over.
        raise CannotCheck("not_a_notebook", f"{path} is damaged: {type(error).__name__}: {error}."[:500]) from None


def _converted(told: Any) -> Any:
    """A notebook of any format in today's, in memory."""
    with warnings.catch_warnings():
        # About cells without ids, which get some.
        warnings.simplefilter("ignore")
        node = nbformat.from_dict(told)
        return nbformat.convert(node, 4) if told["nbformat"] != 4 else node


def _document(path: str, file: Path, text: str, node: Any) -> Document:
    metadata = node.get("metadata", {})
    kernel = _text(metadata.get("kernelspec"), "name")
    language = _text(metadata.get("language_info"), "name") or _text(metadata.get("kernelspec"), "language")
    cells, seen = [], {INJECTED}
    for at, cell in enumerate(node["cells"]):
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        if cell["cell_type"] != "code" or not source.strip():
            continue
        tags = cell.get("metadata", {}).get("tags") or []
        if SKIPPED in tags:
            continue
        known = cell.get("id")
        cell_id = known if isinstance(known, str) and known not in seen else f"cell-{at + 1}"
        seen.add(cell_id)
        cells.append(Cell(cell_id, None, source, frozenset(tag for tag in tags if isinstance(tag, str))))
    return Document(path, file, _numbered(cells), text, kernel, language.lower())


def _numbered(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """``cells`` with the numbers that Jupyter gives them, for which what is injected does not count."""
    count = itertools.count(1)
    return tuple(replace(cell, number=None if cell.id == INJECTED else next(count)) for cell in cells)


def _text(told: Any, key: str) -> str:
    value = told.get(key) if isinstance(told, dict) else None
    return value if isinstance(value, str) else ""
