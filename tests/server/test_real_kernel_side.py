"""The server with the package's own service in a kernel: what a client gets for the course's network."""

from __future__ import annotations

import asyncio
from typing import Any

from server_api import Api

from jupyterlab_gradcheck import contract

NETWORK = """
import numpy as np
X, Y = np.array([[1.0, -2.0, 0.5], [0.3, 0.8, -1.1]]), np.array([[1.0, 0.0, 1.0]])
parameters = {"W1": np.array([[0.2, -0.5], [1.3, 0.7], [-0.4, 0.9]]), "b1": np.array([[0.1], [-0.2], [0.05]]),
              "W2": np.array([[0.6, -1.1, 0.4]]), "b2": np.array([[0.3]])}
def forward_propagation_n(X, Y, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"])))
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / X.shape[1]
    return cost, (A1, A2, parameters["W2"])
def backward_propagation_n(X, Y, cache):
    A1, A2, W2 = cache
    m = X.shape[1]
    dZ2 = A2 - Y
    dW2 = 2 / m * dZ2 @ A1.T
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
"""
SLOW = """
import time
def forward(parameters):
    time.sleep(0.02)
    return float(np.sum(parameters["W1"] ** 2)) / 2, parameters
def backward(cache):
    return {"dW1": cache["W1"]}
parameters = {"W1": np.ones((30, 30))}
del forward_propagation_n, backward_propagation_n, X, Y
"""


async def test_a_planted_mistake_is_found(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(NETWORK)
    probed = await api("POST", f"kernels/{kernel.id}/probe", {})
    contract.validate("candidates", probed.json)
    assert probed.json["guess"]["parameters"] == "parameters"
    told = await api.check(kernel.id, options={"backend": "numpy"})
    assert told["status"] == "done", told
    verdicts = {found["name"]: found["verdict"] for found in told["report"]["parameters"]}
    assert verdicts == {"W1": "pass", "b1": "pass", "W2": "fail", "b2": "pass"}
    wrong = next(found for found in told["report"]["parameters"] if found["name"] == "W2")
    assert abs(wrong["cause"]["factor"] - 2) < 1e-6


async def test_steps_and_plan(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(NETWORK)
    told = await api.check(kernel.id, steps="W2", options={"backend": "numpy", "max_seconds": 60})
    contract.validate("check", told)
    assert (told["status"], told["report"]) == ("done", None)
    study = told["steps"]
    assert (study["parameter"], study["gradient"]) == ("W2", "dW2")
    assert abs(study["analytic"] / study["derivative"] - 2) < 1e-6
    series = study["series"][0]
    near = min(range(len(series["epsilon"])), key=lambda i: abs(series["epsilon"][i] - series["chosen"]))
    assert series["error"][near] < 1e-7
    unknown = await api.check(kernel.id, steps="W9")
    assert (unknown["status"], unknown["error"]["code"]) == ("error", "unknown_parameter")
    assert "W1, b1, W2, b2" in unknown["error"]["message"]
    planned = await api.check(kernel.id, plan=True)
    assert (planned["status"], planned["report"]) == ("done", None)
    assert planned["plan"]["evaluations"] > 20


async def test_a_study_can_be_cancelled(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(NETWORK, SLOW)
    made = await api.start(kernel.id, steps="W1", options={"backend": "numpy"})
    await api.until(made, "running")
    await asyncio.sleep(0.5)
    await api("DELETE", f"checks/{made['id']}")
    await api.until(made, "cancelled", within=2)
    assert (await kernel.run("assert np.array_equal(parameters['W1'], np.ones((30, 30)))"))["status"] == "ok"


async def test_names_that_are_not_there(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(NETWORK)
    told = await api.check(kernel.id, forward="nowhere")
    assert told["status"] == "error"
    assert "nowhere" in told["error"]["message"]


async def test_cancelling_leaves_the_parameters_alone(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(NETWORK, SLOW)
    made = await api.start(kernel.id, options={"method": "central", "backend": "numpy"})
    await api.until(made, "running")
    await asyncio.sleep(0.5)
    await api("DELETE", f"checks/{made['id']}")
    await api.until(made, "cancelled", within=2)
    assert (await kernel.run("assert np.array_equal(parameters['W1'], np.ones((30, 30)))"))["status"] == "ok"
