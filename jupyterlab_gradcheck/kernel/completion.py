"""What the Tab key offers behind ``%gradcheck``: options, their values, and names of the notebook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

from .command import OPTIONS

# Also behind an assignment, and with the cell magic.
_MAGIC = re.compile(r"%gradcheck(?=\s)")
# What begins a value anew.
_BREAKS = re.compile(r"[=,\s]")
_MOST = 200


def register(shell: Any) -> None:
    """Has IPython ask `completions` for lines with the magic, and offer nothing else there; to do so again changes nothing.

    IPython before 8.6 completes as if the magic were not there.
    """
    unregister(shell)
    try:
        from IPython.core.completer import SimpleCompletion, context_matcher
    except ImportError:
        return

    def match(context: Any) -> dict[str, Any]:
        until = context.text_until_cursor.rpartition("\n")[2]
        found = [*_MAGIC.finditer(until)]
        if not found:
            return {"completions": [], "suppress": False}
        texts, fragment = completions(until[found[-1].end() :], shell.user_ns)
        return {
            "completions": [SimpleCompletion(text=text) for text in texts],
            "matched_fragment": fragment,
            "suppress": True,
            "ordered": True,
        }

    shell.Completer.custom_matchers.append(context_matcher(identifier=_IDENTIFIER)(match))


def unregister(shell: Any) -> None:
    """Has IPython no longer ask."""
    matchers = getattr(getattr(shell, "Completer", None), "custom_matchers", [])
    matchers[:] = [one for one in matchers if getattr(one, "matcher_identifier", "") != _IDENTIFIER]


_IDENTIFIER = "jupyterlab_gradcheck"


def completions(line: str, namespace: Mapping[str, Any]) -> tuple[list[str], str]:
    """What may stand at the end of ``line`` (behind the magic, up to the cursor), and the part of it that this replaces."""
    words = line.split()
    if line[-1:].isspace() or not words:
        words.append("")
    last, before = words[-1], words[:-1]
    flag, equals, _ = last.partition("=")
    asked = flag if equals else before[-1] if before else ""
    option = OPTIONS.get(asked.replace("_", "-"))
    if last.startswith("-") and not equals:
        return _beginning([one for one in OPTIONS if one not in before], last.replace("_", "-")), last
    part = _BREAKS.split(last)[-1]
    if option is None or not option.value or not (equals or option.value_follows):
        return _beginning(_named(namespace), part), part
    if option.choices:
        return _beginning(option.choices, part), part
    if option.flag in ("--only", "--steps"):
        return _beginning(_parameters(namespace), part), part
    # A number or a new name; or an expression, which is made of names.
    return ([] if option.kind is not str else _beginning(_named(namespace), part)), part


def _beginning(names: Iterable[str], part: str) -> list[str]:
    return [name for name in names if name.startswith(part)][:_MOST]


def _named(namespace: Mapping[str, Any]) -> list[str]:
    """Names that the person has given: functions first, then what may be parameters or data."""
    own = {
        name: value
        for name, value in dict(namespace).items()
        if not name.startswith("_") and not isinstance(value, ModuleType) and name not in _IPYTHONS
    }
    return sorted(own, key=lambda name: (not callable(own[name]), name))


_IPYTHONS = {"In", "Out", "exit", "quit", "get_ipython", "open"}


def _parameters(namespace: Mapping[str, Any]) -> list[str]:
    """Keys of the dicts that hold arrays or numbers, as reports name parameters."""
    found: dict[str, None] = {}
    for name, value in dict(namespace).items():
        if name.startswith("_") or name in _IPYTHONS or type(value) is not dict or not 0 < len(value) <= _MOST:
            continue
        if all(type(key) is str and (hasattr(held, "shape") or isinstance(held, float)) for key, held in value.items()):
            found.update(dict.fromkeys(value))
    return list(found)
