"""The study of step sizes: errors against a derivative that is known, and the sample of entries for pictures."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.backends import numpy_
from jupyterlab_gradcheck.engine import (
    Cancelled,
    GradcheckError,
    Options,
    Problem,
    StepStudy,
    check,
    combined,
    study_of,
)
from jupyterlab_gradcheck.engine.judge import Code
from jupyterlab_gradcheck.engine.sample import sample

BACKEND = numpy_.NumpyBackend()


def study(problem: Problem, parameter: str = "w", options: Options | None = None, **more: Any) -> StepStudy:
    found = study_of(problem, BACKEND, parameter, options, **more)
    contract.validate("steps", found.to_dict())
    for series in found.series:
        assert list(series.epsilon) == sorted(set(series.epsilon))
    return found


def cubes(dtype: Any = np.float64, factor: float = 1.0, size: int = 5) -> Problem:
    point = np.linspace(0.5, 2.0, size).astype(dtype)
    return Problem(
        lambda p: (p["w"] ** 3).sum() + p["b"].sum(),
        lambda p: {"dw": factor * 3 * p["w"] ** 2, "db": np.ones_like(p["b"])},
        {"w": point, "b": np.zeros(2, dtype)},
    )


@settings(deadline=None, max_examples=40)
@given(st.floats(-3, 3), st.floats(0.05, 20), st.sampled_from([np.sin, np.exp, np.tanh]))
@example(5e-324, 1.0, np.sin)
def test_the_curve_is_that_of_theory(x: float, scale: float, function: Any) -> None:
    """To the right the truncation error, h^2 f''' / 6; to the left noise / h; between them a step that was chosen well."""
    derivative = {np.sin: np.cos, np.exp: np.exp, np.tanh: lambda t: 1 / np.cosh(t) ** 2}[function]
    third = {
        np.sin: lambda t: -np.cos(t),
        np.exp: np.exp,
        np.tanh: lambda t: (4 * np.sinh(t) ** 2 - 2) / np.cosh(t) ** 4,
    }
    problem = Problem(
        lambda p: scale * function(p["w"]), lambda p: {"dw": scale * derivative(p["w"])}, {"w": np.array(x)}
    )
    found = study(problem)
    true = scale * derivative(x)
    assert abs(found.derivative - true) <= found.error_bound
    if abs(true) < 1e-3 * scale:
        return
    (series,) = found.series
    noise = 8 * 2.0**-52 * (abs(scale * function(x)) + scale)
    for step, error in zip(series.epsilon, series.error, strict=True):
        if error is None or step > 0.3:
            continue
        allowed = noise / step + step**2 * (abs(scale * third[function](x)) / 6 + scale * step)
        assert error * abs(found.derivative) <= allowed + 2 * found.error_bound
    assert series.chosen is not None
    chosen = series.off(series.chosen)
    known = [e for e in series.error if e is not None]
    assert chosen is not None
    assert chosen <= max(1e-7, 300 * np.quantile(known, 0.1))


def test_float32_is_studied_as_it_is_and_lifted() -> None:
    found = study(cubes(np.float32))
    own, lifted = found.series
    assert (own.precision, lifted.precision) == ("float32", "float64")
    assert own.off(1e-7) is None or own.off(1e-7) > 0.1
    assert own.chosen is not None
    assert own.off(own.chosen) < 1e-2
    assert lifted.chosen is not None
    assert lifted.off(lifted.chosen) < 1e-8
    assert found.message.startswith("In float32, a step of 1e-07 would be ")
    assert "the step that was chosen. A check computes the loss in float64 instead" in found.message
    (alone,) = study(cubes(np.float32), options=Options(lift=False)).series
    assert alone.precision == "float32"


def test_the_worst_entry_of_a_wrong_gradient_and_else_the_largest() -> None:
    assert study(cubes()).index == (4,)
    wrong = cubes()

    def backward(p: Any) -> Any:
        gradient = 3 * p["w"] ** 2
        gradient[1] += 7
        return {"dw": gradient, "db": np.ones(2)}

    found = study(Problem(wrong.forward, backward, wrong.parameters))
    assert found.index == (1,)
    assert found.analytic == pytest.approx(found.derivative + 7)


def test_one_wrong_entry_of_many() -> None:
    random = np.random.default_rng(3)
    point = random.normal(size=(80, 90))

    def backward(p: Any) -> Any:
        gradient = np.cos(p["w"])
        gradient[33, 44] += 5
        return {"dw": gradient}

    found = study(Problem(lambda p: np.sin(p["w"]).sum(), backward, {"w": point}))
    assert found.index == (33, 44)
    assert found.evaluations < 3000


@pytest.mark.parametrize("claim", [None, np.full(5, np.nan), np.ones(3)], ids=["missing", "not finite", "shape"])
def test_what_is_claimed_need_not_make_sense(claim: Any) -> None:
    problem = cubes()
    found = study(Problem(problem.forward, lambda p: {"dw": claim, "db": np.ones(2)}, problem.parameters))
    assert math.isnan(found.analytic)
    assert found.derivative > 0


def test_a_loss_that_does_not_change() -> None:
    found = study(Problem(lambda p: (p["w"] * 0).sum() + 1.5, lambda p: {"dw": 0 * p["w"]}, {"w": np.ones(3)}))
    assert found.derivative == 0
    assert set(found.series[0].error) <= {0.0, None}
    assert "derivative is zero at every step" in found.message


def test_steps_out_of_the_domain_have_no_error() -> None:
    found = study(Problem(lambda p: np.log(p["w"]).sum(), lambda p: {"dw": 1 / p["w"]}, {"w": np.array([0.5])}))
    assert found.series[0].error[-1] is None
    assert found.series[0].off(1e-5) < 1e-6


def test_a_step_that_was_asked_for_is_marked() -> None:
    (series,) = study(cubes(), options=Options(epsilon=1e-4)).series
    assert series.chosen == 1e-4
    assert series.epsilon[series.nearest(1e-4)] == pytest.approx(1e-4)


def test_unknown_names_are_answered_with_those_there_are() -> None:
    with pytest.raises(GradcheckError, match="no parameter 'W9': there are w, b") as caught:
        study_of(cubes(), BACKEND, "W9")
    assert caught.value.code == "unknown_parameter"


def test_budget_and_stopping() -> None:
    found = study(cubes(), options=Options(max_evaluations=80))
    assert found.evaluations <= 80
    assert 1 <= len(found.series[0].epsilon) < 40
    with pytest.raises(GradcheckError, match="budget does not suffice"):
        study_of(cubes(size=200), BACKEND, "w", Options(max_evaluations=30))
    told: list[tuple[int, int]] = []
    study_of(cubes(), BACKEND, "w", on_progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] <= told[-1][1]

    def stop(done: int, total: int) -> None:
        if done > 60:
            raise Cancelled

    with pytest.raises(Cancelled):
        study_of(cubes(), BACKEND, "w", on_progress=stop)


def test_everything_is_as_it_was_however_it_ends() -> None:
    state = np.random.get_state()[1].tolist()
    point = np.ones(4)

    def forward(p: Any) -> Any:
        np.random.rand(3)
        return (p["w"] ** 2).sum()

    problem = Problem(forward, lambda p: {"dw": 2 * p["w"]}, {"w": point})
    study(problem)
    with pytest.raises(KeyboardInterrupt):
        study_of(problem, BACKEND, "w", on_progress=lambda done, total: (_ for _ in ()).throw(KeyboardInterrupt))
    assert np.random.get_state()[1].tolist() == state
    assert point.tolist() == [1.0] * 4


values = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=60)


@settings(deadline=None)
@given(st.data(), values, st.integers(1, 50))
def test_a_sample_begins_with_the_worst_and_spreads_over_the_rest(data: Any, claimed: list[float], count: int) -> None:
    size = len(claimed)
    measured = data.draw(st.lists(st.floats(allow_nan=True, width=32), min_size=size, max_size=size))
    codes = data.draw(st.lists(st.sampled_from([-1, 0, 1, 2]), min_size=size, max_size=size))
    found = sample(np.array(claimed), np.array(measured), np.array(codes, dtype=np.int8), count)
    rows = [
        (c, m, v)
        for c, m, v in zip(claimed, measured, codes, strict=True)
        if math.isfinite(c) and math.isfinite(m) and v != Code.UNKNOWN
    ]
    if not rows:
        assert found is None
        return
    assert found is not None
    contract.validate("report", _around(found))
    assert len(found["analytic"]) == len(found["numerical"]) == len(found["verdict"]) == min(count, len(rows))
    if any(v == Code.FAIL for *_, v in rows):
        assert found["verdict"][0] == "fail"
    assert all(float(f"{c:.7g}") in {float(f"{row[0]:.7g}") for row in rows} for c in found["analytic"])


def _around(found: dict[str, Any]) -> dict[str, Any]:
    report = check(cubes(), BACKEND).to_dict()
    report["parameters"][0]["sample"] = found
    return report


def test_a_report_has_samples_and_bounds() -> None:
    report = check(cubes(factor=2.0), BACKEND)
    told = report.to_dict()["parameters"][0]
    assert len(told["sample"]["analytic"]) == 5
    assert 0 < told["relative_error_bound"] < 1e-6
    assert told["relative_difference"] == pytest.approx(1 / 3, rel=1e-6)
    broken = check(Problem(cubes().forward, lambda p: {"db": np.ones(2)}, cubes().parameters), BACKEND)
    missing = broken.to_dict()["parameters"][0]
    assert missing["sample"] is None
    assert missing["relative_error_bound"] is None


def test_many_parameters_make_a_small_report() -> None:
    problem = Problem(
        lambda p: sum(float(np.sum(v**2)) for v in p.values()),
        lambda p: {f"d{k}": 3 * v for k, v in p.items()},
        {f"W{i}": np.full(40, 1.0 + i / 7) for i in range(40)},
    )
    report = check(problem, BACKEND, Options(method="central"))
    told = report.to_dict()
    assert sum(len(p["sample"]["analytic"]) for p in told["parameters"]) <= 20_000


def test_reports_together_share_their_functions() -> None:
    def one(number: int) -> Any:
        report = check(cubes(factor=2.0), BACKEND)
        shared = {"name": "f", "line": 1, "cell_id": None, "cell_hash": "7", "text": "x" * 15_000}
        own = {**shared, "name": f"b{number}", "text": "y" * 15_000}
        w, b = report.parameters
        source = {"cell_id": None, "line": 2, "text": "dw = ...", "code": 1}
        return replace(report, code=[shared, own], parameters=[replace(w, source=source), b])

    whole = combined([(f"b{number}", one(number)) for number in range(60)])
    told = whole.to_dict()
    contract.validate("report", told)
    assert [code["name"] for code in told["code"]] == ["f", *(f"b{number}" for number in range(49))]
    assert sum(len(code["text"] or "") for code in told["code"]) <= 200_000
    pointed = [p["source"]["code"] for p in told["parameters"] if p["source"]]
    assert pointed == [*range(1, 50), *[None] * 11]
    assert len(json.dumps(told)) < 1_000_000
