"""The Jupyter event bus: what this extension tells there, and what it listens for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jupyter_events import EventLogger

from .. import contract
from .checks import Check

KERNEL_ACTIONS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"

# Told once the action is over, successful or not; either way the process we had asked is gone.
ENDINGS = {"restart": "was restarted", "shutdown": "was shut down"}


class Events:
    """Tells the state of checks, ids and counts only, and hears when a kernel is restarted or shut down."""

    def __init__(self, logger: EventLogger, on_kernel_gone: Callable[[str, str], None]) -> None:
        self._logger, self._on_kernel_gone = logger, on_kernel_gone
        self._schema_id: str = contract.schema("event")["$id"]
        logger.register_event_schema(contract.schema("event"))
        logger.add_listener(schema_id=KERNEL_ACTIONS, listener=self._hear)

    def announce(self, check: Check) -> None:
        """Tell the state of ``check``."""
        data = {
            "check_id": check.id,
            "kernel_id": check.kernel_id,
            "status": check.status,
            "done": check.done,
            "total": check.total,
        }
        self._logger.emit(schema_id=self._schema_id, data=data)

    def close(self) -> None:
        """Hear no more."""
        self._logger.remove_listener(schema_id=KERNEL_ACTIONS, listener=self._hear)

    async def _hear(self, logger: EventLogger, schema_id: str, data: dict[str, Any]) -> None:
        if data.get("action") in ENDINGS and data.get("kernel_id"):
            self._on_kernel_gone(str(data["kernel_id"]), ENDINGS[data["action"]])
