"""Keeps what the person's functions print, show, draw or warn away from their notebook while a check calls them."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from .interrupts import held

_REGISTRY = "__warningregistry__"


class _Discard(io.TextIOBase):
    """A stream that takes everything and keeps nothing: a print in forward may come a million times."""

    def write(self, text: str) -> int:
        return len(text)

    def writable(self) -> bool:
        return True


class _NoDisplay:
    """Stands in for IPython's display publisher."""

    is_publishing = False

    def publish(self, *_: Any, **__: Any) -> None:
        return None

    def clear_output(self, *_: Any, **__: Any) -> None:
        return None

    def set_parent(self, *_: Any, **__: Any) -> None:
        return None


@contextlib.contextmanager
def quiet(shell: Any | None) -> Iterator[None]:
    """Discards stdout, stderr, displays and figures, and puts back the state of warnings and of matplotlib.

    Also after an interrupt, which meanwhile takes effect in the person's functions only.
    """
    publisher = getattr(shell, "display_pub", None)
    nowhere = _Discard()
    with (
        held(),
        _registry_kept(getattr(shell, "user_ns", None)),
        warnings.catch_warnings(),
        _figures_kept(),
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        try:
            if publisher is not None:
                shell.display_pub = _NoDisplay()  # type: ignore[union-attr]
            yield
        finally:
            if publisher is not None:
                shell.display_pub = publisher  # type: ignore[union-attr]


@contextlib.contextmanager
def _registry_kept(names: dict[str, Any] | None) -> Iterator[None]:
    """Keeps Python's note of the warnings that were shown, which it makes among the person's own variables."""
    if names is None:
        yield
        return
    before = names.get(_REGISTRY)
    content = dict(before) if isinstance(before, dict) else None
    try:
        yield
    finally:
        if content is not None and before is not None:
            before.clear()
            before.update(content)
            names[_REGISTRY] = before
        else:
            names.pop(_REGISTRY, None)


@contextlib.contextmanager
def _figures_kept() -> Iterator[None]:
    """Hides the open figures of matplotlib, so that nothing is drawn into them, and drops those that are opened meanwhile.

    Only where the person has it loaded; loading it ourselves would choose a backend for them.
    """
    matplotlib, figures = sys.modules.get("matplotlib"), _figures()
    settings = {} if matplotlib is None else dict.copy(matplotlib.rcParams)
    # Reading or writing this one may change it.
    settings.pop("backend", None)
    shown = None if figures is None else figures.figs
    try:
        if figures is not None:
            figures.figs = OrderedDict()
        yield
    finally:
        now = _figures()
        if now is not None:
            _close(now.figs)
            now.figs = OrderedDict() if shown is None else shown
        if matplotlib is not None and settings is not None:
            # Not through their validation, which warns of settings that are on their way out.
            dict.update(matplotlib.rcParams, settings)


def _figures() -> Any:
    """What keeps the list of open figures."""
    return getattr(sys.modules.get("matplotlib._pylab_helpers"), "Gcf", None)


def _close(managers: dict[Any, Any]) -> None:
    for manager in list(managers.values()):
        with contextlib.suppress(Exception):
            manager.destroy()
