"""The server extension itself: settings, and the parts put together."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, Integer

from .. import __version__
from .checks import Checks
from .events import Events
from .handlers import routes
from .kernels import Kernels


class GradcheckApp(ExtensionApp):
    """Checks hand-written gradients in the kernels of this server, over HTTP."""

    name = "jupyterlab_gradcheck"
    extension_url = "/lab"
    load_other_extensions = True

    history_limit = Integer(
        50, min=1, config=True, help="How many checks are remembered; the oldest ended ones go first."
    )
    client_idle_seconds = Float(
        60.0, min=0.0, config=True, help="Disconnect from a kernel that was not asked for so long."
    )
    kernel_ready_seconds = Float(
        60.0,
        min=0.1,
        config=True,
        help="How long a kernel may take to answer on its control channel, starting included.",
    )
    cancel_grace_seconds = Float(
        1.5, min=0.0, config=True, help="How long a cancelled check may go on before its kernel is interrupted."
    )
    report_limit_bytes = Integer(4_000_000, min=1000, config=True, help="The largest answer taken from a kernel.")
    body_limit_bytes = Integer(1_000_000, min=1000, config=True, help="The largest body of a request that is taken.")

    _kernels: Kernels | None = None
    _checks: Checks | None = None
    _events: Events | None = None

    def initialize_handlers(self) -> None:
        """Put the parts together and offer them below ``jupyterlab-gradcheck/``."""
        assert self.serverapp is not None
        assert self.serverapp.event_logger is not None
        self._kernels = Kernels(
            self.serverapp.kernel_manager,
            self.log,
            ready_seconds=self.kernel_ready_seconds,
            idle_seconds=self.client_idle_seconds,
            reply_limit=self.report_limit_bytes,
        )
        self._events = Events(self.serverapp.event_logger, self._kernels.drop)
        self._checks = Checks(
            self._kernels,
            self._events.announce,
            self.log,
            version=__version__,
            history_limit=self.history_limit,
            cancel_grace=self.cancel_grace_seconds,
        )
        shared = {
            "kernels": self._kernels,
            "checks": self._checks,
            "version": __version__,
            "body_limit": self.body_limit_bytes,
        }
        self.handlers.extend((pattern, handler, shared) for pattern, handler in routes())

    async def stop_extension(self) -> None:
        """End the checks and close every connection to a kernel."""
        if self._events is not None:
            self._events.close()
        if self._checks is not None:
            await self._checks.close()
        if self._kernels is not None:
            await self._kernels.close()
