"""A gradient that is not there is a failure, however the functions are found; a setting without one is none."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

DATA = """
import numpy as np
rng = np.random.default_rng(0)
Xtr, ytr = rng.normal(size=(9, 4)), rng.normal(size=9)
"""
PAIR = """
P = PARAMETERS
def forward(P, X, y):
    d = X @ P["w"] + P["b"] + np.sin(X) @ P["v"] - y
    return 0.5 * np.sum(d**2) MORE, (X, d)
def backward(P, cache):
    X, d = cache
    dw, db, dv = X.T @ d, d.sum(), np.sin(X).T @ d
    return RETURNED
"""
THREE = '{"w": rng.normal(size=4), "b": 0.3, "v": rng.normal(size=4)}'
USE = "loss, cache = forward(P, Xtr, ytr)"
EXPRESSIONS = '--loss "forward(P, Xtr, ytr)[0]" --gradients "backward(P, forward(P, Xtr, ytr)[1])" --parameters P'


def checked(*cells: str, line: str = "") -> Any:
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyterlab_gradcheck")
    for cell in cells:
        assert shell.run_cell(cell, store_history=True).success
    return shell.run_line_magic("gradcheck", line)


def pair(returned: str, parameters: str = THREE, more: str = "") -> tuple[str, ...]:
    text = PAIR.replace("RETURNED", returned).replace("PARAMETERS", parameters).replace("MORE", more)
    return DATA, text, USE


def causes(report: Any) -> dict[str, str | None]:
    """What each parameter was found to be: None for a pass, the kind of its cause otherwise."""
    return {p.name: None if p.verdict == "pass" else p.cause.kind for p in report.parameters}


@pytest.mark.parametrize("line", ["", EXPRESSIONS], ids=["found", "expressions"])
@pytest.mark.parametrize("d", ["", "d"], ids=["own names", "d-names"])
@pytest.mark.parametrize(
    ("returned", "wrong"),
    [
        ('{"Dw": dw, "Db": db, "Dv": dv}', {}),
        ('{"Dw": dw, "Db": db}', {"v": "missing"}),
        ('{"Dw": dw}', {"b": "missing", "v": "missing"}),
        ('{"Dw": dw, "Db": None, "Dv": dv}', {"b": "missing"}),
        ('{"Dw": dw, "Db": "db", "Dv": dv}', {"b": "dtype"}),
        ('{"Dw": dw, "Db": db, "Dv": dv * 1j}', {"v": "dtype"}),
    ],
    ids=["all", "one missing", "two missing", "None", "a string", "complex"],
)
def test_what_is_no_gradient_fails(returned: str, wrong: dict[str, str], d: str, line: str) -> None:
    report = checked(*pair(returned.replace('"D', f'"{d}')), line=line)
    assert causes(report) == {"w": None, "b": None, "v": None} | wrong
    assert report.verdict == ("fail" if wrong else "pass")


@pytest.mark.parametrize("line", ["", EXPRESSIONS], ids=["found", "expressions"])
@pytest.mark.parametrize(
    ("returned", "wrong"),
    [
        ("[dw, db, dv]", {}),
        ("[dw, db]", {"v": "missing"}),
        ("(dw, db)", {"v": "missing"}),
        ("[dw, None, dv]", {"b": "missing"}),
        ("[dw, db, dv * 1j]", {"v": "dtype"}),
    ],
)
def test_lists_that_are_too_short(returned: str, wrong: dict[str, str], line: str) -> None:
    assert causes(checked(*pair(returned), line=line)) == {"w": None, "b": None, "v": None} | wrong


@pytest.mark.parametrize("line", ["", EXPRESSIONS], ids=["found", "expressions"])
def test_settings_and_what_the_loss_does_not_read_need_no_gradient(line: str) -> None:
    more = '* P["reg"] + P["running_mean"].sum() + P["n"]'
    parameters = (
        THREE[:-1]
        + ', "lr": 0.1, "reg": 1.0, "n": 3, "running_mean": rng.normal(size=4), "unused": rng.normal(size=3)}'
    )
    report = checked(*pair('{"w": dw, "b": db, "v": dv}', parameters, more), line=line)
    assert report.verdict == "pass"
    assert list(causes(report)) == ["w", "b", "v"]


NET = """
class Net:
    def __init__(self):
        r = np.random.default_rng(1)
        self.W1, self.b1, self.W2, self.b2 = r.normal(size=(4, 3)), r.normal(size=3), r.normal(size=3), 0.1
        self.reg, self.lr, self.centre = 0.01, 0.1, r.normal(size=4)
    def loss(self, X, y):
        self.h = np.tanh((X - self.centre) @ self.W1 + self.b1)
        self.d = self.h @ self.W2 + self.b2 - y
        return 0.5 * np.sum(self.d**2) + self.reg * np.sum(self.W1**2)
    def gradient(self, X, y):
        self.loss(X, y)
        dh = np.outer(self.d, self.W2) * (1 - self.h**2)
        g = {"W1": (X - self.centre).T @ dh + 2 * self.reg * self.W1, "b1": dh.sum(0), "W2": self.h.T @ self.d, "b2": self.d.sum()}
        RETURN
net = Net()
"""


@pytest.mark.parametrize(
    ("returned", "wrong"),
    [
        ("return g", {}),
        ("del g['b1']; return g", {"b1": "missing"}),
        ("g['W2'] = None; return g", {"W2": "missing"}),
        ("g['W2'] = g['W2'] * 1j; return g", {"W2": "dtype"}),
        ("self.dW1, self.db1, self.dW2, self.db2 = g.values()", {}),
        ("self.dW1, self.db1, self.dW2 = list(g.values())[:3]", {"b2": "missing"}),
    ],
)
def test_objects(returned: str, wrong: dict[str, str]) -> None:
    report = checked(DATA, NET.replace("RETURN", returned), "net.loss(Xtr, ytr); net.gradient(Xtr, ytr);")
    assert causes(report) == dict.fromkeys(("W1", "b1", "W2", "b2")) | wrong


ARGUMENTS = """
w, b, y01 = rng.normal(size=(4, 1)), 0.2, (ytr > 0) * 1.0
def propagate(w, b, X, Y):
    A = 1 / (1 + np.exp(-(X @ w + b)))
    Y = Y.reshape(-1, 1)
    cost = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    dw, db = X.T @ (A - Y) / len(X), np.mean(A - Y)
    return RETURNED, cost
grads, cost = propagate(w, b, Xtr, y01)
"""
LAYER = """
x, w, b, dout = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=2), rng.normal(size=(5, 2))
def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)
def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = dout @ w.T, x.T @ dout, dout.sum(0)
    return RETURNED
"""


@pytest.mark.parametrize(
    ("cell", "returned", "expected"),
    [
        (ARGUMENTS, '{"dw": dw, "db": db}', {"w": None, "b": None}),
        (ARGUMENTS, '{"dw": dw}', {"w": None, "b": "missing"}),
        (ARGUMENTS, '{"dw": dw, "db": None}', {"w": None, "b": "missing"}),
        (LAYER, "dx, dw, db", {"x": None, "w": None, "b": None}),
        (LAYER, "dx, dw", {"x": None, "w": None, "b": "missing"}),
        # That of the data is not asked for.
        (LAYER, "dw, db", {"w": None, "b": None}),
    ],
)
def test_arguments_and_layers(cell: str, returned: str, expected: dict[str, str | None]) -> None:
    assert causes(checked(DATA, cell.replace("RETURNED", returned))) == expected


def test_a_function_for_each_gradient() -> None:
    functions = """
P = {"w": rng.normal(size=4), "b": 0.3}
def loss(P, X, y): return 0.5 * np.sum((X @ P["w"] + P["b"] - y) ** 2)
def grad_w(P, X, y): return X.T @ (X @ P["w"] + P["b"] - y)
"""
    other = '\ndef grad_b(P, X, y): return np.sum(X @ P["w"] + P["b"] - y)\n'
    assert causes(checked(DATA, functions, "loss(P, Xtr, ytr);")) == {"w": None}
    report = checked(DATA, functions + other, "loss(P, Xtr, ytr);", line="--all")
    assert causes(report) == {"grad_w: w": None, "grad_b: b": None}


MANY = """
P = {f"w{i:03d}": np.array([0.1 + i / 700]) for i in range(COUNT)}
def forward(P, X, y):
    return sum(np.sum(np.sin(v)) for v in P.values()) * X.mean(), None
def backward(P, X, y, cache):
    G = {"D" + k: np.cos(v) * X.mean() for k, v in P.items()}
    G["DwLAST"] *= 2
    return G
forward(P, Xtr, ytr);
"""


@pytest.mark.parametrize(("count", "d"), [(210, ""), (210, "d"), (500, "")])
def test_the_last_of_many(count: int, d: str) -> None:
    cell = MANY.replace("COUNT", str(count)).replace("LAST", str(count - 1)).replace("D", d)
    report = checked(DATA, cell)
    assert len(report.parameters) == count
    assert [p.name for p in report.parameters if p.verdict == "fail"] == [f"w{count - 1}"]
    assert len(report.to_json()) < 1_000_000


def test_the_last_of_many_in_expressions() -> None:
    cell = MANY.replace("COUNT", "210").replace("LAST", "209").replace("D", "d")
    line = '--loss "forward(P, Xtr, ytr)[0]" --gradients "backward(P, Xtr, ytr, None)" --parameters P'
    report = checked(DATA, cell, line=line)
    assert len(report.parameters) == 210
    assert [p.name for p in report.parameters if p.verdict == "fail"] == ["w209"]


@pytest.mark.parametrize("line", ["", EXPRESSIONS], ids=["found", "expressions"])
def test_empty_arrays_and_empty_names_are_listed(line: str) -> None:
    parameters = THREE[:-1] + ', "e": np.zeros((0, 3)), "": 2.0}'
    cell = pair('{"w": dw, "b": db, "v": dv, "e": P["e"], "": 2 * P[""]}', parameters, '+ P[""] ** 2')
    report = checked(*cell, line=line)
    assert report.verdict == "pass"
    assert [p.name for p in report.parameters] == ["w", "b", "v", "e", "P['']"]


def test_a_sum_of_what_came_from_above_is_not_called_that() -> None:
    report = checked(DATA, LAYER.replace("RETURNED", "dx, dw, dout.sum(axis=0)"))
    assert [p.gradient for p in report.parameters] == ["dx", "dw", "gradient of b"]


def test_the_order_of_a_list_is_told_where_it_is_another() -> None:
    two = pair("[db, dw + 0]", '{"w": rng.normal(size=4), "b": 0.3, "v": np.ones(4)}')
    cell = two[1].replace(', "v": np.ones(4)', "").replace(' + np.sin(X) @ P["v"]', "")
    cell = cell.replace("return [db, dw + 0]", "return [np.sum(d), X.T @ d + 0]")
    report = checked(DATA, cell, USE)
    assert report.verdict == "pass"
    assert [w["message"] for w in report.warnings if "in the order b, w" in w["message"]]
