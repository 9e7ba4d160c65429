"""Time as a ratio of two things that ran in turns, and memory as what a call added at its peak.

Seconds say little about another machine, and on a shared one little about the next minute. A B A B ... in one process
sees the same machine, so the ratio of neighbours is what the benchmarks print.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import math
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Call = Callable[[], Any]


@dataclass(frozen=True)
class Times:
    """Seconds of calls that took turns: ``seconds`` of shape (rounds, calls)."""

    seconds: np.ndarray

    def ratio(self, of: int, to: int) -> Ratio:
        """How many times longer call ``of`` took than call ``to``."""
        quickest = np.min(self.seconds, axis=0)
        ratios = self.seconds[:, of] / self.seconds[:, to]
        return Ratio(float(quickest[of] / quickest[to]), float(np.median(ratios)), float(np.min(ratios)))

    def median(self, call: int) -> float:
        return float(np.median(self.seconds[:, call]))


@dataclass(frozen=True)
class Ratio:
    """How many times longer one call took than the other.

    Attributes:
        quickest: the quickest of its rounds over the quickest of the other's. What else the machine does only ever adds
            time, so this is the ratio that the code itself has, and the one that figures are judged by.
        median, minimum: over the rounds, of the ratio within one round.
    """

    quickest: float
    median: float
    minimum: float

    def times(self, factor: float) -> Ratio:
        return Ratio(factor * self.quickest, factor * self.median, factor * self.minimum)

    def __str__(self) -> str:
        return f"{self.quickest:.3g} (median {self.median:.3g}, min {self.minimum:.3g})"


def interleaved(*calls: Call, rounds: int, warm: bool = True) -> Times:
    """Runs ``calls`` in turns, ``rounds`` times over; once more before that where ``warm``. Collects garbage outside."""
    if warm:
        for call in calls:
            call()
    seconds = np.empty((rounds, len(calls)))
    for one_round in range(rounds):
        for k, call in enumerate(calls):
            gc.collect()
            started = time.perf_counter()
            call()
            seconds[one_round, k] = time.perf_counter() - started
    return Times(seconds)


def repeated(call: Call, count: int) -> Call:
    """A call that makes ``count`` calls."""

    def run() -> None:
        for _ in range(count):
            call()

    return run


class Timed:
    """A forward that keeps how long its calls took, for a ratio within one and the same run.

    A check undoes what forward changes in the person's notebook, lists and attributes alike. So the sums are kept in
    C numbers, which it leaves alone.

    Attributes:
        forward: the function, with the arguments that forwards have here.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._calls = calls = ctypes.c_longlong(0)
        self._seconds = seconds = ctypes.c_double(0.0)
        clock = time.perf_counter

        def forward(X: Any, Y: Any, parameters: Any) -> Any:
            started = clock()
            result = function(X, Y, parameters)
            seconds.value += clock() - started
            calls.value += 1
            return result

        self.forward = forward
        # What keeping the time takes is no part of what is timed.
        self._own = 0.0 if function is _nothing else _own_cost()

    @property
    def calls(self) -> int:
        """How many calls there were since the last `overhead` began."""
        return self._calls.value

    def overhead(self, call: Call, forwards: int) -> float:
        """Runs ``call``, which calls `forward`: its time over that of ``forwards`` forwards as they were in there."""
        self._calls.value, self._seconds.value = 0, 0.0
        started = time.perf_counter()
        call()
        took = time.perf_counter() - started - self._own * self.calls
        return took / (forwards * self._seconds.value / self.calls)


def _nothing(X: Any, Y: Any, parameters: Any) -> Any:
    return None


def _own_cost(calls: int = 20_000) -> float:
    """Seconds that `Timed` adds to one call of a function, beside those that it counts as the function's."""
    timed, least = Timed(_nothing), math.inf
    for _ in range(5):
        timed._seconds.value = 0.0
        started = time.perf_counter()
        for _ in range(calls):
            timed.forward(None, None, None)
        with_clock = time.perf_counter() - started - timed._seconds.value
        started = time.perf_counter()
        for _ in range(calls):
            _nothing(None, None, None)
        least = min(least, (with_clock - (time.perf_counter() - started)) / calls)
    return max(0.0, least)


@dataclass(frozen=True)
class Peak:
    """Memory that a call added at its peak, in bytes, and how that was found."""

    added: int
    how: str


def peak(call: Call) -> Peak:
    """Runs ``call`` once and returns how far above its start the memory of this process went meanwhile.

    On Linux it is the resident set, so arrays of any library count. Elsewhere it is what Python and NumPy allocated.
    """
    gc.collect()
    _give_back()
    if _reset_peak():
        before = _status("VmRSS")
        call()
        return Peak(max(0, _status("VmHWM") - before), "resident set")
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        call()
        return Peak(max(0, tracemalloc.get_traced_memory()[1] - before), "allocations of Python and NumPy")
    finally:
        tracemalloc.stop()


def _reset_peak() -> bool:
    """Sets the process's high-water mark back to where it is now; False where the system cannot."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        return _status("VmHWM") > 0
    except (OSError, StopIteration):
        return False


def _give_back() -> None:
    """Lets the C library return to the system what it keeps of freed memory, where it can; the call would reuse that."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _status(field: str) -> int:
    """A field of /proc/self/status in bytes. Raises OSError or StopIteration where there is none."""
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith(f"{field}:"))
    return 1024 * int(line.split()[1])
