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
# Kinds of settings that go on from what was there, and how.
_IN_PLACE = {"increases": "adds", "scales": "scales", "changes": "changes"}
_SUM, _PRODUCT = (ast.Add, ast.Sub), (ast.Mult, ast.Div)
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
        kind: ``is``, ``increases`` (``+=``), ``scales`` (``/=``), ``changes`` (in place, in another way), ``adds`` to a list, or
            ``merges`` into a dict.
        loop: the line of the innermost loop that it stands in; 0 where it stands in none.
    """

    target: ast.expr
    value: ast.expr | None
    steps: Steps
    at: ast.expr
    kind: str = "is"
    loop: int = 0

    @property
    def looped(self) -> bool:
        """Whether it stands in a loop."""
        return self.loop > 0

    @property
    def line(self) -> int:
        """Counted as in the function's tree."""
        return self.at.lineno

    @property
    def in_place(self) -> bool:
        """Whether it changes what is there where it is."""
        return self.kind in _IN_PLACE

    @cached_property
    def base(self) -> str:
        """What it sets, or sets a part of, as it is written."""
        return ast.unparse(base_of(self.target))

    @cached_property
    def how(self) -> str:
        """What it does to what was there before: ``adds`` to it, ``scales`` it, or ``changes`` it in another way; empty where
        it makes its value anew."""
        if self.kind in _IN_PLACE:
            return _IN_PLACE[self.kind]
        if self.kind != "is" or self.steps or self.value is None:
            return ""
        name = self.base
        if not _reads(self.value, name):
            return ""
        if _adds_to(self.value, name):
            return "adds"
        if any(_is(one, name) for one in _operands(self.value, _PRODUCT)):
            return "scales"
        # A step of a loop, delta = W.T @ delta, makes something new of what the step before has left.
        return "" if self.looped else "changes"

    @property
    def term(self) -> str:
        """What is added to what was there before, as it is written; empty where nothing is."""
        if self.how != "adds" or self.value is None:
            return ""
        if self.kind == "increases":
            return ast.unparse(self.value)
        name = self.base
        terms = _operands(self.value, _SUM)
        others = [ast.unparse(one) for one in terms if not _is(one, name)]
        # Where the sum is scaled at once, (g + lam * w) / m, so is what is added.
        return " + ".join(others) if len(others) < len(terms) else ast.unparse(self.value)

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
        found = [s for node, loop in _statements(self.tree, 0) for s in _settings(node, loop)]
        return sorted(found, key=lambda setting: setting.line)

    @cached_property
    def returned(self) -> list[ast.expr]:
        """The values of its return statements, in the order of the lines; what a lambda evaluates to."""
        if isinstance(self.tree, ast.Lambda):
            return [self.tree.body]
        nodes = [node for node, _ in _statements(self.tree, 0) if isinstance(node, ast.Return)]
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


def _statements(tree: ast.AST, loop: int) -> Iterator[tuple[ast.stmt, int]]:
    """The statements within ``tree``, and the line of the loop that each stands in, without those of functions inside it."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(child, ast.stmt):
            yield child, loop
        within = child.lineno if isinstance(child, (ast.For, ast.While, ast.AsyncFor)) else loop
        yield from _statements(child, within)


def _settings(statement: ast.stmt, loop: int) -> Iterator[Setting]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _unpacked(target, statement.value, (), loop)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        yield from _unpacked(statement.target, statement.value, (), loop)
    elif isinstance(statement, ast.AugAssign):
        operator = statement.op
        kind = "scales" if isinstance(operator, (ast.Mult, ast.Div)) else "changes"
        kind = "increases" if isinstance(operator, (ast.Add, ast.Sub)) else kind
        yield Setting(statement.target, statement.value, (), statement.target, kind, loop)
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        yield from _by_call(statement.value, loop)


def _unpacked(target: ast.expr, value: ast.expr, steps: Steps, loop: int) -> Iterator[Setting]:
    if not isinstance(target, (ast.Tuple, ast.List)):
        yield Setting(target, value, steps, target, "is", loop)
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
            yield from _unpacked(element, value.elts[place], (), loop)
        else:
            yield from _unpacked(element, value, (*steps, place), loop)


def _by_call(call: ast.Call, loop: int) -> Iterator[Setting]:
    function = call.func
    if isinstance(function, ast.Name) and function.id == "setattr" and len(call.args) == 3:
        owner, name, value = call.args
        yield Setting(ast.Subscript(owner, name, ast.Store()), value, (), call, "is", loop)
    elif isinstance(function, ast.Attribute) and function.attr in _ADDING and call.args:
        yield Setting(function.value, call.args[-1], (), call.args[-1], "adds", loop)
    elif isinstance(function, ast.Attribute) and function.attr == "update":
        for merged in (*call.args, *([ast.Call(ast.Name("dict"), [], call.keywords)] if call.keywords else [])):
            yield Setting(function.value, merged, (), call, "merges", loop)
    elif isinstance(function, ast.Attribute) and function.attr in ("setdefault", "__setitem__") and len(call.args) == 2:
        target = ast.Subscript(function.value, call.args[0], ast.Store())
        yield Setting(target, call.args[1], (), call, "is", loop)
    elif isinstance(function, ast.Attribute) and function.attr == "copyto" and len(call.args) == 2:
        yield Setting(call.args[0], call.args[1], (), call, "is", loop)
    elif isinstance(function, ast.Attribute) and function.attr == "at" and len(call.args) >= 2:
        # numpy.add.at(dE, rows, values)
        yield Setting(call.args[0], call.args[-1], (), call, "increases", loop)
    elif (out := next((k.value for k in call.keywords if k.arg == "out"), None)) is not None:
        yield Setting(out, call, (), call, "changes", loop)


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


def _operands(value: ast.expr, operators: tuple[type[ast.operator], ...]) -> list[ast.expr]:
    """What is put together by these operators alone: a, b and c of a + b - c; the value itself where it is by none."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, operators):
        # Only what is divided is scaled by a division.
        right = [] if isinstance(value.op, ast.Div) else _operands(value.right, operators)
        return [*_operands(value.left, operators), *right]
    return [value]


def _adds_to(value: ast.expr, name: str) -> bool:
    """Whether ``name`` is one of the terms of a sum, which may be scaled, or a term itself."""
    terms = _operands(value, _SUM)
    if len(terms) > 1 and any(_is(one, name) for one in terms):
        return True
    inner = [one for term in terms for one in _operands(term, _PRODUCT) if one is not value]
    return any(_adds_to(one, name) for one in inner)


def _is(node: ast.expr, name: str) -> bool:
    return ast.unparse(node) == name


def _reads(value: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.expr) and ast.unparse(n) == name for n in ast.walk(value))


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
