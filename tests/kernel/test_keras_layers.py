"""Layers with gradients of their own inside models of Keras."""

from __future__ import annotations

from pathlib import Path

import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import Options, Report
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import Discovery, Wanted, discover

pytest.importorskip("keras")

LAYER = """
import numpy as np, tensorflow as tf, keras
keras.utils.set_random_seed(1)
@tf.custom_gradient
def product(a, k):
    def grad(dy):
        return tf.matmul(dy, k, transpose_b=True), FACTOR * tf.matmul(a, dy, transpose_a=True)
    return tf.matmul(a, k), grad
class NAME(keras.layers.Layer):
    def build(self, shape): self.kernel = self.add_weight(shape=(shape[-1], 3), name="kernel")
    def call(self, a): return OTHER(product(a, tf.convert_to_tensor(self.kernel)))
"""
SEQUENTIAL = """
net = keras.Sequential([keras.Input((4,)), NAME(), keras.layers.Dense(1)])
X = tf.random.normal((16, 4))
net(X)
"""
FUNCTIONAL = """
start = keras.Input((4,))
net = keras.Model(start, keras.layers.Dense(1)(NAME()(start)))
X = tf.random.normal((16, 4))
net(X)
del start
"""


def found_in(model: str, factor: str = "1", name: str = "Proj", other: str = "tf.nn.tanh") -> Discovery:
    cells = [part.replace("NAME", name).replace("FACTOR", factor).replace("OTHER", other) for part in (LAYER, model)]
    return discover(run(*cells), Wanted(), trial, cells)


def report(model: str, factor: str) -> Report:
    found = found_in(model, factor)
    assert found.certain, found.reason
    return check(found.bindings[0], Options())


@pytest.mark.parametrize("model", [SEQUENTIAL, FUNCTIONAL])
def test_a_model_is_checked_for_the_sake_of_its_layers(model: str) -> None:
    right, wrong = (report(model, factor) for factor in ("1.0", "2.0"))
    assert right.verdict == "pass"
    assert [p.name.split("/")[-1].split(".")[-1] for p in wrong.parameters if p.verdict == "fail"] == ["kernel"]


@pytest.mark.parametrize("name", ["GradientReversal", "StraightThrough"])
def test_gradients_that_are_none_on_purpose_are_no_mistakes(name: str) -> None:
    assert not found_in(SEQUENTIAL, "-1.0", name).certain


def test_a_model_without_layers_of_ones_own_is_not_proposed() -> None:
    plain = SEQUENTIAL.replace("NAME()", "keras.layers.Dense(3)")
    assert not found_in(plain).certain


def test_a_model_that_has_not_been_built_stays_so() -> None:
    unbuilt = "net = keras.Sequential([NAME(), keras.layers.Dense(1)])\nX = tf.random.normal((16, 4))\n"
    cells = [
        LAYER.replace("NAME", "Proj").replace("FACTOR", "1").replace("OTHER", "tf.nn.tanh"),
        unbuilt.replace("NAME", "Proj"),
    ]
    namespace = run(*cells)
    assert not discover(namespace, Wanted(), trial, cells).certain
    assert not namespace["net"].built


def test_a_layer_that_writes_a_file_is_not_called(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    other = f"(lambda v: (open({str(kept)!r}, 'a').close(), v)[1])"
    for model in (SEQUENTIAL, FUNCTIONAL):
        cells = [
            LAYER.replace("NAME", "Proj").replace("FACTOR", "1").replace("OTHER", other),
            model.replace("NAME", "Proj"),
        ]
        namespace = run(*cells)
        kept.unlink()
        assert not discover(namespace, Wanted(), trial, cells).certain
        assert not kept.exists()
