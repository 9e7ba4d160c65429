"""Checks again after a cell that defines the checked functions anew, and says nothing after any other."""

from __future__ import annotations

import contextlib
import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..engine import GradcheckError, said
from . import source
from .binding import Binding
from .route import Route

# Functions that are followed, those that the checked ones call included.
_MOST = 200

Codes = dict[str, tuple[types.CodeType, ...]]


class Watch:
    """Looks after each cell of ``shell`` whether the functions of a check are still the same code.

    ``again()`` checks again and shows the outcome; what it raises is told in a line, and ends nothing.
    """

    def __init__(self, shell: Any, again: Callable[[], None]) -> None:
        self._shell = shell
        self._again = again
        self._roots: frozenset[str] = frozenset()
        self._seen: Codes = {}
        self._passed_over = False
        self._paused = False

    def start(self) -> None:
        self._shell.events.register("post_run_cell", self._ended)

    def stop(self) -> None:
        with contextlib.suppress(ValueError):
            self._shell.events.unregister("post_run_cell", self._ended)

    @property
    def following(self) -> list[str]:
        """The functions whose definitions matter, as far as they are known."""
        return sorted(self._seen)

    def follow(self, bindings: Sequence[Binding | Route]) -> None:
        """From now on, these are the functions that matter."""
        self._roots = frozenset(_roots(bindings))
        self._seen = codes(self._shell.user_ns, self._roots)

    def pass_over(self) -> None:
        """The cell that runs has checked by itself: no check when it ends."""
        self._passed_over = True

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Cells that end meanwhile are parts of another."""
        before, self._paused = self._paused, True
        try:
            yield
        finally:
            self._paused = before

    def _ended(self, result: Any = None) -> None:
        if self._paused:
            return
        passed_over, self._passed_over = self._passed_over, False
        now = codes(self._shell.user_ns, self._roots)
        if passed_over:
            self._seen = now
            return
        # What is gone (after %reset, say) cannot be checked; when it comes back, it is another.
        if self._seen.keys() - now.keys() or _same(now, self._seen):
            return
        self._seen = now
        if isinstance(getattr(result, "error_in_exec", None), KeyboardInterrupt):
            return
        try:
            with self.paused():
                self._again()
        except GradcheckError as error:
            print(f"Not checked again: {error}")
        except KeyboardInterrupt:
            print("The check was stopped. Parameters and data are as they were.")
        except Exception as error:
            # A defect of ours must not spoil the person's cell.
            print(f"Not checked again: the check itself failed with {said(error)}")


def _roots(bindings: Iterable[Binding | Route]) -> Iterator[str]:
    """Identifiers in the names, or expressions, of the functions that are checked."""
    for binding in bindings:
        names = [binding.forward_name, binding.backward_name]
        names += [call.name for call in binding.calls] if isinstance(binding, Route) else []
        for name in names:
            yield from re.findall(r"[^\W\d]\w*", name)


def codes(namespace: Mapping[str, Any], roots: Iterable[str]) -> Codes:
    """The code behind the names ``roots``, and behind the names of ``namespace`` that it uses in turn.

    Only what the person has defined in cells counts: a module's functions change with the module.
    """
    found: Codes = {}
    ahead = list(roots)
    while ahead and len(found) < _MOST:
        name = ahead.pop()
        if name in found or name not in namespace:
            continue
        own = tuple(_codes_of(namespace[name], namespace))
        if own:
            found[name] = own
            ahead += [used for code in own for used in _used(code)]
    return found


def _codes_of(value: Any, namespace: Mapping[str, Any]) -> Iterator[types.CodeType]:
    if isinstance(value, (types.ModuleType, str, bytes)) or value is None:
        return
    code = source.code(value)
    if code is not None:
        behind = source.innermost(value)
        if getattr(behind, "__globals__", None) is namespace:
            yield code
        return
    kind = value if isinstance(value, type) else type(value)
    if kind.__module__ != namespace.get("__name__"):
        return
    for base in kind.__mro__:
        if base.__module__ == kind.__module__:
            yield from (found for one in vars(base).values() if (found := source.code(_plain(one))) is not None)


def _plain(attribute: Any) -> Any:
    if isinstance(attribute, property):
        return attribute.fget
    return attribute.__func__ if isinstance(attribute, (staticmethod, classmethod)) else attribute


def _used(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _used(constant)


def _same(now: Codes, before: Codes) -> bool:
    """Whether all is the very same code: that of a cell that ran again counts as another."""
    return now.keys() == before.keys() and all(
        len(now[name]) == len(before[name]) and all(a is b for a, b in zip(now[name], before[name], strict=True))
        for name in now
    )
