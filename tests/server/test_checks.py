"""The life cycle of checks against kernels that are not there: every turn it can take, in milliseconds."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from server_api import REPORT

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.server.budgets import Budgets
from jupyterlab_gradcheck.server.checks import Check, Checks
from jupyterlab_gradcheck.server.errors import (
    CheckActive,
    KernelInterrupted,
    KernelLost,
    KernelUnreachable,
    UnknownCheck,
)
from jupyterlab_gradcheck.server.link import Errand

LOG = logging.getLogger("test")


class FakeKernels:
    """Kernels that answer when the test says so."""

    def __init__(self, *, accepts: bool = True, connects: bool = True) -> None:
        self.accepts, self.connects = accepts, connects
        self.errand = Errand()
        self.reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.told: list[dict[str, Any]] = []
        self.interrupts = 0

    def refuse_unfit(self, kernel_id: str) -> None:
        pass

    async def check(self, kernel_id: str, request: dict[str, Any], errand: Errand) -> Any:
        contract.validate("kernel_request", request)
        self.errand = errand
        if self.connects:
            errand.stage = "queued"
        try:
            return await self.reply
        finally:
            errand.heard_end()

    async def tell_aside(self, kernel_id: str, request: dict[str, Any], timeout: float) -> bool:
        contract.validate("kernel_request", request)
        self.told.append(request)
        return self.accepts

    async def interrupt(self, kernel_id: str) -> None:
        self.interrupts += 1

    def answer(self, kind: str, body: Any = None) -> None:
        self.reply.set_result({"version": 1, "package": "0.1.0", "kind": kind, "body": body})


def make(kernels: FakeKernels, **options: Any) -> tuple[Checks, list[str]]:
    announced: list[str] = []
    told = lambda check: announced.append(check.status)  # noqa: E731
    return Checks(kernels, told, LOG, version="0.1.2", cancel_grace=0.05, **options), announced


async def settle(check: Check) -> None:
    for _ in range(200):
        await asyncio.sleep(0.005)
        if not check.active:
            return
    raise AssertionError(check.status)


async def test_from_queued_to_done() -> None:
    kernels = FakeKernels()
    checks, announced = make(kernels)
    check = checks.start("k", {})
    await asyncio.sleep(0)
    kernels.errand.heard_busy()
    kernels.answer("report", REPORT)
    await settle(check)
    assert announced == ["queued", "running", "done"]
    told = json.loads(check.to_json())
    contract.validate("check", told)
    assert told["report"] == REPORT
    await checks.close()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KernelLost("gone"), "lost"),
        (KernelUnreachable("silent"), "error"),
        (KernelInterrupted("interrupted"), "cancelled"),
        (RuntimeError("a bug, with data in it"), "error"),
    ],
)
async def test_errors_end_a_check(error: Exception, status: str, caplog: pytest.LogCaptureFixture) -> None:
    kernels = FakeKernels()
    checks, announced = make(kernels)
    check = checks.start("k", {})
    await asyncio.sleep(0)
    kernels.reply.set_exception(error)
    await settle(check)
    assert announced[-1] == check.status == status
    contract.validate("check", json.loads(check.to_json()))
    assert check.error is not None
    assert "a bug" not in check.error["message"]
    await checks.close()


async def test_cancelled_before_it_was_sent() -> None:
    kernels = FakeKernels(connects=False)
    checks, announced = make(kernels)
    check = checks.start("k", {})
    assert checks.cancel(check.id)
    await settle(check)
    assert announced == ["queued", "cancelling", "cancelled"]
    assert not kernels.told
    assert not checks.cancel(check.id)
    await checks.close()


async def test_cancelled_while_queued() -> None:
    kernels = FakeKernels()
    checks, _ = make(kernels)
    check = checks.start("k", {})
    await asyncio.sleep(0)
    checks.cancel(check.id)
    await settle(check)
    assert (check.status, kernels.interrupts, kernels.told[0]["kind"]) == ("cancelled", 0, "cancel")
    await checks.close()


async def test_cancelled_while_queued_without_subshells_is_interrupted_when_its_turn_comes() -> None:
    kernels = FakeKernels(accepts=False)
    checks, _ = make(kernels)
    check = checks.start("k", {})
    await asyncio.sleep(0)
    checks.cancel(check.id)
    await asyncio.sleep(0.1)
    assert (check.status, kernels.interrupts) == ("cancelling", 0)
    kernels.errand.heard_busy()
    await asyncio.sleep(0.01)
    assert kernels.interrupts == 1
    kernels.reply.set_exception(KernelInterrupted("interrupted"))
    await settle(check)
    assert (check.status, check.error) == ("cancelled", None)
    await checks.close()


async def test_an_interrupt_is_sent_only_while_the_check_runs() -> None:
    kernels = FakeKernels()
    checks, _ = make(kernels)
    check = checks.start("k", {})
    await asyncio.sleep(0)
    kernels.errand.heard_busy()
    checks.cancel(check.id)
    await asyncio.sleep(0.01)
    kernels.errand.heard_end()  # idle came, the reply did not yet: the kernel is at the next cell
    await asyncio.sleep(0.1)
    assert kernels.interrupts == 0
    kernels.answer("report", REPORT)
    await settle(check)
    assert check.status == "done", "it had been made before it could be cancelled"
    await checks.close()


async def test_a_kernel_that_cannot_be_interrupted_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyterlab_gradcheck.server.checks.STUCK_SECONDS", 0.02)
    kernels = FakeKernels(accepts=False)
    checks, _ = make(kernels)
    check = checks.start("k", {})
    await asyncio.sleep(0)
    kernels.errand.heard_busy()
    for attempt in (1, 2):
        checks.cancel(check.id)
        await asyncio.sleep(0.1)
        assert (check.status, kernels.interrupts) == ("cancelling", attempt)
        assert check.error is not None
        assert check.error["code"] == "kernel_stuck"
    kernels.answer("cancelled")
    await settle(check)
    assert (check.status, check.error) == ("cancelled", None)
    await checks.close()


async def test_one_at_a_time_and_the_oldest_are_forgotten() -> None:
    kernels = FakeKernels()
    checks, _ = make(kernels, budgets=Budgets(history=2))
    first = checks.start("a", {})
    with pytest.raises(CheckActive):
        checks.start("a", {})
    made = [checks.start(kernel_id, {}) for kernel_id in ("b", "c")]
    assert checks.list() == [*reversed(made), first], "what has not ended is never forgotten"
    await asyncio.sleep(0)
    kernels.answer("cancelled")
    await settle(first)
    newest = checks.start("a", {})
    assert checks.list() == [newest, made[1]]
    with pytest.raises(UnknownCheck):
        checks.get(first.id)
    await checks.close()
    assert newest.status == "lost"


async def test_progress_of_others_and_nonsense_is_ignored() -> None:
    kernels = FakeKernels()
    checks, announced = make(kernels)
    check = checks.start("k", {})
    await asyncio.sleep(0)
    mime = "application/vnd.jupyterlab-gradcheck.progress.v1+json"
    good = {"version": 1, "check_id": check.id, "done": 1, "total": 9}
    for told in (1, {**good, "check_id": "other"}, {**good, "done": -1}, {**good, "plan": "soon"}):
        kernels.errand.on_display({mime: told})
    for data in (None, {}):
        kernels.errand.on_display(data)
    assert (check.done, check.total, check.plan) == (0, 0, None)
    for done in range(5):
        kernels.errand.on_display({mime: {**good, "done": done}})
    assert (check.done, check.total) == (4, 9)
    assert check.status == "running"
    assert announced == ["queued", "running", "running"], "told at most ten times a second"
    await checks.close()


async def test_progress_does_not_go_back() -> None:
    kernels = FakeKernels()
    checks, _ = make(kernels)
    check = checks.start("k", {})
    await asyncio.sleep(0)
    seen = []
    for done, total in ((0, 0), (7, 0), (9, 200), (8, 200), (12, 0), (13, 210)):
        told = {"version": 1, "check_id": check.id, "done": done, "total": total}
        kernels.errand.on_display({"application/vnd.jupyterlab-gradcheck.progress.v1+json": told})
        seen.append((check.done, check.total))
    assert seen == [(0, 0), (7, 0), (9, 200), (9, 200), (12, 200), (13, 210)]
    await checks.close()


async def test_a_plan_that_was_told_stays() -> None:
    kernels = FakeKernels()
    checks, _ = make(kernels)
    check = checks.start("k", {})
    await asyncio.sleep(0)
    assert json.loads(check.to_json())["plan"] is None
    plan = {"kind": "screened", "evaluations": 180, "seconds": 0.9, "message": "About 180 evaluations."}
    for more in ({}, {"plan": plan}, {}):
        told = {"version": 1, "check_id": check.id, "done": 1, "total": 180, **more}
        kernels.errand.on_display({"application/vnd.jupyterlab-gradcheck.progress.v1+json": told})
    told = json.loads(check.to_json())
    contract.validate("check", told)
    assert told["plan"] == plan
    await checks.close()
