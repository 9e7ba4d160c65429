"""``%load_ext jupyterlab_gradcheck``."""

from __future__ import annotations

from typing import Any


def load(shell: Any) -> None:
    """Registers the magic in ``shell`` and what completes its lines, and remembers from now on which cell ran what."""
    from . import completion
    from .cells import cells
    from .magic import GradcheckMagics

    _unwatch(shell)
    cells.watch(shell)
    shell.register_magics(GradcheckMagics)
    completion.register(shell)


def unload(shell: Any) -> None:
    """Takes the magic away again, and what was remembered; nothing is watched any more."""
    from . import completion
    from .cells import cells

    _unwatch(shell)
    cells.forget()
    completion.unregister(shell)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("gradcheck", None)


def _unwatch(shell: Any) -> None:
    """Ends what the magic of an earlier `load` watches."""
    magics = shell.magics_manager.registry.pop("GradcheckMagics", None)
    if magics is not None:
        magics.unwatch()
