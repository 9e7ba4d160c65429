"""Parameters that forward takes as arguments of their own, by whatever way they are named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from namespaces import run

from jupyterlab_gradcheck import GradcheckError, gradcheck
from jupyterlab_gradcheck.kernel.api import trial
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
