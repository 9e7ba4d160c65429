"""What a function's source tells: which keys it reads, what it returns, where it assigns a gradient."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
import types
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

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


def place(function: Any, name: str) -> dict[str, Any]:
    """The contract's FunctionPlace: name, cell (None where it is not known), first line in its cell or file."""
    code = getattr(innermost(function), "__code__", None)
    return {"name": name[:200], "cell_id": None, "line": None if code is None else code.co_firstlineno}


def syntax(function: Any) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function's syntax tree, its lines counted from the function's first; None where there is no source."""
    return _parsed(function)[0]


def _parsed(function: Any) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef | None, str]:
    found = code(function)
    return (None, "") if found is None else _parse(found)


def code(function: Any) -> CodeType | None:
    """The code object behind ``function``, None where there is none."""
    code = getattr(innermost(function), "__code__", None)
    return code if isinstance(code, CodeType) else None


@functools.lru_cache(maxsize=512)
def _parse(code: CodeType) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef | None, str]:
    # A namespace has many functions, and each is asked about with every dict in it.
    try:
        text = textwrap.dedent(inspect.getsource(code))
        first = ast.parse(text).body[0]
    except Exception:
        # No source, or none that Python's parser gets through: deep nesting is a RecursionError, MemoryError, SystemError.
        return None, ""
    return (first, text) if isinstance(first, (ast.FunctionDef, ast.AsyncFunctionDef)) else (None, "")


def tree(code: CodeType) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None:
    """The syntax tree of a function's code, of a lambda's too; None where there is no source."""
    return _parse(code)[0] or _lambda(code)


@functools.lru_cache(maxsize=512)
def _lambda(code: CodeType) -> ast.Lambda | None:
    if code.co_name != "<lambda>":
        return None
    try:
        text = textwrap.dedent(inspect.getsource(code)).strip()
        whole = ast.parse(text)
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
    tree = _parse(code)[0]
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
    tree = _parse(code)[0]
    nodes = [] if tree is None else [node for node in own_nodes(tree) if isinstance(node, ast.Return)]
    return tuple(node.value for node in sorted(nodes, key=lambda node: node.lineno) if node.value is not None)


def own_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of ``tree`` without those of functions defined inside it."""
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from own_nodes(child)


def assignment(function: Any, gradient: str) -> dict[str, Any] | None:
    """The contract's SourcePlace of the statement that gives ``gradient`` its value; None where none is found.

    Looked for are ``dW2 = ...`` (also within a tuple), ``grads["dW2"] = ...``, ``self.dW2 = ...`` and, at last, the
    ``return`` that names it; of several, the one that stands last.
    """
    behind = code(function)
    found = None if behind is None else _assigned(behind, gradient)
    return None if found is None else dict(found)


@functools.lru_cache(maxsize=512)
def _assigned(code: CodeType, gradient: str) -> dict[str, Any] | None:
    tree, text = _parse(code)
    if tree is None:
        return None
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and gradient in _targets(node)]
    if not statements:
        statements = [node for node in ast.walk(tree) if isinstance(node, ast.Return) and gradient in _mentions(node)]
    if not statements:
        return None
    last = max(statements, key=lambda node: node.lineno)
    written = (ast.get_source_segment(text, last) or "").split("\n")[0]
    return {"cell_id": None, "line": code.co_firstlineno + last.lineno - 1, "text": written[:1000]}


def _targets(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        targets = [statement.target]
    else:
        return set()
    return {name for target in targets for name in _names(target)}


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Attribute):
        yield target.attr
    elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        yield str(target.slice.value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _names(element)
    elif isinstance(target, ast.Starred):
        yield from _names(target.value)


def _mentions(statement: ast.Return) -> set[str]:
    found = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found
