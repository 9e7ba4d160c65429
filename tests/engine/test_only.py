"""A check of some parameters: the others cost nothing, stay where they are, and are no reason to fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck import GradcheckError, gradcheck
from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel.api import check_all
from jupyterlab_gradcheck.kernel.binding import bind_in_order


def net(dtype: Any = np.float64) -> tuple[dict[str, Any], np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    shapes = {"W1": (5, 4), "b1": (5, 1), "W2": (1, 5)}
    point: dict[str, Any] = {name: random.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    return {**point, "scale": 3}, random.normal(size=(4, 30)).astype(dtype), random.normal(size=(1, 30)).astype(dtype)


def forward(X: Any, Y: Any, p: Any) -> Any:
    A = np.tanh(p["W1"] @ X + p["b1"])
    Z = p["W2"] @ A
    return np.mean((Z - Y) ** 2) * p["scale"], (A, Z)


def backward(X: Any, Y: Any, p: Any, cache: Any) -> Any:
    """db1 is twice what it should be, dW2 is missing."""
    A, Z = cache
    dZ = 2 * (Z - Y) / X.shape[1] * p["scale"]
    dA = p["W2"].T @ dZ * (1 - A**2)
    return {"dW1": dA @ X.T, "db1": 2 * dA.sum(1, keepdims=True)}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_only_these_are_stepped(dtype: Any) -> None:
    point, X, Y = net(dtype)
    before = {name: np.copy(value) for name, value in point.items()}

    def seen(X: Any, Y: Any, p: Any) -> Any:
        # What raises at a point nearby is told by a warning.
        assert all(np.array_equal(p[name], before[name]) for name in ("b1", "W2"))
        assert type(p["scale"]) is int or not only
        return forward(X, Y, p)

    only = ["W1"]
    report = gradcheck(seen, backward, point, X, Y, only=only, lift=False)
    assert report.verdict == "pass"
    assert [p.name for p in report.parameters] == ["W1"]
    told = {w["code"]: w["message"] for w in report.warnings}
    assert told["left-out"] == "b1, W2, scale were left out, since only W1 was asked for."
    assert "forward-raised-nearby" not in told
    only.clear()
    assert "forward-raised-nearby" in [w["code"] for w in gradcheck(seen, backward, point, X, Y, lift=False).warnings]
    assert gradcheck(forward, backward, point, X, Y, only="b1").parameters[0].verdict == "fail"
    assert all(np.array_equal(before[name], point[name]) for name in before)


def test_the_others_cost_no_evaluations() -> None:
    point, X, Y = net()
    everything = gradcheck(forward, backward, point, X, Y, points=0)
    some = gradcheck(forward, backward, point, X, Y, points=0, only=["b1"])
    assert some["b1"].cause == everything["b1"].cause
    # 5 of 30 entries.
    assert some.evaluations < everything.evaluations / 2


def test_a_float32_loss_is_lifted_with_the_parameters_that_stay() -> None:
    point, X, Y = net(np.float32)
    report = gradcheck(forward, backward, point, X, Y, only=["W1"])
    assert (report.verdict, report.precision, report.lifted) == ("pass", "float64", "float32")


def test_a_forward_that_writes_into_what_stays_changes_nothing() -> None:
    point, X, Y = net()
    before = {name: np.copy(value) for name, value in point.items()}

    def writes(X: Any, Y: Any, p: Any) -> Any:
        found = forward(X, Y, p)
        p["b1"][...] = 7.0
        return found

    report = gradcheck(writes, backward, point, X, Y, only=["W1"])
    assert report.verdict == "pass"
    assert "forward-writes" in [w["code"] for w in report.warnings]
    assert all(np.array_equal(before[name], point[name]) for name in before)


def test_gradients_in_a_list_are_those_of_all_parameters() -> None:
    point = [np.array([1.0, 2.0]), np.array([3.0, -1.0])]

    def loss(p: Any) -> Any:
        return np.sum(p[0] ** 2) + np.sum(p[1] ** 3)

    report = gradcheck(loss, lambda p: [2 * p[0], 4 * p[1] ** 2], point, only=["p[1]"])
    assert [(p.name, p.verdict) for p in report.parameters] == [("p[1]", "fail")]
    assert gradcheck(loss, lambda p: [2 * p[0], 4 * p[1] ** 2], point, only=["p[0]"]).verdict == "pass"


def test_a_missing_gradient_among_those_asked_for_is_one() -> None:
    point, X, Y = net()
    report = gradcheck(forward, backward, point, X, Y, only=["W2"])
    assert (report.verdict, report["W2"].cause and report["W2"].cause.kind) == ("fail", "missing")


@pytest.mark.parametrize(
    ("only", "said"),
    [
        (["w9"], "no parameter 'w9': there are W1, b1, W2, scale."),
        (["W2", "scales"], "no parameter 'scales': there are W1, b1, W2, scale. Did you mean scale?"),
        ([], "should be a list of names"),
        ([3], "should be a list of names"),
    ],
)
def test_what_is_no_parameter(only: Any, said: str) -> None:
    point, X, Y = net()
    with pytest.raises(GradcheckError) as caught:
        gradcheck(forward, backward, point, X, Y, only=only)
    assert said in str(caught.value)


def test_of_several_checks_those_that_have_the_name() -> None:
    bindings = [
        bind_in_order(("f", lambda p: np.sum(p["a"] ** 2)), ("df", lambda p: {"a": 2 * p["a"]}), {"a": np.ones(2)}, ()),
        bind_in_order(("g", lambda p: np.sum(p["b"] ** 3)), ("dg", lambda p: {"b": 2 * p["b"]}), {"b": np.ones(2)}, ()),
    ]
    for only in (("b",), ("dg: b",)):
        report = check_all(bindings, Options(only=only))
        assert [(p.name, p.verdict) for p in report.parameters] == [("b", "fail")]
    with pytest.raises(GradcheckError, match="there are df: a, dg: b"):
        check_all(bindings, Options(only=("c",)))
