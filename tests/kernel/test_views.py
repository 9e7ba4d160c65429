"""Parameters that are views of one vector: what is changed is what the functions read, and all is put back bit by bit."""

from __future__ import annotations

import numpy as np
import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import discover

START = """
import numpy as np
r = np.random.default_rng(0)
X, y, theta = r.normal(size=(20, 4)), r.normal(size=(20, 1)), r.normal(size=19)
W1, b1, W2, b2 = theta[:12].reshape(3, 4), theta[12:15], theta[15:18].reshape(1, 3), theta[18:]
params = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
"""
UNPACK = "W1, b1, W2, b2 = theta[:12].reshape(3, 4), theta[12:15], theta[15:18].reshape(1, 3), theta[18:]\n    "
LOSS = "h = np.tanh(X @ W1.T + b1)\n    return np.mean((h @ W2.T + b2 - y) ** 2)\n"
BACK = """h = np.tanh(X @ W1.T + b1)
    e = 2 * (h @ W2.T + b2 - y) / len(y) * FACTOR
    dh = (e @ W2) * (1 - h * h)
    dW1, db1, dW2, db2 = dh.T @ X, dh.sum(0), e.T @ h, e.sum(0)
"""
FLAT = "    return np.concatenate([dW1.ravel(), db1, dW2.ravel(), db2])\n"
DICT = '    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}\n'
PARTS = ["W1", "W2", "b1", "b2"]
CASES = {
    "views are read": (f"def loss():\n    {LOSS}def grads():\n    {BACK}{DICT}", PARTS),
    "views are read, the gradient is flat": (
        f"def loss(X, y):\n    {LOSS}def gradient(X, y):\n    {BACK}{FLAT.replace('return', 'dtheta =')}    return dtheta\n",
        ["theta"],
    ),
    "the vector is handed, views are read": (
        f"def loss(theta, X, y):\n    {LOSS}def gradient(theta, X, y):\n    {BACK}{FLAT}",
        ["theta"],
    ),
    "views are handed, the vector is read": (
        f"def loss(X, y, params):\n    {UNPACK}{LOSS}"
        f"def gradient(X, y, params):\n    W1, b1, W2, b2 = params.values()\n    {BACK}{DICT}",
        PARTS,
    ),
    "the vector is read, the gradients are of the views": (
        f"def loss(X, y):\n    {UNPACK}{LOSS}def gradient(X, y):\n    {BACK}{DICT}",
        PARTS,
    ),
}


@pytest.mark.parametrize("factor", [1, 2])
@pytest.mark.parametrize("case", CASES)
def test_what_is_changed_is_what_is_read(case: str, factor: int) -> None:
    cell, names = CASES[case]
    cells = (START, cell.replace("FACTOR", str(factor)))
    namespace = run(*cells)
    theta = namespace["theta"]
    before = theta.tobytes()
    discovery = discover(namespace, None, trial, cells)
    assert discovery.certain, discovery.reason
    report = check(discovery.bindings[0], Options())
    assert sorted(p.name for p in report.parameters) == names
    assert report.verdict == ("pass" if factor == 1 else "fail"), report
    assert theta.tobytes() == before
    assert namespace["theta"] is theta
    assert all(np.shares_memory(namespace[name], theta) for name in PARTS)
