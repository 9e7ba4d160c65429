"""One client of one kernel: sends requests, hands the answers back, and goes away without a trace."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

from .errors import GradcheckServerError, KernelFailed, KernelInterrupted, KernelUnreachable, ReplyTooLarge
from .tasks import Tasks

# What a kernel may take to notice our subscription; the status messages it publishes before that would be missed.
SUBSCRIPTION_SECONDS = 1.0
SUBSCRIPTION_TRIES = 3

LEAVE_SECONDS = 1.0

# What a reply may take once the kernel has said that it is done with the request; it is sent before that is said.
REPLY_SECONDS = 3.0

# What the last of a request's messages on iopub may take once its reply is here: sockets keep no order between them.
HEARD_SECONDS = 1.0

SUBSHELLS = "kernel subshells"

Channel = Literal["shell", "control"]


def _nothing(*_: Any) -> None:
    pass


@dataclass(eq=False)
class Errand:
    """A request on its way through a kernel, for the one who sent it to follow."""

    on_running: Callable[[], None] = _nothing
    on_display: Callable[[Any], None] = _nothing
    stage: Literal["connecting", "queued", "running", "answered"] = "connecting"

    def heard_busy(self) -> None:
        """The kernel has begun to work on it."""
        if self.stage == "queued":
            self.stage = "running"
            self.on_running()

    def heard_end(self) -> None:
        """The kernel has done with it: from here on an interrupt would hit somebody else's work."""
        self.stage = "answered"


class _Pending:
    """A message whose reply is awaited."""

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.published = asyncio.Event()
        self.idle = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    def expect(self) -> None:
        """The kernel is done with it, so that the reply is on its way, or will never come.

        An interrupt between the end of what was executed and the sending of its reply makes ipykernel drop the reply.
        """
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(REPLY_SECONDS, self._give_up)

    def forget(self) -> None:
        """Nobody waits any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _give_up(self) -> None:
        if not self.reply.done():
            self.reply.set_exception(KernelInterrupted("The kernel was interrupted before it answered. Check again."))


class KernelLink:
    """A client of the kernel that ``manager`` runs, with its own identity and one reader a channel.

    Its own identity, because ``manager.client()`` copies the manager's: two clients of the same identity steal each
    other's replies for good.
    """

    def __init__(self, manager: Any, tasks: Tasks, log: logging.Logger, *, reply_limit: int) -> None:
        self.manager = manager
        self.language = ""
        self.has_subshells = False
        self._tasks, self._log, self._reply_limit = tasks, log, reply_limit
        self._session = manager.session.clone()
        self._session.session = uuid4().hex
        self._client: Any = None
        self._pending: dict[str, _Pending] = {}
        self._readers: list[asyncio.Task[Any]] = []
        self._closed: GradcheckServerError | None = None
        self._subshells: dict[str, asyncio.Task[str]] = {}

    async def open(self, timeout: float) -> None:
        """Connect, and learn from the control channel, which answers beside a running cell, what the kernel can.

        Raises KernelUnreachable.
        """
        try:
            info = await asyncio.wait_for(self._connect(), timeout)
        except asyncio.TimeoutError:
            raise KernelUnreachable(
                f"The kernel did not answer within {timeout:g} s. It may still be starting; check again, or restart it."
            ) from None
        language = info.get("language_info")
        self.language = str(language.get("name", "")).lower() if isinstance(language, dict) else ""
        self.has_subshells = SUBSHELLS in (info.get("supported_features") or ())

    async def execute(
        self, content: dict[str, Any], errand: Errand | None = None, subshell_id: str | None = None
    ) -> dict[str, Any]:
        """Send an execute_request; the content of its reply, once ``errand``, if there is one, has heard all before it."""
        with self._awaiting("shell", "execute_request", content, errand or Errand(), subshell_id) as pending:
            reply = await pending.reply
            if errand is not None:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(pending.idle.wait(), HEARD_SECONDS)
            return reply

    async def execute_aside(self, content: dict[str, Any], purpose: str) -> dict[str, Any]:
        """Send an execute_request to a subshell, which answers beside whatever the kernel runs.

        There is one for each ``purpose``, so that none waits for another, and it is kept: a kernel (ipykernel 7.4) loses
        a file descriptor with every subshell that it gives up.
        """
        if purpose not in self._subshells:
            self._subshells[purpose] = self._tasks.spawn(self._create_subshell())
        made = self._subshells[purpose]
        try:
            subshell_id = await asyncio.shield(made)
        except GradcheckServerError:
            self._subshells.pop(purpose, None)
            raise
        return await self.execute(content, subshell_id=subshell_id)

    async def leave(self) -> None:
        """Give the kernel its subshells back, if it takes them at once."""
        ended = [task for task in self._subshells.values() if task.done() and not task.cancelled()]
        made = [task.result() for task in ended if task.exception() is None]
        self._subshells = {}
        with contextlib.suppress(GradcheckServerError, asyncio.TimeoutError):
            for subshell_id in made:
                asked = self._ask("control", "delete_subshell_request", {"subshell_id": subshell_id})
                await asyncio.wait_for(asked, LEAVE_SECONDS)

    async def close(self, error: GradcheckServerError) -> None:
        """Fail whatever is awaited with ``error`` and give every socket back."""
        if self._closed is not None:
            return
        self._closed = error
        for pending in self._pending.values():
            if not pending.reply.done():
                pending.reply.set_exception(error)
        for reader in self._readers:
            reader.cancel()
        try:
            await asyncio.gather(*self._readers, return_exceptions=True)
        finally:  # even when the server, stopping, cancels us here
            if self._client is not None:
                self._client.stop_channels()

    async def _connect(self) -> dict[str, Any]:
        await _started(self.manager)
        self._client = self.manager.client(session=self._session)
        self._client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=True)
        channels = {name: getattr(self._client, f"{name}_channel") for name in ("shell", "control", "iopub")}
        self._readers = [self._tasks.spawn(self._read(name, channel.socket)) for name, channel in channels.items()]
        return await self._kernel_info()

    async def _kernel_info(self) -> dict[str, Any]:
        # Answered, and seen on iopub too: only then is the subscription in place. A kernel that publishes nothing about
        # control messages is believed after some tries.
        info: dict[str, Any] = {}
        for _ in range(SUBSCRIPTION_TRIES):
            with self._awaiting("control", "kernel_info_request", {}, Errand()) as pending:
                info = await pending.reply
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(pending.published.wait(), SUBSCRIPTION_SECONDS)
                    break
        return info

    async def _create_subshell(self) -> str:
        subshell_id = (await self._ask("control", "create_subshell_request", {})).get("subshell_id")
        if not isinstance(subshell_id, str):
            raise KernelFailed("The kernel says that it has subshells, but made none.")
        return subshell_id

    async def _ask(self, channel: Channel, msg_type: str, content: dict[str, Any]) -> dict[str, Any]:
        with self._awaiting(channel, msg_type, content, Errand()) as pending:
            return await pending.reply

    @contextlib.contextmanager
    def _awaiting(
        self, channel: Channel, msg_type: str, content: dict[str, Any], errand: Errand, subshell_id: str | None = None
    ) -> Iterator[_Pending]:
        if self._closed is not None:
            raise self._closed
        message = self._session.msg(msg_type, content)
        message["header"]["subshell_id"] = subshell_id
        pending = self._pending[message["msg_id"]] = _Pending(errand)
        try:
            getattr(self._client, f"{channel}_channel").send(message)
            errand.stage = "queued"
            yield pending
        finally:
            del self._pending[message["msg_id"]]
            pending.forget()
            errand.heard_end()

    async def _read(self, channel: str, socket: Any) -> None:
        while True:
            frames = await socket.recv_multipart()
            try:
                self._dispatch(channel, frames)
            except Exception:  # a message that cannot be read must not end the reader of all others
                self._log.exception("jupyterlab_gradcheck: unreadable message on %s", channel)

    def _dispatch(self, channel: str, frames: list[bytes]) -> None:
        # Only the headers are decoded: most of what iopub carries is not for us, and may be large.
        _, parts = self._session.feed_identities(frames)
        message = self._session.deserialize(parts, content=False)
        pending = self._pending.get(message["parent_header"].get("msg_id", ""))
        if pending is None:
            return
        if channel == "iopub":
            self._hear(pending, message)
        else:
            self._take_reply(pending, message["content"])

    def _take_reply(self, pending: _Pending, content: bytes) -> None:
        pending.errand.heard_end()
        if pending.reply.done():
            return
        if len(content) > self._reply_limit:
            size = f"{len(content) / 1e6:.1f} MB"
            pending.reply.set_exception(ReplyTooLarge(f"The kernel's answer has {size}, more than this server takes."))
        else:
            pending.reply.set_result(self._session.unpack(content))

    def _hear(self, pending: _Pending, message: dict[str, Any]) -> None:
        pending.published.set()
        if message["msg_type"] == "status":
            state = self._session.unpack(message["content"]).get("execution_state")
            if state == "busy":
                pending.errand.heard_busy()
            elif state == "idle":
                pending.errand.heard_end()
                pending.idle.set()
                pending.expect()
        elif message["msg_type"] == "display_data" and len(message["content"]) <= self._reply_limit:
            pending.errand.on_display(self._session.unpack(message["content"]).get("data"))


async def _started(manager: Any) -> None:
    """Wait for a kernel that the server has promised but not started yet (``use_pending_kernels``)."""
    ready = getattr(manager, "ready", None)
    if isinstance(ready, concurrent.futures.Future):
        ready = asyncio.wrap_future(ready)
    if ready is None:
        return
    try:
        await asyncio.shield(ready)
    except Exception as error:
        raise KernelUnreachable(f"The kernel could not be started: {error}"[:1000]) from None
