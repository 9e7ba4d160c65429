"""Of the lines that make a wrong gradient, the one that its error speaks against."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from namespaces import run

from jupyterlab_gradcheck import gradcheck
from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel import api
from jupyterlab_gradcheck.kernel.discovery import discover


def blamed(loss: str, gradient: str, parameters: dict[str, Any], *data: Any) -> str:
    """The line that the report on the one parameter of ``gradient(p, ...)`` points at."""
    namespace = run("import numpy as np\n" + loss, gradient)
    report = gradcheck(namespace["loss"], namespace["gradient"], parameters, *data)
    assert report.verdict == "fail", report.message
    (one,) = (p for p in report.parameters if p.verdict == "fail")
    return str(one.source["text"])


RIDGE = """
def loss(p, X, y, lam):
    r = X @ p["w"] - y
    return (0.5 * r @ r + 0.5 * lam * np.sum(p["w"][1:] ** 2)) / len(y), r
"""
GRADIENT = """
def gradient(p, r, X, y, lam):
    m, w = len(y), p["w"]
    grad = X.T @ r
    {lines}
    return {{"w": grad}}
"""
ADDED = {
    "the intercept is penalised as well": ("grad = (grad + lam * w) / m", "grad = (grad + lam * w) / m"),
    "the intercept is penalised, then divided": ("grad = grad + lam * w\n    grad /= m", "grad = grad + lam * w"),
    "the term is not divided": (
        "grad = grad / m\n    grad[1:] += lam * w[1:]",
        "grad[1:] += lam * w[1:]",
    ),
    "the rest is not divided": ("grad[1:] += lam / m * w[1:]", "grad = X.T @ r"),
    "all of it is not divided": ("grad[1:] += lam * w[1:]\n    grad /= 1", "grad /= 1"),
    "the division is not of all": (
        "grad[1:] += lam * w[1:]\n    grad[1:] = grad[1:] / m",
        "grad = X.T @ r",
    ),
}


@pytest.mark.parametrize("what", ADDED)
def test_what_is_added_and_what_it_is_added_to(what: str) -> None:
    lines, expected = ADDED[what]
    random = np.random.default_rng(3)
    X, y = np.c_[np.ones(11), random.normal(size=(11, 3))], random.normal(size=11)
    w = np.array([1.3, -0.4, 0.8, 0.6])
    assert blamed(RIDGE, GRADIENT.format(lines=lines), {"w": w}, X, y, 1.7) == expected


def test_a_single_entry_too_many_in_the_penalty() -> None:
    """One wrong entry alone, off by a number of the person's times the parameter."""
    random = np.random.default_rng(0)
    X, y = np.c_[np.ones(20), random.normal(size=(20, 2))], random.normal(size=20)
    loss = RIDGE.replace(" / len(y), r", ", r")
    lines = "grad = grad + lam * w"
    assert blamed(loss, GRADIENT.format(lines=lines), {"w": np.ones(3)}, X, y, 2.0) == lines
    # Another entry that is off by no such number is no matter of the penalty.
    lines = "grad[1:] = grad[1:] + lam * w[1:]"
    wrong = GRADIENT.format(lines=lines).replace("X.T @ r", "X.T @ r + np.array([0.3, 0, 0])")
    assert blamed(loss, wrong, {"w": np.ones(3)}, X, y, 2.0) == "grad = X.T @ r + np.array([0.3, 0, 0])"


COUNTS = """
def loss(p, x, tags):
    A = p["A"]
    s = sum(np.log(np.exp(A[i] * x[t]).sum()) for t, i in enumerate(tags))
    return s - sum(A[i, j] for i, j in zip(tags, tags[1:])), None
"""
COUNTED = """
def gradient(p, x, tags):
    A = p["A"]
    g = np.zeros_like(A)
    for t in range({steps}):
        e = np.exp(A[tags[t]] * x[t])
        g[tags[t]] += x[t] * e / e.sum()
    for i, j in zip(tags, tags[{second}:]):
        g[i, j] -= 1
    return {{"A": g}}
"""


@pytest.mark.parametrize(
    ("steps", "second", "expected"),
    [
        ("len(tags) - 1", 1, "g[tags[t]] += x[t] * e / e.sum()"),
        ("len(tags)", 2, "g[i, j] -= 1"),
    ],
)
def test_of_several_sums_a_number_that_cannot_be_off_by_so_much_is_excused(
    steps: str, second: int, expected: str
) -> None:
    random = np.random.default_rng(0)
    parameters = {"A": random.normal(size=(3, 3))}
    text = COUNTED.format(steps=steps, second=second)
    assert blamed(COUNTS, text, parameters, random.normal(size=6), [0, 1, 2, 1, 0, 2]) == expected


PARTS = """
def loss(p):
    w = p["w"]
    return np.sum(np.sin(w[:-1])) + w[-1] ** 3, None
"""


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [("np.cos(w[:-1]) ** 2", "3 * w[-1] ** 2", 0), ("np.cos(w[:-1])", "w[-1] ** 2", 1)],
)
def test_a_part_with_no_wrong_entry_is_excused(first: str, last: str, wrong: int) -> None:
    lines = [f"g[:-1] = {first}", f"g[-1] = {last}"]
    text = (
        f"def gradient(p):\n    w = p['w']\n    g = np.empty(5)\n    {lines[0]}\n    {lines[1]}\n    return {{'w': g}}"
    )
    assert blamed(PARTS, text, {"w": np.linspace(0.3, 1.2, 5)}) == lines[wrong]


LAYERS = """
import numpy as np
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.db = None
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = np.mean(dout, axis=0)
        return dout @ self.W.T
class Twice:
    def forward(self, x):
        return x * 2
    def backward(self, dout):
        self.db = dout.sum(axis=0)
        return dout * 2
class Net:
    def __init__(self, W, b):
        self.params = {"W1": W, "b1": b}
        self.layers = {"Affine1": Affine(W, b), "Twice": Twice()}
    def loss(self, x, t):
        self.d = self.layers["Twice"].forward(self.layers["Affine1"].forward(x)) - t
        return 0.5 * np.sum(self.d ** 2)
    def gradient(self, x, t):
        self.loss(x, t)
        self.layers["Affine1"].backward(self.layers["Twice"].backward(self.d))
        <collect>
"""
COLLECTED = {
    "from the object": 'return {"W1": self.layers["Affine1"].dW, "b1": self.layers["Affine1"].db}',
    "by a local name": 'first = self.layers["Affine1"]\n        return {"W1": first.dW, "b1": first.db}',
    "by a name of the dict": 'L = self.layers\n        return {"W1": L["Affine1"].dW, "b1": L["Affine1"].db}',
}


def reports_of(cells: list[str]) -> list[Any]:
    namespace = run(*cells)
    found = discover(namespace, None, api.trial, cells)
    return [api.check(binding, Options()) for binding in found.bindings]


@pytest.mark.parametrize("how", COLLECTED)
def test_an_attribute_is_made_where_the_layer_sets_it(how: str) -> None:
    """In the class of the object that it is read of: another class sets an attribute of that name as well."""
    call = (
        "np.random.seed(1)\nx, t = np.random.rand(30, 8), np.random.rand(30, 4)\n"
        "network = Net(np.random.randn(8, 4), np.zeros(4))\ngrad = network.gradient(x, t)"
    )
    (report,) = reports_of([LAYERS.replace("<collect>", COLLECTED[how]), call])
    assert {p.name.rpartition(".")[2]: p.verdict for p in report.parameters} == {"W1": "pass", "b1": "fail"}
    assert next(p for p in report.parameters if p.verdict == "fail").source["text"] == "self.db = np.mean(dout, axis=0)"
