"""For people: one table a notebook."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence

from ..outcome import Check, Outcome, Row
from .words import STATUS, difference, printable, summary, where

_COLOURS = {"pass": "32", "fail": "1;31", "error": "1;31", "inconclusive": "33"}
_NARROWEST = 60
# For a file or a pipe.
_WIDTH = 120
_NOTES = 6
# So many gradients that pass have a line each.
_PASSING = 30


def render(outcomes: Sequence[Outcome], colour: bool = False, width: int = _WIDTH) -> str:
    """The outcomes as text of ``width`` columns at most where that is possible."""
    blocks = ["\n".join(_block(outcome, colour, max(width, _NARROWEST))) for outcome in outcomes]
    return "\n\n".join([*blocks, summary(outcomes)]) + "\n"


def terminal_width() -> int:
    """Columns of the terminal, as far as lines of text want them."""
    return min(shutil.get_terminal_size((_WIDTH, 24)).columns, 140)


def _block(outcome: Outcome, colour: bool, width: int) -> Iterator[str]:
    yield f"{printable(outcome.path)}: {_status(outcome.status, colour)}"
    for check in outcome.checks:
        yield from _check(check, colour, width)
    if outcome.problem is not None:
        yield from _wrapped(outcome.problem.message, width, "  ", "  ")
    for note in outcome.notes:
        yield from _wrapped(note, width, "  Note: ", "        ")


def _check(check: Check, colour: bool, width: int) -> Iterator[str]:
    report = check.report
    yield from _wrapped(report["message"], width, "  ", "  ")
    backward = "automatic differentiation" if report["backward"] is None else report["backward"]["name"]
    yield from _wrapped(f"Checked: {report['forward']['name']} with {backward}.", width, "  ", "  ")
    if check.rows:
        yield ""
        passing = [row for row in check.rows if row.verdict == "pass"]
        folded = {id(row) for row in passing[_PASSING:]}
        yield from _table([row for row in check.rows if id(row) not in folded], colour, width)
        if folded:
            yield f"  {len(folded)} more pass; --format json has them."
    if report["warnings"]:
        yield ""
    for warning in report["warnings"][:_NOTES]:
        yield from _wrapped(warning["message"], width, "  Note: ", "        ")
    if len(report["warnings"]) > _NOTES:
        yield f"  Note: {len(report['warnings']) - _NOTES} more notes; --format json has them."


def _table(rows: Sequence[Row], colour: bool, width: int) -> Iterator[str]:
    names = [printable(row.name) for row in rows]
    long = max(len("gradient"), min(max(map(len, names)), 40))
    wide = max(len("verdict"), *(len(STATUS[row.verdict]) for row in rows))
    indent = " " * (2 + long + 2 + wide + 2 + 10 + 2)
    yield f"  {'gradient':<{long}}  {'verdict':<{wide}}  {'difference':>10}  what it means"
    several = len({row.function for row in rows}) > 1
    function = None
    for name, row in zip(names, rows, strict=True):
        if several and row.function != function:
            function = row.function
            yield from _wrapped(f"{function}:", width, "  ", "  ")
        verdict = _status(row.verdict, colour) + " " * (wide - len(STATUS[row.verdict]))
        first = f"  {name:<{long}}  {verdict}  {difference(row):>10}  "
        said = _wrapped(row.parameter["message"], width, indent, indent)
        yield first + (said[0][len(indent) :] if said else "")
        yield from said[1:]
        if line := where(row):
            yield from _wrapped(line, width, indent, indent + "  ")


def _wrapped(text: str, width: int, first: str, rest: str) -> list[str]:
    room = max(width, len(rest) + 30)
    return textwrap.wrap(
        printable(text),
        room,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _status(status: str, colour: bool) -> str:
    return f"\x1b[{_COLOURS[status]}m{STATUS[status]}\x1b[0m" if colour else STATUS[status]
