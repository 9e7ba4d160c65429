"""What to say where a verdict ends something: a cell, a test, a training. Plain text, aligned, for any terminal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ..engine import Entry, GradcheckError, ParameterReport, Report
from .display import plain

# Parameters that are told one by one.
_MOST = 12


class GradientsWrong(GradcheckError):
    """The verdict that ends what runs, because somebody asked for that.

    Attributes:
        report: the report with that verdict.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(explain(report), code="gradient_wrong" if report.verdict == "fail" else "inconclusive")
        self.report = report

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines in place of a traceback, of which all frames would be ours.
        return [f"GradientsWrong: {line}" if not number else line for number, line in enumerate(str(self).split("\n"))]


def explain(report: Report) -> str:
    """The verdict, and of each gradient that does not pass: the furthest entry, both values and the error bound, the cause,
    and the line that the gradient comes from, as far as these are known."""
    open_ = [p for p in report.parameters if p.verdict != "pass"]
    # What is wrong comes first.
    open_.sort(key=lambda p: p.verdict != "fail")
    shown = open_[:_MOST]
    rows = [_row(p) for p in shown]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(len(_COLUMNS))]
    widths = [max(width, len(title)) for width, title in zip(widths, _COLUMNS, strict=True)]
    lines = [report.message, *([f"  {_line(_COLUMNS, widths)}"] if rows else [])]
    for p, row in zip(shown, rows, strict=True):
        lines.append(f"  {_line(row, widths)}")
        lines.append(f"      {p.message}")
        place = place_of_source(p.source, report.code)
        lines += [f"      {place}"] if place else []
    if len(open_) > _MOST:
        lines.append(f"  and {len(open_) - _MOST} more")
    if report.threshold is not None and not open_:
        lines.append(f"  The relative difference is {report.relative_difference}, the threshold {report.threshold:g}.")
    return "\n".join(map(plain, lines))


def place_of_source(source: dict[str, Any] | None, codes: Sequence[dict[str, Any]]) -> str:
    """``net.py:14: dW2 = ...``, or the line of a cell; empty where it is not known."""
    if source is None:
        return ""
    at = source.get("code")
    code = codes[at] if at is not None and at < len(codes) else None
    file = None if code is None else code.get("file")
    if file is not None:
        return f"{shortened(file)}:{source['line']}: {source['text']}"
    within = "" if code is None or code["name"] == "<lambda>" else f" of {code['name']}'s cell"
    return f"line {source['line']}{within}: {source['text']}"


def shortened(file: str) -> str:
    """``file`` from the working directory on, where it lies below that."""
    try:
        relative = os.path.relpath(file)
    except (ValueError, OSError):
        # Another drive, or no working directory any more.
        return file
    return file if relative.startswith(os.pardir) else relative


_COLUMNS = ("gradient", "entry", "claimed", "numerical", "error bound", "verdict")


def _row(parameter: ParameterReport) -> tuple[str, ...]:
    # Right here and wrong nearby: what was found there is what speaks.
    worst = parameter.elsewhere or next(iter(parameter.worst(1)), None)
    name = parameter.name if parameter.gradient in ("", parameter.name) else f"{parameter.gradient} ({parameter.name})"
    if worst is None:
        return (name, "-", "-", "-", "-", parameter.verdict)
    return (
        name,
        _index(worst),
        f"{worst.analytic:.7g}",
        f"{worst.numerical:.7g}",
        f"{worst.error_bound:.1e}",
        parameter.verdict,
    )


def _index(entry: Entry) -> str:
    return f"[{', '.join(map(str, entry.index))}]" if entry.index else "-"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [
        cell.rjust(width) if 2 <= column <= 4 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(aligned).rstrip()
