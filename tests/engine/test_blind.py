"""What a point cannot test is told: how many entries, where they lie, and whether they were tested nearby."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.contract import validate
from jupyterlab_gradcheck.engine import Options, Problem, Report, check
from jupyterlab_gradcheck.engine.blind import ADVICE, REASON, Blind


def run(problem: Problem, options: Options | None = None, **kwargs: Any) -> Report:
    return check(problem, NumpyBackend(), options, **kwargs)


def mask(shape: tuple[int, ...], *index: Any) -> np.ndarray:
    asleep = np.zeros(shape, dtype=bool)
    for one in index:
        asleep[one] = True
    return asleep


@pytest.mark.parametrize(
    ("asleep", "said"),
    [
        (mask((3, 5), 1), "5 of 15 entries of dW2 (row 1) have"),
        (mask((3, 5), 0, 2), "10 of 15 entries of dW2 (rows 0, 2) have"),
        (mask((3, 5), np.s_[:, 4]), "3 of 15 entries of dW2 (column 4) have"),
        (mask((3, 5), np.s_[:, 0], np.s_[:, 3]), "6 of 15 entries of dW2 (columns 0, 3) have"),
        # 11 of 15, as in the course's test case: a row and columns together are neither.
        (mask((3, 5), 0, np.s_[:, 1], np.s_[:, 2], np.s_[1, 3], np.s_[2, 3]), "11 of 15 entries of dW2 have"),
        (mask((3, 5), np.s_[1, 1]), "1 of 15 entries of dW2 has"),
        (mask((3, 5), np.s_[1, 1], np.s_[2, 0]), "2 of 15 entries of dW2 have"),
        (mask((10, 2), *range(8)), "16 of 20 entries of dW2 (rows 0, 1, 2, 3, 4, 5, ...) have"),
        (mask((6,), 2), "1 of 6 entries of dW2 (entry 2) has"),
        (mask((6,), 2, 4), "2 of 6 entries of dW2 (entries 2, 4) have"),
        (mask((6, 1), 2, 4), "2 of 6 entries of dW2 (entries 2, 4) have"),
        (mask((1, 6), np.s_[:, 5]), "1 of 6 entries of dW2 (entry 5) has"),
        (mask((2, 3, 4), 1), "12 of 24 entries of dW2 (row 1) have"),
        (mask((2, 3, 4), np.s_[..., 2]), "6 of 24 entries of dW2 (column 2) have"),
        (mask((3, 5), ...), "All 15 entries of dW2 have"),
    ],
)
def test_where_they_lie(asleep: np.ndarray, said: str) -> None:
    found = Blind("dW2", asleep, 0)
    assert found.message.startswith(f"{said} nothing to test here: zero, and the loss does not move with ")
    assert REASON in found.message
    assert found.message.endswith(ADVICE)
    assert found.count == asleep.sum()
    assert found.share == f"dW2 {asleep.sum()} of {asleep.size}"
    assert found.to_dict() == {"count": int(asleep.sum()), "nearby": 0, "message": found.message}


def test_a_lone_number_is_called_by_its_name() -> None:
    assert "he gradient of t has nothing to test here" in Blind("the gradient of t", mask((), ...), 0).message


def test_whether_they_were_tested_nearby() -> None:
    asleep = mask((3, 5), 1)
    assert Blind("dW2", asleep, 5).message.endswith("At points nearby they were tested.")
    assert Blind("dW2", asleep, 3).message.endswith("At points nearby 3 of them were tested.")
    assert Blind("dW2", asleep, 1).message.endswith("At points nearby 1 of them was tested.")
    assert Blind("db", mask((4,), 1), 1).message.endswith("At points nearby it was tested.")
    assert ADVICE not in Blind("dW2", asleep, 5).message


@given(
    asleep=arrays.arrays(bool, arrays.array_shapes(min_dims=0, max_dims=4, max_side=5)).filter(np.any),
    nearby=st.floats(0, 1),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_every_mask_makes_a_sentence_that_is_true(asleep: np.ndarray, nearby: float) -> None:
    found = Blind("the gradient of w", asleep, int(nearby * np.count_nonzero(asleep)))
    plain = found.to_dict()
    assert plain["count"] == np.count_nonzero(asleep)
    assert 0 <= plain["nearby"] <= plain["count"]
    assert plain["message"].endswith(".")
    assert len(plain["message"]) <= 1000
    if "(row " in found.message:
        row = int(found.message.split("(row ")[1].split(")")[0])
        assert asleep[row].all()
        assert np.count_nonzero(asleep) == asleep[row].size
    if "(column " in found.message:
        column = int(found.message.split("(column ")[1].split(")")[0])
        assert asleep[..., column].all()
        assert np.count_nonzero(asleep) == asleep[..., column].size


def sleeping_rows(p: dict[str, Any], x: np.ndarray) -> tuple[Any, dict[str, Any]]:
    z = p["W"] @ x + p["b"]
    hidden = np.maximum(0, z)
    back = (z > 0) * 2 * hidden
    return np.sum(hidden**2), {"W": back @ x.T, "b": back.sum(axis=1, keepdims=True)}


def problem_with(b: list[float], unused: bool = False) -> Problem:
    random = np.random.default_rng(2)
    x = random.uniform(0.5, 1, size=(3, 6))
    parameters = {"W": random.uniform(0.1, 0.3, size=(4, 3)), "b": np.array(b).reshape(4, 1)}
    if unused:
        parameters["u"] = np.ones(2)

    def backward(p: dict[str, Any]) -> dict[str, Any]:
        found = sleeping_rows(p, x)[1]
        return {**found, "u": np.zeros(2)} if unused else found

    return Problem(lambda p: sleeping_rows(p, x)[0], backward, parameters)


def told(report: Report) -> dict[str, str]:
    return {warning["code"]: warning["message"] for warning in report.warnings}


def test_a_dead_unit_is_a_blind_row_and_a_blind_entry() -> None:
    report = run(problem_with([0.1, -50.0, 0.2, 0.1]), Options(points=0))
    assert report.verdict == "pass"
    weights, bias = report["W"].blind, report["b"].blind
    assert weights is not None
    assert bias is not None
    np.testing.assert_array_equal(weights.asleep, mask((4, 3), 1))
    assert (weights.count, bias.count) == (3, 1)
    assert "(row 1)" in weights.message
    assert "(entry 1)" in bias.message
    # One word for all of them.
    assert told(report)["blind-spot"].startswith("Some entries have nothing to test here: ")
    assert "of W 3 of 12" in told(report)["blind-spot"]
    assert "of b 1 of 4" in told(report)["blind-spot"]
    validate("report", report.to_dict())
    assert report.to_dict()["parameters"][0]["blind"]["count"] == 3


def test_a_parameter_that_is_nowhere_used_is_blind_as_a_whole() -> None:
    report = run(problem_with([0.1, 0.1, 0.2, 0.1], unused=True))
    assert report.verdict == "pass"
    assert report["W"].blind is None
    assert report["b"].blind is None
    unused = report["u"].blind
    assert unused is not None
    # Nor is it used at points nearby.
    assert unused.nearby == 0
    assert told(report)["zero-gradient"] == unused.message
    assert "All 2 entries" in unused.message


def test_what_awakes_nearby_needs_no_word() -> None:
    random = np.random.default_rng(0)
    x = random.uniform(0.5, 1, size=(3, 6))
    # Off by little: some point nearby brings it to life.
    b = [0.1, -float(np.max(np.full(3, 0.2) @ x)) - 1e-3, 0.2, 0.1]
    parameters = {"W": np.full((4, 3), 0.2), "b": np.array(b).reshape(4, 1)}
    problem = Problem(lambda p: sleeping_rows(p, x)[0], lambda p: sleeping_rows(p, x)[1], parameters)
    report = run(problem, Options(points=3))
    assert report.verdict == "pass"
    blind = report["W"].blind
    assert blind is not None
    assert blind.count == blind.nearby == 3
    assert "At points nearby they were tested." in blind.message
    assert not {"blind-spot", "zero-gradient"} & told(report).keys()


def test_a_wrong_gradient_is_not_called_blind() -> None:
    problem = problem_with([0.1, -50.0, 0.2, 0.1])
    right = problem.backward
    assert right is not None

    def wrong(p: dict[str, Any]) -> dict[str, Any]:
        return {name: value + 1.0 for name, value in right(p).items()}

    report = run(Problem(problem.forward, wrong, problem.parameters))
    assert report.verdict == "fail"
    assert report["W"].blind is None
    assert report["b"].blind is None
    assert not {"blind-spot", "zero-gradient"} & told(report).keys()


def test_a_setting_that_is_zero_is_a_blind_spot_too() -> None:
    def forward(p: dict[str, Any]) -> Any:
        return np.sum(p["w"] ** 2) + 0.0 * np.sum(p["w"] ** 4)

    problem = Problem(forward, lambda p: {"w": 2 * p["w"]}, {"w": np.ones(3)}, settings={"lambd": 0.0, "m": 5.0})
    message = told(run(problem))["zero-setting"]
    assert message.startswith("lambd is 0 here")
    assert "m" not in message.split(" is 0 here")[0].split(", ")
    assert "zero-setting" not in told(run(Problem(forward, lambda p: {"w": 2 * p["w"]}, {"w": np.ones(3)})))
