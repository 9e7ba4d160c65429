"""How long the server's event loop is held up by one thing."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import Iterator
from typing import Any

import pytest


class Busiest:
    """The longest that a single callback held the loop, in seconds: of the processor's time, and by the clock.

    The first says what the code costs; the second also what else the machine had to do.
    """

    def __init__(self) -> None:
        self.processor = self.clock = 0.0
        self.what = ""


@contextlib.contextmanager
def busiest() -> Iterator[Busiest]:
    """Watches every callback of every loop meanwhile."""
    seen = Busiest()
    run = asyncio.events.Handle._run

    def timed(handle: Any) -> None:
        began, clock = time.thread_time(), time.perf_counter()
        try:
            run(handle)
        finally:
            took = time.thread_time() - began
            seen.clock = max(seen.clock, time.perf_counter() - clock)
            if took > seen.processor:
                seen.processor, seen.what = took, repr(handle)

    # The garbage of a thousand tests is none of the server's.
    gc.collect()
    gc.disable()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(asyncio.events.Handle, "_run", timed)
            yield seen
    finally:
        gc.enable()
