"""A server in a process of its own: that it ends, and that it ends quietly."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_server import Server, run


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


SLOW = """
import numpy as np, time
def forward(parameters):
    time.sleep(0.05)
    return float(np.sum(parameters["W"] ** 2)) / 2, parameters
def backward(cache):
    return {"dW": cache["W"]}
parameters = {"W": np.ones((30, 30))}
"""


def test_sigterm_ends_a_server_with_a_check_under_way(server: Server) -> None:
    kernel_id = server.call("POST", "api/kernels", {"name": "python3"})["id"]
    run(server.log.parent / f"runtime/kernel-{kernel_id}.json", SLOW)
    options = {"method": "central", "backend": "numpy"}
    made = server.call("POST", f"jupyterlab-gradcheck/kernels/{kernel_id}/checks", {"options": options})
    deadline = time.monotonic() + 20
    while (told := server.call("GET", f"jupyterlab-gradcheck/checks/{made['id']}"))["progress"]["done"] < 2:
        assert told["status"] in ("queued", "running"), told
        assert time.monotonic() < deadline
        time.sleep(0.05)
    began = time.monotonic()
    server.process.terminate()
    assert server.process.wait(15) == 0
    assert time.monotonic() - began < 10
    log = server.log.read_text()
    for trouble in ("Could not destroy zmq context", "never retrieved", "was destroyed but it is pending"):
        assert trouble not in log, log
    # Errors of the server, that is; what a kernel writes when it is shut down in the middle of something is its own.
    assert not re.search(r"^\[E ", log, re.MULTILINE), log
