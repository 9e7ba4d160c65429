"""The line behind ``%gradcheck``: its options, what they are for, and what is wrong with a line that is not understood."""

from __future__ import annotations

import argparse
import difflib
import keyword
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, NoReturn

from IPython.core.error import UsageError
from IPython.utils.process import arg_split  # type: ignore[attr-defined]

from ..backends import NAMES
from ..engine import METHODS, Options
from .discovery import Wanted

# Verdicts that ``--raise`` may be given.
RAISING = ("fail", "inconclusive")
_WIDTH = 96


@dataclass(frozen=True)
class Option:
    """One option of the magic.

    Attributes:
        flag: as it is typed.
        help: what it is for, in a sentence.
        value: what its value is called in the help; empty for one that takes none.
        example: a value that one might give.
        choices: the values that there are, where they can be listed.
        kind: what makes a value of the text.
        dest: what the parsed line calls it.
        several: whether it takes several values.
    """

    flag: str
    help: str
    value: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    kind: Callable[[str], Any] = str
    dest: str = ""
    several: bool = False

    @property
    def value_follows(self) -> bool:
        """Whether its value may stand behind a space."""
        return bool(self.value) and not self.value.startswith("[")

    @property
    def name(self) -> str:
        return self.dest or self.flag.lstrip("-").replace("-", "_")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no number") from None


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no whole number") from None


def _variable(text: str) -> str:
    if not text.isidentifier() or keyword.iskeyword(text):
        raise argparse.ArgumentTypeError(f"{text[:80]!r} cannot be the name of a variable")
    return text


def _names(text: str) -> tuple[str, ...]:
    # A key may be a tuple: commas between brackets are its own.
    found = re.split(r",(?![^\[\](]*[\])])", text.strip("'\""))
    return tuple(name.strip() for name in found if name.strip())


GROUPS: dict[str, tuple[Option, ...]] = {
    "What to check": (
        Option("--only", "Check only these parameters, named as in a report. The others cost no evaluations.", "NAMES", "W2,b1", kind=_names),
        Option("--all", "Check everything that stands side by side, such as a notebook's layers."),
        Option("--loss", "Expression that gives the loss. With --gradients and --parameters, nothing is guessed.", "EXPRESSION", '"cost(X, Y)"'),
        Option("--gradients", "Expression that gives the gradients.", "EXPRESSION", '"backward(X, Y)"'),
        Option("--parameters", "Expression, or several, for what is to be changed in place.", "EXPRESSION", "parameters", dest="places", several=True),
    ),
    "How to check": (
        Option("--method", f"How to differentiate: {', '.join(METHODS)}.", "METHOD", "central", METHODS),
        Option("--epsilon", "Step of the central difference; left out, it is chosen from the noise.", "STEP", "1e-7", kind=_number),
        Option("--backend", f"What evaluates the functions: {', '.join(NAMES)}.", "BACKEND", "numpy", NAMES),
        Option("--threshold", "Also require relative difference <= LIMIT (the classic rule).", "LIMIT", "1e-7", kind=_number),
        Option("--tolerance", "Error that passes, as a fraction of a parameter's largest gradient.", "FRACTION", "1e-4", kind=_number),
        Option("--strict", "Call every difference wrong that is certain, however small."),
        Option("--points", "Points nearby that are checked as well (2; 0 for none).", "COUNT", "2", kind=_whole_number),
        Option("--max-evaluations", "Calls of forward not to exceed.", "COUNT", "500", kind=_whole_number),
        Option("--max-seconds", "Seconds not to exceed.", "SECONDS", "10", kind=_number),
        Option("--no-lift", "Leave a float32 loss in float32."),
    ),
    "What to do": (
        Option("--raise", "The cell fails when the verdict is fail, so that papermill or nbclient stop there; with --raise=inconclusive also when it is inconclusive.", "[=VERDICT]", "fail", RAISING, dest="raising"),
        Option("-o", "Put the report into the variable NAME as well.", "NAME", "report", kind=_variable, dest="into"),
        Option("--watch", "Check now, and again after each cell that defines the functions anew."),
        Option("--unwatch", "No longer do that."),
        Option("--plan", "Say what a check would do and how long it would take; check nothing."),
        Option("--steps", "Study how the error depends on the step, for one entry of PARAMETER; check nothing.", "PARAMETER", "W2"),
    ),
}  # fmt: skip
OPTIONS = {option.flag: option for group in GROUPS.values() for option in group}

_USES = (
    ("%gradcheck", "finds forward, backward, parameters and data by itself"),
    (
        "%gradcheck FORWARD [BACKWARD [PARAMETERS [DATA ...]]]",
        "names them; parameters one after the other, data in forward's order",
    ),
    ('%gradcheck --loss "cost(f(X, p), Y)" --gradients "grads(X, Y, p)" --parameters p', "guesses nothing"),
    ("%%gradcheck", "runs the cell first"),
)


def help_text() -> str:
    """What ``%gradcheck?`` shows."""
    lines = ["Check the gradients of the functions in this notebook.", ""]
    for use, what in _USES:
        lines += [f"    {use}", f"        {what}"]
    lines += [
        "",
        "Evaluates to the Report; with --steps, to a StepStudy. Names may be dotted or indexed: net.loss, layers[0].",
    ]
    for title, group in GROUPS.items():
        lines += ["", f"{title}:"]
        for option in group:
            typed = f"  {option.flag}{' ' if option.value_follows else ''}{option.value}"
            lines += textwrap.wrap(
                option.help, _WIDTH, initial_indent=f"{typed:<27} ", subsequent_indent=" " * 28, break_on_hyphens=False
            )
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Command:
    """A line that was understood.

    Attributes:
        wanted: what it names.
        expressions: loss, gradients and parameters, where it gives these instead.
        options: for the engine.
        backend: one of `backends.NAMES`.
        raising: verdicts on which the cell is to fail.
        into: the variable that takes the report, if any.
        watch, unwatch, plan: whether that was asked for.
        steps: the parameter whose steps are to be studied, if any.
    """

    wanted: Wanted
    expressions: tuple[str, str, str] | None
    options: Options
    backend: str
    raising: tuple[str, ...]
    into: str | None
    watch: bool
    unwatch: bool
    plan: bool
    steps: str | None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}. %gradcheck? lists the options.")


def _parser() -> argparse.ArgumentParser:
    made = _Parser("%gradcheck", add_help=False, exit_on_error=False)
    for option in OPTIONS.values():
        if option.flag == "--no-lift":
            made.add_argument(option.flag, dest="lift", action="store_false")
        elif option.value:
            nargs = "+" if option.several else None
            made.add_argument(
                option.flag, dest=option.name, type=option.kind, nargs=nargs, default=_DEFAULTS.get(option.name)
            )
        else:
            made.add_argument(option.flag, dest=option.name, action="store_true")
    return made


_DEFAULTS: dict[str, Any] = {"method": "auto", "backend": "auto", "points": 2}
_PARSER = _parser()


def parse(line: str) -> Command:
    """Reads what stands behind ``%gradcheck``.

    Raises `UsageError` that says what is wrong with it, and what may have been meant.
    """
    try:
        words = arg_split(line)
    except ValueError as error:
        raise UsageError(f"A quotation mark is missing its other one ({error}): {line.strip()[:200]}") from None
    try:
        given, rest = _PARSER.parse_known_args(_spelled(words))
    except argparse.ArgumentError as error:
        raise UsageError(_wrong_value(error)) from None
    unknown = [word for word in rest if word.startswith("-")]
    if unknown:
        raise UsageError(_no_option(unknown[0]))
    for flag in ("--method", "--backend", "--raise"):
        option = OPTIONS[flag]
        value = getattr(given, option.name)
        if value is not None and value not in option.choices:
            raise UsageError(
                f"{flag}: {value[:80]!r} is none of {', '.join(option.choices)}.{_meant(value, option.choices)}"
            )
    expressions = _expressions(given, rest)
    _refuse(given)
    names: list[str | None] = [*rest, *[None] * (3 - len(rest))]
    forward, backward, parameters = names[:3]
    engine_options = {field.name: getattr(given, field.name) for field in fields(Options)}
    return Command(
        Wanted(forward, backward, parameters, rest[3:], given.all),
        expressions,
        Options(**engine_options),
        given.backend,
        () if given.raising is None else RAISING[: RAISING.index(given.raising) + 1],
        given.into,
        given.watch,
        given.unwatch,
        given.plan,
        given.steps,
    )


def _spelled(words: Sequence[str]) -> list[str]:
    """``words`` with one spelling: ``--max_seconds`` is ``--max-seconds``, and ``--raise`` takes no name that follows it."""
    found: list[str] = []
    for word in words:
        flag, equals, value = word.partition("=")
        if flag.startswith("--"):
            word = flag.replace("_", "-") + equals + value
        if found and found[-1] == "--raise=fail" and word in RAISING:
            found[-1] = f"--raise={word}"
            continue
        found.append("--raise=fail" if word == "--raise" else word)
    return found


def _refuse(given: argparse.Namespace) -> None:
    """Raises `UsageError` for what cannot go together."""
    only_told = "--plan" if given.plan else "--steps" if given.steps is not None else ""
    for flag, there in (("--watch", given.watch), ("--raise", given.raising is not None)):
        if there and only_told:
            raise UsageError(f"{only_told} checks nothing, so there is nothing for {flag}. Leave one of them out.")
    if given.watch and given.raising is not None:
        raise UsageError(
            "--watch checks after a cell has ended, which --raise cannot make fail any more. Leave one of them out."
        )
    if given.watch and given.unwatch:
        raise UsageError("--watch and --unwatch: leave one of them out.")


def _wrong_value(error: argparse.ArgumentError) -> str:
    flag = (error.argument_name or "").split("/")[0]
    option = OPTIONS.get(flag)
    said = str(error.message)
    if option is None:
        return f"{flag}: {said}."
    example = f", such as {flag} {option.example}" if option.example else ""
    if said.startswith("expected"):
        if option.choices:
            return f"{flag} needs a value: one of {', '.join(option.choices)}."
        return f"{flag} needs a value{example}. {option.help}"
    if "ignored explicit argument" in said:
        return f"{flag} takes no value. {option.help}"
    return f"{flag}: {said}. Give it a value{example}."


def _no_option(word: str) -> str:
    flag = word.partition("=")[0]
    flags = list(OPTIONS)
    near = difflib.get_close_matches(flag, flags, 1) or difflib.get_close_matches(f"-{flag}", flags, 1)
    # --max for --max-evaluations and --max-seconds is told by the parser itself; --eval is not.
    near = near or [one for one in flags if len(flag) > 4 and flag.lstrip("-") in one][:1]
    hint = f"Did you mean {near[0]}?" if near else "%gradcheck? lists the options."
    return f"There is no option {flag[:80]}. {hint}"


def _meant(value: str, choices: Sequence[str]) -> str:
    near = difflib.get_close_matches(value, choices, 1)
    return f" Did you mean {near[0]}?" if near else ""


def _expressions(given: argparse.Namespace, names: Sequence[str]) -> tuple[str, str, str] | None:
    # Names stand between commas or spaces.
    places = given.places and ",".join(place.strip("'\"").rstrip(",") for place in given.places)
    loss, gradients = (v and v.strip("'\"") for v in (given.loss, given.gradients))
    if loss is gradients is places is None:
        return None
    if loss is None or gradients is None or places is None:
        raise UsageError("--loss, --gradients and --parameters belong together: give all three, or none.")
    if names:
        raise UsageError(
            f"{names[0]} stands beside --loss, --gradients and --parameters, which say all. An expression with spaces "
            'goes in quotes: --loss "cost(X, Y)".'
        )
    return loss, gradients, places
