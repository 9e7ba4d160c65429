"""Seeded random numbers: the same ones for every check, at little cost for a small network and for a very large one.

For an exercise, seeding a generator takes as long as evaluating the network: what was drawn once is kept. A generator takes
longer for a million numbers of 53 bits than a network of a million parameters for an evaluation: to tell entries apart 16
bits are plenty, and one word makes four of those.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np

# Entries that are worked on at a time, which fit the cache.
BLOCK = 16_384
# The smallest weight of an entry in a direction: neither Gaussian nor +-1, so that no entry is nearly left out, and two
# equal errors do not cancel.
LEAST = 0.5
# Up to so many entries, the numbers are kept.
_FEW = 16_384
# From here on, they take longer to draw than an evaluation.
_MANY = 200_000
_LEVELS = 65_536


def weights(count: int, seed: Sequence[int]) -> np.ndarray:
    """``count`` numbers, uniform in +-[0.5, 1.5]; not to be written to."""
    return _few_weights(count, tuple(seed)) if count <= _FEW else _weights(count, seed)


def many_weights(seed: Sequence[int], size: float, out: np.ndarray) -> None:
    """Fills ``out`` with numbers that are uniform in ``size`` times +-[0.5, 1.5], of 16 bits each.

    The signs of one block serve all, the magnitudes tell their entries apart.
    """
    bits = np.random.SFC64(seed)
    signs = (_words(bits, min(out.size, BLOCK)) & 1) * (2 * size / _LEVELS) - size / _LEVELS
    for start in range(0, out.size, BLOCK):
        block = out[start : start + BLOCK]
        np.copyto(block, _words(bits, block.size))
        block += LEAST * _LEVELS + 0.5
        block *= signs[: block.size]


def uniform(count: int, seed: Sequence[int]) -> Callable[[np.ndarray], object]:
    """What fills one array after the other, of ``count`` entries in all, with numbers that are uniform in [0, 1)."""
    if count > _MANY:
        return functools.partial(_fill, np.random.SFC64(seed))
    if count > _FEW:
        random = np.random.Generator(np.random.SFC64(seed))
        return lambda array: random.random(out=array)
    left = _few_uniform(count, tuple(seed))

    def fill(array: np.ndarray) -> None:
        nonlocal left
        array[...], left = left[: array.size], left[array.size :]

    return fill


def _fill(bits: np.random.SFC64, array: np.ndarray) -> None:
    """Numbers of 16 bits each."""
    np.copyto(array, _words(bits, array.size))
    array += 0.5
    array *= 1 / _LEVELS


def _words(bits: np.random.SFC64, count: int) -> np.ndarray:
    """``count`` whole numbers from 0 to 65535."""
    return np.asarray(bits.random_raw(-(-count // 4))).view(np.uint16)[:count]


def _weights(count: int, seed: Sequence[int]) -> np.ndarray:
    random = np.random.Generator(np.random.SFC64(seed))
    signs = random.choice([-1.0, 1.0], min(count, BLOCK))
    found = random.random(count)
    found += LEAST
    for start in range(0, count, BLOCK):
        block = found[start : start + BLOCK]
        block *= signs[: block.size]
    return found


@functools.lru_cache(maxsize=32)
def _few_weights(count: int, seed: tuple[int, ...]) -> np.ndarray:
    found = _weights(count, seed)
    found.flags.writeable = False
    return found


@functools.lru_cache(maxsize=32)
def _few_uniform(count: int, seed: tuple[int, ...]) -> np.ndarray:
    return np.random.Generator(np.random.SFC64(seed)).random(count)
