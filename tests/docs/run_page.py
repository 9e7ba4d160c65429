"""Runs the Python of one page of the docs, as its reader would: ``python -W error tests/docs/run_page.py PAGE.md``.

The blocks fenced as ``python`` and ``ipython3`` are the cells of one IPython shell. A block fenced as ``text`` that follows
one is what it printed, and then the value of its last line. Of what belongs to a machine or a moment only the form is
compared: seconds, numbers of evaluations, and numbers below 1e-6, which are rounding; ``...`` stands for anything.
Exit code 1 and the difference on stderr where a block raises, or prints something else. With ``--print``, prints what each
block gives instead.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

FENCE = re.compile(r"^```(?P<kind>[^`\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = {"python", "ipython3"}
# What is not the same twice, and what stands for it.
VARYING = (
    (re.compile(r"\b\d+(\.\d+)?e-(0[7-9]|[1-9]\d)\b"), "<rounding>"),
    (re.compile(r"\b\d[\d,]* evaluations"), "<some> evaluations"),
    (re.compile(r"(\b\d+(\.\d+)?|\bunder a|\ba) (seconds?|s|ms)\b"), "<time>"),
)


class Silent(DisplayHook):
    """Prints nothing: the value of a cell is taken from its result."""

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None: ...

    def finish_displayhook(self) -> None: ...


class Shell(InteractiveShell):
    displayhook_class = Type(Silent)

    def showtraceback(self, *arguments: Any, **options: Any) -> None:
        """Nothing: the error is in the cell's result."""

    showsyntaxerror = showtraceback


@dataclass(frozen=True)
class Block:
    """Code of a page, the line that it begins in, and the output that the page shows for it, if any."""

    code: str
    line: int
    shown: str | None


def blocks(page: str) -> Iterator[Block]:
    fences = list(FENCE.finditer(page))
    for fence, after in zip(fences, [*fences[1:], None], strict=True):
        if fence["kind"] not in CODE:
            continue
        follows = after is not None and after["kind"] == "text" and not page[fence.end() : after.start()].strip()
        shown = after["text"] if follows and after is not None else None
        yield Block(fence["text"], page[: fence.start("text")].count("\n") + 1, shown)


def form(text: str) -> list[str]:
    for pattern, name in VARYING:
        text = pattern.sub(name, text)
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def same(shown: str, given: str) -> bool:
    pattern = ".*?".join(map(re.escape, "\n".join(form(shown)).split("...")))
    return re.fullmatch(pattern, "\n".join(form(given)), re.DOTALL) is not None


def run(page: Path, only_print: bool = False) -> str | None:
    """What is wrong with ``page``; None where nothing is."""
    # Nobody's history is to have these lines.
    shell = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    for block in blocks(page.read_text(encoding="utf-8")):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            result = shell.run_cell(block.code, store_history=True)
        if not result.success:
            return f"{page.name}, line {block.line}: {result.error_before_exec or result.error_in_exec!r}\n{out.getvalue()}"
        given = out.getvalue() + ("" if result.result is None else repr(result.result))
        if only_print:
            print(f"--- line {block.line}", given, sep="\n")
        elif block.shown is not None and not same(block.shown, given):
            lines = difflib.unified_diff(form(block.shown), form(given), "shown", "given", lineterm="")
            return f"{page.name}, line {block.line}:\n" + "\n".join(lines)
    return None


if __name__ == "__main__":
    wrong = run(Path(sys.argv[1]), "--print" in sys.argv)
    if wrong is not None:
        print(wrong, file=sys.stderr)
    sys.exit(0 if wrong is None else 1)
