"""Gradients by TensorFlow's tape as the person's own code would get them, custom ones included, and sums of its tensors.

Whoever calls this has a tensor or a variable in hand, so TensorFlow is loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def watched(value: Any) -> Any:
    """``value`` as a tensor, or the variable that it is."""
    tf = sys.modules["tensorflow"]
    if isinstance(value, tf.Variable) or tf.is_tensor(value):
        return value
    return tf.convert_to_tensor(value)


def gradients(loss: Callable[[], Any], sources: Mapping[str, Any]) -> dict[str, np.ndarray | None]:
    """What the tape gives for the derivative of ``loss()`` by each of ``sources`` (tensors or variables, by name); None where
    it sees no connection."""
    tf = sys.modules["tensorflow"]
    with tf.GradientTape() as tape:
        for source in sources.values():
            tape.watch(source)
        value = loss()
    found = tape.gradient(value, list(sources.values()))
    return {
        name: None if gradient is None else tf.convert_to_tensor(gradient).numpy()
        for name, gradient in zip(sources, found, strict=True)
    }


def weighted_sum(value: Any, weights: Any) -> Any:
    """The sum of the products of a tensor and weights of its shape."""
    tf = sys.modules["tensorflow"]
    return tf.reduce_sum(value * tf.cast(tf.convert_to_tensor(weights), value.dtype))


def constant(array: np.ndarray, like: Any) -> Any:
    """``array`` as a tensor of the dtype of ``like``."""
    tf = sys.modules["tensorflow"]
    return tf.constant(array, dtype=like.dtype)
