"""Verdicts on right and wrong gradients: no false alarm, no miss, and the course's own figures."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
import zoo
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.engine import GradcheckError, Options, Problem, Report, check

CLASSIC = Options(method="central", epsilon=1e-7)


def run(problem: Problem, options: Options | None = None, **kwargs: Any) -> Report:
    return check(problem, NumpyBackend(), options, **kwargs)


def failing(report: Report) -> set[str]:
    return {p.name for p in report.parameters if p.verdict == "fail"}


def course(dw2: float = 1.0, db1: float = 1.0) -> Problem:
    """The course's net and test case, written the course's way: the figures depend on the order of operations."""
    state = np.random.RandomState(1)
    x, y = state.randn(4, 3), np.array([1, 1, 0])
    shapes = {"W1": (5, 4), "b1": (5, 1), "W2": (3, 5), "b2": (3, 1), "W3": (1, 3), "b3": (1, 1)}
    parameters = {name: state.randn(*shape) for name, shape in shapes.items()}

    def run_forward(p: dict[str, np.ndarray]) -> tuple[float, tuple[np.ndarray, ...]]:
        a1 = np.maximum(0, np.dot(p["W1"], x) + p["b1"])
        a2 = np.maximum(0, np.dot(p["W2"], a1) + p["b2"])
        a3 = 1 / (1 + np.exp(-(np.dot(p["W3"], a2) + p["b3"])))
        cost = 1.0 / 3 * np.sum(np.multiply(-np.log(a3), y) + np.multiply(-np.log(1 - a3), 1 - y))
        return cost, (a1, a2, a3)

    def backward(p: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        a1, a2, a3 = run_forward(p)[1]
        dz3 = a3 - y
        dz2 = np.multiply(np.dot(p["W3"].T, dz3), np.int64(a2 > 0))
        dz1 = np.multiply(np.dot(p["W2"].T, dz2), np.int64(a1 > 0))
        return {
            "dZ3": dz3, "dW3": 1.0 / 3 * np.dot(dz3, a2.T), "db3": 1.0 / 3 * np.sum(dz3, axis=1, keepdims=True),
            "dW2": 1.0 / 3 * np.dot(dz2, a1.T) * dw2, "db2": 1.0 / 3 * np.sum(dz2, axis=1, keepdims=True),
            "dW1": 1.0 / 3 * np.dot(dz1, x.T), "db1": db1 / 3 * np.sum(dz1, axis=1, keepdims=True),
        }  # fmt: skip

    return Problem(lambda p: run_forward(p)[0], backward, parameters)


def test_classic_figure_of_the_right_net() -> None:
    report = run(course(), CLASSIC)
    assert report.loss == pytest.approx(2.407833389834357, rel=1e-15)
    # Nearly all of it is rounding noise of epsilon 1e-7; another machine's BLAS gave 1.186e-07.
    assert report.relative_difference == pytest.approx(1.1890913024229996e-07, rel=1e-2)
    assert report.verdict == "pass"


def test_classic_figure_of_the_wrong_net() -> None:
    report = run(course(dw2=2, db1=4), CLASSIC)
    assert report.relative_difference == pytest.approx(0.2850931567761623, rel=1e-8)
    assert failing(report) == {"W2", "b1"}


@pytest.mark.parametrize(("x", "difference"), [(2, 2.919335883291695e-10), (3, 7.814075313343006e-11)])
def test_classic_figures_of_the_line(x: int, difference: float) -> None:
    report = run(Problem(lambda theta: theta * x, lambda theta: x, 4, "theta"), CLASSIC)
    assert report.relative_difference == difference
    assert report["theta"].dtype == "int64"


def test_causes_of_the_wrong_net() -> None:
    report = run(course(dw2=2, db1=4))
    assert {p.name: p.cause.factor for p in report.parameters if p.cause} == {"W2": 2.0, "b1": 4.0}
    assert report["W2"].message.startswith("dW2 is 2 x the numerical gradient")
    assert report["b1"].message.startswith("db1 is 4 x the numerical gradient")
    assert report.message == "2 of 6 gradients are wrong: db1, dW2."
    # 10 evaluations for determinism and noise, 4 an entry, and what confirming the failing entries took.
    assert report.evaluations < 7 * 47


@pytest.mark.parametrize("seed", range(6))
def test_no_false_alarm(seed: int) -> None:
    for case in zoo.all_cases(seed):
        for changed in (
            case,
            zoo.transformed(case, offset=1000),
            zoo.transformed(case, factor=1e-8),
            zoo.transformed(case, factor=1e8),
        ):
            report = run(changed.problem())
            assert report.verdict == "pass", (changed.name, report.message)
            assert report.relative_difference is not None
            assert report.relative_difference < 1e-5


@pytest.mark.parametrize("seed", range(6))
def test_no_false_alarm_in_float32_or_after_training(seed: int) -> None:
    for case in zoo.all_cases(seed):
        for changed in (
            zoo.in_float32(case),
            zoo.trained(case, 200, 0.05),
            zoo.in_float32(zoo.trained(case, 200, 0.05)),
        ):
            report = run(changed.problem())
            assert report.verdict != "fail", (changed.name, [p.message for p in report.parameters])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (lambda name: zoo.scaled(name, 2), 2.0),
        (lambda name: zoo.scaled(name, -1), -1.0),
        (lambda name: zoo.scaled(name, 1 / 64), 1 / 64),
        (lambda name: zoo.scaled(name, 1.01), 1.01),
        (lambda name: zoo.one_entry_off(name, 1e-3), None),
    ],
)
def test_planted_mistakes_are_found_and_only_they(seed: int, spoil: Any, cause: float | None) -> None:
    for case in zoo.all_cases(seed):
        right = case.gradient(case.parameters)
        for name in case.parameters:
            if not np.any(right[zoo.key_of(right, name)]):
                continue
            report = run(case.problem(spoil(name)))
            assert failing(report) == {name}, (case.name, name, report.message)
            # A lone number is always some multiple of another: only a simple one is worth a word.
            lone = np.count_nonzero(right[zoo.key_of(right, name)]) < 2
            if cause is not None and not (lone and cause == 1.01):
                assert report[name].cause is not None
                assert report[name].cause.factor == pytest.approx(cause, rel=1e-12)
            elif report[name].size > 1:
                assert report[name].cause is None or report[name].cause.kind == "entries"
                assert report[name].counts["fail"] == 1


@pytest.mark.parametrize("seed", range(4))
def test_planted_mistakes_are_found_in_float32(seed: int) -> None:
    case = zoo.in_float32(zoo.mlp(seed, activation="tanh"))
    for name in case.parameters:
        report = run(case.problem(zoo.scaled(name, 2)))
        assert failing(report) == {name}
        assert report.precision == "float32"


def test_a_pass_is_never_above_its_detection_limit() -> None:
    case = zoo.mlp(3, activation="tanh")
    for fraction in np.geomspace(1e-7, 1e-1, 25):
        report = run(case.problem(zoo.one_entry_off("W1", float(fraction))))
        error = fraction * np.abs(case.gradient(case.parameters)["dW1"]).max()
        if report["W1"].verdict == "pass":
            limit = report["W1"].detection_limit
            assert limit is not None
            assert error <= limit


def test_a_small_real_difference_is_told_of() -> None:
    case = zoo.mlp(3, activation="tanh")
    report = run(case.problem(zoo.one_entry_off("W1", 2e-5)))
    assert report.verdict == "pass"
    assert [w["code"] for w in report.warnings] == ["small-difference"]


@given(
    shape=st.lists(st.integers(1, 4), min_size=0, max_size=3),
    seed=st.integers(0, 2**31),
    exponent=st.integers(-6, 6),
)
@settings(max_examples=60, deadline=None)
def test_quadratics_of_any_shape_and_size(shape: list[int], seed: int, exponent: int) -> None:
    generator = np.random.default_rng(seed)
    x = np.asarray(generator.normal(size=shape) * 10.0**exponent)
    weight = np.asarray(generator.normal(size=shape))
    right = run(Problem(lambda p: np.sum(weight * p**2), lambda p: 2 * weight * p, x, "x"))
    assert right.verdict == "pass"
    wrong = run(Problem(lambda p: np.sum(weight * p**2), lambda p: 3 * weight * p, x, "x"))
    assert wrong.verdict == "fail"
    assert wrong["x"].cause is not None
    assert wrong["x"].cause.factor == pytest.approx(1.5)


def test_a_kink_inside_the_step_is_no_false_alarm() -> None:
    x = np.array([1e-6, -1e-6, 3e-7, 0.5, 1e-9, 2e-5, -7e-6])
    report = run(Problem(lambda p: np.sum(np.abs(p)) + np.sum(p), lambda p: np.sign(p) + 1, x, "x"))
    assert report.verdict != "fail", report["x"].worst()


def test_a_gradient_that_is_zero_everywhere_passes() -> None:
    parameters = {"w": np.array([1.0, 2.0]), "unused": np.array([3.0, 4.0])}
    right = run(Problem(lambda p: np.sum(p["w"] ** 2), lambda p: {"w": 2 * p["w"], "unused": np.zeros(2)}, parameters))
    assert right.verdict == "pass"
    assert "zero-gradient" in [w["code"] for w in right.warnings]
    wrong = run(Problem(lambda p: np.sum(p["w"] ** 2), lambda p: {"w": 2 * p["w"], "unused": np.ones(2)}, parameters))
    assert failing(wrong) == {"unused"}


@pytest.mark.parametrize(
    ("spoiled", "kind", "said"),
    [
        ({"dw": np.ones(2)}, "missing", "returned no gradient for b"),
        ({"dw": np.ones(2), "db": None}, "missing", "returned no gradient for b"),
        ({"dw": np.ones(2), "db": np.array([1.0, math.nan, 3.0])}, "non-finite", "1 of 3 entries"),
        ({"dw": np.ones(2), "db": np.ones((3, 1))}, "shape", "shape (3, 1), but b has shape (3,)"),
        ({"dw": np.ones(2), "db": "three"}, "dtype", "does not hold real numbers"),
        ({"dw": np.ones(2), "db": np.zeros(3)}, "zero", "zero everywhere"),
    ],
)
def test_gradients_that_are_no_gradients(spoiled: dict[str, Any], kind: str, said: str) -> None:
    parameters = {"w": np.zeros(2), "b": np.zeros(3)}
    report = run(Problem(lambda p: np.sum(p["w"]) + np.sum(p["b"]), lambda p: spoiled, parameters))
    assert failing(report) == {"b"}
    assert report["b"].cause is not None
    assert report["b"].cause.kind == kind
    assert said in report["b"].message
    assert report.to_dict()["relative_difference"] is None or kind == "zero"


@pytest.mark.parametrize(
    ("forward", "code", "said"),
    [
        (lambda p: p["w"], "loss_not_scalar", "array of shape (2,)"),
        (lambda p: None, "loss_not_scalar", "returned None"),
        (lambda p: "loss", "loss_not_scalar", "returned a str"),
        (lambda p: math.nan, "loss_not_finite", "returned nan"),
        (lambda p: p["W"], "function_raised", "KeyError: 'W'"),
        (lambda p: np.sum(p["w"]) + random.random() + np.random.default_rng().random(), "forward_random", "is random"),
    ],
)
def test_losses_that_are_no_losses(forward: Any, code: str, said: str) -> None:
    with pytest.raises(GradcheckError) as caught:
        run(Problem(forward, lambda p: {"w": np.ones(2)}, {"w": np.ones(2)}))
    assert caught.value.code == code
    assert said in str(caught.value)


@pytest.mark.parametrize("parameters", [{}, [], {"name": "relu"}, {"w": np.zeros((0, 3))}])
def test_empty_parameters(parameters: Any) -> None:
    with pytest.raises(GradcheckError) as caught:
        run(Problem(lambda p: 1.0, lambda p: p, parameters))
    assert caught.value.code == "no_parameters"


def test_gradients_nobody_can_match() -> None:
    with pytest.raises(GradcheckError, match="no gradient of w was recognised"):
        run(Problem(lambda p: np.sum(p["w"]), lambda p: {"delta": np.ones(2)}, {"w": np.ones(2)}))


def test_options_that_are_none() -> None:
    problem = Problem(lambda p: p**2, lambda p: 2 * p, 1.0)
    for options in (
        Options(method="magic"),
        Options(epsilon=-1),
        Options(threshold=math.nan),
        Options("autodiff", 1e-3),
    ):
        with pytest.raises(GradcheckError) as caught:
            run(problem, options)
        assert caught.value.code == "invalid_option"


def test_threshold_applies_the_course_rule() -> None:
    assert run(course(), Options("central", 1e-7, 2e-7)).verdict == "pass"
    strict = run(course(), Options("central", 1e-7, 1e-8))
    assert strict.verdict == "fail"
    assert "above the threshold 1e-08" in strict.message
    assert failing(strict) == set()


def test_complex_step_agrees_to_rounding() -> None:
    report = run(course(), Options(method="complex-step"))
    assert report.verdict == "pass"
    assert report.relative_difference is not None
    assert report.relative_difference < 1e-12
    assert report.method == "complex-step"


def test_complex_step_is_audited() -> None:
    problem = Problem(lambda p: np.sum(np.abs(p) ** 3), lambda p: 3 * p**2, np.array([1.0, 2.0]))
    with pytest.raises(GradcheckError) as caught:
        run(problem, Options(method="complex-step"))
    assert caught.value.code in ("method_disagrees", "method_unsuitable")


def test_an_epsilon_too_small_for_float32_is_no_false_alarm() -> None:
    case = zoo.in_float32(zoo.mlp(1, activation="tanh"))
    report = run(case.problem(), CLASSIC)
    assert report.relative_difference is not None
    assert report.relative_difference > 0.1
    assert report.verdict != "fail"
    assert "epsilon-too-small" in [w["code"] for w in report.warnings]


def test_integer_settings_among_the_parameters_are_left_out() -> None:
    parameters = {"w": np.ones(2), "layers": 3}
    report = run(Problem(lambda p: np.sum(p["w"] ** 2) * p["layers"], lambda p: {"dw": 6 * p["w"]}, parameters))
    assert [p.name for p in report.parameters] == ["w"]
    assert report.verdict == "pass"
    assert "integer-settings" in [w["code"] for w in report.warnings]


@pytest.mark.parametrize("stop_at", [0, 1, 2, 3, 7, 20, 60])
@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_nothing_is_changed_when_forward_raises(stop_at: int, error: type[BaseException]) -> None:
    parameters = {"w": np.arange(6.0).reshape(2, 3), "b": [np.ones(2), 3]}
    before = {"w": parameters["w"].tobytes(), "b": parameters["b"][0].tobytes()}
    calls = 0

    def forward(p: dict[str, Any]) -> float:
        nonlocal calls
        p["w"] += np.random.random() + random.random()  # writes into what it was given, and draws
        if calls == stop_at:
            raise error("here")
        calls += 1
        return float(np.sum(p["w"] ** 2) + np.sum(p["b"][0]) * p["b"][1])

    np.random.seed(7)
    random.seed(7)
    states = repr(np.random.get_state()), random.getstate()
    problem = Problem(forward, lambda p: {"w": p["w"], "b": [np.ones(2), 1]}, parameters)
    if error is ValueError and stop_at > 2:
        # It works at the parameters themselves: a step of ours led there, and the check goes on without it.
        assert "forward-raised-nearby" in [w["code"] for w in run(problem).warnings]
    else:
        with pytest.raises((GradcheckError, KeyboardInterrupt)):
            run(problem)
    assert parameters["w"].tobytes() == before["w"]
    assert parameters["b"][0].tobytes() == before["b"]
    assert parameters["b"][1] == 3
    assert (repr(np.random.get_state()), random.getstate()) == states


def test_dropout_is_frozen() -> None:
    x = np.random.default_rng(5).normal(size=(20, 6))

    def forward(p: np.ndarray) -> float:
        return float(np.sum((x * (np.random.rand(20, 6) < 0.5) @ p) ** 2) / 20)

    def backward(p: np.ndarray) -> np.ndarray:
        dropped = x * (np.random.rand(20, 6) < 0.5)
        return 2 * dropped.T @ (dropped @ p) / 20

    assert run(Problem(forward, backward, np.ones(6), "w")).verdict == "pass"


def test_steps_outside_the_domain_are_taken_back() -> None:
    import math as plain

    x = np.array([1e-7, 2.0])
    for log in (np.log, lambda v: np.array([plain.log(one) for one in v])):
        report = run(Problem(lambda p, log=log: float(np.sum(log(p))), lambda p: 1 / p, x, "x"))
        assert report.verdict == "pass", report["x"].worst()


def test_progress_counts_up_and_can_stop() -> None:
    seen: list[tuple[int, int]] = []
    report = run(course(), on_progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    # Until the plan is made, the total is unknown, and told as 0.
    totals = [total for _, total in seen]
    assert totals[0] == 0
    assert all(done < total for done, total in seen if total)
    assert 0 not in totals[totals.index(next(filter(None, totals))) :]
    assert len(seen) <= report.evaluations

    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done >= 30:
            raise Stop

    with pytest.raises(Stop):
        run(course(), on_progress=stop)


def test_a_report_is_small_and_raises_when_asked() -> None:
    parameters = {"w0": np.zeros((70, 70)), "w1": np.zeros(2)}
    right = {"w0": np.ones((70, 70)), "w1": np.ones(2)}
    report = run(
        Problem(
            lambda p: float(np.sum(p["w0"]) + np.sum(p["w1"])),
            lambda p: {k: 2 * v for k, v in right.items()},
            parameters,
        )
    )
    assert report.verdict == "fail"
    plain = report.to_dict()
    assert len(plain["parameters"][0]["map"]["values"]) <= 4096
    with pytest.raises(GradcheckError, match="2 of 2 gradients are wrong"):
        report.raise_if_failed()
    with pytest.raises(KeyError, match="w0, w1"):
        report["w7"]


def least_squares(seed: int) -> Problem:
    """A linear fit at its exact solution: loss and gradient are zero but for rounding."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((20, 3))
    y = x @ random.standard_normal(3) + 0.3
    best = np.linalg.lstsq(np.c_[x, np.ones(20)], y)[0]

    def rest(p: dict[str, Any]) -> np.ndarray:
        return x @ p["w"] + p["b"] - y

    return Problem(
        lambda p: np.mean(rest(p) ** 2),
        lambda p: {"w": 2 * x.T @ rest(p) / 20, "b": 2 * rest(p).mean()},
        {"w": best[:-1], "b": best[-1]},
    )


def float32_data_with_float64_penalty(seed: int) -> Problem:
    """The data term in float32, the L2 term in float64."""
    random = np.random.default_rng(seed)
    x, y = random.standard_normal((20, 4)).astype("f4"), random.standard_normal(20).astype("f4")

    def forward(p: dict[str, Any]) -> float:
        rest = x @ p["w"].astype("f4") - y
        return float(0.5 * np.sum(rest * rest)) + 0.1 * np.sum(p["w"] ** 2)

    return Problem(forward, lambda p: {"w": x.T @ (x @ p["w"] - y) + 0.2 * p["w"]}, {"w": random.standard_normal(4)})


def zero_initialised(seed: int) -> Problem:
    """A ReLU layer whose units all lie exactly on their corners."""
    random = np.random.default_rng(seed)
    x, y = random.standard_normal((3, 8)), random.standard_normal((1, 8))

    def forward(p: dict[str, Any]) -> float:
        return np.mean((p["W2"] @ np.maximum(0, p["W1"] @ x + p["b1"]) - y) ** 2)

    def backward(p: dict[str, Any]) -> dict[str, Any]:
        z = p["W1"] @ x + p["b1"]
        delta = 2 * (p["W2"] @ np.maximum(0, z) - y) / y.size
        hidden = (p["W2"].T @ delta) * (z > 0)
        return {"W1": hidden @ x.T, "b1": hidden.sum(axis=1, keepdims=True), "W2": delta @ np.maximum(0, z).T}

    return Problem(
        forward, backward, {"W1": np.zeros((4, 3)), "b1": np.zeros((4, 1)), "W2": random.standard_normal((1, 4))}
    )


def unlike_scales(seed: int) -> Problem:
    """A mean near a thousand and a small spread in one array."""
    data = np.random.default_rng(seed).normal(1000, 0.05, 50)

    def forward(p: np.ndarray) -> float:
        return np.mean((data - p[0]) ** 2) / (2 * p[1] ** 2) + np.log(p[1])

    def backward(p: np.ndarray) -> np.ndarray:
        off = data - p[0]
        return np.array([-off.mean() / p[1] ** 2, 1 / p[1] - np.mean(off**2) / p[1] ** 3])

    return Problem(forward, backward, np.array([1000.01, 5e-2]), "theta")


@pytest.mark.parametrize("make", [least_squares, float32_data_with_float64_penalty, zero_initialised, unlike_scales])
@pytest.mark.parametrize("seed", range(12))
def test_no_false_alarm_where_arithmetic_is_treacherous(make: Any, seed: int) -> None:
    report = run(make(seed))
    assert report.verdict != "fail", [(p.message, p.worst(2)) for p in report.parameters]


@pytest.mark.parametrize(
    ("loss", "slope", "at"),
    [
        (lambda w: round(float(np.sum(w * w)) + 0.1234567891234, 3), lambda w: 2 * w, [1.0, 1.3]),
        (lambda w: round(float(np.sum(w * w)), 4), lambda w: 2 * w, [1.0, 1.0]),
        (lambda w: np.sin(1e5 * w[0]), lambda w: 1e5 * np.cos(1e5 * w), [1.0]),
        (lambda w: float(np.maximum(0, w[0] - 1.002)), lambda w: 0 * w, [1.0]),
        (lambda w: -np.sum(np.log(np.clip(w, 1e-8, 1))), lambda w: -1 / w, [1e-8, 0.5, 1.0]),
        (lambda w: np.sum(w**2) + 1e12, lambda w: 2 * w, [0.3, 0.4]),
    ],
    ids=["rounded", "rounded-flat", "wave", "flat-until-further", "clipped", "offset"],
)
def test_no_false_alarm_on_losses_that_hide_their_slope(loss: Any, slope: Any, at: list[float]) -> None:
    # Beyond the clip, this slope is wrong indeed.
    report = run(Problem(loss, slope, np.array(at), "w"), Options(points=0))
    assert report.verdict != "fail", report["w"].worst()


@pytest.mark.parametrize("factor", [0, -2, 2, 3])
@pytest.mark.parametrize("offset", [1e12, 1e14, np.float32(1e6), np.float32(1e8)])
def test_a_loss_that_drowns_its_gradient_lets_nothing_pass(factor: float, offset: Any) -> None:
    """The noisier the loss, the less may pass: never the other way round."""

    def forward(w: Any) -> Any:
        return type(offset)(offset + np.sum(w**2))

    report = run(Problem(forward, lambda w: factor * w, np.array([0.3, 0.4]), "w"))
    assert report.verdict != ("fail" if factor == 2 else "pass"), report["w"]


def test_a_dead_network_passes_with_a_word() -> None:
    report = run(Problem(lambda p: 2.5 + np.sum(np.maximum(0, p - 1e3)), lambda p: np.zeros(3), np.ones(3), "w"))
    assert report.verdict == "pass"
    assert [w["code"] for w in report.warnings] == ["zero-gradient"]
    report = run(Problem(lambda p: 2.5 + np.sum(np.maximum(0, p - 1e3)), lambda p: np.ones(3), np.ones(3), "w"))
    assert report.verdict == "fail"


def test_a_gradient_that_equals_a_coarse_difference_is_still_wrong() -> None:
    report = run(Problem(np.sin, lambda p: np.sin(0.3) / 0.3, 0.0, "x"), Options("central", 0.3))
    assert report.verdict == "fail"
    assert "epsilon-too-large" in [w["code"] for w in report.warnings]


def test_one_entry_that_hides_from_the_complex_step_is_noticed() -> None:
    def forward(w: np.ndarray) -> Any:
        return np.sum(w[1:] ** 2) + np.abs(w[0]) ** 3  # abs drops the imaginary part

    right = np.r_[3 * 0.1**2, 2 * np.full(400, 0.5)]
    with pytest.raises(GradcheckError) as caught:
        run(Problem(forward, lambda w: right, np.r_[0.1, np.full(400, 0.5)], "w"), Options("complex-step"))
    assert caught.value.code == "method_disagrees"


def test_a_lone_wrong_number_has_no_cause() -> None:
    report = run(Problem(lambda t: np.sin(t) + 0.3 * t**2, np.cos, 0.7, "t"))
    assert report.verdict == "fail"
    assert report["t"].cause is None


@pytest.mark.parametrize("factor", [1e200, 1e300])
def test_huge_losses_are_told_in_json(factor: float) -> None:
    import json

    case = zoo.transformed(zoo.mlp(1, activation="tanh"), factor=factor)
    report = run(case.problem())
    assert report.verdict == "pass"
    json.dumps(report.to_dict(), allow_nan=False)


def test_long_names_stay_within_the_contract() -> None:
    from jupyterlab_gradcheck.contract import validate

    parameters = {f"{letter}" * 200: np.zeros(2) for letter in "abcdefgh"}
    for factor in (1, 2):
        gradients = {name: np.full(2, float(factor)) for name in parameters}
        report = run(Problem(lambda p: float(sum(np.sum(v) for v in p.values())), lambda p, g=gradients: g, parameters))
        validate("report", report.to_dict())


def test_the_persons_floating_point_settings_are_theirs() -> None:
    with np.errstate(all="raise"):
        before = np.geterr()
        report = run(Problem(lambda p: np.sum(p**2), lambda p: 2 * p, np.array([1e-30, 1.0]), "w"))
        assert report.verdict == "pass"
        assert np.geterr() == before


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-300, 1e-200, 1e-100])
@pytest.mark.parametrize("shape", [(), (3,)])
def test_parameters_that_are_next_to_nothing(size: float, shape: tuple[int, ...]) -> None:
    """Weights that have decayed into the denormal numbers count as zeros; others by their own size."""

    def problem(factor: float) -> Problem:
        return Problem(
            lambda p: np.sin(p["w"]).sum(), lambda p: {"dw": factor * np.cos(p["w"])}, {"w": np.full(shape, size)}
        )

    assert check(problem(1.0), NumpyBackend()).verdict == "pass"
    assert check(problem(1.01), NumpyBackend()).verdict == "fail"
