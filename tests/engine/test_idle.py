"""What lies among the parameters, has no gradient, and moves the loss nowhere needs no gradient: a learning rate, a spare layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck import GradcheckError, Report, gradcheck

RNG = np.random.default_rng(5)
X, Y = RNG.normal(size=(20, 3)), RNG.normal(size=(20, 1))


def net(dtype: Any = np.float64, last: float = 1.0, **more: Any) -> dict[str, Any]:
    rng = np.random.default_rng(6)
    weights = {"W1": rng.normal(size=(3, 4)), "b1": np.zeros(4), "W2": last * rng.normal(size=(4, 1))}
    return {**{name: value.astype(dtype) for name, value in weights.items()}, **more}


def forward(P: dict[str, Any], X: Any, Y: Any) -> tuple[Any, Any]:
    H = np.tanh(X @ P["W1"] + P["b1"])
    A = H @ P["W2"]
    return np.mean((A - Y) ** 2), (H, A)


def backward(P: dict[str, Any], cache: Any, X: Any, Y: Any) -> dict[str, Any]:
    H, A = cache
    d = 2 * (A - Y) / len(X)
    e = (d @ P["W2"].T) * (1 - H**2)
    return {"dW2": H.T @ d, "dW1": X.T @ e, "db1": e.sum(0)}


def last_only(P: dict[str, Any], cache: Any, X: Any, Y: Any) -> dict[str, Any]:
    return {"dW2": backward(P, cache, X, Y)["dW2"]}


def said(report: Report) -> list[str]:
    return [warning["message"] for warning in report.warnings if warning["code"] == "idle"]


@pytest.mark.parametrize(
    "spare",
    [0.01, np.float64(0.01), np.ones((3, 1)), np.zeros(5), np.ones(2, np.float32), np.zeros(0)],
    ids=["float", "float64", "array", "zeros", "float32", "empty"],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_moves_nothing_is_set_aside_and_told(spare: Any, dtype: Any) -> None:
    found = gradcheck(forward, backward, net(dtype, spare=spare), X.astype(dtype), Y.astype(dtype))
    assert (found.verdict, [p.name for p in found.parameters]) == ("pass", ["W1", "b1", "W2"])
    assert said(found) == [
        "spare: not checked. backward returns no gradient for it, and what forward returns does not depend on it."
    ]
    # Beside the few evaluations that it took to tell, the check is the same.
    assert found.precision == "float64"


def test_with_a_setting_that_is_a_whole_number() -> None:
    found = gradcheck(forward, backward, net(steps=3, spare=0.1, other=np.ones(2)), X, Y)
    assert (found.verdict, len(found.parameters)) == ("pass", 3)
    assert said(found)[0].startswith("spare, other: not checked.")
    assert any(warning["code"] == "integer-settings" for warning in found.warnings)


@pytest.mark.parametrize("last", [0.0, 1.0])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_moves_the_loss_is_missing_even_where_zeros_hide_it(last: float, dtype: Any) -> None:
    found = gradcheck(forward, last_only, net(dtype, last, spare=0.1), X.astype(dtype), Y.astype(dtype))
    kinds = {p.name: p.cause.kind for p in found.parameters if p.verdict == "fail"}
    assert kinds == {"W1": "missing", "b1": "missing"}


@pytest.mark.parametrize("zero", [0, np.zeros(1, int), np.zeros((4, 1), int)], ids=["number", "array", "matrix"])
def test_a_bias_that_begins_as_a_whole_zero_is_a_parameter(zero: Any) -> None:
    """Its gradient was forgotten; a setting of the same kind is told by its name, or by not being zero."""

    def with_bias(P: dict[str, Any], X: Any, Y: Any) -> tuple[Any, Any]:
        H = np.tanh(X @ P["W1"] + P["b1"]) * P["width"]
        A = H @ P["W2"] + np.sum(P["c"])
        return np.mean((A - Y) ** 2) + P["lambd"] * np.sum(P["W2"] ** 2), (H, A)

    def without(P: dict[str, Any], cache: Any, X: Any, Y: Any) -> dict[str, Any]:
        return backward(P, cache, X, Y)

    found = gradcheck(with_bias, without, net(c=zero, width=1, lambd=0), X, Y)
    kinds = {p.name: p.cause.kind for p in found.parameters if p.verdict == "fail"}
    assert kinds == {"c": "missing"}


def test_what_is_called_as_settings_are_needs_no_gradient() -> None:
    def masked(P: dict[str, Any], X: Any, Y: Any) -> tuple[Any, Any]:
        H = np.tanh(X @ P["W1"] + P["b1"]) * P["mask"]
        A = H @ P["W2"]
        return np.mean((A - Y) ** 2) + P["lam"] * np.sum(P["W2"] ** 2), (H, A)

    def of_masked(P: dict[str, Any], cache: Any, X: Any, Y: Any) -> dict[str, Any]:
        H, A = cache
        d = 2 * (A - Y) / len(X)
        e = (d @ P["W2"].T) * (1 - H**2) * P["mask"]
        return {"dW2": H.T @ d + 2 * P["lam"] * P["W2"], "dW1": X.T @ e, "db1": e.sum(0)}

    found = gradcheck(masked, of_masked, net(lam=0.1, mask=np.array([1.0, 0.0, 1.0, 1.0])), X, Y)
    assert (found.verdict, [p.name for p in found.parameters]) == ("pass", ["W1", "b1", "W2"])
    (told,) = [warning["message"] for warning in found.warnings if warning["code"] == "settings-by-name"]
    assert told.startswith("lam, mask: taken for settings by their names")


def test_a_mistake_beside_it_is_found() -> None:
    def doubled(P: dict[str, Any], cache: Any, X: Any, Y: Any) -> dict[str, Any]:
        grads = backward(P, cache, X, Y)
        return {**grads, "dW1": 2 * grads["dW1"]}

    found = gradcheck(forward, doubled, net(spare=0.1), X, Y)
    assert [p.name for p in found.parameters if p.verdict == "fail"] == ["W1"]
    assert found["W1"].cause.factor == pytest.approx(2)


def test_asked_for_by_name_it_is_missing() -> None:
    found = gradcheck(forward, backward, net(spare=0.1), X, Y, only=["W2", "spare"])
    assert (found.verdict, found["spare"].cause.kind) == ("fail", "missing")


@pytest.mark.parametrize("most", [24, 30, 40, 60])
def test_the_budget_is_kept(most: int) -> None:
    found = gradcheck(forward, backward, net(spare=0.1), X, Y, max_evaluations=most)
    assert found.evaluations <= most
    # With hardly any evaluations there is none left to tell.
    assert [p.name for p in found.parameters if p.verdict == "fail"] == (["spare"] if most < 32 else [])


def test_a_forward_that_writes_into_it_gets_copies() -> None:
    def counts(P: dict[str, Any], X: Any, Y: Any) -> tuple[Any, Any]:
        P["seen"] += 1
        return forward(P, X, Y)

    parameters = net(seen=np.zeros(2))
    before = {name: np.array(value).tobytes() for name, value in parameters.items()}
    assert gradcheck(counts, backward, parameters, X, Y).verdict == "pass"
    assert before == {name: np.array(value).tobytes() for name, value in parameters.items()}


def test_a_loss_that_is_not_defined_elsewhere() -> None:
    def log_of_w(P: dict[str, Any], X: Any, Y: Any) -> Any:
        return np.sum(np.log(P["w"]))

    w = np.array([0.5, 1.0, 2.0])
    found = gradcheck(log_of_w, lambda P, X, Y: {"dw": 1 / P["w"]}, {"w": w, "spare": 0.1}, X, Y)
    assert (found.verdict, len(found.parameters)) == ("pass", 1)


@pytest.mark.parametrize("depth", [3, np.int64(3)])
def test_whole_numbers_that_forward_needs_as_such(depth: Any) -> None:
    """A count of repetitions, and indices: they are handed over as they are."""

    def deep(P: dict[str, Any], X: Any, Y: Any) -> tuple[Any, Any]:
        w = [P["w"][P["rows"]]]
        for _ in range(P["depth"]):
            w.append(np.tanh(w[-1]))
        return np.mean((X @ w[-1] - Y) ** 2), w

    def of_deep(P: dict[str, Any], w: Any, X: Any, Y: Any) -> dict[str, Any]:
        g = 2 * X.T @ (X @ w[-1] - Y) / len(X)
        for one in w[:0:-1]:
            g = g * (1 - one**2)
        dw = np.zeros_like(P["w"])
        np.add.at(dw, P["rows"], g)
        return {"dw": dw}

    w = np.random.default_rng(2).normal(size=(4, 1))
    found = gradcheck(deep, of_deep, {"w": w, "depth": depth, "rows": np.array([2, 0, 3])}, X, Y)
    assert (found.verdict, [p.name for p in found.parameters]) == ("pass", ["w"])
    assert any(warning["message"].startswith("depth, rows: taken for settings") for warning in found.warnings)


def test_an_error_of_forwards_own_is_told_as_it_is() -> None:
    def broken(P: dict[str, Any], X: Any, Y: Any) -> Any:
        return np.mean(X @ P["W1"] - Y @ P["missing"])

    with pytest.raises(GradcheckError, match="KeyError: 'missing'"):
        gradcheck(broken, backward, net(steps=3), X, Y)
