"""How a person's arrays are read, rebuilt and differentiated, one module a library.

TensorFlow takes seconds to import and half a gigabyte, so it is only ever looked up among the modules that are already
loaded, or imported because somebody asked for it by name.
"""

from __future__ import annotations

import importlib.util
import sys
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..engine import Backend, GradcheckError
from .numpy_ import NumpyBackend

NAMES = ("auto", "tensorflow", "numpy")
# What importing TensorFlow took at most where this was written; 6 seconds where its files had been read before.
IMPORT_SECONDS = 22.0
# Dicts, lists and tuples that are looked into for tensors; some make new ones without end.
_MOST_CONTAINERS = 100_000


def select(name: str, parameters: Any, functions: Iterable[Callable[..., Any] | None]) -> Backend:
    """The backend called ``name``; ``auto`` chooses by what the parameters are and what the functions call.

    Raises `GradcheckError` where TensorFlow is asked for and not installed, or NumPy for TensorFlow's tensors.
    """
    if name not in NAMES:
        raise GradcheckError(f"backend={name!r} is none of {', '.join(NAMES)}.", code="invalid_option")
    loaded = "tensorflow" in sys.modules
    tensors = loaded and _holds_tensors(parameters)
    if name == "numpy" and tensors:
        raise GradcheckError(
            "backend='numpy' cannot step TensorFlow tensors. Leave backend out, or convert the parameters with .numpy().",
            code="invalid_option",
        )
    wanted = name == "auto" and loaded and (tensors or any(map(_calls_tensorflow, functions)))
    if name == "tensorflow" or wanted:
        from .tensorflow_ import TensorFlowBackend

        return TensorFlowBackend()
    return NumpyBackend()


def assistant(saves: float) -> Backend | None:
    """A backend that differentiates NumPy code: TensorFlow where it is loaded, or where it ``saves`` more seconds than its
    import takes; else None."""
    worth_it = saves > IMPORT_SECONDS and importlib.util.find_spec("tensorflow") is not None
    if not tensorflow_loaded() and not worth_it:
        return None
    from .tensorflow_ import TensorFlowBackend

    try:
        return TensorFlowBackend()
    except GradcheckError:
        return None


def tensorflow_loaded() -> bool:
    """Whether TensorFlow is in this process already, so that using it costs no import."""
    return "tensorflow" in sys.modules and hasattr(sys.modules["tensorflow"], "GradientTape")


def _holds_tensors(parameters: Any) -> bool:
    tensorflow = sys.modules["tensorflow"]
    left, seen = [parameters], dict[int, Any]()
    while left and len(seen) < _MOST_CONTAINERS:
        one = left.pop()
        # Asking TensorFlow takes 20 us each.
        if type(one) is np.ndarray:
            continue
        if isinstance(one, (Mapping, list, tuple)):
            # They may contain themselves, in many ways; the engine says so.
            if id(one) not in seen:
                seen[id(one)] = one
                left.extend(one.values() if isinstance(one, Mapping) else one)
        elif isinstance(one, tensorflow.Variable) or tensorflow.is_tensor(one):
            return True
    return False


def _calls_tensorflow(function: Callable[..., Any] | None) -> bool:
    """Whether the code of ``function`` names a global that is TensorFlow, or a module or function of it."""
    tensorflow = sys.modules.get("tensorflow")
    inner = getattr(function, "python_function", function)
    if tensorflow is None or not isinstance(inner, types.FunctionType):
        return False
    named = (inner.__globals__.get(name) for name in inner.__code__.co_names)
    return inner is not function or any(value is tensorflow or _is_tensorflows(value) for value in named)


def _is_tensorflows(value: Any) -> bool:
    """Whether ``value`` is a module, class or function of TensorFlow; an object that refuses to say is not."""
    try:
        home = value.__name__ if isinstance(value, types.ModuleType) else value.__module__
    except Exception:
        # The person's globals may hold anything, such as a proxy whose target is gone.
        return False
    return isinstance(home, str) and home.split(".")[0] in ("tensorflow", "keras")
