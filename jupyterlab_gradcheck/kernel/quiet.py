"""Keeps what the person's functions print, show or warn away from their notebook while a check calls them."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator
from typing import Any


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
    """Discards stdout, stderr, displays and new figures, and puts the warnings' state back, also after an interrupt.

    New matplotlib figures are closed; the next cell would show them all.
    """
    publisher = getattr(shell, "display_pub", None)
    figures, streams = _open_figures(), (sys.stdout, sys.stderr)
    with warnings.catch_warnings():
        try:
            sys.stdout = sys.stderr = _Discard()
            if publisher is not None:
                shell.display_pub = _NoDisplay()  # type: ignore[union-attr]
            yield
        finally:
            sys.stdout, sys.stderr = streams
            if publisher is not None:
                shell.display_pub = publisher  # type: ignore[union-attr]
            for number in _open_figures() - figures:
                sys.modules["matplotlib.pyplot"].close(number)


def _open_figures() -> set[int]:
    # Only where the person has it loaded; loading it ourselves would choose a backend for them.
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set() if pyplot is None else set(pyplot.get_fignums())
