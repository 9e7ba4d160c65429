"""What a function's code reads and writes outside itself, by name."""

from __future__ import annotations

import dis
import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

# Methods and functions that change what they are called on, or handed.
_MUTATING = frozenset(
    (
        *("append", "appendleft", "extend", "extendleft", "insert", "update", "add", "setdefault", "pop", "popleft"),
        *("popitem", "remove", "discard", "clear", "sort", "reverse", "fill", "put", "itemset", "resize", "copyto"),
        *("putmask", "place", "shuffle", "assign", "assign_add", "assign_sub"),
    )
)
_LIBRARIES = (
    "site-packages",
    "dist-packages",
    str(Path(__file__).parents[1]),
    str(Path(os.__file__).parent),
    "<frozen",
)


@dataclass(frozen=True)
class Names:
    """Names of globals, of attributes, and of variables of enclosing functions."""

    globals: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    enclosing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Uses:
    """What the code of one function does, with the functions inside it.

    Attributes:
        reads, stores: names that it reads, and that it binds anew.
        touches: names it reads in a line that also changes something in place: ``cache["A"] = A``, ``losses.append(J)``.
        seeds: whether a call hands over an argument called ``seed``.
    """

    reads: Names
    stores: Names
    touches: Names
    seeds: bool


@dataclass
class _Line:
    globals: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    enclosing: set[str] = field(default_factory=set)
    changes: bool = False


@functools.cache
def is_own(filename: str) -> bool:
    """Whether code from the file is the person's: no library's, and not ours."""
    return not any(mark in filename for mark in _LIBRARIES)


@functools.lru_cache(maxsize=2048)
def uses(code: CodeType) -> Uses:
    """Reads ``code``."""
    lines: dict[tuple[CodeType, int], _Line] = {}
    stores = _Line()
    seeds = False
    for part in _parts(code):
        at = part.co_firstlineno
        for step in dis.get_instructions(part):
            at = _line_of(step) or at
            line = lines.setdefault((part, at), _Line())
            name, value = step.opname, step.argval
            if name in ("LOAD_GLOBAL", "LOAD_NAME"):
                line.globals.add(value)
                line.changes |= value in _MUTATING
            elif name in ("STORE_GLOBAL", "DELETE_GLOBAL"):
                stores.globals.add(value)
            elif name in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR"):
                line.attributes.add(value)
                line.changes |= value in _MUTATING
            elif name in ("STORE_ATTR", "DELETE_ATTR"):
                stores.attributes.add(value)
            elif name in ("LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF"):
                line.enclosing.add(value)
            elif name in ("STORE_DEREF", "DELETE_DEREF"):
                stores.enclosing.add(value)
            elif name in ("STORE_SUBSCR", "DELETE_SUBSCR", "STORE_SLICE") or _in_place(name, step.argrepr):
                line.changes = True
            elif name in ("LOAD_CONST", "KW_NAMES"):
                # Names of the arguments of a call.
                value = part.co_consts[step.arg or 0] if name == "KW_NAMES" else value
                if not isinstance(value, tuple):
                    continue
                line.changes |= "out" in value
                seeds |= "seed" in value
    changing = [line for line in lines.values() if line.changes]
    return Uses(_names(list(lines.values())), _names([stores]), _names(changing), seeds)


def _parts(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _parts(constant)


def _line_of(step: dis.Instruction) -> int | None:
    # Python 3.13 made of starts_line a yes or no.
    line = getattr(step, "line_number", None)
    return line if line is not None else step.starts_line if type(step.starts_line) is int else None


def _in_place(name: str, said: str) -> bool:
    return name.startswith("INPLACE_") or (name == "BINARY_OP" and said.endswith("="))


def _names(lines: list[_Line]) -> Names:
    return Names(
        frozenset().union(*(line.globals for line in lines)),
        frozenset().union(*(line.attributes for line in lines)),
        frozenset().union(*(line.enclosing for line in lines)),
    )
