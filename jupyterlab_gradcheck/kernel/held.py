"""The object that an expression means, found by looking alone: attributes and elements of what is known already."""

from __future__ import annotations

import ast
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from .scope import Scope

_DEEPEST = 8


def looked_up(scope: Scope, node: ast.expr, known: Callable[[ast.expr], Any], depth: int = 0) -> Any:
    """What ``node``, read in ``scope``, is: ``self.layers["Affine1"]``, also by way of a local name; None where that cannot
    be told.

    ``known`` tells what a name is that the function does not set. No code of the person's is asked: of an object its
    ``__dict__`` is looked at, of containers only dicts, lists and tuples.
    """
    if depth > _DEEPEST:
        return None
    if isinstance(node, ast.Name):
        settings = [s for s in scope.settings if isinstance(s.target, ast.Name) and s.target.id == node.id]
        if not settings:
            return known(node)
        one = settings[0]
        plain = len(settings) == 1 and one.kind == "is" and one.value is not None and not one.looped and not one.steps
        return looked_up(scope, one.value, known, depth + 1) if plain and one.value is not None else None
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        owner = looked_up(scope, node.value, known, depth + 1)
        if isinstance(node, ast.Attribute):
            return _attribute(owner, node.attr)
        return _element(owner, node.slice.value) if isinstance(node.slice, ast.Constant) else None
    return None


def _attribute(owner: Any, name: str) -> Any:
    try:
        attributes = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        return None
    return attributes.get(name) if type(attributes) is dict else None


def _element(owner: Any, key: Any) -> Any:
    if type(owner) in (dict, OrderedDict):
        return owner.get(key)
    if type(owner) in (list, tuple) and type(key) is int and -len(owner) <= key < len(owner):
        return owner[key]
    return None
