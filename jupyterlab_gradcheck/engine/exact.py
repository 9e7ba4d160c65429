"""Derivatives without truncation error (complex step, automatic differentiation), audited by finite differences.

Neither is believed on its word: a `stop_gradient`, a custom gradient or an `abs` inside the loss makes them silently
wrong, and only the original function, stepped in earnest, tells.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .errors import GradcheckError
from .evaluate import Evaluator
from .noise import EPSILON
from .problem import Problem
from .screen import Screening

_DIRECTIONS = 2
_COMPLEX_STEP = 1e-30


def complex_step(evaluator: Evaluator, problem: Problem) -> np.ndarray:
    """Gradient (shape (n,)) by Im f(x + i h) / h (Squire and Trapp, SIAM Review 40, 1998); n evaluations.

    Raises `GradcheckError` where forward cannot be called with complex parameters.
    """
    gradient = np.empty_like(evaluator.base)
    for entry in range(gradient.size):
        shifted = evaluator.base.astype(np.complex128)
        shifted[entry] += 1j * _COMPLEX_STEP
        gradient[entry] = _imaginary(evaluator.complex_loss(shifted), problem) / _COMPLEX_STEP
    return gradient


def autodiff(evaluator: Evaluator) -> tuple[np.ndarray, str]:
    """Gradient (shape (n,)) by the backend's automatic differentiation, at the cost of one evaluation, and its precision.

    Raises `GradcheckError` where the backend cannot differentiate this forward.
    """
    found = evaluator.autodiff()
    parts = [
        np.zeros(leaf.size) if array is None else array.reshape(-1).astype(np.float64, copy=False)
        for leaf, array in zip(evaluator.flat.leaves, found.gradients, strict=True)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate(parts), found.precision


def bound(gradient: np.ndarray, precision: str) -> np.ndarray:
    """Error bound of an exact derivative that was computed in ``precision``: its own rounding."""
    return np.full_like(gradient, 64 * EPSILON[precision] * float(np.max(np.abs(gradient), initial=0.0)))


def audit(evaluator: Evaluator, screening: Screening, gradient: np.ndarray, method: str, tolerance: float) -> None:
    """Holds ``gradient`` (shape (n,)) against differences of the original loss along random directions, leaf by leaf.

    Raises `GradcheckError` where they disagree beyond the difference's own error bound.
    """
    for position, leaf in enumerate(evaluator.flat.leaves):
        part = gradient[leaf.start : leaf.stop]
        for measured in screening.directions(position, range(_DIRECTIONS)):
            expected = float(part @ measured.weights)
            slack = 1e-2 * tolerance * float(np.linalg.norm(part * measured.weights))
            if not abs(measured.value - expected) <= measured.bound + slack:
                raise GradcheckError(
                    f"{method} disagrees with finite differences of the loss for {leaf.name}: {expected:.6g} against "
                    f"{measured.value:.6g} along a test direction. Something in the function hides its derivative from "
                    f"{method} (a custom or stopped gradient, abs, a cast). Use method='central'.",
                    code="method_disagrees",
                )


def _imaginary(value: Any, problem: Problem) -> float:
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind != "c":
        raise GradcheckError(
            f"{problem.forward_name} lost the imaginary part of its parameters, so the complex step cannot differentiate "
            "it (a cast, abs or comparison does this). Use method='central'.",
            code="method_unsuitable",
        )
    return float(array.reshape(()).imag)
