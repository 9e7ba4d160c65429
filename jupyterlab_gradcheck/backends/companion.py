"""NumPy arrays that meet lifted parameters.

NumPy hands `np.dot(X, W)` and `X @ W` over to a lifted ``W``, but not the method ``X.dot(W)``, in which half of all
hand-written networks multiply. While forward runs lifted, its data come as views with a ``dot`` that does.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import numpy as np

under_way: ContextVar[bool] = ContextVar("lifting under way", default=False)


class Companion(np.ndarray):
    """An array whose method ``dot`` is the function."""

    def dot(self, b: Any, out: Any = None) -> Any:
        return np.dot(self, b) if out is None else np.dot(self, b, out)


def companion(value: Any) -> Any:
    """``value``, which while forward runs lifted is a view of it where it is a plain array."""
    return value.view(Companion) if under_way.get() and type(value) is np.ndarray else value
