"""The functions that a report speaks of, as they were when it was made, and the lines of them that it points at."""

from __future__ import annotations

import os
from pathlib import Path
from types import CodeType
from typing import Any

from ..engine.report import CODE_CHARACTERS, MOST_CODES
from . import source
from .cells import CellPlace, cells
from .origin import Spot

# Characters of one function.
LONGEST = 20_000
_OURS = os.path.join(str(Path(__file__).parents[1]), "")


class Excerpts:
    """Collects functions, each once, in the order in which they are first spoken of."""

    def __init__(self) -> None:
        # By their files too: the same function of another cell counts as equal.
        self._codes: dict[tuple[str, CodeType], int] = {}
        self._cells: dict[tuple[str, CodeType], CellPlace] = {}
        self._sources: dict[tuple[str, CodeType], source.Parsed] = {}

    def add(self, code: CodeType | None) -> int | None:
        """The place of ``code`` in `told`; None for one that is not told: there are too many, or it is not the person's."""
        if code is None or code.co_filename.startswith(_OURS):
            return None
        key = code.co_filename, code
        if key not in self._codes:
            if len(self._codes) >= MOST_CODES or (self._cell(code).cell_hash is None and self._text(code) is None):
                return None
            self._codes[key] = len(self._codes)
        return self._codes[key]

    def function(self, function: Any, name: str) -> dict[str, Any]:
        """The contract's FunctionPlace of ``function``, which is called ``name``."""
        code = source.code(function)
        if code is None or code.co_filename.startswith(_OURS):
            return {"name": name[:200], "cell_id": None, "line": None, "code": None}
        cell = self._cell(code)
        line = self._source(code).line + cell.before
        return {"name": name[:200], "cell_id": cell.cell_id, "line": line, "code": self.add(code)}

    def line(self, spot: Spot) -> dict[str, Any]:
        """The contract's SourcePlace of ``spot``."""
        cell = self._cell(spot.code)
        return {
            "cell_id": cell.cell_id,
            "line": spot.line + cell.before,
            "text": spot.text[:1000],
            "code": self.add(spot.code),
        }

    def _cell(self, code: CodeType) -> CellPlace:
        # Looked up among all the cells that ran.
        key = code.co_filename, code
        if key not in self._cells:
            self._cells[key] = cells.place(code)
        return self._cells[key]

    def told(self) -> list[dict[str, Any]]:
        """The contract's Code of each, and its file; once they have grown too long together, without their text.

        The file is for messages where the functions are: no report carries it to another place.
        """
        found, left = [], CODE_CHARACTERS
        for _, code in self._codes:
            cell, text = self._cell(code), self._text(code)
            if text is not None and len(text) <= left:
                left -= len(text)
            else:
                text = None
            found.append(
                {
                    "name": code.co_name[:200],
                    "line": self._source(code).line + cell.before,
                    "cell_id": cell.cell_id,
                    "cell_hash": cell.cell_hash,
                    "text": text,
                    "file": _file(code, cell),
                }
            )
        return found

    def _source(self, code: CodeType) -> source.Parsed:
        # Its file is looked at each time that it is asked for elsewhere.
        key = code.co_filename, code
        if key not in self._sources:
            self._sources[key] = source.parsed(code)
        return self._sources[key]

    def _text(self, code: CodeType) -> str | None:
        """The lines of its definition as they ran; None where they are not known, changed since, or are too many."""
        tree, text, _ = self._source(code)
        if tree is None or getattr(tree, "name", code.co_name) != code.co_name:
            return None
        text = text.rstrip("\n")
        return text if len(text) <= LONGEST else None


def _file(code: CodeType, cell: CellPlace) -> str | None:
    """The file that ``code`` comes from; None for a cell, or what was never in a file."""
    return None if cell.cell_hash is not None or not os.path.isfile(code.co_filename) else code.co_filename
