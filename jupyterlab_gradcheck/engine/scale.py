"""On which length the parameters count as moved."""

from __future__ import annotations

import math

import numpy as np

from .draws import BLOCK

# An array is of mixed sizes where a tenth of its entries that are not zero are smaller than this part of the largest.
_MIXED = 1e-4
_LARGEST_MIXED = 100_000
# What is smaller counts as zero: a step in it would be lost among the denormal numbers, or what is divided by it infinite.
NEGLIGIBLE = 1e-290


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
    most = np.maximum.reduceat(size, starts).tolist()
    squares = np.add.reduceat(size * size, starts).tolist()
    size[size == 0] = np.inf
    least = np.minimum.reduceat(size, starts).tolist()
    if any(low < _MIXED * high or not 1e-100 <= high <= 1e100 for low, high in zip(least, most, strict=True)):
        return [sizes(part) for part in np.split(vector, starts[1:])]
    means = [
        math.sqrt(square / (stop - start))
        for square, start, stop in zip(squares, starts, [*starts[1:], vector.size], strict=True)
    ]
    return [(usual(rms), one, rms) for rms, one in zip(means, most, strict=True)]


def _smallest_usual(size: np.ndarray, most: float) -> float:
    """The tenth percentile of the entries that are not zero, where it is far below ``most``; else 0."""
    nonzero = size[size > NEGLIGIBLE]
    if nonzero.size < 2 or not nonzero.min() < _MIXED * most:
        return 0.0
    small = float(np.quantile(nonzero, 0.1, method="lower"))
    return small if small < _MIXED * most else 0.0


def usual(rms: float) -> float:
    """The length scale of an array with the quadratic mean ``rms``: 1 where that is ordinary or zero."""
    return max(rms, 1.0) if rms < NEGLIGIBLE or rms >= 1e-3 else rms


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
    if part.size <= BLOCK or not part.flags.c_contiguous:
        return float(max(part.max(), -part.min())) if part.size else 0.0
    # Without a copy for the absolute values, and each block looked at twice while the cache holds it.
    flat = part.reshape(-1)
    blocks = [flat[start : start + BLOCK] for start in range(0, part.size, BLOCK)]
    ends = np.array([(block.max(), -block.min()) for block in blocks])
    return float(max(ends[:, 0].max(), ends[:, 1].max()))
