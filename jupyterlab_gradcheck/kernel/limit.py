"""A limit of time for calls of the person's functions, also for one that never returns."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import threading
from collections.abc import Iterator
from typing import Any


class TimeIsUp(BaseException):
    """Raised inside a function that has run for too long. No ``except Exception`` of the person's own stops it."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Ends what runs inside after ``seconds`` by raising `TimeIsUp` in it.

    In the main thread, where notebooks run their cells, that wakes also what waits: for a lock, for input, asleep. In
    another one it takes effect at the next step of the interpreter.
    """
    main = threading.current_thread() is threading.main_thread()
    with _by_signal(seconds) if main and hasattr(signal, "setitimer") else _by_exception(seconds):
        yield


@contextlib.contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def end(number: int, frame: Any) -> None:
        raise TimeIsUp

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
        with lock:
            if not over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeIsUp))

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            over = True
            # One that was sent and has not arrived must not arrive in code that is not limited.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, None)
        timer.cancel()
