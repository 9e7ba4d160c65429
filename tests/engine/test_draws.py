"""Seeded numbers: the same each time, of the sizes that are promised, and different from entry to entry."""

from __future__ import annotations

import numpy as np
import pytest

from jupyterlab_gradcheck.engine import draws
from jupyterlab_gradcheck.engine.draws import BLOCK, LEAST

MANY = 3 * BLOCK + 5


def many(seed: int, size: float = 1.0) -> np.ndarray:
    found = np.empty(MANY)
    draws.many_weights((seed, 1, 2), size, found)
    return found


@pytest.mark.parametrize("count", [1, 40, BLOCK, MANY])
def test_weights_leave_no_entry_out(count: int) -> None:
    found = draws.weights(count, (0, count))
    assert found.shape == (count,)
    assert np.all((np.abs(found) >= LEAST) & (np.abs(found) <= LEAST + 1))
    np.testing.assert_array_equal(found, draws.weights(count, [0, count]))
    assert not np.array_equal(found, draws.weights(count, (1, count)))


def test_weights_of_many_entries_are_as_those_of_few() -> None:
    found = many(7)
    assert np.all((np.abs(found) >= LEAST) & (np.abs(found) <= LEAST + 1))
    assert np.mean(found**2) == pytest.approx(13 / 12, rel=0.01)
    assert np.mean(found > 0) == pytest.approx(0.5, abs=0.02)
    np.testing.assert_array_equal(found, many(7))
    np.testing.assert_allclose(many(7, 1e-3), 1e-3 * found, rtol=1e-12)
    assert np.mean(found == many(8)) < 1e-3


def test_equal_errors_of_two_entries_hardly_ever_cancel() -> None:
    magnitudes = np.abs(many(3))
    assert np.mean(magnitudes[:BLOCK] == magnitudes[BLOCK : 2 * BLOCK]) < 1e-3
    assert abs(np.corrcoef(magnitudes[:-1], magnitudes[1:])[0, 1]) < 0.02


@pytest.mark.parametrize("count", [40, MANY])
def test_uniform_numbers_do_not_depend_on_how_they_are_asked_for(count: int) -> None:
    at_once, fill = np.empty(count), draws.uniform(count, (31, 0))
    draws.uniform(count, [31, 0])(at_once)
    pieces = [np.empty(7), np.empty(0), np.empty(count - 7)]
    for piece in pieces:
        fill(piece)
    np.testing.assert_array_equal(np.concatenate(pieces), at_once)
    assert 0 <= at_once.min() < at_once.max() < 1


def test_a_million_uniform_numbers_are_as_those_of_few() -> None:
    found = np.empty(1_000_000)
    draws.uniform(found.size, (31, 0))(found)
    again = np.empty(found.size)
    draws.uniform(found.size, (31, 0))(again)
    np.testing.assert_array_equal(found, again)
    assert 0 < found.min() < 1e-3
    assert 1 - 1e-3 < found.max() < 1
    assert np.mean(found) == pytest.approx(0.5, abs=1e-3)
    assert np.var(found) == pytest.approx(1 / 12, rel=1e-2)


def test_what_is_kept_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        draws.weights(5, (0, 0))[0] = 1.0
