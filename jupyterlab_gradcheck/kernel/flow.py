"""How the person's own code hands things from one function to the next: in cells that ran, and inside functions.

``AL, caches = model_forward(X, params)`` and then ``grads = model_backward(AL, Y, caches)`` tell, whatever the names are,
that the first argument of the second function is the first value that the other returned. It is read, never run.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import source
from .survey import Known

Steps = tuple[Any, ...]
Produced = tuple[str, Steps]


@dataclass(frozen=True)
class Held:
    """A variable that was handed over and that a function had made.

    Attributes:
        expression: the variable, or the part of it, as written.
        maker: the function.
        sources: names from which the variable was computed, by whatever way.
    """

    expression: ast.expr
    maker: str
    sources: frozenset[str]


# Cells read, from the last one backwards, and characters of one.
_MOST_CELLS = 200
_LONGEST = 100_000


@dataclass
class Flow:
    """What was seen.

    Attributes:
        produced: (function, argument) -> functions whose results it was given, with the steps to the value.
        given: (function, argument) -> expressions of the notebook that it was given, as written, the last one last.
        held: (function, argument) -> variables of the notebook that it was given and that another function had made.
        handed_on: (function, argument) -> functions and those of their own arguments that they hand on to it.
        looped: variables that a loop of a cell ran through.
        called: functions that were called by a cell.
    """

    produced: dict[tuple[str, str], list[Produced]] = field(default_factory=dict)
    given: dict[tuple[str, str], list[ast.expr]] = field(default_factory=dict)
    held: dict[tuple[str, str], list[Held]] = field(default_factory=dict)
    handed_on: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    looped: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)


def flow_of(functions: Mapping[str, Known], cells: Iterable[str]) -> Flow:
    """Reads ``cells``, in the order they ran, and the bodies of ``functions``."""
    flow = Flow()
    reader = _Reader(functions, flow)
    scope: dict[str, Produced] = {}
    for cell in list(cells)[-_MOST_CELLS:]:
        try:
            tree = ast.parse(_python_only(cell[:_LONGEST]))
        except Exception:
            # No Python, or nested too deep for its parser.
            continue
        reader.read(tree.body, scope, "", top=True)
    seen = set()
    for known in functions.values():
        code = source.code(known.function)
        if code is None or code in seen:
            continue
        seen.add(code)
        body = source.tree(code)
        if isinstance(body, (ast.FunctionDef, ast.AsyncFunctionDef)):
            reader.inside = known
            reader.read(body.body, {}, known.prefix if known.owner is not None else "", top=False)
    return flow


def _python_only(cell: str) -> str:
    """The cell without the lines that are IPython's."""
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in cell.split("\n"))


class _Reader:
    def __init__(self, functions: Mapping[str, Known], flow: Flow) -> None:
        self._functions = functions
        self._flow = flow
        self.inside: Known | None = None
        # Names from which each variable of the notebook was computed.
        self._sources: dict[str, frozenset[str]] = {}
        self._by_last: dict[str, list[str]] = {}
        for name, known in functions.items():
            self._by_last.setdefault(known.last, []).append(name)

    def read(self, body: list[ast.stmt], scope: dict[str, Produced], owner: str, top: bool) -> None:
        for statement in body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            if isinstance(statement, ast.Assign):
                made = self._value(statement.value, scope, owner, top)
                for target in statement.targets:
                    self._bind(target, made, scope)
                    if top:
                        self._trace(target, statement.value)
                continue
            if top and isinstance(statement, (ast.For, ast.AsyncFor)):
                self._flow.looped |= {n.id for n in ast.walk(statement.target) if isinstance(n, ast.Name)}
            for _, value in ast.iter_fields(statement):
                for part in value if isinstance(value, list) else [value]:
                    if isinstance(part, ast.expr):
                        self._value(part, scope, owner, top)
            if top and isinstance(statement, (ast.For, ast.AsyncFor)):
                self._trace(statement.target, statement.iter)
            elif top and isinstance(statement, (ast.AugAssign, ast.AnnAssign)) and statement.value is not None:
                self._trace(statement.target, statement.value, add=isinstance(statement, ast.AugAssign))
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(statement, name, None)
                if isinstance(inner, list):
                    self.read(inner, scope, owner, top)

    def _trace(self, target: ast.expr, value: ast.expr, add: bool = False) -> None:
        """Notes what the variables are computed from that a statement binds, or, to ``add``, changes."""
        found = self._traced(value)
        targets = [target]
        while targets:
            one = targets.pop()
            part = add
            while isinstance(one, (ast.Subscript, ast.Attribute, ast.Starred)):
                part = part or not isinstance(one, ast.Starred)
                one = one.value
            if isinstance(one, (ast.Tuple, ast.List)):
                targets += one.elts
            elif isinstance(one, ast.Name):
                self._sources[one.id] = found | (self._sources.get(one.id, frozenset()) if part else frozenset())

    def _traced(self, node: ast.expr) -> frozenset[str]:
        names = _names_in(node)
        return names.union(*(self._sources.get(name, frozenset()) for name in names))

    def _bind(self, target: ast.expr, made: Produced | None, scope: dict[str, Produced]) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            for index, element in enumerate(target.elts):
                if isinstance(element, ast.Starred):
                    return
                self._bind(element, None if made is None else (made[0], (*made[1], index)), scope)
        elif isinstance(target, (ast.Name, ast.Attribute)):
            name = ast.unparse(target)
            if made is None:
                scope.pop(name, None)
            else:
                scope[name] = made

    def _value(self, node: ast.expr, scope: dict[str, Produced], owner: str, top: bool) -> Produced | None:
        """What call gave ``node`` its value; the calls inside it are noted."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            return scope.get(ast.unparse(node))
        if isinstance(node, ast.Subscript):
            inner = self._value(node.value, scope, owner, top)
            self._value(node.slice, scope, owner, top)
            if inner is not None and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, (int, str)):
                return inner[0], (*inner[1], node.slice.value)
            return None
        if isinstance(node, ast.Call):
            return self._call(node, scope, owner, top)
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                self._value(part, scope, owner, top)
        return None

    def _call(self, node: ast.Call, scope: dict[str, Produced], owner: str, top: bool) -> Produced | None:
        name = self._name(node.func, owner)
        arguments = [(None, a) for a in node.args] + [(k.arg, k.value) for k in node.keywords]
        values = [(key, a, self._value(a, scope, owner, top)) for key, a in arguments]
        if name is None:
            if isinstance(node.func, ast.Attribute):
                self._value(node.func.value, scope, owner, top)
            return None
        if top:
            self._flow.called.add(name)
        names = list(self._functions[name].arguments)
        if top:
            self._spread(name, node, names)
        for place, (key, expression, made) in enumerate(values):
            if isinstance(expression, ast.Starred) or (key is None and place >= len(node.args)):
                break
            argument = key if key is not None else names[place] if place < len(names) else None
            if argument is None:
                continue
            if made is not None:
                if made[0] != name:
                    self._flow.produced.setdefault((name, argument), []).append(made)
                    if top and not isinstance(expression, ast.Call):
                        held = Held(expression, made[0], self._traced(expression) - _names_in(expression))
                        self._flow.held.setdefault((name, argument), []).append(held)
            elif (
                self.inside is not None and isinstance(expression, ast.Name) and expression.id in self.inside.arguments
            ):
                self._flow.handed_on.setdefault((name, argument), []).append((self.inside.name, expression.id))
            elif self.inside is not None and isinstance(expression, ast.Name) and self._is_global(expression.id):
                # A variable of the notebook that a function uses: less telling than what a cell does.
                self._flow.given.setdefault((name, argument), []).insert(0, expression)
            elif top:
                self._flow.given.setdefault((name, argument), []).append(expression)
        return name, ()

    def _is_global(self, name: str) -> bool:
        code = None if self.inside is None else source.code(self.inside.function)
        return code is not None and name in code.co_names and name not in (*code.co_varnames, *code.co_freevars)

    def _spread(self, name: str, node: ast.Call, names: list[str]) -> None:
        """Notes what ``f(*values)`` and ``f(**values)`` hand over."""
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                for index, one in enumerate(names[place:]):
                    part = ast.Subscript(argument.value, ast.Constant(index), ast.Load())
                    self._flow.given.setdefault((name, one), []).append(part)
                break
        for word in node.keywords:
            if word.arg is None:
                for one in names:
                    part = ast.Subscript(word.value, ast.Constant(one), ast.Load())
                    self._flow.given.setdefault((name, one), []).append(part)

    def _name(self, node: ast.expr, owner: str) -> str | None:
        """The function that a call calls."""
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return None
        written = ast.unparse(node)
        if written in self._functions:
            return written
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "self" and owner:
                return f"{owner}.{node.attr}" if f"{owner}.{node.attr}" in self._functions else None
            if self.inside is not None and self.inside.owner is not None:
                # In a method, that of some other object: a layer's forward is not the net's.
                return None
            same = self._by_last.get(node.attr, [])
            return same[0] if len(same) == 1 and "." in same[0] else None
        return None


def _names_in(node: ast.AST) -> frozenset[str]:
    """Names whose values an expression uses; of an array whose size it asks for, it uses none."""
    if isinstance(node, ast.Name):
        return frozenset([node.id])
    sized = isinstance(node, ast.Attribute) and node.attr in ("shape", "size", "ndim")
    counted = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
    if sized or counted:
        return frozenset()
    return frozenset().union(*map(_names_in, ast.iter_child_nodes(node)))


class Unreadable(Exception):
    """An expression that is not looked up without running anything."""


def value_of(node: ast.expr, namespace: Mapping[str, Any]) -> Any:
    """What an expression of the notebook is now, where that can be told without running code: names, numbers, parts of
    arrays, dicts, lists and objects, and whole numbers computed from others, which say which parts. Raises `Unreadable`."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        if node.id in namespace:
            return namespace[node.id]
        raise Unreadable
    if isinstance(node, ast.Attribute):
        value = value_of(node.value, namespace)
        if type(value) is np.ndarray and node.attr in ("shape", "size", "ndim"):
            return getattr(value, node.attr)
        if isinstance(value, np.ndarray) and node.attr == "T":
            return value.T
        attributes = getattr(value, "__dict__", None) if not isinstance(value, type) else None
        if isinstance(attributes, dict) and node.attr in attributes:
            return attributes[node.attr]
        raise Unreadable
    if isinstance(node, ast.Subscript):
        value = value_of(node.value, namespace)
        if not isinstance(value, (np.ndarray, dict, list, tuple, str)):
            raise Unreadable
        try:
            return value[_index(node.slice, namespace)]
        except (KeyError, IndexError, TypeError, ValueError):
            raise Unreadable from None
    if isinstance(node, (ast.Tuple, ast.List)):
        items = [value_of(element, namespace) for element in node.elts]
        return tuple(items) if isinstance(node, ast.Tuple) else items
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = value_of(node.operand, namespace)
        if isinstance(value, (int, float)):
            return -value
    if isinstance(node, ast.BinOp) and type(node.op) in _OF_INTEGERS:
        left, right = value_of(node.left, namespace), value_of(node.right, namespace)
        if all(isinstance(v, (int, np.integer)) and not isinstance(v, bool) for v in (left, right)):
            try:
                return _OF_INTEGERS[type(node.op)](int(left), int(right))
            except ZeroDivisionError:
                raise Unreadable from None
    if (
        isinstance(node, ast.Call)
        and ast.unparse(node.func) == "len"
        and len(node.args) == 1
        and "len" not in namespace
    ):
        value = value_of(node.args[0], namespace)
        if type(value) in (list, tuple, dict, str) or (type(value) is np.ndarray and value.ndim):
            return len(value)
    raise Unreadable


# Where a batch begins, and which element comes next: nothing that anything is differentiated with respect to.
_OF_INTEGERS: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def _index(node: ast.expr, namespace: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Slice):
        return slice(*(None if p is None else value_of(p, namespace) for p in (node.lower, node.upper, node.step)))
    if isinstance(node, ast.Tuple):
        return tuple(_index(element, namespace) for element in node.elts)
    return value_of(node, namespace)
