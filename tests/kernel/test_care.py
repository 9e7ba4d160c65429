"""What discovery must not do to a notebook, and must not say of it."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import Discovery, discover

PAIR = """
import os, pathlib, random
import numpy as np
r = np.random.default_rng(0)
X = r.normal(size=(30, 2)); y = (X[:, 0] > 0) * 1.0
theta = np.array([0.1, -0.3])
def fehler(theta, X, y):
    return ((X @ theta - y) ** 2).mean()
def ableitung(theta, X, y):
    return 2 * X.T @ (X @ theta - y) / len(y)
"""


def found(*cells: str) -> Discovery:
    return discover(run(*cells), None, trial, list(cells))


@pytest.mark.parametrize(
    "body",
    [
        "os.remove(PATH)",
        "pathlib.Path(PATH).write_text('')",
        "np.savetxt(PATH, theta)",
        "open(PATH, 'w').close()",
        "getattr(os, 'remove')(PATH)",
        "_write(PATH)",
        "os._exit(3)",
        "input('learning rate? ')",
        "globals()['NEW'] = 1",
    ],
)
@pytest.mark.parametrize("result", ["return 1.0", "return theta * 1.0"])
def test_what_reaches_out_of_the_notebook_is_not_called(tmp_path: Path, body: str, result: str) -> None:
    path = tmp_path / "weights"
    path.write_text("a week of training")
    helper = "def _write(path):\n    open(path, 'w').close()\n"
    cell = f"def schritt(theta, X, y):\n    {body.replace('PATH', repr(str(path)))}\n    {result}\n"
    discovery = found(PAIR, helper, cell)
    assert discovery.certain, discovery.reason
    assert discovery.bindings[0].backward_name == "ableitung"
    assert path.read_text() == "a week of training"
    assert os.getcwd()


def test_generators_stand_where_they_stood() -> None:
    cell = """
import random
import numpy as np
W = np.ones((3, 4))
def loss(W):
    random.random()
    return (W * (np.random.rand(3, 4) > 0.5) ** 2).sum()
def grad(W):
    random.random()
    return (np.random.rand(3, 4) > 0.5) * 1.0
"""
    np.random.seed(0)
    random.seed(0)
    wanted = np.random.rand(), random.random()
    np.random.seed(0)
    random.seed(0)
    found(cell)
    assert (np.random.rand(), random.random()) == wanted


def test_what_trains_is_no_gradient() -> None:
    discovery = found(
        PAIR.replace("def ableitung", "def _unused"),
        "def entrenar(theta, X, y, n=50):\n    for _ in range(n):\n        g = X.T @ (X @ theta - y)\n        theta = theta - 0.01 * g\n    return g\n",
    )
    assert not discovery.certain


def test_globals_in_an_order_that_nobody_states() -> None:
    discovery = found("""
import numpy as np
X = np.linspace(0, 1, 20); y = 2 * X + 1
m = 0.0; c = 0.0
def mse(): return np.mean((m * X + c - y) ** 2)
def gradients():
    e = m * X + c - y
    return 2 * np.mean(e * X), 2 * np.mean(e)
""")
    assert discovery.certain, discovery.reason
    assert check(discovery.bindings[0], Options()).verdict == "pass"


def test_a_part_of_the_loss_is_not_its_gradient() -> None:
    discovery = found("""
import numpy as np
z = np.ones((6, 2)); W = np.ones((2, 2))
sig = lambda z: 1 / (1 + np.exp(-z))
def g_loss(z): return -np.log(sig(z @ W)).mean()
def unfinished_backward(z): pass
""")
    assert not discovery.certain


LARGER = """
import numpy as np
r = np.random.default_rng(1); X = r.normal(size=(30, 4)); y = (X[:, 0] > 0) * 1.0; w = r.normal(size=4); C = 0.3
def log_loss(w):
    p = 1 / (1 + np.exp(-X @ w)); return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
def cost(w): return log_loss(w) + C * (w ** 2).sum()
def grad(w):
    p = 1 / (1 + np.exp(-X @ w)); return X.T @ (p - y) / len(y)
"""


def test_a_forgotten_term_does_not_pass_because_a_part_of_the_loss_fits() -> None:
    discovery = found(LARGER)
    verdicts = [check(b, Options()).verdict for b in discovery.bindings] if discovery.certain else []
    assert verdicts in ([], ["fail"])


def test_a_weak_reading_that_does_not_agree_is_asked_about() -> None:
    right = PAIR.replace("fehler", "bereken").replace("ableitung", "afgeleide")
    assert found(right).certain
    wrong = found(right.replace("return 2 * X.T", "return X.T"))
    assert wrong.code == "ambiguous"
    assert "afgeleide may be the gradient of bereken" in wrong.reason


def test_the_checker_does_not_find_itself() -> None:
    cell = "from jupyterlab_gradcheck import gradcheck\ndef energy(x): return float(x @ x)\nimport numpy as np\nx = np.ones(2)\n"
    reason: Any = found(cell).reason
    assert "gradcheck for" not in reason
