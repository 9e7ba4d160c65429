"""How far the notebooks are, on the standard error: a line that changes on a terminal, else one line a notebook."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from typing import TextIO

from .formats.words import STATUS, printable
from .outcome import Outcome, Stage


class Progress:
    """Tells ``stream`` of ``total`` notebooks."""

    def __init__(self, stream: TextIO, total: int) -> None:
        self._stream, self._total = stream, total
        self._lively = stream.isatty()
        self._stages: dict[str, Stage] = {}
        self._ended = 0
        self._shown = ""

    def teller(self, path: str) -> Callable[[Stage], None]:
        """What is to hear how far ``path`` is."""

        def tell(stage: Stage) -> None:
            self._stages[path] = stage
            self._show()

        return tell

    def end(self, path: str, outcome: Outcome) -> None:
        """Tell what has become of ``path``."""
        self._stages.pop(path, None)
        self._ended += 1
        count = f"[{self._ended}/{self._total}] " if self._total > 1 else ""
        self._write(f"{count}{printable(path)}: {STATUS[outcome.status]} ({outcome.seconds:.1f} s)", last=True)
        self._show()

    def clear(self) -> None:
        """Leave the line empty."""
        if self._lively and self._shown:
            self._say("\r\x1b[K")
            self._shown = ""

    def _show(self) -> None:
        if self._lively and self._stages:
            told = " \N{MIDDLE DOT} ".join(
                f"{printable(path)}: {spoken(stage)}" for path, stage in self._stages.items()
            )
            self._write(told[: shutil.get_terminal_size((80, 24)).columns - 1])

    def _write(self, line: str, last: bool = False) -> None:
        if self._lively and (last or line != self._shown):
            self._say(f"\r\x1b[K{line}" + ("\n" if last else ""))
            self._shown = "" if last else line
        elif last:
            self._say(f"{line}\n")

    def _say(self, text: str) -> None:
        # Nobody may listen any more.
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()


def spoken(stage: Stage) -> str:
    """A stage in a few words."""
    if stage.what == "check":
        return f"checking, {stage.done} of {stage.total} evaluations" if stage.total else "checking"
    return f"cell {stage.done} of {stage.total}" if stage.what == "cell" else "starting"
