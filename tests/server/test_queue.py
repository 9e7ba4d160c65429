"""The person's cells before and behind a check run in their order and unharmed, whatever becomes of the check."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from server_api import INSTALL_FAKE, Api, Kernel, needs_subshells

# Functions of which the loss does what HOOK says, through the package's own service.
FUNCTIONS = """
import numpy as np, time
ran = []
parameters = {"W": np.ones((3, 2))}
def forward(parameters):
    HOOK
    return float(np.sum(parameters["W"] ** 2)) / 2, parameters
def backward(cache):
    return {"dW": cache["W"]}
"""


def queue(kernel: Kernel, *names: str, seconds: float = 0.0) -> list[str]:
    return [kernel.send(f"import time; time.sleep({seconds}); ran.append({name!r})") for name in names]


async def unharmed(kernel: Kernel, sent: list[str], names: list[str]) -> None:
    replies = [await kernel.reply(msg_id) for msg_id in sent]
    assert [reply["status"] for reply in replies] == ["ok"] * len(sent), replies
    counts = [reply["execution_count"] for reply in replies]
    assert counts == list(range(counts[0], counts[0] + len(counts)))
    assert (await kernel.run(f"assert ran == {names!r}, ran"))["status"] == "ok"


@pytest.mark.parametrize(
    ("forward", "cancel", "status"),
    [
        ("quick", "", "done"),
        ("raises", "", "error"),
        ("refuses", "", "error"),
        ("slow", "queued", "cancelled"),
        ("slow", "running", "cancelled"),
        ("deaf", "running", "cancelled"),
        ("swallows", "running", "cancelled"),
    ],
)
async def test_cells_before_and_behind(api: Api, start_kernel: Any, forward: str, cancel: str, status: str) -> None:
    kernel = await start_kernel(INSTALL_FAKE, "ran = []")
    sent = queue(kernel, "before", seconds=0.6)
    made = await api.start(kernel.id, forward=forward)
    sent += queue(kernel, "behind", "last")
    if cancel:
        await asyncio.sleep(0.2)
        await api.until(made, cancel)
        assert (await api("DELETE", f"checks/{made['id']}")).code == 202
    assert (await api.until(made))["status"] == status
    await unharmed(kernel, sent, ["before", "behind", "last"])


@needs_subshells
@pytest.mark.parametrize("hook", ["while True: time.sleep(10)", "while True: pass"], ids=["sleeps", "spins"])
async def test_a_forward_that_never_returns_is_interrupted_and_nothing_else(
    api: Api, start_kernel: Any, hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the package's own service, which can tell what it runs: the server sends no signal at all."""
    kernel = await start_kernel(FUNCTIONS.replace("HOOK", hook))
    signals: list[int] = []
    monkeypatch.setattr(kernel.manager, "interrupt_kernel", lambda: signals.append(1))
    sent = queue(kernel, "before")
    made = await api.start(kernel.id, forward="forward", backward="backward", parameters="parameters")
    sent += queue(kernel, "behind", "last")
    await api.until(made, "running")
    await asyncio.sleep(0.3)
    await api("DELETE", f"checks/{made['id']}")
    assert (await api.until(made, within=8))["error"] is None
    await unharmed(kernel, sent, ["before", "behind", "last"])
    assert not signals


@needs_subshells
@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"cancel_grace_seconds": 0.0}}])
async def test_an_interrupt_that_comes_late_hits_no_cell(api: Api, start_kernel: Any, extra_config: Any) -> None:
    """Cancelled again and again just when the check ends by itself: the cell behind is never what is interrupted."""
    kernel = await start_kernel(FUNCTIONS.replace("HOOK", "time.sleep(0.004)"))
    asked = {"forward": "forward", "backward": "backward", "parameters": "parameters", "options": {"points": 0}}
    await api.check(kernel.id, **asked)
    began = time.monotonic()
    await api.check(kernel.id, **asked)
    usual = time.monotonic() - began
    ended = []
    for attempt in range(12):
        made = await api.start(kernel.id, **asked)
        sent = queue(kernel, "behind", seconds=0.15)
        await asyncio.sleep(usual * (0.7 + attempt / 24))
        await api("DELETE", f"checks/{made['id']}")
        ended.append((await api.until(made))["status"])
        assert (await kernel.reply(sent[0]))["status"] == "ok", (attempt, ended)
    assert set(ended) <= {"done", "cancelled"}


async def test_cancelling_takes_less_than_a_second_between_evaluations(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(
        FUNCTIONS.replace("HOOK", "time.sleep(0.02)").replace("np.ones((3, 2))", "np.ones((30, 30))")
    )
    asked = {"forward": "forward", "backward": "backward", "parameters": "parameters"}
    took = []
    for _ in range(3):
        made = await api.start(kernel.id, options={"method": "central"}, **asked)
        while (await api.get(made))["progress"]["done"] < 3:
            await asyncio.sleep(0.03)
        began = time.monotonic()
        await api("DELETE", f"checks/{made['id']}")
        await api.until(made, "cancelled")
        took.append(time.monotonic() - began)
    # The median: this machine may have other things to do for a moment.
    assert sorted(took)[1] < 1, took
