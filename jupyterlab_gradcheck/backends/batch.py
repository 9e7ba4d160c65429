"""A TensorFlow loss at many parameter vectors in one call: traced once, and run as a graph.

Small parameters are stacked, and every operation runs once for all of them (`tf.vectorized_map`); large ones are walked
through by a loop inside the graph, which needs no stack and is as quick, since their arithmetic outweighs the calls.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..engine.randomness import RandomState
from .silence import silent

tf: Any = importlib.import_module("tensorflow")

# Up to here stacking wins: where an eager call takes 400 us, 47 entries take 3 stacked and 25 in the loop, 10,161 take 60
# to 70 either way.
_STACKED = 16_384
_BYTES = 64_000_000
# A stack that leaves the processor's cache is slower: 58 us for one of 128 x 10,161 entries, 84 for one of 256.
_CACHED = 12_000_000
_MOST = 256
# Operations with a state that neither change it nor differ between runs.
_HARMLESS = frozenset(
    [
        "Placeholder",
        "PlaceholderWithDefault",
        "VarHandleOp",
        "ReadVariableOp",
        "ResourceGather",
        "ResourceGatherNd",
        "VariableShape",
        "Assert",
        "PartitionedCall",
        "StatefulPartitionedCall",
        "If",
        "While",
        "Case",
        "StatelessIf",
        "StatelessWhile",
    ]
)


class Batch:
    """The loss, at many points.

    Attributes:
        chunk: how many points are worked on at a time; more are taken in turns.
        exact: see `Batched`.
    """

    exact = False

    def __init__(self, traced: Any, size: int, activations: int, stacked: bool) -> None:
        most = min(_BYTES // (8 * size + activations), _CACHED // (8 * size)) if stacked else _BYTES // (8 * size)
        self.chunk = min(max(most, 1), _MOST)
        self._stacked = stacked

        def walk(points: Any) -> Any:
            return tf.map_fn(traced, points, fn_output_signature=tf.float64, parallel_iterations=4)

        def stack(points: Any) -> Any:
            return tf.vectorized_map(traced, points, fallback_to_while_loop=False)

        def walk_steps(base: Any, entries: Any, values: Any) -> Any:
            return tf.map_fn(
                lambda step: traced(tf.tensor_scatter_nd_update(base, [[step[0]]], [step[1]])),
                (entries, values),
                fn_output_signature=tf.float64,
                parallel_iterations=4,
            )

        points, vector = tf.TensorSpec([None, size], tf.float64), tf.TensorSpec([size], tf.float64)
        entries, values = tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.float64)
        self._whole = tf.function(stack if stacked else walk, autograph=False, input_signature=[points])
        self._walked = tf.function(walk_steps, autograph=False, input_signature=[vector, entries, values])
        if stacked:
            # Fails where an operation cannot be stacked; this traces, and runs nothing.
            self._whole.get_concrete_function()

    def _stepped(self, base: Any, entries: np.ndarray, values: np.ndarray) -> Any:
        if not self._stacked:
            return self._walked(base, entries, values)
        # The stack is small, and a graph that makes it would take as long to trace as the loss.
        count = len(entries)
        places = np.stack([np.arange(count, dtype=np.int32), entries], 1)
        return self._whole(tf.tensor_scatter_nd_update(tf.tile(base[tf.newaxis], [count, 1]), places, values))

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Losses (shape (k,), float64) at ``vectors`` (shape (k, n)); NaN where forward's operations raise."""
        vectors = np.ascontiguousarray(vectors, dtype=np.float64)
        return self._in_turns(len(vectors), lambda part: self._whole(tf.constant(vectors[part])))

    def steps(self, base: np.ndarray, entries: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Losses (shape (k,)) at ``base`` (shape (n,)), each with ``base[entries[i]]`` replaced by ``values[i]``.

        No more than a chunk of the points is ever built, and none at all of large parameters.
        """
        start = tf.constant(np.asarray(base, dtype=np.float64))
        where, what = np.asarray(entries, dtype=np.int32), np.asarray(values, dtype=np.float64)
        return self._in_turns(len(where), lambda part: self._stepped(start, where[part], what[part]))

    def _in_turns(self, count: int, run: Callable[[slice], Any]) -> np.ndarray:
        losses = np.empty(count)
        with silent():
            for first in range(0, count, self.chunk):
                part = slice(first, min(first + self.chunk, count))
                try:
                    losses[part] = run(part).numpy()
                except tf.errors.OpError:
                    for place in range(part.start, part.stop):
                        losses[place] = _or_nan(run, slice(place, place + 1))
        return losses


def _or_nan(run: Callable[[slice], Any], part: slice) -> float:
    try:
        return float(run(part).numpy()[0])
    except tf.errors.OpError:
        return math.nan


def build(
    loss: Callable[[Any], Any],
    structure: Callable[[list[Any]], Any],
    leaves: list[Any],
    random_state: Callable[[], RandomState],
) -> Batch | None:
    """The loss of ``structure(leaves)``, ready for many vectors; ``leaves`` are examples of type, shape and dtype.

    None where it cannot be traced (it leaves TensorFlow, or its Python looks at values), where it draws random numbers,
    and where it changes a variable or prints: a graph would do that at another time, or another number of times.
    ``loss`` is called, with tensors that have no value yet, up to two times and never again.
    """
    dtypes = [_dtype(leaf) for leaf in leaves]
    tried = [dtypes]
    if any(dtype == tf.float64 and not _is_tensor(leaf) for leaf, dtype in zip(leaves, dtypes, strict=True)):
        # What TensorFlow code makes of a NumPy array that meets float32 tensors.
        tried.append([d if _is_tensor(leaf) else tf.float32 for leaf, d in zip(leaves, dtypes, strict=True)])
    shapes = [tuple(np.shape(leaf)) for leaf in leaves]
    size = sum(math.prod(shape) for shape in shapes)
    for chosen in tried:
        before = random_state()
        try:
            with silent():
                traced = _trace(loss, structure, shapes, chosen, size)
        except (Exception, SystemExit):
            # Whatever stopped the person's code from being traced, it is evaluated as it is.
            before.restore()
            continue
        if before.drawn():
            before.restore()
            return None
        operations = list(_operations(traced.graph))
        if any(operation.op_def.is_stateful and operation.type not in _HARMLESS for operation in operations):
            return None
        if any("Random" in operation.type or "Shuffle" in operation.type for operation in operations):
            return None
        return _first_that_runs(traced, size, sum(map(_bytes, operations)))
    return None


def _first_that_runs(traced: Any, size: int, activations: int) -> Batch | None:
    for stacked in (True, False) if size <= _STACKED else (False,):
        try:
            with silent():
                return Batch(traced, size, activations, stacked)
        except Exception:
            continue
    return None


def _trace(
    loss: Callable[[Any], Any],
    structure: Callable[[list[Any]], Any],
    shapes: list[tuple[int, ...]],
    dtypes: list[Any],
    size: int,
) -> Any:
    def one(vector: Any) -> Any:
        leaves, start = [], 0
        for shape, dtype in zip(shapes, dtypes, strict=True):
            stop = start + math.prod(shape)
            leaves.append(tf.cast(tf.reshape(vector[start:stop], shape), dtype))
            start = stop
        value = loss(structure(leaves))
        if not tf.is_tensor(value):
            raise TypeError("the loss left the graph")
        return tf.cast(tf.reshape(value, []), tf.float64)

    signature = [tf.TensorSpec([size], tf.float64)]
    return tf.function(one, autograph=False, input_signature=signature).get_concrete_function()


def _operations(graph: Any) -> Iterator[Any]:
    """The operations of a graph and of the functions that it calls."""
    yield from graph.get_operations()
    for name in graph._functions:
        inner = getattr(graph._functions[name], "graph", None)
        if inner is not None:
            yield from _operations(inner)


def _bytes(operation: Any) -> int:
    return sum(
        math.prod(output.shape) * output.dtype.size
        for output in operation.outputs
        if output.shape.is_fully_defined() and operation.type != "Placeholder"
    )


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, tf.Variable) or bool(tf.is_tensor(leaf))


def _dtype(leaf: Any) -> Any:
    return leaf.dtype if _is_tensor(leaf) else tf.as_dtype(np.asarray(leaf).dtype)
