"""Which step to take along each coordinate."""

from __future__ import annotations

import numpy as np

from .difference import RATIO
from .noise import EPSILON, Noise


def reach(noise: Noise) -> float:
    """The smaller of the two steps to begin with, for a function that changes on a length scale of 1.

    It balances noise against truncation, h = (3 noise / |f|)^(1/3); that guess is corrected entry by entry where the
    error bound asks for it.
    """
    relative = noise.level / noise.magnitude if noise.magnitude > 0 else EPSILON[noise.precision]
    return float((3 * min(max(relative, EPSILON["float64"]), 1e-3)) ** (1 / 3))


def starting_steps(scale: np.ndarray, noise: Noise) -> np.ndarray:
    """The two steps to begin with along coordinates of length scale ``scale`` (k,): shape (2, k), the larger one first."""
    small = scale * reach(noise)
    return np.stack([RATIO * small, small])
