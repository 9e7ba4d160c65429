"""Judges many entries by few directional derivatives, and finds the wrong ones among them (group testing).

A directional derivative of the loss does not depend on what is claimed, so each one measured is evidence against which
any claim can be held for free. A wrong gradient disagrees along almost every direction; halving the direction tells
where (additive bisection: what the left half does not explain, the right half must).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from . import difference, draws, steps
from .difference import RATIO, Estimate
from .draws import LEAST
from .evaluate import Evaluator, Move
from .evidence import Direction
from .noise import Noise

# E[w^2] of the weights, which are uniform in +-[0.5, 1.5].
_MEAN_SQUARE = 13 / 12
# Entries much larger than the rest of their array are not stepped further than so many times the others.
_WIDEST = 8.0
# Weights that are kept from one use to the next.
_KEPT = 100_000


@dataclass
class Joint:
    """A directional derivative over several leaves at once, per unit of the move.

    Attributes:
        number: which random direction it is.
        value, bound: the derivative and its error bound.
        reach: the move's scale, by position of the leaf.
        excess: how far it is from what the claimed gradients say.
    """

    number: int
    value: float
    bound: float
    reach: dict[int, float]
    excess: float


@dataclass
class Located:
    """What bisection found in one leaf.

    Attributes:
        entries: entries that stand out, counted within the leaf.
        complete: whether nothing but them is left to explain; not so where the budget ended the search.
        limit: an error of one more entry alone would have been seen from here on.
    """

    entries: list[int] = field(default_factory=list)
    complete: bool = True
    limit: float = 0.0


class Screening:
    """Directional derivatives around the evaluator's point."""

    def __init__(self, evaluator: Evaluator, base_loss: float, noise: Noise, seed: int = 0) -> None:
        self._evaluator = evaluator
        self._base_loss = base_loss
        self.noise = noise
        self._seed = seed
        self._kept: dict[int, np.ndarray] = {}
        self._stretch: np.ndarray | None = None
        self.count = 0

    def joint(self, number: int, positions: list[int], claimed: list[np.ndarray]) -> Joint:
        """The derivative along random direction ``number`` over the leaves at ``positions``; 4 evaluations, a few more
        near kinks. ``claimed`` are the claimed gradients, one array for each leaf of all.

        Each leaf gets an equal share of the move, so that a lone bias counts as much as a large matrix.
        """
        leaves = self._evaluator.flat.leaves
        unit = steps.reach(self.noise)
        reach = {p: unit * self._evaluator.floor(p) / math.sqrt(leaves[p].size * len(positions)) for p in positions}
        # In one piece, for which a large network gets memory more quickly.
        whole = np.empty(self._evaluator.base.size)
        parts = [slice(leaves[p].start, leaves[p].stop) for p in positions]
        moves = [
            (part, self.weights(p, number, reach[p], whole[part])) for p, part in zip(positions, parts, strict=True)
        ]
        found = self._derivative(moves, 1.0)
        said = math.fsum(float(claimed[p] @ move) for p, (_, move) in zip(positions, moves, strict=True))
        return Joint(number, float(found.value), float(found.bound), reach, float(found.value) - said)

    def excess(self, joint: Joint, claimed: list[np.ndarray]) -> float:
        """How far the derivative along ``joint`` is from what other gradients ``claimed`` (one array a leaf) say."""
        said = math.fsum(size * float(claimed[p] @ self.weights(p, joint.number)) for p, size in joint.reach.items())
        return joint.value - said

    def weights(self, position: int, number: int, size: float = 1.0, out: np.ndarray | None = None) -> np.ndarray:
        """``size`` times the weights of leaf ``position`` in direction ``number``; those of large networks are made anew."""
        leaf = self._evaluator.flat.leaves[position]
        if self._evaluator.base.size <= _KEPT:
            few: np.ndarray = np.multiply(size, self._all_weights(number)[leaf.start : leaf.stop], out=out)
            return few
        weights = np.empty(leaf.size) if out is None else out
        draws.many_weights((self._seed, number, position), size, weights)
        if self._evaluator.outgrown(position):
            part = self._evaluator.base[leaf.start : leaf.stop]
            weights *= np.clip(np.abs(part) / self._evaluator.floor(position), 1.0, _WIDEST)
        return weights

    def _all_weights(self, number: int) -> np.ndarray:
        """The weights of all leaves in direction ``number``, for a network that is not large."""
        if number not in self._kept:
            flat, base = self._evaluator.flat, self._evaluator.base
            drawn = draws.weights(base.size, (self._seed, number))
            if self._stretch is None:
                floors = np.repeat([self._evaluator.floor(p) for p in range(len(flat.leaves))], flat.sizes)
                self._stretch = np.fmin(np.fmax(np.abs(base) / floors, 1.0), _WIDEST)
            self._kept[number] = drawn * self._stretch
        return self._kept[number]

    def along(self, position: int, weights: np.ndarray, start: int = 0, wanted: float = math.inf) -> Direction:
        """The derivative along ``weights``, which begin at entry ``start`` of leaf ``position``; 4 evaluations or more.

        Where noise leaves its bound above ``wanted``, larger steps are tried.
        """
        leaf = self._evaluator.flat.leaves[position]
        first = leaf.start + start
        size = steps.reach(self.noise) * self._evaluator.floor(position) / math.sqrt(max(weights.size, 1))
        found = self._derivative([(slice(first, first + weights.size), weights)], size, wanted)
        return Direction(weights, float(found.value), float(found.bound))

    def directions(self, position: int, numbers: Iterable[int], wanted: float = math.inf) -> list[Direction]:
        """Derivatives along the directions ``numbers`` over the whole leaf ``position``."""
        return [
            self.along(position, self.weights(position, number), wanted=wanted)
            for number in numbers
            if self._evaluator.affords(4)
        ]

    def locate(
        self, position: int, claimed: np.ndarray, direction: Direction, excess: float, allowed: float, most: int
    ) -> Located:
        """The entries of leaf ``position`` whose errors make up ``excess``, the claimed derivative's along ``direction``.

        Errors that move a derivative by no more than ``allowed`` are not looked for; at most ``most`` entries are.
        ``claimed`` are the claimed entries of the leaf.
        """
        found = Located()
        # The block with most to explain comes first, so that a budget is spent on the worst entries.
        heap = [(-abs(excess), 0, claimed.size, excess, direction.bound, True)]
        while heap:
            _, start, stop, y, bound, measured = heapq.heappop(heap)
            if abs(y) + bound <= allowed or (measured and abs(y) <= bound):
                found.limit = max(found.limit, (abs(y) + bound) / LEAST)
                continue
            if stop - start <= 2:
                found.entries += range(start, stop)
                if len(found.entries) >= most:
                    found.complete = False
                    break
                continue
            if not self._evaluator.affords(4):
                found.complete = False
                break
            if not measured and abs(y) <= 2 * bound:
                # What is left for this half is known too coarsely to follow: look at it itself.
                y, bound = self._excess(position, claimed, direction.weights, start, stop)
                heapq.heappush(heap, (-abs(y), start, stop, y, bound, True))
                continue
            middle = (start + stop) // 2
            left, left_bound = self._excess(position, claimed, direction.weights, start, middle)
            heapq.heappush(heap, (-abs(left), start, middle, left, left_bound, True))
            heapq.heappush(heap, (-abs(y - left), middle, stop, y - left, bound + left_bound, False))
        return found

    def _excess(
        self, position: int, claimed: np.ndarray, weights: np.ndarray, start: int, stop: int
    ) -> tuple[float, float]:
        part = weights[start:stop]
        measured = self.along(position, part, start)
        return measured.value - float(claimed[start:stop] @ part), measured.bound

    def _derivative(self, moves: list[Move], size: float, wanted: float = math.inf) -> Estimate:
        """The derivative along ``moves``, from steps of about ``size``."""
        self.count += 1
        for _ in range(2):
            with self._evaluator.line(moves) as loss:
                found = self._followed(loss, size, wanted)
            if self._evaluator.intact(thorough=False):
                break
        return found

    def _followed(self, loss: Callable[[float], float], size: float, wanted: float) -> Estimate:
        def sample(factor: float) -> difference.Sample:
            return difference.along(loss, self._base_loss, factor, self.noise)

        samples = [sample(RATIO * size), sample(size)]
        found = difference.estimate(samples)
        for smaller in (size / RATIO, size / RATIO**2, size / RATIO**4):
            # Kinks within reach, or a step out of the loss's domain: nearer by there are fewer.
            if found.bound <= 8 * samples[-1].noise / samples[-1].step or not self._evaluator.affords(2):
                break
            samples.append(sample(smaller))
            found = difference.estimate(samples)
        if len(samples) == 2:
            for larger in (RATIO**2 * size, RATIO**3 * size, RATIO**4 * size):
                if found.bound <= wanted or not self._evaluator.affords(2):
                    break
                samples.append(sample(larger))
                found = difference.estimate(samples)
        return found


def error_norm(excesses: list[float]) -> float:
    """||g - n|| as estimated from what the claimed derivatives along random weights are off by: E[y^2] = E[w^2] ||e||^2."""
    return math.sqrt(sum(y * y for y in excesses) / (len(excesses) * _MEAN_SQUARE)) if excesses else math.nan
