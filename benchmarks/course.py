"""The gradient check as courses teach it, for any dict of arrays: the baseline that time and trust are held against.

Every entry of the flattened parameters is moved by epsilon up and down, forward runs twice, and
``||gradient - approximation|| / (||gradient|| + ||approximation||)`` is compared with 2e-7. Nothing in here is slower than
it has to be in that form: one copy of the vector for each evaluation, and the arrays of the dict are views of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .nets import Forward, Gradients, Parameters

EPSILON = 1e-7
# Above this the course prints that there is a mistake in the backward propagation.
THRESHOLD = 2e-7


def dictionary_to_vector(parameters: Parameters) -> np.ndarray:
    """All entries of ``parameters`` in one vector, array after array."""
    return np.concatenate([value.reshape(-1) for value in parameters.values()])


def vector_to_dictionary(vector: np.ndarray, like: Parameters) -> Parameters:
    """The way back: arrays of the shapes of ``like`` that hold ``vector``."""
    parameters = {}
    start = 0
    for name, value in like.items():
        stop = start + value.size
        parameters[name] = vector[start:stop].reshape(value.shape)
        start = stop
    return parameters


def gradients_to_vector(gradients: Gradients, like: Parameters) -> np.ndarray:
    """``dW1, db1, ...`` in the order of ``like``."""
    return np.concatenate([gradients[f"d{name}"].reshape(-1) for name in like])


def approximation(parameters: Parameters, forward: Forward, X: Any, Y: Any, epsilon: float = EPSILON) -> np.ndarray:
    """Central differences of every entry, two forwards each."""
    values = dictionary_to_vector(parameters)
    found = np.zeros(values.size)
    for i in range(values.size):
        plus = np.copy(values)
        plus[i] += epsilon
        loss_plus, _ = forward(X, Y, vector_to_dictionary(plus, parameters))
        minus = np.copy(values)
        minus[i] -= epsilon
        loss_minus, _ = forward(X, Y, vector_to_dictionary(minus, parameters))
        found[i] = (loss_plus - loss_minus) / (2 * epsilon)
    return found


def gradient_check_n(
    parameters: Parameters, gradients: Gradients, forward: Forward, X: Any, Y: Any, epsilon: float = EPSILON
) -> float:
    """The relative difference (equation 3 of the course). A mistake is reported where it exceeds `THRESHOLD`."""
    gradient = gradients_to_vector(gradients, parameters)
    approximated = approximation(parameters, forward, X, Y, epsilon)
    numerator = np.linalg.norm(gradient - approximated)
    denominator = np.linalg.norm(gradient) + np.linalg.norm(approximated)
    return float(numerator / denominator)
