"""The noise of a loss is measured, whatever makes it; and what is no noise is not taken for it."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.engine import Problem, check, noise
from jupyterlab_gradcheck.engine.evaluate import Evaluator
from jupyterlab_gradcheck.engine.noise import EPSILON, Noise

Loss = Callable[[np.ndarray], Any]


def measured(loss: Loss, w: np.ndarray) -> tuple[Noise, int]:
    """The noise around ``w``, and what it took to know it."""
    evaluator = Evaluator(Problem(loss, None, w, "w"), NumpyBackend())
    base_loss = evaluator.base_loss(1)
    with np.errstate(all="ignore"):
        found = noise.measure(evaluator, base_loss)
    np.testing.assert_array_equal(evaluator.base, np.ravel(w))
    return found, evaluator.evaluations - 1


def with_noise(size: float, seed: int) -> Loss:
    """A smooth loss with white noise of standard deviation ``size`` added: the same number for the same parameters."""

    def loss(w: np.ndarray) -> float:
        drawn = np.random.Generator(np.random.PCG64([zlib.crc32(w.tobytes()), seed])).uniform(-1, 1)
        return float(np.sum(np.sin(w) + 0.3 * w**2)) + 5 + math.sqrt(3) * size * drawn

    return loss


@pytest.mark.parametrize("exponent", range(-14, 0))
def test_planted_noise_is_measured_to_its_size(exponent: int) -> None:
    size = 10.0**exponent
    levels = []
    for seed in range(12):
        w = np.random.default_rng(seed).normal(size=12)
        found, evaluations = measured(with_noise(size, seed), w)
        # A bound, so rather too large: three standard deviations, where nine values have to tell.
        assert size / 1.5 < found.level < 12 * size
        assert found.precision == "float64"
        assert evaluations <= 49
        levels.append(found.level / size)
    assert 2 < np.median(levels) < 6


@pytest.mark.parametrize("seed", range(20))
def test_a_smooth_loss_has_no_more_than_its_rounding(seed: int) -> None:
    random = np.random.default_rng(seed)
    w = random.normal(size=12) * 10 ** random.uniform(-6, 6)
    found, evaluations = measured(lambda p: float(np.sum(np.tanh(p))) + 3, w)
    assert EPSILON["float64"] * found.magnitude <= found.level < 16 * EPSILON["float64"] * found.magnitude
    assert evaluations <= 24


@pytest.mark.parametrize("factor", [1e-300, 1e-30, 1e30, 1e300])
def test_the_size_of_the_loss_does_not_matter(factor: float) -> None:
    found, _ = measured(lambda p: factor * (2 + np.sum(np.sin(p))), np.linspace(0.1, 1, 7))
    assert factor * 1e-16 < found.level < factor * 1e-14


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("name", ["float32", "float16"])
def test_low_precision_is_known_by_the_values(name: str, said: bool) -> None:
    """Also where the loss comes as a Python float."""
    dtype = np.dtype(name).type
    for seed in range(8):
        w = np.random.default_rng(seed).normal(size=12)

        def loss(p: np.ndarray) -> Any:
            value = dtype(np.sum(np.sin(p)) + 1)
            return value if said else float(value)

        found, _ = measured(loss, w)
        if name == "float32" or said:
            assert found.precision == name
        # Of float16 there may be too few values to tell by: then it is noise of that size.
        assert found.level >= EPSILON[name] * found.magnitude / 4


def test_float32_is_seen_where_only_the_sum_of_two_losses_is_in_it() -> None:
    """Half of the loss in float32, the other in float64: the values are not float32's, their noise is."""
    x = np.random.default_rng(0).standard_normal((20, 6)).astype("f4")

    def loss(p: np.ndarray) -> float:
        rest = x @ p.astype("f4") - np.float32(0.3)
        return float(np.sum(rest * rest)) + 0.1 * float(np.sum(p**2))

    found, _ = measured(loss, np.random.default_rng(1).normal(size=6))
    assert found.precision == "float64"
    assert 1e-9 * found.magnitude < found.level < 1e-5 * found.magnitude


@pytest.mark.parametrize("count", [1, 2, 3])
def test_corners_on_the_way_are_no_noise(count: int) -> None:
    levels = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        w = random.normal(size=12)
        corner = np.full(12, 9.0)
        reach = 4 * 2.0**-19 * np.maximum(1.0, np.abs(w[:count]))
        corner[:count] = w[:count] + reach * random.uniform(-1, 1, count)
        found, _ = measured(lambda p, corner=corner: float(np.sum(np.abs(p - corner))), w)
        levels.append(found.level / found.magnitude)
    # As noise, corners so near would count for 1e-6.
    assert max(levels) < 1e-8
    assert np.median(levels) < 1e-14


@pytest.mark.parametrize("digits", [2, 3, 4, 5, 6])
def test_a_rounded_loss_is_off_by_what_it_was_rounded_to(digits: int) -> None:
    """Its plateaus are longer than the first steps are: not one of them moves it."""
    quantum = 10.0**-digits
    levels = []
    for seed in range(16):
        w = np.random.default_rng(seed).normal(size=12)
        found, evaluations = measured(lambda p: round(float(np.sum(np.sin(p))) + 7.123456, digits), w)
        assert evaluations <= 48
        levels.append(found.level / quantum)
    assert np.median(levels) > 0.2
    assert max(levels) < 200


@pytest.mark.parametrize("digits", range(1, 10))
def test_a_rounded_loss_accuses_nobody(digits: int) -> None:
    """Whatever it was rounded to: right code is not wrong, and wrong code does not pass."""
    for seed in range(9):
        w = np.random.default_rng(seed).normal(size=12)

        def loss(p: np.ndarray) -> float:
            return round(float(np.sum(np.sin(p))) + 7.123456, digits)

        assert check(Problem(loss, np.cos, w, "w"), NumpyBackend()).verdict != "fail", seed
        assert check(Problem(loss, lambda p: 2 * np.cos(p), w, "w"), NumpyBackend()).verdict != "pass", seed


def test_a_loss_that_is_not_finite_around_leaves_its_rounding() -> None:
    def loss(p: np.ndarray) -> float:
        return 2.0 if np.all(p == 1) else math.nan

    found, _ = measured(loss, np.ones(3))
    assert found.level == 2 * EPSILON["float64"]
    assert found.magnitude == 2


def test_a_loss_of_zero_is_not_without_noise() -> None:
    found, _ = measured(lambda p: 0.0 * float(np.sum(p)), np.ones(3))
    assert found.level > 0
    assert found.at(1.0) == EPSILON["float64"]


def test_rounding_grows_with_what_is_rounded() -> None:
    level = Noise(1e-12, 2.0, "float64")
    assert level.at(1.0) == level.at(-2.0, 0.5) == 1e-12
    assert level.at(-200.0) == pytest.approx(1e-10)
    np.testing.assert_allclose(level.at(np.array([1.0, 4.0]), np.array([-20.0, 0.0])), [1e-11, 2e-12])
    # A loss that is not a number at one end is judged by the other.
    assert level.at(np.array([math.nan]), np.array([20.0]))[0] == pytest.approx(1e-11)


def test_what_was_seen_in_passing_tells_the_precision() -> None:
    random = np.random.default_rng(3)
    values = random.normal(size=50)
    assert Noise.floor(values, np.dtype(float)).precision == "float64"
    assert Noise.floor(values.astype("f4").astype(float), np.dtype(float)).precision == "float32"
    assert Noise.floor(values.astype("f2").astype(float), np.dtype(float)).precision == "float16"
    assert Noise.floor(values, np.dtype("f4")).precision == "float32"
    # Three values may be short by chance.
    assert Noise.floor(np.array([0.5, 0.25, 1.0]), np.dtype(float)).precision == "float64"
    found = Noise.floor(np.array([1.0, math.nan, -3.0, math.inf]), np.dtype(float))
    assert found.magnitude == 3
    assert found.level == 6 * EPSILON["float64"]
