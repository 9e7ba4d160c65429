"""However a kernel goes away in the middle, the check ends in a true state, and nothing of it is left behind."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from server_api import INSTALL_FAKE, Api, Kernel
from test_queue import FUNCTIONS

# What every check's end may take to be told.
WITHIN = 5.0

NAMES = {"forward": "forward", "backward": "backward", "parameters": "parameters"}


async def kill(kernel: Kernel, kernels: Any) -> None:
    os.kill(kernel.manager.provisioner.pid, signal.SIGKILL)


async def restart(kernel: Kernel, kernels: Any) -> None:
    await kernels.restart_kernel(kernel.id)


async def shut_down(kernel: Kernel, kernels: Any) -> None:
    await kernels.shutdown_kernel(kernel.id)


async def shut_down_now(kernel: Kernel, kernels: Any) -> None:
    await kernels.shutdown_kernel(kernel.id, now=True)


@pytest.mark.parametrize("autorestart", [True, False], ids=["watched", "unwatched"])
@pytest.mark.parametrize("moment", ["connecting", "queued", "running", "cancelling"])
@pytest.mark.parametrize("extra_config", [{}])
async def test_a_kernel_that_is_killed(
    api: Api, start_kernel: Any, jp_serverapp: Any, moment: str, autorestart: bool, extra_config: Any
) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    if not autorestart:
        kernel.manager.stop_restarter()
    if moment == "connecting":
        await kernel.manager.signal_kernel(signal.SIGSTOP)
    elif moment == "queued":
        kernel.send("import time; time.sleep(60)")
    made = await api.start(kernel.id, forward="deaf")
    if moment in ("running", "cancelling"):
        await api.until(made, "running")
    else:
        await asyncio.sleep(0.3)
    if moment == "cancelling":
        await api("DELETE", f"checks/{made['id']}")
    await kill(kernel, jp_serverapp.kernel_manager)
    told = await api.until(made, within=WITHIN)
    assert (told["status"], told["error"]["code"]) == ("lost", "kernel_lost")


DROPS_ITS_REPLY = """
import functools
kernel = get_ipython().kernel
def _interrupted_before_the_reply(execute):
    @functools.wraps(execute)
    async def once(*args, **kwargs):
        await execute(*args, **kwargs)
        kernel.do_execute = execute
        raise KeyboardInterrupt
    return once
kernel.do_execute = _interrupted_before_the_reply(kernel.do_execute)
"""


@pytest.mark.parametrize("cancel", [False, True])
async def test_a_kernel_that_is_interrupted_just_before_it_replies(api: Api, start_kernel: Any, cancel: bool) -> None:
    """It drops the reply then, says that it is done, and goes on."""
    kernel = await start_kernel(FUNCTIONS.replace("HOOK", "time.sleep(0.01)"))
    hold = kernel.send("import time; time.sleep(0.5)\n" + DROPS_ITS_REPLY)
    made = await api.start(kernel.id, **NAMES)
    assert (await kernel.reply(hold))["status"] == "ok"
    if cancel:
        await api.until(made, "running")
        await api("DELETE", f"checks/{made['id']}")
    told = await api.until(made, within=30.0)
    assert told["status"] == "cancelled"
    assert (told["error"] is None) if cancel else (told["error"]["code"] == "kernel_interrupted")
    assert (await api.check(kernel.id, **NAMES))["status"] == "done"


@pytest.mark.parametrize("moment", ["queued", "running"])
@pytest.mark.parametrize("event", [restart, shut_down, shut_down_now])
async def test_a_kernel_that_is_taken_away(
    api: Api, start_kernel: Any, jp_serverapp: Any, event: Callable[..., Awaitable[None]], moment: str
) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    if moment == "queued":
        kernel.send("import time; time.sleep(60)")
    made = await api.start(kernel.id, forward="deaf")
    if moment == "running":
        await api.until(made, "running")
    else:
        await asyncio.sleep(0.3)
    going = asyncio.ensure_future(event(kernel, jp_serverapp.kernel_manager))
    told = await api.until(made, within=WITHIN)
    assert (told["status"], told["error"]["code"]) == ("lost", "kernel_lost")
    await going


@pytest.mark.parametrize(
    "extra_config",
    [{"MappingKernelManager": {"cull_idle_timeout": 1, "cull_interval": 1, "cull_busy": True, "cull_connected": True}}],
)
async def test_a_kernel_that_is_culled(api: Api, start_kernel: Any, jp_serverapp: Any, extra_config: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    made = await api.start(kernel.id, forward="deaf")
    await api.until(made, "running")
    deadline = time.monotonic() + 30
    while kernel.id in jp_serverapp.kernel_manager and not getattr(kernel.manager, "shutting_down", False):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    told = await api.until(made, within=WITHIN)
    assert (told["status"], told["error"]["code"]) == ("lost", "kernel_lost")


@pytest.mark.parametrize(
    ("hook", "status", "code"),
    [
        # As the system does when memory is short.
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "lost", "kernel_lost"),
        ("import os; os._exit(3)", "lost", "kernel_lost"),
        ("np.ones(1 << 40)", "error", "function_raised"),
    ],
    ids=["killed", "exits", "memory"],
)
async def test_a_kernel_that_runs_out_of_memory(api: Api, start_kernel: Any, hook: str, status: str, code: str) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))"
    kernel = await start_kernel(FUNCTIONS.replace("HOOK", f"if 'harm' in globals(): {hook}"), limit, "harm = 1")
    made = await api.start(kernel.id, **NAMES)
    told = await api.until(made, within=WITHIN + 5)
    assert (told["status"], told["error"]["code"]) == (status, code), told["error"]
    if status == "error":
        assert "MemoryError" in told["error"]["message"]
        assert (await kernel.run("assert parameters['W'].tolist() == [[1, 1]] * 3; del harm"))["status"] == "ok"
        assert (await api.check(kernel.id, **NAMES))["report"]["verdict"] == "pass"


async def test_a_client_that_polls_with_the_same_identity(api: Api, start_kernel: Any) -> None:
    """As extensions do that take `manager.client()`; each steals the replies of the one before, but never ours."""
    kernel = await start_kernel(INSTALL_FAKE)
    stop = asyncio.Event()
    polls = 0

    async def poll() -> None:
        nonlocal polls
        while not stop.is_set():
            client = kernel.manager.client()
            client.start_channels(stdin=False, hb=False)  # the heartbeat leaves its sockets to the collector
            client.kernel_info()
            polls += 1
            await asyncio.sleep(0.02)
            client.stop_channels()

    polling = asyncio.ensure_future(poll())
    ended = [(await api.check(kernel.id))["status"] for _ in range(15)]
    made = await api.start(kernel.id, forward="slow")
    await api.until(made, "running")
    await api("DELETE", f"checks/{made['id']}")
    ended.append((await api.until(made))["status"])
    stop.set()
    await polling
    assert (ended, polls > 5) == (["done"] * 15 + ["cancelled"], True)


async def test_two_notebooks_on_one_kernel(api: Api, start_kernel: Any, jp_serverapp: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    sessions = jp_serverapp.session_manager
    for path in ("one.ipynb", "two.ipynb"):
        await sessions.create_session(path=path, name=path, type="notebook", kernel_id=kernel.id)
    made = await api.start(kernel.id, forward="slow")
    refused = await api("POST", f"kernels/{kernel.id}/checks", {})
    assert (refused.code, refused.json["code"]) == (409, "check_active")
    # Both see the one there is. A notebook that is closed or renamed leaves the kernel, and the check, alone.
    one, _two = await sessions.list_sessions()
    await sessions.update_session(one["id"], path="renamed.ipynb")
    listed = (await api("GET", "checks", params={"kernel_id": kernel.id})).json
    assert [told["id"] for told in listed] == [made["id"]]
    await api("DELETE", f"checks/{made['id']}")
    await api.until(made, "cancelled")


def holdings() -> dict[str, int]:
    """What this process has open."""
    gc.collect()
    files = "/proc/self/fd"
    return {
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "files": len(os.listdir(files)) if os.path.isdir(files) else 0,
    }


@pytest.mark.parametrize(
    "extra_config", [{"GradcheckApp": {"client_idle_seconds": 30.0, "history_limit": 5, "cancel_grace_seconds": 0.2}}]
)
async def test_nothing_is_left_after_many_checks(
    api: Api, start_kernel: Any, extra_config: Any, jp_serverapp: Any
) -> None:
    """Ended in every way there is; `python -m tests.soak` makes 200."""
    kernel = await start_kernel(INSTALL_FAKE)
    inside = "import os, threading; print(len(os.listdir('/proc/self/fd')), threading.active_count())"

    async def round_(number: int) -> None:
        for at in range(number):
            forward = ("quick", "raises", "slow", "refuses", "huge")[at % 5]
            made = await api.start(kernel.id, forward=forward)
            if forward == "slow":
                await api.until(made, "running")
                await api("DELETE", f"checks/{made['id']}")
            await api.until(made)

    async def told() -> list[int]:
        msg_id = kernel.send(inside)
        while True:
            message = await kernel.client.get_iopub_msg(timeout=10)
            if message["parent_header"].get("msg_id") == msg_id and message["msg_type"] == "stream":
                return [int(part) for part in message["content"]["text"].split()]

    async def settled(before: dict[str, int] | None = None) -> dict[str, int]:
        for _ in range(40):
            await asyncio.sleep(0.1)
            now = holdings()
            if before is not None and all(now[key] <= before[key] for key in before):
                break
        return now

    await round_(10)
    before, there = await settled(), await told()
    await round_(50)
    after = await settled(before)
    # The pool of threads that reads reports grows to its size and no further.
    pool = after["threads"] - before["threads"]
    assert 0 <= pool <= 8
    assert after["tasks"] <= before["tasks"]
    assert after["files"] <= before["files"] + pool
    for _ in range(40):  # IPython opens a file now and then, to write its history down
        now = await told()
        if all(one <= other for one, other in zip(now, there, strict=True)):
            break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError((there, now))
    app = jp_serverapp.web_app.settings["jupyterlab_gradcheck"]
    assert len(app._checks._runs) == 5
