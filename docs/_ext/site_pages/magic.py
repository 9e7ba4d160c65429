"""The arguments of ``%gradcheck``, from its parser."""

from __future__ import annotations

import argparse

from jupyterlab_gradcheck.kernel.magic import GradcheckMagics

from .table import table


def markdown() -> str:
    actions = [a for a in GradcheckMagics.gradcheck.parser._actions if a.dest != "help"]
    named = [action for action in actions if action.option_strings]
    plain = [action for action in actions if not action.option_strings]
    return "\n".join(
        [
            "### Names\n",
            table(["argument", "meaning"], ((f"`{action.dest}`", meaning(action)) for action in plain)),
            "### Options\n",
            table(["option", "meaning"], ((f"`{spelt(action)}`", meaning(action)) for action in named)),
        ]
    )


def meaning(action: argparse.Action) -> str:
    return argparse.HelpFormatter("%gradcheck")._expand_help(action)


def spelt(action: argparse.Action) -> str:
    """The option as it is typed, its value after it. A spelling with underscores is the same one again."""
    (name, *_others) = [s for s in action.option_strings if "_" not in s.lstrip("-")] or action.option_strings
    if action.nargs == 0:
        return name
    if action.choices:
        return f"{name} {{{','.join(map(str, action.choices))}}}"
    return f"{name} {action.metavar or name.lstrip('-').replace('-', '_').upper()}{' ...' if action.nargs in ('+', '*') else ''}"
