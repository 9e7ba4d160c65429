"""The checks: what each one is, how it goes through its states, and the history of those that ended."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal, Protocol
from uuid import uuid4

from . import protocol
from .budgets import Budgets
from .errors import (
    CheckActive,
    CheckOverdue,
    GradcheckServerError,
    KernelInterrupted,
    KernelLost,
    KernelStuck,
    RequestAborted,
    TooManyChecks,
    UnknownCheck,
    problem,
)
from .link import Errand
from .tasks import Tasks

Status = Literal["queued", "running", "cancelling", "done", "error", "cancelled", "aborted", "lost"]

ACTIVE = frozenset({"queued", "running", "cancelling"})
STATUS_OF: dict[type[Exception], Status] = {
    KernelLost: "lost",
    RequestAborted: "aborted",
    KernelInterrupted: "cancelled",
}
"""How a check ends that met one of these; with any other error it ends as ``error``."""

ANNOUNCE_SECONDS = 0.1
STUCK_SECONDS = 5.0
# What a check may need beyond its budget of time to put everything back and to write its report.
OVERTIME_SECONDS = 10.0
# How long the package in the kernel may take to answer beside the check, and to interrupt itself. Not the grace, which may
# be nothing: an interrupt from here is the last resort, because a kernel may have gone on to the next cell when it comes.
TELL_SECONDS = 1.5
AGAIN_SECONDS = 0.5


class Asker(Protocol):
    """What the checks need of the kernels; `Kernels` in a server, a fake in tests."""

    def refuse_unfit(self, kernel_id: str) -> None: ...
    async def check(self, kernel_id: str, request: dict[str, Any], errand: Errand) -> Any: ...
    async def tell_aside(self, kernel_id: str, request: dict[str, Any], timeout: float) -> bool: ...
    async def interrupt(self, kernel_id: str) -> None: ...


@dataclass(eq=False)
class Check:
    """One check: plain data, told as the schema ``check``."""

    kernel_id: str
    id: str = field(default_factory=lambda: uuid4().hex)
    status: Status = "queued"
    done: int = 0
    total: int = 0
    plan: dict[str, Any] | None = None
    """What the kernel is going to do, from the moment that it has told."""
    report: str | None = None
    """The report as JSON text: written once, not at every GET."""
    steps: str | None = None
    """The study of steps as JSON text, where one was asked for instead."""
    error: dict[str, Any] | None = None
    created: str = field(default_factory=lambda: _now())
    ended: str | None = None

    @property
    def active(self) -> bool:
        """Whether it has not ended."""
        return self.status in ACTIVE

    @property
    def size(self) -> int:
        """Bytes of what it has to tell, nearly."""
        return len(self.report or "") + len(self.steps or "")

    def to_json(self, whole: bool = True) -> str:
        """The check as JSON text; not ``whole``, without its report and its study, which may have a megabyte each."""
        told = {
            "id": self.id,
            "kernel_id": self.kernel_id,
            "status": self.status,
            "progress": {"done": self.done, "total": self.total},
            "plan": self.plan,
            "error": self.error,
            "created": self.created,
            "ended": self.ended,
        }
        report, steps = (self.report, self.steps) if whole else (None, None)
        return f'{json.dumps(told)[:-1]}, "report": {report or "null"}, "steps": {steps or "null"}}}'


class Checks:
    """Starts checks, follows them to their end and remembers the last ones, as the budgets have it, newest first."""

    def __init__(
        self,
        kernels: Asker,
        announce: Callable[[Check], None],
        log: logging.Logger,
        *,
        version: str,
        budgets: Budgets | None = None,
        cancel_grace: float = 1.5,
    ) -> None:
        self._kernels, self._announce, self._log = kernels, announce, log
        self._version, self._budgets, self._cancel_grace = version, budgets or Budgets(), cancel_grace
        self._tasks = Tasks(log)
        self._runs: dict[str, _Run] = {}

    def start(self, kernel_id: str, request: dict[str, Any]) -> Check:
        """Start what ``request`` (schema request) asks for, and return at once.

        Raises CheckActive when the kernel has a check that has not ended, TooManyChecks, or what makes the kernel unfit.
        """
        self._kernels.refuse_unfit(kernel_id)
        if any(check.active for check in self.list(kernel_id)):
            raise CheckActive("This kernel already has a check that has not ended. Wait for it, or cancel it.")
        most = self._budgets.concurrent
        if most and sum(run.check.active for run in self._runs.values()) >= most:
            raise TooManyChecks(f"{most} checks have not ended, which is as many as this server allows. Check later.")
        run = _Run(Check(kernel_id), lambda: self._on_running(run), lambda data: self._on_display(run, data))
        self._runs[run.check.id] = run
        self._forget_oldest()
        self._announce(run.check)
        run.task = self._tasks.spawn(self._follow(run, self._budgets.within(request)))
        return run.check

    def get(self, check_id: str) -> Check:
        """The check of that id. Raises UnknownCheck."""
        return self._run(check_id).check

    def list(self, kernel_id: str | None = None) -> list[Check]:
        """All that are remembered, or those of one kernel, newest first."""
        checks = [run.check for run in reversed(self._runs.values())]
        return [check for check in checks if kernel_id in (None, check.kernel_id)]

    def cancel(self, check_id: str) -> bool:
        """Begin to cancel; whether there was anything to cancel. Raises UnknownCheck."""
        run = self._run(check_id)
        if not run.check.active:
            return False
        self._advance(run.check, "cancelling")
        # Asked for again, it starts over: the first attempt may have met a kernel that could not be interrupted.
        if run.cancelling is None or run.cancelling.done():
            run.cancelling = self._tasks.spawn(self._cancel(run))
        return True

    async def close(self) -> None:
        """End what has not ended."""
        for run in self._runs.values():
            self._fail(run, KernelLost("The server was stopped before the check ended."))
            run.stop_clock()
        await self._tasks.close()

    async def _follow(self, run: _Run, request: dict[str, Any]) -> None:
        check = run.check
        asked = {"version": 1, "kind": "check", "check_id": check.id, "request": request}
        try:
            reply = await self._kernels.check(check.kernel_id, asked, run.errand)
            # Validating and writing a report of a megabyte takes a good part of a second.
            self._finish(run, await asyncio.to_thread(protocol.accept, reply, self._version))
        except GradcheckServerError as error:
            self._fail(run, error)
        except Exception as error:
            self._log.exception("jupyterlab_gradcheck: check %s failed", check.id)
            self._fail(run, error)
        finally:
            run.stop_clock()
            self._forget_oldest()

    def _finish(self, run: _Run, outcome: protocol.Outcome) -> None:
        check = run.check
        if outcome.kind == "report":
            check.report = outcome.text
            self._advance(check, "done")
        elif outcome.kind == "steps":
            check.steps = outcome.text
            self._advance(check, "done")
        elif outcome.kind == "plan":
            check.plan = outcome.body
            self._advance(check, "done")
        else:
            self._fail(run, KernelInterrupted("The kernel was interrupted before the check ended. Check again."))

    def _fail(self, run: _Run, error: Exception) -> None:
        check = run.check
        if not check.active:
            return
        if run.overdue and isinstance(error, RequestAborted | KernelInterrupted):
            error = CheckOverdue(
                f"The check was stopped: this server allows it {self._budgets.seconds:g} s. "
                "Check fewer parameters at a time, or less data."
            )
        status = STATUS_OF.get(type(error), "error")
        if check.status == "cancelling" and status in ("aborted", "cancelled"):
            status, check.error = "cancelled", None
        else:
            check.error = problem(error)
        if status == "error":
            self._log.warning("jupyterlab_gradcheck: check %s ended with %s", check.id, (check.error or {}).get("code"))
        self._advance(check, status)

    def _advance(self, check: Check, status: Status) -> None:
        if not check.active or check.status == status:
            return
        check.status = status
        if not check.active:
            check.ended = _now()
        self._announce(check)

    def _on_running(self, run: _Run) -> None:
        if self._budgets.seconds:
            run.start_clock(self._budgets.seconds + OVERTIME_SECONDS, self._expire)
        if run.check.status == "queued":
            self._advance(run.check, "running")
        elif run.interrupt_when_running:
            self._tasks.spawn(self._interrupt(run))

    def _on_display(self, run: _Run, data: Any) -> None:
        progress = protocol.read_progress(data, run.check.id)
        if progress is None or not run.check.active:
            return
        # A total of 0 says that it is not known yet; what was known stays so, and no count goes back.
        run.check.done = max(progress.done, run.check.done)
        run.check.total = progress.total or run.check.total
        run.check.plan = progress.plan or run.check.plan
        if run.check.status == "queued":
            # The reply of a quick check may overtake the news that the kernel is busy with it.
            self._advance(run.check, "running")
        now = asyncio.get_running_loop().time()
        if now - run.announced >= ANNOUNCE_SECONDS:
            run.announced = now
            self._announce(run.check)

    async def _cancel(self, run: _Run) -> None:
        """Ask the package to stop; interrupt the kernel where that cannot be asked, or has not helped in time."""
        if run.errand.stage == "connecting":
            return self._withdraw(run)
        flagged = await self._flag(run)
        if run.errand.stage == "queued":
            # With the flag up, the kernel will skip the check when its turn comes: nothing is left to wait for.
            run.interrupt_when_running = not flagged
            return self._withdraw(run) if flagged else None
        if flagged:
            await asyncio.wait([run.task], timeout=self._cancel_grace)
            # Told twice, the package interrupts itself, and never what comes after it.
            if run.errand.stage == "running" and await self._flag(run):
                await asyncio.wait([run.task], timeout=AGAIN_SECONDS)
        return await self._interrupt(run)

    async def _flag(self, run: _Run) -> bool:
        asked = {"version": 1, "kind": "cancel", "check_id": run.check.id}
        try:
            return await self._kernels.tell_aside(run.check.kernel_id, asked, TELL_SECONDS)
        except GradcheckServerError:
            return False

    def _expire(self, run: _Run) -> None:
        if run.check.active:
            run.overdue = True
            self.cancel(run.check.id)

    def _withdraw(self, run: _Run) -> None:
        self._advance(run.check, "cancelled")
        run.task.cancel()

    async def _interrupt(self, run: _Run) -> None:
        if run.errand.stage != "running":
            return
        await self._kernels.interrupt(run.check.kernel_id)
        await asyncio.wait([run.task], timeout=STUCK_SECONDS)
        if run.check.active and run.errand.stage == "running":
            stuck = KernelStuck("The kernel goes on although it was interrupted. Cancel again, or restart the kernel.")
            run.check.error = problem(stuck)
            self._announce(run.check)

    def _run(self, check_id: str) -> _Run:
        try:
            return self._runs[check_id]
        except KeyError:
            raise UnknownCheck(f"There is no check {check_id}; only the last ones are kept.") from None

    def _forget_oldest(self) -> None:
        ended = [run.check for run in self._runs.values() if not run.check.active]
        number, size = len(self._runs), sum(check.size for check in ended)
        most, largest = self._budgets.history, self._budgets.history_bytes
        for check in ended:
            # The newest stays, however large: whoever asked for it has not seen it yet.
            if number <= most and (not largest or size <= largest or check is ended[-1]):
                return
            number, size = number - 1, size - check.size
            del self._runs[check.id]


class _Run:
    """A check under way."""

    task: asyncio.Task[Any]

    def __init__(self, check: Check, on_running: Callable[[], None], on_display: Callable[[Any], None]) -> None:
        self.check = check
        self.errand = Errand(on_running, on_display)
        self.cancelling: asyncio.Task[Any] | None = None
        self.interrupt_when_running = False
        self.overdue = False
        self.announced = 0.0
        self._clock: asyncio.TimerHandle | None = None

    def start_clock(self, seconds: float, expire: Callable[[_Run], None]) -> None:
        """Call ``expire`` with this when it has run for so long."""
        if self._clock is None:
            self._clock = asyncio.get_running_loop().call_later(seconds, expire, self)

    def stop_clock(self) -> None:
        """It has ended."""
        if self._clock is not None:
            self._clock.cancel()


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
