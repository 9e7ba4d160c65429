"""Computes a float32 loss in float64, where the same code does that: what was noise becomes digits.

A copy of the computation is believed only after it gave the losses of the original, to the original's own accuracy, at
the parameters and at points around.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from . import gradients, noise, scale
from .errors import GradcheckError
from .evaluate import Evaluator, OnProgress
from .gradients import Claim
from .noise import EPSILON, Noise
from .problem import Problem
from .randomness import Combined

# Points at which the losses are compared, and how far away they lie in the parameters' length scales.
_POINTS = 2
_AWAY = 0.03
# Rounding errors add up over a loss's terms.
_SLACK = 64
# How often the parameters are rounded anew to learn what rounding does to a gradient, and how much it may do.
_ROUNDINGS = 3
_SPREADS = 64.0


@dataclass(frozen=True)
class Lifted:
    """The same loss in float64.

    Attributes:
        evaluator: evaluates it; has counted what the original's has.
        base_loss: the loss at the point.
        noise: its noise.
        claims: what the same backward claims in float64.
        whole: whether functions and data were widened, or the parameters alone.
    """

    evaluator: Evaluator
    base_loss: float
    noise: Noise
    claims: list[Claim]
    whole: bool


def lift(
    original: Evaluator,
    base_loss: float | None,
    level: Noise | None,
    claims: list[Claim],
    on_progress: OnProgress | None,
    differing: float = -1.0,
) -> Lifted | None:
    """The loss of ``original`` in float64, or None where the code gives no other or no better one.

    ``claims`` is what backward claims in the original's precision. ``base_loss`` and ``level`` are None where the
    original's loss overflows at the point; it is then compared nearer to zero. One that is no further than ``differing``
    from the original's is not taken.
    """
    for candidate in _candidates(original, on_progress):
        candidate.continue_from(original)
        candidate.step_as(original)
        try:
            found = _accepted(candidate, original, base_loss, level, claims, differing)
        except Exception as error:
            # Somebody's code with other dtypes than it was written for may raise anything; stopping is not for us.
            if not isinstance(error, _ITS_OWN):
                raise
            found = None
        original.continue_from(candidate)
        if found is not None:
            return found
    return None


def rounding(lifted: Evaluator, claims: list[Claim], precision: str) -> list[float]:
    """How far each claimed gradient of ``lifted`` moves when the parameters are rounded to ``precision``: what a
    computation in that precision may be off by, at least. One number a leaf, in the gradient's unit."""
    home, random = lifted.base, np.random.Generator(np.random.SFC64(32))
    largest = [0.0] * len(claims)
    try:
        for _ in range(_ROUNDINGS):
            lifted.go(home * (1 + EPSILON[precision] * random.standard_normal(home.size)))
            for position, claim in enumerate(_claims_or_none(lifted) or claims):
                before, now = claims[position].array, claim.array
                if before is not None and now is not None and before.shape == now.shape:
                    largest[position] = max(largest[position], float(np.max(np.abs(now - before), initial=0.0)))
    finally:
        lifted.go(home)
    return [_SPREADS * one for one in largest]


_ITS_OWN = (
    GradcheckError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RuntimeError,
    ImportError,
)


def _claims_or_none(evaluator: Evaluator) -> list[Claim] | None:
    try:
        return evaluator.claims()
    except GradcheckError:
        return None


def _candidates(original: Evaluator, on_progress: OnProgress | None) -> Iterator[Evaluator]:
    """The ways to go, the one that lifts most first."""
    problem = original.problem
    # What the copies begin with is what the originals began with.
    original.restore()
    if (widened := _widened(problem)) is not None:
        # The copies draw from the same generators, and have counters and averages of their own.
        state = original.state if widened.world is None else Combined([original.state, widened.world()])
        yield Evaluator(
            widened,
            original.backend,
            on_progress,
            widened=True,
            state=state,
            assistant=original.assistant,
            only=original.only,
        )
    narrow = any(leaf.dtype.kind == "f" and leaf.dtype.itemsize < 8 for leaf in original.flat.leaves)
    if narrow and original.backend.name == "numpy":
        # NumPy's promotion lifts what float64 parameters meet; some of it may stay behind, such as a gradient of data alone.
        yield Evaluator(
            problem, original.backend, on_progress, widened=True, state=original.state, assistant=original.assistant,
            only=original.only,
        )  # fmt: skip


def _widened(problem: Problem) -> Problem | None:
    try:
        return None if problem.widen is None else problem.widen()
    except Exception:
        # Why it cannot be done does not matter: then it is done otherwise, or not at all.
        return None


def _accepted(
    candidate: Evaluator,
    original: Evaluator,
    base_loss: float | None,
    level: Noise | None,
    claimed: list[Claim],
    differing: float,
) -> Lifted | None:
    if [leaf.path for leaf in candidate.flat.leaves] != [leaf.path for leaf in original.flat.leaves]:
        return None
    loss = candidate.base_loss(2)
    if level is not None and base_loss is not None:
        if not _agree(loss, base_loss, level) or not abs(loss - base_loss) > differing:
            return None
        points = [_around(original, number) for number in range(_POINTS)]
    else:
        points = [factor * original.base for factor in (0.5, 0.1, 0.01, 0.0)]
    agreed = 0
    for point in points:
        original.continue_from(candidate)
        there = original.loss(point)
        candidate.continue_from(original)
        if not math.isfinite(there):
            continue
        rough = level or Noise(EPSILON["float32"] * abs(there), abs(there), "float32")
        if not _agree(candidate.loss(point), there, rough):
            return None
        agreed += 1
    if not agreed and level is None:
        return None
    measured = noise.measure(candidate, loss)
    if measured.precision != "float64" or (level is not None and not measured.level < 0.1 * level.level):
        return None
    claims = candidate.claims()
    for claim, before, leaf in zip(claims, claimed, candidate.flat.leaves, strict=True):
        # Where widening spoils a gradient, it is no copy of the person's.
        if gradients.fault(claim, leaf, "") is not None and gradients.fault(before, leaf, "") is None:
            return None
    return Lifted(candidate, loss, measured, claims, candidate.problem is not original.problem)


def _agree(lifted: float, original: float, level: Noise) -> bool:
    return abs(lifted - original) <= _SLACK * float(level.at(lifted, original))


def _around(evaluator: Evaluator, number: int) -> np.ndarray:
    random = np.random.Generator(np.random.SFC64([64, number]))
    vector = evaluator.base.copy()
    for leaf in evaluator.flat.leaves:
        part = vector[leaf.start : leaf.stop]
        part += (
            _AWAY * scale.length_scale(part, scale.root_mean_square(part) or 1.0) * random.standard_normal(part.size)
        )
        # Both computations must be given the same numbers.
        dtype = evaluator.flat.dtype_of(leaf) or np.dtype(np.float32)
        vector[leaf.start : leaf.stop] = part.astype(dtype)
    return vector
