"""What does nothing but compute, and what might do more: only the former is called at many points at once."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck import gradcheck
from jupyterlab_gradcheck.backends.stacked import Stacked
from jupyterlab_gradcheck.kernel.pure import are_pure

C = np.arange(1.0, 7.0)
TAPE: list[Any] = []
STATE = {"depth": 0}
LOCK = threading.Lock()
ACTIVATIONS = {"tanh": np.tanh}


class Model:
    def __init__(self) -> None:
        self.h = np.zeros(3)

    def loss(self, p):
        self.h = np.tanh(p["w"])
        return np.sum(self.h)


def relu(z):
    return np.maximum(0, z)


def forward_layers(X, parameters, lengths):
    A, cache = X, []
    for layer in range(1, len(lengths)):
        Z = np.dot(parameters["W" + str(layer)], A) + parameters[f"b{layer}"]
        cache.append((A, Z))
        A = relu(Z) if layer < len(lengths) - 1 else 1 / (1 + np.exp(-Z))
    return A, cache


def whole_loss(X, Y, parameters, lengths, lambd=0.1):
    """Three functions, one of which calls the others."""
    A, cache = forward_layers(X, parameters, lengths)
    m = Y.shape[1]
    cost = -(1.0 / m) * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    for layer in range(1, len(lengths)):
        cost += lambd / (2 * m) * np.sum(np.square(parameters["W" + str(layer)]))
    return np.squeeze(cost), cache


def masked(w, X):
    Z = X @ w
    A = Z * 1.0
    A[A < 0] = 0.0
    if Z.ndim != 1:
        raise ValueError("one vector")
    return (A * C[: len(A)]).sum(), {"Z": Z}


def comprehended(p, X):
    rows = [np.tanh(row @ p["w"]) for row in X]
    found = {name: np.sum(value**2) for name, value in p.items()}
    return sum(rows) + sum(found.values()) + float(np.pi)


def defaulted(w, mask=None):
    return np.sum(w if mask is None else w * mask)


PURE = [relu, forward_layers, whole_loss, masked, comprehended, defaulted]


@pytest.mark.parametrize("function", PURE, ids=lambda f: f.__name__)
def test_plain_code_is_pure(function: Any) -> None:
    assert are_pure([function], [np.ones(3), 2, "tanh", [1, 2], {"a": 1.0}, None])


def asks_type(p):
    return np.sum(p["w"]) if isinstance(p["w"], np.ndarray) else 0.0


def compares_type(p):
    return np.sum(p["w"]) if type(p["w"]) is np.ndarray else 0.0


def asks_attribute(p):
    return np.sum(p["w"]) if hasattr(p["w"], "flat") else 0.0


def asks_identity(p):
    return 0.0 if p["w"] is C else np.sum(p["w"])


def catches(p):
    try:
        return np.asarray(p["w"]).sum()
    except Exception:
        return 0.0


def suppresses(p):
    with contextlib.suppress(Exception):
        return np.asarray(p["w"]).sum()
    return 0.0


def keeps(p):
    TAPE.append(p["w"])
    return np.sum(p["w"])


def keeps_by_another_name(p):
    tape = TAPE
    tape.append(p["w"])
    return np.sum(p["w"])


def keeps_in_a_dict(p):
    STATE["w"] = p["w"]
    return np.sum(p["w"])


def counts(p):
    STATE["depth"] += 1
    return np.sum(p["w"])


def sets_a_global(p):
    global TAPE
    TAPE = [p["w"]]
    return np.sum(p["w"])


def writes_into_data(p):
    C[0] = 1.0
    return np.sum(p["w"])


def writes_into_an_argument(p, X):
    X[0] = 1.0
    return np.sum(p["w"] * X)


def adds_to_an_argument(p, X):
    X += 1.0
    return np.sum(p["w"] * X)


def writes_out(p):
    np.sum(p["w"], out=C)
    return np.exp(p["w"], out=C)


def locks(p):
    LOCK.acquire()
    found = np.sum(p["w"])
    LOCK.release()
    return found


def prints(p):
    print(p)
    return np.sum(p["w"])


def draws(p):
    return np.sum(p["w"] * np.random.rand(3))


def sets_errors(p):
    np.seterr(all="raise")
    return np.sum(p["w"])


def changes_directory(p):
    os.chdir("/")
    return np.sum(p["w"])


def yields(p):
    yield np.sum(p["w"])


def has_a_function_inside(p):
    def inner():
        return np.sum(p["w"])

    return inner()


def calls_what_it_is_given(p, activation):
    return np.sum(activation(p["w"]))


def calls_what_lies_in_a_dict(p):
    return np.sum(ACTIVATIONS["tanh"](p["w"]))


OBJECT = Model()


def has_an_object_by_default(p, model=OBJECT):
    return model.sum(p["w"])


def calls_what_was_returned(p):
    return relu(p["w"])(p)


def calls_another_that_keeps(p):
    return 2 * keeps(p)


def imports(p):
    import math

    return math.fsum(p["w"])


def reads_an_attribute_of_an_object(p):
    return np.sum(p["w"]) * LOCK.count


def asks_scalar(p):
    return 0.0 if np.isscalar(p["w"][0]) else np.sum(p["w"])


def deletes(p):
    del p["w"]
    return 0.0


@functools.lru_cache
def is_cached(p):
    return np.sum(p["w"])


def is_decorated_by_itself(p):
    return np.sum(p["w"])


is_decorated_by_itself.calls = 0  # type: ignore[attr-defined]


IMPURE = [
    asks_type, compares_type, asks_attribute, asks_identity, asks_scalar, catches, suppresses, keeps, keeps_by_another_name,
    keeps_in_a_dict, counts, sets_a_global, writes_into_data, writes_into_an_argument, adds_to_an_argument, writes_out, locks,
    prints, draws, sets_errors, changes_directory, yields, has_a_function_inside, calls_what_it_is_given,
    calls_what_lies_in_a_dict, calls_what_was_returned, has_an_object_by_default, calls_another_that_keeps, imports, reads_an_attribute_of_an_object, deletes, is_cached,
    is_decorated_by_itself, Model().loss, Model, math.sin, functools.partial(relu), eval("lambda p: p.sum()"),
]  # fmt: skip


@pytest.mark.parametrize("function", IMPURE, ids=lambda f: getattr(f, "__name__", type(f).__name__))
def test_what_might_do_more_is_not(function: Any) -> None:
    assert not are_pure([function])


def test_data_that_may_be_anything_are_not_plain() -> None:
    for value in (relu, Model(), [Model()], {"a": {1, 2}}, np.array([None]), np.ma.ones(2), object):
        assert not are_pure([relu], [value])


def test_what_a_name_means_is_asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert are_pure([masked])
    monkeypatch.setitem(globals(), "C", Model())
    assert not are_pure([masked])


def test_a_file_that_says_something_else_by_now(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ownmodule.py"
    path.write_text(
        "import numpy as np\n\ndef f(w):\n    return print(w)\n\ndef g(w):\n    assert w.ndim\n    return np.sum(w)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import ownmodule  # type: ignore[import-not-found]

    path.write_text(
        "import numpy as np\n\ndef f(w):\n    return np.sum(w)\n\ndef g(w):\n    assert w.ndim\n    return np.sum(w)\n"
    )
    assert not are_pure([ownmodule.f])
    assert are_pure([ownmodule.g])


def test_parameters_beside_which_something_else_lies() -> None:
    called: list[bool] = []

    class Weight:
        def item(self) -> float:
            called.append(True)
            return 1.0

    def loss(p):
        return np.sum(p["W"] ** 2) * p["weight"].item()

    assert are_pure([loss])
    given = {"W": np.ones((4, 5)), "weight": Weight()}
    report = gradcheck(loss, lambda p: {"W": 2 * p["W"]}, given)
    assert report.verdict == "pass"
    # Once for each evaluation: none is of many points.
    assert len(called) >= report.evaluations


# In a check ---------------------------------------------------------------------------------------------------------------

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(5, 9))


def parameters() -> dict[str, Any]:
    return {"W": RANDOM.normal(size=(4, 5)), "b": np.zeros(6)}


def net(p):
    return np.sum(np.tanh(p["W"] @ X) ** 2)


def dnet(p):
    H = np.tanh(p["W"] @ X)
    return (2 * H * (1 - H**2)) @ X.T


def sums_scalars(p):
    b = p["b"]
    s = b[0]
    for k in range(1, 6):
        s += b[k]
    return net(p) + 0.7 * s + C @ b


def scans(p):
    b = np.tanh(p["b"] + C)
    total = b[0]
    for i in range(1, 6):
        previous = b[i - 1]
        b[i] = previous + b[i]
        total = total + b[i] * C[i]
    return net(p) + total


def swaps(p):
    b = p["b"] * C
    b[0], b[1] = b[1], b[0]
    t = b[2]
    b[2] = b[3]
    b[3] = t
    return net(p) + b @ C


def gathers(p):
    data = np.sum(p["b"] * C)
    cost = data
    cost += np.sum(p["W"] ** 2)
    return net(p) + cost + 2 * data


def picks(p):
    P = 1 / (1 + np.exp(-p["W"]))
    return -np.mean(np.log(P[np.array([0, 1, 2, 3, 1]), np.arange(5)])) + np.sum(np.exp(p["b"][[3, 1, 2]])) + net(p)


@pytest.mark.parametrize("function", [sums_scalars, scans, swaps, gathers, picks], ids=lambda f: f.__name__)
def test_what_shares_a_name_in_numpy_does_so_at_many_points(function: Callable[[Any], Any]) -> None:
    """The same report, to the last digit, as from single evaluations; 0 as the point, where much of it could hide."""
    called: list[bool] = []

    def watched(p):
        called.append(isinstance(p["W"], Stacked))
        return function(p)

    p = parameters()
    zeros = {name: np.zeros_like(value) for name, value in p.items()}
    for options in ({"method": "central", "epsilon": 1e-6}, {"points": 0}):
        report = gradcheck(function, lambda p: zeros, p, **options)
        single = gradcheck(watched, lambda p: zeros, p, **options)
        assert report.relative_difference == single.relative_difference
        for one, two in zip(report.parameters, single.parameters, strict=True):
            np.testing.assert_array_equal(one.numerical, two.numerical)
    assert are_pure([function])
    assert not any(called)
