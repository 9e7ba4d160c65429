"""A server that is stopped with checks under way ends at once and takes them with it; started again, it works."""

from __future__ import annotations

import os
import re
import time
import urllib.error
from pathlib import Path

import pytest
from test_real_server import SLOW, Server, run


def running(server: Server, check_id: str) -> bool:
    told = server.call("GET", f"jupyterlab-gradcheck/checks/{check_id}")
    assert told["status"] in ("queued", "running"), told
    return told["progress"]["done"] >= 2


def start(server: Server, kernel_id: str) -> str:
    run(server.log.parent / f"runtime/kernel-{kernel_id}.json", SLOW)
    options = {"method": "central", "backend": "numpy"}
    made = server.call("POST", f"jupyterlab-gradcheck/kernels/{kernel_id}/checks", {"options": options})
    deadline = time.monotonic() + 30
    while not running(server, made["id"]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return str(made["id"])


def children(pid: int) -> list[int]:
    """Processes below ``pid``."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for processes in /proc")
def test_stopped_with_checks_under_way_and_started_again(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    server = Server(tmp_path / "one")
    try:
        kernels = [server.call("POST", "api/kernels", {"name": "python3"})["id"] for _ in range(2)]
        checks = [start(server, kernel_id) for kernel_id in kernels]
        processes = children(server.process.pid)
        assert len(processes) >= 2
        began = time.monotonic()
        server.process.terminate()
        assert server.process.wait(20) == 0
        took = time.monotonic() - began
        assert took < 10, took
        assert not [pid for pid in processes if os.path.isdir(f"/proc/{pid}")]
        log = server.log.read_text()
        for trouble in ("Could not destroy zmq context", "never retrieved", "was destroyed but it is pending"):
            assert trouble not in log, log
        assert not re.search(r"^\[E ", log, re.MULTILINE), log
        # Checks are of the server that made them: the next one knows nothing of these, and says so.
        server = Server(tmp_path / "two")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            server.call("GET", f"jupyterlab-gradcheck/checks/{checks[0]}")
        assert server.call("GET", "jupyterlab-gradcheck/checks") == []
        kernel_id = server.call("POST", "api/kernels", {"name": "python3"})["id"]
        check_id = start(server, kernel_id)
        server.call("DELETE", f"jupyterlab-gradcheck/checks/{check_id}")
        deadline = time.monotonic() + 10
        while server.call("GET", f"jupyterlab-gradcheck/checks/{check_id}")["status"] != "cancelled":
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(20)
