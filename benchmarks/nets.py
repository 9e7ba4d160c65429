"""The networks that the benchmarks check, and mistakes to plant in their gradients.

All of them have three layers and one sigmoid output, and are written the way courses teach it: a dict of ``W1, b1, ...``,
a loss with a cache, and a backward function that takes the cache and returns a dict of ``dW1, db1, ...``. The functions
are plain ones of this module, as they would be in a notebook: nothing in them knows that it is being measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Parameters = dict[str, np.ndarray]
Gradients = dict[str, np.ndarray]
Forward = Callable[[np.ndarray, np.ndarray, Parameters], tuple[Any, Any]]
Backward = Callable[[np.ndarray, np.ndarray, Any], Gradients]

NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")
# No planted entry is off by less than this fraction of its parameter's largest gradient: that much is promised to be seen.
SMALLEST = 1e-3


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def forward_relu(X, Y, parameters):
    """Cross entropy of a network with ReLU; X of shape (features, examples), Y of shape (1, examples) or (examples,)."""
    m = X.shape[1]
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]
    Z1 = np.dot(W1, X) + b1
    A1 = np.maximum(0, Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = np.maximum(0, Z2)
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    loss = -np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) / m
    return loss, (Z1, A1, W1, Z2, A2, W2, A3, W3)


def backward_relu(X, Y, cache):
    m = X.shape[1]
    Z1, A1, _W1, Z2, A2, W2, A3, W3 = cache
    dZ3 = (A3 - Y) / m
    dW3 = np.dot(dZ3, A2.T)
    db3 = np.sum(dZ3, axis=1, keepdims=True)
    dZ2 = np.dot(W3.T, dZ3) * (Z2 > 0)
    dW2 = np.dot(dZ2, A1.T)
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.dot(W2.T, dZ2) * (Z1 > 0)
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}


def forward_tanh(X, Y, parameters):
    """The same with tanh."""
    m = X.shape[1]
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]
    A1 = np.tanh(np.dot(W1, X) + b1)
    A2 = np.tanh(np.dot(W2, A1) + b2)
    A3 = sigmoid(np.dot(W3, A2) + b3)
    loss = -np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) / m
    return loss, (A1, W1, A2, W2, A3, W3)


def backward_tanh(X, Y, cache):
    m = X.shape[1]
    A1, _W1, A2, W2, A3, W3 = cache
    dZ3 = (A3 - Y) / m
    dW3 = np.dot(dZ3, A2.T)
    db3 = np.sum(dZ3, axis=1, keepdims=True)
    dZ2 = np.dot(W3.T, dZ3) * (1 - A2**2)
    dW2 = np.dot(dZ2, A1.T)
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.dot(W2.T, dZ2) * (1 - A1**2)
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}


def forward_tanh_offset(X, Y, parameters):
    """The same with 1000 added, which costs three digits of every difference of losses."""
    loss, cache = forward_tanh(X, Y, parameters)
    return loss + 1000.0, cache


def forward_tanh_tiny(X, Y, parameters):
    """The same in other units, so that loss and gradients are 1e-8 times what they were."""
    loss, cache = forward_tanh(X, Y, parameters)
    return 1e-8 * loss, cache


def backward_tanh_tiny(X, Y, cache):
    return {name: 1e-8 * gradient for name, gradient in backward_tanh(X, Y, cache).items()}


def forward_tanh_huge(X, Y, parameters):
    """The same in other units, so that loss and gradients are 1e8 times what they were."""
    loss, cache = forward_tanh(X, Y, parameters)
    return 1e8 * loss, cache


def backward_tanh_huge(X, Y, cache):
    return {name: 1e8 * gradient for name, gradient in backward_tanh(X, Y, cache).items()}


@dataclass(frozen=True)
class Net:
    """A network at a point: ``forward(X, Y, parameters) -> (loss, cache)``, ``backward(X, Y, cache) -> gradients``."""

    name: str
    forward: Forward
    backward: Backward
    X: np.ndarray
    Y: np.ndarray
    parameters: Parameters

    @property
    def size(self) -> int:
        """How many parameters there are, entry by entry."""
        return sum(value.size for value in self.parameters.values())

    def loss(self) -> float:
        return float(self.forward(self.X, self.Y, self.parameters)[0])

    def gradients(self) -> Gradients:
        return self.backward(self.X, self.Y, self.forward(self.X, self.Y, self.parameters)[1])


def course() -> Net:
    """The test case of the course: 4-5-3-1, 47 parameters, a batch of 3, drawn as `np.random.seed(1)` draws them.

    Its loss is 2.407833389834357.
    """
    draw = np.random.RandomState(1)
    X = draw.randn(4, 3)
    parameters = {}
    for layer, (inputs, outputs) in enumerate([(4, 5), (5, 3), (3, 1)], 1):
        parameters[f"W{layer}"] = draw.randn(outputs, inputs)
        parameters[f"b{layer}"] = draw.randn(outputs, 1)
    return Net("4-5-3-1", forward_relu, backward_relu, X, np.array([1, 1, 0]), parameters)


def made(sizes: tuple[int, int, int, int], batch: int, activation: str = "tanh", seed: int = 0) -> Net:
    """A network of ``sizes`` with standard normal data and weights of variance 1 / inputs, all float64."""
    random = np.random.Generator(np.random.PCG64([seed, *sizes]))
    parameters = {}
    for layer in (1, 2, 3):
        inputs, outputs = sizes[layer - 1], sizes[layer]
        parameters[f"W{layer}"] = random.standard_normal((outputs, inputs)) / np.sqrt(inputs)
        parameters[f"b{layer}"] = 0.1 * random.standard_normal((outputs, 1))
    forward, backward = {"tanh": (forward_tanh, backward_tanh), "ReLU": (forward_relu, backward_relu)}[activation]
    X = random.standard_normal((sizes[0], batch))
    Y = (random.random((1, batch)) < 0.5).astype(np.float64)
    return Net("-".join(map(str, sizes)), forward, backward, X, Y, parameters)


def small(activation: str = "tanh", seed: int = 0) -> Net:
    """289 parameters, a batch of 16: for checkers that would take minutes to go through a larger one."""
    return made((16, 12, 6, 1), 16, activation, seed)


def middle(activation: str = "tanh", seed: int = 0) -> Net:
    """10,161 parameters, a batch of 64."""
    return made((64, 96, 40, 1), 64, activation, seed)


def large(activation: str = "ReLU", seed: int = 0) -> Net:
    """1,085,601 parameters, a batch of 32."""
    return made((784, 1000, 300, 1), 32, activation, seed)


def single(net: Net) -> Net:
    """``net`` in float32, data and parameters alike."""
    parameters = {name: value.astype(np.float32) for name, value in net.parameters.items()}
    return replace(net, X=net.X.astype(np.float32), Y=net.Y.astype(np.float32), parameters=parameters)


def trained(net: Net, steps: int = 500, rate: float = 0.5) -> Net:
    """``net`` after so many steps of gradient descent: gradients are small there, and the noise of the loss is not."""
    parameters = {name: value.copy() for name, value in net.parameters.items()}
    for _ in range(steps):
        _, cache = net.forward(net.X, net.Y, parameters)
        gradients = net.backward(net.X, net.Y, cache)
        for name in parameters:
            parameters[name] -= rate * gradients[f"d{name}"]
    return replace(net, parameters=parameters)


def offset(net: Net) -> Net:
    """A tanh network with 1000 added to its loss."""
    return replace(net, forward=forward_tanh_offset)


def tiny(net: Net) -> Net:
    """A tanh network with its loss in units that make it 1e-8 times what it was."""
    return replace(net, forward=forward_tanh_tiny, backward=backward_tanh_tiny)


def huge(net: Net) -> Net:
    """A tanh network with its loss in units that make it 1e8 times what it was."""
    return replace(net, forward=forward_tanh_huge, backward=backward_tanh_huge)


@dataclass(frozen=True)
class Mistake:
    """A way to be wrong.

    Attributes:
        change: correct gradients -> wrong ones, anew at every call; it never writes into its argument.
        planted: flat indices of the entries that are wrong, by parameter; None where it is most of a parameter.
    """

    name: str
    change: Callable[[Gradients], Gradients]
    planted: Mapping[str, frozenset[int]] | None = None

    def into(self, net: Net) -> Net:
        """``net`` with this mistake in its backward function."""
        right = net.backward

        def backward(X, Y, cache):
            return self.change(right(X, Y, cache))

        return replace(net, backward=backward)


def correct() -> Mistake:
    return Mistake("correct", lambda gradients: gradients, {})


def zeroed(net: Net, count: int, seed: int, within: tuple[str, ...] = ("W1",)) -> Mistake:
    """``count`` random entries of the parameters named are claimed to be zero."""
    picked = _pick(net, count, seed, within)
    return Mistake(f"{count} {'entry' if count == 1 else 'entries'} zeroed", _setting(picked, lambda _: 0.0), picked)


def nudged(net: Net, count: int, seed: int, within: tuple[str, ...] = ("W1",)) -> Mistake:
    """``count`` random entries are off by `SMALLEST` times their parameter's largest gradient."""
    picked = _pick(net, count, seed, within)
    gradients = net.gradients()
    by = {name: 1.01 * SMALLEST * float(np.max(np.abs(gradients[f"d{name}"]))) for name in picked}

    def change(gradients: Gradients) -> Gradients:
        return _with(gradients, picked, lambda name, values: values + by[name])

    return Mistake(f"{count} {'entry' if count == 1 else 'entries'} off by {SMALLEST:g} of the largest", change, picked)


def largest_zeroed(net: Net) -> Mistake:
    picked = {"W1": frozenset([int(np.argmax(np.abs(net.gradients()["dW1"])))])}
    return Mistake("largest entry zeroed", _setting(picked, lambda _: 0.0), picked)


def swapped(net: Net, seed: int) -> Mistake:
    """Two random entries of dW1 have changed places, which sums of the gradient do not show."""
    gradient = net.gradients()["dW1"].ravel()
    smallest = SMALLEST * float(np.max(np.abs(gradient)))
    random = np.random.Generator(np.random.PCG64([seed, 2]))
    first, second = (int(k) for k in random.choice(gradient.size, 2, replace=False))
    while abs(gradient[first] - gradient[second]) < smallest:
        first, second = (int(k) for k in random.choice(gradient.size, 2, replace=False))

    def change(gradients: Gradients) -> Gradients:
        wrong = gradients["dW1"].copy()
        wrong.flat[[first, second]] = wrong.flat[[second, first]]
        return {**gradients, "dW1": wrong}

    return Mistake("2 entries swapped", change, {"W1": frozenset([first, second])})


def rows_swapped(net: Net, seed: int) -> Mistake:
    """Two random rows of dW1 have changed places; rows whose unit is dead, and their gradient zero, are left alone."""
    alive = np.flatnonzero(np.abs(net.gradients()["dW1"]).max(axis=1) > 0)
    random = np.random.Generator(np.random.PCG64([seed, 3]))
    first, second = (int(k) for k in random.choice(alive, 2, replace=False))

    def change(gradients: Gradients) -> Gradients:
        wrong = gradients["dW1"].copy()
        wrong[[first, second]] = wrong[[second, first]]
        return {**gradients, "dW1": wrong}

    return Mistake("2 rows swapped", change)


def scaled(name: str, factor: float) -> Mistake:
    """The whole gradient of ``name`` is multiplied by ``factor``."""
    key = f"d{name}"
    return Mistake(
        f"{key} = 0" if factor == 0 else f"{key} x {factor:g}",
        lambda gradients: {**gradients, key: gradients[key] * factor},
    )


def not_a_number() -> Mistake:
    """One entry of dW2 is NaN."""
    picked = {"W2": frozenset([0])}
    return Mistake("NaN in dW2", _setting(picked, lambda _: np.nan), picked)


def mistakes(net: Net, seed: int) -> list[Mistake]:
    """One of every kind, the random ones drawn by ``seed``."""
    return [
        zeroed(net, 1, seed),
        largest_zeroed(net),
        zeroed(net, 10, seed),
        swapped(net, seed),
        rows_swapped(net, seed),
        scaled("b1", 0.0),
        scaled("W2", 1.01),
        scaled("W2", 1.001),
        scaled("W2", 2.0),
        not_a_number(),
    ]


def _pick(net: Net, count: int, seed: int, within: tuple[str, ...]) -> dict[str, frozenset[int]]:
    """Random entries whose gradient is at least `SMALLEST` of their parameter's largest, flat indices by parameter."""
    gradients = net.gradients()
    choices = []
    for name in within:
        size = np.abs(gradients[f"d{name}"]).ravel()
        choices += [(name, int(k)) for k in np.flatnonzero(size >= SMALLEST * size.max())]
    random = np.random.Generator(np.random.PCG64([seed, count]))
    taken = [choices[k] for k in random.choice(len(choices), count, replace=False)]
    return {name: frozenset(k for n, k in taken if n == name) for name in dict.fromkeys(n for n, _ in taken)}


def _setting(
    picked: Mapping[str, frozenset[int]], value: Callable[[np.ndarray], Any]
) -> Callable[[Gradients], Gradients]:
    return lambda gradients: _with(gradients, picked, lambda _, values: value(values))


def _with(
    gradients: Gradients, picked: Mapping[str, frozenset[int]], value: Callable[[str, np.ndarray], Any]
) -> Gradients:
    wrong = dict(gradients)
    for name, entries in picked.items():
        array = gradients[f"d{name}"].copy()
        where = sorted(entries)
        array.flat[where] = value(name, array.flat[where])
        wrong[f"d{name}"] = array
    return wrong
