"""What a person's own error says, and where: read from the reply of a kernel whose cell raised."""

from __future__ import annotations

import re
from typing import Any

from .document import INJECTED, Cell, Document
from .outcome import CannotCheck, Place

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# "Cell In[3], line 2", as IPython writes it since 8.7; before that "Input In [3], in <cell line: 2>()".
_FRAME = re.compile(r"(?:Cell|Input) In ?\[(\d+)\](?:, line (\d+)|, in <cell line: (\d+)>)")
# IPython's file of a cell, which says nothing to the person.
_COMPILED = re.compile(r" \(\d+\.py, line \d+\)$")
_LONGEST = 600


def raised(document: Document, cell: Cell, reply: dict[str, Any]) -> CannotCheck:
    """The error for a ``cell`` that raised, of which ``reply`` (an execute_reply's content) tells."""
    said = _COMPILED.sub("", str(reply.get("evalue", "")))
    message = f"{reply.get('ename', 'Error')}: {said}"[:_LONGEST].rstrip(": .")
    frames = [(number, line + _left_out(document, number, cell)) for number, line in frames_of(reply.get("traceback"))]
    own = next((line for number, line in frames if number == cell.number or cell.number is None), None)
    where = "The injected parameters" if cell.id == INJECTED else name_of(document, cell, own)
    deepest = frames[-1] if frames else None
    inner = ""
    if deepest is not None and deepest[0] != cell.number and cell.number is not None:
        inner = f" (in In[{deepest[0]}], line {deepest[1]})"
    return CannotCheck("raised", f"{where} raised {message}{inner}", place_of(document, cell, own))


def frames_of(traceback: Any) -> list[tuple[int, int]]:
    """Cell number and line of the frames in cells, the outermost first, of a traceback in an execute_reply."""
    if not isinstance(traceback, list):
        return []
    text = _ANSI.sub("", "\n".join(str(part) for part in traceback))
    return [(int(number), int(line or other)) for number, line, other in _FRAME.findall(text)]


def _left_out(document: Document, number: int, running: Cell) -> int:
    """Empty lines at the beginning of a cell, which IPython leaves out and does not count."""
    cell = (
        running if running.number in (None, number) else next((c for c in document.cells if c.number == number), None)
    )
    lines = [] if cell is None else cell.source.split("\n")
    return next((at for at, line in enumerate(lines) if line.strip()), 0)


def is_exit(reply: dict[str, Any]) -> bool:
    """Whether a script has ended itself as one that went well does."""
    return reply.get("ename") == "SystemExit" and str(reply.get("evalue", "")) in ("", "0", "None", "False")


def name_of(document: Document, cell: Cell, line: int | None = None) -> str:
    """How a sentence begins that is about a cell, or a script, and a line of it."""
    at = "" if line is None else f", line {line}"
    return f"The script{at}" if document.is_script else f"In[{cell.number}]{at}"


def place_of(document: Document, cell: Cell, line: int | None = None) -> Place | None:
    """The place of a line of ``cell``; that of its first where none is known; none for injected parameters."""
    return None if cell.id == INJECTED else document.place(cell.id, line or 1)
