"""Looks up names that people and requests spell: identifiers, attributes, literal indices. Nothing is evaluated."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ..engine import GradcheckError

_FIRST = re.compile(r"[^\W\d]\w*")
_STEP = re.compile(
    r"""\.(?P<attribute>[^\W\d]\w*)|\[(?P<index>0|-?[1-9]\d{0,9})\]|\[(?P<quote>['"])(?P<key>[^'"\\\r\n]{1,64})(?P=quote)\]"""
)
_MISSING = object()


def lookup(namespace: Mapping[str, Any], name: str) -> Any:
    """The value that ``name`` (``model.W1``, ``layers[0]``, ``params['W1']``) has in ``namespace``.

    Raises `GradcheckError` where ``name`` is not such a name, or nothing is there.
    """
    first = _FIRST.match(name)
    if first is None:
        raise _malformed(name)
    if first.group() not in namespace:
        named = [n for n, value in namespace.items() if not n.startswith("_") and not isinstance(value, ModuleType)]
        near = difflib.get_close_matches(first.group(), named, 1)
        hint = f" Did you mean {near[0]}?" if near else " Run the cell that defines it."
        raise GradcheckError(f"There is no variable {_short(first.group())}.{hint}", code="unknown_name")
    value, position = namespace[first.group()], first.end()
    while position < len(name):
        step = _STEP.match(name, position)
        if step is None:
            raise _malformed(name)
        value = _follow(value, step)
        if value is _MISSING:
            raise GradcheckError(f"{_short(name[:position])} has no {_short(step.group())}.", code="unknown_name")
        position = step.end()
    return value


def _follow(value: Any, step: re.Match[str]) -> Any:
    if step["attribute"] is not None:
        try:
            return getattr(value, step["attribute"], _MISSING)
        except Exception as error:
            raise GradcheckError(
                f"Reading .{step['attribute']} raised {type(error).__name__}: {error}"[:600], code="unknown_name"
            ) from error
    if not isinstance(value, (Mapping, list, tuple)):
        return _MISSING
    try:
        key: Any = int(step["index"]) if step["index"] is not None else step["key"]
        return value[key]
    except (KeyError, IndexError, TypeError):
        return _MISSING


def _malformed(name: str) -> GradcheckError:
    return GradcheckError(
        f"{_short(name)} is not a name. Names are looked up, not evaluated: write forward, model.W1, layers[0] or params['W1'].",
        code="invalid_name",
    )


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:77]}..."
