"""What of a namespace may be looked at at all.

Any object may lie in a notebook, and do as it likes when it is looked at: raise, exit, lie about its class, never come to
an end. Rather than fearing that in every line of discovery, each value is looked at here first, once, with a limit of time.
One that does no good is as if it were not there.
"""

from __future__ import annotations

import keyword
import time
import types
from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

import numpy as np

from .limit import within
from .reach import is_own_class

# Seconds for one value, and for all that are not plain.
_PATIENCE = 0.25
_ALL = 3.0
# How far into a structure, how wide, and how much of it.
_DEEPEST = 4
_WIDEST = 50
_MOST = 2_000
# A structure with an iteration of its own is believed to end where it did within so many steps.
_LONGEST = 10_000

_PLAIN = frozenset(
    (
        bool, int, float, complex, str, bytes, bytearray, type(None), np.ndarray, np.float64, np.float32, np.int64, range,
        types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.GeneratorType, type(...),
    )
)  # fmt: skip
_ASKED = ("shape", "dtype", "assign", "numpy", "__wrapped__", "__name__", "__len__", "__call__", "__signature__")


def sifted(namespace: Mapping[str, Any], kept: Collection[str] = ()) -> dict[str, Any]:
    """``namespace`` without what cannot be looked at and without names that nobody could type, ``kept`` excepted."""
    until = time.monotonic() + _ALL
    return {
        name: value
        for name, value in namespace.items()
        if type(name) is str and (name in kept or _typed(name)) and is_calm(value, until - time.monotonic())
    }


def is_calm(value: Any, patience: float = _PATIENCE) -> bool:
    """Whether ``value`` lets itself be looked at without harm. Only an interrupt gets out."""
    if _is_plain(value):
        return True
    if patience <= 0:
        return False
    try:
        with within(min(patience, _PATIENCE)):
            return _Look().into(value, 0)
    except KeyboardInterrupt:
        raise
    except BaseException:
        # Whatever it is that an object raises when it is looked at, SystemExit included.
        return False


def _is_plain(value: Any) -> bool:
    kind = type(value)
    # Looking a class up asks it for its hash, which a class of another metaclass may refuse.
    return type(kind) is type and kind in _PLAIN


def _typed(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


class _Look:
    """One look at a value and what it holds. Lets out whatever the value raises."""

    def __init__(self) -> None:
        self._left = _MOST
        self._seen: dict[int, Any] = {}

    def into(self, value: Any, depth: int) -> bool:
        kind = type(value)
        if _is_plain(value) or id(value) in self._seen or depth > _DEEPEST or self._left <= 0:
            return True
        self._left -= 1
        self._seen[id(value)] = value
        if kind in (list, tuple, set, frozenset):
            return all(self.into(item, depth + 1) for item in list(islice(value, _WIDEST)))
        if kind is dict:
            items = list(islice(value.items(), _WIDEST))
            return all(self._is_key(key) and self.into(item, depth + 1) for key, item in items)
        if not _is_class(kind) or (issubclass(kind, type) and not _is_class(value)):
            return False
        if _lies(value, kind):
            return False
        _ask(value)
        return self._holds(value, kind, depth)

    def _holds(self, value: Any, kind: type, depth: int) -> bool:
        if issubclass(kind, (list, tuple, Mapping)):
            own = any(is_own_class(base) for base in kind.__mro__)
            if own and not _ends(value):
                return False
            items = list(islice(value.items() if isinstance(value, Mapping) else value, _WIDEST))
            if issubclass(kind, Mapping):
                return all(self._is_key(key) and self.into(item, depth + 1) for key, item in items)
            return all(self.into(item, depth + 1) for item in items)
        if issubclass(kind, (type, types.ModuleType)):
            return True
        try:
            members = object.__getattribute__(value, "__dict__")
        except AttributeError:
            return True
        if type(members) is not dict:
            return True
        return all(self.into(item, depth + 1) for item in list(islice(members.values(), _WIDEST)))

    def _is_key(self, key: Any) -> bool:
        return _is_plain(key) or (self.into(key, _DEEPEST) and isinstance(str(key), str))


def _is_class(kind: Any) -> bool:
    """Whether a class can be asked what every class can. Raises what its metaclass raises."""
    if type(kind) is type:
        return True
    known = isinstance(kind.__module__, str) and isinstance(kind.__mro__, tuple) and isinstance(kind.__flags__, int)
    isinstance(None, kind)
    return known and hash(kind) == hash(kind) and kind == kind and vars(kind) is not None


def _lies(value: Any, kind: type) -> bool:
    """Whether a class of the person's own says that it is another. Stand-ins of libraries do so with good reason."""
    told = value.__class__
    return told is not kind and any("__class__" in vars(base) and is_own_class(base) for base in kind.__mro__)


def _ask(value: Any) -> None:
    isinstance(value, (Mapping, np.ndarray, str))
    for name in _ASKED:
        try:
            getattr(value, name, None)
        except LookupError:
            # A dict whose attributes are its keys; those who ask are prepared for that.
            continue


def _ends(value: Any) -> bool:
    length = len(value)
    if not 0 <= length <= _LONGEST:
        return False
    walked = value.items() if isinstance(value, Mapping) else value
    return sum(1 for _ in islice(walked, length + 1)) == length
