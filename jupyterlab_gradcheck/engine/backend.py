"""What the engine needs to know of the arrays a person works with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from .randomness import RandomState


class Backend(Protocol):
    """Turns the values that forward takes and returns into NumPy arrays, and back into the person's own types."""

    @property
    def name(self) -> str:
        """``"numpy"`` or ``"tensorflow"``, as the report spells it."""

    def to_array(self, value: Any) -> np.ndarray | None:
        """A copy of ``value`` (shape and dtype kept), or None where it is not numeric."""

    def from_array(self, array: np.ndarray, like: Any) -> Any:
        """A fresh value of the type, shape and dtype of ``like`` that holds ``array`` (same number of entries).

        Integers become floating point: a derivative needs room to step.
        """

    def random_state(self) -> RandomState:
        """The present state of the global random generators."""

    def differentiate(self, loss: Callable[[list[Any]], Any], leaves: list[Any]) -> list[np.ndarray | None]:
        """Gradient of ``loss(leaves)`` by automatic differentiation, one array a leaf (None where not connected).

        Raises `GradcheckError` where the backend cannot differentiate, or where the loss left its tape.
        """
