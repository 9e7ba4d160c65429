"""``%load_ext jupyterlab_gradcheck``."""

from __future__ import annotations

from typing import Any


def load(shell: Any) -> None:
    """Registers the magic in ``shell``."""
    from .magic import GradcheckMagics

    shell.register_magics(GradcheckMagics)


def unload(shell: Any) -> None:
    """Takes the magic away again."""
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("gradcheck", None)
