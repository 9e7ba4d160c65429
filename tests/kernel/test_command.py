"""The line behind the magic: what it is understood as, what is said of one that is not, and what the Tab key offers."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from IPython.core.error import UsageError

from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel.command import OPTIONS, help_text, parse
from jupyterlab_gradcheck.kernel.completion import completions

NAMESPACE: dict[str, Any] = {
    "np": np,
    "forward": lambda p: 1.0,
    "backward": lambda p: {},
    "parameters": {"W1": np.ones(2), "b1": 0.5, "W2": np.ones(3)},
    "config": {"name": "x"},
    "_hidden": 1,
    "In": [],
}


def test_an_empty_line_leaves_everything_to_us() -> None:
    command = parse("")
    assert command.wanted.nothing
    assert command.options == Options()
    assert (command.backend, command.expressions, command.raising, command.into) == ("auto", None, (), None)


def test_names_and_options_in_any_order() -> None:
    for line in ("forward backward p X Y --epsilon 1e-7 --strict", "--epsilon=1e-7 forward backward --strict p X Y"):
        command = parse(line)
        assert command.wanted.names == ["forward", "backward", "p", "X", "Y"]
        assert (command.options.epsilon, command.options.strict) == (1e-7, True)


def test_every_option_of_the_engine_can_be_given() -> None:
    line = (
        "--method central --epsilon 1e-6 --threshold 1e-7 --tolerance 1e-3 --strict --max_evaluations 500 "
        "--max-seconds 2.5 --points 0 --no_lift --only W2,b1"
    )
    given = Options("central", 1e-6, 1e-7, 1e-3, True, 500, 2.5, 0, False, ("W2", "b1"))
    assert parse(line).options == given
    assert {field.name for field in dataclasses.fields(Options)} == set(vars(given))


def test_a_name_may_hold_a_comma_between_brackets() -> None:
    assert parse("--only p[(0,1)],W2").options.only == ("p[(0,1)]", "W2")


def test_raise_takes_a_verdict_and_no_name() -> None:
    assert parse("--raise").raising == ("fail",)
    assert parse("--raise=inconclusive").raising == parse("--raise inconclusive").raising == ("fail", "inconclusive")
    command = parse("--raise forward backward")
    assert (command.raising, command.wanted.forward, command.wanted.backward) == (("fail",), "forward", "backward")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--epsilon", "--epsilon needs a value, such as --epsilon 1e-7"),
        ("--epsilon small", "'small' is no number"),
        ("--points 1.5", "'1.5' is no whole number"),
        ("--epslon 1e-7", "no option --epslon. Did you mean --epsilon?"),
        ("-w", "no option -w"),
        ("--quite-another", "%gradcheck? lists the options"),
        ("--evaluations 3", "Did you mean --max-evaluations?"),
        ("--max 3", "--max-evaluations, --max-seconds"),
        ("--method", "one of auto, central, complex-step, autodiff"),
        ("--method centrl", "Did you mean central?"),
        ("--backend torch", "none of auto, tensorflow, numpy"),
        ("--raise=pass", "none of fail, inconclusive"),
        ("--strict=1", "--strict takes no value"),
        ("-o 3x", "cannot be the name of a variable"),
        ("-o class", "cannot be the name of a variable"),
        ("--only", "such as --only W2,b1"),
        ("--loss J", "belong together"),
        ("--loss J --gradients g --parameters p --watch --raise", "Leave one of them out"),
        ("--watch --plan", "checks nothing"),
        ("--watch --unwatch", "leave one of them out"),
        ("--loss 'J", "quotation mark"),
    ],
)
def test_a_line_that_is_not_understood_is_explained(line: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(line)
    assert said in str(caught.value)


def test_the_help_names_every_option_and_stays_narrow() -> None:
    told = help_text()
    for flag, option in OPTIONS.items():
        assert f"\n  {flag}" in told
        assert option.help.endswith(".")
    assert max(map(len, told.splitlines())) <= 110


@pytest.mark.parametrize(
    ("line", "texts", "fragment"),
    [
        (" --max", ["--max-evaluations", "--max-seconds"], "--max"),
        (" --max_e", ["--max-evaluations"], "--max_e"),
        (" --strict --st", ["--steps"], "--st"),
        (" --method c", ["central", "complex-step"], "c"),
        (" --method=auto", ["auto", "autodiff"], "auto"),
        (" --backend ", ["auto", "tensorflow", "numpy"], ""),
        (" --raise=", ["fail", "inconclusive"], ""),
        (" --raise fo", ["forward"], "fo"),
        (" --only W1,W", ["W1", "W2"], "W"),
        (" --steps b", ["b1"], "b"),
        (" --epsilon ", [], ""),
        (" -o ", [], ""),
        (" --loss f", ["forward"], "f"),
        (" ", ["backward", "forward", "config", "parameters"], ""),
        (" forward ba", ["backward"], "ba"),
    ],
)
def test_the_tab_key(line: str, texts: list[str], fragment: str) -> None:
    assert completions(line, NAMESPACE) == (texts, fragment)
