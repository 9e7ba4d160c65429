"""Causes from synthetic measurements: planted relations are named, and nothing else is."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck.contract import schema
from jupyterlab_gradcheck.engine.cause import Cause, Context, diagnose
from jupyterlab_gradcheck.engine.evidence import Direction, Evidence
from jupyterlab_gradcheck.engine.naming import Interval, Names, fraction

BOUND = 1e-9
ROUNDING = 64 * 2.0**-53
LAMBD, M = 0.37, 64
SETTINGS = {"lambd": LAMBD, "m": float(M)}


def complete(true: np.ndarray, bound: float = BOUND, seed: int = 0) -> Evidence:
    """Every entry, each off by up to ``bound``."""
    error = np.random.default_rng([seed, 1]).uniform(-1, 1, true.size) * bound
    return Evidence(true.shape, np.arange(true.size), true.reshape(-1) + error, np.full(true.size, bound))


def directions(true: np.ndarray, count: int = 4, entries: Any = (), bound: float = BOUND, seed: int = 0) -> Evidence:
    """``count`` random directions and the given entries."""
    random = np.random.default_rng([seed, 2])
    at = np.asarray(entries, dtype=int)
    found = []
    for _ in range(count):
        weights = random.uniform(0.5, 1.5, true.size) * random.choice([-1.0, 1.0], true.size)
        found.append(Direction(weights, float(weights @ true.reshape(-1)) + random.uniform(-1, 1) * bound, bound))
    measured = true.reshape(-1)[at] + random.uniform(-1, 1, at.size) * bound
    return Evidence(true.shape, at, measured, np.full(at.size, bound), tuple(found))


BOTH = pytest.mark.parametrize("measure", [complete, directions])
Measure = Callable[..., Evidence]


def normal(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.asarray(np.random.default_rng([seed, *shape]).normal(size=shape))


def cause_of(claimed: np.ndarray, evidence: Evidence, parameter: np.ndarray | None = None, **more: Any) -> Cause | None:
    w = normal(evidence.shape, 99) if parameter is None else parameter
    found = diagnose("dW", claimed, evidence, Context(more.pop("rounding", ROUNDING), w, **more))
    if found is not None:
        assert found.message.startswith("dW ")
        assert len(found.message) <= 1000
    return found


def named(claimed: np.ndarray, evidence: Evidence, parameter: np.ndarray | None = None, **more: Any) -> Cause:
    found = cause_of(claimed, evidence, parameter, **more)
    assert found is not None
    return found


# --- factors ------------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("factor", [2.0, 0.5, 1.5, 3.0, -2.0, 64.0, 1 / 64, 1.01, 1.001, 1 / 50_000, 0.8])
def test_a_factor_is_named_exactly(measure: Measure, factor: float) -> None:
    true = normal((6, 5))
    found = named(factor * true, measure(true))
    assert (found.kind, found.factor) == ("scale", factor)
    assert found.message.startswith(f"dW is {factor:.6g}")


@BOTH
def test_a_factor_without_a_name_is_given_to_its_digits(measure: Measure) -> None:
    true = normal((6, 5))
    found = named(0.1273641 * true, measure(true, bound=1e-6))
    assert found.kind == "scale"
    assert found.factor == pytest.approx(0.1273641, rel=1e-5)
    assert found.message.startswith("dW is about 0.127364")


@BOTH
def test_a_sign_that_is_wrong_throughout(measure: Measure) -> None:
    true = normal((6, 5))
    found = named(-true, measure(true))
    assert (found.kind, found.factor) == ("sign", -1.0)
    assert found.message.startswith("dW is -1 x the numerical gradient")


@pytest.mark.parametrize(
    ("factor", "settings_", "sizes", "said"),
    [
        (1 / 64, SETTINGS, (), "is 1/m (m = 64)"),
        (64.0, SETTINGS, (), "is m (m = 64)"),
        (-64.0, SETTINGS, (), "a wrong sign"),
        (1 / 64, {}, (784, 64), "64 is the length of an axis of the data"),
        (0.8, {"keep_prob": 0.8}, (), "is keep_prob (keep_prob = 0.8)"),
        (1 / 0.8, {"keep_prob": 0.8}, (), "is 1/keep_prob (keep_prob = 0.8)"),
        (1 / 128, SETTINGS, (), "is 1/(2 m) (m = 64)"),
        (LAMBD / M, SETTINGS, (), "is lambd/m (lambd = 0.37; m = 64)"),
        (0.0312345, {"beta": 0.0312345}, (), "is beta (beta = 0.0312345)"),
    ],
)
def test_a_factor_that_the_person_knows_is_called_by_its_name(
    factor: float, settings_: dict[str, float], sizes: tuple[int, ...], said: str
) -> None:
    true = normal((6, 5))
    found = named(factor * true, complete(true), settings=settings_, sizes=sizes)
    assert found.factor == pytest.approx(factor, rel=1e-12)
    assert said in found.message


def test_two_is_two_whatever_else_is_two() -> None:
    true = normal((6, 5))
    found = named(2 * true, complete(true), settings={"layers": 2.0}, sizes=(2, 2))
    assert "layers" not in found.message
    assert "axis" not in found.message


def test_one_number_is_always_some_multiple_of_another() -> None:
    for shape in ((), (1,), (1, 1)):
        true = np.full(shape, 0.7)
        assert cause_of(0.7231 * true, complete(true)) is None
        assert cause_of(true + 0.1, complete(true)) is None  # 8/7
        assert named(2 * true, complete(true)).factor == 2.0
        assert named(true / 64, complete(true)).factor == 1 / 64
        assert named(-true, complete(true)).kind == "sign"


def test_many_directions_over_one_entry_are_one_measurement() -> None:
    true = np.full((1,), 0.7)
    assert cause_of(0.7231 * true, directions(true, 6)) is None
    assert cause_of(true + 0.1234567, directions(true, 6), np.ones(1)) is None
    sparse = np.array([0.0, 0.7, 0.0, 0.0])
    assert cause_of(0.7231 * sparse, directions(sparse, 6)) is None
    assert named(2 * true, directions(true, 6)).factor == 2.0


def test_two_numbers_do_not_make_a_factor_without_a_name() -> None:
    true = normal((2,))
    assert cause_of(0.1234567 * true, complete(true)) is None
    assert named(1.5 * true, complete(true)).factor == 1.5


def test_zero_entries_fit_every_factor_and_prove_none() -> None:
    true = np.array([0.0, 0.0, 1.3, 0.0])
    assert cause_of(0.7234 * true, complete(true)) is None
    assert named(3 * true, complete(true)).factor == 3.0


def test_a_claim_in_float32_has_the_rounding_of_float32() -> None:
    true = normal((20, 30))
    claimed = np.float32(2 * true)
    assert named(claimed, complete(true), rounding=64 * 2.0**-24).factor == 2.0
    assert cause_of(claimed, complete(true)) is None


@BOTH
def test_a_transpose_in_float32_has_the_rounding_of_float32(measure: Measure) -> None:
    true = normal((40, 40))
    claimed = np.float32(true).T
    assert named(claimed, measure(true), rounding=64 * 2.0**-24).kind == "transpose"
    assert cause_of(claimed, measure(true)) is None


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1e-30, 1e30, 1e150, 1e300])
@pytest.mark.parametrize("factor", [2.0, 1 / 64, -1.0])
def test_factors_of_very_large_and_small_gradients(size: float, factor: float) -> None:
    true = normal((4, 3)) * size
    assert named(factor * true, complete(true, bound=1e-9 * size)).factor == factor


# --- terms of the loss --------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("coefficient", "said"),
    [
        (-LAMBD / M, "short of 0.00578125 x its parameter; that number is lambd/m (lambd = 0.37; m = 64)"),
        (-2 * LAMBD / M, "that number is 2 lambd/m"),
        (-LAMBD / (2 * M), "that number is lambd/(2 m)"),
        (-LAMBD / 2, "that number is lambd/2"),
        (LAMBD, "too much; that number is lambd (lambd = 0.37)"),
        (LAMBD - LAMBD / M, "that number is lambd - lambd/m (lambd = 0.37; m = 64)"),
        (0.1234567, "about 0.123457 x its parameter too much"),
    ],
)
def test_an_l2_term_is_named(measure: Measure, coefficient: float, said: str) -> None:
    true, w = normal((6, 5)), normal((6, 5), 3)
    found = named(true + coefficient * w, measure(true, bound=1e-10), w, settings=SETTINGS)
    assert found.kind == "regularisation"
    assert found.coefficient == pytest.approx(coefficient, rel=1e-7)
    assert said in found.message
    assert "L2" in found.message


@BOTH
def test_an_l1_term_is_named(measure: Measure) -> None:
    true, w = normal((6, 5)), normal((6, 5), 3)
    found = named(true - LAMBD * np.sign(w), measure(true), w, settings=SETTINGS)
    assert (found.kind, found.coefficient) == ("regularisation", -LAMBD)
    assert "L1" in found.message
    assert "lambd (lambd = 0.37)" in found.message


def test_a_term_whose_true_gradient_is_zero() -> None:
    w = normal((3, 3))
    assert named(0.2 * w, complete(np.zeros((3, 3))), w).coefficient == pytest.approx(0.2, rel=1e-6)


def test_a_batch_size_among_the_axes_names_a_coefficient() -> None:
    true, w = normal((6, 5)), normal((6, 5), 3)
    found = named(true - LAMBD / 17 * w, complete(true), w, settings={"lambd": LAMBD}, sizes=(17, 6))
    assert "lambd/17 (lambd = 0.37; 17 is the length of an axis of the data)" in found.message


@pytest.mark.parametrize("value", [0.0, 1.0, -0.3])
def test_a_constant_parameter_does_not_make_a_shift_into_a_term(value: float) -> None:
    true = normal((4, 3))
    assert cause_of(true + 0.123, complete(true), np.full((4, 3), value)) is None


def test_two_entries_do_not_make_a_term_without_a_name() -> None:
    true, w = normal((2,)), normal((2,), 3)
    assert cause_of(true + 0.1234567 * w, complete(true), w) is None
    assert named(true + LAMBD / M * w, complete(true), w, settings=SETTINGS).kind == "regularisation"


def test_a_gradient_proportional_to_its_parameter_is_scaled_rather_than_regularised() -> None:
    w = normal((4, 3))
    assert named(2 * 0.3 * w, complete(0.3 * w), w).kind == "scale"


# --- signs --------------------------------------------------------------------------------------------------------------


def test_signs_that_are_wrong_in_rows() -> None:
    true = normal((6, 5))
    claimed = true.copy()
    claimed[[1, 4]] *= -1
    found = named(claimed, complete(true))
    assert found.kind == "sign"
    assert "in rows 1 and 4" in found.message


def test_absolute_values_have_wrong_signs() -> None:
    true = normal((6, 5))
    assert named(np.abs(true), complete(true)).kind == "sign"


def test_wrong_signs_in_a_sample() -> None:
    true = normal((40, 50))
    at = np.arange(3, 2000, 97)
    found = named(np.abs(true), directions(true, 3, at))
    assert found.kind == "sign"
    assert f"of the {at.size} entries that were measured" in found.message
    # A size that the directions cannot have is no matter of signs.
    far = Evidence(
        true.shape, at, true.reshape(-1)[at], np.full(at.size, BOUND), (Direction(np.ones(2000), 1e6, 1e-6),)
    )
    assert cause_of(np.abs(true), far) is None


def test_one_wrong_sign_that_was_located() -> None:
    true = normal((40, 50))
    claimed = true.copy()
    claimed[3, 7] *= -1
    found = named(claimed, directions(true, 4, [5, 157, 900]))
    assert found.kind == "sign"
    assert "at [3, 7]" in found.message


# --- right numbers, wrong places ----------------------------------------------------------------------------------------


@BOTH
def test_a_transpose(measure: Measure) -> None:
    true = normal((5, 5))
    assert named(true.T, measure(true)).kind == "transpose"


@BOTH
def test_numbers_in_the_transposed_order(measure: Measure) -> None:
    true = normal((3, 7))
    for claimed in (true.T.reshape(3, 7), true.reshape(7, 3).T):
        assert named(claimed, measure(true)).kind == "transpose"


@BOTH
def test_axes_of_a_kernel(measure: Measure) -> None:
    true = normal((3, 3, 2, 4))
    assert "axes 0 and 1" in named(true.swapaxes(0, 1), measure(true)).message
    flipped = named(true[::-1, ::-1], measure(true))
    assert flipped.kind == "permuted"
    assert "reversed along axes 0 and 1" in flipped.message


def test_a_symmetric_gradient_is_not_called_transposed() -> None:
    half = normal((4, 4))
    true = half + half.T
    assert cause_of(true.T, complete(true)) is None
    found = named(2 * true.T, complete(true))
    assert found.kind == "scale"


@BOTH
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda g, axis: np.flip(g, axis), "reversed"),
        (lambda g, axis: np.roll(g, 1, axis), "shifted by one"),
        (lambda g, axis: np.roll(g, -1, axis), "shifted by one"),
    ],
)
def test_rows_and_columns_in_a_simple_order(measure: Measure, axis: int, change: Any, said: str) -> None:
    true = normal((6, 5))
    found = named(change(true, axis), measure(true))
    assert (found.kind, found.axis) == ("permuted", axis)
    assert f"its {('rows', 'columns')[axis]} are {said}" in found.message


@given(
    shape=st.lists(st.integers(1, 6), min_size=1, max_size=3).filter(lambda s: max(s) > 3),
    seed=st.integers(0, 10**6),
)
@settings(max_examples=60, deadline=None)
def test_lines_in_any_order(shape: list[int], seed: int) -> None:
    true = normal(tuple(shape), seed)
    axis = int(np.argmax(shape))
    order = np.random.default_rng(seed).permutation(shape[axis])
    claimed = np.take(true, order, axis)
    found = cause_of(claimed, complete(true, seed=seed))
    if np.array_equal(order, np.arange(order.size)):
        assert found is None
    else:
        assert found is not None
        assert (found.kind, found.axis) == ("permuted", axis)


def test_two_rows_in_each_others_place() -> None:
    true = normal((60, 5))
    true[7] = true[8] = 0  # dead units are alike
    claimed = true.copy()
    claimed[[3, 41]] = true[[41, 3]]
    assert "rows 3 and 41 are in each other's place" in named(claimed, complete(true)).message


def test_two_rows_in_each_others_place_that_were_located() -> None:
    true = normal((60, 50))
    claimed = true.copy()
    claimed[[3, 41]] = true[[41, 3]]
    at = np.r_[7, 150:200, 2050:2100]
    assert "rows 3 and 41 are in each other's place" in named(claimed, directions(true, 4, at)).message
    assert cause_of(claimed, directions(true, 4, at[:30])) is None


def test_any_sample_sorted_resembles_another() -> None:
    """Two unrelated vectors, sorted, agree within coarse bounds: that is no permutation."""
    true = np.random.default_rng(1).permutation(np.linspace(-1, 1, 200))
    other = np.random.default_rng(2).permutation(np.linspace(-1.02, 1.01, 200))
    assert cause_of(other, complete(true, bound=0.05)) is None
    assert named(np.random.default_rng(2).permutation(true), complete(true)).kind == "permuted"


@BOTH
def test_gradients_that_are_exchanged(measure: Measure) -> None:
    true, other, third = normal((4, 3)), normal((4, 3), 5), normal((4, 3), 6)
    found = named(other, measure(true), others={"dU": third, "dV": true.reshape(-1), "dX": true.reshape(6, 2)})
    assert (found.kind, found.other) == ("exchanged", "dV")
    assert cause_of(other, measure(true), others={"dX": true.reshape(6, 2), "dU": third}) is None


def test_a_gradient_that_is_zero_is_not_exchanged_with_another_that_is() -> None:
    assert cause_of(normal((4,)), complete(np.zeros(4)), others={"dU": np.zeros(4)}) is None
    assert cause_of(np.ones(()), complete(np.zeros(())), others={"dU": np.zeros(())}) is None


def test_lone_numbers_that_are_exchanged() -> None:
    true = np.array(0.7312)
    assert named(np.array(0.1), complete(true), others={"dU": true}).kind == "exchanged"
    assert cause_of(np.array(0.1), complete(true, bound=1e-4), others={"dU": true}) is None


# --- some entries -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [0, 1])
def test_a_missing_mask(axis: int) -> None:
    claimed = normal((6, 5))
    true = claimed.copy()
    np.moveaxis(true, axis, 0)[[1, 3]] = 0
    found = named(claimed, complete(true))
    assert (found.kind, found.axis) == ("mask", axis)
    assert f"in {('rows', 'columns')[axis]} 1 and 3" in found.message


def test_a_missing_mask_that_a_sample_gives_away() -> None:
    claimed = normal((6, 50))
    true = claimed.copy()
    true[[1, 3]] = 0
    assert named(claimed, directions(true, 4, np.arange(0, 300, 23))).kind == "mask"


def test_no_mask_where_nothing_is_right() -> None:
    assert cause_of(normal((6, 5)), complete(np.zeros((6, 5)))) is None
    claimed = normal((5,))
    assert cause_of(claimed, complete(claimed * [0, 0, 1, 0, 0])) is None
    assert named(claimed, complete(claimed * [0, 1, 1, 0, 0])).kind == "mask"


def test_one_wrong_entry() -> None:
    true = normal((64, 96))
    claimed = true.copy()
    claimed[3, 7] += 0.5
    for evidence in (complete(true), directions(true, 4, [0, 3 * 96 + 7])):
        found = named(claimed, evidence)
        assert found.kind == "entries"
        assert found.message.startswith("dW is wrong in 1 of 6144 entries, [3, 7]: ")
    # Directions that see no error, or one more, do not bear that out.
    other = claimed.copy()
    other[50, 50] += 0.1
    assert cause_of(other, directions(true, 4, [0, 3 * 96 + 7])) is None


def test_within_coarse_bounds_nothing_is_called_right() -> None:
    for seed in range(300):
        true, claimed = normal((3, 5), 2 * seed), normal((3, 5), 2 * seed + 1)
        for bound in (0.7, 0.3, 0.1):
            assert cause_of(claimed, complete(true, bound=bound)) is None
            assert cause_of(claimed, directions(true, 4, np.arange(15), bound=bound)) is None


def test_many_coarse_agreements_are_needed_to_tell_which_entries_are_right() -> None:
    true = np.sign(normal((13,)))
    claimed = true.copy()
    claimed[2:7] += [0.7, -0.6, 0.8, 0.9, -0.75]
    assert cause_of(claimed, complete(true, bound=0.1)) is None
    assert named(claimed, complete(true, bound=1e-3)).kind == "entries"


def test_an_error_at_the_edge_of_its_bound_is_not_told_apart() -> None:
    true = normal((6, 5))
    claimed = true.copy()
    claimed[3, 4] += 0.5
    claimed[0, 1] += 2.5 * BOUND
    assert cause_of(claimed, complete(true)) is None


def test_a_sample_alone_does_not_locate() -> None:
    true = normal((64, 96))
    claimed = true.copy()
    claimed[3, 7] += 0.5
    assert cause_of(claimed, directions(true, 0, [0, 1, 2, 3 * 96 + 7])) is None


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ((3, slice(None)), "in row 3 only, in 20 of 120 entries"),
        ((slice(None), 7), "in column 7 only, in 6 of 120 entries"),
        (([1, 4], [2, 3]), "in 2 of 120 entries, at [1, 2], [4, 3]"),
        ((slice(2, 4), slice(None)), "in 40 of 120 entries, in rows 2 and 3"),
    ],
)
def test_where_entries_are_wrong(where: Any, said: str) -> None:
    true = normal((6, 20))
    claimed = true.copy()
    claimed[where] += normal((6, 20), 7)[where]
    found = named(claimed, complete(true))
    assert found.kind == "entries"
    assert said in found.message


def test_a_slice_of_a_larger_array() -> None:
    true = normal((4, 3, 5))
    claimed = true.copy()
    claimed[2] += normal((4, 3, 5), 7)[2]
    assert "in slice 2 along axis 0 only, in 15 of 60 entries" in named(claimed, complete(true)).message


def test_entries_that_are_never_assigned() -> None:
    true = normal((8, 8))
    claimed = true * (np.random.default_rng(3).random((8, 8)) < 0.4)
    found = named(claimed, complete(true))
    assert found.kind == "entries"
    assert f"is zero in {np.count_nonzero(claimed == 0)} of 64 entries" in found.message


def test_entries_of_which_nothing_is_known_are_not_called_right() -> None:
    true = normal((6, 5))
    evidence = complete(true)
    evidence.bound[[3, 4]] = [np.inf, np.nan]
    claimed = true.copy()
    claimed[2, 2] += 1
    assert "in 1 of the 28 entries that could be measured, [2, 2]" in named(claimed, evidence).message
    claimed.flat[[3, 4]] = 1e9
    assert named(2 * true, evidence).factor == 2.0


def test_what_is_tolerated_is_right() -> None:
    true = normal((6, 5))
    claimed = true * (1 + 1e-7)
    claimed[2, 2] += 1
    assert cause_of(claimed, complete(true)) is None
    assert "in 1 of 30 entries" in named(claimed, complete(true), tolerance=1e-6).message
    # What agrees within bounds is known to agree so well, whatever is tolerated.
    zeroed = true.copy()
    zeroed.flat[:20] = 0
    assert named(zeroed, complete(true), tolerance=0.05).kind == "entries"


# --- sums ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [0, 1, None])
@pytest.mark.parametrize("reduce", [np.sum, np.mean])
def test_a_sum_in_the_place_of_entries(axis: int | None, reduce: Any) -> None:
    true = normal((6, 5))
    claimed = np.broadcast_to(reduce(true, axis=axis, keepdims=True), true.shape)
    found = named(claimed, complete(true))
    assert (found.kind, found.axis) == ("sum", axis)
    assert (
        f"the {reduce.__name__} of the numerical gradient over {'all entries' if axis is None else 'axis'}"
        in found.message
    )


def test_one_sum_over_a_bias() -> None:
    true = normal((5, 1))
    found = named(np.full((5, 1), true.sum()), complete(true))
    assert (found.kind, found.axis) == ("sum", 0)
    assert cause_of(np.full((5, 1), 1.5 * true.sum()), complete(true)) is None


def test_a_sum_that_cancels_leaves_nothing() -> None:
    true = normal((4,))
    true -= true.mean()
    assert named(np.full(4, 1e-17), complete(true)).kind == "zero"
    assert named(np.zeros(4), complete(true)).kind == "zero"


# --- no cause -----------------------------------------------------------------------------------------------------------

SHAPES = st.sampled_from([(), (1,), (2,), (3,), (7,), (5, 1), (1, 5), (2, 2), (4, 4), (3, 5), (2, 3, 2), (3, 3, 2, 2)])


@given(shape=SHAPES, seed=st.integers(0, 10**6), exponent=st.integers(-10, -4), directed=st.booleans())
@settings(max_examples=300, deadline=None)
def test_unrelated_claims_have_no_cause(shape: tuple[int, ...], seed: int, exponent: int, directed: bool) -> None:
    true, claimed, w = normal(shape, seed), normal(shape, seed + 1), normal(shape, seed + 2)
    measure = directions if directed else complete
    # Of two single numbers, one is now and then three times the other, to four digits.
    evidence = measure(true, bound=10.0 ** (exponent if true.size > 1 else -10), seed=seed)
    found = cause_of(
        claimed,
        evidence,
        w,
        settings={**SETTINGS, "rate": 0.0075},
        sizes=(784, 10),
        others={"dU": normal(shape, seed + 3)},
    )
    assert found is None, found


@given(shape=SHAPES, seed=st.integers(0, 10**6), factor=st.floats(-4, 4))
@settings(max_examples=200, deadline=None)
def test_nothing_is_claimed_on_noise(shape: tuple[int, ...], seed: int, factor: float) -> None:
    true = normal(shape, seed)
    for evidence in (complete(true, bound=100.0, seed=seed), directions(true, bound=1000.0, seed=seed)):
        found = cause_of(factor * true, evidence)
        # That zero is none of the values a measurement allows, it may say.
        assert found is None or (factor == 0 and found.kind == "zero")


@given(shape=SHAPES, seed=st.integers(0, 10**6), value=st.sampled_from([0.0, 1.0, np.inf, np.nan]))
@settings(max_examples=100, deadline=None)
def test_degenerate_input_does_no_harm(shape: tuple[int, ...], seed: int, value: float) -> None:
    true, flat = normal(shape, seed), np.full(shape, value)
    blind = Evidence(shape, np.arange(true.size), true.reshape(-1), np.full(true.size, np.inf))
    nowhere = Evidence(shape, np.arange(0), np.empty(0), np.empty(0))
    with np.errstate(all="raise"):
        for claimed in (true, 2 * true, flat):
            assert cause_of(claimed, blind, flat) is None
            assert cause_of(claimed, nowhere, flat) is None
        assert cause_of(true, complete(true), flat, others={"dU": flat}) is None
        if not np.isfinite(value):
            assert cause_of(flat, complete(true), flat) is None
        exact = Evidence(shape, np.arange(true.size), true.reshape(-1), np.zeros(true.size))
        assert named(2 * true, exact, flat, others={"dU": flat}, settings={"m": value}).factor == 2.0


def test_a_constant_claim_and_a_constant_gradient() -> None:
    assert cause_of(np.ones((3, 4)), complete(normal((3, 4)))) is None
    assert named(np.full((3, 4), 12.0), complete(np.ones((3, 4)))).kind == "scale"
    assert cause_of(normal((3, 4)), complete(np.ones((3, 4)))) is None


def test_a_claim_that_no_measurement_contradicts_has_no_cause() -> None:
    true = normal((3, 4))
    assert cause_of(true * (1 + 1e-12), complete(true)) is None


# --- the rest -----------------------------------------------------------------------------------------------------------


def test_zero_is_named_first() -> None:
    assert named(np.zeros((3, 4)), complete(normal((3, 4)))).kind == "zero"
    assert cause_of(np.zeros((3, 4)), complete(np.zeros((3, 4)))) is None


def test_entries_in_any_order_are_complete() -> None:
    true = normal((5, 4))
    shuffled = np.random.default_rng(1).permutation(20)
    evidence = Evidence((5, 4), shuffled, true.reshape(-1)[shuffled], np.full(20, BOUND))
    assert named(true[[2, 0, 1, 3, 4]], evidence).axis == 0
    assert named(np.full((5, 4), true.sum()), evidence).kind == "sum"


@given(st.floats(1e-3, 1e3), st.sampled_from([1e-4, 1e-6, 1e-9]))
@settings(max_examples=300, deadline=None)
def test_a_simple_fraction_is_inside_its_interval(number: float, width: float) -> None:
    interval = Interval(number * (1 - width), number * (1 + width))
    for lone in (False, True):
        found = fraction(interval, lone)
        assert found is None or interval.low <= found <= interval.high


def test_fractions_are_rarely_simple_by_chance() -> None:
    random = np.random.default_rng(5)
    hits = 0
    for number in 10 ** random.uniform(-2, 2, 2000):
        hits += fraction(Interval(number * (1 - 1e-5), number * (1 + 1e-5)), lone=False) is not None
    assert hits < 0.1 * 2000


def test_a_coarse_number_has_no_name() -> None:
    names = Names(SETTINGS, (10,))
    assert names.of_coefficient(Interval(0.36, 0.38)) is None
    assert names.of_coefficient(Interval(0.37 - 1e-9, 0.37 + 1e-9)) is not None


def test_sentences_keep_the_contract() -> None:
    long = "d" + "W" * 199
    true, w = normal((4, 3)), normal((4, 3), 3)
    context = Context(ROUNDING, w, {"x" * 300: true}, {"s" * 300: LAMBD}, (17,))
    for claimed in (2 * true, true + LAMBD / 17 * w, w):
        found = diagnose(long, claimed, complete(true), context)
        assert found is not None
        assert len(found.message) <= 1000
        assert found.other is None or len(found.other) <= 200


def test_kinds_are_those_of_the_contract() -> None:
    kinds = set(schema("report")["$defs"]["Cause"]["properties"]["kind"]["enum"])
    assert {"zero", "scale", "sign", "regularisation", "transpose", "permuted", "exchanged", "mask", "sum"} < kinds
    assert "entries" in kinds


def test_a_million_entries_take_little_time_and_memory() -> None:
    true = normal((1000, 1000))
    evidence = complete(true)
    claimed = normal((1000, 1000), 8)
    context = Context(ROUNDING, normal((1000, 1000), 9), {"dU": normal((1000, 1000), 10)}, SETTINGS, (32, 784))
    tracemalloc.start()
    try:
        assert diagnose("dW", claimed, evidence, context) is None
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * true.nbytes
