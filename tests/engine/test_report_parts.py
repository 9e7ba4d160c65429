"""What of a report is made when it is asked for, and that nobody can tell."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref
from dataclasses import fields, replace

import numpy as np
import pytest
import zoo

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.engine import Options, Problem, Report, check

CLASSIC = Options(method="central", epsilon=1e-7)


def checked(options: Options = CLASSIC) -> Report:
    return check(zoo.mlp(3).problem(), NumpyBackend(), options)


def begun(report: Report) -> bool:
    return "parameters" not in vars(report)


@pytest.mark.parametrize("options", [CLASSIC, Options()], ids=["classic", "default"])
def test_a_report_of_right_code_has_all_its_fields(options: Options) -> None:
    report = checked(options)
    assert begun(report)
    assert (report.verdict, report.message) == ("pass", "All 6 gradients agree with the numerical gradient.")
    assert begun(report)
    assert [p.verdict for p in report.parameters] == ["pass"] * 6
    assert set(vars(report)) == {one.name for one in fields(Report)}
    assert report.coverage is not None
    assert report.coverage.kind == "every-entry"


def test_a_report_that_is_begun_is_copied_pickled_and_compared_like_any_other() -> None:
    whole = checked().to_dict()
    for make in (copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one)), lambda one: replace(one)):
        report = checked()
        assert begun(report)
        made = make(report)
        assert {**made.to_dict(), "elapsed_seconds": 0, "plan": None} == {**whole, "elapsed_seconds": 0, "plan": None}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(checked(), "nothing")  # noqa: B009


def test_what_is_made_later_is_what_was_measured() -> None:
    case = zoo.mlp(3)
    backend = NumpyBackend()
    before = check(case.problem(), backend, CLASSIC)
    now = before.to_dict()
    later = check(case.problem(), backend, CLASSIC)
    for value in case.parameters.values():
        value += 1.0
    made = later.to_dict()
    assert made["parameters"] == now["parameters"]
    assert made["warnings"] == now["warnings"]


def test_a_report_keeps_neither_the_functions_nor_what_they_hold() -> None:
    case = zoo.mlp(3)
    data = np.ones(3)

    class Held:
        pass

    held = Held()

    def loss(p: dict[str, np.ndarray], held: Held = held) -> float:
        return float(case.loss(p) + 0.0 * data.sum())

    report = check(Problem(loss, case.gradient, case.parameters), NumpyBackend(), CLASSIC)
    seen = weakref.ref(held)
    assert begun(report)
    del held, loss
    gc.collect()
    assert seen() is None
    assert len(report.parameters) == 6


def test_wrong_code_is_reported_at_once() -> None:
    problem = zoo.mlp(3).problem(zoo.scaled("W2", 2))
    report = check(problem, NumpyBackend(), CLASSIC)
    assert report.verdict == "fail"
    assert not begun(report)
