"""An interrupt, an exception or a cancellation at any moment of a check costs the person nothing."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from faults import Notebook, at_evaluations, at_every, bookkeeping, differences, interrupted, raising

from jupyterlab_gradcheck import gradcheck
from jupyterlab_gradcheck.engine import Cancelled
from jupyterlab_gradcheck.kernel import interrupts
from jupyterlab_gradcheck.kernel.interrupts import held

# What the notebook warns of is meant to be heard by nobody.
pytestmark = pytest.mark.filterwarnings("ignore:look here")

NUMPY = ["plain", "object", "globals"]


@pytest.mark.parametrize(("kind", "points"), [("plain", 40), ("object", 25), ("globals", 60), ("tensorflow", 3)])
def test_an_interrupt_in_the_midst_of_our_own_bookkeeping(kind: str, points: int) -> None:
    stopped, lost = bookkeeping(kind, points)
    assert (stopped, lost) == (points, [])


@pytest.mark.parametrize(("kind", "points"), [("plain", 200), ("object", 60), ("globals", 200), ("tensorflow", 5)])
def test_an_interrupt_in_the_midst_of_an_evaluation(kind: str, points: int) -> None:
    ended, lost = at_evaluations(kind, points, KeyboardInterrupt)
    assert (set(ended), lost) == ({"interrupted"}, [])
    assert len(ended) >= min(points, 60)


@pytest.mark.parametrize(
    "error", [lambda: ValueError("no"), SystemExit, MemoryError], ids=["raises", "exits", "memory"]
)
@pytest.mark.parametrize(("kind", "points"), [("plain", 200), ("object", 20), ("globals", 200), ("tensorflow", 2)])
def test_a_forward_that_raises_at_any_call(kind: str, points: int, error: Any) -> None:
    ended, lost = at_evaluations(kind, points, error)
    assert lost == []
    # An error near by is a step lost, at the parameters a refusal; never a false alarm, and never a crash.
    assert set(ended) <= {"fail", "inconclusive", "function_raised", "forward_random", "nothing_found", "ambiguous"}, (
        ended
    )
    assert "fail" in ended


@pytest.mark.parametrize("kind", NUMPY)
def test_a_check_cancelled_at_any_evaluation(kind: str) -> None:
    notebook = Notebook(kind)
    told: list[int] = []
    assert notebook.check(on_progress=lambda done, total: told.append(done)) == "fail"
    for at in at_every(len(told), 30):
        count = [0]

        def stop(done: int, total: int, count: list[int] = count, at: int = at) -> None:
            count[0] += 1
            if count[0] == at:
                raise Cancelled

        before = notebook.picture()
        with pytest.raises(Cancelled):
            notebook.check(on_progress=stop)
        assert differences(before, notebook.picture()) == [], at


@pytest.mark.filterwarnings("ignore:More than 20 figures")
def test_what_a_check_draws_into_figures_is_gone_and_the_settings_are_back() -> None:
    pytest.importorskip("matplotlib").use("agg")
    from matplotlib import pyplot

    notebook = Notebook("plain")
    pyplot.figure(7).gca().plot([1, 2])

    def draw() -> None:
        pyplot.plot([3, 4])
        pyplot.figure()
        pyplot.rcParams["lines.linewidth"] = 9.0

    notebook.names["hook"] = draw
    try:
        before = notebook.picture()
        assert notebook.check() == "fail"
        assert before["figures"] == [(7, [1])]
        assert differences(before, notebook.picture()) == []
        draw()
        assert differences(before, notebook.picture()) == ["settings", "figures"]
    finally:
        pyplot.close("all")
        pyplot.rcdefaults()


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """A SIGINT from outside after ``seconds``."""
    timer = threading.Timer(seconds, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def sleeping(parameters: Any) -> float:
    time.sleep(60)
    return 0.0


@pytest.mark.parametrize("forward", [sleeping, lambda p: [None for _ in iter(int, 1)]], ids=["sleeps", "spins"])
def test_a_forward_that_never_returns_is_interrupted(forward: Any) -> None:
    began = time.monotonic()
    with alarm(0.2), pytest.raises(KeyboardInterrupt):
        gradcheck(forward, lambda p: p, 1.0)
    assert time.monotonic() - began < 10
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_that_had_to_wait_wakes_a_forward_that_sleeps() -> None:
    """It came in our own code a moment before the person's began, in which nothing else would end the wait."""
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), held():
        _before_sleeping()
    assert time.monotonic() - began < 10


# Code of ours, by its file: an interrupt here waits.
_SPACE: dict[str, Any] = {"interrupt": signal.raise_signal, "number": signal.SIGINT, "persons": sleeping}
exec(compile("def before():\n    interrupt(number)\n    persons(1)", interrupts.__file__, "exec"), _SPACE)
_before_sleeping = _SPACE["before"]


def test_one_interrupt_is_one() -> None:
    """However often it had to be tried again, nothing of it is left for the next cell."""
    notebook = Notebook("globals")
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        with interrupted(-1) as count:
            notebook.check()
        for at in at_every(count[0], 8):
            heard.clear()
            with interrupted(at):
                # The person's own handler is asked, and it says to go on.
                assert notebook.check() == "fail"
            time.sleep(0.05)
            assert heard == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_hook_counts() -> None:
    """What these tests rest on: that a fault is really injected."""
    notebook = Notebook("plain")
    calls = raising(notebook.names, -1, KeyboardInterrupt)
    before = notebook.picture()
    assert notebook.check() == "fail"
    assert calls[0] > 100
    notebook.names["params"]["W"][0, 0] += 1e-15
    notebook.names["log"].append(1)
    notebook.names["rng"].random()
    assert differences(before, notebook.picture()) == ["log", "params", "rng"]
