"""Entries that a point cannot test: claimed and true gradient are both zero there, and a mistake would not show."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Blind:
    """The entries of one gradient that cannot be tested at the point of the check.

    Attributes:
        name: what to call the gradient in a sentence.
        asleep: which entries, a mask of the parameter's shape.
        nearby: how many of them were tested at points nearby.
    """

    name: str
    asleep: np.ndarray
    nearby: int

    @cached_property
    def count(self) -> int:
        """How many entries."""
        return int(np.count_nonzero(self.asleep))

    @property
    def whole(self) -> bool:
        """Whether nothing of the gradient was tested, here or nearby."""
        return self.count == self.asleep.size and not self.nearby

    @property
    def share(self) -> str:
        """The gradient and how much of it, in a few words."""
        return f"{self.name} {self.count} of {self.asleep.size}"

    @cached_property
    def message(self) -> str:
        """How many of what, where, and whether they were tested elsewhere; in a sentence or two."""
        one = self.count == 1
        said = f"{self._subject()} nothing to test here: zero, and the loss does not move with {'it' if one else 'them'} ({REASON})."
        if self.nearby == self.count:
            return f"{said} At points nearby {'it was' if one else 'they were'} tested."
        if self.nearby:
            return f"{said} At points nearby {self.nearby} of them {'was' if self.nearby == 1 else 'were'} tested."
        return f"{said} {ADVICE}"

    def to_dict(self) -> dict[str, Any]:
        return {"count": self.count, "nearby": self.nearby, "message": self.message[:1000]}

    def _subject(self) -> str:
        total = self.asleep.size
        if self.count == total:
            lone = f"T{self.name[1:]}" if self.name.startswith("the ") else self.name
            return f"All {total} entries of {self.name} have" if total > 1 else f"{lone} has"
        return f"{self.count} of {total} entries of {self.name}{self._where()} {'has' if self.count == 1 else 'have'}"

    def _where(self) -> str:
        """Whole rows or columns, or the entries of a vector, in brackets; nothing where they lie about."""
        asleep = self.asleep
        long = [axis for axis, length in enumerate(asleep.shape) if length > 1]
        for axis in (0, asleep.ndim - 1) if len(long) > 1 else long:
            whole = asleep.all(axis=tuple(a for a in range(asleep.ndim) if a != axis))
            lines = np.flatnonzero(whole).tolist()
            if len(lines) * (asleep.size // asleep.shape[axis]) == self.count:
                one = len(lines) == 1
                line = "row" if axis == 0 else "column"
                word = ("entry" if one else "entries") if len(long) == 1 else line if one else f"{line}s"
                return f" ({word} {', '.join(map(str, lines[:6]))}{', ...' if len(lines) > 6 else ''})"
        return ""


REASON = "a unit or an input is off for all of the data"
ADVICE = "A mistake there would not show: check at other parameters or data too."
