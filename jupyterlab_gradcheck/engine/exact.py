"""Derivatives without truncation error (complex step, automatic differentiation), audited by finite differences.

Neither is believed on its word: a `stop_gradient`, a custom gradient or an `abs` inside the loss makes them silently
wrong, and only the original function, stepped in earnest, tells.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import difference, steps
from .errors import GradcheckError
from .evaluate import Evaluator
from .noise import EPSILON, Noise
from .problem import Problem

_DIRECTIONS = 2
_COMPLEX_STEP = 1e-30


def complex_step(evaluator: Evaluator, problem: Problem) -> np.ndarray:
    """Gradient (shape (n,)) by Im f(x + i h) / h (Squire and Trapp, SIAM Review 40, 1998); n evaluations.

    Raises `GradcheckError` where forward cannot be called with complex parameters.
    """
    gradient = np.empty_like(evaluator.flat.vector)
    for entry in range(gradient.size):
        shifted = evaluator.flat.vector.astype(np.complex128)
        shifted[entry] += 1j * _COMPLEX_STEP
        gradient[entry] = _imaginary(evaluator.complex_loss(shifted), problem) / _COMPLEX_STEP
    return gradient


def autodiff(evaluator: Evaluator, problem: Problem) -> np.ndarray:
    """Gradient (shape (n,)) by the backend's automatic differentiation, at the cost of one evaluation."""
    parts = []
    for leaf, array in zip(evaluator.flat.leaves, evaluator.autodiff(), strict=True):
        parts.append(np.zeros(leaf.size) if array is None else array.reshape(-1).astype(np.float64))
    return np.concatenate(parts)


def bound(gradient: np.ndarray, noise: Noise) -> np.ndarray:
    """Error bound of an exact derivative: its own rounding."""
    return np.full_like(gradient, 64 * EPSILON[noise.precision] * float(np.max(np.abs(gradient), initial=0.0)))


def audit(
    evaluator: Evaluator, gradient: np.ndarray, base_loss: float, noise: Noise, method: str, tolerance: float
) -> None:
    """Holds ``gradient`` (shape (n,)) against differences of the original loss along random directions, leaf by leaf.

    Raises `GradcheckError` where they disagree beyond the difference's own error bound.
    """
    random = np.random.Generator(np.random.PCG64(54321))
    small = steps.starting_steps(evaluator.flat, noise)[1]
    base = evaluator.flat.vector
    for leaf in evaluator.flat.leaves:
        part = slice(leaf.start, leaf.stop)
        for _ in range(_DIRECTIONS):
            # Neither Gaussian nor +-1: no entry is nearly left out, and two equal errors do not cancel.
            direction = np.zeros_like(base)
            direction[part] = random.choice([-1.0, 1.0], leaf.size) * random.uniform(0.5, 1.5, leaf.size)
            move = direction * small / np.sqrt(leaf.size)
            measured = difference.estimate(
                [
                    difference.along(evaluator.loss, base, base_loss, move, factor, noise)
                    for factor in (difference.RATIO, 1.0, 1 / difference.RATIO)
                ]
            )
            expected = float(gradient @ move)
            slack = 1e-2 * tolerance * float(np.linalg.norm(gradient * move))
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
