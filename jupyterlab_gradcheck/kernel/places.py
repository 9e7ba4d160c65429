"""Where parameters lie that no argument hands over: in objects, in globals, in TensorFlow's variables.

The person's functions read them there, so there they are changed for the length of one evaluation: an array in place,
because others may hold the very same array, a number by putting another into its place. The way back is bit by bit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from ..engine import GradcheckError
from .copies import is_variable
from .inventory import is_leaf
from .reach import is_own_class

Steps = tuple[Any, ...]

# How far an object is looked into for parameters, and how many are looked at.
_DEEPEST = 7
_WIDEST = 4_000
_MOST = 4_000


@dataclass(frozen=True)
class Place:
    """One leaf and where it lies.

    Attributes:
        steps: attributes (text that begins with a dot), keys and indices that lead to it from the variable it was found in.
        value: what lies there.
        write: puts a value there; an array is written into.
        read: what lies there now.
    """

    steps: Steps
    value: Any
    write: Callable[[Any], None]
    read: Callable[[], Any]


def places_in(
    value: Any,
    steps: Steps = (),
    write: Callable[[Any], None] | None = None,
    read: Callable[[], Any] | None = None,
) -> Iterator[Place]:
    """Every number, array and variable within ``value``; an array that lies in several places comes several times.

    Looked into are dicts, lists, tuples and objects of the person's own classes. No property or ``__getattr__`` is
    asked: an object is read through its ``__dict__`` and slots. ``write`` replaces ``value`` itself, ``read`` tells what is
    in its place now. With `nowhere` for ``write``, the value is handed over anew rather than written to, and numbers in tuples
    count as well.
    """
    yield from islice(_walk(value, steps, write, read, {}, 0, write is nowhere), _MOST)


def nowhere(value: Any) -> None:
    """For a value that is handed over: there is nothing to write to. Raises `GradcheckError`."""
    raise GradcheckError("An argument is handed over, not written.", code="internal_error")


def _walk(
    value: Any,
    steps: Steps,
    write: Callable[[Any], None] | None,
    read: Callable[[], Any] | None,
    seen: dict[int, Any],
    depth: int,
    handed: bool,
) -> Iterator[Place]:
    if depth > _DEEPEST:
        return
    if isinstance(value, np.ndarray) and is_leaf(value):
        seen[id(value)] = value
        if value.flags.writeable:
            # The place is read anew: backward may have put another array there. Floats do not go into an array of integers.
            fill = write if write is not None and value.dtype.kind in "iu" else _filler(value, write, read)
            yield Place(steps, value, fill, read or (lambda: value))
        return
    if _is_keras_variable(value):
        value = value.value
    if is_variable(value):
        seen[id(value)] = value
        yield Place(steps, value, value.assign, lambda: value)
        return
    if is_leaf(value):
        if write is not None:
            yield Place(steps, value, write, read or (lambda: value))
        return
    if isinstance(value, (str, bytes)) or value is None or id(value) in seen:
        return
    seen[id(value)] = value
    for step, item, writer, reader in _members(value):
        if handed and isinstance(value, tuple):
            writer = nowhere
        yield from _walk(item, (*steps, step), writer, reader, seen, depth + 1, handed)


Member = tuple[Any, Any, "Callable[[Any], None] | None", Callable[[], Any]]


def _members(value: Any) -> Iterator[Member]:
    if isinstance(value, MutableMapping) and isinstance(value, dict):
        for key, item in list(dict.items(value))[:_WIDEST]:
            yield key, item, _setter(dict.__setitem__, value, key), _getter(dict.get, value, key)
    elif isinstance(value, Mapping) or type(value) in (set, frozenset):
        return
    elif isinstance(value, list):
        for index, item in enumerate(list(value)[:_WIDEST]):
            yield index, item, _setter(list.__setitem__, value, index), _getter(list.__getitem__, value, index)
    elif isinstance(value, tuple):
        names = getattr(type(value), "_fields", None)
        for index, item in enumerate(value[:_WIDEST]):
            step = f".{names[index]}" if isinstance(names, tuple) and len(names) == len(value) else index
            yield step, item, None, _getter(tuple.__getitem__, value, index)
    elif is_keras(value):
        if is_own_class(type(value)):
            # As the person's own code calls them; Keras's attributes begin with an underscore.
            held = [(n, v) for n, v in vars(value).items() if not n.startswith("_")]
            for name, item in held:
                if is_keras(item) or _is_keras_variable(item) or is_variable(item) or isinstance(item, (list, tuple)):
                    yield f".{name}", item, None, _getter(getattr, value, name)
            return
        names = [str(getattr(v, "path", None) or v.name).split(":")[0] for v in value.trainable_variables]
        for name, variable in zip(names, value.trainable_variables, strict=True):
            yield f".{_tail(name, names)}", variable, None, _getter(getattr, value, "weights")
    elif is_object(value):
        for name, item in list(vars(value).items())[:_WIDEST] if hasattr(value, "__dict__") else ():
            yield f".{name}", item, _setter(object.__setattr__, value, name), _attribute(value, name)
        for base in type(value).__mro__:
            for name in _slots(base):
                try:
                    item = object.__getattribute__(value, name)
                except AttributeError:
                    continue
                yield f".{name}", item, _setter(object.__setattr__, value, name), _attribute(value, name)


def called_by_keras(function: Any) -> Any:
    """The person's own ``call`` behind a layer or model; any other function as it is."""
    return function.call if is_keras(function) else function


def _tail(name: str, names: list[str]) -> str:
    """The shortest end of a path that no other path has."""
    parts = name.split("/")
    for length in range(1, len(parts) + 1):
        tail = "/".join(parts[-length:])
        if sum(other == tail or other.endswith(f"/{tail}") for other in names) == 1:
            return tail
    return name


def has_places(value: Any) -> bool:
    """Whether ``value`` is an object in which parameters may lie: the person's own, or a layer or model of Keras."""
    return is_object(value) or is_keras(value)


def is_object(value: Any) -> bool:
    """Whether ``value`` is an instance of a class of the person's own, or a namespace of attributes."""
    if isinstance(value, type) or (callable(value) and type(value).__module__ == "builtins"):
        return False
    kind = type(value)
    try:
        own = any(is_own_class(base) for base in kind.__mro__) or kind.__name__ == "SimpleNamespace"
        return own and (isinstance(object.__getattribute__(value, "__dict__"), dict) or _has_slots(kind))
    except AttributeError:
        return _has_slots(kind)
    except Exception:
        # Any object may be in a namespace, and do as it likes when it is looked at.
        return False


def _has_slots(kind: type) -> bool:
    return any(_slots(base) for base in kind.__mro__)


def _slots(kind: type) -> tuple[str, ...]:
    slots = vars(kind).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(s for s in slots if isinstance(s, str) and s != "__dict__")


def is_keras(value: Any) -> bool:
    """Whether ``value`` is a layer or a model of Keras."""
    keras = sys.modules.get("keras")
    layer = getattr(keras, "Layer", None)
    return isinstance(layer, type) and isinstance(value, layer)


def _is_keras_variable(value: Any) -> bool:
    keras = sys.modules.get("keras")
    variable = getattr(keras, "Variable", None)
    return isinstance(variable, type) and isinstance(value, variable)


def _filler(
    array: np.ndarray, put: Callable[[Any], None] | None, read: Callable[[], Any] | None
) -> Callable[[Any], None]:
    def fill(value: Any) -> None:
        array[...] = value
        if put is not None and read is not None and read() is not array:
            # A function has put another array there, as W = W - step does.
            put(array)

    return fill


def _setter(put: Callable[..., None], owner: Any, key: Any) -> Callable[[Any], None]:
    return lambda value: put(owner, key, value)


def _getter(get: Callable[..., Any], owner: Any, key: Any) -> Callable[[], Any]:
    def read() -> Any:
        try:
            return get(owner, key)
        except (IndexError, AttributeError):
            return None

    return read


def _attribute(owner: Any, name: str) -> Callable[[], Any]:
    return _getter(object.__getattribute__, owner, name)


def spelled(steps: Steps) -> str:
    """The steps in words: ``layers[0].W``, ``params['a b']``."""
    text = ""
    for step in steps:
        if isinstance(step, str) and step.startswith(".") and len(step) > 1:
            text += step if text else step[1:]
        elif isinstance(step, str) and step.isidentifier():
            text += f".{step}" if text else step
        else:
            text += f"[{step!r}]" if text or not isinstance(step, str) else step
    return text[:200]
