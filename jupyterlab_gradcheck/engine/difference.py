"""Numerical derivatives with an error bound each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

# Between one step and the next smaller one.
RATIO = 4.0


@dataclass(frozen=True)
class Sample:
    """One central difference along one coordinate, at the steps that were realised in floating point.

    Attributes:
        step: the step, the mean of the two realised ones.
        slope: (f+ - f-) / (h+ + h-), not finite where the loss was not.
        gap: |(f+ - f0) / h+ - (f0 - f-) / h-|, the difference of the one-sided slopes.
    """

    step: float
    slope: float
    gap: float


@dataclass(frozen=True)
class Estimate:
    """A derivative and how far off it may be. ``bound`` is infinite where nothing is known."""

    value: float
    bound: float


def sample(
    loss: Callable[[np.ndarray], float],
    base: np.ndarray,
    base_loss: float,
    entry: int,
    step: float,
    grid: Callable[[np.ndarray], np.ndarray],
) -> Sample:
    """Two evaluations of ``loss``: ``base`` (length n) with its ``entry`` moved by ``step`` up and down.

    ``grid`` rounds a vector to what the computation can hold, so that the step that is divided by is the step that
    was made.
    """
    up, down = base.copy(), base.copy()
    up[entry] += step
    down[entry] -= step
    up, down = grid(up), grid(down)
    step_up, step_down = float(up[entry] - base[entry]), float(base[entry] - down[entry])
    if step_up <= 0 or step_down <= 0:
        return Sample(step, math.nan, math.nan)
    loss_up, loss_down = loss(up), loss(down)
    slope = (loss_up - loss_down) / (step_up + step_down)
    gap = abs((loss_up - base_loss) / step_up - (base_loss - loss_down) / step_down)
    return Sample((step_up + step_down) / 2, slope, gap)


def along(loss: Callable[[np.ndarray], float], base: np.ndarray, base_loss: float, move: np.ndarray) -> Sample:
    """Two evaluations at ``base`` +- ``move`` (both of length n): the derivative per unit of ``move``."""
    loss_up, loss_down = loss(base + move), loss(base - move)
    return Sample(1.0, (loss_up - loss_down) / 2, abs(loss_up - 2 * base_loss + loss_down))


def estimate(samples: list[Sample], noise: float) -> Estimate:
    """The derivative that ``samples`` (of different steps) together pin down.

    Every pair of neighbouring steps gives an interval; the truth lies in all of them, so their intersection is
    returned. Where they do not meet, a bound was wrong, and the interval around all of them is returned instead.
    A lone sample is bounded by half its one-sided gap, which any kink or curvature inside the step widens.
    """
    usable = _distinct(samples)
    if not usable:
        return Estimate(math.nan, math.inf)
    if len(usable) == 1:
        only = usable[0]
        return Estimate(only.slope, 1.1 * noise / only.step + 0.5 * only.gap + 2.0**-52 * abs(only.slope))
    pairs = [_pair(big, small, noise) for big, small in pairwise(usable)]
    best = min(pairs, key=lambda pair: pair.bound)
    low = max(pair.value - pair.bound for pair in pairs)
    high = min(pair.value + pair.bound for pair in pairs)
    if low > high:
        low = min(pair.value - pair.bound for pair in pairs)
        high = max(pair.value + pair.bound for pair in pairs)
    value = min(max(best.value, low), high)
    return Estimate(value, max(value - low, high - value))


def noise_dominates(samples: list[Sample], noise: float) -> bool:
    """Whether the smallest step suffers more from the loss's noise than the difference between steps shows."""
    usable = _distinct(samples)
    if len(usable) < 2:
        return False
    return noise / usable[-1].step > abs(usable[-2].slope - usable[-1].slope)


def _distinct(samples: list[Sample]) -> list[Sample]:
    """The finite samples, largest step first, without those whose realised step hardly differs from the one before."""
    kept: list[Sample] = []
    for one in sorted(samples, key=lambda s: -s.step):
        if math.isfinite(one.slope) and (not kept or kept[-1].step > 1.5 * one.step):
            kept.append(one)
    return kept


def _pair(big: Sample, small: Sample, noise: float) -> Estimate:
    """Richardson's extrapolation of two central differences, and a bound on its error.

    The bound adds the noise of four evaluations, twice the truncation error that the two slopes betray, and half the
    one-sided gap wherever the gap does not shrink with the step as a smooth function's does: a kink inside the step
    falsifies a central difference by at most that.
    """
    square = (big.step / small.step) ** 2
    apart = abs(big.slope - small.slope)
    value = small.slope + (small.slope - big.slope) / (square - 1)
    rounding = 1.1 * noise / small.step + 2.0**-52 * abs(value)
    gap_noise = 4 * noise / small.step
    expected = big.gap * small.step / big.step
    smooth = abs(small.gap - expected) <= 0.1 * expected + gap_noise and apart <= 0.25 * small.gap + gap_noise
    kink = 0.0 if smooth else 0.5 * small.gap
    return Estimate(value, rounding + 2 * apart / (square - 1) + kink)
