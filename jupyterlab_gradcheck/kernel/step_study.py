"""A study of step sizes for the eye: a table with a bar for each error, the chosen step marked."""

from __future__ import annotations

import math
from typing import Any

from .. import engine
from .display import plain

# A bar is so long for an error that is as large as the derivative, and shorter by one for each power of ten.
_LONGEST = 16


class StepStudy(engine.StepStudy):
    """How the error of a central difference depends on its step; see `jupyterlab_gradcheck.engine.StepStudy`."""

    def __repr__(self) -> str:
        return text(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(text(self))


def text(study: engine.StepStudy) -> str:
    """The study as lines of text, one a step."""
    at = f" at {list(study.index)}" if study.index else ""
    bound = f"{study.error_bound:.1g}" if math.isfinite(study.error_bound) else "an unknown error"
    lines = [
        study.message,
        f"{study.parameter}{at}: derivative {study.derivative:.6g} +- {bound}, "
        f"{study.gradient} claims {study.analytic:.6g}. {study.evaluations:,} evaluations, {study.elapsed_seconds:.2f} s.",
    ]
    for series in study.series:
        lines += ["", f"  {series.precision}: step, error of the central difference"]
        chosen = None if series.chosen is None else series.nearest(series.chosen)
        for place, (step, error) in enumerate(zip(series.epsilon, series.error, strict=True)):
            said = "    -    " if error is None else f"{error:9.1e}"
            mark = "  <- the step that a check takes" if place == chosen else ""
            lines.append(f"  {step:9.1e} {said}  {_bar(error)}{mark}".rstrip())
    return "\n".join(map(plain, lines))


def _bar(error: float | None) -> str:
    if error is None or error <= 0:
        return ""
    return "#" * max(1, min(_LONGEST + 4, round(_LONGEST + math.log10(error))))
