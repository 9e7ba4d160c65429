"""Functions that return their output and a function that goes back from there."""

from __future__ import annotations

import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import Options, Report
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import Discovery, Wanted, discover

START = "import numpy as np\nr = np.random.default_rng(0)\n"

LAYER = """
def FORWARD(x, scale, shift):
    h = np.tanh(x)
    def BACK(UP):
        d_scale = FACTOR * (UP * h).sum(0)
        dx = UP * scale * (1 - h**2)
        return dx, d_scale, UP.sum(0)
    return h * scale + shift, BACK
tokens, scale, shift = r.normal(size=(5, 4)), r.normal(size=4), r.normal(size=4)
y, KEPT = FORWARD(tokens, scale, shift)
dx, dscale, dshift = KEPT(np.ones_like(y))
scale -= 0.1 * dscale
"""

LOSS = """
def squares(w, X, y):
    e = X @ w - y
    def pullback(): return FACTOR * 2 * X.T @ e
    return e @ e, pullback
X, y, w = r.normal(size=(9, 3)), r.normal(size=9), r.normal(size=3)
loss, back = squares(w, X, y)
w = w - 0.1 * back()
"""

LAYERS = """
def linear(x, W, b):
    def pullback(dy): return dy @ W.T, x.T @ dy, FACTOR * dy.sum(0)
    return x @ W + b, pullback
def squash(z):
    y = 1 / (1 + np.exp(-z))
    return y, lambda dy: dy * y * (1 - y)
X, W, b = r.normal(size=(6, 3)), r.normal(size=(3, 2)), r.normal(size=2)
z, back_linear = linear(X, W, b)
y, back_squash = squash(z)
dX, dW, db = back_linear(back_squash(np.ones_like(y)))
"""

TWO = """
def attend(q, k):
    def pullback(d_score, d_norm): return d_score @ k + FACTOR * 2 * d_norm * q, d_score.T @ q
    return q @ k.T, (q**2).sum(), pullback
q, k = r.normal(size=(4, 3)), r.normal(size=(5, 3))
score, norm, vjp = attend(q, k)
vjp(np.ones_like(score), 1.0)
"""

# What takes no gradient from above: the way back from a scaling, and a gradient at another point.
OTHER = """
def standardise(x):
    m, s = x.mean(0), x.std(0)
    return (x - m) / s, lambda q: ARGUMENT
x = r.normal(size=(6, 3))
y, back = standardise(x)
back(y)
"""

ELSEWHERE = """
A = np.diag([1.0, 2.0, 3.0])
def quadratic(x):
    def grad(ARGUMENT): return A @ (ARGUMENT - 1)
    return A @ (x - 1), grad
x = r.normal(size=3)
y, grad = quadratic(x)
grad(x)
"""


def found_in(code: str, **marks: str) -> Discovery:
    for mark, text in marks.items():
        code = code.replace(mark, text)
    cells = [START, code]
    return discover(run(*cells), Wanted(), trial, cells)


def reports(code: str, **marks: str) -> list[Report]:
    found = found_in(code, **marks)
    assert found.bindings, found.reason
    return [check(one, Options()) for one in found.bindings]


def failing(told: list[Report]) -> list[list[str]]:
    return [[p.gradient for p in one.parameters if p.verdict != "pass"] for one in told]


@pytest.mark.parametrize(
    ("forward", "back", "up", "kept"),
    [
        ("affine", "pullback", "ct", "vjp"),
        ("affine", "inner", "dy", "backward"),
        ("affine", "gradient", "ct", "grad"),
        # By their names, the function that a cell kept could be the backward of the other: it is that of one call.
        ("forward", "backward", "dout", "backward"),
    ],
)
def test_a_layer_and_its_way_back(forward: str, back: str, up: str, kept: str) -> None:
    marks = {"FORWARD": forward, "BACK": back, "UP": up, "KEPT": kept}
    (right,), (wrong,) = (reports(LAYER, **marks, FACTOR=factor) for factor in ("1", "2"))
    assert [p.name for p in right.parameters] == ["x", "scale", "shift"]
    assert right.verdict == "pass"
    assert failing([wrong]) == [["d_scale"]]


def test_a_loss_and_its_way_back() -> None:
    (right,), (wrong,) = (reports(LOSS, FACTOR=factor) for factor in ("1", "2"))
    assert ([p.name for p in right.parameters], right.verdict) == (["w"], "pass")
    assert wrong.verdict == "fail"


def test_layers_one_after_the_other() -> None:
    right, wrong = (reports(LAYERS, FACTOR=factor) for factor in ("1", "2"))
    assert sorted(len(one.parameters) for one in right) == [1, 3]
    assert failing(right) == [[], []]
    assert [name for names in failing(wrong) for name in names] == ["gradient of b"]


def test_several_outputs() -> None:
    (right,), (wrong,) = (reports(TWO, FACTOR=factor) for factor in ("1", "2"))
    assert ([p.name for p in right.parameters], right.verdict) == (["q", "k"], "pass")
    assert [p.name for p in wrong.parameters if p.verdict != "pass"] == ["q"]


@pytest.mark.parametrize(
    ("code", "argument"),
    [
        (OTHER, "q * s + m"),
        (OTHER, "q * s"),
        (ELSEWHERE, "x"),
        (ELSEWHERE, "w"),
        (ELSEWHERE, "at"),
        (ELSEWHERE, "point"),
    ],
)
def test_what_takes_no_gradient_from_above_is_not_read_so(code: str, argument: str) -> None:
    found = found_in(code, ARGUMENT=argument)
    assert not found.certain


def test_what_reaches_out_is_not_called(tmp_path) -> None:
    kept = tmp_path / "kept.txt"
    code = LAYER.replace("        dx =", "        keep(UP)\n        dx =").replace(
        "y, KEPT", f"def keep(d):\n    with open({str(kept)!r}, 'a') as f: f.write('x')\ny, KEPT"
    )
    found = found_in(code, FORWARD="affine", BACK="pullback", UP="ct", KEPT="vjp", FACTOR="1")
    assert not found.certain
    assert kept.read_text() == "x"
