"""The kernels as the checks see them: whom to ask, who cannot be asked, and who is gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any

from ..contract import envelope
from . import protocol
from .errors import (
    GatewayKernel,
    GradcheckServerError,
    KernelBusy,
    KernelLost,
    KernelRestarting,
    PackageMissing,
    UnknownKernel,
    UnsupportedKernel,
)
from .link import Errand, KernelLink
from .tasks import Tasks

WATCH_SECONDS = 1.0
PROBE_SECONDS = 10.0


class Kernels:
    """Asks the package in a kernel, through one `KernelLink` a kernel that is made when needed and dropped when idle.

    Nothing is ever sent to a kernel unless somebody asked for something, so idle kernels stay idle to the server.
    """

    def __init__(
        self,
        manager: Any,
        log: logging.Logger,
        *,
        ready_seconds: float = 60.0,
        idle_seconds: float = 60.0,
        reply_limit: int = 4_000_000,
    ) -> None:
        self._manager, self._log = manager, log
        self._ready_seconds, self._idle_seconds, self._reply_limit = ready_seconds, idle_seconds, reply_limit
        self._tasks = Tasks(log)
        self._entries: dict[str, _Entry] = {}

    def refuse_unfit(self, kernel_id: str) -> None:
        """Raise what is already certain: no such kernel, behind a gateway, another language, going down."""
        if _behind_gateway(self._manager):
            raise GatewayKernel(
                "This server's kernels run behind a gateway, which hands on neither control messages nor subshells; "
                "run `%load_ext jupyterlab_gradcheck` and `%gradcheck` in the notebook instead."
            )
        if kernel_id not in self._manager:
            raise UnknownKernel(f"There is no kernel {kernel_id} on this server.")
        kernel = self._manager.get_kernel(kernel_id)
        language = str(getattr(kernel.kernel_spec, "language", "") or "").lower()
        if language not in ("", "python"):
            raise UnsupportedKernel(protocol.unsupported(language))
        if getattr(kernel, "shutting_down", False):
            raise KernelRestarting("The kernel is shutting down or restarting. Wait for it, then check again.")

    async def check(self, kernel_id: str, request: dict[str, Any], errand: Errand) -> Any:
        """The package's reply to ``request`` (schema kernel_request), which waits its turn behind running cells."""
        async with self._link(kernel_id) as link:
            return await self._ask(link, request, errand)

    async def probe(self, kernel_id: str) -> Any:
        """The package's reply to a probe; beside a running cell where the kernel has subshells.

        Raises KernelBusy when there is no answer in time.
        """
        request = {"version": 1, "kind": "probe"}
        async with self._link(kernel_id) as link:
            aside = link.has_subshells and getattr(link.manager, "execution_state", None) == "busy"
            try:
                return await asyncio.wait_for(self._ask(link, request, aside="probe" if aside else ""), PROBE_SECONDS)
            except asyncio.TimeoutError:
                raise KernelBusy("The kernel is busy. Wait until its cell has ended, or interrupt it.") from None

    async def tell_aside(self, kernel_id: str, request: dict[str, Any], timeout: float) -> bool:
        """Tell the package something beside whatever runs; whether it accepted. False where there are no subshells."""
        async with self._link(kernel_id) as link:
            if not link.has_subshells:
                return False
            try:
                reply = await asyncio.wait_for(self._ask(link, request, aside="tell"), timeout)
            except (asyncio.TimeoutError, GradcheckServerError):
                return False
            return protocol.is_kind(reply, "accepted")

    async def interrupt(self, kernel_id: str) -> None:
        """Interrupt what the kernel executes. Only for when that is ours."""
        if kernel_id in self._manager:
            await self._manager.get_kernel(kernel_id).interrupt_kernel()

    def drop(self, kernel_id: str, what: str) -> None:
        """Forget the link to a kernel that ``what`` (was restarted, died ...); whatever awaits it is lost."""
        entry = self._entries.pop(kernel_id, None)
        if entry is not None:
            entry.release()
            self._tasks.spawn(entry.link.close(_lost(what)))

    async def _give_back(self, link: KernelLink) -> None:
        try:
            await link.leave()
        finally:
            await link.close(_lost("was idle"))

    async def close(self) -> None:
        """Close every link. Whatever is awaited fails with KernelLost."""
        entries, self._entries = list(self._entries.values()), {}
        for entry in entries:
            entry.release()
            await entry.link.close(KernelLost("The server was stopped before the check ended."))
        await self._tasks.close()

    async def _ask(
        self, link: KernelLink, request: dict[str, Any], errand: Errand | None = None, *, aside: str = ""
    ) -> Any:
        content = envelope.execute_content(request)
        content = await (link.execute_aside(content, aside) if aside else link.execute(content, errand))
        # A shutdown or restart begins with an interrupt, and what comes of that arrives before the news of the restart.
        going = getattr(link.manager, "shutting_down", False)
        try:
            reply = protocol.read_reply(content, link.language)
        except GradcheckServerError as error:
            if going:
                raise _lost("was shut down or restarted") from None
            if isinstance(error, PackageMissing):
                raise protocol.package_missing(await _executable(link)) from None
            raise
        if going and not protocol.is_kind(reply, "report"):
            raise _lost("was shut down or restarted")
        return reply

    @contextlib.asynccontextmanager
    async def _link(self, kernel_id: str) -> AsyncIterator[KernelLink]:
        self.refuse_unfit(kernel_id)
        entry = self._entries.get(kernel_id)
        if entry is None:
            entry = self._entries[kernel_id] = self._make(kernel_id)
        with (
            entry.used(self._idle_seconds, partial(self._idle, kernel_id, entry)),
            self._watched(kernel_id, entry.link),
        ):
            await asyncio.shield(entry.opened)
            yield entry.link

    def _make(self, kernel_id: str) -> _Entry:
        kernel = self._manager.get_kernel(kernel_id)
        link = KernelLink(kernel, self._tasks, self._log, reply_limit=self._reply_limit)
        return _Entry(link, self._tasks.spawn(self._open(kernel_id, link)), partial(self._fell, kernel_id))

    async def _open(self, kernel_id: str, link: KernelLink) -> None:
        try:
            await link.open(self._ready_seconds)
        except BaseException as error:
            if (entry := self._entries.get(kernel_id)) is not None and entry.link is link:
                del self._entries[kernel_id]
                entry.release()
            await link.close(error if isinstance(error, GradcheckServerError) else KernelLost(str(error)))
            raise

    def _idle(self, kernel_id: str, entry: _Entry) -> None:
        if self._entries.get(kernel_id) is entry:
            del self._entries[kernel_id]
            entry.release()
            self._tasks.spawn(self._give_back(entry.link))

    def _fell(self, kernel_id: str) -> None:
        # The restarter calls this while it walks its list of callbacks, from which dropping the link removes ours.
        asyncio.get_running_loop().call_soon(self.drop, kernel_id, "died")

    @contextlib.contextmanager
    def _watched(self, kernel_id: str, link: KernelLink) -> Iterator[None]:
        task = self._tasks.spawn(self._watch(kernel_id, link))
        try:
            yield
        finally:
            task.cancel()

    async def _watch(self, kernel_id: str, link: KernelLink) -> None:
        # Looks at the process, never asks the kernel. The news of a restart comes only after it is over, which takes
        # seconds, and a kernel without an automatic restart dies without news.
        started = False
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if getattr(link.manager, "shutting_down", False):
                return self.drop(kernel_id, "was shut down or restarted")
            # One that is only promised is not alive yet.
            started = started or link.manager.has_kernel
            if started and not await link.manager.is_alive():
                return self.drop(kernel_id, "died")


class _Entry:
    """A link, its opening, how many use it, and what watches over it."""

    def __init__(self, link: KernelLink, opened: asyncio.Task[None], fell: Any) -> None:
        self.link, self.opened = link, opened
        self._fell = fell
        self._users = 0
        self._released = False
        self._timer: asyncio.TimerHandle | None = None
        for event in ("restart", "dead"):
            link.manager.add_restart_callback(fell, event)

    @contextlib.contextmanager
    def used(self, idle_seconds: float, idle: Any) -> Iterator[None]:
        """While somebody uses the link; ``idle`` is called when nobody has for ``idle_seconds``."""
        self._users += 1
        self._stop_timer()
        try:
            yield
        finally:
            self._users -= 1
            if not self._users and not self._released:
                self._timer = asyncio.get_running_loop().call_later(idle_seconds, idle)

    def release(self) -> None:
        """Stop watching."""
        self._released = True
        self._stop_timer()
        for event in ("restart", "dead"):
            self.link.manager.remove_restart_callback(self._fell, event)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _lost(what: str) -> KernelLost:
    return KernelLost(f"The kernel {what} before it answered. Run its cells again, then check again.")


async def _executable(link: KernelLink) -> str | None:
    try:
        reply = await asyncio.wait_for(link.execute(envelope.executable_content()), PROBE_SECONDS)
    except (asyncio.TimeoutError, GradcheckServerError):
        return None
    return envelope.read_executable(reply)


def _behind_gateway(manager: Any) -> bool:
    from jupyter_server.gateway.managers import GatewayMappingKernelManager

    return isinstance(manager, GatewayMappingKernelManager)
