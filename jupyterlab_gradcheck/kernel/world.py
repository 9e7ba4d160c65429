"""What lies outside the parameters and that the person's functions may change, as it was; and the way back to it."""

from __future__ import annotations

import contextlib
import operator
import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np

from ..backends.tensorflow_random import KernelCounters, TensorFlowRandomState
from ..engine.randomness import Combined, GeneratorState, HostRandomState, RandomState
from .copies import same_array, state_of
from .reach import Found, Reach

# Bytes of arrays that are copied; beyond, it is only noticed when they change.
_COPIED = 64 << 20
# Bytes of arrays, and entries of a container, that are compared before each evaluation: 5 us or so.
_LIGHT_BYTES = 16 << 10
_LIGHT_ENTRIES = 256
# Entries of a container that are remembered at all.
_ENTRIES = 1_000_000
# Entries of an array that stand for all of it.
_SAMPLE = 4_096

_MISSING: Any = object()
_NUMBERS = (bool, int, float, complex, str, bytes, np.generic)


class Snapshot(Protocol):
    """One thing as it was."""

    def intact(self) -> bool:
        """Whether it still is."""

    def put_back(self) -> None:
        """Makes it so again."""


class World:
    """Everything that the functions can reach and that was there, as it was when this was made.

    Generators and what else the functions change are put back bit by bit. What is cheap to look at is looked at every
    time, and so is what was seen to change; large arrays only by `drawn` and `changed`, or as long as nothing changes.

    Args:
        reach: what to remember.

    Objects of a kind that is not known here are left alone: copying them would run their code.
    """

    def __init__(self, reach: Reach) -> None:
        self._generators = _generators(reach)
        self._light: list[tuple[str, Snapshot]] = []
        self._heavy: list[tuple[str, Snapshot]] = []
        self._changed: dict[str, None] = {}
        self._lively = False
        self._bytes = self._light_bytes = 0
        for found in reach.found:
            # Any object may be within reach, and do as it likes when it is looked at.
            with contextlib.suppress(Exception):
                self._remember(found)

    def restore(self) -> None:
        self.rewind()
        _put_back(self._light, self._changed)
        if not self._lively:
            _put_back(self._heavy, self._changed)

    def rewind(self) -> None:
        for state in self._generators:
            state.restore()

    def drawn(self) -> bool:
        now = self._look() or any(state.drawn() for state in self._generators)
        self._lively = self._lively or now
        return now

    def changed(self) -> list[str]:
        self._look()
        return list(self._changed)

    def _look(self) -> bool:
        """Whether anything is other than it was; what is heavy and changes is looked at every time from now on."""
        altered = [(label, snapshot) for label, snapshot in (*self._light, *self._heavy) if not snapshot.intact()]
        if not altered:
            return False
        self._changed.update(dict.fromkeys(label for label, _ in altered))
        lively = [item for item in self._heavy if item in altered]
        self._light += lively
        self._heavy = [item for item in self._heavy if item not in lively]
        return True

    def _remember(self, found: Found) -> None:
        value, key = found.value, found.key
        snapshot: Snapshot | None = None
        light = True
        if found.kind == "name":
            snapshot = _Binding(value.get, value.__setitem__, value.pop, key)
        elif found.kind == "class-name":
            snapshot = _Attribute(value, key, type.__setattr__, type.__delattr__)
        elif found.kind == "slot":
            snapshot = _Attribute(value, key, object.__setattr__, object.__delattr__)
        elif found.kind == "cell":
            snapshot = _Cell(value)
        elif found.kind == "attributes":
            snapshot = _Mapping(value)
        elif found.kind == "contents":
            light = len(value) <= _LIGHT_ENTRIES
            snapshot = _contents(value) if len(value) <= _ENTRIES else None
        elif found.kind == "array":
            snapshot, light = self._array(value)
        elif found.kind == "variable":
            size = int(np.prod([int(length) for length in value.shape])) * 8
            self._bytes += size
            snapshot = _Variable(value) if self._bytes <= _COPIED else None
        elif found.kind == "iterator":
            snapshot = _Iterator(value)
        if snapshot is not None:
            (self._light if light else self._heavy).append((found.label, snapshot))

    def _array(self, value: np.ndarray) -> tuple[Snapshot, bool]:
        self._bytes += value.nbytes
        if self._bytes > _COPIED:
            self._bytes -= value.nbytes
            return _Sampled(value), True
        if self._light_bytes + value.nbytes <= _LIGHT_BYTES:
            self._light_bytes += value.nbytes
            return _SmallArray(value), True
        return _LargeArray(value), False


def _put_back(snapshots: Iterable[tuple[str, Snapshot]], changed: dict[str, None]) -> None:
    for label, snapshot in snapshots:
        if not snapshot.intact():
            changed[label] = None
            # One that refuses must not keep the others from being put back.
            with contextlib.suppress(Exception):
                snapshot.put_back()


def _equal(before: Any, now: Any) -> bool:
    """Whether a name still stands for the same: the same object, or the same number."""
    return before is now or (type(before) is type(now) and isinstance(before, _NUMBERS) and repr(before) == repr(now))


class _Binding:
    """What a name stands for in a namespace."""

    def __init__(
        self, get: Callable[..., Any], put: Callable[[str, Any], None], drop: Callable[..., Any], name: str
    ) -> None:
        self._get, self._put, self._drop, self._name = get, put, drop, name
        self._before = get(name, _MISSING)

    def intact(self) -> bool:
        return _equal(self._before, self._get(self._name, _MISSING))

    def put_back(self) -> None:
        if self._before is _MISSING:
            self._drop(self._name, None)
        else:
            self._put(self._name, self._before)


class _Attribute:
    """An attribute of a class, or in a slot of an object. ``put`` and ``drop`` are those of `type` or `object`."""

    def __init__(
        self, owner: Any, name: str, put: Callable[[Any, str, Any], None], drop: Callable[[Any, str], None]
    ) -> None:
        self._owner, self._name, self._put, self._drop = owner, name, put, drop
        self._before = self._now()

    def _now(self) -> Any:
        if isinstance(self._owner, type):
            return vars(self._owner).get(self._name, _MISSING)
        try:
            return object.__getattribute__(self._owner, self._name)
        except AttributeError:
            return _MISSING

    def intact(self) -> bool:
        return _equal(self._before, self._now())

    def put_back(self) -> None:
        if self._before is _MISSING:
            self._drop(self._owner, self._name)
        else:
            self._put(self._owner, self._name, self._before)


class _Cell:
    """A variable of an enclosing function."""

    def __init__(self, cell: Any) -> None:
        self._cell = cell
        self._before = self._now()

    def _now(self) -> Any:
        try:
            return self._cell.cell_contents
        except ValueError:
            return _MISSING

    def intact(self) -> bool:
        return _equal(self._before, self._now())

    def put_back(self) -> None:
        if self._before is _MISSING:
            del self._cell.cell_contents
        else:
            self._cell.cell_contents = self._before


class _Mapping:
    """What a dict holds, in its order."""

    def __init__(self, value: dict[Any, Any]) -> None:
        # The person's own subclass may have other ideas of what its methods do.
        self._kind: Any = OrderedDict if isinstance(value, OrderedDict) else dict
        self._value = value
        self._keys, self._items = list(self._kind.keys(value)), list(self._kind.values(value))

    def intact(self) -> bool:
        kind, value = self._kind, self._value
        if dict.__len__(value) != len(self._keys) or not all(map(operator.is_, kind.keys(value), self._keys)):
            return False
        same = all(map(operator.is_, self._items, kind.values(value)))
        return same or all(map(_equal, self._items, kind.values(value)))

    def put_back(self) -> None:
        self._kind.clear(self._value)
        self._kind.update(self._value, zip(self._keys, self._items, strict=True))


class _Sequence:
    """What a list, a deque or a bytearray holds."""

    def __init__(self, value: Any) -> None:
        self._kind: Any = next(kind for kind in (list, deque, bytearray) if isinstance(value, kind))
        self._value = value
        self._items = list(self._kind.__iter__(value))

    def intact(self) -> bool:
        kind, value = self._kind, self._value
        if kind.__len__(value) != len(self._items):
            return False
        # Nearly always they are the very same objects, which is quickly seen.
        same = all(map(operator.is_, self._items, kind.__iter__(value)))
        return same or all(map(_equal, self._items, kind.__iter__(value)))

    def put_back(self) -> None:
        self._kind.clear(self._value)
        self._kind.extend(self._value, self._items)


class _Set:
    """What a set holds."""

    def __init__(self, value: set[Any]) -> None:
        self._value = value
        self._items = set(set.__iter__(value))

    def intact(self) -> bool:
        return set.__len__(self._value) == len(self._items) and set.issubset(self._items, set.__iter__(self._value))

    def put_back(self) -> None:
        set.clear(self._value)
        set.update(self._value, self._items)


def _contents(value: Any) -> Snapshot:
    return _Mapping(value) if isinstance(value, dict) else _Set(value) if isinstance(value, set) else _Sequence(value)


class _SmallArray:
    """The bytes of an array."""

    def __init__(self, value: np.ndarray) -> None:
        self._value = value.view(np.ndarray)
        self._before = self._value.copy()
        self._bytes = self._value.tobytes()

    def intact(self) -> bool:
        return self._value.tobytes() == self._bytes

    def put_back(self) -> None:
        np.copyto(self._value, self._before)


class _LargeArray:
    """A copy of an array."""

    def __init__(self, value: np.ndarray) -> None:
        self._value = value.view(np.ndarray)
        self._before = self._value.copy(order="K")

    def intact(self) -> bool:
        return same_array(self._before, self._value)

    def put_back(self) -> None:
        np.copyto(self._value, self._before)


class _Sampled:
    """Some entries of an array that is too large for a copy: a change is noticed, mostly, and stays."""

    def __init__(self, value: np.ndarray) -> None:
        self._value = value
        self._before = self._now()

    def _now(self) -> bytes:
        flat = self._value.reshape(-1) if self._value.flags.c_contiguous else self._value.flat
        step = max(1, self._value.size // _SAMPLE)
        return bytes(np.asarray(flat[::step]).tobytes())

    def intact(self) -> bool:
        return self._now() == self._before

    def put_back(self) -> None:
        return None


class _Variable:
    """The value of a variable of TensorFlow or Keras."""

    def __init__(self, variable: Any) -> None:
        self._variable = variable
        self._before = np.array(variable.numpy())

    def intact(self) -> bool:
        return same_array(self._before, np.asarray(self._variable.numpy()))

    def put_back(self) -> None:
        self._variable.assign(self._before)


class _Iterator:
    """How far an iterator has got, as far as it tells. It cannot be put back."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self._before = self._now()

    def _now(self) -> Any:
        frame = getattr(self._value, "gi_frame", None)
        if hasattr(self._value, "gi_frame"):
            return None if frame is None else (frame.f_lasti, {k: id(v) for k, v in frame.f_locals.items()})
        hint = operator.length_hint(self._value, -1)
        return hint if hint >= 0 else repr(self._value)

    def intact(self) -> bool:
        return bool(self._now() == self._before)

    def put_back(self) -> None:
        return None


class _AsGenerator(GeneratorState):
    """The state of a random generator that is kept in a variable."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def restore(self) -> None:
        if not self._snapshot.intact():
            self._snapshot.put_back()

    def drawn(self) -> bool:
        return not self._snapshot.intact()


def generators_within(reach: Reach) -> RandomState:
    """The state of all random generators that the functions can draw from, the global ones included."""
    host = TensorFlowRandomState() if "tensorflow" in sys.modules else HostRandomState()
    return Combined([host, *_generators(reach)])


def _generators(reach: Reach) -> list[RandomState]:
    """The states of the generators that the functions can reach, other than the host's global ones."""
    states: list[RandomState] = []
    for found in reach.found:
        # As above.
        with contextlib.suppress(Exception):
            if found.kind == "generator" and (state := state_of(found.value)) is not None:
                states.append(state)
            elif found.kind == "generator-variable":
                states.append(_AsGenerator(_Variable(found.value)))
    return [*states, *_of_tensorflow(reach)]


def _of_tensorflow(reach: Reach) -> list[RandomState]:
    """The generators that TensorFlow and Keras themselves hold, where they are loaded and there are such."""
    found: list[RandomState] = []
    module = sys.modules.get("tensorflow.python.ops.stateful_random_ops")
    generator = getattr(module, "global_generator", None)
    if generator is not None:
        found.append(_AsGenerator(_Variable(generator.state)))
    module = sys.modules.get("keras.src.backend.common.global_state")
    tracker = getattr(module, "GLOBAL_STATE_TRACKER", None)
    if tracker is not None:
        names = vars(tracker)
        # Made at its first use, with a seed drawn from Python's generator.
        found.append(_AsGenerator(_Binding(names.get, names.__setitem__, names.pop, "global_seed_generator")))
        seeds = names.get("global_seed_generator")
        if seeds is not None:
            found.append(_AsGenerator(_Variable(seeds.state)))
    if reach.seeds:
        found.append(KernelCounters())
    return found
