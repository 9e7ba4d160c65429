"""Points nearby: what hides here is found there, and what is right stays right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import zoo
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.contract import validate
from jupyterlab_gradcheck.engine import Options, Problem, Report, check


def run(problem: Problem, options: Options | None = None, **kwargs: Any) -> Report:
    return check(problem, NumpyBackend(), options, **kwargs)


def codes(report: Report) -> list[str]:
    return [warning["code"] for warning in report.warnings]


def failing(report: Report) -> set[str]:
    return {p.name for p in report.parameters if p.verdict == "fail"}


def points(report: Report) -> int:
    assert report.coverage is not None
    return report.coverage.points


def with_dead_unit(seed: int = 0) -> zoo.Case:
    """A ReLU network whose unit 2 of the first layer is off for all of the data."""
    case = zoo.mlp(seed, (4, 6, 3, 1), m=5)
    while case.gradient(case.parameters)["dW1"][2].any():
        case.parameters["b1"][2] -= 0.1
    assert np.count_nonzero(case.gradient(case.parameters)["dW1"]) > 4
    return case


def forgets_row(gradients: dict[str, Any]) -> dict[str, Any]:
    wrong = gradients["dW1"].copy()
    wrong[2] *= 3
    return {**gradients, "dW1": wrong}


@pytest.mark.parametrize("seed", range(6))
def test_a_mistake_behind_a_dead_unit_is_found(seed: int) -> None:
    case = with_dead_unit(seed)
    report = run(case.problem(forgets_row))
    assert failing(report) == {"W1"}
    found = report["W1"]
    assert found.cause is not None
    assert found.cause.kind == "elsewhere"
    assert "right at these parameters, but wrong at parameters nearby" in found.message
    assert report.message == "1 of 6 gradients is wrong: dW1."
    # Here everything is right, entry by entry; the entry that is wrong is one of the point nearby.
    assert found.counts == {"pass": 24, "inconclusive": 0, "fail": 0}
    assert found.elsewhere is not None
    assert found.elsewhere.index[0] == 2
    assert found.elsewhere.verdict == "fail"
    assert found.elsewhere.analytic == pytest.approx(3 * found.elsewhere.numerical, rel=1e-5)
    validate("report", report.to_dict())
    assert report.to_dict()["parameters"][0]["elsewhere"]["index"][0] == 2


@pytest.mark.parametrize("seed", range(6))
def test_the_same_without_points_passes_and_says_what_it_could_not_test(seed: int) -> None:
    report = run(with_dead_unit(seed).problem(forgets_row), Options(points=0))
    assert report.verdict == "pass"
    assert points(report) == 0
    assert "blind-spot" in codes(report)
    blind = report["W1"].blind
    assert blind is not None
    assert blind.count >= 4
    assert blind.nearby == 0
    assert "row" in blind.message


@pytest.mark.parametrize("seed", range(6))
def test_blind_spots_of_right_code_are_tested_nearby(seed: int) -> None:
    report = run(with_dead_unit(seed).problem())
    assert report.verdict == "pass"
    assert points(report) == 2
    blind = report["W1"].blind
    assert blind is not None
    # Unit 2 awakes within reach.
    assert blind.asleep[2].all()
    assert blind.nearby >= 4


@pytest.mark.parametrize("spoil", ["missing", "twice", "one parameter's only"])
def test_a_wrong_penalty_at_zero_is_found(spoil: str) -> None:
    """An L2 term has no gradient where the parameters are zero."""
    random = np.random.default_rng(1)
    x, y = random.normal(size=(12, 4)), random.normal(size=12)
    parameters = {"w": np.zeros(4), "b": np.zeros(1)}

    def forward(p: dict[str, Any]) -> Any:
        return np.mean((x @ p["w"] + p["b"] - y) ** 2) + 0.3 * np.sum(p["w"] ** 2)

    def backward(p: dict[str, Any], penalty: float = 0.6, on_b: float = 0.0) -> dict[str, Any]:
        rest = 2 * (x @ p["w"] + p["b"] - y) / 12
        return {"w": x.T @ rest + penalty * p["w"], "b": rest.sum(keepdims=True) + on_b * p["b"]}

    assert run(Problem(forward, backward, parameters)).verdict == "pass"
    change = {"missing": {"penalty": 0.0}, "twice": {"penalty": 1.2}, "one parameter's only": {"on_b": 0.6}}[spoil]
    wrong = Problem(forward, lambda p: backward(p, **change), parameters)
    report = run(wrong)
    name = "b" if "on_b" in change else "w"
    assert failing(report) == {name}
    assert report[name].cause is not None
    assert report[name].cause.kind == "elsewhere"
    assert run(wrong, Options(points=0)).verdict == "pass"


def test_a_branch_that_is_not_taken_here_is_taken_nearby() -> None:
    def forward(p: dict[str, Any]) -> Any:
        return np.sum(p["w"] ** 2) + (np.sum(p["w"] ** 4) if p["w"][0] > 1.05 else 1.05**4 * 1.0)

    def backward(p: dict[str, Any]) -> dict[str, Any]:
        # Forgets the branch.
        return {"dw": 2 * p["w"]}

    parameters = {"w": np.array([1.0, 1.0, -1.0])}
    assert run(Problem(forward, backward, parameters), Options(points=0)).verdict == "pass"
    report = run(Problem(forward, backward, parameters), Options(points=4))
    assert failing(report) == {"w"}
    assert report["w"].cause is not None
    assert report["w"].cause.kind == "elsewhere"


@pytest.mark.parametrize("points_", [0, 1, 2, 5])
def test_as_many_points_as_were_asked_for(points_: int) -> None:
    seen: set[bytes] = set()
    case = zoo.mlp(1, (4, 6, 3, 1), activation="tanh")
    before = {k: v.copy() for k, v in case.parameters.items()}

    def backward(p: dict[str, Any]) -> dict[str, Any]:
        seen.add(b"".join(value.tobytes() for value in p.values()))
        return case.gradient(p)

    report = run(Problem(case.loss, backward, case.parameters), Options(points=points_))
    assert report.verdict == "pass"
    assert points(report) == points_
    # Backward was called at each point, and here.
    assert len(seen) == points_ + 1
    for name, value in before.items():
        np.testing.assert_array_equal(case.parameters[name], value)
    assert report.coverage is not None
    assert ("nearby" in report.coverage.message) == (points_ > 0)


def test_the_same_points_every_time() -> None:
    def asked(state: int) -> list[bytes]:
        seen: list[bytes] = []
        case = zoo.mlp(1, (4, 6, 3, 1), activation="tanh")

        def backward(p: dict[str, Any]) -> dict[str, Any]:
            seen.append(b"".join(value.tobytes() for value in p.values()))
            return case.gradient(p)

        np.random.seed(state)
        run(Problem(case.loss, backward, case.parameters))
        return seen

    assert asked(1) == asked(2)


def test_backward_that_follows_no_parameters_is_not_checked_elsewhere() -> None:
    """It works from a cache of values that were computed here."""
    case = zoo.mlp(2, (4, 6, 3, 1), activation="tanh")
    cached = case.gradient(case.parameters)
    problem = Problem(case.loss, lambda p: cached, case.parameters, follows=False)
    report = run(problem)
    assert report.verdict == "pass"
    assert points(report) == 0
    assert report.plan is not None
    assert "nearby" not in report.plan.message
    # Who claims to follow them is taken at their word.
    assert run(Problem(case.loss, lambda p: cached, case.parameters)).verdict == "fail"


def test_no_point_nearby_for_the_classic_rule() -> None:
    report = run(with_dead_unit().problem(forgets_row), Options("central", 1e-6))
    assert points(report) == 0
    assert report.verdict == "pass"


def optimum(seed: int, offset: float = 0.0) -> tuple[Any, Any, dict[str, Any]]:
    """A linear fit at its exact solution: the gradient is zero but for rounding, which ``offset`` makes large."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((20, 3))
    y = x @ random.standard_normal(3) + 0.3 * random.standard_normal(20)
    best = np.linalg.lstsq(np.c_[x, np.ones(20)], y)[0]

    def forward(p: dict[str, Any]) -> Any:
        return np.mean((x @ p["w"] + p["b"] - y) ** 2) + offset

    def backward(p: dict[str, Any]) -> dict[str, Any]:
        rest = x @ p["w"] + p["b"] - y
        return {"w": 2 * x.T @ rest / 20, "b": 2 * rest.mean()}

    return forward, backward, {"w": best[:-1], "b": best[-1]}


@pytest.mark.parametrize("offset", [0.0, 1e3])
@pytest.mark.parametrize("seed", range(8))
def test_at_an_optimum_the_points_nearby_decide(seed: int, offset: float) -> None:
    forward, backward, parameters = optimum(seed, offset)
    right = run(Problem(forward, backward, parameters))
    assert right.verdict == "pass", right.message
    assert right["w"].counts["pass"] == 3
    alone = run(Problem(forward, backward, parameters), Options(points=0))
    assert alone.verdict != "fail"
    for factor in (-1, 0, 0.5, 2, 1.01):
        wrong = run(Problem(forward, lambda p, f=factor: {**backward(p), "w": f * backward(p)["w"]}, parameters))
        assert failing(wrong) == {"w"}, (factor, wrong.message)
        assert wrong["w"].elsewhere is not None


def log_of_a_parameter(seed: int) -> tuple[Any, Any, Any]:
    data = np.random.default_rng(seed).normal(2, 0.7, 40)

    def forward(p: dict[str, Any]) -> Any:
        return np.mean((data - p["m"]) ** 2) / (2 * p["v"]) + 0.5 * np.log(p["v"])

    def backward(p: dict[str, Any]) -> dict[str, Any]:
        return {
            "m": np.mean(p["m"] - data) / p["v"],
            "v": -np.mean((data - p["m"]) ** 2) / (2 * p["v"] ** 2) + 0.5 / p["v"],
        }

    return forward, backward, {"m": np.array(1.0), "v": np.array(10 ** np.random.default_rng(seed).uniform(-3, 1))}


def square_roots(seed: int) -> tuple[Any, Any, Any]:
    w = 10 ** np.random.default_rng(seed).uniform(-4, 2, 6)
    return lambda p: np.sum(np.sqrt(p)), lambda p: 0.5 / np.sqrt(p), w


def probabilities(seed: int) -> tuple[Any, Any, Any]:
    """Parameters that must stay within (0, 1), and add up to one only by custom."""
    share = np.random.default_rng(seed).dirichlet(np.ones(5))
    counts = np.random.default_rng(seed + 1).integers(1, 9, 5)

    def forward(p: np.ndarray) -> Any:
        return -np.sum(counts * np.log(p) + 2 * np.log1p(-p))

    return forward, lambda p: -counts / p + 2 / (1 - p), np.clip(share, 1e-3, 1 - 1e-3)


def raises_outside(seed: int) -> tuple[Any, Any, Any]:
    import math

    w = np.random.default_rng(seed).uniform(0.01, 1, 4)
    return lambda p: float(sum(math.log(v) for v in p)), lambda p: 1 / p, w


@pytest.mark.parametrize("make", [log_of_a_parameter, square_roots, probabilities, raises_outside])
@pytest.mark.parametrize("seed", range(10))
def test_the_edges_of_a_domain_nearby_accuse_nobody(make: Any, seed: int) -> None:
    forward, backward, parameters = make(seed)
    with np.errstate(all="ignore"):
        report = run(Problem(forward, backward, parameters, "w"))
    assert report.verdict == "pass", (report.message, [p.message for p in report.parameters])


@given(
    seed=st.integers(0, 2**31),
    sizes=st.lists(st.integers(1, 7), min_size=2, max_size=4),
    activation=st.sampled_from(["relu", "tanh"]),
    scale=st.floats(-3, 1),
    dead=st.booleans(),
    steps=st.sampled_from([0, 0, 30]),
    strict=st.booleans(),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_right_code_is_never_accused(
    seed: int, sizes: list[int], activation: str, scale: float, dead: bool, steps: int, strict: bool
) -> None:
    case = zoo.mlp(seed, (*sizes, 1), activation=activation, m=4, scale=10**scale)
    if dead:
        case.parameters["b1"][0] = -50 * 10**scale
    if steps:
        case = zoo.trained(case, steps, 0.05)
    report = run(case.problem(), Options(points=3, strict=strict))
    assert report.verdict != "fail", [p.message for p in report.parameters]


@given(seed=st.integers(0, 2**31), scale=st.floats(-3, 1), zero=st.booleans())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_right_code_of_other_kinds_is_never_accused(seed: int, scale: float, zero: bool) -> None:
    for case in zoo.all_cases(seed % 1000)[2:]:
        if zero:
            parameters = {k: 0 * v if k != "variance" else v for k, v in case.parameters.items()}
        else:
            parameters = {k: 10**scale * v for k, v in case.parameters.items()}
        report = run(Problem(case.loss, case.gradient, parameters), Options(points=3))
        assert report.verdict != "fail", (case.name, [p.message for p in report.parameters])


def test_a_gradient_that_is_wrong_here_needs_no_point_nearby() -> None:
    case = zoo.mlp(2, (3, 1), activation="tanh")
    report = run(case.problem(lambda g: {k: 2 * v for k, v in g.items()}))
    assert failing(report) == {"W1", "b1"}
    assert points(report) == 0
    assert report["W1"].elsewhere is None


def test_backward_that_raises_nearby_is_left_out() -> None:
    case = zoo.mlp(2, (4, 6, 3, 1), activation="tanh")
    home = case.parameters["W1"].copy()

    def backward(p: dict[str, Any]) -> dict[str, Any]:
        if not np.array_equal(p["W1"], home):
            raise ZeroDivisionError("only here")
        return case.gradient(p)

    report = run(Problem(case.loss, backward, case.parameters))
    assert report.verdict == "pass"
    assert points(report) == 0


def test_a_loss_that_is_finite_only_here_is_checked_here_alone() -> None:
    def forward(p: np.ndarray) -> Any:
        return np.sum(p**2) if np.max(np.abs(p - 1)) < 1e-3 else np.nan

    report = run(Problem(forward, lambda p: 2 * p, np.ones(4), "w"))
    assert report.verdict == "pass"
    assert points(report) == 0
