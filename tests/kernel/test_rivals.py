"""Several losses for one gradient, several gradients of one loss: all are told of, and none is called wrong by guesswork."""

from __future__ import annotations

import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel.api import check, check_all, trial
from jupyterlab_gradcheck.kernel.discovery import Discovery, Wanted, discover

START = """
import numpy as np
r = np.random.default_rng(0)
X, y, w = r.normal(size=(20, 3)), r.normal(size=20), r.normal(size=3)
params = {"w": r.normal(size=3), "b": np.array(0.3)}
"""
FLAT = """
def loss(w, X, y): return np.mean((X @ w - y) ** 2)
def pseudo_huber(w, X, y): return np.mean(np.sqrt(1 + (X @ w - y) ** 2))
def grad(w, X, y):
    e = X @ w - y
    return X.T @ (e / np.sqrt(1 + e * e)) / len(y)
"""
DICT = """
def forward(X, y, params):
    e = X @ params["w"] + params["b"] - y
    return np.mean(e ** 2)
def total_loss(X, y, params):
    e = X @ params["w"] + params["b"] - y
    return np.mean(np.sqrt(1 + e ** 2))
def backward(X, y, params):
    e = X @ params["w"] + params["b"] - y
    g = e / np.sqrt(1 + e * e) / len(y)
    return {"w": X.T @ g, "b": g.sum()}
"""
THREE = """
def forward(X, params):
    A = X @ params["w"] + params["b"]
    return A
def compute_cost(A, y): return np.mean((A - y) ** 2)
def logcosh(A, y): return np.mean(np.log(np.cosh(A - y)))
def backward(A, X, y):
    g = np.tanh(A - y) / len(y)
    return {"dw": X.T @ g, "db": g.sum()}
"""
GLOBALS = """
def loss(): return np.mean((X @ w - y) ** 2)
def misfit(): return np.mean(np.sqrt(1 + (X @ w - y) ** 2))
def grads():
    e = X @ w - y
    dw = X.T @ (e / np.sqrt(1 + e * e)) / len(y)
    return dw
"""
OBJECT = """
class Model:
    def __init__(self): self.W = r.normal(size=3)
    def loss(self, X, y): return np.mean((X @ self.W - y) ** 2)
    def energy(self, X, y): return np.mean(np.sqrt(1 + (X @ self.W - y) ** 2))
    def gradient(self, X, y):
        e = X @ self.W - y
        return X.T @ (e / np.sqrt(1 + e * e)) / len(y)
model = Model()
"""
# Which loss the gradient belongs to, and what makes it wrong for that one as well.
BELONGS = {
    "flat": (FLAT, "pseudo_huber", "(e / np.sqrt(1 + e * e))", "(e / np.sqrt(1 + e * e) + 0.1)"),
    "dict": (DICT, "total_loss", '{"w": X.T @ g, "b": g.sum()}', '{"w": X.T @ g + 0.1, "b": g.sum() + 0.1}'),
    "three": (
        THREE,
        "logcosh",
        '{"dw": X.T @ g, "db": g.sum()}',
        '{"dw": X.T @ g + 0.1, "db": g.sum() + 0.1}',
    ),
    "globals": (GLOBALS, "misfit", "(e / np.sqrt(1 + e * e))", "(e / np.sqrt(1 + e * e) + 0.1)"),
    "object": (OBJECT, "model.energy", "(e / np.sqrt(1 + e * e))", "(e / np.sqrt(1 + e * e) + 0.1)"),
}


def found(*cells: str, wanted: Wanted | None = None) -> Discovery:
    return discover(run(START, *cells), wanted, trial, [START, *cells])


@pytest.mark.parametrize("case", BELONGS)
def test_the_loss_that_agrees_is_the_one_however_they_are_called(case: str) -> None:
    cell, loss, *_ = BELONGS[case]
    discovery = found(cell)
    assert discovery.certain, discovery.reason
    assert discovery.bindings[0].forward_name == loss
    assert check(discovery.bindings[0], Options()).verdict == "pass"


@pytest.mark.parametrize("case", BELONGS)
def test_where_nothing_agrees_a_telling_name_is_not_enough(case: str) -> None:
    cell, loss, right, wrong = BELONGS[case]
    assert right in cell
    discovery = found(cell.replace(right, wrong))
    assert discovery.code == "ambiguous", discovery.reason
    assert loss in discovery.reason
    assert "could be the gradient of" in discovery.reason


def test_who_uses_them_together_tells_which_belong_together() -> None:
    training = """
def train(w, X, y):
    for _ in range(100):
        w = w - 0.1 * grad(w, X, y)
        print(loss(w, X, y))
"""
    discovery = found(FLAT.replace("(1 + e * e))", "(1 + e * e) + 0.1)"), training)
    assert discovery.certain, discovery.reason
    assert discovery.bindings[0].forward_name == "loss"


def test_a_multiple_of_the_derivative_tells_whose_it_is() -> None:
    discovery = found(FLAT.replace("X.T @", "2 * X.T @"))
    assert discovery.certain, discovery.reason
    assert discovery.bindings[0].forward_name == "pseudo_huber"
    assert check(discovery.bindings[0], Options()).verdict == "fail"


def test_another_loss_is_not_called_a_gradient() -> None:
    # Nothing brings the argument of compute_cost here, and the number that hinge returns is no gradient of b.
    discovery = found("""
def predict(X, params): return X @ params["w"] + params["b"]
def compute_cost(A, y): return np.mean((A - y) ** 2)
def hinge(A, y): return np.mean(np.maximum(0, 1 - A * y))
""")
    assert not discovery.certain


VERSIONS = {
    "flat": """
def forward(w, X, y): return np.mean((X @ w - y) ** 2)
def grad_v1(w, X, y): return X.T @ (X @ w - y) / len(y)
def grad_v2(w, X, y): return 2 * X.T @ (X @ w - y) / len(y)
""",
    "dict": """
def forward(X, y, params):
    e = X @ params["w"] + params["b"] - y
    return np.mean(e ** 2), e
def backward(X, y, cache):
    return {"dw": X.T @ cache / len(y), "db": 2 * cache.mean()}
def backward_vectorized(X, y, cache):
    return {"dw": 2 * X.T @ cache / len(y), "db": 2 * cache.mean()}
""",
    "both at once": """
def ridge_loss_naive(w, X, y, reg=0.1):
    l, dw = 0.0, np.zeros_like(w)
    for i in range(len(y)):
        e = X[i] @ w - y[i]
        l += e * e
        dw += 2 * e * X[i]
    return l + reg * np.sum(w * w), dw
def ridge_loss_vectorized(w, X, y, reg=0.1):
    e = X @ w - y
    return np.sum(e * e) + reg * np.sum(w * w), 2 * X.T @ e + 2 * reg * w
""",
    "methods": """
class Net:
    def __init__(self): self.W = r.normal(size=3)
    def loss(self, X, y): return np.mean((X @ self.W - y) ** 2)
    def gradient(self, X, y): return 2 * X.T @ (X @ self.W - y) / len(y)
    def gradient_fast(self, X, y): return X.T @ (X @ self.W - y) / len(y)
net = Net()
""",
}


@pytest.mark.parametrize("case", VERSIONS)
def test_every_version_of_a_gradient_is_checked(case: str) -> None:
    discovery = found(VERSIONS[case], wanted=Wanted(all=True))
    assert discovery.code == "several", discovery.reason
    report = check_all(discovery.bindings, Options())
    verdicts = {"fail" if p.verdict == "fail" else "pass" for p in report.parameters}
    assert len({p.name.split(":")[0] for p in report.parameters}) == 2
    assert verdicts == {"pass", "fail"}


def test_a_note_on_several_checks_is_told_once() -> None:
    report = check_all(found(VERSIONS["flat"], wanted=Wanted(all=True)).bindings, Options(points=0))
    messages = [warning["message"] for warning in report.warnings]
    bare = [message.split(": ", 1)[1] for message in messages]
    assert len(bare) == len(set(bare)), messages
