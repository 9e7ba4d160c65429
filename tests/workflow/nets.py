"""A network with one hidden layer, in NumPy, and mistakes in its backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Backward = Callable[[Any, Any, Any, Any], dict[str, Any]]


def data(width: int = 6, dtype: Any = np.float64) -> tuple[dict[str, Any], np.ndarray, np.ndarray]:
    """Parameters, and a batch of 20."""
    random = np.random.default_rng(4)
    shapes = {"W1": (width, 3), "b1": (width, 1), "W2": (1, width), "b2": (1, 1)}
    parameters = {name: random.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    X = random.normal(size=(3, 20)).astype(dtype)
    return parameters, X, np.sin(X.sum(axis=0, keepdims=True))


def forward(X: Any, Y: Any, parameters: Any) -> Any:
    A = np.tanh(parameters["W1"] @ X + parameters["b1"])
    Z = parameters["W2"] @ A + parameters["b2"]
    return np.mean((Z - Y) ** 2), (A, Z)


def backward(X: Any, Y: Any, parameters: Any, cache: Any) -> dict[str, Any]:
    A, Z = cache
    dZ = 2 * (Z - Y) / Y.size
    dA = parameters["W2"].T @ dZ * (1 - A**2)
    db1 = dA.sum(axis=1, keepdims=True)
    return {"dW1": dA @ X.T, "db1": db1, "dW2": dZ @ A.T, "db2": dZ.sum(axis=1, keepdims=True)}


def wrong(X: Any, Y: Any, parameters: Any, cache: Any) -> dict[str, Any]:
    gradients = backward(X, Y, parameters, cache)
    dW1 = 2 * gradients["dW1"]
    return {**gradients, "dW1": dW1}


def also_wrong(X: Any, Y: Any, parameters: Any, cache: Any) -> dict[str, Any]:
    gradients = backward(X, Y, parameters, cache)
    return {**gradients, "dW1": 2 * gradients["dW1"], "db2": -gradients["db2"]}


def incomplete(X: Any, Y: Any, parameters: Any, cache: Any) -> dict[str, Any]:
    return {"dW1": backward(X, Y, parameters, cache)["dW1"]}
