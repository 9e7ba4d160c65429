"""What lies in a namespace that a check could use: functions, parameters, data; each with a summary in few words."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from . import source, words
from .bytecode import is_own
from .source import Function

_MOST = 100
# How far a structure is looked into: a list of lists of lists of a corpus need not be read to the end.
_DEEPEST = 4
_WIDEST = 100


@dataclass(frozen=True)
class Inventory:
    """What was found, by name.

    Attributes:
        functions: role (``forward`` or ``backward``) and callable.
        parameters: structures that hold arrays or numbers.
        data: single arrays and numbers, and lists.
    """

    functions: dict[str, tuple[str, Function]]
    parameters: dict[str, Any]
    data: dict[str, Any]

    @classmethod
    def of(cls, namespace: Mapping[str, Any]) -> Inventory:
        parameters = {name: value for name, value in visible(namespace) if _holds(is_container, value)}
        data = {n: v for n, v in visible(namespace) if n not in parameters and _holds(_is_array_like, v)}
        return cls(dict(_functions(namespace)), parameters, data)

    def with_role(self, role: str) -> dict[str, Function]:
        return {name: function for name, (has, function) in self.functions.items() if has == role}

    def to_dict(self) -> dict[str, Any]:
        """The contract's lists of candidates."""
        return {
            "functions": [
                {"name": name[:200], "role": role, "signature": _signature(name, function)}
                for name, (role, function) in list(self.functions.items())[:_MOST]
            ],
            "parameters": [
                {"name": name[:200], "summary": _summary(value), "size": _size(value)}
                for name, value in list(self.parameters.items())[:_MOST]
            ],
            "data": [
                {"name": name[:200], "summary": _summary(value)} for name, value in list(self.data.items())[:_MOST]
            ],
        }


def visible(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The names that do not begin with an underscore."""
    return ((name, value) for name, value in namespace.items() if not name.startswith("_"))


def is_leaf(value: Any) -> bool:
    """Whether ``value`` is an array, a tensor or a number."""
    if isinstance(value, bool):
        return False
    if isinstance(value, (int, float, np.floating, np.integer)):
        return True
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiu"
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and isinstance(value, (tensorflow.Tensor, tensorflow.Variable))


def is_container(value: Any, depth: int = 0) -> bool:
    """Whether ``value`` is a dict, list or tuple in which something could be a parameter."""
    if depth > _DEEPEST or not isinstance(value, (Mapping, list, tuple)):
        return False
    items = value.values() if isinstance(value, Mapping) else value
    if not 0 < len(value) <= 10_000:
        return False
    return any(
        (is_leaf(item) and not isinstance(item, int)) or is_container(item, depth + 1)
        for item in islice(items, _WIDEST if depth == 0 else 8)
    )


def _holds(question: Callable[[Any], bool], value: Any) -> bool:
    try:
        return question(value)
    except Exception:
        # Any object may be in a namespace, and do as it likes when it is looked at. One that does is nothing for us.
        return False


def usable(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """What could be handed to a function as data: anything visible but code and text."""
    return {name: value for name, value in visible(namespace) if _holds(_is_usable, value)}


def leaves(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The arrays, tensors and numbers."""
    return {name: value for name, value in visible(namespace) if _holds(is_leaf, value)}


def _is_usable(value: Any) -> bool:
    code = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type, str, bytes)
    return not isinstance(value, code) and not callable(value)


def _functions(namespace: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, Function]]]:
    for name, value in visible(namespace):
        role = words.role(name)
        if role is not None and _holds(_is_function, value):
            yield name, (role, value)


def _is_function(value: Any) -> bool:
    inner = source.innermost(value)
    return isinstance(inner, types.FunctionType) and not isinstance(value, type) and is_own(inner.__code__.co_filename)


def _is_array_like(value: Any) -> bool:
    return _is_usable(value) and (is_leaf(value) or isinstance(value, (list, tuple, Mapping)) or bool(_shape(value)))


def _signature(name: str, function: Function) -> str:
    try:
        return f"{name}{inspect.signature(getattr(function, 'python_function', function))}"[:500]
    except (TypeError, ValueError):
        return f"{name}(...)"[:500]


def _summary(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = [f"{str(key)[:40]} {_shape(item)}".strip() for key, item in islice(value.items(), 8)]
        return (", ".join(parts) + (", ..." if len(value) > 8 else ""))[:500]
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__} of {len(value)}"
    return f"{type(value).__name__} {_shape(value)}".strip()[:500]


def _shape(value: Any) -> str:
    try:
        shape = getattr(value, "shape", None)
        return "" if shape is None else str(tuple(int(length) for length in shape))
    except Exception:
        # An object of the namespace whose attributes do as they like; its summary is worth no more.
        return ""


def _size(value: Any, depth: int = 0) -> int:
    """Number of scalar entries, of a nested structure counted as far as it is looked into."""
    if isinstance(value, (Mapping, list, tuple)):
        items = value.values() if isinstance(value, Mapping) else value
        return 0 if depth > _DEEPEST else sum(_size(item, depth + 1) for item in islice(items, _WIDEST))
    if not is_leaf(value):
        return 0
    return int(np.prod([int(length) for length in getattr(value, "shape", ())]))
