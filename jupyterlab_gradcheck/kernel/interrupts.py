"""Interrupts take effect in the person's functions, never in our own bookkeeping: what is being put back gets put back."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import _thread
import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeVar

from .bytecode import is_own

# Seconds until an interrupt that came at the wrong moment is tried again. An evaluation of a small network takes less.
_AGAIN = 0.005
_PACKAGE = str(Path(__file__).parents[1])

# Our own functions that call the person's and have nothing of theirs to put back themselves.
_calling: set[CodeType] = set()
_active = False

Caller = TypeVar("Caller", bound=Callable[..., Any])


def calls_out(function: Caller) -> Caller:
    """Marks a function of ours that calls the person's: what is built in has no frame of its own to be interrupted in."""
    _calling.add(function.__code__)
    return function


def in_the_persons_code(frame: FrameType | None) -> bool:
    """Whether the code of the person's is at work at ``frame``, themselves or in a library that they have called."""
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith(_PACKAGE):
            return code in _calling
        if is_own(code.co_filename) and not _generated(frame):
            return True
        frame = frame.f_back
    return False


def _generated(frame: FrameType) -> bool:
    """Whether this is code that a library, or we, had generated: methods of dataclasses and named tuples."""
    if not frame.f_code.co_filename.startswith("<"):
        return False
    home = str(frame.f_globals.get("__name__", ""))
    if home == "__main__":
        return False
    file = getattr(sys.modules.get(home.partition(".")[0]), "__file__", None)
    return home.startswith("namedtuple_") or (isinstance(file, str) and not is_own(file))


def strike() -> None:
    """Interrupts the main thread, also where it sleeps."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Meanwhile an interrupt waits until the person's code is at work, or until the end.

    Raising just anywhere, as Python does, could hit the line that puts a parameter back. Only the main thread is ever
    interrupted; in another this does nothing, and so it does within itself.
    """
    global _active
    # Not through `signal`, whose enums of what is no default handler take as long as all else here.
    before = _signal.getsignal(signal.SIGINT)
    if _active or not callable(before) or threading.current_thread() is not threading.main_thread():
        yield
        return
    holder = _Holder(before)
    _active = True
    _signal.signal(signal.SIGINT, holder.arrived)
    try:
        yield
    except KeyboardInterrupt:
        # Asked for twice, it is still one.
        holder.pending = False
        raise
    finally:
        holder.end()
        _signal.signal(signal.SIGINT, before)
        _active = False
        if holder.pending:
            before(signal.SIGINT, sys._getframe())


class _Holder:
    """The handler of SIGINT meanwhile, and the one that waits in it."""

    def __init__(self, before: Callable[[int, FrameType | None], Any]) -> None:
        self.pending = False
        self._before = before
        self._over = self._struck = False
        self._lock = threading.Lock()

    def arrived(self, number: int, frame: FrameType | None) -> None:
        """Handles a SIGINT."""
        if in_the_persons_code(frame):
            self.pending = False
            self._before(number, frame)
        elif not self.pending and not self._over:
            self.pending = True
            # No threading.Thread: what was interrupted may hold the lock that starting one takes.
            _thread.start_new_thread(self._try_again, ())

    def end(self) -> None:
        """Sends no more, and takes what was sent."""
        with self._lock:
            self._over = True
        if self._struck:
            # A system call, at the end of which a signal that is under way arrives; not in somebody's next cell.
            time.sleep(0)

    def _try_again(self) -> None:
        while True:
            time.sleep(_AGAIN)
            with self._lock:
                if self._over or not self.pending:
                    return
                self._struck = True
                strike()
