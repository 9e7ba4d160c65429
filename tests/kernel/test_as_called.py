"""Where the functions do not get to an end, the reason is told, also where the data are called otherwise than the arguments."""

from __future__ import annotations

from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyterlab_gradcheck import GradcheckError

CELL = """
import time
import numpy as np
rng = np.random.default_rng(3)
Xtr, ytr = rng.normal(size=(40, 6)), rng.integers(0, 3, size=40)
P = {"w": rng.normal(size=(6, 3)), "b": rng.normal(size=3)}
def forward(P, X, y):
    FORWARD
    d = X @ P["w"] + P["b"] - np.eye(3)[y]
    return 0.5 * np.mean(d**2), (X, d)
def backward(P, X, y, cache):
    X, d = cache
    d = d / d.size
    BACKWARD
    return {"w": X.T @ d, "b": d.sum(0)}
"""


def checked(forward: str, backward: str, call: bool) -> Any:
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "jupyterlab_gradcheck")
    cell = CELL.replace("FORWARD", forward).replace("BACKWARD", backward)
    assert shell.run_cell(cell, store_history=True).success
    if call:
        assert shell.run_cell("forward(P, Xtr, ytr);", store_history=True).success
    return shell.run_line_magic("gradcheck", "--max-evaluations 24")


@pytest.mark.parametrize(
    ("forward", "backward", "call", "said"),
    [
        ("pass", "raise RuntimeError('oops')", True, "backward raised RuntimeError: oops .line 13: raise"),
        ("pass", "return None", True, "backward returned None"),
        ("pass", "return {}", True, "backward returned an empty dict"),
        ("raise ValueError('bad')", "pass", False, "forward raised ValueError: bad .line 7: raise"),
    ],
)
def test_the_reason_is_told(forward: str, backward: str, call: bool, said: str) -> None:
    with pytest.raises(GradcheckError, match=said):
        checked(forward, backward, call)


def test_a_slow_forward_is_understood() -> None:
    report = checked("time.sleep(0.05)", "pass", True)
    assert [p.name for p in report.parameters] == ["w", "b"]
    assert report.verdict != "fail"
