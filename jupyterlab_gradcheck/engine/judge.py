"""From a claimed gradient, a measured one and its error bound to a verdict."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from .problem import Options

# An error below this fraction of a parameter's largest gradient is not called wrong; float32 arithmetic cannot tell
# smaller ones from its own rounding.
TOLERANCE = {"float64": 1e-4, "float32": 1e-2, "float16": 1e-1}
# The same for those who want every real difference called wrong: what rounding of the claimed values can explain.
STRICT = {"float64": 1e-7, "float32": 1e-3, "float16": 5e-2}


# A claimed gradient below this fraction of the largest of the problem is rounding: what backward leaves of a sum that is zero.
_ROUNDING = {"float64": 1e-12, "float32": 1e-6, "float16": 1e-3}

_TINY = float(np.finfo(np.float64).tiny)


class Code:
    """Verdicts on entries, as stored in arrays of int8. Plain numbers: they are compared for every entry of every check."""

    UNKNOWN: Final = -1
    PASS: Final = 0
    INCONCLUSIVE: Final = 1
    FAIL: Final = 2


NAMES = {Code.PASS: "pass", Code.INCONCLUSIVE: "inconclusive", Code.FAIL: "fail"}


class Scale(NamedTuple):
    """What counts as small for one parameter.

    Attributes:
        tolerance: absolute error that is not called wrong.
        resolution: an error bound up to here is fine enough to let an entry pass.
    """

    tolerance: float
    resolution: float


def tolerance(precision: str, options: Options) -> float:
    """The fraction of a parameter's largest gradient up to which an error is not called wrong."""
    if options.tolerance is not None:
        return options.tolerance
    return (STRICT if options.strict else TOLERANCE)[precision]


def scale(largest: float, overall: float, relative_tolerance: float, *, zero: bool = True) -> Scale:
    """The scale for a parameter whose largest gradient is ``largest``, in a problem where the largest is ``overall``.

    Where the gradient is ``zero``, an entry that is nothing beside the largest of the whole problem passes: that is what
    lets a parameter pass whose true gradient is zero everywhere. A small gradient is not nothing: it is held to its own size.
    """
    accepted = relative_tolerance * largest
    return Scale(accepted, max(accepted, 1e-2 * relative_tolerance * overall if zero else 0.0, _TINY))


def is_zero(claimed: float, overall: float, precision: str) -> bool:
    """Whether a gradient claimed in ``precision``, of which ``claimed`` is the largest entry, says that it is zero."""
    return claimed <= _ROUNDING[precision] * overall


def judge(claimed: np.ndarray, numerical: np.ndarray, bound: np.ndarray, scale: Scale) -> np.ndarray:
    """Verdict codes of entries, given arrays of one shape.

    An entry fails where the claimed value is outside the numerical one's interval by more than the tolerance. It
    passes where it is certain to be within the tolerance, or consistent with a numerical value that is known finely
    enough. Otherwise arithmetic cannot decide.
    """
    with np.errstate(invalid="ignore"):
        error = np.abs(claimed - numerical)
        near = error + bound <= scale.tolerance
        if np.count_nonzero(near) == near.size:
            return np.zeros(claimed.shape, dtype=np.int8)
        wrong = error > scale.tolerance + bound
        right = near | ((error <= bound) & (bound <= scale.resolution))
    codes = np.full(claimed.shape, Code.INCONCLUSIVE, dtype=np.int8)
    codes[right] = Code.PASS
    codes[wrong] = Code.FAIL
    return codes


def relative_difference(claimed: np.ndarray, numerical: np.ndarray) -> float | None:
    """||g - n|| / (||g|| + ||n||), equation 3 of the course; 0 where both are zero, None where it is not finite."""
    return quotient(norm(claimed - numerical), norm(claimed), norm(numerical))


def norm(vector: np.ndarray) -> float:
    """The Euclidean norm of a vector (shape (n,))."""
    return math.sqrt(vector.dot(vector))


def quotient(error: float, claimed: float, numerical: float) -> float | None:
    """The relative difference from the norms of the error and of both gradients."""
    if claimed + numerical == 0:
        return 0.0
    difference = error / (claimed + numerical)
    return difference if math.isfinite(difference) else None
