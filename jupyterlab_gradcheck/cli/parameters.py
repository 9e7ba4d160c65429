"""``-p NAME=VALUE``: values for a notebook's parameters, as papermill takes them."""

from __future__ import annotations

import ast
import keyword
import math
from collections.abc import Sequence
from typing import Any


def parse(given: str) -> tuple[str, Any]:
    """The name and the value in ``NAME=VALUE``.

    Numbers, True, False, None, quoted strings, lists, tuples and dicts mean what they mean in Python; everything else is a
    string. Raises ValueError with a sentence.
    """
    name, equals, text = given.partition("=")
    if not equals:
        raise ValueError(f"{given!r} has no value: write NAME=VALUE, such as alpha=0.1.")
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"{name!r} is not the name of a variable. Write NAME=VALUE, such as alpha=0.1.")
    return name, _value(text)


def _value(text: str) -> Any:
    if text.strip().lower() in ("nan", "inf", "-inf", "+inf"):
        return float(text)
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text


def code(parameters: Sequence[tuple[str, Any]]) -> str:
    """Python that assigns them, one a line; the last value of a name counts."""
    return "\n".join(["# Parameters", *(f"{name} = {_spelled(value)}" for name, value in dict(parameters).items())])


def _spelled(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    return repr(value)
