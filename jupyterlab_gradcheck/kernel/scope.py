"""One function's source as a reader sees it: which statements give which names, keys and attributes their values."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any

from . import source

Steps = tuple[Any, ...]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_ADDING = {"append": -1, "appendleft": -1, "insert": -1}
_MAKES_EMPTY = frozenset(
    ("zeros", "zeros_like", "empty", "empty_like", "full", "full_like", "list", "dict", "defaultdict", "OrderedDict")
)


@dataclass(frozen=True)
class Setting:
    """A place in a statement that gives something a value.

    Attributes:
        target: what gets it: a name, an attribute, a subscript; of ``grads.append(v)`` and ``grads.update(v)``, ``grads``.
        value: where it comes from; None where that is not told.
        steps: the way to it within ``value``: of ``a, b = f()``, b is at (1,).
        at: what stands where it is set: the target, most often.
        kind: ``is``, ``changes`` (``+=``), ``scales`` (``/=``), ``adds`` to a list, or ``merges`` into a dict.
        looped: whether it stands in a loop.
    """

    target: ast.expr
    value: ast.expr | None
    steps: Steps
    at: ast.expr
    kind: str = "is"
    looped: bool = False

    @property
    def line(self) -> int:
        """Counted as in the function's tree."""
        return self.at.lineno

    @property
    def corrects(self) -> bool:
        """Whether it changes, or is made from, what was there before."""
        if self.kind in ("changes", "scales"):
            return not self.looped
        if self.kind != "is" or self.steps or self.value is None or self.looped:
            return False
        name = ast.unparse(base_of(self.target))
        return any(isinstance(n, ast.expr) and ast.unparse(n) == name for n in ast.walk(self.value))

    @property
    def begins(self) -> bool:
        """Whether this only makes room: None, zero, an empty container."""
        return self.kind == "is" and not self.steps and self.value is not None and is_beginning(self.value)


class Scope:
    """A function's tree and its settings.

    Attributes:
        code: its code.
        tree: its syntax tree.
        settings: all places that give something a value, in the order of the lines.
    """

    def __init__(self, code: CodeType, tree: Definition, text: str, offset: int) -> None:
        self.code, self.tree = code, tree
        self._lines, self._offset = text.split("\n"), offset

    @cached_property
    def settings(self) -> list[Setting]:
        found = [s for node, looped in _statements(self.tree, False) for s in _settings(node, looped)]
        return sorted(found, key=lambda setting: setting.line)

    @cached_property
    def returned(self) -> list[ast.expr]:
        """The values of its return statements, in the order of the lines; what a lambda evaluates to."""
        if isinstance(self.tree, ast.Lambda):
            return [self.tree.body]
        nodes = [node for node, _ in _statements(self.tree, False) if isinstance(node, ast.Return)]
        return [n.value for n in sorted(nodes, key=lambda n: n.lineno) if n.value is not None]

    @cached_property
    def calls(self) -> list[ast.Call]:
        """What it calls, in the order of the lines."""
        calls = [node for node in source.own_nodes(self.tree) if isinstance(node, ast.Call)]
        return sorted(calls, key=lambda node: node.lineno)

    @cached_property
    def uses(self) -> Counter[str]:
        """How often each name is read."""
        nodes = source.own_nodes(self.tree)
        return Counter(n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))

    @cached_property
    def inner(self) -> dict[str, Scope]:
        """The functions that are defined within it, by name."""
        # Counted from its own first line: the lines that a module's code knows of are old where the module has changed.
        codes = {
            (c.co_name, c.co_firstlineno - self.code.co_firstlineno): c
            for c in self.code.co_consts
            if isinstance(c, CodeType)
        }
        own = _first(self.tree)
        found = {}
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node is not self.tree:
                code = codes.get((node.name, _first(node) - own))
                if code is not None:
                    found[node.name] = Scope(code, node, "\n".join(self._lines), self._offset)
        return found

    @property
    def arguments(self) -> list[str]:
        """The names of its arguments."""
        found = self.tree.args
        return [a.arg for a in (*found.posonlyargs, *found.args, *found.kwonlyargs)]

    def line_of(self, line: int) -> tuple[int, str]:
        """A line of the tree as that of the file, from 1, and what stands there."""
        text = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        return self._offset + line, text.strip()


def scope_of(code: CodeType) -> Scope | None:
    """The scope of a function's code; None where there is no source."""
    # The same function compiled in another cell counts as equal.
    return _scope_in(code, source.stamp(code))


@lru_cache(maxsize=256)
def _scope_in(code: CodeType, stamp: tuple[str, int, int]) -> Scope | None:
    tree, text, line = source.parsed(code)
    return None if tree is None else Scope(code, tree, text, line - 1)


def _first(tree: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> int:
    """The line that a definition begins in, its decorators included."""
    decorators = [] if isinstance(tree, ast.Lambda) else tree.decorator_list
    return min([tree.lineno, *(one.lineno for one in decorators)])


def _statements(tree: ast.AST, looped: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements within ``tree``, and whether each stands in a loop, without those of functions inside it."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(child, ast.stmt):
            yield child, looped
        yield from _statements(child, looped or isinstance(child, (ast.For, ast.While, ast.AsyncFor)))


def _settings(statement: ast.stmt, looped: bool) -> Iterator[Setting]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _unpacked(target, statement.value, (), looped)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        yield from _unpacked(statement.target, statement.value, (), looped)
    elif isinstance(statement, ast.AugAssign):
        kind = "scales" if isinstance(statement.op, (ast.Mult, ast.Div)) else "changes"
        yield Setting(statement.target, statement.value, (), statement.target, kind, looped)
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        yield from _by_call(statement.value, looped)


def _unpacked(target: ast.expr, value: ast.expr, steps: Steps, looped: bool) -> Iterator[Setting]:
    if not isinstance(target, (ast.Tuple, ast.List)):
        yield Setting(target, value, steps, target, "is", looped)
        return
    paired = (
        isinstance(value, (ast.Tuple, ast.List))
        and not steps
        and len(value.elts) == len(target.elts)
        and not any(isinstance(e, ast.Starred) for e in (*value.elts, *target.elts))
    )
    for place, element in enumerate(target.elts):
        if isinstance(element, ast.Starred):
            return
        if paired:
            assert isinstance(value, (ast.Tuple, ast.List))
            yield from _unpacked(element, value.elts[place], (), looped)
        else:
            yield from _unpacked(element, value, (*steps, place), looped)


def _by_call(call: ast.Call, looped: bool) -> Iterator[Setting]:
    function = call.func
    if isinstance(function, ast.Name) and function.id == "setattr" and len(call.args) == 3:
        owner, name, value = call.args
        yield Setting(ast.Subscript(owner, name, ast.Store()), value, (), call, "is", looped)
    elif isinstance(function, ast.Attribute) and function.attr in _ADDING and call.args:
        yield Setting(function.value, call.args[-1], (), call.args[-1], "adds", looped)
    elif isinstance(function, ast.Attribute) and function.attr == "update":
        for merged in (*call.args, *([ast.Call(ast.Name("dict"), [], call.keywords)] if call.keywords else [])):
            yield Setting(function.value, merged, (), call, "merges", looped)
    elif isinstance(function, ast.Attribute) and function.attr in ("setdefault", "__setitem__") and len(call.args) == 2:
        target = ast.Subscript(function.value, call.args[0], ast.Store())
        yield Setting(target, call.args[1], (), call, "is", looped)
    elif isinstance(function, ast.Attribute) and function.attr == "copyto" and len(call.args) == 2:
        yield Setting(call.args[0], call.args[1], (), call, "is", looped)
    elif isinstance(function, ast.Attribute) and function.attr == "at" and len(call.args) >= 2:
        # numpy.add.at(dE, rows, values)
        yield Setting(call.args[0], call.args[-1], (), call, "changes", looped)
    elif (out := next((k.value for k in call.keywords if k.arg == "out"), None)) is not None:
        yield Setting(out, call, (), call, "changes", looped)


def is_beginning(value: ast.expr) -> bool:
    """Whether an expression only makes room: None, zero, an empty container, an array of zeros."""
    if isinstance(value, ast.Constant):
        return value.value is None or (isinstance(value.value, (int, float)) and value.value == 0)
    if isinstance(value, (ast.List, ast.Tuple)):
        return all(is_beginning(e) for e in value.elts)
    if isinstance(value, ast.Dict):
        return all(is_beginning(e) for e in value.values)
    if isinstance(value, (ast.ListComp, ast.GeneratorExp)):
        return is_beginning(value.elt)
    if isinstance(value, ast.DictComp):
        return is_beginning(value.value)
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return any(isinstance(e, ast.List) and is_beginning(e) for e in (value.left, value.right))
    if isinstance(value, ast.Call):
        name = last_name(value.func)
        return name in _MAKES_EMPTY and (name != "dict" or not value.keywords)
    return False


def base_of(target: ast.expr) -> ast.expr:
    """``g`` of g[1:] and of g[:, i]: what a part of is set."""
    while isinstance(target, ast.Subscript) and is_part(target.slice):
        target = target.value
    return target


def is_part(key: ast.expr) -> bool:
    """Whether a key takes a part of an array: a slice, several indices, an ellipsis."""
    return isinstance(key, (ast.Slice, ast.Tuple)) or (isinstance(key, ast.Constant) and key.value is ...)


def last_name(node: ast.expr) -> str:
    """``f`` of f, of m.f and of m.n.f; nothing of anything else."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def key_fits(key: ast.expr, step: Any, length: int = 0) -> int:
    """How well a key as it is written fits ``step``: 2 for the same, 1 where parts are filled in at run time, 0 not at all.

    ``length`` is that of the list that ``step`` is an index of, where it is known: -1 is its last.
    """
    if isinstance(key, ast.UnaryOp) and isinstance(key.op, ast.USub) and isinstance(key.operand, ast.Constant):
        count = key.operand.value
        return 2 * (isinstance(step, int) and isinstance(count, int) and step - length == -count)
    if isinstance(key, ast.Constant):
        return 2 * bool(type(key.value) is type(step) and key.value == step)
    if isinstance(step, int):
        return int(not isinstance(key, (ast.Slice, ast.Tuple, ast.JoinedStr)))
    pattern = _pattern(key)
    return int(pattern is not None and isinstance(step, str) and re.fullmatch(pattern, step) is not None)


def _pattern(key: ast.expr) -> str | None:
    """A regular expression for what a key that is put together may be; None where nothing of it is known."""
    if isinstance(key, ast.JoinedStr):
        parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+" for v in key.values]
    elif isinstance(key, ast.BinOp) and isinstance(key.op, ast.Add):
        parts = [_pattern(key.left) or ".+", _pattern(key.right) or ".+"]
    elif isinstance(key, ast.BinOp) and isinstance(key.op, ast.Mod) and isinstance(key.left, ast.Constant):
        parts = [re.sub(r"%[\d.]*[a-z]", ".+", re.escape(str(key.left.value)))]
    elif (
        isinstance(key, ast.Call)
        and isinstance(key.func, ast.Attribute)
        and key.func.attr == "format"
        and isinstance(key.func.value, ast.Constant)
    ):
        parts = [".+".join(re.escape(p) for p in re.split(r"\{[^{}]*\}", str(key.func.value.value)))]
    elif isinstance(key, ast.Constant) and isinstance(key.value, str):
        parts = [re.escape(key.value)]
    else:
        return None
    whole = "".join(parts)
    return whole if whole.replace(".+", "") else None
