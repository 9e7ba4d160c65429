"""TensorFlow tensors and variables, beside NumPy arrays; losses may be tensors, or NumPy numbers out of eager code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine import GradcheckError
from ..engine.backend import Batched, Derivative
from ..engine.randomness import RandomState
from .numpy_ import NumpyBackend
from .tensorflow_random import TensorFlowRandomState


class TensorFlowBackend(NumpyBackend):
    """The backend for TensorFlow: keeps tensors tensors and variables variables, with the person's dtypes.

    Raises `GradcheckError` where TensorFlow cannot be imported.
    """

    name = "tensorflow"
    # Tracing the loss takes the time of so many evaluations.
    worth_a_batch = 1024

    def __init__(self) -> None:
        self._tf = sys.modules.get("tensorflow") or _import()

    def to_array(self, value: Any, copy: bool = True) -> np.ndarray | None:
        tf = self._tf
        if isinstance(value, tf.IndexedSlices):
            value = tf.convert_to_tensor(value)
        if self._is_tensor(value):
            try:
                value = value.numpy()
            except (AttributeError, NotImplementedError):
                raise GradcheckError(
                    "A symbolic tensor came out of the function, which has no value. Call it outside tf.function or a "
                    "Keras model under construction.",
                    code="symbolic_tensor",
                ) from None
        return super().to_array(value, copy)

    def from_array(self, array: np.ndarray, like: Any) -> Any:
        tf = self._tf
        if not self._is_tensor(like):
            return super().from_array(array, like)
        # Keras spells the dtype of its own variables as a string.
        dtype = tf.as_dtype(like.dtype)
        dtype = dtype if dtype.is_floating else tf.float64
        if array.dtype.kind == "c":
            return tf.constant(array)
        if isinstance(like, tf.Variable):
            return tf.Variable(array, dtype=dtype, trainable=like.trainable)
        return tf.constant(array, dtype=dtype)

    def random_state(self) -> RandomState:
        return TensorFlowRandomState()

    def derivative(self, loss: Callable[[list[Any]], Any], leaves: list[Any]) -> Derivative:
        from .tape import derivative

        return derivative(loss, leaves, self.random_state)

    def batch(
        self, loss: Callable[[Any], Any], structure: Callable[[list[Any]], Any], leaves: list[Any], pure: bool = False
    ) -> Batched | None:
        from .batch import build

        return build(loss, structure, leaves, self.random_state)

    def _is_tensor(self, value: Any) -> bool:
        return isinstance(value, self._tf.Variable) or bool(self._tf.is_tensor(value))


def _import() -> Any:
    try:
        return importlib.import_module("tensorflow")
    except ImportError as error:
        raise GradcheckError(
            f"backend='tensorflow' needs TensorFlow in this kernel, and importing it failed: {error}. Run %pip install "
            "tensorflow, or leave backend out.",
            code="tensorflow_missing",
        ) from error
