"""A real kernel for tests, and what it publishes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from jupyterlab_gradcheck.contract import validate

ENTRY = '__import__("jupyterlab_gradcheck.kernel.service", fromlist=("answer",)).answer'


class Kernel:
    """A kernel and a client that collects what it publishes."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client

    def execute(self, code: str, **options: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The reply and the iopub messages of one request."""
        heard: list[dict[str, Any]] = []
        reply = self.client.execute_interactive(code, output_hook=heard.append, timeout=120, **options)
        return reply["content"], heard

    def run(self, *cells: str) -> None:
        for cell in cells:
            content, _ = self.execute(cell)
            assert content["status"] == "ok", content

    def value(self, code: str) -> str:
        """The text of what ``code`` evaluates to."""
        _, heard = self.execute(code)
        return next(m["content"]["data"]["text/plain"] for m in heard if m["msg_type"] == "execute_result")

    def ask(self, kind: str, **request: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What the service answers, and what it published meanwhile."""
        asked = {"version": 1, "kind": kind, "check_id": "c1", **({"request": request} if kind == "check" else {})}
        validate("kernel_request", asked)
        literal = json.dumps(json.dumps(asked))
        content, heard = self.execute(
            "",
            silent=True,
            store_history=False,
            stop_on_error=False,
            allow_stdin=False,
            user_expressions={"g": f"{ENTRY}({literal})"},
        )
        reply = content["user_expressions"]["g"]
        assert reply["status"] == "ok", reply
        validate("kernel_reply", reply["data"]["application/json"])
        return reply["data"]["application/json"], heard


@contextmanager
def started() -> Iterator[Kernel]:
    """A kernel that ends with the block."""
    manager, client = start_new_kernel(startup_timeout=120)
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.context.destroy(linger=0)
