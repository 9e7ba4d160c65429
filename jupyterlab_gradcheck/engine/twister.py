"""Looks at Mersenne twisters where their state lies.

Asking NumPy's legacy generator for its state takes 40 us and Python's 9 us, for each copies 624 words into new objects;
a forward of the size of an exercise takes 25 us. Looking at the 2500 bytes themselves takes 0.2 us. NumPy documents where
they lie (`BitGenerator.ctypes.state_address`); where the others lie is found out, once, on generators of our own. Where
that fails, None is returned here and the state must be asked for.
"""

from __future__ import annotations

import functools
import random
import struct
import sys
from typing import Any

import numpy as np

# 624 words of key and one of position; Python has the position first.
_BYTES = 2500
# ``int has_gauss; double gauss``.
_GAUSS = struct.Struct("<i4xd")


def look_at_python(generator: random.Random) -> Any:
    """The state of ``generator`` as a buffer whose ``raw`` are its bytes of this moment; None where it cannot be seen."""
    offset = _python_offset()
    return None if offset is None or type(generator) is not random.Random else _buffer(id(generator) + offset, _BYTES)


def state_of_python(seen: bytes, gauss: float | None) -> tuple[Any, ...]:
    """What `random.Random.getstate` gives where `look_at_python` shows ``seen``, and ``gauss`` is its normal number."""
    position, *key = struct.unpack("<i624I", seen)
    return random.Random.VERSION, (*key, position), gauss


def look_at_numpy(bits: Any) -> Any:
    """The state of the bit generator ``bits``, as `look_at_python`; its ``raw`` may also be set."""
    if type(bits) is not np.random.MT19937 or not _numpy_is_as_documented():
        return None
    return _buffer(bits.ctypes.state_address, _BYTES)


def look_at_gauss(generator: np.random.RandomState) -> Any:
    """The normal number that ``generator`` keeps for the next call (or not), as `look_at_numpy`."""
    offset = _gauss_offset()
    if offset is None or type(generator) is not np.random.RandomState:
        return None
    return _buffer(id(generator) + offset, _GAUSS.size)


def _buffer(address: int, length: int) -> Any:
    import ctypes

    return (ctypes.c_char * length).from_address(address)


@functools.cache
def _python_offset() -> int | None:
    """Where in a `random.Random` its state lies: behind what every object begins with."""
    offset = object.__basicsize__
    if sys.implementation.name != "cpython" or random.Random.__basicsize__ < offset + _BYTES:
        return None
    try:
        probe = random.Random(20)
        buffer = _buffer(id(probe) + offset, _BYTES)
        for _ in range(2):
            probe.random()
            *key, position = probe.getstate()[1]
            if buffer.raw != struct.pack("<i", position) + np.array(key, "<u4").tobytes():
                return None
    except Exception:
        # No ctypes, or another Python: then slowly.
        return None
    return offset


@functools.cache
def _numpy_is_as_documented() -> bool:
    try:
        probe: Any = np.random.MT19937(20)
        buffer = _buffer(probe.ctypes.state_address, _BYTES)
        for _ in range(2):
            probe.random_raw()
            state = probe.state["state"]
            if buffer.raw != state["key"].astype("<u4").tobytes() + struct.pack("<i", state["pos"]):
                return False
    except Exception:
        return False
    return True


@functools.cache
def _gauss_offset() -> int | None:
    """Where in a `RandomState` its kept normal number stands."""
    if sys.implementation.name != "cpython":
        return None
    try:
        import ctypes

        probe = np.random.RandomState(20)
        probe.standard_normal()
        found: Any = probe.get_state()
        memory = ctypes.string_at(id(probe), np.random.RandomState.__basicsize__)
        at = memory.find(struct.pack("<d", found[4])) - 8
        if at < 0:
            return None
        buffer = _buffer(id(probe) + at, _GAUSS.size)
        for _ in range(3):
            state: Any = probe.get_state()
            if _GAUSS.unpack(buffer.raw) != (state[3], state[4]):
                return None
            probe.standard_normal()
        buffer.raw = _GAUSS.pack(1, 0.25)
        state = probe.get_state()
        if (state[3], state[4], probe.standard_normal()) != (1, 0.25, 0.25):
            return None
    except Exception:
        return None
    return at
