"""Numerical derivatives lie within their bounds: smooth functions, kinks within reach, edges of a domain."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.engine import Options, Problem, Report, check, difference
from jupyterlab_gradcheck.engine.difference import Estimate, Sample
from jupyterlab_gradcheck.engine.noise import Noise

FIELDS = ("value", "bound", "kinked", "drift")


def noise_of(magnitude: float, relative: float = 2.0**-50) -> Noise:
    return Noise(relative * magnitude, magnitude, "float64")


def sample(loss: Callable[[float], float], at: float, step: float, noise: Noise) -> Sample:
    up, down = at + step, at - step
    return difference.of(at, up, down, loss(at), loss(up), loss(down), noise)


def within(found: Estimate, true: float) -> bool:
    return found.bound == math.inf or bool(abs(found.value - true) <= found.bound)


def smooth(seed: int) -> tuple[Callable[[float], float], float, float, Noise]:
    """A random function of length scale about 1, a place, its derivative there, and its rounding."""
    random = np.random.default_rng(seed)
    size = random.normal(size=3) * 10 ** random.uniform(-3, 3)
    pace, phase = random.uniform(-3, 3, 3), random.uniform(0, 6, 3)
    terms = random.normal(size=4)
    at = float(random.normal())

    def loss(x: float) -> float:
        return float(np.sum(size * np.sin(pace * x + phase)) + np.polyval(terms, x))

    slope = float(np.sum(size * pace * np.cos(pace * at + phase)) + np.polyval(np.polyder(terms), at))
    return loss, at, slope, noise_of(float(np.sum(np.abs(size)) + np.polyval(np.abs(terms), abs(at) + 0.2)))


def kinked(seed: int, step: float) -> tuple[Callable[[float], float], float, Noise]:
    """A function with a corner up to six steps away from 0, its derivative at 0, and its rounding."""
    random = np.random.default_rng(seed)
    line, wave, corner = random.normal(size=3)
    corner *= 10 ** random.uniform(-2, 2)
    place = random.uniform(-6, 6) * step

    def loss(x: float) -> float:
        return float(line * x + wave * np.sin(x) + corner * abs(x - place))

    slope = float(line + wave + corner * np.sign(-place))
    return loss, slope, noise_of(abs(line) + abs(wave) + abs(corner))


seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds, exponent=st.floats(-7, -3))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_two_steps_bound_the_derivative_of_smooth_functions(seed: int, exponent: float) -> None:
    loss, at, slope, noise = smooth(seed)
    step = 10**exponent
    big, small = sample(loss, at, 4 * step, noise), sample(loss, at, step, noise)
    assert within(difference.pair(big, small), slope)
    assert within(difference.pair(big, small, cautious=True), slope)


@given(seed=seeds)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_the_bound_is_worth_having(seed: int) -> None:
    loss, at, slope, noise = smooth(seed)
    found = difference.pair(sample(loss, at, 4e-4, noise), sample(loss, at, 1e-4, noise))
    assert within(found, slope)
    # Noise of four evaluations over the step, and truncation of order h^2, both generously.
    assert found.bound < 8 * noise.level / 1e-4 + 40 * noise.magnitude * 1e-8
    assert not found.kinked


@pytest.mark.parametrize("cautious", [False, True])
@given(seed=seeds, exponent=st.floats(-6, -4))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_two_steps_bound_the_derivative_beside_a_corner(cautious: bool, seed: int, exponent: float) -> None:
    step = 10**exponent
    loss, slope, noise = kinked(seed, step)
    samples = [sample(loss, 0.0, 4 * step, noise), sample(loss, 0.0, step, noise)]
    assert within(difference.pair(*samples, cautious), slope)
    assert within(difference.estimate(samples, cautious), slope)


@given(seed=seeds, exponent=st.floats(-6, -2.5), count=st.integers(4, 6))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_more_steps_bound_it_however_wide_they_are(seed: int, exponent: float, count: int) -> None:
    step = 10**exponent
    loss, slope, noise = kinked(seed, step)
    samples = [sample(loss, 0.0, 16 * step / 4**k, noise) for k in range(count)]
    assert within(difference.estimate(samples), slope)


@pytest.mark.parametrize("cautious", [False, True])
def test_arrays_are_worked_on_place_by_place(cautious: bool) -> None:
    random = np.random.default_rng(4)
    noise = noise_of(3.0, 1e-9)
    base = random.normal(size=400)
    step = 10 ** random.uniform(-6, -2, 400)
    corner = base + step * random.uniform(-6, 6, 400) * (random.random(400) < 0.7)
    edge = np.where(random.random(400) < 0.1, base + step, np.inf)

    def loss(x: Any, place: Any, end: Any) -> Any:
        return np.where(x < end, np.sin(3 * x) + 0.5 * np.abs(x - place), np.nan)

    def samples(factor: float, k: Any) -> Sample:
        up, down = base[k] + factor * step[k], base[k] - factor * step[k]
        values = [loss(x, corner[k], edge[k]) for x in (up, down)]
        # One loss at the point for all: as of parameters that are stepped one at a time.
        return difference.of(base[k], up, down, 0.3, *values, noise)

    big, small = samples(4.0, slice(None)), samples(1.0, slice(None))
    whole = difference.pair(big, small, cautious)
    assert np.isnan(whole.value).sum() > 10
    assert np.count_nonzero(whole.kinked) > 10
    for k in range(400):
        one = difference.pair(big.at(k), small.at(k), cautious)
        np.testing.assert_array_equal(
            [getattr(whole, name)[k] for name in FIELDS], [getattr(one, name) for name in FIELDS]
        )
        single = samples(1.0, k)
        assert repr(small.at(k)) == repr(
            Sample(*(float(getattr(single, name)) for name in ("step", "slope", "gap", "noise", "above", "below")))
        )


def test_the_step_that_was_made_counts() -> None:
    noise = noise_of(1.0)
    # In float16 a step of 1e-3 from 1 is one of 9.77e-4 up, and one of half that size or twice it down.
    up, down = float(np.float16(1 + 1e-3)), float(np.float16(1 - 1e-3))
    found = difference.of(1.0, up, down, 2.0, 2 * up, 2 * down, noise)
    assert found.slope == 2.0
    assert found.step == (up - down) / 2 != 1e-3
    assert found.gap == 0.0
    here, loss_here = np.float64(1.0), np.float64(2.0)
    stuck = difference.of(here, here, here, 2.0, loss_here, loss_here, noise)
    assert math.isnan(stuck.slope)
    assert stuck.noise == math.inf
    assert difference.estimate([stuck, stuck]).bound == math.inf


def test_larger_steps_over_a_corner_are_overruled_by_two_smaller_ones() -> None:
    noise = noise_of(1.0)

    def loss(x: float) -> float:
        return float(np.maximum(0.0, x - 3e-3) + np.maximum(0.0, -x - 3e-3) + 0.25 * x)

    wide = [sample(loss, 0.0, h, noise) for h in (1.6e-2, 4e-3)]
    near = [sample(loss, 0.0, h, noise) for h in (1e-3, 2.5e-4)]
    # The corners lie opposite each other: the wide steps agree on a slope, with a gap that tells of them.
    assert within(difference.estimate(wide), 0.25)

    def wrong(x: float) -> float:
        return float(np.maximum(0.0, x - 3e-3) + 0.25 * x)

    wide = [sample(wrong, 0.0, h, noise) for h in (1.6, 4e-1)]
    near = [sample(wrong, 0.0, h, noise) for h in (1e-3, 2.5e-4)]
    forced = [Sample(one.step, one.slope, 0.0, one.noise, one.above, one.below) for one in wide]
    assert not within(difference.estimate(forced), 0.25)
    found = difference.estimate([*forced, *near])
    assert within(found, 0.25)
    assert found.bound < 1e-9
    # The order in which the steps were taken does not matter.
    assert difference.estimate([*near, *forced]) == found


def test_steps_that_cannot_be_reconciled_leave_the_interval_around_all_of_them() -> None:
    one = Sample(1e-2, 1.0, 0.0, 1e-16, 1.0, 1.0)
    other = Sample(1e-3, 2.0, 0.0, 1e-16, 2.0, 2.0)
    third = Sample(1e-4, 1.0, 0.0, 1e-16, 1.0, 1.0)
    found = difference.estimate([one, other, third])
    assert within(found, 1.0)
    assert within(found, 2.0)


@pytest.mark.parametrize("steps", [2, 4])
def test_a_corner_exactly_here_is_told(steps: int) -> None:
    noise = noise_of(1.0)
    samples = [sample(lambda x: max(0.0, x) + 0.5 * x, 0.0, 1e-3 / 4**k, noise) for k in range(steps)]
    found = difference.estimate(samples)
    assert found.kinked
    # Any slope between the one-sided ones may be meant.
    assert within(found, 0.5)
    assert within(found, 1.5)
    assert samples[-1].above == pytest.approx(1.5)
    assert samples[-1].below == pytest.approx(0.5)


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("count", [3, 5])
def test_at_the_edge_of_the_domain_the_inner_side_counts(side: int, count: int) -> None:
    noise = noise_of(1.0)

    def loss(x: float) -> float:
        inner = side * x
        return math.exp(inner) + 0.3 * inner if inner >= 0 else math.nan

    found = difference.estimate([sample(loss, 0.0, 1e-3 / 4**k, noise) for k in range(count)])
    assert found.one_sided
    assert not found.kinked
    assert within(found, side * 1.3)
    assert found.bound < 1e-3


@pytest.mark.parametrize("power", [1.25, 1.5, 1.75, 2.0, 3.0])
@pytest.mark.parametrize("count", [2, 3, 5])
def test_at_an_edge_slopes_may_settle_slowly(power: float, count: int) -> None:
    """As of x * sqrt(x) at 0: the one-sided slopes err by a root of the step."""
    noise = noise_of(1e-3)

    def loss(x: float) -> float:
        return x**power if x >= 0 else math.nan

    found = difference.estimate([sample(loss, 0.0, 1e-3 / 4**k, noise) for k in range(count)])
    assert found.one_sided or found.bound == math.inf
    assert within(found, 0.0)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_just_inside_an_edge_where_slopes_grow_nothing_is_certain(count: int) -> None:
    """log(x) at 1e-9, by steps that are all too large for the other side."""
    noise = noise_of(20.0)

    def loss(x: float) -> float:
        return math.log(x) if x > 0 else math.nan

    found = difference.estimate([sample(loss, 1e-9, 1e-4 / 4**k, noise) for k in range(count)])
    assert within(found, 1e9)


def test_an_edge_beyond_the_smallest_steps_leaves_both_sides() -> None:
    noise = noise_of(20.0)
    at = -1 + 1e-4

    def loss(x: float) -> float:
        return math.log1p(x) if x > -1 else math.nan

    found = difference.estimate([sample(loss, at, h, noise) for h in (1e-3, 2.5e-4, 6e-6, 1.5e-6)])
    assert not found.one_sided
    assert within(found, 1e4)


def test_nothing_is_said_of_a_loss_that_does_not_exist_around_the_point() -> None:
    noise = noise_of(1.0)
    for loss_up, loss_down in ((math.nan, math.nan), (math.inf, math.nan), (math.inf, math.inf), (-math.inf, math.inf)):
        samples = [difference.of(0.0, h, -h, 1.0, loss_up, loss_down, noise) for h in (1e-3, 1e-4)]
        found = difference.estimate(samples)
        assert found.bound == math.inf
        assert not found.one_sided
        with np.errstate(invalid="ignore"):
            pair = difference.pair(*samples)
        # No comparison with a NaN holds, so no claim agrees with it.
        assert not (abs(pair.value) <= pair.bound < math.inf)


@given(places=st.lists(st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 1.0, 2.5]), min_size=4, max_size=12))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_losses_that_are_not_finite_never_make_a_finite_bound_that_is_wrong(places: list[float]) -> None:
    """Whatever is missing: a bound that is finite comes with a value that is."""
    noise = noise_of(3.0)
    samples = [
        difference.of(0.0, h, -h, 1.0, up, down, noise)
        for h, up, down in zip((1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6), places[::2], places[1::2], strict=False)
    ]
    found = difference.estimate(samples)
    assert math.isfinite(found.value) or found.bound == math.inf
    assert not math.isnan(found.bound)


def test_a_loss_that_never_moves_is_flat() -> None:
    noise = noise_of(2.5)
    samples = [sample(lambda x: 2.5, 0.0, h, noise) for h in (1e-2, 1e-3)]
    assert difference.flat(samples)
    found = difference.estimate(samples)
    assert found.value == 0.0
    # All that rounding may hide, at the widest step.
    assert found.bound == noise.level / 1e-2
    assert not difference.flat([*samples, sample(lambda x: abs(x), 0.0, 1e-4, noise)])


def test_witnesses_against_a_claim() -> None:
    noise = noise_of(1.0)
    samples = [sample(lambda x: math.sin(x), 0.0, 1e-2 / 4**k, noise) for k in range(4)]
    assert difference.against(samples, 1.1, 1e-3) == 4
    assert difference.against(samples, 1.0, 1e-3) == 0
    # Steps over a corner speak against the claim, the finest one for it: that one is heard.
    cornered = [sample(lambda x: max(0.0, x - 1e-3), 0.0, h, noise) for h in (1e-1, 2e-2, 5e-3, 1e-4)]
    assert difference.against(cornered, 0.0, 1e-4) == 0


# --- kinks, as a check judges them -----------------------------------------------------------------------------------


def beside(distance: float, off: float, dtype: Any, lift: bool = True) -> Report:
    """A corner ``distance`` below w[0], whose gradient is claimed ``off`` too small."""
    w = np.array([0.7, 1.3, -0.4], dtype=dtype)
    corner = dtype(0.7) - dtype(distance)

    def forward(p: np.ndarray) -> Any:
        return dtype(np.sum(np.sin(p)) + np.maximum(0, p[0] - corner))

    def backward(p: np.ndarray) -> np.ndarray:
        slope = np.cos(p)
        slope[0] += float(p[0] > corner) - off
        return slope

    return check(Problem(forward, backward, w, "w"), NumpyBackend(), Options(points=0, lift=lift))


@pytest.mark.parametrize("off", [0.1, 0.25, 0.5, 0.9])
@pytest.mark.parametrize("distance", [1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4])
def test_beside_a_kink_a_slope_between_is_wrong(distance: float, off: float) -> None:
    assert beside(distance, off, np.float64).verdict != "pass"
    assert beside(distance, 0.0, np.float64).verdict != "fail"


@pytest.mark.parametrize("off", [0.25, 0.5, 0.9])
@pytest.mark.parametrize("distance", [1e-3, 3e-3, 1e-2])
def test_beside_a_kink_in_float32(distance: float, off: float) -> None:
    assert beside(distance, off, np.float32, lift=False).verdict != "pass"
    assert beside(distance, 0.0, np.float32, lift=False).verdict != "fail"


@pytest.mark.parametrize("slope", [1.0, 1.3, 1.5, 2.0])
def test_on_a_kink_it_is_right(slope: float) -> None:
    def forward(p: np.ndarray) -> Any:
        return np.sum(p) + np.maximum(0, p[0]) + np.sum(p[1:] ** 2)

    def backward(p: np.ndarray) -> np.ndarray:
        return np.r_[slope if p[0] == 0 else 1.0 + (p[0] > 0), 1 + 2 * p[1:]]

    report = check(Problem(forward, backward, np.linspace(0, 1, 6), "w"), NumpyBackend())
    assert report.verdict == "pass", report.message
    if slope != 1.5:
        assert report["w"].kinks == 1
        assert "kink" in [warning["code"] for warning in report.warnings]


@pytest.mark.parametrize("slope", [0.9, 2.1, 0.0, -1.0])
def test_outside_of_its_slopes_no_kink_excuses_a_claim(slope: float) -> None:
    def backward(p: np.ndarray) -> np.ndarray:
        return np.r_[slope, 1 + 2 * p[1:]]

    problem = Problem(
        lambda p: np.sum(p) + np.maximum(0, p[0]) + np.sum(p[1:] ** 2), backward, np.linspace(0, 1, 6), "w"
    )
    assert check(problem, NumpyBackend(), Options(points=0)).verdict != "pass"
