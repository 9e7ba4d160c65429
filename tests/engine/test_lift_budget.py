"""A float32 loss goes on in float64 only where the budget has room for that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck import gradcheck

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(20, 4)).astype(np.float32), RNG.normal(size=20).astype(np.float32)
PARAMETERS = {"w": RNG.normal(size=4).astype(np.float32), "b": np.float32(0.1)}


def forward(x: Any, y: Any, p: Any) -> Any:
    return np.mean((np.tanh(x @ p["w"] + p["b"]) - y) ** 2)


def backward(x: Any, y: Any, p: Any) -> Any:
    t = np.tanh(x @ p["w"] + p["b"])
    d = 2 * (t - y) * (1 - t**2) / np.float32(20)
    return {"w": x.T @ d, "b": d.sum()}


@pytest.mark.parametrize("budget", [24, 30, 40, 100])
def test_the_budget_is_kept(budget: int) -> None:
    report = gradcheck(forward, backward, PARAMETERS, X, Y, max_evaluations=budget)
    assert report.evaluations <= budget
    assert report.verdict != "fail"
