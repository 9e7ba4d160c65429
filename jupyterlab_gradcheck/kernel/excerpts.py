"""The functions that a report speaks of, as they were when it was made, and the lines of them that it points at."""

from __future__ import annotations

import os
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

from ..engine.report import CODE_CHARACTERS, MOST_CODES
from . import source
from .cells import CellPlace, cells
from .origin import Spot

# Characters of one function.
LONGEST = 20_000
_OURS = os.path.join(str(Path(__file__).parents[1]), "")


class _Known(NamedTuple):
    """What is known of a piece of code.

    Attributes:
        cell: where it comes from.
        line: the line that it begins in, of its cell or its file.
        text: the lines of its definition as they ran; None where they are not known, changed since, or are too many.
    """

    cell: CellPlace
    line: int
    text: str | None

    @classmethod
    def of(cls, code: CodeType) -> _Known:
        cell, (tree, text, line) = cells.place(code), source.parsed(code)
        text = text.rstrip("\n")
        same = tree is not None and getattr(tree, "name", code.co_name) == code.co_name
        return cls(cell, line + cell.before, text if same and len(text) <= LONGEST else None)


class Excerpts:
    """Collects functions, each once, in the order in which they are first spoken of."""

    def __init__(self) -> None:
        # By their files too: the same function of another cell counts as equal.
        self._codes: dict[tuple[str, CodeType], int] = {}
        self._known: dict[tuple[str, CodeType], _Known] = {}

    def add(self, code: CodeType | None) -> int | None:
        """The place of ``code`` in `told`; None for one that is not told: there are too many, or it is not the person's."""
        if code is None or code.co_filename.startswith(_OURS):
            return None
        key = code.co_filename, code
        place = self._codes.get(key)
        if place is None and len(self._codes) < MOST_CODES:
            known = self._look_up(code)
            if known.cell.cell_hash is not None or known.text is not None:
                place = self._codes[key] = len(self._codes)
        return place

    def function(self, function: Any, name: str) -> dict[str, Any]:
        """The contract's FunctionPlace of ``function``, which is called ``name``."""
        code = source.code(function)
        if code is None or code.co_filename.startswith(_OURS):
            return {"name": name[:200], "cell_id": None, "line": None, "code": None}
        known = self._look_up(code)
        return {"name": name[:200], "cell_id": known.cell.cell_id, "line": known.line, "code": self.add(code)}

    def line(self, spot: Spot) -> dict[str, Any]:
        """The contract's SourcePlace of ``spot``."""
        cell = self._look_up(spot.code).cell
        return {
            "cell_id": cell.cell_id,
            "line": spot.line + cell.before,
            "text": spot.text[:1000],
            "code": self.add(spot.code),
        }

    def told(self) -> list[dict[str, Any]]:
        """The contract's Code of each, and its file; once they have grown too long together, without their text.

        The file is for messages where the functions are: no report carries it to another place.
        """
        found, left = [], CODE_CHARACTERS
        for key in self._codes:
            known = self._known[key]
            text = known.text
            if text is not None and len(text) <= left:
                left -= len(text)
            else:
                text = None
            found.append(
                {
                    "name": key[1].co_name[:200],
                    "line": known.line,
                    "cell_id": known.cell.cell_id,
                    "cell_hash": known.cell.cell_hash,
                    "text": text,
                    "file": _file(key[1], known.cell),
                }
            )
        return found

    def _look_up(self, code: CodeType) -> _Known:
        # Once: the one among all the cells that ran, the other in its file, which is looked at each time.
        key = code.co_filename, code
        if key not in self._known:
            self._known[key] = _Known.of(code)
        return self._known[key]


def _file(code: CodeType, cell: CellPlace) -> str | None:
    """The file that ``code`` comes from; None for a cell, or what was never in a file."""
    return None if cell.cell_hash is not None or not os.path.isfile(code.co_filename) else code.co_filename
