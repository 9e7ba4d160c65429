"""Measures every entry of the gradient, as often as its verdict needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import difference, judge, steps
from .difference import RATIO, Sample
from .evaluate import Evaluator
from .judge import Code
from .noise import Noise

# Further steps that one doubtful entry is worth, and smaller ones that a failing entry must survive.
EXTRA_STEPS = 5
CONFIRMATIONS = 2
# A loss that does not move so many length scales away is constant.
FAR = 64.0


@dataclass
class Measurement:
    """The numerical gradient, entry by entry (arrays of shape (n,)).

    Attributes:
        numerical: best value.
        bound: bound on its error; infinite where the loss was not finite around the point.
        slope: what the relative difference is taken from: the plain central difference where a step was asked for,
            else `numerical`.
        kinked: where the loss has a kink exactly at this point.
        constant: where the loss is exactly the same number from here to far away.
        nearest, drift: slope at the smallest step taken, and how far it is from the next one's beyond noise.
    """

    numerical: np.ndarray
    bound: np.ndarray
    slope: np.ndarray
    kinked: np.ndarray
    constant: np.ndarray
    nearest: np.ndarray
    drift: np.ndarray

    @classmethod
    def of(cls, numerical: np.ndarray, bound: np.ndarray) -> Measurement:
        """A measurement of which no more is known than values and bounds."""
        size = numerical.size
        no = np.zeros(size, dtype=bool)
        return cls(numerical, bound, numerical.copy(), no, no.copy(), numerical.copy(), np.zeros(size))


class Measuring:
    """Central differences around one point.

    The first pass takes the same steps for every entry; `refine` goes on where a verdict is open.
    """

    def __init__(self, evaluator: Evaluator, base_loss: float, noise: Noise, epsilon: float | None) -> None:
        self._evaluator = evaluator
        self._base_loss = base_loss
        self._noise = noise
        self._grid = self._rounding()
        self._scale = steps.length_scale(evaluator.flat)
        self._auto_steps = steps.starting_steps(evaluator.flat, noise)
        size = evaluator.flat.vector.size
        self._first = self._auto_steps if epsilon is None else np.full((1, size), epsilon)
        self._plain = epsilon is not None
        self._samples: list[list[Sample]] = [[] for _ in range(size)]

    @property
    def evaluations(self) -> int:
        """Calls of forward that the first pass takes."""
        return 2 * self._first.size

    def first_pass(self) -> Measurement:
        """Measures every entry at the first steps."""
        size = self._first.shape[1]
        found = Measurement.of(np.empty(size), np.empty(size))
        for entry in range(size):
            for step in self._first[:, entry]:
                self._samples[entry].append(self._nominal(entry, step) if self._plain else self._sample(entry, step))
            self._store(found, entry)
            found.slope[entry] = self._samples[entry][0].slope if self._plain else found.numerical[entry]
        return found

    def trusts(self, entry: int) -> bool:
        """Whether the first step along ``entry`` is no larger than one that would have been chosen.

        The one-sided gap of a much larger step says nothing of its truncation.
        """
        return bool(self._first[0, entry] <= RATIO * self._auto_steps[0, entry])

    def refine(self, found: Measurement, claimed: np.ndarray, entries: np.ndarray, scale: judge.Scale) -> None:
        """Improves ``found`` at ``entries`` until their verdict is plain or the steps are spent.

        ``claimed`` has shape (n,). An entry fails only after it failed at smaller steps too: what a kink or a large
        step feigns does not survive them.
        """
        for entry in entries:
            if self._plain or not self._samples[entry]:
                # The step that was asked for, or another method, left the verdict open: begin with steps that fit.
                self._samples[entry] = [self._sample(entry, step) for step in self._auto_steps[:, entry]]
                self._store(found, entry)
            if claimed[entry] == 0 and difference.flat(self._samples[entry]):
                # Dead, or drowned in rounding: only far away is there a difference.
                far = self._sample(entry, FAR * float(self._scale[entry]))
                if difference.flat([far]):
                    found.constant[entry] = True
                    found.bound[entry] = far.noise / far.step
                    continue
            most = len(self._samples[entry]) + EXTRA_STEPS
            confirmed = 0
            while len(self._samples[entry]) < most:
                code = judge.judge(claimed[[entry]], found.numerical[[entry]], found.bound[[entry]], scale)[0]
                if code == Code.PASS or (code == Code.FAIL and confirmed >= CONFIRMATIONS):
                    break
                confirmed += code == Code.FAIL
                step = self._next_step(entry, code)
                if step is None:
                    break
                self._samples[entry].append(self._sample(entry, step))
                self._store(found, entry)
            if not self._plain:
                found.slope[entry] = found.numerical[entry]

    def _next_step(self, entry: int, code: int) -> float | None:
        known = [sample.step for sample in self._samples[entry]]
        if not math.isfinite(self._samples[entry][-1].slope):
            # Outside the loss's domain: how far its edge is, nobody knows.
            return min(known) / RATIO**3
        if code == Code.INCONCLUSIVE and difference.noise_dominates(self._samples[entry]):
            # Steps beyond the parameter's own scale would tell of another place.
            return RATIO * max(known) if RATIO * max(known) <= self._scale[entry] else None
        return min(known) / RATIO

    def _sample(self, entry: int, step: float) -> Sample:
        evaluator = self._evaluator
        base = evaluator.flat.vector
        return difference.sample(evaluator.loss, base, self._base_loss, entry, step, self._grid, self._noise)

    def _nominal(self, entry: int, epsilon: float) -> Sample:
        # Equation 3 of the course to the letter: divided by 2 epsilon, not by the step that rounding made of it.
        base = self._evaluator.flat.vector
        up, down = base.copy(), base.copy()
        up[entry] = up[entry] + epsilon
        down[entry] = down[entry] - epsilon
        loss_up, loss_down = self._evaluator.loss(up), self._evaluator.loss(down)
        gap = abs(loss_up - 2 * self._base_loss + loss_down) / epsilon
        noise = self._noise.at(loss_up, loss_down)
        return Sample(epsilon, (loss_up - loss_down) / (2 * epsilon), gap, noise)

    def _store(self, found: Measurement, entry: int) -> None:
        estimate = difference.estimate(self._samples[entry])
        found.numerical[entry], found.bound[entry] = estimate.value, estimate.bound
        found.kinked[entry], found.drift[entry] = estimate.kinked, estimate.drift
        found.nearest[entry] = min(self._samples[entry], key=lambda sample: sample.step).slope

    def _rounding(self) -> Callable[[np.ndarray], np.ndarray]:
        flat, precision = self._evaluator.flat, self._noise.precision
        if precision == "float64":
            return flat.grid
        # A float32 loss casts float64 parameters inside: step on the points it can tell apart.
        return lambda vector: flat.grid(vector).astype(precision).astype(np.float64)
