"""Gradients in test suites: what a failure says under pytest and unittest, and that the plugin stays out of the way."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import nets
import numpy as np
import pytest

from jupyterlab_gradcheck import GradcheckError, assert_gradients
from jupyterlab_gradcheck.kernel.training import GradientWarning

# As a test suite would have it: the network beside it, mistakes planted.
SUITE = (Path(nets.__file__).read_text(encoding="utf-8")).split("from __future__ import annotations\n")[1]


def pytest_run(folder: Path, tests: str, *options: str) -> tuple[int, str]:
    """The exit code and the output of pytest in a process of its own, with the plugin."""
    (folder / "net.py").write_text(SUITE)
    (folder / "test_net.py").write_text(tests)
    installed = any(one.name == "gradcheck" for one in importlib.metadata.entry_points(group="pytest11"))
    plugin = [] if installed else ["-p", "jupyterlab_gradcheck.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", *plugin, "-p", "no:cacheprovider", "-p", "no:randomly", "-q", *options]
    done = subprocess.run(
        [*command, "test_net.py"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_right_gradients_return_the_report() -> None:
    parameters, X, Y = nets.data()
    assert assert_gradients(nets.forward, nets.backward, parameters, X, Y).verdict == "pass"


def test_a_wrong_gradient_is_told_with_all_that_is_known() -> None:
    parameters, X, Y = nets.data()
    with pytest.raises(AssertionError) as caught:
        assert_gradients(nets.forward, nets.also_wrong, parameters, X, Y)
    lines = str(caught.value).splitlines()
    assert lines[0] == "2 of 4 gradients are wrong: dW1, db2."
    assert lines[1].split() == ["gradient", "entry", "claimed", "numerical", "error", "bound", "verdict"]
    name, _, *numbers, verdict = lines[2].replace("[", "").replace("]", "").replace(", ", ",").split()
    assert (name, verdict) == ("dW1", "fail")
    claimed, numerical, bound = map(float, numbers[1:])
    assert claimed == pytest.approx(2 * numerical, rel=1e-5)
    assert 0 < bound < 1e-6
    assert "dW1 is 2 x the numerical gradient" in lines[3]
    assert "nets.py:" in lines[4]
    assert "2 * gradients" in lines[4]
    assert lines[5].split()[0] == "db2"
    assert "-1 x the numerical gradient" in lines[6]
    assert caught.value.report.verdict == "fail"  # type: ignore[attr-defined]


def test_where_nothing_was_tested_it_fails_unless_that_is_allowed() -> None:
    """All units are off, here and nearby: whatever backward claims, the loss does not move."""
    rng = np.random.default_rng(0)
    X, Y, W, V = (rng.normal(size=shape) for shape in ((7, 3), (7, 2), (3, 4), (4, 2)))
    parameters = {"W": W, "b": np.full(4, -30.0), "V": V, "c": np.zeros(2)}

    def forward(P: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray) -> tuple[float, tuple[np.ndarray, np.ndarray]]:
        H = np.maximum(0, X @ P["W"] + P["b"])
        A = H @ P["V"] + P["c"]
        return float(np.mean((A - Y) ** 2)), (H, A)

    def backward(
        P: dict[str, np.ndarray], cache: tuple[np.ndarray, np.ndarray], X: np.ndarray, Y: np.ndarray
    ) -> dict[str, np.ndarray]:
        H, A = cache
        d = 2 * (A - Y) / A.size
        e = 17 * (d @ P["V"].T) * (H > 0)
        return {"dW": X.T @ e, "db": e.sum(0), "dV": H.T @ d, "dc": d.sum(0)}

    with pytest.raises(AssertionError, match="Nothing of dW, db, dV was tested") as caught:
        assert_gradients(forward, backward, parameters, X, Y)
    assert caught.value.report.verdict == "pass"  # type: ignore[attr-defined]
    assert_gradients(forward, backward, parameters, X, Y, allow_inconclusive=True)
    parameters["b"] += 30
    with pytest.raises(AssertionError, match="gradients are wrong"):
        assert_gradients(forward, backward, parameters, X, Y)


def test_what_could_not_be_decided_fails_unless_that_is_allowed() -> None:
    def noisy(w: np.ndarray) -> float:
        return float(np.sum(w**2) + 1e-3 * np.sin(1e9 * np.sum(w)))

    w = np.array([1.0, 2.0])
    with pytest.raises(AssertionError, match=r"ould not be decided"):
        assert_gradients(noisy, lambda w: 2 * w, w)
    assert assert_gradients(noisy, lambda w: 2 * w, w, allow_inconclusive=True).verdict == "inconclusive"
    with pytest.raises(AssertionError):
        assert_gradients(noisy, lambda w: 2e6 * w, w, allow_inconclusive=True)


def test_a_gradient_that_is_right_in_the_first_call_only_is_a_warning() -> None:
    kept = np.zeros(3)

    def adds_up(w: np.ndarray) -> np.ndarray:
        kept[:] += 2 * w
        return kept

    with pytest.warns(GradientWarning, match="adds_up adds to what earlier calls left") as told:
        assert assert_gradients(lambda w: w @ w, adds_up, np.arange(1.0, 4.0)).verdict == "pass"
    assert [Path(one.filename).name for one in told] == [Path(__file__).name]
    assert not kept.any()


def test_what_cannot_be_checked_is_no_failed_assertion() -> None:
    with pytest.raises(GradcheckError, match="ZeroDivisionError") as caught:
        assert_gradients(lambda p: 1 / 0, lambda p: p, 1.0)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert caught.value.code == "function_raised"


TESTS = """
from net import *
from jupyterlab_gradcheck import assert_gradients

def test_right(gradcheck):
    parameters, X, Y = data()
    assert gradcheck(forward, backward, parameters, X, Y).verdict == "pass"

def test_wrong(gradcheck):
    parameters, X, Y = data()
    gradcheck(forward, wrong, parameters, X, Y)

def test_function():
    parameters, X, Y = data()
    assert_gradients(forward, wrong, parameters, X, Y, only=["W1", "b1"])
"""


def test_pytest_shows_the_test_and_the_report(tmp_path: Path) -> None:
    code, said = pytest_run(tmp_path, TESTS)
    assert code == 1
    assert "2 failed, 1 passed" in said
    assert "E       AssertionError: 1 of 4 gradients is wrong: dW1." in said
    assert "net.py:" in said
    assert "dW1 = 2 * gradients" in said
    # The traceback ends with the person's test.
    assert "assertion.py" not in said
    assert "test_net.py:11: AssertionError" in said
    assert said.count("- gradient check -") == 2
    assert "Each of the 31 entries was measured" in said
    assert "FAILED test_net.py::test_wrong - AssertionError: 1 of 4 gradients is wrong" in said


def test_the_plugin_loads_nothing_until_it_is_used(tmp_path: Path) -> None:
    quiet = "import sys\ndef test_nothing():\n    assert not {'numpy', 'tensorflow', 'IPython', 'jupyterlab_gradcheck.kernel'} & set(sys.modules)\n"
    code, said = pytest_run(tmp_path, quiet, "-p", "no:hypothesispytest", "-p", "no:schemathesis")
    assert code == 0, said


def test_unittest_shows_the_test_and_the_cause(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(SUITE)
    (tmp_path / "test_net.py").write_text(
        "import unittest\nfrom net import *\nfrom jupyterlab_gradcheck import assert_gradients\n"
        "class Gradients(unittest.TestCase):\n    def test_wrong(self):\n        parameters, X, Y = data()\n"
        "        assert_gradients(forward, wrong, parameters, X, Y)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "unittest", "test_net"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "FAIL: test_wrong" in done.stderr
    assert "AssertionError: 1 of 4 gradients is wrong: dW1." in done.stderr
    assert "dW1 is 2 x the numerical gradient" in done.stderr
    assert "assertion.py" not in done.stderr
