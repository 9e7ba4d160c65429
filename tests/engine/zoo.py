"""Right gradients of several losses, and ways to get them wrong. Seeded, so that a failure can be looked at again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from jupyterlab_gradcheck.engine import Problem

Parameters = dict[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A loss with its right gradient."""

    name: str
    loss: Callable[[Parameters], Any]
    gradient: Callable[[Parameters], dict[str, Any]]
    parameters: Parameters

    def problem(self, spoil: Callable[[dict[str, Any]], Any] = lambda gradients: gradients) -> Problem:
        """The question; ``spoil`` changes the right gradients into what backward returns."""
        return Problem(self.loss, lambda p: spoil(self.gradient(p)), self.parameters)


def mlp(
    seed: int, sizes: tuple[int, ...] = (4, 6, 3, 1), activation: str = "relu", m: int = 5, scale: float = 1.0
) -> Case:
    """Dense layers with sigmoid and cross entropy at the end."""
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(sizes[0], m)), (random.random((sizes[-1], m)) < 0.5).astype(float)
    parameters: Parameters = {}
    for index, (before, after) in enumerate(pairwise(sizes), start=1):
        parameters[f"W{index}"] = scale * random.normal(size=(after, before)) / np.sqrt(before)
        parameters[f"b{index}"] = scale * 0.1 * random.normal(size=(after, 1))
    act = np.tanh if activation == "tanh" else lambda z: np.maximum(z, 0)
    slope = (lambda a: 1 - a**2) if activation == "tanh" else (lambda a: (a > 0).astype(a.dtype))
    depth = len(sizes) - 1

    def run(p: Parameters) -> tuple[float, list[np.ndarray], np.ndarray]:
        layers = [x]
        for index in range(1, depth):
            layers.append(act(p[f"W{index}"] @ layers[-1] + p[f"b{index}"]))
        z = p[f"W{depth}"] @ layers[-1] + p[f"b{depth}"]
        loss = np.sum(np.logaddexp(0, z) - y * z) / m
        return loss, layers, z

    def gradient(p: Parameters) -> dict[str, Any]:
        _, layers, z = run(p)
        delta = 1 / (1 + np.exp(-z)) - y
        found: dict[str, Any] = {}
        for index in range(depth, 0, -1):
            found[f"dZ{index}"] = delta
            found[f"dW{index}"] = delta @ layers[index - 1].T / m
            found[f"db{index}"] = delta.sum(axis=1, keepdims=True) / m
            delta = (p[f"W{index}"].T @ delta) * slope(layers[index - 1])
        return found

    return Case(f"mlp-{activation}-{seed}", lambda p: run(p)[0], gradient, parameters)


def softmax_l2(seed: int) -> Case:
    """Softmax regression with an L2 term, classes in rows."""
    random = np.random.default_rng(seed)
    x, labels = random.normal(size=(7, 5)), random.integers(0, 4, size=7)
    parameters = {"W": random.normal(size=(5, 4)), "b": random.normal(size=4)}

    def shares(p: Parameters) -> np.ndarray:
        z = x @ p["W"] + p["b"]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(p: Parameters) -> float:
        return -np.log(shares(p)[np.arange(7), labels]).mean() + 0.05 * np.sum(p["W"] ** 2)

    def gradient(p: Parameters) -> dict[str, Any]:
        d = shares(p)
        d[np.arange(7), labels] -= 1
        return {"dW": x.T @ d / 7 + 0.1 * p["W"], "db": d.sum(axis=0) / 7}

    return Case(f"softmax-{seed}", loss, gradient, parameters)


def hinge(seed: int) -> Case:
    """Multiclass SVM: kinks everywhere, none exactly here."""
    random = np.random.default_rng(seed)
    x, labels = random.normal(size=(6, 5)), random.integers(0, 3, size=6)
    parameters = {"W": random.normal(size=(5, 3))}

    def margins(p: Parameters) -> np.ndarray:
        scores = x @ p["W"]
        found = np.maximum(0, scores - scores[np.arange(6), labels][:, None] + 1)
        found[np.arange(6), labels] = 0
        return found

    def gradient(p: Parameters) -> dict[str, Any]:
        mask = (margins(p) > 0).astype(float)
        mask[np.arange(6), labels] = -mask.sum(axis=1)
        return {"dW": x.T @ mask / 6}

    return Case(f"hinge-{seed}", lambda p: margins(p).sum() / 6, gradient, parameters)


def gaussian(seed: int) -> Case:
    """Negative log likelihood of a Gaussian: one vector, one number, a logarithm's domain edge not far away."""
    random = np.random.default_rng(seed)
    data = random.normal(2.0, 0.7, size=(30, 3))
    parameters = {"mean": random.normal(size=3), "variance": np.array(0.4 + random.random())}

    def loss(p: Parameters) -> float:
        return np.mean((data - p["mean"]) ** 2) / (2 * p["variance"]) + 0.5 * np.log(p["variance"])

    def gradient(p: Parameters) -> dict[str, Any]:
        apart = p["mean"] - data
        return {
            "mean": apart.sum(axis=0) / (data.size * p["variance"]),
            "variance": -np.mean(apart**2) / (2 * p["variance"] ** 2) + 0.5 / p["variance"],
        }

    return Case(f"gaussian-{seed}", loss, gradient, parameters)


def factorisation(seed: int) -> Case:
    """Matrix factorisation, |UV - R|^2 / 2: polynomial of degree four."""
    random = np.random.default_rng(seed)
    ratings = random.normal(size=(4, 6))
    parameters = {"U": random.normal(size=(4, 2)), "V": random.normal(size=(2, 6))}

    def gradient(p: Parameters) -> dict[str, Any]:
        apart = p["U"] @ p["V"] - ratings
        return {"U": apart @ p["V"].T, "V": p["U"].T @ apart}

    return Case(f"factors-{seed}", lambda p: 0.5 * np.sum((p["U"] @ p["V"] - ratings) ** 2), gradient, parameters)


def all_cases(seed: int) -> list[Case]:
    """One of each kind."""
    return [mlp(seed), mlp(seed, activation="tanh"), softmax_l2(seed), hinge(seed), gaussian(seed), factorisation(seed)]


def transformed(case: Case, factor: float = 1.0, offset: float = 0.0) -> Case:
    """The same loss times ``factor`` plus ``offset``."""
    return Case(
        f"{case.name}*{factor:g}+{offset:g}",
        lambda p: factor * case.loss(p) + offset,
        lambda p: {key: factor * value for key, value in case.gradient(p).items()},
        case.parameters,
    )


def in_float32(case: Case) -> Case:
    """The same computation on float32 copies of the parameters, its loss rounded to float32."""

    def low(p: Parameters) -> Parameters:
        return {key: np.asarray(value, dtype=np.float32) for key, value in p.items()}

    return Case(
        f"{case.name}-float32",
        lambda p: np.float32(case.loss(low(p))),
        lambda p: {key: np.float32(value) for key, value in case.gradient(low(p)).items()},
        case.parameters,
    )


def trained(case: Case, steps: int, rate: float = 0.3) -> Case:
    """The case after ``steps`` of gradient descent: small gradients, small loss."""
    parameters = {key: value.copy() for key, value in case.parameters.items()}
    for _ in range(steps):
        gradients = case.gradient(parameters)
        for key in parameters:
            found = gradients.get(f"d{key}", gradients.get(key))
            parameters[key] = parameters[key] - rate * found
    return Case(f"{case.name}-trained", case.loss, case.gradient, parameters)


def key_of(gradients: dict[str, Any], name: str) -> str:
    """The key under which the gradient of ``name`` stands."""
    return f"d{name}" if f"d{name}" in gradients else name


def scaled(name: str, factor: float) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Spoils: the gradient of ``name`` times ``factor``."""
    return lambda g: {**g, key_of(g, name): factor * g[key_of(g, name)]}


def one_entry_off(name: str, fraction: float) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Spoils: one entry of the gradient of ``name``, by ``fraction`` of its largest."""

    def spoil(g: dict[str, Any]) -> dict[str, Any]:
        key = key_of(g, name)
        wrong = np.array(g[key], dtype=float)
        wrong.reshape(-1)[wrong.size // 2] += fraction * np.abs(wrong).max()
        return {**g, key: wrong}

    return spoil
