"""Workflow commands that GitHub Actions turns into annotations of the notebook's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from ..outcome import Check, Outcome, Place, Row
from .words import notes, printable, summary, where


def render(outcomes: Sequence[Outcome]) -> str:
    """An annotation for each gradient that does not pass and for what cannot be checked, one for the notes of each notebook,
    and a line that sums up."""
    lines = [line for outcome in outcomes for line in _annotations(outcome)]
    # Left to itself a summary could be taken for a command, by the name of a file in it.
    return "\n".join([*lines, summary(outcomes)]) + "\n"


def _annotations(outcome: Outcome) -> Iterator[str]:
    for check in outcome.checks:
        for row in check.rows:
            if row.verdict != "pass":
                yield _row(outcome.path, row)
        if check.unexplained:
            yield _threshold(outcome.path, check)
    if outcome.problem is not None:
        place = outcome.problem.place
        title = f"gradients cannot be checked{_at(place)}"
        yield _command("error", outcome.path, place, title, outcome.problem.message)
    if told := notes(outcome):
        yield _command("notice", outcome.path, None, "notes of the gradient check", "\n".join(told))


def _row(path: str, row: Row) -> str:
    wrong = row.verdict == "fail"
    title = f"{row.name} is {'wrong' if wrong else 'inconclusive'}{_at(row.place)}"
    line = where(row)
    message = f"{row.parameter['message']}\n{line}" if line else str(row.parameter["message"])
    return _command("error" if wrong else "warning", path, row.place, title, message)


def _threshold(path: str, check: Check) -> str:
    return _command("error", path, None, "relative difference above the threshold", check.report["message"])


def _at(place: Place | None) -> str:
    return "" if place is None else f" ({place})"


def _command(kind: str, path: str, place: Place | None, title: str, message: str) -> str:
    line = 1 if place is None or place.file_line is None else place.file_line
    path = path if place is None or place.file is None else place.file
    told = "\n".join(printable(part) for part in message.split("\n"))
    return f"::{kind} file={_property(PurePath(path).as_posix())},line={line},title={_property(printable(title))}::{_data(told)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
