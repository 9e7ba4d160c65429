"""Which cell of the notebook a piece of code comes from."""

from __future__ import annotations

import ast
import inspect
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
# What %%time calls the file of what it runs, and how such a cell begins.
_TIMED = "<timed exec>"
_TIME = re.compile(r"\s*%%time\b[^\n]*\n(?:[^\S\n]*\n)*")
# What IPython makes of a cell that a magic leads which runs the rest of it in the namespace.
_RUN = re.compile(r"get_ipython\(\)\.run_cell_magic\('(?:time|capture|gradcheck)', ")
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
        if code.co_filename == _TIMED:
            timed = self._timed(code)
            return _NO_CELL if timed is None else CellPlace(timed[0].cell_id, None, timed[0].before + timed[2])
        match = _FILE.search(code.co_filename) if _MARK in code.co_filename else None
        if match is None:
            return _NO_CELL
        for ran in self._of(code):
            if _file_name(self._compiler(), ran.raw) == code.co_filename:
                return CellPlace(ran.cell_id, match["hash"], ran.before + _blank_lines(ran.raw))
        return CellPlace(None, match["hash"])

    def timed(self, code: CodeType) -> tuple[str, int] | None:
        """The text of ``code`` and the line that it begins in, of a cell that ``%%time`` ran: that has no file of its own, and
        lines are counted from below the magic. None where no such cell is known, and for any other code."""
        found = self._timed(code) if code.co_filename == _TIMED else None
        if found is None:
            return None
        lines = found[1].splitlines(keepends=True)[code.co_firstlineno - 1 :]
        return "".join(inspect.getblock(lines)), code.co_firstlineno

    def _timed(self, code: CodeType) -> tuple[_Ran, str, int] | None:
        """The cell, what ``%%time`` ran of it, and how many lines of it stand before that."""
        shell = None if self._shell is None else self._shell()
        history = getattr(getattr(shell, "history_manager", None), "input_hist_raw", None)
        before = [_Ran(raw, None, 0) for raw in history if isinstance(raw, str)] if isinstance(history, list) else []
        name = "" if code.co_name.startswith("<") else code.co_name
        for ran in (*reversed(self._ran), *reversed(before)):
            match = _TIME.match(ran.raw) if len(ran.raw) <= _LONGEST and name in ran.raw else None
            if match is not None and code in _made_by(shell, ran.raw[match.end() :]):
                return ran, ran.raw[match.end() :], match[0].count("\n")
        return None

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


def inner(cell: str, shell: Any) -> str:
    """What a magic runs of ``cell``, as ``shell`` transformed that; the cell itself where no such magic leads it."""
    match = _RUN.match(cell)
    if match is None:
        return cell
    try:
        called = ast.parse(cell).body[0]
        assert isinstance(called, ast.Expr)
        assert isinstance(called.value, ast.Call)
        body = ast.literal_eval(called.value.args[2])
        return inner(str(shell.transform_cell(body)), shell)
    except Exception:
        # The cell is the person's, and so are the transformations.
        return cell


@lru_cache(maxsize=64)
def _made_by(shell: Any, body: str) -> frozenset[CodeType]:
    """The code of every function in ``body``, as ``%%time`` compiles it."""
    try:
        # By the shell's own compiler, which knows of the features that earlier cells imported from __future__.
        left = [shell.compile(shell.compile.ast_parse(shell.transform_cell(body)), _TIMED, "exec")]
    except Exception:
        return frozenset()
    found = set()
    while left:
        inner = [one for one in left.pop().co_consts if isinstance(one, CodeType)]
        found.update(inner)
        left += inner
    return frozenset(found)


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
