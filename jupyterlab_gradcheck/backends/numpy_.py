"""NumPy arrays and Python numbers."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine import GradcheckError
from ..engine.backend import Batched, Derivative
from ..engine.randomness import HostRandomState, RandomState


class NumpyBackend:
    """The backend for NumPy arrays, NumPy scalars and Python numbers."""

    name = "numpy"
    worth_a_batch = 16

    def to_array(self, value: Any, copy: bool = True) -> np.ndarray | None:
        if type(value) is np.ndarray and value.dtype.kind in "fiuc":
            return value.copy() if copy else value
        if isinstance(value, (bool, np.bool_, str, bytes)) or value is np.ma.masked:
            return None
        if isinstance(value, (np.ndarray, np.generic, numbers.Number)) or hasattr(value, "__array__"):
            try:
                array = np.array(value)
            except Exception:
                return None
            if array.dtype.name == "bfloat16":
                raise GradcheckError(
                    "A bfloat16 array has too few digits for a gradient check. Cast it to float32.",
                    code="unsupported_dtype",
                )
            return array if array.dtype.kind in "fiuc" else None
        return None

    def from_array(self, array: np.ndarray, like: Any) -> Any:
        if type(like) is np.ndarray and like.dtype == array.dtype and like.flags.c_contiguous:
            return array.copy()
        if isinstance(like, np.ndarray):
            dtype = array.dtype if array.dtype.kind == "c" else like.dtype if like.dtype.kind == "f" else np.float64
            fresh = np.array(array, dtype=dtype, order="F" if _is_fortran(like) else "C")
            return fresh if type(like) is np.ndarray else fresh.view(type(like))
        if array.ndim:
            # Something else that NumPy can read as an array.
            return array.copy()
        if array.dtype.kind == "c":
            return complex(array.item())
        if isinstance(like, np.floating):
            return like.dtype.type(array.item())
        return np.float64(array.item()) if isinstance(like, np.generic) else float(array.item())

    def random_state(self) -> RandomState:
        return HostRandomState()

    def differentiate(self, loss: Callable[[list[Any]], Any], leaves: list[Any]) -> list[np.ndarray | None]:
        return self.derivative(loss, leaves).gradients

    def derivative(self, loss: Callable[[list[Any]], Any], leaves: list[Any]) -> Derivative:
        raise GradcheckError(
            "NumPy has no automatic differentiation to check or to compare with. Give a backward function and leave method "
            "out, or choose backend='tensorflow'.",
            code="method_unsuitable",
        )

    def batch(
        self, loss: Callable[[Any], Any], structure: Callable[[list[Any]], Any], leaves: list[Any], pure: bool = False
    ) -> Batched | None:
        from .stack import build

        # Nobody else's state must see that a call was of many points, or was broken off.
        return build(loss, structure, leaves) if pure else None


def _is_fortran(array: np.ndarray) -> bool:
    return array.flags.f_contiguous and not array.flags.c_contiguous
