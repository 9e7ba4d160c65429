"""A gradient that is small beside the others is held to its own size, and one that is zero to the rounding of the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_gradcheck import gradcheck
from jupyterlab_gradcheck.engine import judge


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def forward(X: Any, Y: Any, parameters: Any) -> Any:
    kept = [X]
    for layer in range(1, len(parameters) // 2 + 1):
        kept.append(sigmoid(parameters[f"W{layer}"] @ kept[-1] + parameters[f"b{layer}"]))
    return -np.mean(Y * np.log(kept[-1]) + (1 - Y) * np.log(1 - kept[-1])), (kept, parameters)


def backward(X: Any, Y: Any, cache: Any, factor: Any = 1) -> Any:
    kept, parameters = cache
    gradients = {}
    above = (kept[-1] - Y) / Y.shape[1]
    for layer in range(len(parameters) // 2, 0, -1):
        gradients[f"dW{layer}"], gradients[f"db{layer}"] = above @ kept[layer - 1].T, above.sum(1, keepdims=True)
        above = (parameters[f"W{layer}"].T @ above) * kept[layer - 1] * (1 - kept[layer - 1])
    gradients["dW1"] *= np.float32(factor)
    return gradients


@pytest.mark.parametrize("depth", [8, 9, 10])
@pytest.mark.parametrize("factor", [-1, 0.5, 1, 2])
def test_nothing_passes_that_is_smaller_than_what_could_be_seen(depth: int, factor: float) -> None:
    rng = np.random.default_rng(depth)
    parameters = {}
    for layer in range(1, depth + 1):
        rows = 5 if layer < depth else 1
        parameters[f"W{layer}"] = (0.7 * rng.normal(size=(rows, 5))).astype(np.float32)
        parameters[f"b{layer}"] = np.zeros((rows, 1), np.float32)
    X, Y = rng.normal(size=(5, 20)).astype(np.float32), rng.integers(0, 2, (1, 20)).astype(np.float32)
    report = gradcheck(forward, lambda X, Y, cache: backward(X, Y, cache, factor), parameters, X, Y, lift=False)
    one = next(p for p in report.parameters if p.name == "W1")
    assert one.verdict != ("fail" if factor == 1 else "pass")
    for p in report.parameters:
        if p.verdict == "pass":
            assert p.detection_limit is not None
            assert p.detection_limit < np.max(np.abs(p.analytic))


def test_a_small_gradient_under_a_large_offset_is_held_to_its_own_size() -> None:
    def loss(p: Any) -> Any:
        return 1e9 + np.sum(p["a"] ** 2) * 1e-3 + np.sum(np.sin(p["c"])) * 1e6

    for factor in (1.0, 1.25):
        report = gradcheck(
            loss,
            lambda p, factor=factor: {"a": 2e-3 * p["a"] * factor, "c": np.cos(p["c"]) * 1e6},
            {"a": np.arange(1.0, 5), "c": np.arange(3.0)},
        )
        assert report.verdict != ("fail" if factor == 1 else "pass")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_bias_without_influence_passes_with_what_rounding_leaves_of_its_gradient(dtype: Any) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 3)).astype(dtype), rng.normal(size=40).astype(dtype)

    def loss(p: Any) -> Any:
        z = X @ p["w"] + p["b"]
        return np.mean((np.tanh(z - z.mean()) - y) ** 2)

    def gradients(p: Any) -> Any:
        z = X @ p["w"] + p["b"]
        t = np.tanh(z - z.mean())
        d = 2 * (t - y) * (1 - t**2) / dtype(len(y))
        d = d - d.mean()
        return {"w": X.T @ d, "b": d.sum()}

    report = gradcheck(loss, gradients, {"w": rng.normal(size=3).astype(dtype), "b": dtype(0.3)})
    assert report.verdict == "pass"


@given(st.floats(1e-6, 1e6), st.sampled_from(["float64", "float32", "float16"]))
def test_zero_is_rounding_and_nothing_larger(overall: float, precision: str) -> None:
    rounding = float(np.finfo(precision).eps) * overall
    assert judge.is_zero(0.0, overall, precision)
    assert judge.is_zero(rounding / 2, overall, precision)
    assert not judge.is_zero(1e5 * rounding, overall, precision)
