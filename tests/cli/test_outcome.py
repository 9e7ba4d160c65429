"""Which exit code follows, and what a gradient is called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyterlab_gradcheck.cli.outcome import CannotCheck, Outcome, Place, exit_code, short_name, some

from .examples import check, outcome, report

OUTCOMES = {
    "pass": outcome("passing"),
    "fail": outcome("failing"),
    "inconclusive": outcome("inconclusive"),
    "error": Outcome("e.ipynb", problem=CannotCheck("raised", "It raised.").problem),
    "stopped": Outcome("s.ipynb", problem=CannotCheck("interrupted", "Stopped.").problem),
}


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("pass", 0),
        ("fail", 1),
        ("error", 2),
        ("inconclusive", 3),
        ("pass inconclusive", 3),
        ("inconclusive error", 2),
        ("pass error", 2),
        ("error fail pass", 1),
        ("fail inconclusive", 1),
        ("fail stopped pass", 130),
        ("", 2),
    ],
)
def test_the_worst_counts_and_nothing_hides_a_wrong_gradient(names: str, code: int) -> None:
    assert exit_code(OUTCOMES[name] for name in names.split()) == code


def test_what_is_wrong_in_one_check_is_not_hidden_by_a_problem_of_another() -> None:
    both = replace(OUTCOMES["fail"], problem=OUTCOMES["error"].problem)
    assert both.status == "fail"
    assert replace(OUTCOMES["pass"], problem=OUTCOMES["error"].problem).status == "error"


def test_a_check_that_fails_by_the_threshold_alone_is_unexplained() -> None:
    found = report("passing")
    assert not check(found).unexplained
    assert check({**found, "verdict": "fail"}).unexplained
    assert not check(report("failing")).unexplained


@pytest.mark.parametrize(
    ("name", "gradient", "said"),
    [
        ("W2", "dW2", "dW2"),
        ("W2", "", "W2"),
        ("affine_backward: b", "db", "db"),
        ("f: g: b", "db", "db"),
        ("net.backward: theta", "x", "theta"),
    ],
)
def test_the_name_of_a_gradient_beside_its_function(name: str, gradient: str, said: str) -> None:
    assert short_name({"name": name, "gradient": gradient}) == said


def test_places_are_spelled_as_in_tracebacks() -> None:
    assert (str(Place(3, 7)), str(Place(None, 7))) == ("In[3], line 7", "line 7")


def test_of_many_names_the_first_are_told() -> None:
    assert some("abc") == "a, b, c"
    assert some("abcdefgh") == "a, b, c, d, e, f and 2 more"
