"""A limit of time for calls of the person's functions, also for one that never returns."""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Iterator


class TimeIsUp(BaseException):
    """Raised inside a function that has run for too long. No ``except Exception`` of the person's own stops it."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Ends what runs inside after ``seconds``, at the next step of the interpreter, by raising `TimeIsUp` in it.

    It works in any thread. Compiled code is not ended before it comes back to the interpreter.
    """
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
