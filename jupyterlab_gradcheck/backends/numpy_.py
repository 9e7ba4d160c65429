"""NumPy arrays and Python numbers."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine import GradcheckError
from ..engine.randomness import HostRandomState, RandomState


class NumpyBackend:
    """The backend for NumPy arrays, NumPy scalars and Python numbers."""

    name = "numpy"

    def to_array(self, value: Any) -> np.ndarray | None:
        if isinstance(value, (bool, np.bool_, str, bytes)):
            return None
        if isinstance(value, (np.ndarray, np.generic, numbers.Number)) or hasattr(value, "__array__"):
            try:
                array = np.array(value)
            except Exception:
                return None
            return array if array.dtype.kind in "fiuc" or array.dtype.name == "bfloat16" else None
        return None

    def from_array(self, array: np.ndarray, like: Any) -> Any:
        if array.dtype.kind == "c":
            return array.copy() if isinstance(like, np.ndarray) else complex(array.item())
        if isinstance(like, np.ndarray):
            dtype = like.dtype if like.dtype.kind == "f" else np.dtype(np.float64)
            if like.flags.f_contiguous and not like.flags.c_contiguous:
                return array.astype(dtype, order="F", copy=True)
            return array.astype(dtype, order="C", copy=True)
        if isinstance(like, np.floating):
            return like.dtype.type(array.item())
        if isinstance(like, np.generic):
            return np.float64(array.item())
        return float(array.item())

    def random_state(self) -> RandomState:
        return HostRandomState()

    def differentiate(self, loss: Callable[[list[Any]], Any], leaves: list[Any]) -> list[np.ndarray | None]:
        raise GradcheckError(
            "NumPy has no automatic differentiation. Use method='central' or 'complex-step', or a TensorFlow function "
            "with backend='tensorflow'.",
            code="method_unsuitable",
        )
