"""What a function's source tells: which keys it reads, what it returns, where it assigns a gradient."""

from __future__ import annotations

import ast
import functools
import inspect
import os
import textwrap
import types
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from .cells import cells

Function = Callable[..., Any]


def innermost(function: Any) -> Any:
    """The plain function behind decorators, partials, bound methods and `tf.function`."""
    if type(function) is FunctionType and not function.__dict__:
        return function
    for _ in range(20):
        if isinstance(function, functools.partial):
            function = function.func
        elif inspect.ismethod(function):
            function = function.__func__
        elif inspect.isfunction(python_function := _python_function(function)):
            function = python_function
        elif inspect.isfunction(function) and hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        elif (held := wrapped_in_closure(function)) is not None:
            function = held
        elif type(function).__module__.startswith("tensorflow.") and inspect.isfunction(wrapped := _wrapped(function)):
            function = wrapped
        else:
            break
    return function


def _python_function(value: Any) -> Any:
    # Any object of a namespace comes by here, and its attributes may do anything.
    try:
        return getattr(value, "python_function", None)
    except Exception:
        return None


def wrapped_in_closure(function: Any) -> types.FunctionType | None:
    """The one function that ``function(*args, **kwargs)``, a decorator's inner function without `functools.wraps`, holds."""
    if not isinstance(function, types.FunctionType) or function.__code__.co_argcount or not function.__closure__:
        return None
    if not function.__code__.co_flags & inspect.CO_VARARGS:
        return None
    held = []
    for cell in function.__closure__:
        try:
            content = cell.cell_contents
        except ValueError:
            continue
        if isinstance(content, types.FunctionType):
            held.append(content)
    return held[0] if len(held) == 1 else None


def _wrapped(value: Any) -> Any:
    # TensorFlow's decorators, that of `tf.custom_gradient` among them.
    try:
        return getattr(value, "__wrapped__", None)
    except Exception:
        return None


def syntax(function: Any) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function's syntax tree, its lines counted from the function's first; None where there is no source."""
    found = code(function)
    tree = None if found is None else _parse(found).tree
    return tree if isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef)) else None


def code(function: Any) -> CodeType | None:
    """The code object behind ``function``, None where there is none."""
    code = getattr(innermost(function), "__code__", None)
    return code if isinstance(code, CodeType) else None


class Parsed(NamedTuple):
    """The source of a function.

    Attributes:
        tree: its syntax tree, lines counted as in ``text``; None where there is no source.
        text: its lines, indented as they are.
        line: the line of its cell or file that it begins in.
    """

    tree: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None
    text: str
    line: int


def parsed(code: CodeType) -> Parsed:
    """The source of a function's code, of a lambda's too."""
    found = _parse(code)
    if found.tree is not None:
        return found
    made = _lambda(code)
    if made is None:
        return found
    try:
        lines, first = inspect.getsourcelines(code)
    except OSError:
        # That of an equal piece of code, which had one.
        return found
    return Parsed(made, "".join(lines), first) if first == code.co_firstlineno else found


def stamp(code: CodeType) -> tuple[str, int, int]:
    """What tells code that counts as equal apart, and one and the same after its file has changed."""
    try:
        stat = os.stat(code.co_filename)
    except (OSError, ValueError):
        return code.co_filename, 0, 0
    return code.co_filename, stat.st_mtime_ns, stat.st_size


def _parse(code: CodeType) -> Parsed:
    # A namespace has many functions, and each is asked about with every dict in it.
    return _parse_as_of(code, stamp(code))


@functools.lru_cache(maxsize=512)
def _parse_as_of(code: CodeType, stamp: tuple[str, int, int]) -> Parsed:
    for locate in (_where_it_says, _by_its_name):
        try:
            text, line = locate(code)
            # Within a class or a function; a text of several lines inside it may stand further out.
            indented = text[:1].isspace()
            first = ast.parse(f"if 1:\n{text}" if indented else text).body[0]
            if indented and isinstance(first, ast.If):
                first = ast.increment_lineno(first.body[0], -1)
        except Exception:
            # No source, or none that the parser gets through: deep nesting is a RecursionError, MemoryError, SystemError.
            continue
        # Of a lambda within a function, the text is that of the function.
        if isinstance(first, (ast.FunctionDef, ast.AsyncFunctionDef)) and first.name == code.co_name:
            return Parsed(first, text, line)
    return Parsed(None, "", code.co_firstlineno)


def _where_it_says(code: CodeType) -> tuple[str, int]:
    return cells.timed(code) or (inspect.getsource(code), code.co_firstlineno)


def _by_its_name(code: CodeType) -> tuple[str, int]:
    """Where a file has the one function of that name: what `%autoreload` compiles anew, or leaves as it is while the lines
    above it change, does not know its line."""
    lines, _ = inspect.findsource(code)
    whole = ast.parse("".join(lines))
    (found,) = (
        node
        for node in ast.walk(whole)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == code.co_name
    )
    first = min([found.lineno, *(decorator.lineno for decorator in found.decorator_list)])
    return "".join(lines[first - 1 : found.end_lineno]), first


def tree(code: CodeType) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None:
    """The syntax tree of a function's code, of a lambda's too; None where there is no source."""
    return _parse(code).tree or _lambda(code)


@functools.lru_cache(maxsize=512)
def _lambda(code: CodeType) -> ast.Lambda | None:
    if code.co_name != "<lambda>":
        return None
    try:
        whole = ast.parse(textwrap.dedent(inspect.getsource(code)).strip())
    except Exception:
        return None
    found = [node for node in ast.walk(whole) if isinstance(node, ast.Lambda)]
    names = code.co_varnames[: code.co_argcount]
    fitting = [node for node in found if tuple(a.arg for a in node.args.args) == names]
    return fitting[0] if len(fitting) == 1 else None


def keys_read(function: Any, argument: str) -> set[str]:
    """String keys that the function subscripts ``argument`` with: ``parameters["W1"]`` gives W1."""
    found = code(function)
    return set() if found is None else set(_keys_by_name(found).get(argument, ()))


def attributes_read(function: Any, argument: str) -> set[str]:
    """Attributes that the function reads of ``argument``: ``p.W1`` gives W1."""
    found = code(function)
    return set() if found is None else set(_attributes_by_name(found).get(argument, ()))


@functools.lru_cache(maxsize=512)
def _attributes_by_name(code: CodeType) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    whole = tree(code)
    for node in () if whole is None else ast.walk(whole):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add(node.attr)
    return found


@functools.lru_cache(maxsize=512)
def _keys_by_name(code: CodeType) -> dict[str, set[str]]:
    """Every name that is subscripted with strings, and these."""
    tree = _parse(code).tree
    found: dict[str, set[str]] = {}
    for node in () if tree is None else ast.walk(tree):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        ):
            found.setdefault(node.value.id, set()).add(node.slice.value)
    return found


def names_returned(function: Any) -> set[str]:
    """Plain names in the function's return statements."""
    return {node.id for statement in _returns(function) for node in ast.walk(statement) if isinstance(node, ast.Name)}


def order_returned(function: Any) -> list[str | None]:
    """The names of the values that the function's last return statement lists; None for one that is no plain name."""
    found = code(function)
    return [] if found is None else list(_last_returned(found))


@functools.lru_cache(maxsize=512)
def _last_returned(code: CodeType) -> tuple[str | None, ...]:
    values = [value for value in _returned(code) if isinstance(value, ast.Tuple)]
    return tuple(node.id if isinstance(node, ast.Name) else None for node in values[-1].elts) if values else ()


def _returns(function: Any) -> tuple[ast.expr, ...]:
    found = code(function)
    return () if found is None else _returned(found)


@functools.lru_cache(maxsize=512)
def _returned(code: CodeType) -> tuple[ast.expr, ...]:
    tree = _parse(code).tree
    nodes = [] if tree is None else [node for node in own_nodes(tree) if isinstance(node, ast.Return)]
    return tuple(node.value for node in sorted(nodes, key=lambda node: node.lineno) if node.value is not None)


def own_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of ``tree`` without those of functions defined inside it."""
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from own_nodes(child)
