"""What the engine needs to know of the arrays a person works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from .randomness import RandomState


@dataclass(frozen=True)
class Derivative:
    """A loss and its gradient, by automatic differentiation.

    Attributes:
        loss: the loss as the differentiated computation has it; where it is not the original's, neither is the gradient.
        gradients: one array a leaf, None where the loss is not connected to it.
        lifted: whether NumPy code ran on TensorFlow, in float64 whatever the leaves' dtype.
        precision: the lowest dtype among the loss and the gradients, to whose rounding they are exact.
    """

    loss: float
    gradients: list[np.ndarray | None]
    lifted: bool = False
    precision: str = "float64"


class Batched(Protocol):
    """A loss that takes many points in one call, NaN where its operations raise. Hold some values against single evaluations."""

    @property
    def exact(self) -> bool:
        """Whether the values are those of single evaluations to the last bit, or something is wrong with them; else they may
        differ by a few units in the last place."""

    @property
    def chunk(self) -> int:
        """How many points are worked on at a time: the grain for progress and cancelling."""

    def __call__(self, vectors: np.ndarray) -> np.ndarray | None:
        """Losses, shape (k,) and float64, at ``vectors``, shape (k, n), in the order of the leaves, row by row.

        None where it turns out that these points cannot be taken together.
        """

    def steps(self, base: np.ndarray, entries: np.ndarray, values: np.ndarray) -> np.ndarray | None:
        """The same at ``base`` (shape (n,)) with ``base[entries[i]]`` replaced by ``values[i]``."""


class Backend(Protocol):
    """Turns the values that forward takes and returns into NumPy arrays, and back into the person's own types."""

    @property
    def name(self) -> str:
        """``"numpy"`` or ``"tensorflow"``, as the report spells it."""

    @property
    def worth_a_batch(self) -> int:
        """Entries to be stepped that make `batch` worth its time."""

    def to_array(self, value: Any, copy: bool = True) -> np.ndarray | None:
        """A copy of ``value`` (shape and dtype kept), or None where it is not numeric.

        Without ``copy`` it may be the value itself, to be read at once.
        """

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

    def derivative(self, loss: Callable[[list[Any]], Any], leaves: list[Any]) -> Derivative:
        """`differentiate` with the loss that it is the gradient of, which is to be held against the original's.

        ``loss`` may be called up to five times, each time from the same global random state; it puts back other state
        itself. NumPy code gets arrays that run on TensorFlow, and data through `backends.companion` where it is asked.

        Raises `GradcheckError` as `differentiate` does.
        """

    def batch(
        self, loss: Callable[[Any], Any], structure: Callable[[list[Any]], Any], leaves: list[Any], pure: bool = False
    ) -> Batched | None:
        """The loss of ``structure(leaves)`` at many points in one call; ``leaves`` are examples of type and shape, and ``pure`` tells
        whether the loss does nothing but compute.

        None where the backend cannot, or where it would not be the same: code that leaves the graph, draws random
        numbers, prints or changes variables. ``loss`` may be called once or twice, with tensors that have no value; what it
        stores elsewhere should be put back.
        """
