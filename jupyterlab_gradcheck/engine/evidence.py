"""What was measured of the true gradient of one parameter, to hold any claim against without another evaluation."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True)
class Direction:
    """A directional derivative: ``weights`` (length size) times the true gradient is ``value`` +- ``bound``."""

    weights: np.ndarray
    value: float
    bound: float


@dataclass(frozen=True)
class Evidence:
    """Measurements of the gradient of one parameter; they do not depend on what is claimed.

    A measurement is that of an entry or that of a direction; arrays over measurements hold the entries first.

    Attributes:
        shape: of the parameter.
        entries: flat indices of the entries measured one by one, length k.
        numerical, bound: their values and error bounds, length k.
        directions: directional derivatives over the whole parameter.
    """

    shape: tuple[int, ...]
    entries: np.ndarray
    numerical: np.ndarray
    bound: np.ndarray
    directions: tuple[Direction, ...] = field(default=())

    @property
    def size(self) -> int:
        """Entries of the parameter."""
        return math.prod(self.shape)

    @property
    def complete(self) -> bool:
        """Whether every entry was measured."""
        return self.entries.size == self.size

    def known(self) -> Evidence:
        """Only those measurements that say something: value and error bound are finite."""
        told = np.isfinite(self.numerical) & np.isfinite(self.bound)
        directions = tuple(d for d in self.directions if math.isfinite(d.value) and math.isfinite(d.bound))
        if told.all():
            return replace(self, directions=directions)
        return Evidence(self.shape, self.entries[told], self.numerical[told], self.bound[told], directions)

    def values(self) -> np.ndarray:
        """What was measured."""
        if not self.directions:
            return self.numerical
        return np.concatenate([self.numerical, [d.value for d in self.directions]])

    def bounds(self) -> np.ndarray:
        """The error bounds of `values`."""
        if not self.directions:
            return self.bound
        return np.concatenate([self.bound, [d.bound for d in self.directions]])

    def reach(self) -> np.ndarray:
        """How far an independent error of 1 in each entry moves each measurement; a single 1 where it is always 1."""
        if not self.directions:
            return np.ones(())
        return np.concatenate([np.ones(self.entries.size), [np.linalg.norm(d.weights) for d in self.directions]])

    def project(self, candidate: np.ndarray) -> np.ndarray:
        """What would have been measured of the gradient ``candidate`` (size entries, in any shape)."""
        flat = candidate.reshape(-1)
        at = flat[self.entries]
        return np.concatenate([at, [flat @ d.weights for d in self.directions]]) if self.directions else at

    def explains(self, candidate: np.ndarray, rounding: float = 0.0) -> bool:
        """Whether ``candidate`` (size entries) agrees with every measurement within its bound.

        ``rounding`` is an absolute error that each of its entries may have. What was not measured to a finite value
        and bound says nothing.
        """
        known = self.known()
        with np.errstate(all="ignore"):
            off = np.abs(known.project(candidate) - known.values())
            return bool(np.all(off <= known.bounds() + rounding * known.reach()))
