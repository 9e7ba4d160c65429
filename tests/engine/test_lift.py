"""float32 losses are judged in float64, by copies that are believed only where they give the same losses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck import gradcheck
from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.engine import GradcheckError, Options, Problem, Report, check
from jupyterlab_gradcheck.engine.randomness import HostRandomState

Parameters = dict[str, Any]


def run(problem: Problem, options: Options | None = None, **kwargs: Any) -> Report:
    return check(problem, NumpyBackend(), options, **kwargs)


def codes(report: Report) -> list[str]:
    return [warning["code"] for warning in report.warnings]


def failing(report: Report) -> set[str]:
    return {p.name for p in report.parameters if p.verdict == "fail"}


def relu_net(seed: int, dtype: Any = np.float32, cast: Any = None, factor: float = 1.0) -> Problem:
    """A net with ReLU on parameters of ``dtype``; ``cast`` is what its code casts to inside, and ``factor`` spoils dW2."""
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(5, 8)).astype("f4"), random.normal(size=(1, 8)).astype("f4")
    parameters = {
        "W1": random.normal(size=(6, 5)).astype(dtype),
        "b1": random.normal(size=(6, 1)).astype(dtype),
        "W2": random.normal(size=(1, 6)).astype(dtype),
    }

    def layers(p: Parameters) -> tuple[Any, Any, Any]:
        inner = p["W1"] @ x + p["b1"]
        hidden = np.maximum(inner if cast is None else inner.astype(cast), 0)
        return hidden, p["W2"] @ hidden - y, p

    def forward(p: Parameters) -> Any:
        loss = np.mean(layers(p)[1] ** 2)
        return loss if cast is None else loss.astype(cast)

    def backward(p: Parameters) -> Parameters:
        hidden, rest, _ = layers(p)
        delta = 2 * rest / rest.size
        back = (p["W2"].T @ delta) * (hidden > 0)
        return {"W1": back @ x.T, "b1": back.sum(axis=1, keepdims=True), "W2": factor * delta @ hidden.T}

    return Problem(forward, backward, parameters)


@pytest.mark.parametrize("seed", range(6))
def test_float32_parameters_are_lifted_by_float64_copies(seed: int) -> None:
    problem = relu_net(seed)
    before = {name: value.tobytes() for name, value in problem.parameters.items()}
    report = run(problem)
    assert report.verdict == "pass"
    assert report.lifted == "float32"
    assert report.precision == "float64"
    # What is told of the parameters is theirs.
    assert {p.dtype for p in report.parameters} == {"float32"}
    assert {name: value.tobytes() for name, value in problem.parameters.items()} == before
    assert "low-precision" not in codes(report)
    # An error float32 could never show.
    report = run(relu_net(seed, factor=1.001))
    assert failing(report) == {"W2"}


@pytest.mark.parametrize("seed", range(6))
def test_without_lift_float32_stays_and_is_honest(seed: int) -> None:
    right = run(relu_net(seed), Options(lift=False))
    assert right.lifted is None
    assert right.precision == "float32"
    assert right.verdict != "fail"
    assert "low-precision" in codes(right)
    # 1e-3 is below what float32 can tell, and 3 times is not.
    assert run(relu_net(seed, factor=1.001), Options(lift=False)).verdict != "fail"
    wrong = run(relu_net(seed, factor=3), Options(lift=False))
    assert wrong["W2"].verdict != "pass"
    assert failing(wrong) <= {"W2"}
    for parameter in right.parameters:
        if parameter.verdict == "pass" and not parameter.kinks:
            largest = np.abs(parameter.analytic).max()
            assert parameter.detection_limit is not None
            assert parameter.detection_limit < 0.05 * largest
        elif parameter.verdict == "inconclusive":
            assert "could not be decided" in parameter.message


@pytest.mark.parametrize("seed", range(4))
def test_a_cast_inside_is_lifted_by_a_widened_copy(seed: int) -> None:
    problem = relu_net(seed, dtype=np.float64, cast=np.float32)
    called = 0

    def widen() -> Problem:
        nonlocal called
        called += 1
        return relu_net(seed, dtype=np.float64, cast=np.float64)

    report = run(replace(problem, widen=widen))
    assert report.verdict == "pass"
    assert report.lifted == "float32"
    assert called == 1
    sharp = replace(
        relu_net(seed, np.float64, np.float32, 1.001), widen=lambda: relu_net(seed, np.float64, np.float64, 1.001)
    )
    assert failing(run(sharp)) == {"W2"}
    # Told that it must not, it does not.
    report = run(replace(problem, widen=widen), Options(lift=False))
    assert called == 1
    assert report.lifted is None
    assert report.verdict != "fail"


def raises(error: type[BaseException]) -> Callable[..., Any]:
    def raising(*_: Any) -> Any:
        raise error("no copy")

    return raising


def another_loss() -> Problem:
    problem = relu_net(0, np.float64, np.float64)
    return replace(problem, forward=lambda p: 1.01 * problem.forward(p))


def another_loss_only_further_away() -> Problem:
    """The same number at the parameters themselves, another function."""
    problem = relu_net(0, np.float64, np.float64)
    here = problem.forward(problem.parameters)
    return replace(problem, forward=lambda p: here + 2 * (problem.forward(p) - here))


def another_structure() -> Problem:
    problem = relu_net(0, np.float64, np.float64)
    return replace(problem, parameters={**problem.parameters, "extra": np.ones(2)})


def forward_that_raises() -> Problem:
    return replace(relu_net(0, np.float64, np.float64), forward=raises(TypeError))


def backward_that_raises() -> Problem:
    return replace(relu_net(0, np.float64, np.float64), backward=raises(ValueError))


def backward_with_holes() -> Problem:
    problem = relu_net(0, np.float64, np.float64)
    assert problem.backward is not None
    right = problem.backward
    return replace(problem, backward=lambda p: {**right(p), "W1": right(p)["W1"] * np.nan})


def still_float32() -> Problem:
    return relu_net(0, np.float64, np.float32)


@pytest.mark.parametrize(
    "widen",
    [
        raises(RuntimeError),
        raises(ZeroDivisionError),
        lambda: None,
        another_loss,
        another_loss_only_further_away,
        another_structure,
        forward_that_raises,
        backward_that_raises,
        backward_with_holes,
        still_float32,
    ],
)
def test_a_copy_that_is_none_is_not_believed(widen: Callable[[], Any]) -> None:
    problem = replace(relu_net(0, np.float64, np.float32), widen=widen)
    report = run(problem)
    assert report.lifted is None
    assert report.precision == "float32"
    # As if there were no copy.
    alone = run(relu_net(0, np.float64, np.float32))
    assert [p.verdict for p in report.parameters] == [p.verdict for p in alone.parameters]
    assert report.verdict != "fail"
    wrong = replace(relu_net(0, np.float64, np.float32, 3), widen=widen)
    assert run(wrong)["W2"].verdict != "pass"


def test_a_copy_with_other_shapes_is_not_believed() -> None:
    def widen() -> Problem:
        problem = relu_net(0, np.float64, np.float64)
        forward = problem.forward
        flat = {name: value.reshape(-1) for name, value in problem.parameters.items()}

        def of_flat(p: Parameters) -> Any:
            return forward({name: p[name].reshape(value.shape) for name, value in problem.parameters.items()})

        return replace(problem, forward=of_flat, parameters=flat)

    report = run(replace(relu_net(0, np.float64, np.float32), widen=widen))
    assert report.verdict != "fail"
    assert {p.name: p.shape for p in report.parameters} == {"W1": (6, 5), "b1": (6, 1), "W2": (1, 6)}


def test_an_interrupt_while_lifting_is_not_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        run(replace(relu_net(0, np.float64, np.float32), widen=raises(KeyboardInterrupt)))
    problem = replace(relu_net(0, np.float64, np.float64), forward=raises(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run(replace(relu_net(0, np.float64, np.float32), widen=lambda: problem))


class Stop(Exception):
    """What a progress callback may raise."""


@pytest.mark.parametrize("error", [Stop, ValueError])
def test_the_progress_of_lifting_counts_and_can_stop_it(error: type[Exception]) -> None:
    """Whatever the callback raises, also what a copy of somebody's code may raise."""
    problem = replace(relu_net(0, np.float64, np.float32), widen=lambda: relu_net(0, np.float64, np.float64))
    seen: list[int] = []
    report = run(problem, on_progress=lambda done, total: seen.append(done))
    assert seen == sorted(seen)
    # Many evaluations at a time are told once.
    assert len(seen) <= report.evaluations
    assert seen[-1] < report.evaluations

    for at in range(45):

        def stop(done: int, total: int, at: int = at) -> None:
            if done >= at:
                raise error("cancelled")

        with pytest.raises(error, match="cancelled"):
            run(problem, on_progress=stop)


def overflowing(seed: int, factor: float = 1.0) -> Problem:
    """The loss overflows in float32; its gradient, which is smaller, does not."""
    random = np.random.default_rng(seed)
    w = random.uniform(1, 2, 5).astype("f4")

    def forward(p: Parameters, dtype: Any = np.float32) -> Any:
        return np.sum(dtype(1e20) * p["w"].astype(dtype) ** 2 * dtype(1e18))

    def backward(p: Parameters, dtype: Any = np.float32) -> Parameters:
        return {"dw": dtype(factor * 2e37) * p["w"].astype(dtype) * dtype(5)}

    def widen() -> Problem:
        return Problem(lambda p: forward(p, np.float64), lambda p: backward(p, np.float64), {"w": w.astype(float)})

    return Problem(forward, backward, {"w": w}, widen=widen)


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("seed", range(3))
def test_a_loss_that_overflows_in_float32_is_checked_in_float64(seed: int) -> None:
    """sum(1e38 w^2) is beyond float32, 1e38 w is not."""
    right = run(overflowing(seed, 1.0))
    assert np.isfinite(right.loss)
    assert "loss-overflows" in codes(right)
    assert right.lifted == "float32"
    assert right.verdict == "fail"  # 1e38 w: half of the gradient
    assert right["w"].cause is not None
    assert right["w"].cause.factor == pytest.approx(0.5)


def test_a_loss_that_overflows_is_refused_where_lifting_is_not_wanted() -> None:
    with pytest.raises(GradcheckError) as caught, np.errstate(all="ignore"):
        run(overflowing(0), Options(lift=False))
    assert caught.value.code == "loss_not_finite"
    with pytest.raises(GradcheckError) as caught, np.errstate(all="ignore"):
        run(replace(overflowing(0), widen=None, forward=lambda p: np.float32(np.inf)))
    assert caught.value.code == "loss_not_finite"


def test_a_copy_of_an_overflowing_loss_must_agree_nearer_to_zero() -> None:
    problem = overflowing(0)
    assert problem.widen is not None
    widened = problem.widen()
    assert widened is not None
    other = replace(widened, forward=lambda p: 1.5 * widened.forward(p))
    # float64 parameters alone would lift nothing: the code casts.
    with pytest.raises(GradcheckError) as caught, np.errstate(all="ignore"):
        run(replace(problem, widen=lambda: other))
    assert caught.value.code == "loss_not_finite"


@pytest.mark.parametrize("seed", range(4))
def test_saturated_cross_entropy_is_checked_in_float64(seed: int) -> None:
    """After long training A rounds to 1 in float32, and its logarithm is no number; the gradient A - Y is right."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(3, 10)).astype("f4")
    w = random.normal(size=(1, 3))
    w = (22 * w / np.max(w @ x)).astype("f4")
    y = (w @ x > 0).astype("f4")

    def shares(p: Parameters) -> Any:
        return 1 / (1 + np.exp(-p["W"] @ x))

    def forward(p: Parameters) -> Any:
        a = shares(p)
        return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))

    problem = Problem(forward, lambda p: {"dW": (shares(p) - y) @ x.T / np.float32(10)}, {"W": w})
    with np.errstate(all="ignore"):
        assert not np.isfinite(forward({"W": w}))
        report = run(problem)
        assert report.verdict != "fail", report["W"].message
        assert "loss-overflows" in codes(report)
        wrong = run(Problem(forward, lambda p: {"dW": 2 * (shares(p) - y) @ x.T / np.float32(10)}, {"W": w}))
        assert wrong.verdict == "fail"


def lost_in_float32(seed: int) -> Problem:
    """Right in float64; in float32 the gradient is a difference of nearly equal numbers, of which nothing is left."""
    w = (1 + np.random.default_rng(seed).uniform(0.1, 1, 4)).astype("f4")

    def backward(p: Parameters) -> Parameters:
        large = p["w"].dtype.type(1e7)
        return {"dw": (large + 2 * p["w"]) - large}

    return Problem(lambda p: np.sum(p["w"] ** 2), backward, {"w": w})


@pytest.mark.parametrize("seed", range(4))
def test_what_float32_loses_is_not_passed(seed: int) -> None:
    """What was judged is what the person runs."""
    report = run(lost_in_float32(seed))
    assert report.lifted == "float32"
    assert report["w"].verdict == "inconclusive"
    assert "in float32 it is off by" in report["w"].message


def test_what_is_no_gradient_in_float32_fails_though_it_is_one_in_float64() -> None:
    def backward(p: Parameters) -> Parameters:
        # exp(100) is beyond float32.
        return {"dw": 2 * p["w"] * (np.exp(100 * p["w"] / p["w"]) / np.exp(100 * p["w"] / p["w"]))}

    problem = Problem(lambda p: np.sum(p["w"] ** 2), backward, {"w": np.array([1.0, 1.5], dtype="f4")})
    with np.errstate(all="ignore"):
        report = run(problem)
    assert report.verdict == "fail"
    assert report["w"].cause is not None
    assert report["w"].cause.kind == "non-finite"


@pytest.mark.parametrize("seed", range(4))
def test_rounding_of_float32_claims_is_no_error(seed: int) -> None:
    """The original's gradients hold 7 digits, and may have lost some: lifted they are right, and so is the code."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(30, 4)).astype("f4")
    y = (x @ random.normal(size=(4, 1)) + 30).astype("f4")

    def backward(p: Parameters) -> Parameters:
        rest = x @ p["w"] + p["b"] - y
        return {"w": 2 * x.T @ rest / rest.size, "b": 2 * rest.mean(keepdims=True)}

    parameters = {"w": random.normal(size=(4, 1)).astype("f4"), "b": np.full((1, 1), 29.99, dtype="f4")}
    report = run(Problem(lambda p: np.mean((x @ p["w"] + p["b"] - y) ** 2), backward, parameters))
    assert report.verdict == "pass", report.message
    assert report.lifted == "float32"


def test_float64_is_not_lifted_and_no_copy_is_asked_for() -> None:
    report = run(replace(relu_net(1, np.float64), widen=raises(AssertionError)))
    assert report.verdict == "pass"
    assert report.lifted is None


def test_dropout_stays_frozen_in_the_copy() -> None:
    """A copy draws the same numbers: both are restored to the same state."""

    def drop(problem: Problem) -> Problem:
        forward, backward = problem.forward, problem.backward
        assert backward is not None

        def dropped() -> float:
            return 1.0 + float(np.random.rand())

        def dropping_forward(p: Parameters) -> Any:
            loss = forward(p)
            return loss * type(loss)(dropped())

        def dropping_backward(p: Parameters) -> Parameters:
            kept = dropped()
            return {name: value * value.dtype.type(kept) for name, value in backward(p).items()}

        return replace(problem, forward=dropping_forward, backward=dropping_backward, world=HostRandomState)

    np.random.seed(5)
    problem = drop(relu_net(0, np.float64, np.float32))
    report = run(replace(problem, widen=lambda: drop(relu_net(0, np.float64, np.float64))))
    assert report.lifted == "float32"
    assert report.verdict == "pass", report.message


@pytest.mark.parametrize("seed", [0, 2, 4, 8, 12, 24])
@pytest.mark.parametrize("factor", [1.0, 1.05])
def test_values_rounded_to_float16_midway_in_float64_code(seed: int, factor: float) -> None:
    random = np.random.default_rng(seed)
    units = int(random.integers(3, 20))
    parameters = {"W1": random.normal(size=(units, 5)) / 2, "W2": random.normal(size=(1, units)) / 2}
    X, Y = random.normal(size=(5, 12)), random.normal(size=(1, 12))

    def forward(
        X: np.ndarray, Y: np.ndarray, parameters: dict[str, np.ndarray]
    ) -> tuple[float, tuple[np.ndarray, ...]]:
        hidden = np.tanh(parameters["W1"] @ X).astype(np.float16).astype(np.float64)
        output = parameters["W2"] @ hidden
        return float(np.mean((output - Y) ** 2)), (hidden, output)

    def backward(
        X: np.ndarray, Y: np.ndarray, parameters: dict[str, np.ndarray], cache: tuple[np.ndarray, ...]
    ) -> dict[str, np.ndarray]:
        hidden, output = cache
        d_output = 2 * (output - Y) / Y.size
        d_hidden = parameters["W2"].T @ d_output * (1 - hidden**2)
        return {"W1": factor * d_hidden @ X.T, "W2": d_output @ hidden.T}

    report = gradcheck(forward, backward, parameters, X, Y)
    assert report["W2"].verdict == "pass"
    assert report["W1"].verdict == ("pass" if factor == 1 else "fail")
