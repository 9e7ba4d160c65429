"""Code as strangers wrote it: nothing that a backward returns is passed over in silence, and no input is called a parameter."""

from __future__ import annotations

import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import Options, Report
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import Wanted, discover

START = "import numpy as np\nr = np.random.default_rng(0)\n"

WEIBULL = """
from typing import NamedTuple
class P(NamedTuple):
    beta: np.ndarray
    log_k: float
x, y = r.normal(size=(30, 3)), r.normal(size=30)
theta = MAKE(r.normal(size=3), 0.2)
def nll(theta, x, y):
    beta, log_k = theta
    return 0.5 * np.exp(log_k) * np.sum((y - x @ beta) ** 2)
def nll_grad(theta, x, y):
    beta, log_k = theta
    e = y - x @ beta
    return MAKE(-np.exp(log_k) * x.T @ e, FACTOR * 0.5 * np.exp(log_k) * e @ e)
"""

CONTEXT = """
class Context: pass
def bilinear_forward(ctx, x1, x2, A, bias):
    ctx.saved = x1, x2, A
    return np.einsum("bi,kij,bj->bk", x1, A, x2) + bias
def bilinear_backward(ctx, grad_output):
    x1, x2, A = ctx.saved
    return (np.einsum("bk,kij,bj->bi", grad_output, A, x2), np.einsum("bk,kij,bi->bj", grad_output, A, x1),
            FACTOR * np.einsum("bk,bi,bj->kij", grad_output, x1, x2), grad_output.sum(0))
x1, x2, A, bias = r.normal(size=(4, 3)), r.normal(size=(4, 2)), r.normal(size=(5, 3, 2)), r.normal(size=5)
ctx = Context()
out = bilinear_forward(ctx, x1, x2, A, bias)
grads = bilinear_backward(ctx, np.ones_like(out))
"""

LAYER = """
class Layer:
    def __init__(self, n, m): self.W = r.normal(size=(n, m))
    def forward(self, x):
        self.x = x
        return np.tanh(x @ self.W)
    def backward(self, dy):
        d = dy * (1 - np.tanh(self.x @ self.W) ** 2)
        self.dW = self.x.T @ d
        return FACTOR * d @ self.W.T
layer, x = Layer(4, 3), r.normal(size=(6, 4))
y = layer.forward(x)
dx = layer.backward(np.ones_like(y))
"""

PAIRS = """
def pair_loss(W, Q, a, b):
    d = a @ W - b @ Q
    return np.mean(d**2), a.T @ d * 2 / d.size, -b.T @ d * 2 / d.size
images, captions = r.normal(size=(8, 5)), r.normal(size=SHAPE)
W, Q = r.normal(size=(5, 3)), r.normal(size=(SHAPE[1], 3))
for _ in range(2):
    L, gW, gQ = pair_loss(W, Q, images, captions)
    W = W - 0.1 * gW; Q = Q - 0.1 * gQ
"""

PARTS = """
class Linear:
    def __init__(self, n, m): self.w = r.normal(size=(n, m))
    def ahead(self, x): self.x = x; return np.tanh(x @ self.w)
    def behind(self, d):
        d = d * (1 - np.tanh(self.x @ self.w) ** 2)
        self.g_w = self.x.T @ d
        return d @ self.w.T
class Chain:
    def __init__(self, *parts): self.parts = parts
    def ahead(self, x):
        for part in self.parts: x = part.ahead(x)
        return x
    def behind(self, d):
        for part in reversed(self.parts): d = part.behind(d)
        return d
class Squares:
    def value(self, y, t): self.d = y - t; return (self.d**2).mean()
    def slope(self): return 2 * self.d / self.d.size
chain, squares = Chain(Linear(3, 6), Linear(6, 2)), Squares()
data, wanted = r.normal(size=(12, 3)), r.normal(size=(12, 2))
for epoch in range(2):
    value = squares.value(chain.ahead(data), wanted)
    chain.behind(squares.slope())
    for c in chain.parts: c.w -= 0.1 * c.g_w
"""

BOUND = """
X, y, w = r.normal(size=(20, 3)), r.integers(0, 2, 20), r.normal(size=3)
def LOSS(w, X, y):
    z = X @ w
    return SIGN * np.sum(np.log1p(np.exp(z)) - y * z)
def GRADIENT(w, X, y): return WRONG * (X.T @ (1 / (1 + np.exp(-(X @ w))) - y))
"""

KERNEL = """
def kernel(P, Q): return np.exp(-((P[:, None] - Q[None]) ** 2).sum(-1))
def primal(alpha, b, K, y):
    e = y - K @ alpha - b
    return 0.5 * alpha @ K @ alpha + np.sum(e**2)
def primal_prime(alpha, b, K, y):
    e = y - K @ alpha - b
    return K @ alpha - 2 * K @ e, -2 * np.sum(e)
points = r.normal(size=(10, 2)); y = points[:, 0] ** 2
K = kernel(points, points)
alpha = 0.1 * r.normal(size=10); b = 0.0
primal(alpha, b, K, y), primal_prime(alpha, b, K, y)
"""


GRAPH = """
class Tensor:
    def __init__(self, data, parents=()):
        self.data = np.asarray(data, float); self.grad = np.zeros_like(self.data)
        self._prev, self._backward = parents, lambda: None
    def __matmul__(self, o):
        out = Tensor(self.data @ o.data, (self, o))
        def back(): self.grad += out.grad @ o.data.T; o.grad += self.data.T @ out.grad
        out._backward = back
        return out
    def sq(self):
        out = Tensor((self.data**2).sum(), (self,))
        def back(): self.grad += 2 * self.data * out.grad
        out._backward = back
        return out
    def backward(self):
        order, seen = [], set()
        def go(v):
            if v not in seen:
                seen.add(v)
                for p in v._prev: go(p)
                order.append(v)
        go(self)
        self.grad = np.ones_like(self.data)
        for v in reversed(order): v._backward()
x, w = Tensor(r.normal(size=(8, 3))), Tensor(r.normal(size=(3, 4)))
def model(): return (x @ w).sq()
loss = model()
loss.backward()
w.data -= 0.1 * w.grad
"""


def report(code: str, **marks: str) -> Report:
    for mark, text in marks.items():
        code = code.replace(mark, text)
    cells = [START, code]
    found = discover(run(*cells), Wanted(), trial, cells)
    assert found.certain, found.reason
    return check(found.bindings[0], Options())


def failing(told: Report) -> list[str]:
    return [one.name for one in told.parameters if one.verdict != "pass"]


@pytest.mark.parametrize(("make", "name"), [("P", "log_k"), ("(lambda *v: v)", "theta[1]")])
def test_numbers_in_tuples_have_gradients(make: str, name: str) -> None:
    right, wrong = (report(WEIBULL, MAKE=make, FACTOR=factor) for factor in ("1", "5"))
    assert len(right.parameters) == 2
    assert right.verdict == "pass"
    assert failing(wrong) == [name]


def test_what_a_context_keeps_is_an_argument_still() -> None:
    right, wrong = (report(CONTEXT, FACTOR=factor) for factor in ("1", "7"))
    assert [one.name for one in right.parameters] == ["x1", "x2", "A", "bias"]
    assert right.verdict == "pass"
    assert failing(wrong) == ["A"]


def test_the_input_gradient_of_an_object_is_checked() -> None:
    right, wrong = (report(LAYER, FACTOR=factor) for factor in ("1", "3"))
    assert [one.name for one in right.parameters] == ["x", "W"]
    assert right.verdict == "pass"
    assert failing(wrong) == ["x"]


@pytest.mark.parametrize("shape", ["(8, 5)", "(8, 4)"])
def test_a_second_input_called_b_is_no_bias(shape: str) -> None:
    told = report(PAIRS, SHAPE=shape)
    assert ([one.name for one in told.parameters], told.verdict) == (["W", "Q"], "pass")


def test_a_forgotten_square_matrix_of_weights_is_missed() -> None:
    """It has as many columns as the input, which makes it no input."""
    told = report(PAIRS, SHAPE="(8, 5)", **{"b @ Q": "(b @ u) @ Q", "W, Q, a, b": "W, Q, u, a, b", "W, Q, images": "W, Q, u, images"},
                  **{"-b.T @ d": "-(b @ u).T @ d", "for _": "u = r.normal(size=(5, 5))\nfor _"})  # fmt: skip
    assert failing(told) == ["u"]


def test_the_part_that_a_loop_went_over_last_is_not_the_whole() -> None:
    told = report(PARTS)
    assert [one.name for one in told.parameters] == ["parts[0].w", "parts[1].w"]
    assert told.verdict == "pass"


@pytest.mark.parametrize(
    ("loss", "gradient", "sign", "wrong", "verdict"),
    [
        ("elbo", "neg_elbo_backward", "-1", "1", "pass"),
        ("log_likelihood", "grad_nll", "-1", "1", "pass"),
        ("neg_log_likelihood", "score", "1", "-1", "pass"),
        ("neg_log_likelihood", "score", "1", "1", "pass"),
        ("loglik", "score_vector", "-1", "-1", "pass"),
        # A sign that no name speaks of is a mistake, and so is all else.
        ("elbo", "elbo_backward", "-1", "1", "fail"),
        ("elbo", "neg_elbo_backward", "-1", "2", "fail"),
        ("loglik", "score_vector", "-1", "-2", "fail"),
    ],
)
def test_the_gradient_of_a_negative(loss: str, gradient: str, sign: str, wrong: str, verdict: str) -> None:
    told = report(BOUND, LOSS=loss, GRADIENT=gradient, SIGN=sign, WRONG=wrong)
    assert told.verdict == verdict


def test_the_points_of_a_kernel_are_no_parameters() -> None:
    told = report(KERNEL)
    assert ([one.name for one in told.parameters], told.verdict) == (["alpha", "b"], "pass")


def test_the_values_of_a_graph_are_no_parameters() -> None:
    """A class that differentiates itself is asked about: its loss is a value that was computed, and not a function."""
    cells = [START, GRAPH]
    assert not discover(run(*cells), Wanted(), trial, cells).certain
