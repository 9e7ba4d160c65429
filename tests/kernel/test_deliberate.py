"""Custom gradients that are no derivatives on purpose: told of, never taken for the thing to check beside a real pair."""

from __future__ import annotations

import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import Discovery, Wanted, discover

pytest.importorskip("tensorflow")

START = """
import numpy as np
import tensorflow as tf
r = np.random.default_rng(0)
X, y, w = tf.constant(r.normal(size=(20, 3))), tf.constant(r.normal(size=20)), tf.Variable(r.normal(size=3))
x = tf.constant(r.normal(size=(4, 3)))
"""
PAIR = """
def loss(w, X, y): return tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2)
def grad(w, X, y):
    return 2 * tf.linalg.matvec(X, tf.linalg.matvec(X, w) - y, transpose_a=True) / 20.0
"""
CUSTOM = """
@tf.custom_gradient
def NAME(x):
    def grad(dy):
        return GRADIENT
    return VALUE, grad
"""
KINDS = {
    "reverse_gradient": ("tf.identity(x)", "-dy"),
    "clip_gradient": ("tf.identity(x)", "tf.clip_by_value(dy, -0.1, 0.1)"),
    "straight_through": ("tf.round(x)", "dy"),
}


def found(name: str, *cells: str, wanted: Wanted | None = None) -> Discovery:
    value, gradient = KINDS[name]
    custom = CUSTOM.replace("NAME", name).replace("VALUE", value).replace("GRADIENT", gradient)
    cells = (START, *cells, custom)
    return discover(run(*cells), wanted, trial, cells)


@pytest.mark.parametrize("name", KINDS)
def test_the_real_pair_is_the_thing(name: str) -> None:
    discovery = found(name, PAIR)
    assert discovery.certain, discovery.reason
    assert discovery.bindings[0].backward_name == "grad"
    assert name == "straight_through" or name in discovery.left_out[0]


def test_all_means_all() -> None:
    discovery = found("reverse_gradient", PAIR, wanted=Wanted(all=True))
    assert {b.backward_name for b in discovery.bindings} == {"grad", "reverse_gradient"}


def test_alone_it_is_checked_and_the_report_says_that_it_may_be_meant() -> None:
    report = check(found("reverse_gradient").bindings[0], Options())
    assert report.verdict == "fail"
    assert "on purpose" in str([w["message"] for w in report.warnings if w["code"] == "custom-gradient"])


def test_a_step_function_has_no_derivative() -> None:
    assert "straight_through has a gradient of its own, but is flat" in found("straight_through").reason
