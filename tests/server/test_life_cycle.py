"""Checks in real kernels, from the request to their end, whatever that is."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from typing import Any
from uuid import uuid4

import pytest
from server_api import HIDE_PACKAGE, INSTALL_FAKE, REPORT, STEPS, Api, needs_subshells

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.contract.install import install_line
from jupyterlab_gradcheck.server.link import KernelLink


async def test_a_check_is_made_and_told(
    api: Api, start_kernel: Any, events: list[dict[str, Any]], jp_base_url: str
) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    count = (await kernel.run(""))["execution_count"]
    answer = await api("POST", f"kernels/{kernel.id}/checks", {"forward": "quick"})
    made = answer.json
    assert (answer.code, made["status"]) == (202, "queued")
    assert answer.headers["Location"] == f"{jp_base_url}jupyterlab-gradcheck/checks/{made['id']}"
    told = await api.until(made)
    assert told["status"] == "done"
    assert told["report"] == REPORT
    assert told["progress"] == {"done": 1, "total": 2}
    assert told["plan"]["message"] == "About 2 evaluations: every entry."
    assert told["ended"] >= told["created"]
    # Neither history, nor namespace, nor execution count know of it.
    seen = await kernel.run("import json; assert '_m' not in globals() and 'gradcheck' not in globals()")
    assert (seen["status"], seen["execution_count"]) == ("ok", count + 1)
    await asyncio.sleep(0.05)
    statuses = [event["status"] for event in events if event["check_id"] == made["id"]]
    assert (statuses[0], statuses[-1]) == ("queued", "done")
    assert "running" in statuses
    for event in events:
        contract.validate("event", event)


async def test_what_is_published_is_told_although_the_reply_overtakes_it(
    api: Api, start_kernel: Any, events: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    dispatch = KernelLink._dispatch

    def late(link: KernelLink, channel: str, frames: list[bytes]) -> None:
        if channel == "iopub":
            asyncio.get_running_loop().call_later(0.3, dispatch, link, channel, frames)
        else:
            dispatch(link, channel, frames)

    monkeypatch.setattr(KernelLink, "_dispatch", late)
    told = await api.check(kernel.id)
    assert (told["status"], told["progress"]) == ("done", {"done": 1, "total": 2})
    assert told["plan"] is not None
    assert "running" in [event["status"] for event in events]


async def test_a_study_and_a_plan_are_told_in_place_of_a_report(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    studied = await api.check(kernel.id, forward="steps", steps="W1")
    assert (studied["status"], studied["report"], studied["steps"]) == ("done", None, STEPS)
    planned = await api.check(kernel.id, forward="plan", plan=True)
    assert (planned["status"], planned["report"], planned["steps"]) == ("done", None, None)
    assert planned["plan"]["kind"] == "every-entry"
    broken = await api.check(kernel.id, forward="breaks_steps", steps="W1")
    assert (broken["status"], broken["error"]["code"]) == ("error", "invalid_reply")
    # One list of them all, without what may have a megabyte each.
    await api.check(kernel.id)
    listed = (await api("GET", "checks")).json
    assert [told["status"] for told in listed] == ["done", "error", "done", "done"]
    assert {(told["report"], told["steps"]) for told in listed} == {(None, None)}
    assert (await api("GET", f"checks/{listed[0]['id']}")).json["report"] == REPORT


async def test_the_list_is_newest_first_and_by_kernel(api: Api, start_kernel: Any) -> None:
    first, second = await start_kernel(INSTALL_FAKE), await start_kernel(INSTALL_FAKE)
    made = [await api.check(kernel.id) for kernel in (first, second, first)]
    listed = (await api("GET", "checks")).json
    assert [told["id"] for told in listed] == [told["id"] for told in reversed(made)]
    of_first = (await api("GET", "checks", params={"kernel_id": first.id})).json
    assert [told["id"] for told in of_first] == [made[2]["id"], made[0]["id"]]
    assert (await api("GET", "checks", params={"kernel_id": "other"})).json == []


async def test_a_second_check_in_a_kernel_is_refused(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    made = await api.start(kernel.id, forward="slow")
    again = await api("POST", f"kernels/{kernel.id}/checks", {})
    assert (again.code, again.json["code"]) == (409, "check_active")
    await api("DELETE", f"checks/{made['id']}")
    await api.until(made, "cancelled")
    assert (await api.check(kernel.id))["status"] == "done"


async def test_progress_is_told_at_most_ten_times_a_second(
    api: Api, start_kernel: Any, events: list[dict[str, Any]]
) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    made = await api.start(kernel.id, forward="slow")
    await api.until(made, "running")
    await asyncio.sleep(1)
    told = await api.get(made)
    assert told["progress"]["total"] == 500
    assert told["progress"]["done"] > 5
    assert len([event for event in events if event["total"] == 500]) <= 14
    await api("DELETE", f"checks/{made['id']}")
    await api.until(made, "cancelled")


async def test_cancel_a_running_check(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    made = await api.start(kernel.id, forward="slow")
    await api.until(made, "running")
    answer = await api("DELETE", f"checks/{made['id']}")
    assert (answer.code, answer.json["status"]) == (202, "cancelling")
    told = await api.until(made, "cancelled", within=1.4)
    assert told["error"] is None
    assert (await api("DELETE", f"checks/{made['id']}")).code == 204
    # The flag did it: the kernel was never interrupted, and is well.
    assert (await api.check(kernel.id))["status"] == "done"


async def test_cancel_a_check_that_does_not_listen(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    made = await api.start(kernel.id, forward="deaf")
    await api.until(made, "running")
    after = kernel.send("survived = 1")
    await api("DELETE", f"checks/{made['id']}")
    told = await api.until(made, "cancelled", within=5)
    assert told["error"] is None
    assert (await kernel.reply(after))["status"] == "ok"


@needs_subshells
async def test_cancel_a_queued_check_leaves_the_cell_ahead_alone(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    cell = kernel.send("import time; time.sleep(2); survived = 1")
    made = await api.start(kernel.id, forward="slow")
    await asyncio.sleep(0.3)
    assert (await api.get(made))["status"] == "queued"
    await api("DELETE", f"checks/{made['id']}")
    await api.until(made, "cancelled", within=1.5)
    assert (await kernel.reply(cell))["status"] == "ok"
    began = time.monotonic()
    assert (await kernel.run("assert survived"))["status"] == "ok"
    assert time.monotonic() - began < 1.5, "the cancelled check ran all the same"


@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"cancel_grace_seconds": 0.3}}])
async def test_cancel_without_subshells(
    api: Api, start_kernel: Any, monkeypatch: pytest.MonkeyPatch, extra_config: Any
) -> None:
    monkeypatch.setattr("jupyterlab_gradcheck.server.link.SUBSHELLS", "no such feature")
    kernel = await start_kernel(INSTALL_FAKE)
    cell = kernel.send("import time; time.sleep(1.5); survived = 1")
    made = await api.start(kernel.id, forward="slow")
    await asyncio.sleep(0.3)
    await api("DELETE", f"checks/{made['id']}")
    await asyncio.sleep(0.5)
    assert (await api.get(made))["status"] == "cancelling"
    assert (await kernel.reply(cell))["status"] == "ok"
    await api.until(made, "cancelled", within=2)
    running = await api.start(kernel.id, forward="slow")
    await api.until(running, "running")
    await api("DELETE", f"checks/{running['id']}")
    await api.until(running, "cancelled", within=2)
    assert (await kernel.run("assert survived"))["status"] == "ok"


@pytest.mark.parametrize("forward", ["deaf", "swallows"])
async def test_interrupted_by_the_person(api: Api, start_kernel: Any, forward: str) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    made = await api.start(kernel.id, forward=forward)
    await api.until(made, "running")
    await kernel.manager.interrupt_kernel()
    told = await api.until(made, "cancelled")
    assert told["error"]["code"] == "kernel_interrupted"


@pytest.mark.parametrize("forward", ["deaf", "swallows", "slow"])
async def test_restart_loses_the_check(
    api: Api, start_kernel: Any, jp_serverapp: Any, events: list[dict[str, Any]], forward: str
) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    made = await api.start(kernel.id, forward=forward)
    await api.until(made, "running")
    restarting = asyncio.ensure_future(jp_serverapp.kernel_manager.restart_kernel(kernel.id))
    told = await api.until(made, "lost", within=5)
    assert told["error"]["code"] == "kernel_lost"
    await (await restarting)
    assert {event["status"] for event in events if event["check_id"] == made["id"]} == {"queued", "running", "lost"}
    assert (await kernel.run(INSTALL_FAKE))["status"] == "ok"
    assert (await api.check(kernel.id))["status"] == "done"


async def test_a_killed_kernel_loses_the_check(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    made = await api.start(kernel.id, forward="deaf")
    await api.until(made, "running")
    os.kill(kernel.manager.provisioner.pid, signal.SIGKILL)
    told = await api.until(made, "lost", within=5)
    assert told["error"]["code"] == "kernel_lost"


async def test_shutdown_loses_a_queued_check(api: Api, start_kernel: Any, jp_serverapp: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    kernel.send("import time; time.sleep(30)")
    made = await api.start(kernel.id)
    await asyncio.sleep(0.3)
    await jp_serverapp.kernel_manager.shutdown_kernel(kernel.id, now=True)
    assert (await api.until(made, within=5))["status"] == "lost"
    assert (await api("POST", f"kernels/{kernel.id}/checks", {})).code == 404


async def test_aborted_behind_a_failing_cell(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    cell = kernel.send("import time; time.sleep(1); 1 / 0")
    made = await api.start(kernel.id)
    assert (await kernel.reply(cell))["status"] == "error"
    told = await api.until(made, "aborted")
    assert told["error"]["code"] == "aborted"
    assert (await api.check(kernel.id))["status"] == "done"


async def test_other_clients_keep_their_replies_and_take_none_of_ours(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    assert (await api.check(kernel.id))["status"] == "done"
    # Clients with the manager's own identity, as careless extensions make them.
    for _ in range(2):
        other = kernel.manager.client()
        other.start_channels()
        await other.wait_for_ready(timeout=10)
        assert (await api.check(kernel.id))["status"] == "done"
        other.stop_channels()
        assert (await api.check(kernel.id))["status"] == "done"
    assert (await kernel.run("1"))["status"] == "ok"


async def test_a_kernel_without_the_package(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(HIDE_PACKAGE)
    executable = (await kernel.run("import sys; assert sys.executable"))["status"]
    assert executable == "ok"
    told = await api.check(kernel.id)
    assert (told["status"], told["error"]["code"]) == ("error", "kernel_package_missing")
    assert told["error"]["install"] == install_line()
    assert install_line() in told["error"]["message"]
    assert "python" in told["error"]["message"].partition("(")[2].partition(")")[0]
    probed = await api("POST", f"kernels/{kernel.id}/probe", {})
    assert (probed.code, probed.json["code"]) == (424, "kernel_package_missing")


@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"report_limit_bytes": 2_000_000}}])
async def test_what_the_kernel_answers_is_not_trusted(
    api: Api, start_kernel: Any, caplog: pytest.LogCaptureFixture, extra_config: Any
) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    codes = {
        "raises": "kernel_error",
        "lacks_numpy": "kernel_error",
        "refuses": "nothing_found",
        "breaks_contract": "invalid_reply",
        "not_finite": "invalid_reply",
        "huge": "reply_too_large",
        "text": "invalid_reply",
    }
    for forward, code in codes.items():
        told = await api.check(kernel.id, forward=forward)
        assert (told["status"], told["error"]["code"]) == ("error", code), forward
        assert told["report"] is None
    assert "SECRET-VALUE" not in caplog.text
    told = await api.check(kernel.id, forward="skewed")
    assert [warning["code"] for warning in told["report"]["warnings"]] == ["version-skew"]


async def test_probe(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    answer = await api("POST", f"kernels/{kernel.id}/probe", {})
    assert answer.code == 200
    contract.validate("candidates", answer.json)


@needs_subshells
@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"client_idle_seconds": 0.2}}])
async def test_probe_beside_a_running_cell(api: Api, start_kernel: Any, extra_config: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    cell = kernel.send("import time; time.sleep(2)")
    await asyncio.sleep(0.3)
    began = time.monotonic()
    assert (await api("POST", f"kernels/{kernel.id}/probe", {})).code == 200
    assert time.monotonic() - began < 1.5
    assert (await kernel.reply(cell))["status"] == "ok"
    # The subshell that answered is gone again, with the connection.
    await asyncio.sleep(1)
    left = await kernel.run("import threading; assert not [t for t in threading.enumerate() if 'subshell-' in t.name]")
    assert left["status"] == "ok", left


@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"history_limit": 3}}])
async def test_history_is_bounded(api: Api, start_kernel: Any, extra_config: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    made = [await api.check(kernel.id) for _ in range(5)]
    assert [told["id"] for told in (await api("GET", "checks")).json] == [told["id"] for told in made[:1:-1]]
    gone = await api("GET", f"checks/{made[0]['id']}")
    assert (gone.code, gone.json["code"]) == (404, "unknown_check")


@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"client_idle_seconds": 0.2}}])
async def test_the_connection_is_given_back_when_idle(
    api: Api, start_kernel: Any, jp_serverapp: Any, extra_config: Any
) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    kernels = jp_serverapp.web_app.settings["jupyterlab_gradcheck"]._kernels
    open_files = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(3):
        assert (await api.check(kernel.id))["status"] == "done"
        assert kernels._entries
        await asyncio.sleep(0.5)
        assert not kernels._entries
    if open_files:
        gc.collect()  # what pyzmq's contexts hold goes with them
        assert len(os.listdir("/proc/self/fd")) <= open_files + 2
    assert not kernel.manager._restarter.callbacks["restart"]


async def test_an_idle_kernel_stays_idle(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    assert (await api.check(kernel.id))["status"] == "done"
    await asyncio.sleep(0.2)
    last = kernel.manager.last_activity
    await asyncio.sleep(1.5)
    await api("GET", "checks")
    assert kernel.manager.last_activity == last


async def test_unknown_kernel(api: Api) -> None:
    for path in ("checks", "probe"):
        answer = await api("POST", f"kernels/{uuid4()}/{path}", {})
        assert (answer.code, answer.json["code"]) == (404, "unknown_kernel")


@pytest.mark.parametrize("extra_config", [{"AsyncMultiKernelManager": {"use_pending_kernels": True}}])
async def test_a_kernel_that_is_only_promised(api: Api, jp_serverapp: Any, extra_config: Any) -> None:
    kernels = jp_serverapp.kernel_manager
    kernel_id = await kernels.start_kernel()
    answer = await api("POST", f"kernels/{kernel_id}/probe", {})
    assert answer.code == 200, answer.text
    await kernels.shutdown_kernel(kernel_id, now=True)
