"""Many kernels, many checks, many listeners, large reports: refused or served, and the loop is never held up."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from busiest import busiest
from server_api import INSTALL_FAKE, REPORT, Api

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.server.errors import UnknownKernel

# What the loop may be held up by one of our handlers.
MOST_SECONDS = 0.05


class FakeKernels:
    """Kernels that are not there, and answer a check with a report when they are released."""

    def __init__(self, number: int, report: dict[str, Any]) -> None:
        self.ids = [str(uuid4()) for _ in range(number)]
        self._reply = {"version": 1, "package": "0.1.0", "kind": "report", "body": report}
        self.released = asyncio.Event()
        self.released.set()
        self.asked: Counter[str] = Counter()

    def refuse_unfit(self, kernel_id: str) -> None:
        if kernel_id not in self.ids:
            raise UnknownKernel(kernel_id)

    async def check(self, kernel_id: str, request: dict[str, Any], errand: Any) -> Any:
        self.asked[kernel_id] += 1
        errand.stage = "queued"
        errand.heard_busy()
        for done in range(5):
            told = {"version": 1, "check_id": request["check_id"], "done": done, "total": 5}
            errand.on_display({"application/vnd.jupyterlab-gradcheck.progress.v1+json": told})
            await asyncio.sleep(0.02)
        await self.released.wait()
        errand.heard_end()
        return json.loads(json.dumps(self._reply))


def large_report(entries: int = 60) -> dict[str, Any]:
    return {
        **REPORT,
        "parameters": [dict(p, name=f"{p['name']}{i}") for i in range(entries) for p in REPORT["parameters"]],
    }


@pytest.fixture
def fake_kernels(jp_serverapp: Any) -> Any:
    def put(number: int, report: dict[str, Any] = REPORT) -> FakeKernels:
        made = FakeKernels(number, report)
        jp_serverapp.web_app.settings["jupyterlab_gradcheck"]._checks._kernels = made
        return made

    return put


@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_two_hundred_checks_at_once_and_twenty_listeners(
    api: Api, jp_serverapp: Any, jp_ws_fetch: Any, fake_kernels: Any
) -> None:
    kernels = fake_kernels(50)
    kernels.released.clear()
    listeners = [await jp_ws_fetch("api", "events", "subscribe") for _ in range(20)]
    heard: list[list[dict[str, Any]]] = [[] for _ in listeners]

    async def listen(at: int) -> None:
        while (message := await listeners[at].read_message()) is not None:
            event = json.loads(message)
            if event.get("schema_id") == contract.schema("event")["$id"] or "check_id" in event:
                heard[at].append(event)

    tasks = [asyncio.ensure_future(listen(at)) for at in range(20)]
    with busiest() as seen:
        answers = await asyncio.gather(
            *(api("POST", f"kernels/{kernel_id}/checks", {}) for _ in range(4) for kernel_id in kernels.ids)
        )
        codes = Counter(answer.code for answer in answers)
        assert codes == {202: 50, 409: 150}
        assert {answer.json["code"] for answer in answers if answer.code == 409} == {"check_active"}
        kernels.released.set()
        for answer in answers:
            if answer.code == 202:
                assert (await api.until(answer.json, within=30))["status"] == "done"
        await api("GET", "checks")
    assert kernels.asked == dict.fromkeys(kernels.ids, 1)
    for _ in range(100):
        if all(sum(e["status"] == "done" for e in events) == 50 for events in heard):
            break
        await asyncio.sleep(0.05)
    for events in heard:
        assert sum(event["status"] == "done" for event in events) == 50
        assert events == heard[0]
    for listener, task in zip(listeners, tasks, strict=True):
        listener.close()
        await task
    assert seen.processor < MOST_SECONDS, seen.what


async def test_large_reports_do_not_hold_up_the_loop(api: Api, fake_kernels: Any) -> None:
    report = large_report()
    assert 300_000 < len(json.dumps(report)) < 1_000_000
    kernels = fake_kernels(8, report)
    with busiest() as seen:
        made = [await api.start(kernel_id) for kernel_id in kernels.ids]
        for one in made:
            # Asked without the test's own reading of the answer, which would be measured too.
            while b'"status": "done"' not in (await _raw(api, one)):
                await asyncio.sleep(0.05)
    assert seen.processor < MOST_SECONDS, seen.what


async def _raw(api: Api, check: dict[str, Any]) -> bytes:
    response = await api._fetch("jupyterlab-gradcheck", f"checks/{check['id']}")
    return bytes(response.body[:400])


async def test_a_report_of_ten_megabytes_is_refused(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    with busiest() as seen:
        told = await api.check(kernel.id, forward="vast")
    assert (told["status"], told["error"]["code"], told["report"]) == ("error", "reply_too_large", None)
    assert "10.0 MB" in told["error"]["message"]
    assert seen.processor < MOST_SECONDS, seen.what
    assert (await api.check(kernel.id))["status"] == "done"


async def test_bodies_that_are_all_wrong_do_not_hold_up_the_loop(api: Api, fake_kernels: Any) -> None:
    (kernel_id,) = fake_kernels(1).ids
    hostile = [
        {"data": ["x" * 200] * 700},
        {"data": [f"x{i}" for i in range(13_500)]},
        {f"k{i}": i for i in range(9_000)},
        {"options": {f"k{i}": i for i in range(9_000)}},
        {"data": [{}] * 36_000},
        {"data": [[[[i]]] for i in range(11_500)]},
    ]
    with busiest() as seen:
        for body in hostile:
            raw = json.dumps(body).encode()
            assert 120_000 < len(raw) < 150_000
            answer = await api("POST", f"kernels/{kernel_id}/checks", raw=raw)
            assert answer.code == 400
            assert len(answer.text) < 10_000
    assert seen.processor < MOST_SECONDS, seen.what


@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"history_bytes": 30_000}}])
async def test_history_is_bounded_in_bytes(api: Api, fake_kernels: Any, extra_config: Any) -> None:
    size = len(json.dumps(REPORT))
    (kernel_id,) = fake_kernels(1).ids
    made = []
    for _ in range(30_000 // size + 3):
        made.append(await api.start(kernel_id))
        await api.until(made[-1])
    kept = [told["id"] for told in (await api("GET", "checks")).json]
    assert kept == [one["id"] for one in reversed(made)][: 30_000 // size]
    assert (await api("GET", f"checks/{made[0]['id']}")).code == 404


@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"concurrent_checks": 3}}])
async def test_no_more_checks_at_once_than_allowed(api: Api, fake_kernels: Any, extra_config: Any) -> None:
    kernels = fake_kernels(5)
    kernels.released.clear()
    made = [await api.start(kernel_id) for kernel_id in kernels.ids[:3]]
    refused = await api("POST", f"kernels/{kernels.ids[3]}/checks", {})
    assert (refused.code, refused.json["code"]) == (429, "too_many_checks")
    kernels.released.set()
    for one in made:
        await api.until(one)
    assert (await api("POST", f"kernels/{kernels.ids[3]}/checks", {})).code == 202
    assert len((await api("GET", "checks")).json) == 4
