"""``%load_ext jupyterlab_gradcheck``."""

from __future__ import annotations

from typing import Any


def load(shell: Any) -> None:
    """Registers the magic in ``shell``, and remembers from now on which cell ran what."""
    from .cells import cells
    from .magic import GradcheckMagics

    cells.watch(shell)
    shell.register_magics(GradcheckMagics)


def unload(shell: Any) -> None:
    """Takes the magic away again, and what was remembered."""
    from .cells import cells

    cells.forget()
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("gradcheck", None)
