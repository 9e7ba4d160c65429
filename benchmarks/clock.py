"""Time as a ratio of two things that ran in turns, and memory as what a call added at its peak.

Seconds say little about another machine, and on a shared one little about the next minute. A B A B ... in one process
sees the same machine, so the ratio of neighbours is what the benchmarks print.
"""

from __future__ import annotations

import gc
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
        ratios = self.seconds[:, of] / self.seconds[:, to]
        return Ratio(float(np.median(ratios)), float(np.min(ratios)))

    def median(self, call: int) -> float:
        return float(np.median(self.seconds[:, call]))


@dataclass(frozen=True)
class Ratio:
    """The median and the minimum over the rounds; a figure is judged by the median."""

    median: float
    minimum: float

    def __str__(self) -> str:
        return f"{self.median:.3g} (minimum {self.minimum:.3g})"


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


def _status(field: str) -> int:
    """A field of /proc/self/status in bytes. Raises OSError or StopIteration where there is none."""
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith(f"{field}:"))
    return 1024 * int(line.split()[1])
