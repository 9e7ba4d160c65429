"""How a gradient deviates from what was measured of it, held against what the lines that make it do."""

from __future__ import annotations

import ast
import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine import ParameterReport
from ..engine.judge import Code

# A deviation speaks where it is so many times what the error bounds allow.
_TELLING = 4.0
# A multiple that is known to such a part of itself is no chance where two entries share it, or where it is a number of
# the person's.
_FINE = 1e-5


@dataclass(frozen=True)
class Deviation:
    """Claimed less numerical gradient.

    Attributes:
        off: of every entry.
        allowed: how much of it may be the error of the measurement.
        wrong: the entries that do not pass.
        open: those that may be wrong: the others have passed.
    """

    off: np.ndarray
    allowed: np.ndarray
    wrong: np.ndarray
    open: np.ndarray

    @staticmethod
    def of(report: ParameterReport) -> Deviation | None:
        """None where nothing could be compared."""
        codes, numerical, bound = report.codes, report.numerical, report.error_bound
        if report.analytic is None or numerical is None or bound is None or codes is None:
            return None
        analytic = np.asarray(report.analytic)
        if not analytic.shape == numerical.shape == bound.shape == codes.shape:
            return None
        with np.errstate(all="ignore"):
            allowed = bound + 1e-12 * np.abs(analytic)
            off = analytic - numerical
            known = np.isfinite(off) & np.isfinite(allowed)
            wrong = known & (codes == Code.FAIL) & (np.abs(off) > _TELLING * allowed)
        return Deviation(off, allowed, wrong, codes != Code.PASS) if wrong.any() else None

    def spares(self, part: str) -> bool:
        """Whether no entry of ``part``, an index as it is written, can be wrong; False where that is not to be told."""
        index = _index(part)
        if index is None:
            return False
        try:
            return not np.any(self.open[index])
        except (IndexError, ValueError):
            return False

    def counts(self, number: float) -> bool:
        """Whether every wrong entry is off by ``number``, so many times; True where that is not to be told."""
        if number == 0 or not math.isfinite(number):
            return True
        with np.errstate(all="ignore"):
            times = self.off[self.wrong] / number
            room = _TELLING * self.allowed[self.wrong] / abs(number)
            away: np.ndarray = np.abs(times - np.round(times)) > np.maximum(room, 1e-9 * np.abs(times))
        return not np.any(away & (room < 0.1))

    def follows(self, parameter: np.ndarray, numbers: Collection[float]) -> bool:
        """Whether the wrong entries are off by one multiple of their ``parameter``: of few, by one of ``numbers``."""
        if parameter.shape != self.off.shape:
            return False
        basis, off, allowed = parameter[self.wrong], self.off[self.wrong], self.allowed[self.wrong]
        if not np.all(np.isfinite(basis)) or np.any(basis == 0):
            return False
        with np.errstate(all="ignore"):
            times, room = off / basis, np.abs(allowed / basis)
        low, high = float(np.max(times - room)), float(np.min(times + room))
        if not low <= high:
            return False
        middle, size = (low + high) / 2, np.abs(basis)
        if high - low > _FINE * abs(middle):
            return False
        if np.ptp(size) > 0.01 * size.max():
            return True
        return any(math.isclose(abs(middle), number, rel_tol=_FINE) for number in numbers if number)


def _index(part: str) -> Any:
    """The index that is written, where nothing but numbers stand in it; None for any other."""
    try:
        found = ast.parse(f"_[{part}]", mode="eval").body
        return _number_in(found.slice) if isinstance(found, ast.Subscript) else None
    except (SyntaxError, ValueError):
        return None


def _number_in(node: ast.expr) -> Any:
    if isinstance(node, ast.Tuple):
        return tuple(_number_in(one) for one in node.elts)
    if isinstance(node, ast.Slice):
        ends = (node.lower, node.upper, node.step)
        return slice(*(None if end is None else _number_in(end) for end in ends))
    found = ast.literal_eval(node)
    if found is not ... and not isinstance(found, (int, list)):
        raise ValueError(found)
    return found
