"""Parameters that forward takes as arguments of their own, by whatever way they are named."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest
from namespaces import run

from jupyterlab_gradcheck import GradcheckError, gradcheck
from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import Discovery, Wanted, discover

r = np.random.default_rng(3)
X, y, w, b = r.normal(size=(7, 4)), r.normal(size=7), r.normal(size=4), 0.3


def loss(w: Any, b: Any, X: Any, y: Any) -> Any:
    return np.mean((X @ w + b - y) ** 2)


def grads(w: Any, b: Any, X: Any, y: Any) -> Any:
    error = X @ w + b - y
    dw, db = 2 * X.T @ error / len(y), 4 * np.mean(error)
    return dw, db


def behind(X: Any, y: Any, w: Any, b: Any) -> Any:
    return loss(w, b, X, y)


def dict_of(X: Any, y: Any, w: Any, b: Any) -> Any:
    return dict(zip(("dw", "db"), grads(w, b, X, y), strict=True))


def with_cache(w: Any, b: Any, X: Any, y: Any) -> Any:
    return loss(w, b, X, y), (w, b)


def from_cache(cache: Any, X: Any, y: Any) -> Any:
    return grads(*cache, X, y)


PAIRS = [(loss, grads), (behind, dict_of), (with_cache, from_cache)]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0].__name__)
@pytest.mark.parametrize("parameters", [(w, b), [w, b], {"b": b, "w": w}], ids=["tuple", "list", "dict"])
def test_each_goes_to_its_argument(pair: Any, parameters: Any) -> None:
    report = gradcheck(*pair, parameters, X, y)
    assert {p.name: p.verdict for p in report.parameters} == {"w": "pass", "b": "fail"}
    assert report["b"].cause is not None
    assert report["b"].cause.factor == 2


def test_lambdas_are_told_apart() -> None:
    report = gradcheck(lambda w, b, X, y: loss(w, b, X, y), lambda w, b, X, y: grads(w, b, X, y), [w, b], X, y)
    assert [p.verdict for p in report.parameters] == ["pass", "fail"]


def test_a_list_that_is_one_argument_stays_one() -> None:
    def forward(layers: Any, X: Any, y: Any) -> Any:
        return loss(*layers, X, y)

    def backward(layers: Any, X: Any, y: Any) -> Any:
        return list(grads(*layers, X, y))

    assert [p.name for p in gradcheck(forward, backward, [w, b], X, y).parameters] == ["layers[0]", "layers[1]"]


def test_what_cannot_be_told_apart_is_asked() -> None:
    def forward(first: Any, second: Any) -> Any:
        return first @ second

    with pytest.raises(GradcheckError, match="Which argument of forward"):
        gradcheck(forward, lambda first, second: second, w, w)


CELL = """
import numpy as np
r = np.random.default_rng(3)
X, y, w, b = r.normal(size=(7, 4)), r.normal(size=7), r.normal(size=4), 0.3
def loss(w, b, X, y):
    return np.mean((X @ w + b - y) ** 2)
def grads(w, b, X, y):
    error = X @ w + b - y
    dw, db = 2 * X.T @ error / len(y), 4 * np.mean(error)
    return {RETURNED}
"""


def named(returned: str, *names: str) -> Discovery:
    cell = CELL.replace("{RETURNED}", returned)
    parameters, *data = names
    return discover(run(cell), Wanted("loss", "grads", parameters, data), trial, [cell])


@pytest.mark.parametrize("returned", ["dw, db", '{"dw": dw, "db": db}'])
@pytest.mark.parametrize("names", [("w", "b"), ("w", "b", "X", "y")], ids=" ".join)
def test_several_parameters_are_named_one_after_the_other(returned: str, names: tuple[str, ...]) -> None:
    found = named(returned, *names)
    assert found.certain, found.reason
    assert sorted(found.bindings[0].parameters) == ["b", "w"]
    assert found.left_out == ()


@pytest.mark.parametrize("returned", ["dw, db", '{"dw": dw, "db": db}'])
@pytest.mark.parametrize("names", [("w",), ("w", "X", "y")], ids=" ".join)
def test_a_gradient_that_is_claimed_of_what_was_not_named_is_told(returned: str, names: tuple[str, ...]) -> None:
    found = named(returned, *names)
    assert found.certain, found.reason
    assert found.left_out == ("b, of which grads claims a gradient too: only w was named.",)


def test_a_gradient_that_is_not_there_is_missed() -> None:
    for parameters in ({"w": w, "b": b}, (w, b)):
        report = gradcheck(loss, lambda w, b, X, y: {"dw": grads(w, b, X, y)[0]}, parameters, X, y)
        assert {p.name: p.cause.kind if p.cause else p.verdict for p in report.parameters} == {
            "w": "pass",
            "b": "missing",
        }


def test_a_parameter_and_data_that_are_one_object_are_told_apart() -> None:
    def penalised(w: Any, b: Any, X: Any, y: Any, lam: Any) -> Any:
        return loss(w, b, X, y) + lam * np.sum(w**2)

    def backward(w: Any, b: Any, X: Any, y: Any, lam: Any) -> Any:
        dw, db = grads(w, b, X, y)
        return {"dw": dw + 2 * lam * w, "db": db}

    report = gradcheck(penalised, backward, {"w": w, "b": 0.0}, X, y, 0.0)
    assert {p.name: p.verdict for p in report.parameters} == {"w": "pass", "b": "fail"}


def test_parameters_between_the_data_and_settings_behind() -> None:
    def between(X: Any, w: Any, b: Any, y: Any, mode: str) -> Any:
        assert mode == "mse"
        return loss(w, b, X, y)

    def backward(X: Any, w: Any, b: Any, y: Any, mode: str) -> Any:
        return grads(w, b, X, y)

    report = gradcheck(between, backward, {"w": w, "b": b}, X, y, "mse")
    assert [p.verdict for p in report.parameters] == ["pass", "fail"]
    with pytest.raises(GradcheckError, match=r"Which arguments of between\(X, w, b, y, mode\) are the 2 parameters"):
        gradcheck(between, backward, (w, b), X, y, "mse")
    behind_data = gradcheck(
        lambda w, b, X, y, mode: between(X, w, b, y, mode),
        lambda w, b, X, y, mode: backward(X, w, b, y, mode),
        (w, b),
        X,
        y,
        "mse",
    )
    assert [p.verdict for p in behind_data.parameters] == ["pass", "fail"]


def test_a_named_tuple_goes_by_its_fields() -> None:
    Parameters = namedtuple("Parameters", ["b", "w"])
    report = gradcheck(loss, grads, Parameters(b=b, w=w), X, y)
    assert {p.name: p.verdict for p in report.parameters} == {"w": "pass", "b": "fail"}


def test_keys_that_are_no_arguments_are_told() -> None:
    with pytest.raises(GradcheckError, match="has no argument weights, no bias"):
        gradcheck(loss, grads, {"weights": w, "bias": b}, X, y)


def test_data_that_is_given_is_taken_also_where_there_is_a_default() -> None:
    def penalised(p: Any, X: Any, y: Any, lam: float = 0.0) -> Any:
        return loss(p["w"], p["b"], X, y) + lam * np.sum(p["w"] ** 2)

    def backward(p: Any, X: Any, y: Any, lam: float = 0.0) -> Any:
        dw, db = grads(p["w"], p["b"], X, y)
        return {"dw": dw + lam * p["w"], "db": db / 2}

    parameters = {"w": w, "b": b}
    assert gradcheck(penalised, backward, parameters, X, y).verdict == "pass"
    assert gradcheck(penalised, backward, parameters, X, y, 0.7)["w"].verdict == "fail"


RESIDUAL = CELL.replace("    error = X @ w + b - y\n    dw, db = 2 * X.T @ error / len(y), 4 * np.mean(error)\n", "")


@pytest.mark.parametrize("residual", ["error", "r", "e"])
@pytest.mark.parametrize("returned", ["X.T @ {}, {}.sum()", "[X.T @ {}, {}.sum()]", "X.T @ {}, len(y) * np.mean({})"])
@pytest.mark.parametrize("wanted", [Wanted(), Wanted("loss", "grads"), Wanted("loss", "grads", "w", ["b", "X", "y"])])
def test_a_sum_over_a_residual_is_not_called_after_it(residual: str, returned: str, wanted: Wanted) -> None:
    body = f"{residual} = 2 * (X @ w + b - y) / len(y)\n    return {returned.format(residual, residual)}"
    cell = RESIDUAL.replace("return {RETURNED}", body)
    found = discover(run(cell), wanted, trial, [cell])
    assert found.certain, found.reason
    report = check(found.bindings[0], Options())
    assert (report.verdict, [p.name for p in report.parameters]) == ("pass", ["w", "b"])
    assert report.forward["name"] == "loss"
    assert report["b"].gradient not in (residual, f"d{residual}")


def test_data_that_is_named_is_taken_also_where_there_is_a_default() -> None:
    cells = [
        CELL.replace("{RETURNED}", "dw, db"),
        "P, big = {'w': w, 'b': b}, 50.0\n"
        "def lossp(P, X, y, lam=0.0):\n    return loss(P['w'], P['b'], X, y) + lam * np.sum(P['w'] ** 2)\n"
        "def gradsp(P, X, y, lam=0.0):\n    g = grads(P['w'], P['b'], X, y)\n"
        "    return {'w': g[0] + 1.5 * lam * P['w'], 'b': g[1] / 2}",
    ]
    found = discover(run(*cells), Wanted("lossp", "gradsp", "P", ["X", "y", "big"]), trial, cells)
    assert found.certain, found.reason
    assert check(found.bindings[0], Options())["w"].verdict == "fail"


@pytest.mark.parametrize("names", [("w2", "b", "X", "y"), ("w2", "b")], ids=" ".join)
def test_what_was_named_is_not_replaced(names: tuple[str, ...]) -> None:
    cells = [CELL.replace("{RETURNED}", "dw, db"), "w2 = w + 1"]
    found = discover(run(*cells), Wanted("loss", "grads", names[0], list(names[1:])), trial, cells)
    if found.certain:
        binding = found.bindings[0]
        checked = binding.parameters if isinstance(binding.parameters, dict) else {"w2": binding.parameters}
        assert any(np.array_equal(value, run(*cells)["w2"]) for value in checked.values())


@pytest.mark.parametrize("names", [(), ("w", "b", "X", "y"), ("w", "b", "X", "y", "big")], ids=" ".join)
def test_a_setting_is_the_same_for_both_though_cells_gave_different_ones(names: tuple[str, ...]) -> None:
    cells = [
        CELL.replace("X, y):", "X, y, lam=0.0):")
        .replace("- y) ** 2)", "- y) ** 2) + lam * np.sum(w ** 2)")
        .replace("4 * np.mean", "2 * np.mean")
        .replace("{RETURNED}", "dw + 2 * lam * w, db"),
        "cost = loss(w, b, X, y, 1.0)",
        "claimed = grads(w, b, X, y, 3.0)",
        "big = 50.0",
    ]
    wanted = Wanted("loss", "grads", names[0], list(names[1:])) if names else Wanted()
    found = discover(run(*cells), wanted, trial, cells)
    assert found.certain, found.reason
    assert check(found.bindings[0], Options()).verdict == "pass"


def test_an_object_is_told_how_it_is_checked() -> None:
    class State:
        def __init__(self) -> None:
            self.w = np.ones(3)

    state = State()
    with pytest.raises(GradcheckError, match=r"is an object \(State\) whose attributes hold arrays"):
        gradcheck(lambda s: np.sum(s.w**2), lambda s: 2 * s.w, state)
    report = gradcheck(loss=lambda: np.sum(state.w**2), gradients=lambda: {"w": 2 * state.w}, parameters=state)
    assert report.verdict == "pass"
