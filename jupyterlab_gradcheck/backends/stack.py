"""A NumPy loss at many parameter vectors in one call of forward.

A small network's forward spends its time on calls, and not on arithmetic: 94 of the course's network, one after the other,
take 2.2 ms, and in two calls 0.37 (best of 300, `benchmarks.nets.course()` by `Stack.steps` and by a loop).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .companion import under_way
from .stacked import WIDEST, Run, Stacked

# Their arrays still lie in the processor's cache.
_LANES = 64
_FEWEST = 16
# Entries of all parameters of all lanes.
_ROOM = 1_000_000


class Stack:
    """The loss at many points, in the `Batched` protocol."""

    exact = True

    def __init__(
        self,
        loss: Callable[[Any], Any],
        structure: Callable[[list[Any]], Any],
        shapes: list[tuple[int, ...]],
        lanes: int,
    ) -> None:
        self.chunk = lanes
        self._loss = loss
        self._structure = structure
        self._shapes = shapes
        self._ends = np.cumsum([int(np.prod(shape)) for shape in shapes]).tolist()

    def __call__(self, vectors: np.ndarray) -> np.ndarray | None:
        """Losses (shape (k,)) at ``vectors`` (shape (k, n)); None where forward cannot take these points together."""
        parts = [self._run(vectors[start : start + self.chunk]) for start in range(0, len(vectors), self.chunk)]
        found = [part for part in parts if part is not None]
        return np.concatenate([np.empty(0), *found]) if len(found) == len(parts) else None

    def steps(self, base: np.ndarray, entries: np.ndarray, values: np.ndarray) -> np.ndarray | None:
        """Losses (shape (k,)) at ``base`` (shape (n,)), each with ``base[entries[i]]`` replaced by ``values[i]``; None as above."""
        vectors = np.repeat(base[np.newaxis], len(entries), axis=0)
        vectors[np.arange(len(entries)), entries] = values
        return self(vectors)

    def _run(self, vectors: np.ndarray) -> np.ndarray | None:
        run = Run(len(vectors))
        starts = [0, *self._ends]
        leaves = [
            # A copy each: forward may write into it, and its lanes lie as single arrays would.
            Stacked(vectors[:, start:stop].copy().reshape(len(vectors), *shape), run)
            for start, stop, shape in zip(starts, self._ends, self._shapes, strict=False)
        ]
        token = under_way.set(True)
        try:
            return run.losses(self._loss(self._structure(leaves)))
        except (Exception, SystemExit):
            # Whatever stopped the person's code, it is evaluated as it is.
            return None
        finally:
            under_way.reset(token)


def build(loss: Callable[[Any], Any], structure: Callable[[list[Any]], Any], leaves: list[Any]) -> Stack | None:
    """The loss of ``structure(leaves)`` for many points; None where ``leaves`` are not small arrays or numbers of float64.

    ``loss`` is not called yet.
    """
    if not all(map(_is_small_and_plain, leaves)):
        return None
    lanes = min(_LANES, _ROOM // max(1, sum(map(np.size, leaves))))
    return Stack(loss, structure, [np.shape(leaf) for leaf in leaves], lanes) if lanes >= _FEWEST else None


def _is_small_and_plain(leaf: Any) -> bool:
    if type(leaf) is np.ndarray and leaf.ndim:
        return leaf.dtype == np.float64 and leaf.size <= WIDEST and leaf.flags.c_contiguous
    return type(leaf) in (float, np.float64)
