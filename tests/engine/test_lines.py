"""Wrong rows and columns of large arrays are followed as such, and not entry by entry."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.engine import Options, Problem, Report, check
from jupyterlab_gradcheck.engine.lines import entries_of_lines

SHAPE = (150, 100)
r = np.random.default_rng(8)
X, Y, W = r.normal(size=(10, SHAPE[0])), r.normal(size=(10, SHAPE[1])), r.normal(size=SHAPE) * 0.1


def loss(w: Any) -> float:
    return float(0.5 * np.mean((np.tanh(X @ w) - Y) ** 2))


def gradient(w: Any) -> Any:
    a = np.tanh(X @ w)
    return X.T @ ((a - Y) / a.size * (1 - a * a))


def run(wrong: np.ndarray, options: Options | None = None) -> Report:
    """``wrong`` is a mask of the entries that are claimed a third too large."""
    problem = Problem(loss, lambda w: np.where(wrong, 4 / 3, 1.0) * gradient(w), W, "W")
    return check(problem, NumpyBackend(), options)


def lines(axis: int, which: list[int]) -> np.ndarray:
    mask = np.zeros(SHAPE, dtype=bool)
    mask[(slice(None),) * axis + (which,)] = True
    return mask


@pytest.mark.parametrize(("axis", "which"), [(1, [7]), (1, [3, 50, 99]), (0, [0]), (0, [20, 21])])
def test_whole_lines_are_found(axis: int, which: list[int]) -> None:
    wrong = lines(axis, which)
    report = run(wrong)
    codes = report["W"].codes
    assert codes is not None
    found = codes == 2
    assert not (found & ~wrong).any()
    # Some of the entries hardly have a gradient, of which a third is nothing.
    missed = np.abs(gradient(W)[wrong & ~found])
    assert missed.size < 0.02 * wrong.sum()
    assert missed.max(initial=0.0) < 1e-3 * np.abs(gradient(W)).max()
    assert report["W"].counts["inconclusive"] == 0
    # Entry by entry it would take five times as many for a column.
    assert report.evaluations < 16 * wrong.sum() + 2200


def test_a_part_will_do_of_lines_that_would_take_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyterlab_gradcheck.engine.examine.PATIENCE", 0.0)
    wrong = lines(1, [7])
    report = run(wrong)
    codes = report["W"].codes
    assert report.verdict == "fail"
    assert codes is not None
    assert 16 <= np.count_nonzero(codes == 2) < 64
    assert not ((codes == 2) & ~wrong).any()
    assert report.evaluations < 1500
    assert report["W"].message.endswith(" All that are wrong lie in column 7.")


def test_a_budget_is_kept() -> None:
    report = run(lines(1, [7]), Options(max_evaluations=900))
    assert report.verdict == "fail"
    assert report.evaluations <= 900


@given(shape=st.lists(st.integers(2, 9), min_size=2, max_size=4).map(tuple), seed=st.integers(0, 999))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_entries_of_one_line_give_all_of_it(shape: tuple[int, ...], seed: int) -> None:
    random = np.random.default_rng(seed)
    axis = int(random.choice([0, len(shape) - 1]))
    index = int(random.integers(shape[axis]))
    whole = np.flatnonzero((np.indices(shape)[axis] == index).reshape(-1))
    some = random.choice(whole, max(1, whole.size // 2), replace=False)
    found = entries_of_lines(some, shape)
    if some.size >= 3:
        assert found is not None
        assert set(some) <= set(found)
        assert found.size <= whole.size * 2 or found.size <= np.prod(shape) // 2 + whole.size
        np.testing.assert_array_equal(found, np.unique(found))
    else:
        assert found is None


def test_entries_that_lie_about_are_in_no_line() -> None:
    assert entries_of_lines(np.arange(0, 100, 11), (10, 10)) is None
    assert entries_of_lines(np.arange(12), (12,)) is None
    assert entries_of_lines(np.arange(12), (12, 1)) is None
