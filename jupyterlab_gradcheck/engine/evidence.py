"""What was measured of the true gradient of one parameter, to hold any claim against without another evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

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
    def complete(self) -> bool:
        """Whether every entry was measured."""
        return self.entries.size == int(np.prod(self.shape))

    def explains(self, candidate: np.ndarray, rounding: float = 0.0) -> bool:
        """Whether ``candidate`` (size entries) agrees with every measurement within its bound.

        ``rounding`` is an absolute error that each of its entries may have.
        """
        return all(off <= allowed for off, allowed in self._deviations(candidate.reshape(-1), rounding))

    def _deviations(self, candidate: np.ndarray, rounding: float) -> Iterator[tuple[float, float]]:
        if self.entries.size:
            excess = np.abs(candidate[self.entries] - self.numerical) - self.bound
            yield float(np.max(excess)), rounding
        for one in self.directions:
            off = abs(float(candidate @ one.weights) - one.value)
            yield off, one.bound + rounding * float(np.linalg.norm(one.weights))
