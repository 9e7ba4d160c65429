"""Tasks that nobody awaits, held so that they are neither collected half-way nor outlive the server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from .errors import GradcheckServerError


class Tasks:
    """A set of background tasks; what they raise unforeseen is logged."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start ``work`` in the running loop."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancel what still runs and wait until it is gone."""
        running = [task for task in self._running if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        # What is in the table of errors is told to whoever asked; only a defect belongs in the log.
        if error is not None and not isinstance(error, GradcheckServerError):
            self._log.error("jupyterlab_gradcheck: a background task failed", exc_info=error)
