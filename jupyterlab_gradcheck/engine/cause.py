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
    factor = _factor(claimed, numerical, bound, rounding)
    if factor is None:
        return None
    return Cause("scale", _scale_sentence(name, factor), factor)


def _factor(claimed: np.ndarray, numerical: np.ndarray, bound: np.ndarray, rounding: float) -> float | None:
    g, n, e = claimed.ravel(), numerical.ravel(), bound.ravel()
    signal = np.abs(n) > 4 * e
    if not signal.any():
        return None
    # Least squares in units of the error bounds: g = a n, with the error of a n being |a| e.
    weight = 1 / np.maximum(e, np.finfo(float).tiny ** 0.25)
    weight = weight / weight.max()
    factor = float(np.sum(weight**2 * g * n) / np.sum(weight**2 * n * n))
    slack = abs(factor) * e + rounding * np.abs(g).max()
    if not np.isfinite(factor) or factor == 0 or np.any(np.abs(g - factor * n) > slack):
        return None
    # Every entry with a signal bounds the factor; a simple fraction inside the tightest bound is what was written.
    largest = int(np.argmax(np.where(signal, np.abs(n) / np.maximum(e, np.finfo(float).tiny), 0)))
    uncertainty = float(slack[largest] / abs(n[largest]))
    simple = _simple_fraction(factor, uncertainty)
    return factor if simple is None else simple


def _simple_fraction(factor: float, uncertainty: float) -> float | None:
    for limit in (1, 2, 10, 100, 1000):
        near = Fraction(factor).limit_denominator(limit)
        if near.numerator and abs(float(near) - factor) <= uncertainty and limit * uncertainty < 0.05:
            return float(near)
    inverse = Fraction(1 / factor).limit_denominator(1)
    if inverse.numerator and abs(1 / float(inverse) - factor) <= uncertainty and abs(inverse) < 10**7:
        return 1 / float(inverse)
    return None


def _scale_sentence(name: str, factor: float) -> str:
    if factor == -1:
        return f"{name} is -1 x the numerical gradient. Look for a wrong sign where {name} is computed."
    said = _spell(factor)
    look = "a factor too many" if abs(factor) > 1 else "a missing factor, or a division too many,"
    return f"{name} is {said} x the numerical gradient. Look for {look} where {name} is computed."


def _spell(factor: float) -> str:
    fraction = Fraction(factor).limit_denominator(1000)
    if abs(factor) < 1 and fraction.numerator and abs(float(fraction) - factor) < 1e-12:
        return f"{factor:.6g} ({fraction})"
    return f"{factor:.6g}"
