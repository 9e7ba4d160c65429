"""Private copies of the person's data, so that their functions may write into them."""

from __future__ import annotations

import copy
import random
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..engine import GradcheckError
from ..engine.randomness import BitState, LegacyState, PythonState, RandomState

# Deeper than this, a structure is left as it is.
_DEEPEST = 20
# Bytes compared at a time, so that comparing large data needs no second copy of them.
_PIECE = 1 << 20


class PrivateData:
    """Copies of the person's data, made once; made anew for every call where a function turns out to write into them.

    Attributes:
        values: the copies, by name.
        written: names of those that are made anew.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._originals = dict(data)
        self.values = {name: _affordable(name, value) for name, value in data.items()}
        self.written: list[str] = []
        # A generator is used up by being used. Each function begins with it as it is.
        self._generators = [state for value in self.values.values() if (state := state_of(value)) is not None]

    @property
    def lasting(self) -> bool:
        """Whether the copies can be used again just as they are."""
        return not self.written and not self._generators

    def renew(self) -> None:
        """Makes the copies what they were, before a call."""
        for state in self._generators:
            state.restore()
        for name in self.written:
            # Not in place: what a function returned may still refer to what it wrote.
            self.values[name] = copied(self._originals[name])

    def verify(self) -> list[str]:
        """Names of the copies that have been written into, and were not known for it."""
        found = [
            name
            for name, value in self.values.items()
            if name not in self.written and not same(self._originals[name], value)
        ]
        self.written += found
        return found


def _affordable(name: str, value: Any) -> Any:
    try:
        return copied(value)
    except MemoryError:
        raise GradcheckError(
            f"There is not enough memory for a copy of {name}, without which the functions could change it. Check with "
            "fewer data.",
            code="out_of_memory",
        ) from None


def copied(value: Any, memory: dict[int, Any] | None = None, depth: int = 0) -> Any:
    """``value`` with everything in it copied that a function could write into and that is known here.

    Anything else, an object of the person's own class for instance, is the person's own: copying it would run its code.
    """
    if type(value) is np.ndarray and memory is None and not value.dtype.hasobject:
        return value.copy(order="K")
    if value is None or isinstance(value, (int, float, str, complex, bytes)):
        return value
    memory = {} if memory is None else memory
    if id(value) in memory:
        return memory[id(value)]
    fresh = _empty_copy(value)
    if fresh is None:
        if type(value) is tuple or hasattr(type(value), "_fields"):
            return _copied_tuple(value, memory, depth)
        return value
    # Before it is filled: it may contain itself.
    memory[id(value)] = fresh
    if depth < _DEEPEST:
        if isinstance(fresh, np.ndarray) and fresh.dtype.hasobject:
            for place in np.ndindex(fresh.shape):
                fresh[place] = copied(value[place], memory, depth + 1)
        elif isinstance(fresh, dict):
            for key, item in value.items():
                fresh[key] = copied(item, memory, depth + 1)
        elif isinstance(fresh, (list, deque)):
            for index, item in enumerate(value):
                fresh[index] = copied(item, memory, depth + 1)
    return fresh


def _empty_copy(value: Any) -> Any:
    """A copy of ``value`` that still holds the same things; None where it cannot or need not be copied."""
    kind = type(value)
    if isinstance(value, np.ndarray):
        return value.copy(order="K") if kind is np.ndarray else value.copy()
    if kind in (list, dict, set, bytearray, deque, OrderedDict, defaultdict, Counter):
        return value.copy()
    if is_variable(value):
        return kind(value, trainable=value.trainable)
    if kind in (np.random.Generator, np.random.RandomState, random.Random):
        return copy.deepcopy(value)
    return None


def _copied_tuple(value: Any, memory: dict[int, Any], depth: int) -> Any:
    if not isinstance(value, tuple) or depth >= _DEEPEST:
        return value
    items = [copied(item, memory, depth + 1) for item in value]
    return tuple(items) if type(value) is tuple else type(value)._make(items)  # type: ignore[attr-defined]


def same(original: Any, now: Any, depth: int = 0) -> bool:
    """Whether ``now``, once a copy of ``original`` by `copied`, still holds the same."""
    if original is now or depth > _DEEPEST:
        return True
    if type(original) is not type(now):
        return False
    if isinstance(original, np.ndarray):
        return same_array(original, now)
    if isinstance(original, dict):
        return original.keys() == now.keys() and all(same(v, now[k], depth + 1) for k, v in original.items())
    if isinstance(original, (list, tuple, deque)):
        return len(original) == len(now) and all(same(a, b, depth + 1) for a, b in zip(original, now, strict=True))
    if is_variable(original):
        return same_array(original.numpy(), now.numpy())
    if isinstance(original, (set, bytearray)):
        return bool(original == now)
    # A generator is used on purpose; anything else was not copied, so another object stands there now.
    return state_of(original) is not None


def same_array(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays have the same bits; of objects, whether they are equal as `same` has it."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.hasobject:
        return all(same(one[index], other[index], 1) for index in np.ndindex(one.shape))
    if one.nbytes <= _PIECE or not (one.flags.c_contiguous and other.flags.c_contiguous):
        return one.tobytes() == other.tobytes()
    flat, other_flat = one.reshape(-1).view(np.uint8), other.reshape(-1).view(np.uint8)
    return all(
        np.array_equal(flat[start : start + _PIECE], other_flat[start : start + _PIECE])
        for start in range(0, flat.size, _PIECE)
    )


def state_of(value: Any) -> RandomState | None:
    """The state of ``value`` where it is one of NumPy's or Python's random generators."""
    if type(value) is np.ndarray:
        return None
    if isinstance(value, np.random.Generator):
        return BitState(value.bit_generator)
    if isinstance(value, np.random.BitGenerator):
        return BitState(value)
    if isinstance(value, np.random.RandomState):
        return LegacyState(value)
    if isinstance(value, random.Random) and not isinstance(value, random.SystemRandom):
        return PythonState(value)
    return None


def is_variable(value: Any) -> bool:
    """Whether ``value`` is a variable of TensorFlow, where that is loaded."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and type(value) is not np.ndarray and isinstance(value, tensorflow.Variable)
