"""Which cell of the notebook a piece of code comes from."""

from __future__ import annotations

import re
import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from types import CodeType
from typing import Any

# ipykernel names the file of a cell by a hash of the source that ran.
_MARK = "ipykernel_"
_FILE = re.compile(_MARK + r"\d+[/\\](?P<hash>[0-9]{1,10})\.py$")
# Cells that are remembered, the characters that they may have together, and one alone.
_MOST = 1_000
_CHARACTERS = 4_000_000
_LONGEST = 200_000


@dataclass(frozen=True)
class CellPlace:
    """The cell that code comes from.

    Attributes:
        cell_id: the id that the front end gave the cell; None where it is not known.
        cell_hash: the number in ipykernel's name for the cell, in decimal digits; None for code of no cell.
        before: lines of the cell that stand before what was compiled: blank ones, which IPython drops, or a cell magic.
    """

    cell_id: str | None = None
    cell_hash: str | None = None
    before: int = 0


_NO_CELL = CellPlace()


@dataclass(frozen=True)
class _Ran:
    """A cell that ran: its source, its id, and lines of the cell before that source."""

    raw: str
    cell_id: str | None
    before: int


class Cells:
    """Remembers, from the moment it is told to watch a shell, the ids of the cells that run.

    What is remembered is bounded, and lies here alone: nothing of it is in the namespace.
    """

    def __init__(self) -> None:
        self._ran: deque[_Ran] = deque()
        self._characters = 0
        self._shell: weakref.ref[Any] | None = None

    def watch(self, shell: Any) -> None:
        """Hear of every cell before it runs; to ask for it again does nothing."""
        if self._shell is not None and self._shell() is shell:
            return
        self.forget()
        events = getattr(shell, "events", None)
        if events is not None:
            events.register("pre_run_cell", self._hear)
            self._shell = weakref.ref(shell)

    def forget(self) -> None:
        """Hear of nothing any more, and remember nothing."""
        shell = None if self._shell is None else self._shell()
        if shell is not None and self._hear in shell.events.callbacks["pre_run_cell"]:
            shell.events.unregister("pre_run_cell", self._hear)
        self._shell = None
        self._ran.clear()
        self._characters = 0

    def place(self, code: CodeType) -> CellPlace:
        """The cell that ``code`` comes from."""
        match = _FILE.search(code.co_filename) if _MARK in code.co_filename else None
        if match is None:
            return _NO_CELL
        for ran in self._of(code):
            if _file_name(self._compiler(), ran.raw) == code.co_filename:
                return CellPlace(ran.cell_id, match["hash"], ran.before + _blank_lines(ran.raw))
        return CellPlace(None, match["hash"])

    def _of(self, code: CodeType) -> Iterator[_Ran]:
        """Cells that ``code`` may come from, the last that ran first. To tell for certain takes a hash of each."""
        name = "" if code.co_name.startswith("<") else code.co_name
        yield from (ran for ran in reversed(self._ran) if name in ran.raw)
        # Of those that ran before, no id is known; but which of their lines IPython dropped.
        shell = None if self._shell is None else self._shell()
        history = getattr(getattr(shell, "history_manager", None), "input_hist_raw", None)
        for raw in reversed(history) if isinstance(history, list) else ():
            if isinstance(raw, str) and name in raw and len(raw) <= _LONGEST and _blank_lines(raw):
                yield _Ran(raw, None, 0)

    def _compiler(self) -> Any:
        shell = None if self._shell is None else self._shell()
        return getattr(shell, "compile", None)

    def _hear(self, info: Any) -> None:
        raw, cell_id = getattr(info, "raw_cell", None), getattr(info, "cell_id", None)
        if not isinstance(raw, str) or not raw or len(raw) > _LONGEST:
            return
        before, inner = 0, raw.rstrip()
        if cell_id is None and self._ran and inner and self._ran[-1].raw.rstrip().endswith(inner):
            # A cell magic that runs the rest of its cell, with a line end that may not have been there.
            outer = self._ran[-1]
            cell_id, before = outer.cell_id, outer.before + outer.raw[: outer.raw.rindex(inner)].count("\n")
        known = isinstance(cell_id, str) and 0 < len(cell_id) <= 200
        self._ran.append(_Ran(raw, cell_id if known else None, before))
        self._characters += len(raw)
        while len(self._ran) > _MOST or self._characters > _CHARACTERS:
            self._characters -= len(self._ran.popleft().raw)


@lru_cache(maxsize=256)
def _file_name(compiler: Any, raw: str) -> str:
    try:
        return str(compiler.get_code_name(raw, raw, 0))
    except Exception:
        # Another shell's compiler, which names its cells otherwise.
        return ""


def _blank_lines(raw: str) -> int:
    """How many blank lines ``raw`` begins with; IPython compiles what comes after them."""
    lines = raw.splitlines()
    count = sum(1 for _ in takewhile(lambda line: not line.strip(), lines))
    return count if count < len(lines) else 0


cells = Cells()
"""The cells of the one shell that a kernel has."""
