"""The package's public names, for Sphinx's autodoc."""

from __future__ import annotations

import inspect

import jupyterlab_gradcheck


def markdown() -> str:
    # In the order in which they are read rather than by the alphabet: functions, what they return, what they raise.
    names = sorted(jupyterlab_gradcheck.__all__, key=lambda name: (order(name), name != "gradcheck", name))
    parts = [f".. {directive(name)}:: jupyterlab_gradcheck.{name}" for name in names if directive(name)]
    return "\n\n".join(["```{eval-rst}", *parts, "```"])


def directive(name: str) -> str | None:
    """What documents ``name``; None for plain data, such as the version."""
    named = getattr(jupyterlab_gradcheck, name)
    if not inspect.isclass(named):
        return "autofunction" if callable(named) else None
    return "autoexception" if issubclass(named, BaseException) else "autoclass"


def order(name: str) -> int:
    return ["autofunction", "autoclass", "autoexception", None].index(directive(name))
