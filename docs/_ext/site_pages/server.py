"""The server extension's settings, from its traitlets."""

from __future__ import annotations

from jupyterlab_gradcheck.server.app import GradcheckApp

from .table import table, value


def markdown() -> str:
    own = [(name, trait) for name, trait in vars(GradcheckApp).items() if getattr(trait, "metadata", {}).get("config")]
    return table(
        ["setting", "type", "default", "meaning"],
        (
            (f"`GradcheckApp.{name}`", type(trait).__name__, value(trait.default_value), trait.help)
            for name, trait in own
        ),
    )
