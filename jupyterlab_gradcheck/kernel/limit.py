"""A limit of time for calls of the person's functions, also for one that never returns."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

from .interrupts import in_the_persons_code

# Seconds until it is tried again where the time was up in the middle of our own bookkeeping.
_AGAIN = 0.005


class TimeIsUp(BaseException):
    """Raised inside a function that has run for too long. No ``except Exception`` of the person's own stops it."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Ends the person's code that runs inside after ``seconds`` by raising `TimeIsUp` in it.

    In the main thread, where notebooks run their cells, that wakes also what waits: for a lock, for input, asleep. In
    another one it takes effect at the next step of the interpreter.
    """
    main = threading.current_thread() is threading.main_thread()
    with _by_signal(seconds) if main and hasattr(signal, "setitimer") else _by_exception(seconds):
        yield


@contextlib.contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def end(number: int, frame: Any) -> None:
        if in_the_persons_code(frame):
            raise TimeIsUp
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)

    before = signal.signal(signal.SIGALRM, end)
    left, every = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        # The person's own alarm, if there is one, comes somewhat late rather than never.
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)
        if left:
            signal.setitimer(signal.ITIMER_REAL, left, every)


@contextlib.contextmanager
def _by_exception(seconds: float) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())
    lock = threading.Lock()
    over = False

    def end() -> None:
        pause = seconds
        while not ended.wait(pause):
            pause = _AGAIN
            with lock:
                if over:
                    return
                if in_the_persons_code(sys._current_frames().get(thread.value)):
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeIsUp))
                    return

    ended = threading.Event()
    threading.Thread(target=end, daemon=True).start()
    try:
        yield
    finally:
        with lock:
            over = True
            # One that was sent and has not arrived must not arrive in code that is not limited.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)
        ended.set()
