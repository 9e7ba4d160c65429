"""A kernel of our own: started in the notebook's folder, asked, and ended whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from pathlib import Path
from typing import IO, Any, TypeVar

from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from ..contract import envelope
from .document import Cell
from .outcome import CannotCheck

# Seconds: for a kernel to begin, to heed an interrupt, and to answer a question that takes no time.
STARTUP_SECONDS = 120
HEED_SECONDS = 5.0
ANSWER_SECONDS = 60.0
_ALIVE_SECONDS = 0.5

T = TypeVar("T")


class TimedOut(Exception):
    """A cell took longer than it may. ``heeded``: the kernel let itself be interrupted, and can go on."""

    def __init__(self, heeded: bool) -> None:
        super().__init__("timed out")
        self.heeded = heeded


class Silent(Exception):
    """An answer is awaited, and nothing is heard any more."""


class Died(Exception):
    """The kernel's process has ended."""


class _Client(NotebookClient):
    """An nbclient that keeps nothing of what cells print and show, however much that is."""

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        # The status tells that the cell has ended. Everything else is output.
        return super().process_message(msg, cell, cell_index) if msg["msg_type"] == "status" else None


class Kernel:
    """A running kernel; made by `started`. ``stuck``: it works on something that it may not be waited for."""

    def __init__(self, client: _Client, manager: AsyncKernelManager) -> None:
        self._client, self._manager = client, manager
        self._reply: dict[str, Any] = {}
        self.stuck = False
        client.on_cell_executed = self._hear

    async def run(self, cell: Cell, timeout: float | None = None) -> dict[str, Any]:
        """Run ``cell`` as a front end does. The content of the execute_reply, which may tell of an error.

        Raises `TimedOut` and `Died`.
        """
        node = new_code_cell(cell.source)
        client: Any = self._client
        client.nb.cells = [node]
        client.timeout_func = None if timeout is None else lambda _: timeout
        # By this the package in the kernel knows which cell a function comes from.
        client.kc.session.metadata = {"cellId": cell.id}
        self._reply = {}
        try:
            await _whole(client.async_execute_cell(node, 0, store_history=cell.number is not None))
        except CellTimeoutError:
            self.stuck = True
            self.stuck = not await self._interrupted()
            raise TimedOut(not self.stuck) from None
        except DeadKernelError:
            raise Died from None
        finally:
            if client.kc is not None:
                client.kc.session.metadata = {}
        return self._reply

    async def ask(
        self, content: dict[str, Any], on_display: Callable[[Any], None] | None = None, silence: float | None = None
    ) -> dict[str, Any]:
        """Send ``content`` as an execute_request. The content of its reply.

        ``on_display`` hears the data of what is displayed meanwhile. Raises `Silent` where for ``silence`` seconds neither
        that nor the reply has come, and `Died`.
        """
        client: Any = self._client.kc
        message = client.session.msg("execute_request", content)
        client.shell_channel.send(message)
        heard = [asyncio.get_running_loop().time()]

        def hear(data: Any) -> None:
            heard[0] = asyncio.get_running_loop().time()
            if on_display is not None:
                on_display(data)

        reply = asyncio.ensure_future(_reply_to(message["msg_id"], client.shell_channel.get_msg))
        listening = asyncio.ensure_future(_displays_of(message["msg_id"], client.iopub_channel.get_msg, hear))
        try:
            while not reply.done():
                await asyncio.wait({reply}, timeout=_ALIVE_SECONDS)
                if reply.done():
                    break
                if not await self._manager.is_alive():
                    raise Died
                if silence is not None and asyncio.get_running_loop().time() - heard[0] > silence:
                    self.stuck = True
                    raise Silent
            return reply.result()
        finally:
            await _given_up(reply, listening)

    async def _interrupted(self) -> bool:
        """Interrupt what runs; whether the kernel answers after that."""
        await self._manager.interrupt_kernel()
        with contextlib.suppress(Silent, Died):
            await self.ask(envelope.silent_content(), silence=HEED_SECONDS)
            return True
        return False

    def _hear(self, execute_reply: dict[str, Any], **_: Any) -> None:
        self._reply = execute_reply["content"]


@contextlib.asynccontextmanager
async def started(name: str, folder: Path) -> AsyncIterator[Kernel]:
    """A kernel called ``name`` that works in ``folder``; it has ended, and what it started, when this is left.

    Raises `CannotCheck` where it does not start.
    """
    manager = AsyncKernelManager(kernel_name=name)
    client = _Client(
        new_notebook(),
        km=manager,
        resources={"metadata": {"path": str(folder)}},
        startup_timeout=STARTUP_SECONDS,
        # Whoever runs the cells decides what to do about errors.
        allow_errors=True,
        store_widget_state=False,
        record_timing=False,
    )
    gently = False
    # What a kernel writes past Jupyter must not get between the results; of one that does not start, it tells why.
    with tempfile.TemporaryFile() as errors:
        try:
            try:
                await client.async_start_new_kernel(stdout=subprocess.DEVNULL, stderr=errors)
                await client.async_start_new_kernel_client()
            except (OSError, RuntimeError, ValueError) as error:
                raise CannotCheck(
                    "no_start", f"The kernel {name!r} did not start: {error}.{_last_of(errors)}"
                ) from None
            kernel = Kernel(client, manager)
            try:
                yield kernel
                gently = True
            except CannotCheck:
                gently = not kernel.stuck
                raise
        finally:
            await _to_its_end(_ended(client, manager, gently))


async def _ended(client: _Client, manager: AsyncKernelManager, gently: bool) -> None:
    """End the kernel; gently where it has nothing to do, which leaves it the time to tidy up."""
    with contextlib.suppress(Exception):
        if client.kc is not None:
            client.kc.stop_channels()
    with contextlib.suppress(Exception):
        if manager.has_kernel and not gently and hasattr(signal, "SIGKILL"):
            # It leads a group of its own, which those belong to that it started.
            await manager.signal_kernel(signal.SIGKILL)
    with contextlib.suppress(Exception):
        if manager.has_kernel:
            await manager.shutdown_kernel(now=not gently)
    with contextlib.suppress(Exception):
        await manager.cleanup_resources()


async def _whole(work: Coroutine[Any, Any, T]) -> T:
    """``work``, in a task of its own: nbclient takes a cancellation of ours for the death of the kernel."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task})
    finally:
        if not task.done():
            await _given_up(task)
    return task.result()


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """``work`` to its end, also where we are cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


async def _given_up(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _reply_to(message_id: str, receive: Callable[..., Awaitable[Any]]) -> dict[str, Any]:
    while True:
        message = await receive(timeout=None)
        if message["parent_header"].get("msg_id") == message_id:
            content: dict[str, Any] = message["content"]
            return content


async def _displays_of(message_id: str, receive: Callable[..., Awaitable[Any]], hear: Callable[[Any], None]) -> None:
    while True:
        message = await receive(timeout=None)
        if message["parent_header"].get("msg_id") == message_id and message["msg_type"] == "display_data":
            hear(message["content"].get("data"))


def _last_of(errors: IO[bytes]) -> str:
    """The last thing that a kernel wrote to its error output, as a sentence."""
    with contextlib.suppress(OSError, ValueError):
        errors.seek(0, 2)
        errors.seek(max(0, errors.tell() - 4000))
        lines = errors.read().decode("utf-8", "replace").strip().splitlines()
        return f" It said: {lines[-1][:300]}" if lines else ""
    return ""
