"""On which length the parameters count as moved."""

from __future__ import annotations

import math

import numpy as np


def floor(part: np.ndarray) -> float:
    """The length scale of the small entries of an array ``part``: its quadratic mean, and 1 for ordinary size or zero."""
    return sizes(part)[0]


def sizes(part: np.ndarray) -> tuple[float, float, float]:
    """`floor`, `largest` and `root_mean_square` of one array, which is looked at no more often than need be."""
    size = largest(part)
    rms = _root_mean_square(part, size)
    return _floor(rms), size, rms


def sizes_of_parts(vector: np.ndarray, starts: list[int]) -> list[tuple[float, float, float]]:
    """`sizes` of the parts of ``vector`` that begin at ``starts``, none of them empty."""
    size = np.abs(vector)
    most = np.maximum.reduceat(size, starts)
    squares = np.add.reduceat(np.square(size), starts)
    counts = np.diff([*starts, vector.size])
    found = []
    for position, (one, square, count) in enumerate(zip(most.tolist(), squares.tolist(), counts.tolist(), strict=True)):
        usual = 1e-100 < one < 1e100
        rms = (
            math.sqrt(square / count)
            if usual
            else root_mean_square(vector[starts[position] : starts[position] + count])
        )
        found.append((_floor(rms), one, rms))
    return found


def _floor(rms: float) -> float:
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
