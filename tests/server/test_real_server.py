"""A server in a process of its own: that it ends, and that it ends quietly."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CONFIG = {"ServerApp": {"jpserver_extensions": {"jupyterlab_gradcheck": True}}}


class Server:
    """A Jupyter server on a port of its own."""

    def __init__(self, home: Path) -> None:
        self.token = secrets.token_hex(8)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (home / "config").mkdir()
        (home / "config/jupyter_server_config.json").write_text(json.dumps(CONFIG))
        places = {f"JUPYTER_{name.upper()}_DIR": str(home / name) for name in ("config", "data", "runtime")}
        env = {**os.environ, **places, "IPYTHONDIR": str(home / "ipython")}
        command = [sys.executable, "-m", "jupyter_server", "--ServerApp.ip=127.0.0.1", f"--port={self.port}"]
        command += [f"--IdentityProvider.token={self.token}", "--no-browser", "--allow-root"]
        command += [f"--ServerApp.root_dir={home}"]
        self.log = home / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        deadline = time.monotonic() + 40
        while True:
            try:
                self.call("GET", "jupyterlab-gradcheck/health")
                return
            except OSError:
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.1)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", data, method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


def test_sigterm_ends_a_server_with_checks_under_way(server: Server) -> None:
    kernels = [server.call("POST", "api/kernels", {"name": "python3"})["id"] for _ in range(2)]
    for kernel_id in kernels:
        server.call("POST", f"jupyterlab-gradcheck/kernels/{kernel_id}/probe", {})
        server.call("POST", f"jupyterlab-gradcheck/kernels/{kernel_id}/checks", {})
    began = time.monotonic()
    server.process.terminate()
    assert server.process.wait(15) == 0
    assert time.monotonic() - began < 10
    log = server.log.read_text()
    for trouble in ("Could not destroy zmq context", "Traceback", "never retrieved", "was destroyed but it is pending"):
        assert trouble not in log, log
    assert not re.search(r"^\[[EC] .*gradcheck", log, re.MULTILINE), log
