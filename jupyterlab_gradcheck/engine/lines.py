"""Rows and columns of an array in which wrong entries lie: then the others of the line are the next to be looked at."""

from __future__ import annotations

import math

import numpy as np

# So many times fewer lines than entries are no chance.
_FEWER = 3


def entries_of_lines(entries: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """All entries (flat indices, ascending) of the rows, or of the columns, in which ``entries`` (flat indices) lie, if these
    are few lines for so many entries; None if they lie about.

    A row is all that has one index along the first axis, a column all that has one along the last.
    """
    found = lines_of(entries, shape)
    if found is None:
        return None
    return np.sort(np.arange(math.prod(shape)).reshape(shape).take(found[1], found[0]).reshape(-1))


def lines_of(entries: np.ndarray, shape: tuple[int, ...]) -> tuple[int, np.ndarray] | None:
    """The axis and the indices along it of these rows or columns; None as above."""
    long = [axis for axis, length in enumerate(shape) if length > 1]
    if len(long) < 2:
        return None
    places = np.unravel_index(entries, shape)
    axis, found = min(((axis, np.unique(places[axis])) for axis in (long[0], long[-1])), key=lambda one: one[1].size)
    return None if _FEWER * found.size > entries.size else (axis, found)
