"""How the error of a central difference depends on its step: for one entry of the gradient, over many steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .evaluate import Evaluator
from .measure import Measuring
from .noise import EPSILON
from .report import finite
from .scale import NEGLIGIBLE

# Steps of a series. They reach from below the last digit of the parameter, where no step is made at all, to beyond its
# length scale, where the loss is another one.
STEPS = 40
_BELOW = 0.2
_ABOVE = 4.0
# And well beyond the step that a check takes.
_BEYOND = 256.0
# The step that courses and textbooks name.
CLASSIC = 1e-7


@dataclass(frozen=True)
class StepSeries:
    """The errors in one precision; see the schema ``steps`` of the contract.

    Attributes:
        precision: that the loss was computed in.
        noise: bound on the error of one evaluation.
        chosen: the step that a check in this precision begins with, or was told to take.
        epsilon: the steps as they were made in floating point, rising; one that was too small to be made, as it was meant.
        error: |central difference - derivative|, relative to the derivative where that is not zero, at each; None where
            the loss was not finite or did not change for want of digits.
    """

    precision: str
    noise: float | None
    chosen: float | None
    epsilon: tuple[float, ...]
    error: tuple[float | None, ...]

    def off(self, step: float) -> float | None:
        """The error at the step next to ``step``, on a logarithmic scale."""
        return self.error[self.nearest(step)]

    def best(self, floor: float) -> float | None:
        """The step with the smallest error; in the middle, where several are as good as the reference itself is known.

        ``floor`` is the error below which nothing is told. A lone small error between larger ones is a coincidence.
        """
        known = [math.inf if e is None else max(e, floor) for e in self.error]
        smooth = [max(known[max(0, i - 1) : i + 2]) for i in range(len(known))]
        smallest = min(smooth)
        if not math.isfinite(smallest):
            smooth, smallest = known, min(known)
        places = [i for i, e in enumerate(smooth) if e == smallest] if math.isfinite(smallest) else []
        return self.epsilon[places[len(places) // 2]] if places else None

    def nearest(self, step: float) -> int:
        """The place of the step next to ``step``, on a logarithmic scale."""
        return min(range(len(self.epsilon)), key=lambda i: abs(math.log(self.epsilon[i] / step)))

    def to_dict(self) -> dict[str, Any]:
        return {
            "precision": self.precision,
            "noise": finite(self.noise),
            "chosen": self.chosen,
            "epsilon": list(self.epsilon),
            "error": list(self.error),
        }


@dataclass(frozen=True)
class StepStudy:
    """The error of a central difference against its step; see the schema ``steps`` of the contract.

    Attributes:
        parameter, gradient: ``W2`` and ``dW2``.
        index: the entry.
        derivative, error_bound: its numerical gradient, as a check measures it; the bound is infinite where nothing is known.
        analytic: what is claimed for it; NaN where that is nothing finite.
        series: the person's own precision first, then the one it was lifted to.
    """

    parameter: str
    gradient: str
    index: tuple[int, ...]
    derivative: float
    error_bound: float
    analytic: float
    series: tuple[StepSeries, ...]
    evaluations: int
    elapsed_seconds: float

    @property
    def floor(self) -> float:
        """The error below which none is told, since the derivative itself is known no better."""
        size = abs(self.derivative) or 1.0
        return self.error_bound / size if math.isfinite(self.error_bound) else 0.0

    @property
    def message(self) -> str:
        """What is to be seen, in one or two sentences."""
        own = self.series[0]
        said = [self._said(own)]
        if len(self.series) > 1 and (chosen := self.series[1].chosen) is not None:
            other = self.series[1]
            said.append(
                f"A check computes the loss in {other.precision} instead, where its step of {chosen:.0e} is "
                f"{self._off(other.off(chosen))}."
            )
        return " ".join(said)

    def _said(self, series: StepSeries) -> str:
        best = series.best(self.floor)
        if best is None:
            return f"In {series.precision}, the loss does not change at any of these steps, or is not finite there."
        if self.derivative == 0 and not any(series.error):
            return f"In {series.precision}, the loss does not change with this entry: its derivative is zero at every step."
        small = f"In {series.precision}, a step of {CLASSIC:.0e} would be {self._off(series.off(CLASSIC))}"
        if not series.epsilon[0] <= CLASSIC <= series.epsilon[-1]:
            edge = series.epsilon[0]
            small = f"In {series.precision}, a step of {edge:.0e} would be {self._off(series.off(edge))}"
        smallest = f"the error is smallest near {best:.0e}"
        if series.chosen is None:
            return f"{small}; {smallest}."
        if best / 5 <= series.chosen <= 5 * best:
            return f"{small}; the error is smallest near {series.chosen:.0e}, the step that was chosen."
        chosen = series.off(series.chosen)
        if chosen is not None and chosen <= self.floor:
            return f"{small}; the step that was chosen, {series.chosen:.0e}, is as good as can be told."
        return f"{small}; {smallest}, and at the step that was chosen, {series.chosen:.0e}, it is {self._off(chosen)}."

    def _off(self, error: float | None) -> str:
        if error is None:
            return "of no use: the loss does not change there, or is not finite"
        if self.derivative == 0:
            return f"off by {error:.1g}"
        if error <= self.floor:
            return "as good as can be told"
        if error >= 10:
            return f"off by {error:.0f} times the derivative" if error < 1e4 else "off by far more than the derivative"
        if error >= 1e-4:
            return f"off by {100 * error:.0f} %" if error >= 0.1 else f"off by {100 * error:.2g} %"
        return f"off by a relative {error:.0e}"

    def to_dict(self) -> dict[str, Any]:
        """The study as JSON-ready data that keeps the contract's schema ``steps``."""
        return {
            "version": 1,
            "parameter": self.parameter[:200],
            "gradient": self.gradient[:200],
            "index": list(self.index),
            "derivative": self.derivative,
            "error_bound": finite(self.error_bound),
            "analytic": finite(self.analytic),
            "series": [one.to_dict() for one in self.series],
            "evaluations": self.evaluations,
            "elapsed_seconds": self.elapsed_seconds,
            "message": self.message[:1000],
        }


def series(
    evaluator: Evaluator, measuring: Measuring, entry: int, precision: str, derivative: float, chosen: float | None
) -> StepSeries | None:
    """The errors of central differences at ``entry`` (of the whole vector) against ``derivative``; None where the budget
    allows not one. Two evaluations a step, those far apart first, as many as the budget allows."""
    length = measuring.length_of(entry)
    # A parameter may be far smaller than the length on which the loss changes.
    longest = max(_ABOVE * length, _BEYOND * (chosen or 0.0))
    lowest = min(max(_BELOW * EPSILON[precision] * length, NEGLIGIBLE), 1 / NEGLIGIBLE)
    wanted = np.geomspace(lowest, min(max(longest, 10 * lowest), 10 / NEGLIGIBLE), STEPS).tolist()
    # What the words name is on the curve.
    named = [step for step in (chosen, CLASSIC) if step is not None and wanted[0] <= step <= wanted[-1]]
    made: dict[float, float | None] = {}
    for step in [*named, *_far_apart_first(wanted)]:
        if not evaluator.affords(2):
            break
        sample = measuring.sample(entry, step)
        size = float(sample.step) if sample.step > 0 and math.isfinite(sample.slope) else step
        made[size] = _error(float(sample.slope), float(sample.gap), derivative)
    if not made:
        return None
    steps = sorted(made)
    return StepSeries(precision, measuring.noise.level, chosen, tuple(steps), tuple(made[step] for step in steps))


def _error(slope: float, gap: float, derivative: float) -> float | None:
    if not math.isfinite(slope) or (slope == 0 and gap == 0 and derivative != 0):
        return None
    error = abs(slope - derivative)
    return finite(error / abs(derivative) if derivative != 0 else error)


def _far_apart_first(steps: Sequence[float]) -> list[float]:
    """``steps`` in an order of which every beginning is spread over all of them."""
    order: list[float] = []
    stride = 8
    while stride >= 1:
        order += [step for step in steps[::stride] if step not in order]
        stride //= 2
    return order
