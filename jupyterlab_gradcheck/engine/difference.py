"""Numerical derivatives with an error bound each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from .noise import Noise

# One number, or arrays of one shape with a derivative in each place.
Number = Any

# Between one step and the next smaller one.
RATIO = 4.0


@dataclass(frozen=True)
class Sample:
    """Central differences along one coordinate, or along one each, at the steps that were realised in floating point.

    Attributes:
        step: the step, the mean of the two realised ones.
        slope: (f+ - f-) / (h+ + h-), not finite where the loss was not.
        gap: |(f+ - f0) / h+ - (f0 - f-) / h-|, the difference of the one-sided slopes.
        noise: bound on the error of one of the evaluations.
        above, below: the one-sided slopes; NaN where only the central difference was asked for.
    """

    step: Number
    slope: Number
    gap: Number
    noise: Number
    above: Number = math.nan
    below: Number = math.nan

    def at(self, place: int) -> Sample:
        """The sample in one place of arrays."""
        return Sample(
            *(float(value[place]) for value in (self.step, self.slope, self.gap, self.noise, self.above, self.below))
        )


@dataclass(frozen=True)
class Estimate:
    """A derivative and how far off it may be.

    Attributes:
        value: the derivative.
        bound: bound on its error; infinite where nothing is known.
        kinked: whether the one-sided slopes stay apart however small the step, as at the corner of a ReLU.
        drift: how far the slopes of the two smallest steps are apart beyond what noise explains.
        one_sided: whether the loss exists on one side only, so that the derivative is that of this side.
    """

    value: Number
    bound: Number
    kinked: Number = False
    drift: Number = 0.0
    one_sided: Number = False


def of(
    base: Number, up: Number, down: Number, base_loss: float, loss_up: Number, loss_down: Number, noise: Noise
) -> Sample:
    """The sample from the losses at ``up`` and ``down``, the stepped values of ``base``.

    The step that is divided by is the step that was made, after rounding; where there was none, the slope is NaN.
    """
    step_up, step_down = up - base, base - down
    width = step_up + step_down
    with np.errstate(all="ignore"):
        made = (step_up > 0) & (step_down > 0)
        slope = np.where(made, (loss_up - loss_down) / width, np.nan)
        above, below = (loss_up - base_loss) / step_up, (base_loss - loss_down) / step_down
        return Sample(
            width / 2,
            slope,
            np.where(made, np.abs(above - below), np.nan),
            np.where(made, noise.at(loss_up, loss_down), np.inf),
            np.where(made, above, np.nan),
            np.where(made, below, np.nan),
        )


def along(loss: Callable[[float], float], base_loss: float, factor: float, noise: Noise) -> Sample:
    """Two evaluations of ``loss`` (a function of how far to go along some direction) at +- ``factor``."""
    loss_up, loss_down = loss(factor), loss(-factor)
    above, below = (loss_up - base_loss) / factor, (base_loss - loss_down) / factor
    return Sample(factor, (above + below) / 2, abs(above - below), float(noise.at(loss_up, loss_down)), above, below)


def estimate(samples: list[Sample], cautious: bool = False) -> Estimate:
    """The derivative that ``samples`` of one coordinate (at different steps) together pin down.

    ``cautious`` is for losses that are so noisy that steps are large, as `pair` has it.

    Every pair of neighbouring steps gives an interval; the truth lies in all of them, so the value of the best pair is
    moved into their intersection.
    A lone sample is bounded by half its one-sided gap, which any kink or curvature inside the step widens.
    """
    usable = _distinct(samples)
    if not usable:
        return _one_sided(samples)
    if len(usable) == 1:
        only = usable[0]
        return Estimate(only.slope, 1.1 * only.noise / only.step + 0.5 * only.gap + 2.0**-52 * abs(only.slope))
    if flat(usable):
        return Estimate(0.0, usable[0].noise / usable[0].step)
    pairs = [pair(big, small, cautious) for big, small in pairwise(usable)]
    low, high, agreeing = _intersection(pairs)
    best = min(agreeing, key=lambda one: float(one.bound))
    value = min(max(float(best.value), low), high)
    # Intervals that hardly meet make a short intersection, which is no better known for that.
    bound = max(value - low, high - value, float(best.bound))
    return Estimate(value, bound, bool(pairs[-1].kinked), float(pairs[-1].drift))


def best_step(samples: list[Sample], cautious: bool = False) -> float | None:
    """The smaller step of the pair of neighbours that tells most; None where there is none."""
    usable = _distinct(samples)
    pairs = [(float(pair(big, small, cautious).bound), float(small.step)) for big, small in pairwise(usable)]
    finite = [one for one in pairs if math.isfinite(one[0])]
    return min(finite)[1] if finite and not flat(usable) else None


def _intersection(pairs: list[Estimate]) -> tuple[float, float, list[Estimate]]:
    """The interval in which all of ``pairs`` agree (largest steps first), and those that do.

    Larger steps that speak against smaller ones reach over a kink, and are left out as long as two smaller ones agree.
    Where not even those do, a bound was wrong: then the interval is the one around all that is left.
    """
    for first in range(max(1, len(pairs) - 1)):
        left = pairs[first:]
        low = max(float(one.value - one.bound) for one in left)
        high = min(float(one.value + one.bound) for one in left)
        if low <= high:
            return low, high, left
    low = min(float(one.value - one.bound) for one in left)
    high = max(float(one.value + one.bound) for one in left)
    return low, high, left


def flat(samples: list[Sample]) -> bool:
    """Whether the loss was exactly the same number at every step."""
    return all(sample.slope == 0 and sample.gap == 0 for sample in samples)


def noise_dominates(samples: list[Sample]) -> bool:
    """Whether the smallest step suffers more from the loss's noise than the difference between steps shows."""
    usable = _distinct(samples)
    if len(usable) < 2:
        return False
    return bool(usable[-1].noise / usable[-1].step > abs(usable[-2].slope - usable[-1].slope))


def betrays_noise(big: Sample, small: Sample) -> Number:
    """Whether the one-sided slopes of a smaller step are further apart than those of a larger one, beyond the noise that is
    known. Neither a smooth function's nor one kink's are: there is more noise than was measured."""
    return (small.gap > 1.5 * big.gap) & (small.gap > 8 * small.noise / small.step)


def against(samples: list[Sample], claimed: float, allowed: float) -> int:
    """How many of ``samples`` speak against ``claimed``, each by itself: by more than ``allowed``, its noise, and half its
    one-sided gap. 0 where one of them bears the claim out that is fine enough to tell it from the smallest deviation."""
    usable = _distinct(samples)
    widths = [1.1 * one.noise / one.step + 0.5 * one.gap for one in usable]
    off = [abs(claimed - one.slope) for one in usable]
    speaking = [o > w + allowed for o, w in zip(off, widths, strict=True)]
    deviation = min((o for o, s in zip(off, speaking, strict=True) if s), default=0.0)
    denied = any(not s and w < 0.5 * deviation for s, w in zip(speaking, widths, strict=True))
    return 0 if denied else sum(speaking)


def pair(big: Sample, small: Sample, cautious: bool = False) -> Estimate:
    """Richardson's extrapolation of two central differences, and a bound on its error; of one coordinate or of arrays.

    The bound adds the noise of four evaluations; twice the truncation error that the two slopes betray, or all that lies
    between them where they differ too much for the extrapolation to hold; and half the one-sided gap wherever the gap
    does not shrink with the step as a smooth function's does: one kink inside the step falsifies a central difference by
    at most that. A gap that stays means kinks exactly here: any slope between the one-sided ones, or of some mixture of
    corners, may be what backward means by the derivative. If ``cautious``, the gap counts whether it shrinks or not: large
    steps lead over several kinks, and noise hides how the gap behaves.
    """
    square = (big.step / small.step) ** 2
    apart = np.abs(big.slope - small.slope)
    value = small.slope + (small.slope - big.slope) / (square - 1)
    rounding = (square * small.noise / small.step + big.noise / big.step) / (square - 1) + 2.0**-52 * np.abs(value)
    truncation = 2 * apart / (square - 1)
    wild = apart > 0.5 * np.maximum(np.abs(big.slope), np.abs(small.slope))
    truncation = truncation + np.where(wild, apart, 0.0)
    gap_noise = 4 * np.maximum(small.noise, big.noise * small.step / big.step) / small.step
    expected = big.gap * small.step / big.step
    smooth = (np.abs(small.gap - expected) <= 0.1 * expected + gap_noise) & (apart <= 0.25 * small.gap + gap_noise)
    kink = np.where(smooth & (not cautious), 0.0, 0.5 * small.gap)
    kinked = (small.gap > 0.5 * big.gap) & (small.gap > gap_noise)
    kink = kink + np.where(kinked, 2 * np.abs(small.slope) + small.gap, 0.0)
    return Estimate(value, rounding + truncation + kink, kinked, np.maximum(0.0, apart - gap_noise))


def _distinct(samples: list[Sample]) -> list[Sample]:
    """The finite samples, largest step first, without those whose realised step hardly differs from the one before."""
    kept: list[Sample] = []
    for one in sorted(samples, key=lambda s: -float(s.step)):
        if math.isfinite(one.slope) and (not kept or kept[-1].step > 1.5 * one.step):
            kept.append(one)
    return kept


def _one_sided(samples: list[Sample]) -> Estimate:
    """The derivative of the one side on which the loss exists: at the very edge of its domain.

    One-sided slopes of a smooth function err in proportion to the step, so that two of them, r apart in step, extrapolate
    to (r s' - s) / (r - 1). How they settle over three steps tells whether it is so: by a factor of r each time. Where
    they settle more slowly (as those of x sqrt(x) do), the last one is as good as it gets; where they do not (a logarithm
    next to its edge), nothing is known.
    """
    for side in ("above", "below"):
        usable = sorted((s for s in samples if math.isfinite(getattr(s, side))), key=lambda s: -float(s.step))
        steps_ = [float(one.step) for one in usable]
        found: list[tuple[float, float]] = []
        for place in range(2, len(usable)):
            ratio = steps_[place - 1] / steps_[place]
            if min(ratio, steps_[place - 2] / steps_[place - 1]) < 1.5:
                continue
            first, second, third = (float(getattr(one, side)) for one in usable[place - 2 : place + 1])
            rounding = 2.2 * (ratio * usable[place].noise / steps_[place] + usable[place - 1].noise / steps_[place - 1])
            rounding /= ratio - 1
            before, after = abs(first - second), abs(second - third)
            settling = before / after if after > 0 else math.inf
            if settling >= 0.75 * ratio or before <= rounding:
                found.append(((ratio * third - second) / (ratio - 1), after / (ratio - 1) + rounding))
            elif settling > 1.5:
                found.append((third, 2 * after / (settling - 1) + rounding))
        if found:
            value, bound = min(found, key=lambda one: one[1])
            return Estimate(value, bound, False, 0.0, True)
    return Estimate(math.nan, math.inf)
