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
