"""Rules that a parameter keeps, as its values show, and how to move it without breaking them.

A gradient may be right only for parameters that sum to one, ascend, or form a symmetric matrix, and no place where they do
not can speak against it. Random weights keep none of these rules by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

Rule = Callable[[np.ndarray, np.ndarray], np.ndarray]

_EXACTLY = 1e-9
# Arrays that are looked at for a rule, and how often a move is halved until a matrix stays positive definite.
_LARGEST = 100_000
_HALVINGS = 6


def rule_of(home: np.ndarray) -> Rule | None:
    """What brings values that were moved away from ``home`` (of the same shape) back to the rule that it keeps:
    ``rule(home, moved)``. None where there is no rule, or the array is too large to be looked at for one."""
    if not 1 < home.size <= _LARGEST or not home.any():
        return None
    if home.ndim == 1 and home.size >= 4 and _monotone(home):
        return _sorted_alike
    if home.ndim == 2 and home.shape[0] == home.shape[1] and np.array_equal(home, np.eye(len(home))):
        # The identity keeps too many rules to mean one.
        return None
    if home.ndim == 2 and home.shape[0] == home.shape[1] and _close(home, home.T):
        return _symmetric
    if (
        home.ndim == 2
        and min(home.shape) > 1
        and home.shape[0] >= home.shape[1]
        and _close(home.T @ home, np.eye(home.shape[1]))
    ):
        return _orthonormal
    for axis in _axes(home):
        if home.min() >= 0 and _close(home.sum(axis=axis), 1.0):
            return partial(_summing_to_one, axis)
        if _close((home**2).sum(axis=axis), 1.0):
            return partial(_of_length_one, axis)
    return None


def _axes(home: np.ndarray) -> list[tuple[int, ...]]:
    whole = tuple(range(home.ndim))
    return [whole, *((axis,) for axis in whole if home.ndim > 1 and home.shape[axis] > 1)]


def _monotone(home: np.ndarray) -> bool:
    steps = np.diff(home)
    return bool((steps > 0).all() or (steps < 0).all())


def _close(one: np.ndarray, other: np.ndarray | float) -> bool:
    return float(np.abs(one - other).max()) <= _EXACTLY * max(1.0, float(np.abs(one).max()))


def _sorted_alike(home: np.ndarray, moved: np.ndarray) -> np.ndarray:
    ascending = np.sort(moved)
    return ascending if home[0] < home[-1] else ascending[::-1]


def _summing_to_one(axis: tuple[int, ...], home: np.ndarray, moved: np.ndarray) -> np.ndarray:
    shares: np.ndarray = np.abs(moved) / np.abs(moved).sum(axis=axis, keepdims=True)
    return shares


def _of_length_one(axis: tuple[int, ...], home: np.ndarray, moved: np.ndarray) -> np.ndarray:
    units: np.ndarray = moved / np.sqrt((moved**2).sum(axis=axis, keepdims=True))
    return units


def _symmetric(home: np.ndarray, moved: np.ndarray) -> np.ndarray:
    move: np.ndarray = (moved + moved.T) / 2 - home
    if np.linalg.eigvalsh(home).min() > 0:
        for _ in range(_HALVINGS):
            if np.linalg.eigvalsh(home + move).min() > 0:
                break
            move = move / 2
    move += home
    return move


def _orthonormal(home: np.ndarray, moved: np.ndarray) -> np.ndarray:
    q, r = np.linalg.qr(moved)
    return np.asarray(q * np.where(np.diag(r) < 0, -1.0, 1.0))
