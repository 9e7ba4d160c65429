"""Whether functions do nothing but compute with arrays: then they may be called with stand-ins for these, and broken off anywhere.

It is asked of what is written, before anything is called, and what is not understood is not pure. A pure function handles no
exception, asks for no type, keeps nothing and changes nothing but what it has made itself, and calls only NumPy's
functions on arrays, some built-in ones, and other pure functions of the person's.
"""

from __future__ import annotations

import ast
import builtins
import functools
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..backends.stacked import FUNCTIONS
from . import source

_DEEPEST = 6
_NODES = (
    ast.Return, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.For, ast.While, ast.If, ast.Assert, ast.Raise, ast.Pass,
    ast.Break, ast.Continue, ast.BoolOp, ast.NamedExpr, ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Dict, ast.ListComp, ast.DictComp,
    ast.GeneratorExp, ast.comprehension, ast.Compare, ast.Call, ast.Constant, ast.Attribute, ast.Subscript, ast.Starred,
    ast.Name, ast.List, ast.Tuple, ast.Slice, ast.keyword, ast.JoinedStr, ast.FormattedValue, ast.operator, ast.unaryop,
    ast.cmpop, ast.boolop, ast.expr_context,
)  # fmt: skip
# What these make nobody else holds.
_MAKING = (ast.Dict, ast.List, ast.ListComp, ast.DictComp, ast.BinOp, ast.Constant)
_MAKING_METHODS = frozenset(
    ["copy", "dot", "empty_like", "exp", "full_like", "matmul", "maximum", "ones_like", "tanh", "zeros_like"]
)
_METHODS = frozenset(
    [
        "all",
        "any",
        "argmax",
        "argmin",
        "astype",
        "clip",
        "copy",
        "cumsum",
        "diagonal",
        "dot",
        "flatten",
        "get",
        "item",
        "items",
        "keys",
        "max",
        "mean",
        "min",
        "prod",
        "ravel",
        "reshape",
        "std",
        "squeeze",
        "sum",
        "swapaxes",
        "trace",
        "transpose",
        "values",
        "var",
    ]
)
_ATTRIBUTES = _METHODS | {"T", "shape", "size", "ndim", "dtype"}
_CHANGING = frozenset(["append", "extend", "insert", "fill"])
_BUILTIN = frozenset(
    [
        "abs",
        "all",
        "any",
        "bool",
        "dict",
        "divmod",
        "enumerate",
        "float",
        "int",
        "len",
        "list",
        "max",
        "min",
        "range",
        "reversed",
        "str",
        "sum",
        "tuple",
        "zip",
    ]
)
_MAKERS = frozenset(["arange", "array", "asarray", "empty", "eye", "full", "identity", "linspace", "ones", "zeros"])
_NUMBERS = (int, float, str, np.floating, np.integer, np.bool_, type(None))


def are_pure(functions: Iterable[Any], data: Iterable[Any] = ()) -> bool:
    """Whether all of ``functions`` are pure when they are called with arrays and ``data``."""
    return all(map(_is_plain, data)) and all(_is_pure(function, ()) for function in functions)


def _is_pure(function: Any, above: tuple[types.CodeType, ...]) -> bool:
    if type(function) is not types.FunctionType or function.__dict__ or len(above) > _DEEPEST:
        return False
    code = function.__code__
    if code in above:
        return True
    defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    read = _read(code)
    return (
        read is not None
        and all(map(_is_plain, defaults))
        and all(_is_harmless(_looked_up(function, path), path, called, (*above, code)) for path, called in read.outside)
    )


def _looked_up(function: types.FunctionType, path: tuple[str, ...]) -> Any:
    """What a name outside of the function is, with the attributes that are read of modules."""
    name, *attributes = path
    free = function.__code__.co_freevars
    try:
        if name in free and function.__closure__ is not None:
            found = function.__closure__[free.index(name)].cell_contents
        else:
            found = function.__globals__[name] if name in function.__globals__ else vars(builtins)[name]
        for attribute in attributes:
            if not isinstance(found, types.ModuleType):
                return found if attribute in _ATTRIBUTES and type(found) is np.ndarray else _Nothing
            found = vars(found)[attribute]
    except (KeyError, ValueError):
        return _Nothing
    return found


class _Nothing:
    """What a name is that is nothing."""


def _is_harmless(found: Any, path: tuple[str, ...], called: bool, above: tuple[types.CodeType, ...]) -> bool:
    if not called:
        return _is_plain(found) or (isinstance(found, type) and issubclass(found, (np.generic, float, int, bool)))
    if isinstance(found, (np.ufunc, np.ndarray)):
        # Methods of arrays that change nothing.
        return True
    if vars(builtins).get(path[0]) is found:
        return path[0] in _BUILTIN or (isinstance(found, type) and issubclass(found, Exception))
    if isinstance(found, type):
        return type(found) is type and issubclass(found, np.number)
    if type(found) is types.FunctionType and _is_pure(found, above):
        return True
    # Other objects are not even asked for their hash.
    if type(found).__module__ not in ("numpy", "builtins") or not callable(found):
        return False
    return found in FUNCTIONS or (path[-1] in _MAKERS and getattr(found, "__module__", "") in ("numpy", None))


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Whether ``value`` is an array, a number or text, or a container of such."""
    if type(value) is np.ndarray:
        return bool(value.dtype.kind in "fiub")
    if isinstance(value, _NUMBERS):
        return type(value).__module__ in ("builtins", "numpy")
    if depth > _DEEPEST or len(value if type(value) in (list, tuple, dict) else ()) > 1000:
        return False
    if type(value) is dict:
        return all(_is_plain(one, depth + 1) for one in value.values())
    return type(value) in (list, tuple) and all(_is_plain(one, depth + 1) for one in value)


@dataclass(frozen=True)
class _Reading:
    """What is written in a function that may be pure.

    Attributes:
        outside: names that it does not set, with the attributes read of them, and whether they are called.
    """

    outside: frozenset[tuple[tuple[str, ...], bool]]


@functools.lru_cache(maxsize=512)
def _read(code: types.CodeType) -> _Reading | None:
    """None where something is written that no pure function does."""
    tree = source.tree(code)
    if isinstance(tree, ast.Lambda):
        body: list[ast.AST] = [tree.body]
    elif isinstance(tree, ast.FunctionDef) and not tree.decorator_list:
        body = [*tree.body]
    else:
        return None
    arguments = {one.arg for one in ast.walk(tree.args) if isinstance(one, ast.arg)}
    nodes = [node for statement in body for node in _with_children(statement)]
    if not all(isinstance(node, _NODES) for node in nodes):
        return None
    if not _names_in(code) <= arguments | set(map(_name, nodes)):
        # The file says something else by now.
        return None
    local = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    made = local - arguments - set(_shared(nodes))
    if any(_changes(node, made, arguments) or _asks(node) for node in nodes):
        return None
    outside: set[tuple[tuple[str, ...], bool]] = set()
    followed: set[int] = set()
    # Those that contain others come first: np.linalg.norm before np.linalg.
    for node in nodes:
        called = isinstance(node, ast.Call)
        what: Any = node.func if isinstance(node, ast.Call) else node
        if called and not isinstance(what, (ast.Attribute, ast.Name)):
            return None
        if id(what) in followed or not isinstance(getattr(what, "ctx", None), ast.Load):
            continue
        path = _path(what, local | arguments)
        if path is not None:
            outside.add((path, called))
            followed |= {id(one) for one in ast.walk(what)}
        elif isinstance(what, ast.Attribute):
            own = isinstance(what.value, ast.Name) and what.value.id in made
            if what.attr not in (_METHODS if called else _ATTRIBUTES) and not (
                called and own and what.attr in _CHANGING
            ):
                return None
            followed.add(id(what))
        elif called:
            # What it is given, or has made, is called.
            return None
    return _Reading(frozenset(outside))


def _names_in(code: types.CodeType) -> set[str]:
    """Names that the code uses, those of comprehensions too."""
    inside = [_names_in(one) for one in code.co_consts if isinstance(one, types.CodeType)]
    # Comprehensions have an argument of no name that could be written.
    names = {name for name in (*code.co_names, *code.co_varnames) if name.isidentifier()}
    return names.union(*inside)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _changes(node: ast.AST, made: set[str], arguments: set[str]) -> bool:
    """Whether something is written into that the function has not made itself."""
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return node.target.id in arguments
    if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
        base: ast.expr = node
        while isinstance(base, ast.Subscript):
            base = base.value
        return not (isinstance(base, ast.Name) and base.id in made)
    # f(..., out=...), and what hides in f(**options).
    return isinstance(node, ast.keyword) and node.arg in (None, "out")


def _asks(node: ast.AST) -> bool:
    """Whether two things are asked to be one and the same; whether something is None is no question of its type."""
    return isinstance(node, ast.Compare) and any(
        isinstance(operator, (ast.Is, ast.IsNot)) and not (isinstance(right, ast.Constant) and right.value is None)
        for operator, right in zip(node.ops, node.comparators, strict=True)
    )


def _with_children(node: ast.AST) -> Iterator[ast.AST]:
    """``node`` and all within it, the outer ones first."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _with_children(child)


def _shared(nodes: list[ast.AST]) -> Iterator[str]:
    """Names that may mean something that somebody else holds."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target, value in _paired(node):
                if not (isinstance(target, ast.Name) and value is not None and _makes(value)):
                    yield from _stored(target)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            if node.value is None or not _makes(node.value):
                yield from _stored(node.target)
        elif isinstance(node, (ast.For, ast.comprehension)):
            yield from _stored(node.target)


def _paired(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """What is set with what: a with 1 and b with 2 of ``a, b = 1, 2``; a part of something else with None."""
    for target in node.targets:
        if not isinstance(target, (ast.Tuple, ast.List)):
            yield target, node.value
            continue
        values = node.value.elts if isinstance(node.value, (ast.Tuple, ast.List)) else []
        alike = len(values) == len(target.elts) and not any(isinstance(v, ast.Starred) for v in (*values, *target.elts))
        yield from zip(target.elts, values if alike else [None] * len(target.elts), strict=True)


def _makes(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        # np.zeros(...), W.copy(), dict(), list(): of others it is not known whether they hand on what they were given.
        if isinstance(value.func, ast.Attribute):
            return value.func.attr in _MAKERS - {"asarray"} or value.func.attr in _MAKING_METHODS
        return isinstance(value.func, ast.Name) and value.func.id in ("dict", "list")
    return isinstance(value, _MAKING)


def _stored(target: ast.expr) -> Iterator[str]:
    return (n.id for n in ast.walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def _path(node: ast.expr, inside: set[str]) -> tuple[str, ...] | None:
    """``("np", "linalg", "norm")`` of a name that is not set ``inside``, with its attributes; None for anything else."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.insert(0, node.attr)
        node = node.value
    return (node.id, *attributes) if isinstance(node, ast.Name) and node.id not in inside else None
