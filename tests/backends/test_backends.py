"""The person's types go in and come out as they were: NumPy's and TensorFlow's."""

from __future__ import annotations

import os
import threading
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck import GradcheckError, gradcheck
from jupyterlab_gradcheck.backends import select
from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.engine.flatten import Flat

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(scope="module")
def tf() -> Any:
    import tensorflow

    return tensorflow


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(12.0).reshape(3, 4)[:, ::2],
        np.arange(6, dtype=np.float32),
        np.float32(2.5),
        np.float64(2.5),
        np.array(3.5),
        2.5,
    ],
    ids=str,
)
def test_numpy_leaves_come_back_as_they_were(array: Any) -> None:
    flat = Flat({"a": array}, NumpyBackend())
    back = flat.unflatten(flat.vector)["a"]
    assert type(back) is type(array)
    assert np.array_equal(back, array)
    assert np.asarray(back).dtype == np.asarray(array).dtype
    if isinstance(array, np.ndarray):
        assert not np.shares_memory(back, array)
        back += 1
        assert not np.array_equal(back, array)


def test_structures_come_back_as_they_were() -> None:
    from collections import OrderedDict, namedtuple

    Layer = namedtuple("Layer", "W b")
    given = OrderedDict(
        layers=[Layer(np.ones((2, 2)), np.zeros(2)), Layer(np.ones((1, 2)), 0.5)], name="net", shape=(2, 3.0), none=None
    )
    flat = Flat(given, NumpyBackend())
    assert [leaf.name for leaf in flat.leaves] == [
        "layers[0].W", "layers[0].b", "layers[1].W", "layers[1].b", "shape[0]", "shape[1]",
    ]  # fmt: skip
    back = flat.unflatten(flat.vector)
    assert type(back) is OrderedDict
    assert type(back["layers"][0]) is Layer
    assert back["name"] == "net"
    assert back["none"] is None


def test_integers_become_floating_point_and_complex_is_refused() -> None:
    backend = NumpyBackend()
    assert Flat({"a": np.arange(3)}, backend).unflatten(np.array([0.5, 1, 2]))["a"].tolist() == [0.5, 1, 2]
    assert Flat(3, backend).unflatten(np.array([3.5])) == 3.5
    with pytest.raises(GradcheckError, match="complex"):
        Flat({"a": np.ones(2, complex)}, backend)


def test_the_backend_follows_the_parameters(tf: Any) -> None:
    calls_tensorflow = {"tf": tf, "np": np}
    exec("def eager(p): return tf.reduce_sum(p).numpy()\ndef plain(p): return np.sum(p)", calls_tensorflow)
    eager, plain = calls_tensorflow["eager"], calls_tensorflow["plain"]
    assert select("auto", np.ones(2), [plain]).name == "numpy"
    assert select("auto", np.ones(2), [eager]).name == "tensorflow"
    assert select("auto", {"a": [tf.Variable(1.0)]}, [plain]).name == "tensorflow"
    assert select("numpy", np.ones(2), [eager]).name == "numpy"
    assert select("tensorflow", np.ones(2), [plain]).name == "tensorflow"
    for name, parameters in (("numpy", tf.constant(1.0)), ("torch", 1.0)):
        with pytest.raises(GradcheckError) as caught:
            select(name, parameters, [])
        assert caught.value.code == "invalid_option"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", ["constant", "Variable"])
def test_tensors_and_variables_in_their_own_dtype(tf: Any, dtype: str, kind: str) -> None:
    make = getattr(tf, kind)
    parameters = {"w": make([[0.3, -1.2], [0.7, 2.0]], dtype=dtype), "b": make([0.1, -0.4], dtype=dtype)}
    x = tf.constant([[0.5, -1.5], [2.0, 0.25], [1.0, 1.0]], dtype=dtype)
    # What lies out of reach of the check's own putting back.
    seen = threading.local()
    seen.kinds = set()

    def forward(x: Any, parameters: Any) -> Any:
        seen.kinds.add((type(parameters["w"]), parameters["w"].dtype.name))
        return tf.reduce_mean(tf.square(tf.tanh(x @ parameters["w"] + parameters["b"])))

    def backward(x: Any, parameters: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([parameters["w"], parameters["b"]])
            loss = forward(x, parameters)
        return dict(zip(("dw", "db"), tape.gradient(loss, [parameters["w"], parameters["b"]]), strict=True))

    before = {key: value.numpy().tobytes() for key, value in parameters.items()}
    report = gradcheck(forward, backward, parameters, x)
    assert report.verdict == "pass"
    assert report.backend == "tensorflow"
    assert report.precision == "float64"
    assert report.lifted == (None if dtype == "float64" else "float32")
    # The person's own dtype first, and float64 where that is wider.
    assert seen.kinds == {(type(parameters["w"]), dtype), (type(parameters["w"]), "float64")}
    wrong = gradcheck(
        forward, lambda x, parameters: {k: 2 * v for k, v in backward(x, parameters).items()}, parameters, x
    )
    assert [p.cause and p.cause.factor for p in wrong.parameters] == [2.0, 2.0]
    assert {key: value.numpy().tobytes() for key, value in parameters.items()} == before


def test_autodiff_as_the_numerical_side(tf: Any) -> None:
    parameters = {"w": tf.constant([1.0, 2.0, 3.0], tf.float64)}

    def forward(parameters: Any) -> Any:
        return tf.reduce_sum(parameters["w"] ** 3)

    right = gradcheck(forward, lambda parameters: {"w": 3 * parameters["w"] ** 2}, parameters, method="autodiff")
    assert right.verdict == "pass"
    assert right.method == "autodiff"
    wrong = gradcheck(forward, lambda parameters: {"w": parameters["w"] ** 2}, parameters, method="autodiff")
    assert wrong["w"].cause is not None
    assert wrong["w"].cause.factor == pytest.approx(1 / 3)

    def hiding(parameters: Any) -> Any:
        return tf.reduce_sum(parameters["w"] * tf.stop_gradient(parameters["w"]))

    with pytest.raises(GradcheckError, match="disagrees with finite differences"):
        gradcheck(hiding, lambda parameters: {"w": 2 * parameters["w"]}, parameters, method="autodiff")
    with pytest.raises(GradcheckError, match="leaves TensorFlow"):
        gradcheck(
            lambda parameters: np.sum(parameters["w"].numpy() ** 3),
            lambda parameters: parameters,
            parameters,
            method="autodiff",
        )


def test_without_backward_tensorflow_itself_is_checked(tf: Any) -> None:
    @tf.custom_gradient
    def cube(x: Any) -> Any:
        return x**3, lambda upstream: upstream * 2 * x**2

    def forward(w: Any) -> Any:
        return tf.reduce_sum(cube(w))

    report = gradcheck(forward, None, tf.constant([1.0, 2.0], tf.float64))
    assert report.verdict == "fail"
    assert report["w"].cause is not None
    assert report["w"].cause.factor == pytest.approx(2 / 3)
    assert gradcheck(lambda w: tf.reduce_sum(w**3), None, tf.constant([1.0, 2.0], tf.float64)).verdict == "pass"


def test_tensorflow_dropout_is_frozen_and_seeds_go_on_as_before(tf: Any) -> None:
    w = tf.constant(np.linspace(0.5, 1.5, 6), tf.float64)

    def forward(w: Any) -> Any:
        return tf.reduce_sum(tf.nn.dropout(w, 0.5) ** 2)

    def backward(w: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = forward(w)
        return tape.gradient(loss, w)

    tf.random.set_seed(3)
    expected = tf.random.normal([3]).numpy(), tf.random.normal([3]).numpy()
    tf.random.set_seed(3)
    first = tf.random.normal([3]).numpy()
    assert gradcheck(forward, backward, w).verdict == "pass"
    second = tf.random.normal([3]).numpy()
    assert np.array_equal(first, expected[0])
    assert np.array_equal(second, expected[1])


def test_what_the_loss_does_not_use_is_left_out_of_the_tapes_gradient() -> None:
    tf = pytest.importorskip("tensorflow")
    a, b, x = tf.Variable([1.0, 2.0]), tf.Variable([3.0]), tf.constant([1.0, 5.0])
    report = gradcheck(lambda p, x: tf.reduce_sum(p["a"] ** 2 * x), None, {"a": a, "b": b}, x)
    assert (report.verdict, [p.name for p in report.parameters]) == ("pass", ["a"])
    assert [note["code"] for note in report.warnings] == ["idle"]
    with pytest.raises(GradcheckError, match="does not depend on the parameters that it is given"):
        gradcheck(lambda p, x: tf.reduce_sum(x**2), None, {"a": a, "b": b}, x)


def test_variables_of_keras_that_a_loss_reads_past_its_argument_are_refused_in_words() -> None:
    tf, keras = pytest.importorskip("tensorflow"), pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    x = tf.ones((5, 3))
    with pytest.raises(GradcheckError, match="does not depend on the parameters"):
        gradcheck(lambda p: tf.reduce_mean(model(x) ** 2), None, model.trainable_variables)
