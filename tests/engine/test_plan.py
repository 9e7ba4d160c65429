"""What will be done is told before it is done: by size, budget, time and precision."""

from __future__ import annotations

import math
import re
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import zoo

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.contract import validate
from jupyterlab_gradcheck.engine import Options, Plan, Problem, Report, check, plan_of
from jupyterlab_gradcheck.engine.plan import duration


def run(problem: Problem, options: Options | None = None, **kwargs: Any) -> Report:
    return check(problem, NumpyBackend(), options, **kwargs)


def counted(case: zoo.Case, seconds: float = 0.0) -> tuple[Problem, list[int]]:
    """The question, and how often forward was called for it."""
    calls = [0]

    def forward(p: Any) -> Any:
        calls[0] += 1
        if seconds:
            time.sleep(seconds)
        return case.loss(p)

    return Problem(forward, case.gradient, case.parameters), calls


SMALL = zoo.mlp(1, (4, 6, 3, 1))  # 55 entries
MIDDLE = zoo.mlp(1, (20, 20, 1), activation="tanh")  # 441
LARGE = zoo.mlp(1, (20, 120, 10, 1), activation="tanh")  # 3,741


@pytest.mark.parametrize(
    ("case", "options", "kind"),
    [
        (SMALL, Options(), "every-entry"),
        (MIDDLE, Options(), "every-entry"),
        (LARGE, Options(), "screened"),
        # Whoever asks for central differences gets every entry.
        (LARGE, Options("central"), "every-entry"),
        (LARGE, Options(epsilon=1e-6), "every-entry"),
        (LARGE, Options("central", 1e-6), "every-entry"),
        # A budget too short for every entry goes to directions.
        (MIDDLE, Options(max_evaluations=300), "screened"),
        (LARGE, Options("central", max_evaluations=500), "screened"),
        # More is allowed than is wanted.
        (LARGE, Options(max_evaluations=100_000), "screened"),
        (SMALL, Options(max_evaluations=100_000), "every-entry"),
        (SMALL, Options(max_seconds=1000), "every-entry"),
    ],
)
def test_the_kind_of_work_follows_from_size_and_budget(case: zoo.Case, options: Options, kind: str) -> None:
    found = plan_of(case.problem(), NumpyBackend(), options)
    assert found.kind == kind
    size = sum(value.size for value in case.parameters.values())
    assert f"{size:,} entries" in found.message
    # How long they take is this machine's affair.
    assert re.match(rf"About {found.evaluations:,} evaluations, (under a second|\d+ s): ", found.message)
    told = {"every-entry": "each of the", "screened": "random directions over all", "sampled": "a sample of"}[kind]
    assert told in found.message
    assert options.max_evaluations is None or found.evaluations <= options.max_evaluations


@pytest.mark.parametrize("case", [SMALL, MIDDLE, LARGE, zoo.in_float32(SMALL)], ids=lambda case: case.name)
@pytest.mark.parametrize(
    "options", [Options(), Options("central", 1e-6), Options(max_evaluations=80), Options(points=0)]
)
def test_the_plan_is_cheap_and_is_the_one_that_is_followed(case: zoo.Case, options: Options) -> None:
    problem, calls = counted(case)
    alone = plan_of(problem, NumpyBackend(), options)
    # A loss in low precision is looked at again where it is nearer to the point.
    assert calls[0] <= 25
    assert calls[0] < alone.evaluations
    told: list[Plan] = []
    report = run(problem, options, on_plan=told.append)
    assert report.plan is not None
    assert told == [report.plan]
    # But for the clock.
    assert replace(alone, seconds=0.0, message="") == replace(report.plan, seconds=0.0, message="")
    assert report.coverage is not None
    assert report.coverage.kind == alone.kind
    assert report.to_dict()["plan"]["kind"] == alone.kind
    validate("report", report.to_dict())


@pytest.mark.parametrize("case", [SMALL, MIDDLE, LARGE], ids=lambda case: case.name)
@pytest.mark.parametrize("options", [Options(), Options("central", 1e-6), Options("central")])
def test_right_gradients_take_about_as_many_evaluations_as_planned(case: zoo.Case, options: Options) -> None:
    report = run(case.problem(), options)
    assert report.verdict == "pass"
    assert report.plan is not None
    assert 0.7 < report.evaluations / report.plan.evaluations < 1.3


def test_points_nearby_are_told_of_where_they_are_looked_at() -> None:
    assert "and 2 points nearby" in plan_of(SMALL.problem(), NumpyBackend()).message
    assert "and 1 point nearby" in plan_of(SMALL.problem(), NumpyBackend(), Options(points=1)).message
    for problem, options in (
        (SMALL.problem(), Options(points=0)),
        (SMALL.problem(), Options(epsilon=1e-6)),
        (replace(SMALL.problem(), follows=False), Options()),
    ):
        assert "nearby" not in plan_of(problem, NumpyBackend(), options).message


def test_one_entry_is_called_one() -> None:
    found = plan_of(Problem(lambda t: t**2, lambda t: 2 * t, 3.0, "t"), NumpyBackend())
    assert "the one entry there is" in found.message


@pytest.mark.parametrize("budget", [60, 100, 150])
def test_low_precision_has_no_use_for_directions(budget: int) -> None:
    """Over many entries at once, kinks and rounding hide everything: what does not fit the budget is sampled."""
    case = zoo.in_float32(LARGE)
    assert plan_of(zoo.in_float32(MIDDLE).problem(), NumpyBackend(), Options(lift=False)).kind == "every-entry"
    report = run(case.problem(), Options(lift=False, max_evaluations=budget))
    assert report.plan is not None
    assert report.plan.kind == "sampled"
    assert report.evaluations <= budget
    assert report.verdict == "inconclusive"
    assert {p.coverage for p in report.parameters} <= {"sampled", "every-entry"}


@pytest.mark.parametrize("seed", range(4))
def test_a_sample_that_agrees_does_not_let_the_rest_pass(seed: int) -> None:
    case = zoo.in_float32(zoo.mlp(seed, (20, 60, 10, 1), activation="tanh"))
    report = run(case.problem(), Options(lift=False, max_evaluations=400))
    assert report.verdict == "inconclusive"
    assert report.coverage is not None
    assert report.coverage.kind == "sampled"
    assert 6 <= report.coverage.entries < 400
    assert "as far as the budget went" in report.coverage.message
    sampled = [p for p in report.parameters if p.coverage == "sampled"]
    assert sampled
    for parameter in sampled:
        assert parameter.verdict == "inconclusive"
        # Of what was not looked at nothing is known.
        assert parameter.detection_limit is None
        assert sum(parameter.counts.values()) < parameter.size
    if all(p.counts["inconclusive"] == 0 for p in sampled):
        assert "the budget did not reach the others" in sampled[0].message


@pytest.mark.parametrize("options", [Options(max_evaluations=24), Options(max_seconds=1e-4)], ids=["calls", "seconds"])
def test_want_of_budget_is_not_called_want_of_digits(options: Options) -> None:
    report = run(zoo.mlp(1, (20, 60, 10, 1), activation="tanh").problem(), options)
    assert report.message == "Could not be decided: the budget did not suffice. Allow more evaluations, or more time."


@pytest.mark.parametrize("seed", range(4))
def test_a_sample_that_disagrees_is_enough_to_fail(seed: int) -> None:
    case = zoo.in_float32(zoo.mlp(seed, (20, 60, 10, 1), activation="tanh"))
    report = run(case.problem(zoo.scaled("W1", -3)), Options(lift=False, max_evaluations=400))
    assert report["W1"].verdict == "fail"
    assert {p.name for p in report.parameters if p.verdict == "fail"} == {"W1"}


def test_a_slow_forward_is_planned_by_the_clock() -> None:
    """Of 221 entries, 884 evaluations at 4 ms are within patience; at half a second to go they are not."""
    case = zoo.mlp(1, (10, 20, 1), activation="tanh")
    problem, calls = counted(case, 4e-3)
    patient = plan_of(problem, NumpyBackend())
    assert patient.kind == "every-entry"
    assert patient.seconds >= patient.evaluations * 4e-3
    calls[0] = 0
    hurried = plan_of(problem, NumpyBackend(), Options(max_seconds=0.7))
    assert hurried.kind == "screened"
    assert hurried.seconds <= 0.8
    assert calls[0] <= 25


def test_time_is_said_in_words() -> None:
    assert duration(0.2) == "under a second"
    assert duration(12.4) == "12 s"
    assert duration(89) == "89 s"
    assert duration(600) == "10 minutes"
    assert duration(7200) == "2.0 hours"


# --- tolerance and strictness -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("fraction", [2e-5, 2e-6])
def test_a_small_real_difference_is_a_matter_of_strictness(seed: int, fraction: float) -> None:
    """An epsilon inside a logarithm, as published code has it."""
    case = zoo.mlp(seed, activation="tanh")
    problem = case.problem(zoo.one_entry_off("W1", fraction))
    by_default = run(problem)
    assert by_default.verdict == "pass"
    notes = [warning["message"] for warning in by_default.warnings if warning["code"] == "small-difference"]
    assert len(notes) == 1
    assert "dW1 differs" in notes[0]
    # The size of it is told.
    largest = np.abs(case.gradient(case.parameters)["dW1"]).max()
    said = float(notes[0].split(" by ")[1].split(" of ")[0])
    assert said == pytest.approx(fraction, rel=0.1)
    assert by_default.tolerance == 1e-4
    for options in (Options(strict=True), Options(tolerance=1e-6), Options("central", 1e-5, strict=True)):
        report = run(problem, options)
        assert {p.name for p in report.parameters if p.verdict == "fail"} == {"W1"}, options
        assert report["W1"].detection_limit is not None
        assert report["W1"].detection_limit < fraction * largest
        assert report.strict == options.strict
    assert run(problem, Options(tolerance=1e-3)).tolerance == 1e-3


def test_a_small_difference_beside_a_wrong_entry_stays_small() -> None:
    case = zoo.mlp(3, activation="tanh")

    def spoil(g: dict[str, Any]) -> dict[str, Any]:
        wrong = g["dW1"].copy()
        wrong.reshape(-1)[[2, 5]] += np.array([0.5, 5e-5]) * np.abs(wrong).max()
        return {**g, "dW1": wrong}

    for options, count in ((Options(), 1), (Options(strict=True), 2)):
        report = run(case.problem(spoil), options)
        assert report["W1"].counts["fail"] == count
        assert report["W1"].counts["pass"] == report["W1"].size - count


@pytest.mark.parametrize("seed", range(6))
def test_strict_accuses_nobody_for_rounding(seed: int) -> None:
    for case in zoo.all_cases(seed):
        report = run(case.problem(), Options(strict=True))
        assert report.verdict != "fail", (case.name, report.message)
        assert "small-difference" not in [warning["code"] for warning in report.warnings]


@pytest.mark.parametrize("factor", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize("tolerance", [1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
def test_the_tolerance_is_a_fraction_of_the_largest_gradient(tolerance: float, factor: float) -> None:
    case = zoo.transformed(zoo.mlp(4, activation="tanh"), factor=factor)
    below = run(case.problem(zoo.one_entry_off("W2", 0.8 * tolerance)), Options(tolerance=tolerance))
    above = run(case.problem(zoo.one_entry_off("W2", 1.3 * tolerance)), Options(tolerance=tolerance))
    assert below.verdict == "pass"
    assert {p.name for p in above.parameters if p.verdict == "fail"} == {"W2"}


def test_a_tolerance_of_nan_or_more_than_all_is_refused() -> None:
    from jupyterlab_gradcheck.engine import GradcheckError

    for options in (
        Options(tolerance=1.0),
        Options(tolerance=math.nan),
        Options(tolerance=0),
        Options(max_evaluations=0),
        Options(max_seconds=-1),
        Options(points=21),
        Options(points=-1),
        Options(points=True),
        Options(points=1.5),  # type: ignore[arg-type]
        Options(max_evaluations=True),
    ):
        with pytest.raises(GradcheckError) as caught:
            plan_of(SMALL.problem(), NumpyBackend(), options)
        assert caught.value.code == "invalid_option"
