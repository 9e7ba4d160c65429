"""Parameters that no argument hands over: found, changed for one evaluation, put back bit by bit."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import GradcheckError, Options
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import discover
from jupyterlab_gradcheck.kernel.places import places_in, spelled
from jupyterlab_gradcheck.kernel.route import Route

NET = """
import numpy as np
r = np.random.default_rng(5)
x, t = r.normal(size=(7, 3)), r.normal(size=(7, 2))

class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW = self.db = None
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T

class Net:
    def __init__(self):
        self.params = {"W1": r.normal(size=(3, 4)), "b1": r.normal(size=4), "W2": r.normal(size=(4, 2)), "b2": r.normal(size=2)}
        self.layers = [Affine(self.params["W1"], self.params["b1"]), Affine(self.params["W2"], self.params["b2"])]
        self.calls = 0
    def predict(self, x):
        self.hidden = np.tanh(self.layers[0].forward(x))
        return self.layers[1].forward(self.hidden)
    def loss(self, x, t):
        self.calls += 1
        BROKEN
        self.y = self.predict(x)
        return 0.5 * np.sum((self.y - t) ** 2)
    def gradient(self, x, t):
        self.loss(x, t)
        d = self.layers[1].backward(self.y - t)
        self.layers[0].backward(d * (1 - self.hidden ** 2))
        first, second = self.layers
        return {"W1": first.dW, "b1": first.db, "W2": second.dW * TWICE, "b2": second.db}

net = Net()
"""


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass(frozen=True)
class Frozen:
    W: Any


def net(twice: float = 1, broken: str = "pass") -> dict[str, Any]:
    return run(NET.replace("TWICE", str(twice)).replace("BROKEN", broken))


def bits(value: Any) -> Any:
    """Everything in an object, down to the bytes of its arrays."""
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes(), id(value)
    if isinstance(value, dict):
        return {key: bits(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [bits(item) for item in value]
    return bits(vars(value)) if hasattr(value, "__dict__") else value


def test_every_place_is_found_and_written() -> None:
    thing = types.SimpleNamespace(
        W=np.ones(2), rate=0.5, nested={"a b": [np.zeros(1), 3.0]}, pair=Pair(np.ones(1), 2.0), frozen=Frozen(1.5)
    )
    found = {spelled(place.steps): place for place in places_in(thing)}
    assert set(found) == {"W", "rate", "nested['a b'][0]", "nested['a b'][1]", "pair.left", "frozen.W"}
    same = thing.W
    for name, place in found.items():
        place.write(np.full(np.shape(place.value), 9.0) if isinstance(place.value, np.ndarray) else 9.0)
        assert np.all(place.read() == 9.0), name
    assert thing.W is same
    assert thing.frozen.W == thing.nested["a b"][1] == 9.0


def test_one_array_in_two_places_is_one_place() -> None:
    shared = np.ones(3)
    thing = types.SimpleNamespace(params={"W": shared}, layer=types.SimpleNamespace(W=shared))
    paths = [spelled(place.steps) for place in places_in(thing) if place.value is shared]
    assert paths == ["params.W", "layer.W"]


def test_what_refuses_to_be_looked_at_is_left_alone() -> None:
    class Hostile:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

        def __iter__(self) -> Iterator[Any]:
            raise RuntimeError("iter")

    read_only = np.ones(2)
    read_only.flags.writeable = False
    itself: list[Any] = []
    itself.append(itself)
    thing = types.SimpleNamespace(h=Hostile(), r=read_only, i=itself, W=np.ones(1))
    assert [spelled(place.steps) for place in places_in(thing)] == ["W"]


@pytest.mark.parametrize(("twice", "failing"), [(1, []), (2, ["W2"])])
def test_a_net_whose_layers_share_its_arrays(twice: float, failing: list[str]) -> None:
    namespace = net(twice)
    before = bits(namespace["net"])
    found = discover(namespace, None, trial)
    assert found.certain, found.reason
    (route,) = found.bindings
    assert isinstance(route, Route)
    report = check(route, Options())
    assert [p.name for p in report.parameters] == ["W1", "b1", "W2", "b2"]
    assert [p.name for p in report.parameters if p.verdict == "fail"] == failing
    assert bits(namespace["net"]) == before


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "ValueError('no')", "SystemExit"])
def test_the_object_is_as_it_was_after_an_exception_at_any_call(error: str) -> None:
    namespace = net()
    before = bits(namespace["net"])
    (route,) = discover(namespace, None, trial).bindings
    assert isinstance(route, Route)
    for call in range(1, 40, 3):
        count = [0]

        def loss(self: Any, x: Any, t: Any, count: list[int] = count, call: int = call) -> Any:
            count[0] += 1
            if count[0] == call:
                raise eval(error)
            self.y = self.predict(x)
            return 0.5 * np.sum((self.y - t) ** 2)

        kind = type(namespace["net"])
        whole, kind.loss = kind.loss, loss
        try:
            check(
                replace(route, calls=(replace(route.calls[0], function=namespace["net"].loss), *route.calls[1:])),
                Options(),
            )
        except (GradcheckError, KeyboardInterrupt, SystemExit):
            pass
        finally:
            kind.loss = whole
        assert bits(namespace["net"]) == before, call


def test_globals_that_are_numbers_come_back() -> None:
    namespace = run(
        """
import numpy as np
x = np.arange(5.0)
y = 2 * x + 1
w, b = 0.3, -0.2
def loss():
    return np.mean((w * x + b - y) ** 2)
def gradients():
    r = 2 * (w * x + b - y) / len(x)
    return {"dw": r @ x, "db": r.sum()}
"""
    )
    found = discover(namespace, None, trial)
    assert found.certain, found.reason
    report = check(found.bindings[0], Options())
    assert report.verdict == "pass"
    assert {p.name for p in report.parameters} == {"w", "b"}
    assert (namespace["w"], namespace["b"]) == (0.3, -0.2)
