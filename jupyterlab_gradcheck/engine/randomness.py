"""Freezes the global random generators, so that dropout is the same at every evaluation and nothing is left changed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np


def capture() -> Callable[[], None]:
    """Remembers the state of `random` and of NumPy's legacy global generator; the result puts it back."""
    python_state = random.getstate()
    numpy_state: Any = np.random.get_state()

    def restore() -> None:
        random.setstate(python_state)
        np.random.set_state(numpy_state)

    return restore
