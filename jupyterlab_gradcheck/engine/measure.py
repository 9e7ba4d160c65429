"""Measures single entries of the gradient, as often as their verdict needs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import difference, judge, scale, steps
from .difference import RATIO, Sample
from .evaluate import Evaluator
from .flatten import Leaf
from .judge import Code
from .noise import Noise

# Further steps that one doubtful entry is worth, and smaller ones that a failing entry must survive.
EXTRA_STEPS = 5
CONFIRMATIONS = 2
# A loss that does not move so many length scales away is constant.
FAR = 64.0
# Entries of an array whose truncation error is measured, where the others get one step each.
_SAMPLED = 8
# Entries that make tracing the loss worth its time.
_WORTH_A_BATCH = 1024

Batched = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass
class Measurement:
    """Numerical gradients of some entries of one leaf (arrays of length k).

    Attributes:
        entries: the entries, counted within the leaf, ascending.
        numerical: best values.
        bound: bounds on their errors; infinite where the loss was not finite around the point.
        slope: what the relative difference is taken from: the plain central difference where a step was asked for,
            else `numerical`.
        kinked: where the loss has a kink exactly at this point.
        above, below: one-sided slopes at the smallest step.
        flat: where the loss is the same number at every step.
        constant: where it is, from here to far away.
        one_sided: where the loss exists on one side only.
        nearest, drift: slope at the smallest step taken, and how far it is from the next one's beyond noise.
        against: how many steps speak against the claim, each by itself; counted where the claim was in doubt.
    """

    entries: np.ndarray
    numerical: np.ndarray
    bound: np.ndarray
    slope: np.ndarray
    kinked: np.ndarray
    above: np.ndarray
    below: np.ndarray
    flat: np.ndarray
    constant: np.ndarray
    one_sided: np.ndarray
    nearest: np.ndarray
    drift: np.ndarray
    against: np.ndarray

    @classmethod
    def of(cls, entries: np.ndarray, numerical: np.ndarray, bound: np.ndarray) -> Measurement:
        """A measurement of which no more is known than values and bounds."""
        no, unknown = np.zeros((4, entries.size), dtype=bool), np.full((3, entries.size), np.nan)
        unknown[2] = 0.0
        return cls(
            entries, numerical, bound, numerical, no[0], unknown[0], unknown[1], no[1], no[2], no[3],
            numerical.copy(), unknown[2], np.zeros(entries.size, dtype=np.int8),
        )  # fmt: skip

    def joined(self, other: Measurement) -> Measurement:
        """Both measurements in one; where they overlap, ``other`` counts."""
        kept = ~np.isin(self.entries, other.entries)
        order = np.argsort(np.concatenate([self.entries[kept], other.entries]), kind="stable")
        return Measurement(
            *(
                np.concatenate([getattr(self, name)[kept], getattr(other, name)])[order]
                for name in self.__dataclass_fields__
            )
        )


class Measuring:
    """Central differences around the evaluator's point.

    The first pass takes the same steps for every entry of a leaf; `refine` goes on where a verdict is open.
    """

    def __init__(
        self, evaluator: Evaluator, base_loss: float, noise: Noise, epsilon: float | None = None, thorough: bool = True
    ) -> None:
        """``thorough`` takes two steps an entry from the beginning, else one, where no ``epsilon`` is given."""
        self._evaluator = evaluator
        self._base_loss = base_loss
        self.noise = noise
        self._epsilon = epsilon
        self._thorough = thorough
        self._first: dict[int, tuple[np.ndarray, list[Sample]]] = {}
        self._batches: Batched | None = None
        self._batching = True
        self._samples: dict[tuple[int, int], list[Sample]] = {}
        self.seen: list[np.ndarray] = []

    def evaluations(self, size: int) -> int:
        """Calls of forward that the first pass over ``size`` entries takes."""
        if self._epsilon is not None:
            return 2 * size
        return 4 * size if self._thorough else 2 * size + 2 * min(size, _SAMPLED)

    def measure(self, leaf: Leaf, entries: np.ndarray | None = None) -> Measurement:
        """Measures ``entries`` of ``leaf`` (all where None) at the first steps."""
        chosen = np.arange(leaf.size) if entries is None else np.unique(entries)
        if self._epsilon is not None:
            first = self._nominal(leaf, chosen, self._epsilon)
            found = self._lone(chosen, first)
        elif self._thorough or chosen.size <= _SAMPLED:
            found = self._twice(leaf, chosen)
        else:
            found = self._once(leaf, chosen)
        return found

    def refine(self, leaf: Leaf, found: Measurement, claimed: np.ndarray, small: judge.Scale) -> bool:
        """Improves ``found`` where its verdict is open until that is plain, or steps or budget are spent.

        Returns whether there was anything to improve. ``claimed`` are the claimed entries of the leaf. An entry fails only after it failed at smaller steps too: what
        a kink or a large step feigns does not survive them.
        """
        codes = judge.judge(claimed[found.entries], found.numerical, found.bound, small)
        open_ = (codes != Code.PASS) | ~self._trusted(leaf, found)
        if not open_.any():
            return False
        for place in np.flatnonzero(open_ & np.isfinite(claimed[found.entries])):
            if not self._evaluator.affords(4):
                break
            self._refine(leaf, found, int(place), float(claimed[found.entries[place]]), small)
        return True

    def renew(self, noise: Noise) -> None:
        """From now on, with another measure of the noise."""
        self.noise = noise

    def _scale(self, leaf: Leaf, entries: np.ndarray) -> np.ndarray:
        floor = self._evaluator.floor(self._evaluator.flat.position(leaf.start))
        return scale.length_scale(self._evaluator.base[leaf.start + entries], floor)

    def _auto(self, leaf: Leaf, entries: np.ndarray) -> np.ndarray:
        return steps.starting_steps(self._scale(leaf, entries), self.noise)

    def _trusted(self, leaf: Leaf, found: Measurement) -> np.ndarray:
        """Whether the first step along each entry is no larger than one that would have been chosen.

        The one-sided gap of a much larger step says nothing of its truncation.
        """
        if self._epsilon is None:
            return np.ones(found.entries.size, dtype=bool)
        return np.asarray(self._epsilon <= RATIO * self._auto(leaf, found.entries)[0])

    def _twice(self, leaf: Leaf, chosen: np.ndarray) -> Measurement:
        big, small = (self._series(leaf, chosen, step) for step in self._auto(leaf, chosen))
        pair = difference.pair(big, small, self._cautious)
        found = Measurement.of(chosen, np.asarray(pair.value), np.asarray(pair.bound))
        found.kinked, found.drift = np.asarray(pair.kinked), np.asarray(pair.drift)
        found.nearest, found.above, found.below = small.slope.copy(), small.above, small.below
        found.flat = (big.slope == 0) & (small.slope == 0) & (big.gap == 0) & (small.gap == 0)
        found.numerical[found.flat] = 0.0
        found.bound[found.flat] = (big.noise / big.step)[found.flat]
        # Where a step was not made or left the domain, the pair says nothing: what is left of it does.
        odd = ~np.isfinite(pair.value) | ~(big.step > 1.5 * small.step)
        for place in np.flatnonzero(odd):
            self._samples[leaf.start, int(chosen[place])] = [big.at(int(place)), small.at(int(place))]
            self._store(leaf, found, int(place))
        found.slope = found.numerical.copy()
        self._keep(leaf, chosen, [big, small])
        return found

    def _once(self, leaf: Leaf, chosen: np.ndarray) -> Measurement:
        """One step an entry. What that leaves of truncation is measured at some entries, and taken fourfold."""
        spread = np.unique(np.linspace(0, chosen.size - 1, _SAMPLED).astype(int))
        large, little = self._auto(leaf, chosen)
        small = self._series(leaf, chosen, little)
        big = self._series(leaf, chosen[spread], large[spread])
        square = RATIO**2 - 1
        off = np.abs(big.slope - small.slope[spread]) / square
        truncation = 4 * float(np.max(off, initial=0.0, where=np.isfinite(off)))
        ordinary = 4 * float(np.max(small.gap[spread], initial=0.0, where=np.isfinite(small.gap[spread])))
        found = self._lone(chosen, small)
        found.bound = (
            1.1 * small.noise / small.step + truncation + 0.5 * np.maximum(0.0, small.gap - ordinary)
        ) + 2.0**-52 * np.abs(small.slope)
        found.bound[~np.isfinite(small.slope)] = np.inf
        self._keep(leaf, chosen, [small])
        return found

    def _lone(self, chosen: np.ndarray, only: Sample) -> Measurement:
        bound = 1.1 * only.noise / only.step + 0.5 * only.gap + 2.0**-52 * np.abs(only.slope)
        found = Measurement.of(chosen, only.slope.copy(), np.where(np.isfinite(bound), bound, np.inf))
        found.slope = only.slope
        found.above, found.below = only.above, only.below
        found.flat = (only.slope == 0) & (only.gap == 0)
        return found

    def _scale_of(self, leaf: Leaf, entry: int) -> float:
        return float(self._scale(leaf, np.array([entry]))[0])

    def _keep(self, leaf: Leaf, chosen: np.ndarray, samples: list[Sample]) -> None:
        self._first[leaf.start] = (chosen, samples)

    def _known(self, leaf: Leaf, entry: int) -> list[Sample]:
        """The samples of one entry so far; the caller's to add to."""
        key = (leaf.start, entry)
        if key not in self._samples:
            self._samples[key] = []
            first = self._first.get(leaf.start)
            if first is not None:
                place = int(np.searchsorted(first[0], entry))
                if place < first[0].size and first[0][place] == entry:
                    self._samples[key] = [sample.at(place) for sample in first[1]]
        return self._samples[key]

    def _refine(self, leaf: Leaf, found: Measurement, place: int, claimed: float, small: judge.Scale) -> None:
        entry = int(found.entries[place])
        samples = self._known(leaf, entry)
        if len(samples) < 2:
            # One step, or another method, left the verdict open: begin with steps that fit.
            samples[:] = [self._sample(leaf, entry, float(step)) for step in self._auto(leaf, np.array([entry]))[:, 0]]
            self._store(leaf, found, place)
        if claimed == 0 and difference.flat(samples):
            # Dead, or drowned in rounding: only far away is there a difference.
            far = self._sample(leaf, entry, FAR * self._scale_of(leaf, entry))
            if difference.flat([far]):
                found.constant[place], found.flat[place] = True, True
                found.bound[place] = far.noise / far.step
                return
        if difference.flat(samples):
            plateau = self._plateau(leaf, entry, samples)
            if plateau > 0:
                found.bound[place] = max(float(found.bound[place]), plateau)
                return
        most = len(samples) + EXTRA_STEPS
        confirmed = 0
        while len(samples) < most and self._evaluator.affords(2):
            code = judge.judge(np.array([claimed]), found.numerical[[place]], found.bound[[place]], small)[0]
            if code == Code.PASS or (code == Code.FAIL and confirmed >= CONFIRMATIONS):
                break
            confirmed += code == Code.FAIL
            step = self._next_step(leaf, entry, samples, int(code))
            if step is None:
                break
            samples.append(self._sample(leaf, entry, step))
            self._store(leaf, found, place)
        found.against[place] = difference.against(samples, claimed, small.tolerance)
        if self._epsilon is None:
            found.slope[place] = found.numerical[place]

    def _plateau(self, leaf: Leaf, entry: int, samples: list[Sample]) -> float:
        """What slope may hide where the loss does not move, because it moves in jumps (it was rounded); 0 where it does not.

        A loss that was rounded differs by multiples of one number wherever it differs at all.
        """
        widest = max(float(sample.step) for sample in samples)
        jump, scale_ = 0.0, self._scale_of(leaf, entry)
        for step in (scale_ / 64, scale_ / 16, scale_ / 4, scale_ / 2, scale_):
            if step <= widest or not self._evaluator.affords(2):
                continue
            one = self._sample(leaf, entry, step)
            if difference.flat([one]):
                widest = step
            for moved in (abs(one.above * one.step), abs(one.below * one.step)):
                if math.isfinite(moved) and moved > 0:
                    jump = _common_divisor(jump, moved, 1e3 * self.noise.level)
        return jump / widest if jump > 1e5 * self.noise.level else 0.0

    @property
    def _cautious(self) -> bool:
        return self.noise.precision != "float64"

    def _next_step(self, leaf: Leaf, entry: int, samples: list[Sample], code: int) -> float | None:
        known = [float(sample.step) for sample in samples]
        if not math.isfinite(samples[-1].slope):
            # Outside the loss's domain: how far its edge is, nobody knows.
            return min(known) / RATIO**3
        if code == Code.INCONCLUSIVE and difference.noise_dominates(samples):
            # Steps beyond the parameter's own scale would tell of another place.
            return RATIO * max(known) if RATIO * max(known) <= self._scale_of(leaf, entry) else None
        return min(known) / RATIO

    def _sample(self, leaf: Leaf, entry: int, step: float) -> Sample:
        return self._series(leaf, np.array([entry]), np.array([step])).at(0)

    def _series(self, leaf: Leaf, chosen: np.ndarray, size: np.ndarray) -> Sample:
        """Samples of the entries ``chosen`` of ``leaf``, each at its step of ``size``."""
        base = self._evaluator.base[leaf.start + chosen]
        grid = self._grid(leaf)
        up, down = grid(base + size), grid(base - size)
        losses_up, losses_down = self._losses(leaf, chosen, up, down)
        return difference.of(base, up, down, self._base_loss, losses_up, losses_down, self.noise)

    def _nominal(self, leaf: Leaf, chosen: np.ndarray, epsilon: float) -> Sample:
        # Equation 3 of the course to the letter: divided by 2 epsilon, not by the step that rounding made of it.
        base = self._evaluator.base[leaf.start + chosen]
        up, down = self._losses(leaf, chosen, base + epsilon, base - epsilon)
        slope = (up - down) / (2 * epsilon)
        above, below = (up - self._base_loss) / epsilon, (self._base_loss - down) / epsilon
        return Sample(
            np.full(chosen.size, epsilon), slope, np.abs(above - below), self.noise.at(up, down), above, below
        )

    def _losses(
        self, leaf: Leaf, chosen: np.ndarray, up: np.ndarray, down: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        found = self._in_batches(leaf, chosen, up, down)
        if found is None:
            found = self._one_by_one(leaf, chosen, up, down)
            if not self._evaluator.intact():
                found = self._one_by_one(leaf, chosen, up, down)
        if len(self.seen) < 16:
            self.seen.append(found[0][:64])
        return found

    def _one_by_one(
        self, leaf: Leaf, chosen: np.ndarray, up: np.ndarray, down: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        stepped = self._evaluator.stepper(leaf)
        above, below = np.full(chosen.size, np.nan), np.full(chosen.size, np.nan)
        affords = self._evaluator.affords
        for place, (entry, high, low) in enumerate(zip(chosen.tolist(), up.tolist(), down.tolist(), strict=True)):
            if place % 64 == 0 and not affords(2):
                break
            above[place] = stepped(entry, high)
            below[place] = stepped(entry, low)
        return above, below

    def _in_batches(
        self, leaf: Leaf, chosen: np.ndarray, up: np.ndarray, down: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """The same through the backend's batched evaluation; None where there is none, or it gives other numbers."""
        if chosen.size < _WORTH_A_BATCH or not self._batching:
            return None
        self._batches = self._batches or self._evaluator.batched()
        if self._batches is None:
            self._batching = False
            return None
        entries, values = leaf.start + np.r_[chosen, chosen], np.r_[up, down]
        stepped = self._evaluator.stepper(leaf)
        probes = np.linspace(0, chosen.size - 1, 3).astype(int)
        single = np.array([stepped(int(chosen[one]), float(up[one])) for one in probes])
        losses = self._batches(entries, values)
        if not np.all(np.abs(losses[probes] - single) <= 2 * self.noise.at(single)):
            self._batching = False
            return None
        return losses[: chosen.size], losses[chosen.size :]

    def _store(self, leaf: Leaf, found: Measurement, place: int) -> None:
        samples = self._samples[leaf.start, int(found.entries[place])]
        estimate = difference.estimate(samples, self._cautious)
        found.numerical[place], found.bound[place] = estimate.value, estimate.bound
        found.kinked[place], found.drift[place] = estimate.kinked, estimate.drift
        found.one_sided[place] = estimate.one_sided
        nearest = min(samples, key=lambda sample: float(sample.step))
        found.nearest[place], found.above[place], found.below[place] = nearest.slope, nearest.above, nearest.below

    def _grid(self, leaf: Leaf) -> Callable[[np.ndarray], np.ndarray]:
        precision = self.noise.precision
        dtype = self._evaluator.flat.dtype_of(leaf)
        if precision != "float64" and (dtype is None or dtype.itemsize > np.dtype(precision).itemsize):
            # A float32 loss casts float64 parameters inside: step on the points it can tell apart.
            dtype = np.dtype(precision)
        if dtype is None:
            return lambda values: values
        return lambda values: values.astype(dtype).astype(np.float64)


def _common_divisor(one: float, other: float, rest: float) -> float:
    """The largest number of which both are multiples, as far as ``rest`` can be told from 0 (Euclid's algorithm)."""
    while other > rest:
        one, other = other, abs(one - round(one / other) * other)
    return one
