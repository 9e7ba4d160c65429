"""Freezes random generators, so that dropout is the same at every evaluation and nothing is left changed."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from . import twister


class RandomState(Protocol):
    """What lay outside the parameters at one moment, and that functions may draw from or change.

    `restore` and `drawn` may be called before each of a thousand evaluations, and are cheap.
    """

    def restore(self) -> None:
        """Put everything back to that state, bit by bit, as far as it can be put back."""

    def rewind(self) -> None:
        """Put back random generators alone; what else was changed stays so."""

    def drawn(self) -> bool:
        """Whether it is another state now: somebody drew a number, or changed something."""

    def changed(self) -> list[str]:
        """What has been changed since that moment, put back or not, other than random generators; named for a sentence.

        This looks at everything, however long it takes. Call it before the last `restore`, which then misses nothing.
        """


class Combined:
    """Several states as one."""

    def __init__(self, parts: Sequence[RandomState]) -> None:
        self._parts = tuple(parts)

    def restore(self) -> None:
        for part in self._parts:
            part.restore()

    def rewind(self) -> None:
        for part in self._parts:
            part.rewind()

    def drawn(self) -> bool:
        return any(part.drawn() for part in self._parts)

    def changed(self) -> list[str]:
        return list(dict.fromkeys(name for part in self._parts for name in part.changed()))


class GeneratorState:
    """Base of the states of generators: nothing in them is anything else."""

    def restore(self) -> None:
        raise NotImplementedError

    def rewind(self) -> None:
        self.restore()

    def changed(self) -> list[str]:
        return []


class PythonState(GeneratorState):
    """The state of one `random.Random`.

    Raises `NotImplementedError` for one that has none (`random.SystemRandom`).
    """

    def __init__(self, generator: random.Random, look: Callable[[random.Random], Any] = twister.look_at_python) -> None:
        self._generator = generator
        self._buffer = look(generator)
        # Where the bytes can be seen, they are the state; it is put together when it is needed, if ever.
        self._before: Any = generator.getstate() if self._buffer is None else self._seen()

    def _seen(self) -> tuple[bytes, float | None]:
        gauss: Any = self._generator.gauss_next  # type: ignore[attr-defined]
        return self._buffer.raw, gauss

    def restore(self) -> None:
        if self.drawn():
            state = self._before if self._buffer is None else twister.state_of_python(*self._before)
            self._generator.setstate(state)

    def drawn(self) -> bool:
        now: Any = self._generator.getstate() if self._buffer is None else self._seen()
        return bool(now != self._before)


class BitState(GeneratorState):
    """The state of one of NumPy's bit generators."""

    def __init__(self, bits: Any, look: Callable[[Any], Any] = twister.look_at_numpy) -> None:
        self._bits = bits
        self._buffer = look(bits)
        self._state = bits.state if self._buffer is None else self._buffer.raw
        self._plain = self._buffer is not None or not _holds_arrays(self._state)

    def restore(self) -> None:
        if self.drawn():
            if self._buffer is None:
                self._bits.state = self._state
            else:
                self._buffer.raw = self._state

    def drawn(self) -> bool:
        now = self._bits.state if self._buffer is None else self._buffer.raw
        return bool(now != self._state) if self._plain else not _same(now, self._state)


class LegacyState(GeneratorState):
    """The state of one `numpy.random.RandomState`: that of its bit generator, and the second of a pair of normal numbers."""

    def __init__(
        self,
        generator: np.random.RandomState,
        look: Callable[[Any], Any] = twister.look_at_numpy,
        look_at_gauss: Callable[[Any], Any] = twister.look_at_gauss,
    ) -> None:
        self._generator = generator
        self._bits = BitState(generator._bit_generator, look)
        self._buffer = look_at_gauss(generator)
        self._state: Any = generator.get_state(legacy=False) if self._buffer is None else None
        self._gauss = self._kept()

    def restore(self) -> None:
        if self._kept() != self._gauss:
            if self._buffer is None:
                self._generator.set_state(self._state)
            else:
                self._buffer.raw = self._gauss
        self._bits.restore()

    def drawn(self) -> bool:
        return self._bits.drawn() or bool(self._kept() != self._gauss)

    def _kept(self) -> Any:
        if self._buffer is not None:
            return self._buffer.raw
        state: Any = self._generator.get_state(legacy=False)
        return state["has_gauss"], state["gauss"]


# The host's are the same at every check, so where they lie is looked up once.
_look_at_python = functools.lru_cache(maxsize=1)(twister.look_at_python)
_look_at_numpy = functools.lru_cache(maxsize=1)(twister.look_at_numpy)
_look_at_gauss = functools.lru_cache(maxsize=1)(twister.look_at_gauss)


class HostRandomState(GeneratorState):
    """The state of `random` and of NumPy's legacy global generator."""

    def __init__(self) -> None:
        self._python = PythonState(random._inst, _look_at_python)
        self._numpy = LegacyState(np.random.mtrand._rand, _look_at_numpy, _look_at_gauss)

    def restore(self) -> None:
        if self.drawn():
            self._python.restore()
            self._numpy.restore()

    def drawn(self) -> bool:
        return self._python.drawn() or self._numpy.drawn()


def _holds_arrays(state: Any) -> bool:
    return isinstance(state, np.ndarray) or (isinstance(state, dict) and any(map(_holds_arrays, state.values())))


def _same(one: Any, other: Any) -> bool:
    """Whether two states are equal: dicts of numbers, words and arrays."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else bool(one == other)
