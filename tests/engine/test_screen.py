"""Random directions judge thousands of entries at once, and bisection finds the wrong ones: all of them, and only them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import zoo
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.engine import Options, Problem, Report, check, noise, screen
from jupyterlab_gradcheck.engine.evaluate import Evaluator
from jupyterlab_gradcheck.engine.screen import LEAST, Screening

SHAPE = (50, 40)


def run(problem: Problem, options: Options | None = None, **kwargs: Any) -> Report:
    return check(problem, NumpyBackend(), options, **kwargs)


def net(seed: int, activation: str) -> zoo.Case:
    """A network whose W1 has 2,000 entries, of 2,581 in all."""
    case = zoo.mlp(seed, (SHAPE[1], SHAPE[0], 10, 1), activation=activation, m=20)
    assert case.parameters["W1"].shape == SHAPE
    return case


def right_gradient(case: zoo.Case) -> np.ndarray:
    return np.asarray(case.gradient(case.parameters)["dW1"])


def with_errors(case: zoo.Case, errors: np.ndarray) -> Problem:
    """The question with ``errors`` (of W1's shape) added to dW1, here and elsewhere."""
    return case.problem(lambda g: {**g, "dW1": g["dW1"] + errors})


def planted(case: zoo.Case, count: int, fraction: float, seed: int) -> np.ndarray:
    """Errors of ``fraction`` to twice that of the largest gradient, of either sign, at ``count`` random entries."""
    random = np.random.default_rng([seed, count])
    errors = np.zeros(SHAPE)
    at = random.choice(errors.size, count, replace=False)
    largest = np.abs(right_gradient(case)).max()
    errors.reshape(-1)[at] = fraction * largest * random.choice([-1, 1], count) * random.uniform(1, 2, count)
    return errors


def found(report: Report) -> np.ndarray:
    codes = report["W1"].codes
    assert codes is not None
    return np.asarray(codes == 2)


def others_pass(report: Report) -> bool:
    return all(p.verdict == "pass" for p in report.parameters if p.name != "W1")


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("seed", range(4))
def test_a_right_network_is_decided_by_a_few_directions(activation: str, seed: int) -> None:
    report = run(net(seed, activation).problem())
    assert report.verdict == "pass"
    # 2n would be 5,162.
    assert report.evaluations <= 150
    assert report.coverage is not None
    assert report.coverage.kind == "screened"
    assert report.coverage.points == 2
    # 3 directions over everything are enough where nothing is under suspicion.
    assert report.coverage.directions == 3
    assert report.coverage.entries <= 3 * 6
    for parameter in report.parameters:
        assert parameter.counts == {"pass": parameter.size, "inconclusive": 0, "fail": 0}
        assert parameter.detection_limit is not None


CEILINGS = {1: 300, 2: 350, 10: 720, 60: 2300}


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize(("fraction", "options"), [(1e-3, Options()), (0.5, Options()), (1e-6, Options(strict=True))])
@pytest.mark.parametrize("count", CEILINGS)
def test_every_wrong_entry_is_found_and_no_other(
    count: int, fraction: float, options: Options, activation: str
) -> None:
    for seed in range(3):
        case = net(seed, activation)
        errors = planted(case, count, fraction, seed)
        report = run(with_errors(case, errors), options)
        assert report["W1"].verdict == "fail"
        np.testing.assert_array_equal(found(report), errors != 0)
        assert others_pass(report)
        assert report.evaluations <= CEILINGS[count]
        # The numerical gradient of what was found is the right one.
        right, numerical = right_gradient(case), report["W1"].numerical
        assert numerical is not None
        np.testing.assert_allclose(numerical[errors != 0], right[errors != 0], rtol=0, atol=1e-7 * np.abs(right).max())


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("seed", range(3))
def test_many_wrong_entries_are_sampled_not_searched(activation: str, seed: int) -> None:
    """Bisection to a thousand entries would cost more than measuring all."""
    case = net(seed, activation)
    report = run(with_errors(case, planted(case, 1000, 0.1, seed)))
    assert report["W1"].verdict == "fail"
    assert others_pass(report)
    assert np.count_nonzero(found(report)) > 2
    assert report.evaluations <= 400
    # What is said of the whole is an estimate from the directions.
    true = np.linalg.norm(planted(case, 1000, 0.1, seed))
    right = np.linalg.norm(right_gradient(case))
    claimed = np.linalg.norm(right_gradient(case) + planted(case, 1000, 0.1, seed))
    assert report["W1"].relative_difference == pytest.approx(true / (right + claimed), rel=0.7)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("seed", range(4))
def test_errors_that_cancel_are_found(activation: str, seed: int) -> None:
    """Opposite errors of one size: what checkers with directions of one sign, or of +-1, cannot see."""
    case = net(seed, activation)
    right = right_gradient(case)
    random = np.random.default_rng(seed)
    far = np.argsort(right.reshape(-1))[[random.integers(0, 9), -1 - random.integers(0, 9)]]
    swapped = right.copy()
    swapped.reshape(-1)[far] = swapped.reshape(-1)[far[::-1]]
    pair = np.zeros(SHAPE)
    pair.reshape(-1)[random.choice(right.size, 2, replace=False)] = np.abs(right).max() * np.array([1e-2, -1e-2])
    same = np.abs(pair)
    for errors in (swapped - right, pair, same):
        report = run(with_errors(case, errors))
        assert report["W1"].verdict == "fail"
        np.testing.assert_array_equal(found(report), errors != 0)
        assert others_pass(report)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("seed", range(3))
def test_swapped_rows_are_found(activation: str, seed: int) -> None:
    case = net(seed, activation)
    right = right_gradient(case)
    busy = np.flatnonzero(np.abs(right).max(axis=1) > 1e-2 * np.abs(right).max())
    rows = np.random.default_rng(seed).choice(busy, 2, replace=False)

    def swap(g: dict[str, Any]) -> dict[str, Any]:
        wrong = g["dW1"].copy()
        wrong[rows] = wrong[rows[::-1]]
        return {**g, "dW1": wrong}

    report = run(case.problem(swap))
    assert report["W1"].verdict == "fail"
    assert others_pass(report)
    wrong = np.flatnonzero(found(report).any(axis=1))
    assert set(wrong) == set(rows)


@given(seed=st.integers(0, 2**31), exponent=st.floats(0, 3), sign=st.sampled_from([-1, 1]))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_no_error_above_the_detection_limit_passes(seed: int, exponent: float, sign: int) -> None:
    random = np.random.default_rng(seed)
    case = net(int(random.integers(0, 5)), str(random.choice(["tanh", "relu"])))
    limits = {p.name: p.detection_limit for p in run(case.problem()).parameters}
    name = str(random.choice(list(limits)))
    limit = limits[name]
    assert limit is not None
    at = int(random.integers(0, case.parameters[name].size))
    error = sign * 1.5 * limit * 10**exponent

    def spoil(g: dict[str, Any]) -> dict[str, Any]:
        wrong = np.array(g[f"d{name}"])
        wrong.reshape(-1)[at] += error
        return {**g, f"d{name}": wrong}

    report = run(case.problem(spoil))
    assert report[name].verdict != "pass", (name, at, error, report[name].message)
    assert all(p.verdict == "pass" for p in report.parameters if p.name != name)


@given(seed=st.integers(0, 2**31), fraction=st.floats(1e-9, 0.9e-4), sign=st.sampled_from([-1, 1]))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_no_error_below_the_tolerance_fails(seed: int, fraction: float, sign: int) -> None:
    random = np.random.default_rng(seed)
    case = net(int(random.integers(0, 5)), str(random.choice(["tanh", "relu"])))
    right = right_gradient(case)
    # Beside the largest, whose error would move the measure itself.
    at = int(random.choice(np.flatnonzero(np.abs(right) < np.abs(right).max())))

    def spoil(g: dict[str, Any]) -> dict[str, Any]:
        wrong = g["dW1"].copy()
        wrong.reshape(-1)[at] += sign * fraction * np.abs(wrong).max()
        return {**g, "dW1": wrong}

    report = run(case.problem(spoil))
    assert report.verdict == "pass", report.message
    if fraction > 1e-6:
        assert run(case.problem(spoil), Options(strict=True))["W1"].verdict == "fail"


def unlike(seed: int, size: int = 3000) -> zoo.Case:
    """One array whose entries live on scales from 1e-3 to 1e+3, each waving once within its own."""
    random = np.random.default_rng(seed)
    length = 10 ** random.uniform(-3, 3, size)
    phase = random.uniform(0, 6, size)
    return zoo.Case(
        "unlike",
        lambda p: np.sum(np.sin(p["w"] / length + phase)),
        lambda p: {"dw": np.cos(p["w"] / length + phase) / length},
        {"w": length * random.choice([-1, 1], size) * random.uniform(0.5, 2, size)},
    )


@pytest.mark.parametrize("seed", range(4))
def test_unlike_scales_within_an_array(seed: int) -> None:
    case = unlike(seed)
    report = run(case.problem())
    assert report.verdict != "fail", report.message
    right = case.gradient(case.parameters)["dw"]
    at = np.argsort(np.abs(right))[-200]

    def spoil(g: dict[str, Any]) -> dict[str, Any]:
        wrong = g["dw"].copy()
        wrong[at] *= 1.5
        return {"dw": wrong}

    report = run(case.problem(spoil))
    assert report["w"].verdict != "pass", report.message
    codes = report["w"].codes
    assert codes is not None
    assert set(np.flatnonzero(codes == 2)) <= {at}


def told(report: Report) -> str:
    plain = report.to_dict()
    del plain["elapsed_seconds"], plain["plan"]
    return json.dumps(plain, sort_keys=True)


def test_the_same_check_gives_the_same_report() -> None:
    case = net(1, "relu")
    problem = with_errors(case, planted(case, 5, 0.01, 1))
    np.random.seed(1)
    first = told(run(problem))
    np.random.seed(2)
    np.random.random(5)
    assert told(run(problem)) == first


# --- directions by themselves -----------------------------------------------------------------------------------------


def screening(loss: Any, parameters: Any, seed: int = 0) -> Screening:
    evaluator = Evaluator(Problem(loss, None, parameters), NumpyBackend())
    base = evaluator.base_loss(1)
    with np.errstate(all="ignore"):
        return Screening(evaluator, base, noise.measure(evaluator, base), seed)


def test_weights_leave_no_entry_out_and_let_no_two_cancel() -> None:
    random = np.random.default_rng(0)
    parameters = {"v": random.normal(size=5000), "w": random.normal(size=(20, 30)) * 1e-8, "x": np.zeros(7)}
    one = screening(lambda p: 1.0, parameters)
    drawn = [[one.weights(position, number) for position in range(3)] for number in range(4)]
    for position in range(3):
        for number in range(4):
            size = np.abs(drawn[number][position])
            # Entries that outgrow their array move further.
            assert size.min() >= LEAST
            assert size.max() <= 1.5 * 8
            if size.size > 500:
                assert 0.45 < np.mean(drawn[number][position] > 0) < 0.55
    assert np.abs(drawn[0][1]).max() > 1.4
    # Every direction is another one, and each comes back when it is asked for again.
    for number in range(1, 4):
        assert abs(np.corrcoef(drawn[0][0], drawn[number][0])[0, 1]) < 0.1
    np.testing.assert_array_equal(one.weights(1, 3), drawn[3][1])
    np.testing.assert_array_equal(one.weights(1, 3, 0.25), 0.25 * drawn[3][1])
    np.testing.assert_array_equal(screening(lambda p: 1.0, parameters).weights(0, 2), drawn[2][0])
    assert not np.array_equal(screening(lambda p: 1.0, parameters, seed=1).weights(0, 2), drawn[2][0])


@given(seed=st.integers(0, 2**31), kinks=st.booleans())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_derivatives_along_directions_lie_within_their_bounds(seed: int, kinks: bool) -> None:
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 400, 3)
    scales = 10 ** random.uniform(-2, 2, 3)
    parameters = [s * random.normal(size=n) for s, n in zip(scales, sizes, strict=True)]
    weight = [random.normal(size=n) / s for s, n in zip(scales, sizes, strict=True)]

    def bend(z: np.ndarray) -> np.ndarray:
        return np.maximum(z, 0.0) if kinks else np.tanh(z)

    def loss(p: list[np.ndarray]) -> float:
        return float(sum(np.sum(w * s * bend(v / s)) for v, w, s in zip(p, weight, scales, strict=True)))

    def slope(z: np.ndarray) -> np.ndarray:
        return (z > 0).astype(float) if kinks else 1 - np.tanh(z) ** 2

    true = [w * slope(v / s) for v, w, s in zip(parameters, weight, scales, strict=True)]
    one = screening(loss, parameters, seed)
    for number in range(2):
        joint = one.joint(number, [0, 2], true)
        reached = sum(size * float(np.linalg.norm(true[p])) for p, size in joint.reach.items())
        # The excess is over the claimed gradients, which are the true ones here; the claim's own sum rounds.
        assert abs(joint.excess) <= joint.bound + 1e-13 * reached
        assert joint.bound < 1e-3 * reached
        # Another claim is held against the same measurement.
        assert one.excess(joint, true) == pytest.approx(joint.excess, abs=1e-12 * reached)
        twice = one.excess(joint, [2 * g for g in true])
        assert twice == pytest.approx(2 * joint.excess - joint.value, abs=1e-12 * reached)
    for direction in one.directions(1, range(3)):
        assert abs(direction.value - float(true[1] @ direction.weights)) <= direction.bound + 1e-13 * np.linalg.norm(
            true[1]
        )


@given(seed=st.integers(0, 2**31), size=st.integers(3, 3000), count=st.integers(0, 25))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_bisection_finds_what_makes_up_an_excess(seed: int, size: int, count: int) -> None:
    random = np.random.default_rng(seed)
    count = min(count, size // 3)
    true = random.normal(size=size)
    wrong = np.sort(random.choice(size, count, replace=False))
    claimed = true.copy()
    claimed[wrong] += random.choice([-1, 1], count) * random.uniform(0.01, 1, count)
    one = screening(lambda p: float(p @ true), random.normal(size=size), seed)
    direction = one.directions(0, range(1))[0]
    before = one.count
    excess = direction.value - float(claimed @ direction.weights)
    located = one.locate(0, claimed, direction, excess, 1e-4, size)
    assert located.complete
    # In pairs: the last halving is left to measuring both.
    assert set(wrong) <= set(located.entries)
    assert len(located.entries) <= 2 * count
    assert located.limit < 0.01
    # One block in two is measured on the way down to each entry.
    assert one.count - before <= 2 + count * (np.log2(size) + 2)


def test_a_search_without_budget_says_that_it_was_not_ended() -> None:
    true = np.random.default_rng(0).normal(size=500)
    claimed = true.copy()
    claimed[[3, 77, 400]] += 1.0
    one = screening(lambda p: float(p @ true), np.ones(500))
    direction = one.directions(0, range(1))[0]
    excess = direction.value - float(claimed @ direction.weights)
    one._evaluator.allow(one._evaluator.evaluations + 10, np.inf)
    assert not one.locate(0, claimed, direction, excess, 1e-4, 500).complete
    one._evaluator.allow(None, np.inf)
    assert not one.locate(0, claimed, direction, excess, 1e-4, 1).complete
    assert one.locate(0, claimed, direction, excess, 1e-4, 500).complete


@pytest.mark.parametrize("count", [1, 30, 1000])
def test_the_size_of_an_error_is_estimated(count: int) -> None:
    random = np.random.default_rng(count)
    one = screening(lambda p: 1.0, np.ones(1000))
    ratios = []
    for _ in range(30):
        error = np.zeros(1000)
        error[random.choice(1000, count, replace=False)] = random.normal(size=count)
        excesses = [float(error @ one.weights(0, number)) for number in range(4)]
        ratios.append(screen.error_norm(excesses) / np.linalg.norm(error))
    assert 0.8 < np.median(ratios) < 1.25
    assert np.isnan(screen.error_norm([]))
