"""A gradient check whose verdict you can trust, one click away in the notebook.

Nothing is imported here: a server that lists its extensions loads neither NumPy nor TensorFlow, and a kernel that
imports the package does not load jupyter_server. Each entry point imports what it needs when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from .engine import GradcheckError as GradcheckError
    from .kernel.api import gradcheck as gradcheck
    from .kernel.assertion import assert_gradients as assert_gradients
    from .kernel.display import Report as Report
    from .kernel.keras_callback import keras_callback as keras_callback
    from .kernel.training import every as every

__all__ = ["GradcheckError", "Report", "__version__", "assert_gradients", "every", "gradcheck", "keras_callback"]

_HOMES = {
    "GradcheckError": ".engine",
    "Report": ".kernel.display",
    "assert_gradients": ".kernel.assertion",
    "every": ".kernel.training",
    # With gradcheck.every.
    "gradcheck": ".kernel.training",
    "keras_callback": ".kernel.keras_callback",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    # It is found without coming here from now on.
    value = globals()[name] = getattr(import_module(_HOMES[name], __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext jupyterlab_gradcheck``: adds the ``%gradcheck`` magic."""
    from .kernel.extension import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """``%unload_ext jupyterlab_gradcheck``."""
    from .kernel.extension import unload

    unload(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyterlab-gradcheck"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    # jupyter_server swallows an AttributeError raised in here, so nothing that can raise one is done here.
    from .server.app import GradcheckApp

    return [{"module": "jupyterlab_gradcheck", "app": GradcheckApp}]
