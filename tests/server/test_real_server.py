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
from jupyter_client.blocking import BlockingKernelClient

OTHERS = ("jupyter_lsp", "jupyter_server_terminals", "jupyterlab", "notebook", "notebook_shim")
CONFIG = {"ServerApp": {"jpserver_extensions": {"jupyterlab_gradcheck": True, **dict.fromkeys(OTHERS, False)}}}


class Server:
    """A Jupyter server on a port of its own."""

    def __init__(self, home: Path, *arguments: str) -> None:
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
        command += [f"--ServerApp.root_dir={home}", *arguments]
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
        return json.loads(self.read(path, method, body) or b"null")

    def read(self, path: str, method: str = "GET", body: Any = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", data, method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())


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


def run(connection_file: Path, code: str) -> None:
    client = BlockingKernelClient()
    client.load_connection_file(str(connection_file))
    client.session.session = secrets.token_hex(8)
    client.start_channels(hb=False)
    try:
        # A kernel that is still starting answers later; one on a busy machine may miss a heartbeat and be well.
        msg_id = client.execute(code)
        while (message := client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != msg_id:
            pass
        assert message["content"]["status"] == "ok", message["content"]
    finally:
        client.stop_channels()


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
