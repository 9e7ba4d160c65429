"""From a claimed gradient, a measured one and its error bound to a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

# An error below this fraction of a parameter's largest gradient is not called wrong; float32 arithmetic cannot tell
# smaller ones from its own rounding.
TOLERANCE = {"float64": 1e-4, "float32": 1e-2, "float16": 1e-1}


class Code(IntEnum):
    """Verdict on one entry, as stored in arrays."""

    PASS = 0
    INCONCLUSIVE = 1
    FAIL = 2


NAMES = {Code.PASS: "pass", Code.INCONCLUSIVE: "inconclusive", Code.FAIL: "fail"}


@dataclass(frozen=True)
class Scale:
    """What counts as small for one parameter.

    Attributes:
        tolerance: absolute error that is not called wrong.
        resolution: an error bound up to here is fine enough to let an entry pass.
    """

    tolerance: float
    resolution: float


def scale(numerical: np.ndarray, overall: float, relative_tolerance: float) -> Scale:
    """The scale for a parameter with the numerical gradient ``numerical`` (any shape, NaN where unknown).

    ``overall`` is the size of gradient below which an entry of this problem is as good as zero: it is what lets a
    parameter pass whose true gradient is zero everywhere.
    """
    finite = np.abs(numerical[np.isfinite(numerical)])
    largest = float(finite.max()) if finite.size else 0.0
    tolerance = relative_tolerance * largest
    return Scale(tolerance, max(tolerance, overall))


def judge(claimed: np.ndarray, numerical: np.ndarray, bound: np.ndarray, scale: Scale) -> np.ndarray:
    """Verdict codes of entries, given arrays of one shape.

    An entry fails where the claimed value is outside the numerical one's interval by more than the tolerance. It
    passes where it is certain to be within the tolerance, or consistent with a numerical value that is known finely
    enough. Otherwise arithmetic cannot decide.
    """
    with np.errstate(invalid="ignore"):
        error = np.abs(claimed - numerical)
        wrong = error > scale.tolerance + bound
        right = (error + bound <= scale.tolerance) | ((error <= bound) & (bound <= scale.resolution))
    codes = np.full(claimed.shape, Code.INCONCLUSIVE, dtype=np.int8)
    codes[right] = Code.PASS
    codes[wrong] = Code.FAIL
    return codes


def relative_difference(claimed: np.ndarray, numerical: np.ndarray) -> float | None:
    """||g - n|| / (||g|| + ||n||), equation 3 of the course; 0 where both are zero, None where it is not finite."""
    with np.errstate(all="ignore"):
        numerator = np.linalg.norm(claimed - numerical)
        denominator = np.linalg.norm(claimed) + np.linalg.norm(numerical)
        if denominator == 0:
            return 0.0
        difference = float(numerator / denominator)
    return difference if np.isfinite(difference) else None
