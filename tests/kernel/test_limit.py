"""What runs for too long is ended, wherever it waits, and nothing else is."""

from __future__ import annotations

import contextlib
import signal
import threading
import time

import pytest

from jupyterlab_gradcheck.kernel.limit import TimeIsUp, within


def spin() -> None:
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0)


@pytest.mark.parametrize("wait", [spin, lambda: threading.Lock().acquire() and time.sleep(60)], ids=["spins", "sleeps"])
def test_it_ends_what_does_not_return(wait: object) -> None:
    with pytest.raises(TimeIsUp), within(0.2):
        wait()  # type: ignore[operator]


def test_in_another_thread_too() -> None:
    ended = []

    def work() -> None:
        try:
            with within(0.2):
                spin()
        except TimeIsUp:
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)
    assert ended


def test_what_is_in_time_is_left_alone_and_the_alarm_is_the_persons_again() -> None:
    heard = []
    before = signal.signal(signal.SIGALRM, lambda *_: heard.append(True))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with within(30):
            pass
        time.sleep(0.5)
        assert heard
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
