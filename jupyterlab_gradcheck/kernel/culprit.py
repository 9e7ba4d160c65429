"""The line to look at first where a gradient is wrong: of all that have made it, the one that its error speaks against.

The lines are gone through backwards from where the gradient is handed on. What changes it afterwards, adds to it or sets a
part of it is held against what is known of the error; a line that cannot have made this error is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np

from ..engine import ParameterReport
from .deviation import Deviation
from .origin import Spot, Trail

_ADDING = ("adds", "gathers")


def culprit(
    trail: Trail,
    innocent: Collection[Spot],
    report: ParameterReport,
    parameter: np.ndarray | None,
    numbers: Collection[float],
) -> Spot | None:
    """The one of ``trail``, the lines that make the gradient of which ``report`` is; None where there is none.

    Args:
        trail: from where the gradient is handed on to where it is made.
        innocent: lines that make other gradients, which are right.
        report: on the gradient, which does not pass.
        parameter: its value; None where that is not known.
        numbers: what a coefficient of the person's may be.
    """
    own = [spot for spot in trail if spot not in innocent] or list(trail)
    deviation = Deviation.of(report)
    if deviation is not None:
        own = [spot for spot in own if not _excused(spot, trail, deviation)] or own
    kind = None if report.cause is None else report.cause.kind
    if kind == "scale":
        # What scales all of it: nothing is added any more.
        found = [spot for spot in own if spot.corrects == "scales" and not _later(spot, trail, _ADDING)]
    else:
        found = [spot for spot in own if spot.corrects in _ADDING and _mentions(spot.term, report.name)]
        if kind == "regularisation":
            found = found or [spot for spot in own if spot.corrects == "adds"]
        elif deviation is None or parameter is None or not deviation.follows(parameter, numbers):
            found = []
    # One of several sums, or of several parts, is as likely as the other: the last.
    found = found or [spot for spot in own if spot.corrects in ("gathers", "fills")]
    return found[0] if found else own[-1] if own else None


def _excused(spot: Spot, trail: Trail, deviation: Deviation) -> bool:
    """Whether the line cannot have made this error."""
    if spot.part and deviation.spares(spot.part):
        return True
    # A number that is added too often, or too seldom, makes an error of so many times that number.
    number = _number(spot.term) if spot.corrects in _ADDING else None
    return number is not None and not _later(spot, trail, ("scales", "changes")) and not deviation.counts(number)


def _later(spot: Spot, trail: Sequence[Spot], hows: Collection[str]) -> bool:
    """Whether a line that comes after ``spot`` changes the gradient in one of these ways."""
    return any(other.corrects in hows for other in trail[: trail.index(spot)])


def _number(term: str) -> float | None:
    try:
        return float(term)
    except ValueError:
        return None


def _mentions(term: str, parameter: str) -> bool:
    """Whether the parameter, by the last of its names, stands in what is added."""
    names = re.findall(r"[^\W\d]\w*", parameter)
    return bool(names) and re.search(rf"(?<!\w){re.escape(names[-1])}(?!\w)", term) is not None
