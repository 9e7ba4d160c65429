"""Many points in one call: the losses are those of single calls, or there is no batch."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck.backends import select
from jupyterlab_gradcheck.engine.flatten import Flat

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

RANDOM = np.random.default_rng(0)


@pytest.fixture(scope="module")
def tf() -> Any:
    import tensorflow

    return tensorflow


@pytest.fixture(scope="module")
def backend(tf: Any) -> Any:
    return select("tensorflow", 1.0, [])


def build(backend: Any, loss: Callable[[Any], Any], parameters: Any) -> tuple[Any, Flat]:
    flat = Flat(parameters, backend)
    return backend.batch(loss, flat.with_leaves, flat.leaves_at(flat.vector)), flat


def single(backend: Any, loss: Callable[[Any], Any], flat: Flat, vectors: np.ndarray) -> np.ndarray:
    return np.array([float(np.ravel(backend.to_array(loss(flat.unflatten(vector))))[0]) for vector in vectors])


def network(tf: Any, sizes: tuple[int, ...], m: int, dtype: str, kind: str) -> tuple[Callable[[Any], Any], Any]:
    """Dense layers with ReLU and cross entropy, in TensorFlow; parameters of a ``kind``."""
    make = {"array": np.array, "tensor": tf.constant, "Variable": tf.Variable}[kind]
    x = tf.constant(RANDOM.normal(size=(sizes[0], m)), dtype=dtype)
    y = tf.constant(RANDOM.random((1, m)) < 0.5, dtype=dtype)
    layers = [
        {"W": make((RANDOM.normal(size=(after, before)) / before**0.5).astype(dtype)), "b": make(np.zeros((after, 1), dtype))}
        for before, after in pairwise(sizes)
    ]  # fmt: skip

    def loss(layers: Any) -> Any:
        h = x
        for layer in layers[:-1]:
            h = tf.nn.relu(tf.matmul(layer["W"], h) + layer["b"])
        z = tf.matmul(layers[-1]["W"], h) + layers[-1]["b"]
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z))

    return loss, layers


@pytest.mark.parametrize("kind", ["array", "tensor", "Variable"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_losses_are_those_of_single_calls(tf: Any, backend: Any, dtype: str, kind: str) -> None:
    loss, parameters = network(tf, (4, 5, 3, 1), 3, dtype, kind)
    batch, flat = build(backend, loss, parameters)
    vectors = flat.vector + 0.1 * RANDOM.normal(size=(300, flat.vector.size))
    found = batch(vectors)
    assert found.dtype == np.float64
    some = np.r_[:300:20, 250:260]
    np.testing.assert_allclose(found[some], single(backend, loss, flat, vectors[some]), rtol=8 * np.finfo(dtype).eps)
    entries = RANDOM.integers(0, flat.vector.size, size=300)
    values = RANDOM.normal(size=300)
    moved = np.repeat(flat.vector[None], 300, axis=0)
    moved[np.arange(300), entries] = values
    np.testing.assert_allclose(
        batch.steps(flat.vector, entries, values)[some],
        single(backend, loss, flat, moved[some]),
        rtol=8 * np.finfo(dtype).eps,
    )
    assert batch(vectors[:0]).shape == (0,)
    assert batch.chunk == 256


def test_large_parameters_are_walked_through_in_bounded_memory(tf: Any, backend: Any) -> None:
    loss, parameters = network(tf, (300, 100, 1), 8, "float64", "tensor")
    batch, flat = build(backend, loss, parameters)
    assert batch.chunk * flat.vector.size * 8 <= 64e6
    vectors = flat.vector + 0.1 * RANDOM.normal(size=(3, flat.vector.size))
    np.testing.assert_allclose(batch(vectors), single(backend, loss, flat, vectors), rtol=1e-13)
    steps = batch.steps(flat.vector, np.array([5, 30_000]), np.array([2.0, 3.0]))
    moved = np.repeat(flat.vector[None], 2, axis=0)
    moved[0, 5], moved[1, 30_000] = 2, 3
    np.testing.assert_allclose(steps, single(backend, loss, flat, moved), rtol=1e-13)


def test_activations_bound_the_chunk(tf: Any, backend: Any) -> None:
    big = tf.constant(RANDOM.normal(size=(20_000, 3)))
    batch, _ = build(backend, lambda w: tf.reduce_sum(tf.tanh(tf.tanh(big * w))), np.ones(3))
    assert batch.chunk * 20_000 * 3 * 8 * 2 <= 64e6
    vectors = RANDOM.normal(size=(60, 3))
    expected = [np.sum(np.tanh(np.tanh(big.numpy() * w))) for w in vectors]
    np.testing.assert_allclose(batch(vectors), expected, rtol=1e-10)


def test_numpy_parameters_rounded_to_float32(tf: Any, backend: Any) -> None:
    x = tf.constant(RANDOM.normal(size=(2, 3)), tf.float32)

    def loss(p: Any) -> Any:
        return tf.reduce_sum(tf.tanh(tf.matmul(x, p["w"]) * p["scale"]))

    parameters = {"w": RANDOM.normal(size=(3, 2)), "scale": 0.7}
    batch, flat = build(backend, loss, parameters)
    vectors = flat.vector + 0.1 * RANDOM.normal(size=(9, 7))
    np.testing.assert_allclose(batch(vectors), single(backend, loss, flat, vectors), rtol=1e-6)


def test_loops_and_branches_inside_the_graph(tf: Any, backend: Any) -> None:
    @tf.function
    def power(w: Any) -> Any:
        total = tf.zeros([], tf.float64)
        for _ in tf.range(3):
            if tf.reduce_sum(w) > 0:
                total += tf.reduce_sum(w**2)
            else:
                total -= tf.reduce_sum(w)
        return total

    batch, flat = build(backend, lambda p: power(p["w"]), {"w": tf.constant([0.3, -0.2], tf.float64)})
    vectors = RANDOM.normal(size=(20, 2))
    np.testing.assert_allclose(batch(vectors), single(backend, lambda p: power(p["w"]), flat, vectors), rtol=1e-13)


def test_what_cannot_be_stacked_is_walked_through(tf: Any, backend: Any) -> None:
    # tf.vectorized_map knows no rule for Cumprod.
    def loss(w: Any) -> Any:
        return tf.reduce_sum(tf.math.cumulative_logsumexp(w) * tf.math.cumprod(w))

    batch, flat = build(backend, loss, tf.constant([0.3, -0.2, 1.0], tf.float64))
    vectors = RANDOM.normal(size=(20, 3))
    np.testing.assert_allclose(batch(vectors), single(backend, loss, flat, vectors), rtol=1e-13)


def test_nan_where_an_operation_raises(tf: Any, backend: Any) -> None:
    def loss(w: Any) -> Any:
        tf.debugging.assert_positive(w[0])
        return tf.reduce_sum(tf.math.log(w))

    batch, _ = build(backend, loss, tf.constant([1.0, 2.0], tf.float64))
    found = batch(np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [2.0, 1.0]]))
    np.testing.assert_allclose(found, [0, np.nan, np.nan, np.log(2)])


def branching(tf: Any, w: Any) -> Any:
    return tf.reduce_sum(w) if tf.reduce_sum(w) > 0 else -tf.reduce_sum(w)


counted: list[Any] = []
UNTRACED: dict[str, Callable[[Any, Any], Any]] = {
    "numpy()": lambda tf, w: tf.reduce_sum(w).numpy(),
    "a NumPy function": lambda tf, w: np.sum(w),
    "float()": lambda tf, w: float(tf.reduce_sum(w)),
    "control flow in Python": branching,
    "a constant of its own": lambda tf, w: 1.0,
    "a new variable": lambda tf, w: tf.reduce_sum(tf.Variable(w) ** 2),
    "dropout": lambda tf, w: tf.reduce_sum(tf.nn.dropout(w, 0.5)),
    "stateless noise": lambda tf, w: tf.reduce_sum(w * tf.random.stateless_uniform([2], [1, 2], dtype=tf.float64)),
    "shuffling": lambda tf, w: tf.random.shuffle(w)[0],
    "noise in a function": lambda tf, w: tf.function(lambda v: tf.reduce_sum(v * tf.random.normal([2], dtype=tf.float64)))(w),
    "noise in a loop": lambda tf, w: tf.while_loop(lambda v: tf.reduce_sum(v) < 9, lambda v: [v + tf.random.uniform([2], dtype=tf.float64)], [w])[0][0],
    "NumPy's noise": lambda tf, w: tf.reduce_sum(w * np.random.random(2)),
    "printing": lambda tf, w: (tf.print("loss"), tf.reduce_sum(w))[1],
    "a Python function": lambda tf, w: tf.reduce_sum(tf.numpy_function(lambda v: v, [w], tf.float64)),
    "two numbers": lambda tf, w: w * 2,
}  # fmt: skip


@pytest.mark.parametrize("name", UNTRACED)
def test_what_cannot_be_traced_has_no_batch(tf: Any, backend: Any, name: str, capfd: Any) -> None:
    before = np.random.get_state()[1].copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        batch, _ = build(backend, lambda w: UNTRACED[name](tf, w), tf.constant([0.3, 0.2], tf.float64))
    assert batch is None
    assert np.array_equal(np.random.get_state()[1], before)
    assert capfd.readouterr() == ("", "")


def test_a_variable_that_forward_changes_is_left_alone(tf: Any, backend: Any) -> None:
    calls = tf.Variable(0.0, dtype=tf.float64)

    def loss(w: Any) -> Any:
        calls.assign_add(1.0)
        return tf.reduce_sum(w)

    batch, _ = build(backend, loss, tf.constant([0.3, 0.2], tf.float64))
    assert batch is None
    assert calls.numpy() == 0


def test_variables_beside_the_parameters_are_read_when_called(tf: Any, backend: Any) -> None:
    scale = tf.Variable(2.0, dtype=tf.float64)
    batch, _ = build(backend, lambda w: scale * tf.reduce_sum(w), tf.constant([0.3, 0.2], tf.float64))
    points = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(batch(points), [6, 14])
    scale.assign(1.0)
    np.testing.assert_allclose(batch(points), [3, 7])


def test_a_keras_layer(tf: Any, backend: Any) -> None:
    layer = tf.keras.layers.Dense(2, activation="relu", dtype="float64")
    layer.build((None, 3))
    x = RANDOM.normal(size=(5, 3))

    def loss(p: Any) -> Any:
        return tf.reduce_mean(layer.stateless_call([p["W"], p["b"]], [], x)[0] ** 2)

    batch, flat = build(backend, loss, {"W": RANDOM.normal(size=(3, 2)), "b": np.zeros(2)})
    vectors = RANDOM.normal(size=(20, 8))
    np.testing.assert_allclose(batch(vectors), single(backend, loss, flat, vectors), rtol=1e-13)


def test_forward_is_called_while_building_and_never_again(tf: Any, backend: Any) -> None:
    calls = []

    def loss(w: Any) -> Any:
        calls.append(w)
        return tf.reduce_sum(w**2)

    batch, _ = build(backend, loss, tf.constant([0.3, 0.2], tf.float64))
    built = len(calls)
    assert built <= 2
    batch(RANDOM.normal(size=(500, 2)))
    batch(RANDOM.normal(size=(3, 2)))
    batch.steps(np.ones(2), np.array([0]), np.array([2.0]))
    assert len(calls) == built
