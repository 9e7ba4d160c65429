"""Which step to take along each coordinate."""

from __future__ import annotations

import numpy as np

from .difference import RATIO
from .flatten import Flat
from .noise import EPSILON, Noise


def starting_steps(flat: Flat, noise: Noise) -> np.ndarray:
    """The two steps to begin with: shape (2, n), the larger one first.

    The smaller one balances noise against truncation, h = s (3 noise / |f|)^(1/3), for a function that changes on the
    length scale s of its parameters; that guess is corrected entry by entry where the error bound asks for it.
    """
    relative = noise.level / noise.magnitude if noise.magnitude > 0 else EPSILON[noise.precision]
    small = length_scale(flat) * (3 * min(max(relative, EPSILON["float64"]), 1e-3)) ** (1 / 3)
    return np.stack([RATIO * small, small])


def length_scale(flat: Flat) -> np.ndarray:
    """A length for each entry (shape (n,)): its own size or its array's, and 1 for arrays of ordinary size or zero."""
    scales = np.empty_like(flat.vector)
    for leaf in flat.leaves:
        part = np.abs(flat.vector[leaf.start : leaf.stop])
        largest = float(part.max()) if part.size else 0.0
        rms = largest * float(np.sqrt(np.mean((part / largest) ** 2))) if 0 < largest < np.inf else 0.0
        floor = max(rms, 1.0) if rms == 0 or rms >= 1e-3 else rms
        scales[leaf.start : leaf.stop] = np.maximum(part, floor)
    return scales
