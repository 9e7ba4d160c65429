"""The person's own layers within a model of Keras, and whether they have gradients of their own."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any

from . import source, words
from .places import is_keras
from .reach import is_own_class

_DEEPEST, _MOST = 5, 300


def own_layers(value: Any, depth: int = 0) -> Iterator[Any]:
    """The layers of the person's that a layer or model of Keras calls, and it itself if it is one."""
    if not is_keras(value) or depth > _DEEPEST:
        return
    if is_own_class(type(value)):
        yield value
    try:
        inner = list(getattr(value, "layers", ()))[:_MOST]
    except Exception:
        # A model that has not been built yet, or one that makes them when it is asked.
        return
    for layer in inner:
        yield from own_layers(layer, depth + 1)


def differentiated_by_hand(value: Any) -> bool:
    """Whether a model of Keras's own classes, which has been called before, calls layers with gradients that the person wrote."""
    if not is_keras(value) or is_own_class(type(value)) or not getattr(value, "built", False):
        return False
    return any(custom_within(layer.call) for layer in layers_within(value))


def layers_within(model: Any) -> list[Any]:
    """The layers of the person's in a model; none where one is called as if its gradient were none on purpose: that of all that
    comes before it would be none either."""
    layers = [layer for layer in own_layers(model) if layer is not model]
    return [] if any(map(_on_purpose, layers)) else layers


def _on_purpose(layer: Any) -> bool:
    names = {type(layer).__name__, *_names_used(layer.call)}
    return any(set(words.tokens(name)) & words.ALTERING for name in names)


def custom_within(function: Any) -> set[str] | bool:
    """Functions with a custom gradient that ``function`` calls by their names; True where it makes one itself."""
    used = _names_used(function)
    names = getattr(source.innermost(function), "__globals__", {})
    return True if "custom_gradient" in used else {name for name in used if decorated(names.get(name))}


def _names_used(function: Any) -> set[str]:
    """Names that the code of a function, and of those inside it, looks up or is called by."""
    code = source.code(function)
    codes, used = [] if code is None else [code], set[str]()
    while codes:
        one = codes.pop()
        used |= {one.co_name, *one.co_names}
        codes += [inner for inner in one.co_consts if isinstance(inner, types.CodeType)]
    return used


def decorated(function: Any) -> bool:
    """Whether a function is decorated with `tf.custom_gradient`."""
    code = getattr(function, "__code__", None) if isinstance(function, types.FunctionType) else None
    home = type(function).__module__ if code is None else code.co_filename.replace("/", ".").removesuffix(".py")
    return home.endswith("python.ops.custom_gradient")
