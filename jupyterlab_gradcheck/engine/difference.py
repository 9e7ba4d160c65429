"""Numerical derivatives with an error bound each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .noise import Noise

Loss = Callable[[np.ndarray], float]
Grid = Callable[[np.ndarray], np.ndarray]

# Between one step and the next smaller one.
RATIO = 4.0


@dataclass(frozen=True)
class Sample:
    """One central difference along one coordinate, at the steps that were realised in floating point.

    Attributes:
        step: the step, the mean of the two realised ones.
        slope: (f+ - f-) / (h+ + h-), not finite where the loss was not.
        gap: |(f+ - f0) / h+ - (f0 - f-) / h-|, the difference of the one-sided slopes.
        noise: bound on the error of one of the evaluations.
    """

    step: float
    slope: float
    gap: float
    noise: float


@dataclass(frozen=True)
class Estimate:
    """A derivative and how far off it may be.

    Attributes:
        value: the derivative.
        bound: bound on its error; infinite where nothing is known.
        kinked: whether the one-sided slopes stay apart however small the step, as at the corner of a ReLU.
        drift: how far the slopes of the two smallest steps are apart beyond what noise explains.
    """

    value: float
    bound: float
    kinked: bool = False
    drift: float = 0.0


def sample(loss: Loss, base: np.ndarray, base_loss: float, entry: int, step: float, grid: Grid, noise: Noise) -> Sample:
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
        return Sample(step, math.nan, math.nan, math.inf)
    loss_up, loss_down = loss(up), loss(down)
    slope = (loss_up - loss_down) / (step_up + step_down)
    gap = abs((loss_up - base_loss) / step_up - (base_loss - loss_down) / step_down)
    return Sample((step_up + step_down) / 2, slope, gap, noise.at(loss_up, loss_down))


def along(loss: Loss, base: np.ndarray, base_loss: float, move: np.ndarray, factor: float, noise: Noise) -> Sample:
    """Two evaluations at ``base`` +- ``factor`` ``move`` (vectors of length n): the derivative per unit of ``move``."""
    loss_up, loss_down = loss(base + factor * move), loss(base - factor * move)
    gap = abs(loss_up - 2 * base_loss + loss_down) / factor
    return Sample(factor, (loss_up - loss_down) / (2 * factor), gap, noise.at(loss_up, loss_down))


def estimate(samples: list[Sample]) -> Estimate:
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
        return Estimate(only.slope, 1.1 * only.noise / only.step + 0.5 * only.gap + 2.0**-52 * abs(only.slope))
    if flat(usable):
        return Estimate(0.0, usable[0].noise / usable[0].step)
    pairs = [_pair(big, small) for big, small in pairwise(usable)]
    best = min(pairs, key=lambda pair: pair.bound)
    low = max(pair.value - pair.bound for pair in pairs)
    high = min(pair.value + pair.bound for pair in pairs)
    if low > high:
        low = min(pair.value - pair.bound for pair in pairs)
        high = max(pair.value + pair.bound for pair in pairs)
    value = min(max(best.value, low), high)
    return Estimate(value, max(value - low, high - value), pairs[-1].kinked, pairs[-1].drift)


def flat(samples: list[Sample]) -> bool:
    """Whether the loss was exactly the same number at every step."""
    return all(sample.slope == 0 and sample.gap == 0 for sample in samples)


def noise_dominates(samples: list[Sample]) -> bool:
    """Whether the smallest step suffers more from the loss's noise than the difference between steps shows."""
    usable = _distinct(samples)
    if len(usable) < 2:
        return False
    return usable[-1].noise / usable[-1].step > abs(usable[-2].slope - usable[-1].slope)


def _distinct(samples: list[Sample]) -> list[Sample]:
    """The finite samples, largest step first, without those whose realised step hardly differs from the one before."""
    kept: list[Sample] = []
    for one in sorted(samples, key=lambda s: -s.step):
        if math.isfinite(one.slope) and (not kept or kept[-1].step > 1.5 * one.step):
            kept.append(one)
    return kept


def _pair(big: Sample, small: Sample) -> Estimate:
    """Richardson's extrapolation of two central differences, and a bound on its error.

    The bound adds the noise of four evaluations; twice the truncation error that the two slopes betray, or all that lies
    between them where they differ too much for the extrapolation to hold; and half the one-sided gap wherever the gap
    does not shrink with the step as a smooth function's does: one kink inside the step falsifies a central difference by
    at most that. A gap that stays means kinks exactly here: any slope between the one-sided ones, or of some mixture of
    corners, may be what backward means by the derivative.
    """
    square = (big.step / small.step) ** 2
    apart = abs(big.slope - small.slope)
    value = small.slope + (small.slope - big.slope) / (square - 1)
    rounding = (square * small.noise / small.step + big.noise / big.step) / (square - 1) + 2.0**-52 * abs(value)
    truncation = 2 * apart / (square - 1)
    if apart > 0.5 * max(abs(big.slope), abs(small.slope)):
        truncation += apart
    gap_noise = 4 * max(small.noise, big.noise * small.step / big.step) / small.step
    expected = big.gap * small.step / big.step
    smooth = abs(small.gap - expected) <= 0.1 * expected + gap_noise and apart <= 0.25 * small.gap + gap_noise
    kink = 0.0 if smooth else 0.5 * small.gap
    kinked = small.gap > 0.5 * big.gap and small.gap > gap_noise
    if kinked:
        kink += 2 * abs(small.slope) + small.gap
    return Estimate(value, rounding + truncation + kink, kinked, max(0.0, apart - gap_noise))
