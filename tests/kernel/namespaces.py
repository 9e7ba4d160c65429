"""Cells as people write them, for discovery and for kernels."""

from __future__ import annotations

import itertools
import linecache
from typing import Any

CASE = """
import numpy as np
np.random.seed(1)
X = np.random.randn(4, 3)
Y = np.array([1, 1, 0])
parameters = {}
for name, shape in (("W1", (5, 4)), ("b1", (5, 1)), ("W2", (3, 5)), ("b2", (3, 1)), ("W3", (1, 3)), ("b3", (1, 1))):
    parameters[name] = np.random.randn(*shape)
del name, shape
"""

FORWARD = """
def forward_propagation_n(X, Y, parameters):
    m = X.shape[1]
    hidden = X
    kept = [X]
    for layer in (1, 2):
        hidden = np.maximum(0, parameters["W%d" % layer] @ hidden + parameters["b%d" % layer])
        kept.append(hidden)
    A3 = 1 / (1 + np.exp(-(parameters["W3"] @ hidden + parameters["b3"])))
    cost = np.sum(-Y * np.log(A3) - (1 - Y) * np.log(1 - A3)) / m
    print("cost", cost)
    return cost, (kept, A3, parameters["W2"], parameters["W3"])
"""

BACKWARD = """
def backward_propagation_n(X, Y, cache):
    (kept, A3, W2, W3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dW3 = dZ3 @ kept[2].T / m
    db3 = dZ3.sum(axis=1, keepdims=True) / m
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (kept[2] > 0)
    dW2 = dZ2 @ kept[1].T / m * TWO
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (kept[1] > 0)
    dW1 = dZ1 @ X.T / m
    db1 = FOUR * dZ1.sum(axis=1, keepdims=True) / m
    return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
"""

LINE = """
x, theta = 3, 4
def forward_propagation(x, theta):
    return theta * x
def backward_propagation(x, theta):
    dtheta = x
    return dtheta
"""

TENSORFLOW = """
import tensorflow as tf
Y = Y.reshape(1, 3)
def forward_propagation_n(X, Y, parameters):
    X = tf.constant(X, dtype=tf.float32)
    Y = tf.constant(Y, dtype=tf.float32)
    W1, b1, W2, b2, W3, b3 = (tf.constant(parameters[key], dtype=tf.float32) for key in ("W1", "b1", "W2", "b2", "W3", "b3"))
    A1 = tf.nn.relu(W1 @ X + b1)
    A2 = tf.nn.relu(W2 @ A1 + b2)
    Z3 = W3 @ A2 + b3
    cost = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=Y, logits=Z3))
    return cost.numpy(), tuple(t.numpy() for t in (A1, W2, A2, W3, Z3))

def backward_propagation_n(X, Y, cache):
    A1, W2, A2, W3, Z3 = (tf.constant(c, dtype=tf.float32) for c in cache)
    X = tf.constant(X, dtype=tf.float32)
    Y = tf.constant(Y, dtype=tf.float32)
    m = tf.cast(tf.shape(X)[1], tf.float32)
    dZ3 = tf.sigmoid(Z3) - Y
    dZ2 = (tf.transpose(W3) @ dZ3) * tf.cast(A2 > 0, tf.float32)
    dZ1 = (tf.transpose(W2) @ dZ2) * tf.cast(A1 > 0, tf.float32)
    def total(d):
        return (tf.reduce_sum(d, axis=1, keepdims=True) / m).numpy()
    return {"dW3": (dZ3 @ tf.transpose(A2) / m).numpy(), "db3": total(dZ3), "dZ3": dZ3.numpy(),
            "dW2": (dZ2 @ tf.transpose(A1) / m).numpy() * TWO, "db2": total(dZ2),
            "dW1": (dZ1 @ tf.transpose(X) / m).numpy(), "db1": total(dZ1)}
"""


def net(wrong: bool) -> list[str]:
    """The net of the exercise, with dW2 doubled and db1 times four, or right."""
    return [CASE, FORWARD, spelled(BACKWARD, 2 if wrong else 1, 4 if wrong else 1)]


def tensorflow_net(wrong: bool) -> list[str]:
    """The same in TensorFlow float32, with dW2 doubled, or right."""
    return [CASE, spelled(TENSORFLOW, 2 if wrong else 1)]


def spelled(cell: str, two: float, four: float = 1) -> str:
    return cell.replace("TWO", str(two)).replace("FOUR", str(four))


def run(*cells: str) -> dict[str, Any]:
    """The namespace that ``cells`` leave behind."""
    namespace: dict[str, Any] = {}
    for cell in cells:
        # As IPython does, so that the functions have a source.
        name = f"<cell {next(_COUNT)}>"
        linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
        exec(compile(cell, name, "exec"), namespace)
    return namespace


_COUNT = itertools.count()
