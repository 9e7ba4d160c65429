"""What the command line says. The check's own options, their bounds and their help are the contract's."""

from __future__ import annotations

import argparse
import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from .. import __version__, contract
from . import parameters
from .formats import FORMATS

DESCRIPTION = """\
Run notebooks (or scripts), each in a kernel of its own and in its own folder, and check every gradient
that they define: which backward functions are wrong, by how much, why, and in which line.
Nothing has to be named, and the notebooks themselves are never written to.
"""

EPILOG = """\
examples:
  jupyter gradcheck homework.ipynb
  jupyter gradcheck 'course/**/*.ipynb' train.py -n 2
  jupyter gradcheck homework.ipynb -p seed=3 -p layers=[5,3,1]     other values for the cell tagged "parameters"
  jupyter gradcheck layers.ipynb --select 'affine_*,dW2'           only these functions and gradients
  jupyter gradcheck *.ipynb --format junit -o gradients.xml        for the test report of a CI service
  jupyter gradcheck *.ipynb --format github                        marks in a pull request on GitHub

exit code:
  0  every gradient passes
  1  a gradient is wrong
  2  something could not be checked: it raised, defines nothing to check, cannot be read ...
  3  a gradient could not be decided (inconclusive), and nothing of the above
  130  stopped with Ctrl-C; what was done by then is printed
  Of several notebooks the worst counts, in the order 1, 2, 3, 0.
"""

# Names that the options have on the command line where they are not the contract's own.
_SPELLED = {"lift": "--no-lift"}


@dataclass(frozen=True)
class Settings:
    """What the command line says, as the run needs it.

    Attributes:
        paths: notebooks, scripts and patterns.
        options: of the check, as the contract's request has them; only those that were given.
        parameters: name and value of each ``-p``.
        select: patterns of names; empty for everything.
        kernel: a kernel's name in place of the notebook's own; empty for that.
        timeout: seconds that a cell, or one step of the check, may take; None for no limit.
        jobs: notebooks that run at a time.
        format: one of `FORMATS`.
        output: file for the result; None for the standard output.
    """

    paths: tuple[str, ...]
    options: dict[str, Any]
    parameters: tuple[tuple[str, Any], ...] = ()
    select: tuple[str, ...] = ()
    kernel: str = ""
    timeout: float | None = None
    jobs: int = 1
    allow_errors: bool = False
    format: str = "text"
    output: str | None = None
    update_report: bool = False


def parse(arguments: Sequence[str] | None = None) -> Settings:
    """The settings in ``arguments`` (the process's own where None). Exits with a sentence and 2 where they make no sense."""
    parser = _parser()
    given = parser.parse_args(arguments)
    options = {name: getattr(given, name) for name in _options() if getattr(given, name) is not None}
    try:
        if options:
            contract.validate("request", {"options": options})
    except contract.ContractError as error:
        place, _, rule = str(error).partition(": ")
        name = place.rpartition(".")[2]
        parser.error(f"argument {_flag(name)}: {rule}")
    select = tuple(name for text in given.select for name in map(str.strip, text.split(",")) if name)
    if given.select and not select:
        parser.error("argument --select: names nothing; leave it out to check everything")
    if select and given.update_report:
        parser.error("--update-report keeps the report on the whole notebook: leave --select out")
    return Settings(
        paths=tuple(given.paths),
        options=options,
        parameters=tuple(given.parameters),
        select=select,
        kernel=given.kernel,
        timeout=given.timeout,
        jobs=given.jobs,
        allow_errors=given.allow_errors,
        format=given.format,
        output=given.output,
        update_report=given.update_report,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jupyter gradcheck",
        usage="%(prog)s [options] NOTEBOOK|SCRIPT [NOTEBOOK|SCRIPT ...]",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "paths", nargs="+", metavar="NOTEBOOK|SCRIPT", help="a notebook, a Python script, or a pattern ('**/*.ipynb')"
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    running = parser.add_argument_group("running")
    running.add_argument("--kernel", metavar="NAME", default="", help="kernel to run in; left out, the notebook's own")
    running.add_argument(
        "--timeout",
        type=_positive,
        metavar="SECONDS",
        help="end a notebook of which a cell takes longer, or a check that is silent for longer; left out, there is no limit",
    )
    running.add_argument(
        "-p",
        "--parameters",
        type=_parameter,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help='value to set after the cell tagged "parameters" (at the top where none is); a Python literal, or else a string',
    )
    running.add_argument(
        "--allow-errors",
        action="store_true",
        help="go on after a cell that raises, and check what is defined; otherwise such a notebook cannot be checked",
    )
    running.add_argument("-n", "--jobs", type=_count, default=1, metavar="N", help="notebooks to run at a time (1)")
    checking = parser.add_argument_group("checking")
    checking.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="NAMES",
        help="check only these: names or patterns of functions, parameters or gradients, separated by commas",
    )
    for name, described in _options().items():
        _add_option(checking, name, described)
    showing = parser.add_argument_group("showing")
    showing.add_argument("--format", choices=FORMATS, default="text", help="what the result is written as (text)")
    showing.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write the result to FILE; the table for people then goes to standard output",
    )
    showing.add_argument(
        "--update-report",
        action="store_true",
        help="keep the report beside the notebook, as NOTEBOOK.gradcheck.json, and say what has changed since the last one",
    )
    return parser


def _options() -> dict[str, Any]:
    """The check's options by name, each with its schema."""
    definitions = contract.schema("request")["$defs"]
    options: dict[str, Any] = definitions["Options"]["properties"]
    return {
        name: definitions[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for name, one in options.items()
    }


def _flag(name: str) -> str:
    return _SPELLED.get(name, f"--{name.replace('_', '-')}")


_HELP = {"method": "How to differentiate (auto).", "backend": "What evaluates the functions (auto)."}


def _add_option(group: Any, name: str, described: dict[str, Any]) -> None:
    kinds = described["type"] if isinstance(described["type"], list) else [described["type"]]
    told = described.get("description") or _HELP[name]
    flags = list(dict.fromkeys([_flag(name), _flag(name).replace("max-", "max_").replace("no-", "no_")]))
    add = partial(group.add_argument, *flags, dest=name, default=None, help=_help(told, name))
    if "boolean" in kinds:
        add(action="store_const", const=name != "lift")
    elif "enum" in described:
        add(choices=described["enum"])
    else:
        integer = "integer" in kinds
        add(type=int if integer else _number, metavar="N" if integer else "X")


def _help(told: str, name: str) -> str:
    if name == "lift":
        return "leave a float32 loss in float32"
    text = (
        told.rstrip(".").replace("Left out or null, ", "Left out, ").replace(". Left out: false", "").replace("%", "%%")
    )
    return text[0].lower() + text[1:]


def _number(text: str) -> float:
    # JSON, as which it travels, has no infinite number.
    with contextlib.suppress(ValueError):
        if math.isfinite(value := float(text)):
            return value
    raise argparse.ArgumentTypeError(f"{text} is not a finite number")


def _positive(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (value := float(text)) < 1e9:
            return value
    raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"at least one notebook has to run at a time, and {text!r} is no number of them"
        )
    return int(text)


def _parameter(text: str) -> tuple[str, Any]:
    try:
        return parameters.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
