"""Measures single entries of the gradient, as often as their verdict needs."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np

from . import difference, judge, scale, steps
from .difference import RATIO, Sample
from .evaluate import Batch, Evaluator
from .flatten import Leaf
from .judge import Code
from .noise import EPSILON, Noise, common_divisor, median_noise

# Further steps that one doubtful entry is worth, and smaller ones that a failing entry must survive.
EXTRA_STEPS = 5
CONFIRMATIONS = 2
# A loss that does not move so many length scales away is constant.
FAR = 64.0
# Entries of a leaf whose truncation error is measured, where the others get one step each.
_SAMPLED = 8
_CLOSER = 8.0
# Entries at most that are measured one by one as well, where many are measured at a time.
_PROBES = 8
# Entries that are measured before the budget is looked at again: at least, at most, and the seconds that they may take.
_BETWEEN = 8, 512
_PAUSE = 0.05
# Losses that are kept to tell the precision from.
_KEPT = 512


@dataclass
class Measurement:
    """Numerical gradients of some entries (arrays of length k).

    Attributes:
        entries: the entries, ascending; of one leaf, counted within it.
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
        refined: where the claim was in doubt, and everything was done to decide.
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
    refined: np.ndarray

    @classmethod
    def of(
        cls,
        entries: np.ndarray,
        numerical: np.ndarray,
        bound: np.ndarray,
        sides: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> Measurement:
        """A measurement of which no more is known than values and bounds, and perhaps the slopes on either side."""
        no = np.zeros((6, entries.size), dtype=bool)
        above, below = np.full((2, entries.size), np.nan) if sides is None else sides
        return cls(
            entries, numerical, bound, numerical, no[0], above, below, no[1], no[2], no[3],
            numerical.copy(), np.zeros(entries.size), no[5].view(np.int8), no[4],
        )  # fmt: skip

    def of_leaf(self, leaf: Leaf) -> Measurement:
        """The part that belongs to ``leaf``, of a measurement of all entries: a view, its entries counted in the leaf."""
        part = slice(leaf.start, leaf.stop)
        return Measurement(
            self.entries[: leaf.size], self.numerical[part], self.bound[part], self.slope[part], self.kinked[part],
            self.above[part], self.below[part], self.flat[part], self.constant[part], self.one_sided[part],
            self.nearest[part], self.drift[part], self.against[part], self.refined[part],
        )  # fmt: skip

    def joined(self, other: Measurement) -> Measurement:
        """Both measurements in one; where they overlap, ``other`` counts."""
        kept = ~np.isin(self.entries, other.entries)
        order = np.argsort(np.concatenate([self.entries[kept], other.entries]), kind="stable")
        return Measurement(
            *(
                np.concatenate([getattr(self, name)[kept], getattr(other, name)])[order]
                for name in ("entries", *_VALUES)
            )
        )


_VALUES = tuple(one.name for one in fields(Measurement) if one.name != "entries")


class Measuring:
    """Central differences around the evaluator's point.

    The first pass takes the same steps for every entry; `refine` goes on where a verdict is open. Within this class,
    entries are counted in the whole vector.

    Attributes:
        seen: some of the losses, in passing.
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
        self._narrow = [leaf for leaf in evaluator.flat.leaves if evaluator.flat.dtype_of(leaf) is not None]
        self._first: list[tuple[np.ndarray, list[Sample]]] = []
        self._batch: Batch | None = None
        self._jump = 0.0
        self._samples: dict[int, list[Sample]] = {}
        self.seen: list[np.ndarray] = []

    def measure_all(self) -> Measurement:
        """Measures every entry of every leaf at the first steps."""
        return self._measure(np.arange(self._evaluator.base.size))

    def measure(self, leaf: Leaf, entries: np.ndarray | None = None) -> Measurement:
        """Measures ``entries`` of ``leaf`` (all where None) at the first steps."""
        chosen = np.arange(leaf.size) if entries is None else np.unique(entries)
        found = self._measure(leaf.start + chosen)
        found.entries = chosen
        return found

    def refine(self, leaf: Leaf, found: Measurement, claimed: np.ndarray, small: judge.Scale) -> bool:
        """Improves ``found`` where its verdict is open until that is plain, or steps or budget are spent.

        Returns whether there was anything to improve. ``claimed`` are the claimed entries of the leaf. An entry fails
        only after it failed at smaller steps too: what a kink or a large step feigns does not survive them.
        """
        said = claimed[found.entries]
        codes = judge.judge(said, found.numerical, found.bound, small)
        open_ = codes != Code.PASS
        if self._epsilon is not None:
            # The one-sided gap of a step much larger than one that would have been chosen says nothing of its truncation.
            open_ |= self._epsilon > RATIO * self._auto(leaf.start + found.entries)[0]
        if not open_.any():
            return False
        for place in np.flatnonzero(open_ & np.isfinite(said)):
            if not self._evaluator.affords(4):
                break
            self._refine(leaf.start + int(found.entries[place]), found, int(place), float(said[place]), small)
            found.refined[place] = True
        return True

    def sample(self, entry: int, step: float) -> Sample:
        """The central difference of one entry at about ``step``, on its length scale or off."""
        return self._sample(entry, step)

    def length_of(self, entry: int) -> float:
        """The length on which one entry counts as moved."""
        return self._scale_of(entry)

    def step_taken(self, entry: int) -> float:
        """The step that the derivative of one entry rests on most: of the pair that pins it down, the smaller one."""
        if self._epsilon is not None:
            return self._epsilon
        best = difference.best_step(self._samples.get(entry, []), self._cautious)
        if best is not None:
            return best
        small = float(self._auto(np.array([entry]))[1, 0])
        return small if self._thorough else small / _CLOSER

    def hidden_noise(self) -> float:
        """The noise that the first pass betrays, where it is more than was known: of a part of the loss that the noise's
        line did not stir; else 0."""
        betrayed = []
        for entries, samples in self._first:
            if len(samples) == 2:
                big, small = samples
                found = difference.betrays_noise(big, small)
                if np.count_nonzero(found) >= max(3, 0.1 * found.size) and not self._is_noise(entries, small, found):
                    continue
                betrayed += (
                    [(small.gap * small.step)[found] / 4] if np.count_nonzero(found) >= max(3, 0.1 * found.size) else []
                )
        return float(np.median(np.concatenate(betrayed))) if betrayed else 0.0

    def _is_noise(self, entries: np.ndarray, small: Sample, found: np.ndarray) -> bool:
        """Whether what one of the entries ``found`` betrays is noise, and no curvature: then values close by differ as much."""
        place = int(np.flatnonzero(found)[np.count_nonzero(found) // 2])
        if not self._evaluator.affords(8):
            return True
        entry, step = int(entries[place]), float(small.step[place])
        base = float(self._evaluator.base[entry])
        values = [base + k * step / 8 for k in range(1, 9)]
        losses = self._evaluator.stepped([entry] * 4, values[::2], values[1::2]).reshape(-1)
        alleged = float(small.gap[place] * small.step[place]) / 4
        return median_noise(np.r_[self._base_loss, losses]) > alleged / 10

    def trusts_first(self) -> bool:
        """Whether the step that was asked for is small enough everywhere to be judged by."""
        if self._epsilon is None:
            return True
        widest = RATIO**2 * steps.reach(self.noise)
        return self._epsilon <= widest * self._evaluator.floor_of_all() or self._epsilon <= widest * min(
            self._evaluator.floor(position) for position in range(len(self._evaluator.flat.leaves))
        )

    def renew(self, noise: Noise) -> None:
        """From now on, with another measure of the noise."""
        self.noise = noise
        self._first.clear()
        self._samples.clear()

    def _measure(self, entries: np.ndarray) -> Measurement:
        if self._epsilon is not None:
            return self._lone(entries, self._nominal(entries, self._epsilon))
        if self._thorough or entries.size <= _SAMPLED:
            return self._twice(entries)
        return self._once(entries)

    def _twice(self, entries: np.ndarray) -> Measurement:
        big, small = (self._series(entries, step) for step in self._auto(entries))
        self._first.append((entries, [big, small]))
        pair = difference.pair(big, small, self._cautious)
        found = Measurement.of(entries, np.asarray(pair.value), np.asarray(pair.bound))
        found.kinked, found.drift = np.asarray(pair.kinked), np.asarray(pair.drift)
        found.nearest, found.above, found.below = small.slope.copy(), small.above, small.below
        found.flat = (big.slope == 0) & (small.slope == 0) & (big.gap == 0) & (small.gap == 0)
        found.numerical[found.flat] = 0.0
        found.bound[found.flat] = (big.noise / big.step)[found.flat]
        # Where a step was not made or left the domain, the pair says nothing: what is left of it does.
        odd = ~np.isfinite(pair.value) | ~(big.step > 1.5 * small.step)
        for place in np.flatnonzero(odd):
            self._store(self._known(int(entries[place])), found, int(place))
        found.slope = found.numerical.copy()
        return found

    def _once(self, entries: np.ndarray) -> Measurement:
        """One step an entry. What that leaves of truncation is measured at some entries of each leaf, and taken fourfold."""
        # Where the steps need not bear each other out, smaller ones do: they lead over fewer kinks.
        large, little = self._auto(entries) / _CLOSER
        small = self._series(entries, little)
        found = self._lone(entries, small)
        for _, part in self._by_leaf(entries):
            spread = part.start + np.unique(np.linspace(0, part.stop - part.start - 1, _SAMPLED).astype(int))
            big = self._series(entries[spread], large[spread])
            off = np.abs(big.slope - small.slope[spread]) / (RATIO**2 - 1)
            gaps = small.gap[spread]
            truncation = 4 * float(np.max(off, initial=0.0, where=np.isfinite(off)))
            ordinary = 4 * float(np.max(gaps, initial=0.0, where=np.isfinite(gaps)))
            unusual = 0.5 * np.maximum(0.0, small.gap[part] - ordinary)
            found.bound[part] = 1.1 * small.noise[part] / small.step[part] + truncation + unusual
        found.bound += 2.0**-52 * np.abs(small.slope)
        found.bound[~np.isfinite(small.slope)] = np.inf
        self._first.append((entries, [small]))
        return found

    def _lone(self, entries: np.ndarray, only: Sample) -> Measurement:
        bound = 1.1 * only.noise / only.step + 0.5 * only.gap + 2.0**-52 * np.abs(only.slope)
        bound[~np.isfinite(bound)] = np.inf
        found = Measurement.of(entries, only.slope.copy(), bound, (only.above, only.below))
        found.slope = only.slope
        found.flat = (only.slope == 0) & (only.gap == 0)
        return found

    def _known(self, entry: int) -> list[Sample]:
        """The samples of one entry so far; the caller's to add to."""
        if entry not in self._samples:
            self._samples[entry] = []
            for entries, samples in reversed(self._first):
                place = int(np.searchsorted(entries, entry))
                if place < entries.size and entries[place] == entry:
                    self._samples[entry] = [sample.at(place) for sample in samples]
                    break
        return self._samples[entry]

    def _refine(self, entry: int, found: Measurement, place: int, claimed: float, small: judge.Scale) -> None:
        samples = self._known(entry)
        if len(samples) == 1:
            # One step left the verdict open: nearer by there are fewer kinks.
            samples.append(self._sample(entry, float(samples[0].step) / RATIO))
            self._store(samples, found, place)
        elif not samples:
            # The step that was asked for, or another method, did: begin with steps that fit.
            samples[:] = [self._sample(entry, float(step)) for step in self._auto(np.array([entry]))[:, 0]]
            self._store(samples, found, place)
        if claimed == 0 and difference.flat(samples):
            # Dead, or drowned in rounding: only far away is there a difference.
            far = self._sample(entry, FAR * self._scale_of(entry))
            if difference.flat([far]):
                found.constant[place], found.flat[place] = True, True
                found.bound[place] = far.noise / far.step
                return
        if difference.flat(samples):
            plateau = self._plateau(entry, samples, claimed)
            if plateau > 0:
                found.bound[place] = max(float(found.bound[place]), plateau)
                return
        most = len(samples) + EXTRA_STEPS
        confirmed = 0
        while len(samples) < most and self._evaluator.affords(2):
            code = judge.judge(np.array([claimed]), found.numerical[[place]], found.bound[[place]], small)[0]
            if code == Code.PASS or (code == Code.FAIL and confirmed >= CONFIRMATIONS):
                break
            if found.kinked[place] and _between(claimed, found.above[place], found.below[place]):
                # Exactly on a kink, smaller steps tell the same; next to one, they do not.
                if self._stays_kinked(entry, samples):
                    break
                self._store(samples, found, place)
                continue
            confirmed += code == Code.FAIL
            step = self._next_step(entry, samples, int(code))
            if step is None:
                break
            samples.append(self._sample(entry, step))
            self._store(samples, found, place)
        found.against[place] = difference.against(samples, claimed, small.tolerance)
        by_step = sorted((one for one in samples if math.isfinite(one.slope)), key=lambda one: -float(one.step))
        if len(by_step) > 1 and difference.betrays_noise(by_step[-2], by_step[-1]):
            found.drift[place] = math.inf
        if judge.judge(np.array([claimed]), found.numerical[[place]], found.bound[[place]], small)[0] == Code.FAIL:
            self._hear(entry, found, place, claimed)
        if self._epsilon is None:
            found.slope[place] = found.numerical[place]

    def _hear(self, entry: int, found: Measurement, place: int, claimed: float) -> None:
        """Hears the smallest step that can tell a claim from what larger ones found, before the claim is called wrong.

        The loss may have a structure finer than the first steps: next to the edge of a root, or a ripple. Where that step
        bears the claim out, the steps around it may even know the derivative well enough.
        """
        apart = abs(claimed - float(found.numerical[place]))
        smallest = min(float(sample.step) for sample in self._samples[entry])
        if not 0 < apart < math.inf or self.noise.precision != "float64":
            return
        # Rounding alone, since a structure so fine is taken for noise.
        rounding = max(EPSILON["float64"] * abs(self._base_loss), math.ulp(0.0))
        step = max(64 * rounding / apart, 8 * math.ulp(float(self._evaluator.base[entry])))
        # One step on the way there, where noise is small; or the smallest two, since one may hit by chance.
        for tried in ((math.sqrt(step * smallest),), (step, 1.5 * step)):
            if not tried[-1] < smallest / 2 or not self._evaluator.affords(2 * len(tried)):
                return
            heard = self._sample(entry, tried[0])
            acquits = abs(heard.slope - claimed) < 0.5 * apart
            if acquits and len(tried) > 1:
                acquits = abs(self._sample(entry, tried[1]).slope - claimed) < 0.5 * apart
            if acquits:
                break
        if not acquits:
            return
        found.nearest[place] = heard.slope
        if not self._evaluator.affords(4):
            return
        between = math.sqrt(step * smallest)
        nearer = difference.estimate([self._sample(entry, one) for one in (between, between / RATIO)], self._cautious)
        if abs(float(nearer.value) - claimed) <= float(nearer.bound):
            found.numerical[place], found.bound[place], found.drift[place] = nearer.value, nearer.bound, nearer.drift

    def _stays_kinked(self, entry: int, samples: list[Sample]) -> bool:
        """Whether the one-sided slopes are as far apart at the smallest step that can still tell; where they are not, the
        samples from there are added."""
        last = min(samples, key=lambda sample: float(sample.step))
        step = max(64 * self.noise.level / last.gap, 16 * math.ulp(float(self._evaluator.base[entry])))
        if self._cautious or not step < last.step / RATIO**2 or not self._evaluator.affords(4):
            return True
        nearer = self._sample(entry, step)
        if not nearer.gap < 0.5 * last.gap:
            return True
        samples += [self._sample(entry, RATIO * step), nearer]
        return False

    def _plateau(self, entry: int, samples: list[Sample], claimed: float) -> float:
        """What slope may hide where the loss does not move, because it moves in jumps; 0 where it does not.

        A loss that was rounded differs by multiples of one number wherever it differs at all. One of which only parts were
        rounded looks smooth from further away: there its slope is the claimed one.
        """
        widest = max(float(sample.step) for sample in samples)
        jump, length, seen = 0.0, self._scale_of(entry), False
        for step in (length / 64, length / 16, length / 4, length / 2, length):
            if step <= widest or not self._evaluator.affords(2):
                continue
            one = self._sample(entry, step)
            if difference.flat([one]):
                widest = step
            seen |= abs(claimed - one.slope) <= 0.2 * abs(claimed) and one.gap <= 0.5 * abs(one.slope)
            for moved in (abs(one.above * one.step), abs(one.below * one.step)):
                if math.isfinite(moved) and moved > 0:
                    jump = common_divisor(jump, moved, 1e3 * self.noise.level)
        if jump > 1e5 * self.noise.level:
            self._jump = max(self._jump, jump)
        if seen:
            return 2 * abs(claimed)
        # What one entry moves by in jumps, another that never moves would.
        return self._jump / widest

    @property
    def _cautious(self) -> bool:
        return self.noise.coarse

    def _next_step(self, entry: int, samples: list[Sample], code: int) -> float | None:
        known = [float(sample.step) for sample in samples]
        if not math.isfinite(samples[-1].slope):
            # Outside the loss's domain: how far its edge is, nobody knows. Three steps tell of the side that is inside.
            return min(known) / (RATIO if len(samples) < 3 else RATIO**3)
        if code == Code.INCONCLUSIVE and difference.noise_dominates(samples):
            # Where an entry's own size is lost in the noise, that of its array is the next to try; steps beyond that would
            # tell of another place.
            usual = self._usual_scale_of(entry)
            larger = max(RATIO * max(known), steps.reach(self.noise) * usual / RATIO)
            return larger if larger <= usual else None
        return min(known) / RATIO

    def _store(self, samples: list[Sample], found: Measurement, place: int) -> None:
        estimate = difference.estimate(samples, self._cautious)
        found.numerical[place], found.bound[place] = estimate.value, estimate.bound
        found.kinked[place], found.drift[place] = estimate.kinked, estimate.drift
        found.one_sided[place] = estimate.one_sided
        nearest = min(samples, key=lambda sample: float(sample.step))
        found.nearest[place], found.above[place], found.below[place] = nearest.slope, nearest.above, nearest.below

    def _by_leaf(self, entries: np.ndarray) -> list[tuple[Leaf, slice]]:
        """The leaves that hold ``entries`` (ascending), each with the part of them that it holds."""
        leaves = self._evaluator.flat.leaves
        if entries.size and leaves[(p := self._evaluator.flat.position(int(entries[0])))].stop > entries[-1]:
            return [(leaves[p], slice(0, entries.size))]
        ends = np.searchsorted(entries, [leaf.stop for leaf in leaves]).tolist()
        return [
            (leaf, slice(start, stop))
            for leaf, start, stop in zip(leaves, [0, *ends], ends, strict=False)
            if stop > start
        ]

    def _scale(self, entries: np.ndarray) -> np.ndarray:
        floors = np.empty(entries.size)
        for leaf, part in self._by_leaf(entries):
            floors[part] = self._evaluator.floor(self._evaluator.flat.position(leaf.start))
        return scale.length_scale(self._evaluator.base[entries], floors)

    def _scale_of(self, entry: int) -> float:
        floor = self._evaluator.floor(self._evaluator.flat.position(entry))
        return float(scale.length_scale(self._evaluator.base[entry], floor))

    def _usual_scale_of(self, entry: int) -> float:
        usual = scale.usual(self._evaluator.root_mean_square(self._evaluator.flat.position(entry)))
        return float(scale.length_scale(self._evaluator.base[entry], usual))

    def _auto(self, entries: np.ndarray) -> np.ndarray:
        return steps.starting_steps(self._scale(entries), self.noise)

    def _sample(self, entry: int, step: float) -> Sample:
        return self._series(np.array([entry]), np.array([step])).at(0)

    def _series(self, entries: np.ndarray, size: np.ndarray) -> Sample:
        """Samples of ``entries``, each at its step of ``size``."""
        base = self._evaluator.base[entries]
        up, down = self._rounded(entries, base + size), self._rounded(entries, base - size)
        losses_up, losses_down = self._losses(entries, up, down)
        return difference.of(base, up, down, self._base_loss, losses_up, losses_down, self.noise)

    def _nominal(self, entries: np.ndarray, epsilon: float) -> Sample:
        # Equation 3 of the course to the letter: divided by 2 epsilon, not by the step that rounding made of it.
        base = self._evaluator.base[entries]
        up, down = self._losses(entries, base + epsilon, base - epsilon)
        above, below = (up - self._base_loss) / epsilon, (self._base_loss - down) / epsilon
        return Sample(
            epsilon,
            (up - down) / (2 * epsilon),
            np.abs(above - below),
            self.noise.at(up, down),
            above,
            below,
        )

    def _losses(self, entries: np.ndarray, up: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        worth_it = self._evaluator.batches and entries.size >= self._evaluator.backend.worth_a_batch
        found = self._in_batches(entries, up, down) if worth_it else None
        if found is None:
            found = self._one_by_one(entries, up, down)
            if not self._evaluator.intact(thorough=entries.size > 1):
                found = self._one_by_one(entries, up, down)
        if len(self.seen) < _KEPT // 64:
            self.seen.append(found[0][:64])
        return found

    def _one_by_one(self, entries: np.ndarray, up: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        least, most = _BETWEEN
        between = min(max(least, int(_PAUSE / (2 * self._evaluator.seconds))), most)
        where, ups, downs = entries.tolist(), up.tolist(), down.tolist()
        found: list[np.ndarray] = []
        start = 0
        while start < len(where):
            part = slice(start, start + int(min(between, self._evaluator.left / 2)))
            if part.stop == start:
                found.append(np.full((len(where) - start, 2), np.nan))
                break
            found.append(self._evaluator.stepped(where[part], ups[part], downs[part]))
            start += len(found[-1])
        losses = found[0] if len(found) == 1 else np.concatenate([np.empty((0, 2)), *found])
        return losses[:, 0], losses[:, 1]

    def _in_batches(
        self, entries: np.ndarray, up: np.ndarray, down: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray] | None:
        """The same through the backend's batched evaluation; None where there is none, or it gives other numbers."""
        if not self._evaluator.affords_batch(2 * (entries.size + _PROBES)):
            return None
        self._batch = self._batch or self._evaluator.batched()
        if self._batch is None:
            return None
        # Another attempt would come to the same.
        self._evaluator.batches = False
        # The single evaluations come last: what forward keeps elsewhere shall be of those.
        found = self._batch.losses(np.concatenate([entries, entries]), np.concatenate([up, down]))
        if found is None:
            return None
        losses = found.reshape(2, -1)
        probes = self._probes(entries)
        single = np.array(self._one_by_one(entries[probes], up[probes], down[probes]))
        if self._batch.exact:
            same = np.array_equal(losses[:, probes], single, equal_nan=True)
        else:
            same = bool(np.all(np.abs(losses[:, probes] - single) <= 2 * self.noise.at(single)))
        self._evaluator.batches = same
        return (losses[0], losses[1]) if same else None

    def _probes(self, entries: np.ndarray) -> np.ndarray:
        """Places in ``entries`` that are evaluated singly as well: the first and the last, and one of each leaf between."""
        starts = [part.start for _, part in self._by_leaf(entries)][1:]
        if len(starts) > _PROBES - 2:
            starts = [starts[at] for at in np.linspace(0, len(starts) - 1, _PROBES - 2).astype(int)]
        return np.unique([0, *starts, entries.size - 1])

    def _rounded(self, entries: np.ndarray, values: np.ndarray) -> np.ndarray:
        """``values`` of ``entries`` as the computation holds them, so that the steps that are made are known."""
        lower = self.noise.precision != "float64"
        if not self._narrow and not lower:
            return values
        precision = np.dtype(self.noise.precision)
        for leaf, part in self._by_leaf(entries):
            dtype = self._evaluator.flat.dtype_of(leaf)
            if lower and (dtype is None or dtype.itemsize > precision.itemsize):
                # A float32 loss casts float64 parameters inside: step on the points it can tell apart.
                dtype = precision
            if dtype is not None:
                values[part] = values[part].astype(dtype)
        return values


def _between(claimed: float, one: float, other: float) -> bool:
    return bool(min(one, other) <= claimed <= max(one, other))
