"""The gradient check as courses teach it, for any dict of arrays: the baseline that time and trust are held against.

The parameters become a column of n rows. Every entry is moved by epsilon up and down, forward runs twice, and
``||gradient - approximation|| / (||gradient|| + ||approximation||)`` is compared with 2e-7. It is the loop of the exercise
with nothing added to slow it: one copy of the column for each evaluation, and the arrays of the dict are views of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .nets import Forward, Gradients, Parameters

EPSILON = 1e-7
# Above this the course prints that there is a mistake in the backward propagation.
THRESHOLD = 2e-7


def dictionary_to_vector(parameters: Parameters) -> np.ndarray:
    """All entries of ``parameters`` in one column, array after array."""
    return np.concatenate([value.reshape(-1, 1) for value in parameters.values()])


def vector_to_dictionary(theta: np.ndarray, like: Parameters) -> Parameters:
    """The way back: arrays of the shapes of ``like`` that hold ``theta`` (a column or a vector)."""
    parameters = {}
    start = 0
    for name, value in like.items():
        stop = start + value.size
        parameters[name] = theta[start:stop].reshape(value.shape)
        start = stop
    return parameters


def gradients_to_vector(gradients: Gradients, like: Parameters) -> np.ndarray:
    """``dW1, db1, ...`` in the order of ``like``, as one column."""
    return np.concatenate([gradients[f"d{name}"].reshape(-1, 1) for name in like])


def gradient_check_n(
    parameters: Parameters, gradients: Gradients, forward: Forward, X: Any, Y: Any, epsilon: float = EPSILON
) -> float:
    """The relative difference (equation 3 of the course). A mistake is reported where it exceeds `THRESHOLD`."""
    values = dictionary_to_vector(parameters)
    grad = gradients_to_vector(gradients, parameters)
    count = values.shape[0]
    J_plus = np.zeros((count, 1))
    J_minus = np.zeros((count, 1))
    gradapprox = np.zeros((count, 1))
    for i in range(count):
        theta_plus = np.copy(values)
        theta_plus[i, 0] += epsilon
        J_plus[i], _ = forward(X, Y, vector_to_dictionary(theta_plus, parameters))
        theta_minus = np.copy(values)
        theta_minus[i, 0] -= epsilon
        J_minus[i], _ = forward(X, Y, vector_to_dictionary(theta_minus, parameters))
        gradapprox[i] = (J_plus[i] - J_minus[i]) / (2 * epsilon)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    return float(numerator / denominator)
