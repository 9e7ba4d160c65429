"""TensorFlow's and Keras's random numbers are the same at every evaluation, and go on afterwards as if nothing had been."""

from __future__ import annotations

import importlib
import os
import threading
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck import GradcheckError, gradcheck
from jupyterlab_gradcheck.backends.tensorflow_random import TensorFlowRandomState
from jupyterlab_gradcheck.kernel.reach import Reach
from jupyterlab_gradcheck.kernel.world import World

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

W = np.linspace(0.5, 1.5, 6).reshape(2, 3)


@pytest.fixture(scope="module")
def tf() -> Any:
    import tensorflow

    return tensorflow


@pytest.fixture(scope="module")
def keras(tf: Any) -> Any:
    import keras

    return keras


def taped(tf: Any, forward: Any) -> Any:
    """The backward that TensorFlow's tape gives."""

    def backward(w: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = forward(w)
        return tape.gradient(loss, w)

    return backward


def test_a_generator_object(tf: Any) -> None:
    generator = tf.random.Generator.from_seed(3)

    def forward(w: Any) -> Any:
        return tf.reduce_sum(w**2 * generator.uniform(w.shape, dtype=w.dtype))

    before = generator.state.numpy().tolist()
    assert gradcheck(forward, taped(tf, forward), tf.constant(W)).verdict == "pass"
    assert generator.state.numpy().tolist() == before


def test_the_global_generator(tf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("tensorflow.python.ops.stateful_random_ops")
    monkeypatch.setattr(module, "global_generator", None)
    tf.random.set_global_generator(tf.random.Generator.from_seed(4))

    def forward(w: Any) -> Any:
        return tf.reduce_sum(w**2 * tf.random.get_global_generator().uniform(w.shape, dtype=w.dtype))

    before = tf.random.get_global_generator().state.numpy().tolist()
    assert gradcheck(forward, taped(tf, forward), tf.constant(W)).verdict == "pass"
    assert tf.random.get_global_generator().state.numpy().tolist() == before


def test_the_global_seed_in_numpy_dress(tf: Any) -> None:
    tf.random.set_seed(5)

    def forward(w: Any) -> Any:
        mask = tf.cast(tf.random.uniform(w.shape, dtype=tf.float64) < 0.5, tf.float64)
        return tf.reduce_sum(mask * w**2).numpy(), mask.numpy()

    def backward(w: Any, cache: Any) -> Any:
        return 2 * w * cache

    expected = tf.random.normal([2]).numpy().tolist()
    tf.random.set_seed(5)
    assert gradcheck(forward, backward, W, backend="tensorflow").verdict == "pass"
    assert tf.random.normal([2]).numpy().tolist() == expected


def test_a_forward_that_sets_the_seed_leaves_it_as_it_was(tf: Any) -> None:
    def forward(w: Any) -> Any:
        tf.random.set_seed(9)
        return tf.reduce_sum(w**2 * tf.random.uniform(w.shape, dtype=w.dtype))

    tf.random.set_seed(6)
    expected = tf.random.normal([2]).numpy().tolist()
    tf.random.set_seed(6)
    assert gradcheck(forward, taped(tf, forward), tf.constant(W)).verdict == "pass"
    assert tf.random.normal([2]).numpy().tolist() == expected


def test_no_seed_at_all_is_random(tf: Any) -> None:
    def forward(w: Any) -> Any:
        return tf.reduce_sum(w**2 * tf.random.Generator.from_non_deterministic_state().uniform(w.shape, dtype=w.dtype))

    with pytest.raises(GradcheckError, match="is random") as caught:
        gradcheck(forward, taped(tf, forward), tf.constant(W))
    assert caught.value.code == "forward_random"


@pytest.mark.parametrize("traced", [False, True])
def test_operations_with_seeds_of_their_own(tf: Any, traced: bool) -> None:
    def forward(w: Any) -> Any:
        return tf.reduce_sum(tf.nn.dropout(w, 0.5, seed=1) ** 2)

    used = tf.function(forward) if traced else forward
    assert Reach(used, None).seeds
    assert gradcheck(used, taped(tf, used), tf.constant(W)).verdict == "pass"


def test_a_keras_dropout_layer(tf: Any, keras: Any) -> None:
    layer = keras.layers.Dropout(0.5, seed=3, dtype="float64")

    def forward(w: Any) -> Any:
        return tf.reduce_sum(layer(w, training=True) ** 2)

    layer(tf.constant(W), training=True)
    before = layer.seed_generator.state.numpy().tolist()
    assert gradcheck(forward, taped(tf, forward), tf.constant(W)).verdict == "pass"
    assert layer.seed_generator.state.numpy().tolist() == before


def test_dropout_and_averages_within_a_model_within_an_object(tf: Any, keras: Any) -> None:
    class Net:
        def __init__(self) -> None:
            layers = [keras.layers.Dropout(0.5, seed=3), keras.layers.BatchNormalization(momentum=0.5)]
            self.model = keras.Sequential(layers)
            self.model(W, training=True)

        def forward(self, w: Any) -> Any:
            return tf.reduce_sum(self.model(w, training=True) ** 3)

    net = Net()
    before = [variable.numpy().tolist() for variable in net.model.variables]
    state = World(Reach(net.forward, None))
    first = net.forward(tf.constant(W, tf.float32)).numpy()
    assert [variable.numpy().tolist() for variable in net.model.variables] != before
    assert state.drawn()
    assert len(state.changed()) == 1
    state.restore()
    assert not state.drawn()
    assert [variable.numpy().tolist() for variable in net.model.variables] == before
    assert net.forward(tf.constant(W, tf.float32)).numpy() == first


def test_keras_seeds_drawn_without_a_layer(tf: Any, keras: Any) -> None:
    def forward(w: Any) -> Any:
        return tf.reduce_sum(keras.random.dropout(w, 0.5, seed=generator) ** 2)

    def unseeded(w: Any) -> Any:
        return tf.reduce_sum(keras.random.dropout(w, 0.5) ** 2)

    generator = keras.random.SeedGenerator(4)
    before = generator.state.numpy().tolist()
    for function in (forward, unseeded):
        assert gradcheck(function, taped(tf, function), tf.constant(W)).verdict == "pass"
    assert generator.state.numpy().tolist() == before


def test_variables_that_forward_assigns(tf: Any) -> None:
    calls, weights = tf.Variable(0), tf.Variable(W)

    def forward(w: Any) -> Any:
        calls.assign_add(1)
        weights.assign(w)
        return tf.reduce_sum(weights**2).numpy()

    assert gradcheck(forward, lambda w: 2 * w, W, backend="tensorflow").verdict == "pass"
    assert calls.numpy() == 0
    assert np.array_equal(weights.numpy(), W)


def test_a_variable_among_the_data_is_not_made_anew_for_every_call(tf: Any) -> None:
    x, seen = tf.Variable(W), threading.local()
    seen.variables = []

    def forward(x: Any, w: Any) -> Any:
        seen.variables.append(x)
        return float(np.sum(x.numpy() * w**2))

    def writing(x: Any, w: Any) -> Any:
        x.assign(x + 1)
        return float(np.sum(x.numpy() * w**2))

    assert gradcheck(forward, lambda x, w: 2 * x.numpy() * w, W, x, backend="numpy").verdict == "pass"
    assert len({id(variable) for variable in seen.variables}) == 1
    assert gradcheck(writing, lambda x, w: 2 * (x.numpy() + 1) * w, W, x, backend="numpy").verdict == "pass"
    assert np.array_equal(x.numpy(), W)


def test_the_state_is_that_of_the_seeds_too(tf: Any) -> None:
    tf.random.set_seed(1)
    state = TensorFlowRandomState()
    assert not state.drawn()
    tf.random.normal([2])
    assert state.drawn()
    state.restore()
    assert not state.drawn()
    np.random.rand()
    assert state.drawn()
    state.restore()
    assert not state.drawn()
    assert state.changed() == []
