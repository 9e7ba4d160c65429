"""The way that always works: expressions in the magic, and the names side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from jupyterlab_gradcheck import GradcheckError, gradcheck

CELLS = [
    "import numpy as np",
    """
r = np.random.default_rng(2)
X, Y = r.normal(size=(4, 9)), r.normal(size=(1, 9))
theta = {"first": r.normal(size=(3, 4)), "second": r.normal(size=(1, 3))}
scale = 1.5
def apart(x):
    h = np.tanh(theta["first"] @ x)
    return h, theta["second"] @ h
def compare(out, target):
    return scale * np.mean((out - target) ** 2)
def other_way(x, target):
    h, out = apart(x)
    d = 2 * scale * (out - target) / target.size
    return d @ h.T, (theta["second"].T @ d * (1 - h**2)) @ x.T, float(np.sum(d * (out - target)) / 2 / scale)
""",
    """
def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)
def affine_backward(dout, cache):
    x, w, b = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)
def tanh_forward(x):
    out = np.tanh(x)
    return out, out
def tanh_backward(dout, cache):
    return dout * (1 - cache)
""",
    "x, w, b, dout = r.normal(size=(5, 3)), r.normal(size=(3, 2)), r.normal(size=2), r.normal(size=(5, 2))",
]


@pytest.fixture
def shell() -> Any:
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyterlab_gradcheck")
    return shell


def test_expressions(shell: Any) -> None:
    for cell in CELLS[:2]:
        assert shell.run_cell(cell).success
    first = shell.user_ns["theta"]["first"]
    before = first.tobytes(), id(first)
    line = '--loss "compare(apart(X)[1], Y)" --gradients "other_way(X, Y)[1::-1]" --parameters theta'
    report = shell.run_line_magic("gradcheck", line)
    assert report.verdict == "pass"
    assert [p.name for p in report.parameters] == ["first", "second"]
    assert (first.tobytes(), id(first)) == before
    several = '--loss "compare(apart(X)[1], Y)" --gradients "[other_way(X, Y)[1], other_way(X, Y)[2]]" --parameters "theta[\'first\'], scale"'
    report = shell.run_line_magic("gradcheck", several)
    assert report.verdict == "pass", report
    assert shell.user_ns["scale"] == 1.5


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--loss 1.0", "belong together"),
        ('--loss "1 +" --gradients X --parameters theta', "is no expression"),
        ("--loss nobody --gradients X --parameters theta", "nobody"),
        ('--loss "compare(apart(X)[1], Y)" --gradients "nobody()" --parameters theta', "nobody() raised NameError"),
        ('--loss "compare(apart(X)[1], Y)" --gradients "X" --parameters theta', "gives no gradients that belong to"),
        ('--loss "compare(apart(X)[1], Y)" --gradients "X" --parameters compare', "holds no arrays"),
    ],
)
def test_expressions_that_do_not_fit(shell: Any, line: str, said: str) -> None:
    for cell in CELLS[:2]:
        shell.run_cell(cell)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        shell.run_line_magic("gradcheck", line)
    assert said in str(caught.value)


def test_callables() -> None:
    theta = {"w": np.array([1.0, -2.0]), "b": np.array(0.5)}
    x, y = np.arange(6.0).reshape(3, 2), np.ones(3)

    def loss() -> Any:
        return np.sum((x @ theta["w"] + theta["b"] - y) ** 2)

    def gradients() -> Any:
        r = 2 * (x @ theta["w"] + theta["b"] - y)
        return {"w": x.T @ r, "b": r.sum()}

    assert gradcheck(loss=loss, gradients=gradients, parameters=theta).verdict == "pass"
    assert gradcheck(loss=loss, gradients=lambda: (gradients()["w"], 0), parameters=theta)["b"].verdict == "fail"
    assert theta["w"].tolist() == [1.0, -2.0]
    with pytest.raises(GradcheckError, match="does not change with w"):
        gradcheck(loss=loss, gradients=gradients, parameters={"w": theta["w"].copy(), "b": theta["b"]})
    square = gradcheck(loss=lambda p: float(p @ p), gradients=lambda p: 2 * p, parameters=np.ones(3))
    assert square.verdict == "pass"
    with pytest.raises(GradcheckError, match="give all three"):
        gradcheck(loss=loss, parameters=theta)
    with pytest.raises(GradcheckError, match="needs the parameters"):
        gradcheck(loss, gradients)


def test_layers_are_listed_and_all_are_checked(shell: Any) -> None:
    for cell in (CELLS[0], "r = np.random.default_rng(4)", *CELLS[2:]):
        assert shell.run_cell(cell).success
    with pytest.raises(UsageError) as caught:
        shell.run_line_magic("gradcheck", "")
    assert "%gradcheck affine_forward affine_backward" in str(caught.value)
    assert "%gradcheck --all" in str(caught.value)
    report = shell.run_line_magic("gradcheck", "--all")
    names = {p.name: p.verdict for p in report.parameters}
    assert names == {
        "affine_backward: x": "pass", "affine_backward: w": "pass", "affine_backward: b": "pass", "tanh_backward: x": "fail",
    }  # fmt: skip
    assert "1 of 4 gradients is wrong" in report.message
    one = shell.run_line_magic("gradcheck", "affine_forward affine_backward")
    assert one.verdict == "pass"
    assert np.all(np.isfinite(shell.user_ns["w"]))


OBJECTS = """
class Model:
    def __init__(self, n):
        self.W, self.b = np.linspace(-1, 1, n), 0.3
class Held:
    def __init__(self):
        self.params = {"W": np.linspace(-1, 1, 3), "b": np.array(0.2)}
r = np.random.default_rng(0)
X, y, X2, y2 = r.normal(size=(20, 3)), r.normal(size=20), r.normal(size=(7, 3)), r.normal(size=7)
model, held = Model(3), Held()
def f(X, y): return np.mean((X @ model.W + model.b - y) ** 2)
def g(X, y):
    e = 2 * (X @ model.W + model.b - y) / len(y)
    return {"W": X.T @ e, "b": e.sum()}
def f1(obj, X, y): return np.mean((X @ obj.W + obj.b - y) ** 2)
def g1(obj, X, y):
    e = 2 * (X @ obj.W + obj.b - y) / len(y)
    return X.T @ e, e.sum()
def f2(X, y, params): return np.mean((X @ params["W"] + params["b"] - y) ** 2)
def g2(X, y, params):
    e = 2 * (X @ params["W"] + params["b"] - y) / len(y)
    return {"W": X.T @ e, "b": e.sum()}
"""


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("f g model", ["W", "b"]),
        ("f g model X2 y2", ["W", "b"]),
        ("f1 g1 model", ["W", "b"]),
        ("f1 g1 model X2 y2", ["W", "b"]),
        ("f1 g1 model.W", ["W"]),
        ("f2 g2 held.params X y", ["W", "b"]),
        ('--loss "f(X,y)" --gradients "g(X,y)" --parameters model', ["W", "b"]),
        ('--loss "f(X,y)" --gradients "g(X,y)" --parameters model.W', ["W"]),
        ('--loss "f(X,y)" --gradients "g(X,y)" --parameters model.W model.b', ["W", "b"]),
        ('--loss "f(X,y)" --gradients "g(X,y)" --parameters model.W, model.b', ["W", "b"]),
        ('--loss "f1(model,X,y)" --gradients "g1(model,X,y)" --parameters model.W', ["W"]),
    ],
)
def test_an_object_or_a_part_of_it_is_named(shell: Any, line: str, names: list[str]) -> None:
    for cell in (CELLS[0], OBJECTS):
        assert shell.run_cell(cell).success
    before = shell.user_ns["model"].W.tobytes(), shell.user_ns["model"].b
    report = shell.run_line_magic("gradcheck", line)
    assert report.verdict == "pass"
    assert [p.name for p in report.parameters] == names
    assert (shell.user_ns["model"].W.tobytes(), shell.user_ns["model"].b) == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("f2 g2 held", "It holds held.params: name that."),
        ("f g held", "--parameters held"),
        ("f g --loss 1 --gradients 2 --parameters model", "which say all"),
        ("--loss f1(model, X, y) --gradients g --parameters model", "goes in quotes"),
        ('--loss "f(X,y)" --gradients "(X, X)" --parameters model.W', "It gives 2, for 1 parameter"),
    ],
)
def test_what_to_type_instead_is_told(shell: Any, line: str, said: str) -> None:
    for cell in (CELLS[0], OBJECTS):
        assert shell.run_cell(cell).success
    with pytest.raises((UsageError, GradcheckError)) as caught:
        shell.run_line_magic("gradcheck", line)
    assert said in str(caught.value)


def test_a_callable_that_takes_more_than_the_parameters() -> None:
    w, b = np.ones(3), 0.5
    with pytest.raises(GradcheckError) as caught:
        gradcheck(loss=lambda w, b: w @ w + b, gradients=lambda w, b: (2 * w, 1), parameters=[w, b])
    assert "loss takes 2 arguments (w, b), and is called with one" in str(caught.value)
    assert "lambda p: loss(*p)" in str(caught.value)
    with pytest.raises(GradcheckError, match="gradients takes 2 arguments"):
        gradcheck(loss=lambda p: p[0] @ p[0] + p[1], gradients=lambda w, b: (2 * w, 1), parameters=[w, b])


SOFTMAX = """
import numpy as np
r = np.random.default_rng(0)
x, y = r.normal(size=(8, 5)), r.integers(0, 3, 8)
net = {"W": r.normal(size=(5, 3)), "b": np.zeros(3)}
def scores(net):
    p = np.exp(x @ net["W"] + net["b"])
    return p / p.sum(1, keepdims=True)
def loss():
    return -np.log(scores(net)[range(8), y]).mean()
def gradients():
    d = scores(net)
    d[range(8), y] -= 1
    return {"W": x.T @ d / 8, "b": FACTOR * d.sum(0) / 8}
"""


@pytest.mark.parametrize(("factor", "verdict"), [(1, "pass"), (2, "fail")])
def test_a_loss_that_takes_no_notice_of_a_shift(shell: Any, factor: int, verdict: str) -> None:
    """The biases of a softmax are read, although one number added to all of them changes nothing."""
    assert shell.run_cell(SOFTMAX.replace("FACTOR", str(factor))).success
    line = "--loss loss() --gradients gradients() --parameters net"
    assert shell.run_line_magic("gradcheck", line).verdict == verdict
