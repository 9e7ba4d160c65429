"""A Jupyter server in a process of its own, on loopback, and a word to the kernels in it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

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
        command += [f"--ServerApp.root_dir={home}"]
        command += arguments
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

    def start_kernel(self, *cells: str, name: str = "python3") -> str:
        """The id of a new kernel that has run ``cells``."""
        kernel_id = str(self.call("POST", "api/kernels", {"name": name})["id"])
        for cell in cells:
            run(self.log.parent / f"runtime/kernel-{kernel_id}.json", cell)
        return kernel_id

    def stop(self) -> None:
        """End it, with its kernels where it still can."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", data, method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")


def run(connection_file: Path, code: str) -> None:
    client = BlockingKernelClient()
    client.load_connection_file(str(connection_file))
    client.session.session = secrets.token_hex(8)
    client.start_channels()
    try:
        _wait(client, time.monotonic() + 60)
        msg_id = client.execute(code)
        while (reply := client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != msg_id:
            pass
        assert reply["content"]["status"] == "ok", reply["content"]
    finally:
        client.stop_channels()


def _wait(client: BlockingKernelClient, deadline: float) -> None:
    while True:
        try:
            return client.wait_for_ready(30)
        except RuntimeError:
            # A kernel that takes its time over a heartbeat, on a busy machine, is taken for dead.
            if time.monotonic() > deadline:
                raise
