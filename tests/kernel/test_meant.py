"""Gradients that are no gradients of the parameters, and losses that nobody wrote: asked about, and not called wrong."""

from __future__ import annotations

import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import Discovery, Wanted, discover

SQUARE = """
import numpy as np
r = np.random.default_rng(0)
X, W, y = r.normal(size=(4, 4)), r.normal(size=(4, 4)), r.normal(size=4)
def loss(X, W, y): return np.mean((np.tanh(X @ W).sum(1) - y) ** 2)
def behind(X, W, y):
    h = np.tanh(X @ W)
    return (2 * (h.sum(1) - y) / len(y))[:, None] * (1 - h**2)
"""
INPUT = """
def NAME(X, W, y): return behind(X, W, y) @ W.T
CALL
"""
WEIGHTS = "def gradient(X, W, y): return X.T @ behind(X, W, y)"

LINEAR = """
import numpy as np
r = np.random.default_rng(0)
X, y, w, b, lam = r.normal(size=(20, 4)), r.normal(size=20), r.normal(size=4), 0.1, 0.3
def predict(X, w, b): return X @ w + b
def gradients(X, y, w, b):
    e = (predict(X, w, b) - y) / len(y)
    return X.T @ e PENALTY, e.sum()
"""

LOGISTIC = """
import numpy as np
r = np.random.default_rng(0)
Xtr, ytr = r.normal(size=(64, 5)).astype("float32"), r.integers(0, 2, 64).astype("float32")
lam, P = np.float32(0.1), {"w": r.normal(size=5).astype("float32"), "b": np.zeros(1, "float32")}
def LOSS(Xtr, ytr, P):
    p = 1 / (1 + np.exp(-(Xtr @ P["w"] + P["b"])))
    return np.mean(-ytr * np.log(p) - (1 - ytr) * np.log(1 - p)) + lam / 2 * np.sum(P["w"] ** 2), p
def GRAD(Xtr, ytr, P, cache):
    d = (cache - ytr) / len(ytr)
    return {"dw": Xtr.T @ d + lam * P["w"], "db": np.array([d.sum()])}
"""


def found(*cells: str, wanted: Wanted | None = None) -> Discovery:
    return discover(run(*cells), wanted, trial, [*cells])


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("input_gradient", "S = input_gradient(X, W, y)"),
        ("saliency_grad", ""),
        ("gradient", "dX = gradient(X, W, y)"),
        ("dloss_dx", "X_adv = X - 0.1 * dloss_dx(X, W, y)"),
    ],
)
def test_a_gradient_of_an_input_is_no_wrong_one_of_the_weights(name: str, call: str) -> None:
    discovery = found(SQUARE, INPUT.replace("NAME", name).replace("CALL", call))
    assert discovery.code == "ambiguous", discovery.reason
    assert f"{name} returns the gradient of loss with respect to X, and not to W" in discovery.reason
    assert [check(one, Options()).verdict for one in discovery.bindings] == ["fail", "pass"]


def test_the_one_that_is_named_is_checked() -> None:
    cells = SQUARE, INPUT.replace("NAME", "gradient").replace("CALL", "")
    for name, verdict in (("X", "pass"), ("W", "fail")):
        discovery = found(*cells, wanted=Wanted("loss", "gradient", name))
        assert discovery.certain, discovery.reason
        assert check(discovery.bindings[0], Options()).verdict == verdict


def test_a_gradient_of_the_weights_is_none_of_an_input() -> None:
    for cell, verdict in (
        (WEIGHTS, "pass"),
        (WEIGHTS.replace("X.T", "2 * X.T"), "fail"),
        (WEIGHTS.replace(".T", ""), "fail"),
    ):
        discovery = found(SQUARE, cell)
        assert discovery.certain, discovery.reason
        assert check(discovery.bindings[0], Options()).verdict == verdict


@pytest.mark.parametrize("penalty", ["+ lam * w", "+ 2 * lam * w", "+ lam * np.sign(w)"])
def test_a_penalty_without_a_loss_is_asked_about(penalty: str) -> None:
    discovery = found(LINEAR.replace("PENALTY", penalty))
    assert not discovery.bindings
    assert "a multiple of the weights, as a penalty has it, is in the gradient" in discovery.reason


def test_without_a_penalty_the_loss_that_fits_is_taken() -> None:
    discovery = found(LINEAR.replace("PENALTY", ""))
    assert discovery.certain, discovery.reason
    assert check(discovery.bindings[0], Options()).verdict == "pass"


@pytest.mark.parametrize("name", ["predict_loss", "train_loss", "evaluate_cost"])
def test_a_loss_may_be_called_by_what_it_judges(name: str) -> None:
    gradient = name.replace("loss", "grad").replace("cost", "grad")
    discovery = found(LOGISTIC.replace("LOSS", name).replace("GRAD", gradient))
    assert discovery.certain, discovery.reason
    assert (discovery.bindings[0].forward_name, discovery.bindings[0].backward_name) == (name, gradient)
    assert check(discovery.bindings[0], Options()).verdict == "pass"


def test_learn_without_a_loop_may_be_the_gradient() -> None:
    cell = LOGISTIC.replace("LOSS", "guess").replace("GRAD", "learn").replace(", p\n", ", p\n", 1)
    discovery = found(cell)
    assert discovery.certain, discovery.reason
    assert discovery.bindings[0].backward_name == "learn"
