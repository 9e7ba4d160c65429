"""A look at the gradients during training: what it sees, what it costs, and that the training is the same with it."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import warnings
from typing import Any

import nets
import numpy as np
import pytest

from jupyterlab_gradcheck import GradcheckError, Report, every, gradcheck
from jupyterlab_gradcheck.kernel.explain import GradientsWrong
from jupyterlab_gradcheck.kernel.training import QUICK, GradientWarning


def train(watch: Any, steps: int = 40, with_steps: bool = False, dtype: Any = np.float64) -> dict[str, Any]:
    """Gradient descent with batches and dropout drawn from the global generators; the state of all there is in the end."""
    np.random.seed(3)
    random.seed(3)
    parameters, X, Y = nets.data(dtype=dtype)
    velocity = {name: np.zeros_like(value) for name, value in parameters.items()}
    for step in range(steps):
        batch = np.random.choice(20, 10, replace=False)
        _, cache = nets.forward(X[:, batch], Y[:, batch], parameters)
        if watch is not None:
            given = (parameters, X[:, batch], Y[:, batch])
            watch(step, *given) if with_steps else watch(*given)
        gradients = nets.backward(X[:, batch], Y[:, batch], parameters, cache)
        for name in parameters:
            velocity[name] = 0.9 * velocity[name] - (0.05 + 0.01 * random.random()) * gradients[f"d{name}"]
            parameters[name] += velocity[name]
    return {
        **{name: value.tobytes() for name, value in parameters.items()},
        "velocity": [value.tobytes() for value in velocity.values()],
        "numpy": repr(np.random.get_state()),
        "random": random.getstate(),
    }


def test_training_is_the_same_bit_by_bit() -> None:
    watch = every(5, nets.forward, nets.backward)
    assert train(watch) == train(None)
    assert [look.step for look in watch.looks] == [5, 10, 15, 20, 25, 30, 35, 40]
    assert {report.verdict for report in watch.reports} == {"pass"}


@pytest.mark.parametrize("width", [6, 300])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_right_gradients_cost_a_few_dozen_evaluations(width: int, dtype: Any) -> None:
    parameters, X, Y = nets.data(width, dtype)
    watch = every(1, nets.forward, nets.backward)
    report = watch(parameters, X, Y)
    assert report is not None
    assert (report.verdict, report.evaluations <= QUICK, watch.evaluations) == ("pass", True, report.evaluations)


def test_a_loop_that_counts_itself() -> None:
    watch = every(20, nets.forward, nets.backward)
    train(watch, with_steps=True)
    assert [look.step for look in watch.looks] == [0, 20]


@pytest.mark.parametrize("width", [6, 300])
def test_a_mistake_is_found_and_told_once(width: int) -> None:
    parameters, X, Y = nets.data(width)
    watch = every(2, nets.forward, nets.wrong)
    assert watch(parameters, X, Y) is None
    with pytest.warns(GradientWarning, match="(?s)At step 2: 1 of 4 gradients is wrong: dW1.*dW1 is 2 x") as told:
        report = watch(parameters, X, Y)
    assert report is not None
    assert report["W1"].verdict == "fail"
    # It points at the loop.
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        watch(parameters, X, Y)
        watch(parameters, X, Y)
    assert [look.report.verdict for look in watch.looks] == ["fail", "fail"]
    assert "from step 2: 1 of 4 gradients is wrong: dW1." in repr(watch)
    assert repr(watch).startswith("every 2: 2 checks in 4 calls")


def test_a_mistake_raises_or_is_handed_over_where_that_is_asked_for() -> None:
    parameters, X, Y = nets.data()
    with pytest.raises(GradientsWrong, match="dW1 is 2 x"):
        every(1, nets.forward, nets.wrong, on_wrong="raise")(parameters, X, Y)
    handed: list[Report] = []
    every(1, nets.forward, nets.wrong, on_wrong=handed.append)(parameters, X, Y)
    assert handed[0]["W1"].cause is not None


def test_what_cannot_be_checked_does_not_end_the_training() -> None:
    parameters, X, Y = nets.data()
    parameters["W1"][0, 0] = np.nan
    watch = every(1, nets.forward, nets.backward)
    with pytest.warns(GradientWarning, match="At step 1, the gradients could not be checked: .*not finite"):
        assert watch(parameters, X, Y) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        watch(parameters, X, Y)
    with pytest.raises(GradcheckError, match="not finite"):
        every(1, nets.forward, nets.backward, on_wrong="raise")(parameters, X, Y)


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ((0, nets.forward, nets.backward), {}),
        ((2.5, nets.forward, nets.backward), {}),
        ((True, nets.forward, nets.backward), {}),
        ((1, "forward", nets.backward), {}),
        ((1, nets.forward, {}), {}),
        ((1, nets.forward, nets.backward), {"on_wrong": "stop"}),
    ],
)
def test_what_it_does_not_take(arguments: Any, options: Any) -> None:
    with pytest.raises(GradcheckError):
        every(*arguments, **options)


def test_misuse_is_told_at_once() -> None:
    parameters, X, Y = nets.data()
    with pytest.raises(GradcheckError, match="24 at least"):
        every(1, nets.forward, nets.backward, max_evaluations=10)(parameters, X, Y)
    with pytest.raises(GradcheckError, match="there are W1, b1, W2, b2"):
        every(1, nets.forward, nets.backward, only=["W9"])(parameters, X, Y)


def test_it_is_an_attribute_of_the_function_too() -> None:
    assert gradcheck.every is every  # type: ignore[attr-defined]


KERAS = """
import os, sys, warnings
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tensorflow as tf, keras
from jupyterlab_gradcheck import keras_callback

@tf.custom_gradient
def swish(x):
    s = tf.sigmoid(x)
    return x * s, lambda upstream: FACTOR * upstream * (s + x * s * (1 - s))

class Swish(keras.layers.Layer):
    def call(self, x):
        return swish(x)

random = np.random.default_rng(0)
x = random.normal(size=(64, 4)).astype("float32")
y = x[:, :1] ** 2

def fit(callbacks):
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6), Swish(), keras.layers.BatchNormalization(),
        keras.layers.Dropout(0.3), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    history = model.fit(x, y, batch_size=16, epochs=1, verbose=0, callbacks=callbacks).history
    weights = [v.numpy().tobytes() for v in (*model.variables, *model.optimizer.variables)]
    return weights, history, repr(np.random.get_state()), float(tf.random.uniform(()))

FACTOR = 1.0
callback = keras_callback(4, x, y)
print("SAME", fit([callback]) == fit([]))
print("SEEN", [r.verdict for r in callback.watch.reports], max(r.evaluations for r in callback.watch.reports) <= 48)
FACTOR = 1.5
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    callback = keras_callback(4, x, y, thorough=0)
    fit([callback])
print("WRONG", [r.verdict for r in callback.watch.reports], [str(w.message).splitlines()[0] for w in told if "gradient" in str(w.message)])
"""


def test_a_callback_of_keras() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KERAS], capture_output=True, text=True, timeout=240, check=False
    )
    told = dict(
        line.split(" ", 1) for line in done.stdout.splitlines() if line.split(" ")[0] in ("SAME", "SEEN", "WRONG")
    )
    assert told, done.stderr[-2000:]
    assert told["SAME"] == "True"
    # In float32 a look reaches some entries; these agree.
    assert told["SEEN"] == "['inconclusive'] True"
    assert told["WRONG"].startswith("['fail'] ['At step 4: ")
    assert re.search(r"wrong: dense\w*/kernel", told["WRONG"])
