"""Random generators are put back bit by bit, at next to no cost, wherever their state can be seen or not."""

from __future__ import annotations

import random
import timeit
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck.engine import randomness, twister
from jupyterlab_gradcheck.engine.randomness import BitState, Combined, HostRandomState, LegacyState, PythonState

LOOKS = ("look_at_python", "look_at_numpy", "look_at_gauss")


@pytest.fixture(params=["seen", "asked for"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to know a state, whatever this interpreter allows."""
    if request.param == "asked for":
        for look in LOOKS:
            monkeypatch.setattr(twister, look, lambda generator: None)
    return str(request.param)


@pytest.fixture(autouse=True)
def generators_as_they_were() -> Iterator[None]:
    states = random.getstate(), np.random.get_state()
    yield
    random.setstate(states[0])
    np.random.set_state(states[1])


def host() -> tuple[Any, Any]:
    state: Any = np.random.get_state()
    return random.getstate(), tuple(part.tolist() if isinstance(part, np.ndarray) else part for part in state)


DRAWS: list[Callable[[], Any]] = [
    lambda: random.random(),
    lambda: random.gauss(0, 1),
    lambda: [random.gauss(0, 1) for _ in range(2)],
    lambda: random.seed(3),
    lambda: [random.random() for _ in range(312)],
    lambda: np.random.rand(),
    lambda: np.random.rand(312),
    lambda: np.random.rand(312_000),
    lambda: np.random.randn(),
    lambda: np.random.randn(2),
    lambda: np.random.randn(3),
    lambda: np.random.seed(3),
    lambda: np.random.shuffle([1, 2, 3]),
    lambda: (random.random(), np.random.randn(5)),
]


@pytest.mark.parametrize("kept", [0, 1])
@pytest.mark.parametrize("draw", DRAWS)
def test_the_hosts_generators_go_back(way: str, draw: Callable[[], Any], kept: int) -> None:
    np.random.seed(11)
    random.seed(11)
    np.random.randn(kept)
    [random.gauss(0, 1) for _ in range(kept)]
    before = host()
    state = HostRandomState()
    assert not state.drawn()
    for _ in range(2):
        draw()
        assert state.drawn()
        state.restore()
        assert not state.drawn()
        assert host() == before
    assert state.changed() == []
    assert host() == before


@pytest.mark.parametrize(
    "bits", [np.random.MT19937, np.random.PCG64, np.random.PCG64DXSM, np.random.Philox, np.random.SFC64]
)
def test_every_bit_generator_goes_back(way: str, bits: Any) -> None:
    made = bits(5)
    generator, legacy = np.random.Generator(made), np.random.RandomState(bits(5))
    states = Combined([BitState(made), LegacyState(legacy)])
    first = generator.random(3).tolist(), generator.integers(0, 9, dtype=np.uint32), legacy.randn(3).tolist()
    assert states.drawn()
    states.restore()
    assert not states.drawn()
    again = generator.random(3).tolist(), generator.integers(0, 9, dtype=np.uint32), legacy.randn(3).tolist()
    assert first == again


def test_a_persons_own_random_object_goes_back(way: str) -> None:
    class Loaded(random.Random):
        def random(self) -> float:
            return super().random() ** 2

    for generator in (random.Random(4), Loaded(4)):
        state = PythonState(generator)
        first = [generator.random(), generator.gauss(0, 1)]
        assert state.drawn()
        state.restore()
        assert [generator.random(), generator.gauss(0, 1)] == first


def test_several_states_are_one() -> None:
    class Part:
        def __init__(self, names: list[str]) -> None:
            self.names, self.restored, self.rewound = names, 0, 0

        def restore(self) -> None:
            self.restored += 1

        def rewind(self) -> None:
            self.rewound += 1

        def drawn(self) -> bool:
            return len(self.names) > 1

        def changed(self) -> list[str]:
            return self.names

    parts = [Part(["a"]), Part(["b", "a", "c"])]
    both = Combined(parts)
    both.restore()
    assert both.drawn()
    assert both.changed() == ["a", "b", "c"]
    both.rewind()
    assert [(part.restored, part.rewound) for part in parts] == [(1, 1), (1, 1)]
    assert not Combined(parts[:1]).drawn()


def test_states_can_be_seen_in_this_interpreter() -> None:
    # Not a promise of other interpreters; here the quick way is the one that is meant to be taken.
    assert twister.look_at_python(random.Random(1)) is not None
    assert twister.look_at_numpy(np.random.MT19937(1)) is not None
    assert twister.look_at_gauss(np.random.RandomState(1)) is not None
    assert twister.look_at_numpy(np.random.PCG64(1)) is None


def test_looking_is_cheap() -> None:
    np.random.seed(1)
    np.random.randn()
    state = randomness.HostRandomState()

    def drawing() -> None:
        np.random.randn()
        state.restore()

    def cost(function: Callable[[], Any]) -> float:
        return min(timeit.repeat(function, number=300, repeat=9)) / 300

    # 0.6 us and 1.5 us on an idle machine; asking for the states takes 55 us, putting them back 50.
    assert cost(state.drawn) < 6e-6
    assert cost(state.restore) < 6e-6
    assert cost(drawing) < 15e-6
