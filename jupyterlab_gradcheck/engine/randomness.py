"""Freezes the global random generators, so that dropout is the same at every evaluation and nothing is left changed."""

from __future__ import annotations

import random
from typing import Any, Protocol

import numpy as np


class RandomState(Protocol):
    """The state that global random generators had at one moment."""

    def restore(self) -> None:
        """Put the generators back to that state."""

    def drawn(self) -> bool:
        """Whether they have left it since: somebody drew a number."""


class HostRandomState:
    """The state of `random` and of NumPy's legacy global generator."""

    def __init__(self) -> None:
        self._python = random.getstate()
        self._numpy: Any = np.random.get_state()

    def restore(self) -> None:
        random.setstate(self._python)
        np.random.set_state(self._numpy)

    def drawn(self) -> bool:
        now: Any = np.random.get_state()
        same = all(np.array_equal(a, b) for a, b in zip(self._numpy, now, strict=True))
        return not same or random.getstate() != self._python
