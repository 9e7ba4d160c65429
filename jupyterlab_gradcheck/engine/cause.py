"""Why a gradient is wrong, where one simple relation explains every measurement. No further evaluations."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np


@dataclass(frozen=True)
class Cause:
    """An explanation.

    Attributes:
        kind: ``scale``, ``zero``, ``missing``, ``non-finite``, ``shape`` or ``dtype``.
        message: a sentence that names the gradient, the relation, and what to look for.
        factor: for ``scale``: claimed gradient = factor x numerical gradient.
    """

    kind: str
    message: str
    factor: float | None = None


def explain(name: str, claimed: np.ndarray, numerical: np.ndarray, bound: np.ndarray, rounding: float) -> Cause | None:
    """The cause of a failing gradient called ``name``, or None where no simple relation explains all entries.

    ``claimed``, ``numerical`` and ``bound`` are arrays of one shape; ``rounding`` is the relative rounding of the
    claimed values themselves.
    """
    if not np.all(np.isfinite(bound)):
        return None
    if not claimed.any():
        return Cause("zero", f"{name} is zero everywhere, the numerical gradient is not. Is it ever assigned?", None)
    found = _factor(claimed.ravel(), numerical.ravel(), bound.ravel(), rounding)
    return None if found is None else Cause("scale", _scale_sentence(name, *found), found[0])


def _factor(g: np.ndarray, n: np.ndarray, e: np.ndarray, rounding: float) -> tuple[float, float] | None:
    """The factor a with g = a n within the bounds ``e``, and its uncertainty (0 for a simple fraction)."""
    signal = np.abs(n) > 4 * e
    if not signal.any():
        return None
    # Least squares in units of the error bounds: g = a n, with the error of a n being |a| e.
    tiny = np.finfo(float).tiny
    weight = 1 / np.maximum(e, tiny**0.25)
    weight = weight / weight.max()
    factor = float(np.sum(weight**2 * g * n) / np.sum(weight**2 * n * n))
    rest = rounding * float(np.abs(g).max())
    if not np.isfinite(factor) or factor == 0 or not _explains(factor, g, n, e, rest):
        return None
    # The entry that is known best bounds the factor; a simple fraction inside that bound is what was written.
    best = int(np.argmax(np.where(signal, np.abs(n) / np.maximum(e, tiny), 0)))
    uncertainty = (abs(factor) * float(e[best]) + rest) / abs(float(n[best]))
    lone = np.count_nonzero(signal) < 2
    simple = _simple_fraction(factor, uncertainty, 10 if lone else 1000)
    if simple is not None and simple != 1 and _explains(simple, g, n, e, rest):
        return simple, 0.0
    # One number is always some multiple of another.
    return None if lone or uncertainty > 0.05 * abs(factor) or abs(factor - 1) <= uncertainty else (factor, uncertainty)


def _explains(factor: float, g: np.ndarray, n: np.ndarray, e: np.ndarray, rest: float) -> bool:
    return bool(np.all(np.abs(g - factor * n) <= abs(factor) * e + rest))


def _simple_fraction(factor: float, uncertainty: float, largest: int) -> float | None:
    for limit in (1, 2, 10, 100, 1000):
        near = Fraction(factor).limit_denominator(limit)
        if limit <= largest and near.numerator and abs(float(near) - factor) <= uncertainty < 0.05 / limit:
            return float(near)
    inverse = Fraction(1 / factor).limit_denominator(1)
    if inverse.numerator and abs(1 / float(inverse) - factor) <= uncertainty and abs(inverse) < 10**7:
        return 1 / float(inverse)
    return None


def _scale_sentence(name: str, factor: float, uncertainty: float) -> str:
    if factor == -1:
        return f"{name} is -1 x the numerical gradient. Look for a wrong sign where {name} is computed."
    said = _spell(factor) if uncertainty == 0 else f"about {factor:.{_digits(factor, uncertainty)}g}"
    look = "a factor too many" if abs(factor) > 1 else "a missing factor, or a division too many,"
    return f"{name} is {said} x the numerical gradient. Look for {look} where {name} is computed."


def _digits(factor: float, uncertainty: float) -> int:
    return int(np.clip(np.floor(np.log10(abs(factor) / uncertainty)), 1, 6))


def _spell(factor: float) -> str:
    fraction = Fraction(factor).limit_denominator(1000)
    if abs(factor) < 1 and fraction.numerator and abs(float(fraction) - factor) < 1e-12:
        return f"{factor:.6g} ({fraction})"
    return f"{factor:.6g}"
