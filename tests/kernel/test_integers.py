"""Parameters that somebody began with as integers: found where the functions take them, and put back as they were."""

from __future__ import annotations

import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import discover

START = """
import numpy as np
r = np.random.default_rng(0)
X, y = r.normal(size=(20, 3)), r.normal(size=20)
n, epochs = 20, 5
"""
FLAT = """
def cost(theta, X, y): return np.mean((X @ np.array(theta) - y) ** 2)
def gradient(theta, X, y): return 2 * X.T @ (X @ np.array(theta) - y) / len(y)
"""
CASES = {
    "array": ("theta = np.zeros(3, int)" + FLAT, 1),
    "list": ("theta = [0, 0, 0]" + FLAT, 3),
    "two": (
        "w, b = np.zeros(3, int), 0"
        + """
def cost(X, y, w, b): return np.mean((X @ w + b - y) ** 2)
def gradient(X, y, w, b):
    e = 2 * (X @ w + b - y) / len(y)
    return X.T @ e, e.sum()
""",
        2,
    ),
    "globals": (
        """
m = c = 0
x = X[:, 0]
def mse(): return np.mean((m * x + c - y) ** 2)
def gradients():
    e = 2 * (m * x + c - y) / len(y)
    dm, dc = (e * x).sum(), e.sum()
    return dm, dc
""",
        2,
    ),
    "object": (
        """
class Model:
    def __init__(self): self.w, self.b = np.zeros(3, int), 0
    def loss(self, X, y): return np.mean((X @ self.w + self.b - y) ** 2)
    def gradient(self, X, y):
        e = 2 * (X @ self.w + self.b - y) / len(y)
        return {"w": X.T @ e, "b": e.sum()}
model = Model()
""",
        2,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_integers_are_found(case: str) -> None:
    cell, count = CASES[case]
    namespace = run(START, cell)
    before = {name: (id(value), repr(value)) for name, value in namespace.items() if name in "theta w b m c"}
    held = dict(vars(namespace["model"])) if "model" in namespace else {}
    discovery = discover(namespace, None, trial, [START, cell])
    assert discovery.certain, discovery.reason
    report = check(discovery.bindings[0], Options())
    assert (report.verdict, len(report.parameters)) == ("pass", count)
    assert {name: (id(namespace[name]), repr(namespace[name])) for name in before} == before
    assert all(getattr(namespace["model"], name) is value for name, value in held.items())


def test_a_count_is_no_parameter() -> None:
    cell = """
def loss(n): return float(n) ** 2 * y[0]
def grad(n): return 3.0 * n
"""
    assert not discover(run(START, cell), None, trial, [START, cell]).certain
