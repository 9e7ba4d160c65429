"""The extension's HTTP interface and its kernels, as the tests of the server speak to them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import ipykernel
import pytest

from jupyterlab_gradcheck import contract

HERE = Path(__file__).parent
REPORT = json.loads((HERE.parent / "contract/good/report.failing.json").read_text(encoding="utf-8"))["data"]
STEPS = json.loads((HERE.parent / "contract/good/steps.float32_lifted.json").read_text(encoding="utf-8"))["data"]
BASE = "jupyterlab-gradcheck"
# What answers beside a running cell; the kernels of ipykernel 6 have none, and are told in their turn or interrupted.
needs_subshells = pytest.mark.skipif(ipykernel.version_info < (7,), reason="ipykernel 6 has no subshells")
ENDED = {"done", "error", "cancelled", "aborted", "lost"}

INSTALL_FAKE = f"""
import json, sys, types
_m = types.ModuleType("jupyterlab_gradcheck.kernel.service")
exec({(HERE / "fake_service.py").read_text(encoding="utf-8")!r}, _m.__dict__)
_m.REPORT.update(json.loads({json.dumps(REPORT)!r}))
_m.STEPS.update(json.loads({json.dumps(STEPS)!r}))
sys.modules[_m.__name__] = _m
del _m, json, sys, types
"""

HIDE_PACKAGE = """
import sys
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "jupyterlab_gradcheck":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hide())
for name in [name for name in sys.modules if name.startswith("jupyterlab_gradcheck")]:
    del sys.modules[name]
"""


class Answer:
    """What came back for one HTTP request."""

    def __init__(self, response: Any) -> None:
        self.code: int = response.code
        self.headers = response.headers
        self.text: str = (response.body or b"").decode()

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Api:
    """The HTTP interface, as a client sees it; every body is held to the contract on the way."""

    def __init__(self, fetch: Callable[..., Awaitable[Any]]) -> None:
        self._fetch = fetch

    async def __call__(
        self, method: str, path: str, body: Any = None, raw: bytes | None = None, **kwargs: Any
    ) -> Answer:
        if raw is None and body is not None:
            raw = json.dumps(body).encode()
        kwargs = {"allow_nonstandard_methods": True, "raise_error": False, **kwargs}
        answer = Answer(await self._fetch(BASE, path, method=method, body=raw, **kwargs))
        if answer.code >= 400:
            assert answer.headers["Content-Type"] == "application/json"
            contract.validate("error", answer.json)
        return answer

    async def start(self, kernel_id: str, **request: Any) -> dict[str, Any]:
        answer = await self("POST", f"kernels/{kernel_id}/checks", request)
        assert answer.code == 202, answer.text
        return self._valid(answer)

    async def get(self, check: dict[str, Any]) -> dict[str, Any]:
        return self._valid(await self("GET", f"checks/{check['id']}"))

    async def until(self, check: dict[str, Any], *statuses: str, within: float = 10.0) -> dict[str, Any]:
        """The check once it has one of ``statuses`` (by default: once it has ended)."""
        deadline = time.monotonic() + within
        while True:
            told = await self.get(check)
            if told["status"] in (statuses or ENDED):
                return told
            assert told["status"] not in ENDED, told
            assert time.monotonic() < deadline, f"still {told['status']} after {within} s"
            await asyncio.sleep(0.03)

    async def check(self, kernel_id: str, **request: Any) -> dict[str, Any]:
        return await self.until(await self.start(kernel_id, **request))

    @staticmethod
    def _valid(answer: Answer) -> dict[str, Any]:
        contract.validate("check", answer.json)
        return answer.json


class Kernel:
    """A real kernel of the server, and a client of it that is not the extension's."""

    def __init__(self, manager: Any, kernel_id: str, client: Any) -> None:
        self.manager, self.id, self.client = manager, kernel_id, client

    async def run(self, code: str, timeout: float = 20.0) -> dict[str, Any]:
        return await self.reply(self.send(code), timeout)

    def send(self, code: str) -> str:
        return str(self.client.execute(code))

    async def reply(self, msg_id: str, timeout: float = 20.0) -> dict[str, Any]:
        while True:
            message = await self.client.get_shell_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") == msg_id:
                return dict(message["content"])
