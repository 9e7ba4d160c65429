"""Many parameters of a few entries each: groups of them are judged together, and the wrong ones found by halving."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.engine import Options, Problem, Report, check
from jupyterlab_gradcheck.engine.examine import spot_checks


def problem(seed: int, leaves: int, wrong: int, spread: float = 0.0) -> tuple[Problem, set[str]]:
    """A loss over ``leaves`` arrays, whose gradients differ by ``spread`` powers of ten; one entry of ``wrong`` of them is
    off by 1 %. Returns the names of those as well."""
    random = np.random.default_rng(seed)
    shapes = [tuple(random.integers(1, 12, size=random.integers(1, 3))) for _ in range(leaves)]
    parameters = {f"p{k}": random.normal(size=shape) for k, shape in enumerate(shapes)}
    weights = {name: 10.0 ** random.uniform(-spread, 0) for name in parameters}
    planted = set(random.choice(sorted(parameters), size=wrong, replace=False).tolist())

    def forward(p: dict[str, np.ndarray]) -> float:
        return math.fsum(weights[name] * float(np.sum(np.tanh(value) ** 2)) for name, value in p.items())

    def backward(p: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        found = {}
        for name, value in p.items():
            squashed = np.tanh(value)
            found[name] = weights[name] * 2 * squashed * (1 - squashed * squashed)
            if name in planted:
                found[name].reshape(-1)[int(np.argmax(np.abs(found[name])))] *= 1.01
        return found

    return Problem(forward, backward, parameters), planted


def failing(report: Report) -> set[str]:
    return {one.name for one in report.parameters if one.verdict == "fail"}


@pytest.mark.parametrize("spread", [0.0, 2.0])
def test_many_leaves_cost_no_more_than_one_large_one(spread: float) -> None:
    case, _ = problem(1, 200, 0, spread)
    report = check(case, NumpyBackend())
    assert report.verdict == "pass"
    assert report.evaluations <= 300


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000), leaves=st.integers(100, 200), wrong=st.integers(1, 4), spread=st.sampled_from([0, 2])
)
def test_the_wrong_ones_among_many_are_found_and_no_other(seed: int, leaves: int, wrong: int, spread: int) -> None:
    right = check(problem(seed, leaves, 0, spread)[0], NumpyBackend())
    case, planted = problem(seed, leaves, wrong, spread)
    report = check(case, NumpyBackend())
    assert right.verdict == "pass"
    assert failing(report) == planted
    # About 16 evaluations for each halving, and at most four times 24 for the entries of a leaf that is small; more for others.
    assert report.evaluations - right.evaluations <= 250 * wrong


def test_errors_of_two_leaves_that_cancel_along_a_direction_are_found() -> None:
    """Along direction 0 the errors of two neighbours make up for each other, those of a third tell that something is wrong."""
    from jupyterlab_gradcheck.engine.evaluate import Evaluator
    from jupyterlab_gradcheck.engine.noise import Noise
    from jupyterlab_gradcheck.engine.screen import Screening

    parameters = {f"p{k}": np.full(30, 0.5) for k in range(120)}

    def forward(p: dict[str, np.ndarray]) -> float:
        return math.fsum(float(np.sum(value * value)) for value in p.values())

    evaluator = Evaluator(Problem(forward, None, parameters), NumpyBackend())
    loss = evaluator.base_loss()
    screening = Screening(evaluator, loss, Noise.floor([loss], np.dtype(np.float64)))
    ahead = [screening.weights(position, 0)[0] for position in (10, 11)]
    # It shows most along that very direction.
    others = np.maximum(*(np.abs(screening.weights(90, number)) for number in (1, 2)))
    loud = int(np.argmax(np.abs(screening.weights(90, 0)) - others))

    def backward(p: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        found = {name: 2 * value for name, value in p.items()}
        found["p10"][0] += 0.01
        found["p11"][0] -= 0.01 * ahead[0] / ahead[1]
        found["p90"][loud] += 0.5
        return found

    report = check(Problem(forward, backward, parameters), NumpyBackend(), Options(points=0))
    assert failing(report) == {"p10", "p11", "p90"}


@pytest.mark.parametrize("leaves", [1, 4, 32, 33, 96, 97, 5000])
def test_entries_measured_one_by_one_are_limited_in_all(leaves: int) -> None:
    assert leaves * spot_checks(leaves) <= 96
    assert spot_checks(leaves) == 3 if leaves <= 32 else spot_checks(leaves) < 3
