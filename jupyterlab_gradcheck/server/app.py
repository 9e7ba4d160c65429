"""The server extension itself: settings, and the parts put together."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, Integer

from .. import __version__
from .budgets import Budgets
from .checks import Checks
from .events import Events
from .handlers import routes
from .kernels import Kernels


class GradcheckApp(ExtensionApp):
    """Checks hand-written gradients in the kernels of this server, over HTTP."""

    name = "jupyterlab_gradcheck"
    extension_url = "/lab"
    load_other_extensions = True

    check_seconds = Float(
        3600.0,
        min=0.0,
        config=True,
        help="How long a check may work once its turn has come; 0 for no limit. It then reports what it has covered; "
        "one whose functions do not return is interrupted.",
    )
    check_evaluations = Integer(
        0, min=0, config=True, help="How often a check may call the loss; 0 leaves it to the check's own plan."
    )
    concurrent_checks = Integer(
        100, min=0, config=True, help="How many checks may be under way in all kernels; 0 for no limit."
    )
    history_limit = Integer(
        50, min=1, config=True, help="How many checks are remembered; the oldest ended ones go first."
    )
    history_bytes = Integer(
        50_000_000,
        min=0,
        config=True,
        help="How many bytes the remembered reports may have in all; the oldest go first. 0 for no limit.",
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
    report_limit_bytes = Integer(
        2_000_000,
        min=1000,
        config=True,
        help="The largest answer taken from a kernel; a report has less than 1 MB, whatever the model's size.",
    )
    body_limit_bytes = Integer(
        150_000,
        min=1000,
        config=True,
        help="The largest body of a request that is taken; one that is in order has less than a third of this.",
    )

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
            budgets=Budgets(
                seconds=self.check_seconds,
                evaluations=self.check_evaluations,
                concurrent=self.concurrent_checks,
                history=self.history_limit,
                history_bytes=self.history_bytes,
            ),
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
