"""What a function's source tells: which keys it reads, what it returns, where it assigns a gradient."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

Function = Callable[..., Any]


def innermost(function: Any) -> Any:
    """The plain function behind decorators, partials, bound methods and `tf.function`."""
    for _ in range(20):
        if isinstance(function, functools.partial):
            function = function.func
        elif inspect.ismethod(function):
            function = function.__func__
        elif inspect.isfunction(python_function := _python_function(function)):
            function = python_function
        elif inspect.isfunction(function) and hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        else:
            break
    return function


def _python_function(value: Any) -> Any:
    # Any object of a namespace comes by here, and its attributes may do anything.
    try:
        return getattr(value, "python_function", None)
    except Exception:
        return None


def place(function: Any, name: str) -> dict[str, Any]:
    """The contract's FunctionPlace: name, cell (None where it is not known), first line in its cell or file."""
    code = getattr(innermost(function), "__code__", None)
    return {"name": name[:200], "cell_id": None, "line": None if code is None else code.co_firstlineno}


def syntax(function: Any) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function's syntax tree, its lines counted from the function's first; None where there is no source."""
    text = _text(function)
    if text is None:
        return None
    try:
        first = ast.parse(text).body[0]
    except (SyntaxError, ValueError, IndexError):
        return None
    return first if isinstance(first, (ast.FunctionDef, ast.AsyncFunctionDef)) else None


def _text(function: Any) -> str | None:
    try:
        return textwrap.dedent(inspect.getsource(innermost(function)))
    except (OSError, TypeError, SyntaxError):
        return None


def keys_read(function: Any, argument: str) -> set[str]:
    """String keys that the function subscripts ``argument`` with: ``parameters["W1"]`` gives W1."""
    tree = syntax(function)
    return (
        set()
        if tree is None
        else {
            node.slice.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id == argument
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        }
    )


def names_returned(function: Any) -> set[str]:
    """Plain names in the function's return statements."""
    tree = syntax(function)
    return (
        set()
        if tree is None
        else {
            node.id
            for statement in ast.walk(tree)
            if isinstance(statement, ast.Return) and statement.value is not None
            for node in ast.walk(statement.value)
            if isinstance(node, ast.Name)
        }
    )


def assignment(function: Any, gradient: str) -> dict[str, Any] | None:
    """The contract's SourcePlace of the statement that gives ``gradient`` its value; None where none is found.

    Looked for are ``dW2 = ...`` (also within a tuple), ``grads["dW2"] = ...``, ``self.dW2 = ...`` and, at last, the
    ``return`` that names it; of several, the one that stands last.
    """
    tree, text = syntax(function), _text(function)
    if tree is None or text is None:
        return None
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and gradient in _targets(node)]
    if not statements:
        statements = [node for node in ast.walk(tree) if isinstance(node, ast.Return) and gradient in _mentions(node)]
    if not statements:
        return None
    last = max(statements, key=lambda node: node.lineno)
    written = (ast.get_source_segment(text, last) or "").split("\n")[0]
    line = innermost(function).__code__.co_firstlineno + last.lineno - 1
    return {"cell_id": None, "line": line, "text": written[:1000]}


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
