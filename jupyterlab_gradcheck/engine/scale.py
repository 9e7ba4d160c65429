"""On which length the parameters count as moved."""

from __future__ import annotations

import numpy as np

# An array is of mixed sizes where a tenth of its entries that are not zero are smaller than this part of the largest.
_MIXED = 1e-4
_LARGEST_MIXED = 100_000


def floor(part: np.ndarray) -> float:
    """The length scale of the small entries of an array ``part``: its quadratic mean, and 1 for ordinary size or zero.

    Where the entries are of very different sizes, a step that suits the large ones would lead the small ones far away:
    there each counts by its own size, and this is that of the smallest.
    """
    return sizes(part)[0]


def sizes(part: np.ndarray) -> tuple[float, float, float]:
    """`floor`, `largest` and `root_mean_square` of one array, which is looked at no more often than need be."""
    size = largest(part)
    rms = _root_mean_square(part, size)
    small = _smallest_usual(np.abs(part), size) if part.size <= _LARGEST_MIXED else 0.0
    return small or usual(rms), size, rms


def sizes_of_parts(vector: np.ndarray, starts: list[int]) -> list[tuple[float, float, float]]:
    """`sizes` of the parts of ``vector`` that begin at ``starts``, none of them empty."""
    size = np.abs(vector)
    most = np.maximum.reduceat(size, starts)
    least = np.minimum.reduceat(np.where(size > 0, size, np.inf), starts)
    if np.any((least < _MIXED * most) | (most < 1e-100) | (most > 1e100)):
        return [sizes(part) for part in np.split(vector, starts[1:])]
    squares = np.add.reduceat(np.square(size), starts)
    counts = np.diff([*starts, vector.size])
    means = np.sqrt(squares / counts).tolist()
    return [(usual(rms), one, rms) for rms, one in zip(means, most.tolist(), strict=True)]


def _smallest_usual(size: np.ndarray, most: float) -> float:
    """The tenth percentile of the entries that are not zero, where it is far below ``most``; else 0."""
    nonzero = size[size > 0]
    if nonzero.size < 2 or not nonzero.min() < _MIXED * most:
        return 0.0
    small = float(np.quantile(nonzero, 0.1, method="lower"))
    return small if small < _MIXED * most else 0.0


def usual(rms: float) -> float:
    """The length scale of an array with the quadratic mean ``rms``: 1 where that is ordinary or zero."""
    return max(rms, 1.0) if rms == 0 or rms >= 1e-3 else rms


def length_scale(values: np.ndarray, floor_: float | np.ndarray) -> np.ndarray:
    """A length for each of ``values``: its own size, or that of its array."""
    lengths: np.ndarray = np.maximum(np.abs(values), floor_)
    return lengths


def root_mean_square(part: np.ndarray) -> float:
    """The quadratic mean of the entries of ``part``, without overflow; 0 where it is empty or not finite."""
    return _root_mean_square(part, largest(part))


def _root_mean_square(part: np.ndarray, size: float) -> float:
    if not 0 < size < np.inf:
        return 0.0
    if 1e-100 < size < 1e100:
        return float(np.sqrt(np.dot(part, part) / part.size))
    scaled = part / size
    return size * float(np.sqrt(np.dot(scaled, scaled) / part.size))


def largest(part: np.ndarray) -> float:
    """The largest entry of ``part`` in absolute value; 0 where it is empty."""
    return float(max(part.max(), -part.min())) if part.size else 0.0
