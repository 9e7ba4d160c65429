"""The floating-point types below float64, under all their names, and what takes their place.

complex64 counts among them, with complex128 in its place. TensorFlow's types are known from when it is loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import CodeType
from typing import Any

import numpy as np

_DEEPEST = 20
# Nothing narrow is in these.
_PLAIN = frozenset({int, float, bool, str, type(None), np.float64, np.int64})


class WideName(str):
    """The name of a wide type that stands where a narrow one's stood; equal to the plain string.

    Attributes:
        was: the name that it took the place of.
    """

    was: str

    __slots__ = ("was",)


def _wide_name(name: str, was: str) -> WideName:
    made = WideName(name)
    made.was = was
    return made


# Names that mean a type wherever they stand alone, and those that mean one only where a type is asked for.
_CERTAIN = {
    **dict.fromkeys(("float32", "float16", "bfloat16"), "float64"),
    **{order + name: order + "f8" for name in ("f4", "f2") for order in ("", "<", ">", "=")},
    **{"complex64": "complex128", "c8": "c16", "<c8": "<c16", ">c8": ">c16", "=c8": "=c16"},
}
_POSSIBLE = {"single": "double", "half": "double", "f": "d", "e": "d", "csingle": "cdouble"}
NAMES = {was: _wide_name(name, was) for was, name in _CERTAIN.items()}
NAMES_OF_TYPES = {**NAMES, **{was: _wide_name(name, was) for was, name in _POSSIBLE.items()}}

_TYPES: dict[Any, Any] = {np.float32: np.float64, np.float16: np.float64, np.complex64: np.complex128}
_DTYPES: dict[Any, Any] = {
    np.dtype(order + char): np.dtype(wide)
    for char, wide in (("f4", "f8"), ("f2", "f8"), ("c8", "c16"))
    for order in "<>"
}
_WIDER: dict[Any, Any] = {**NAMES, **_TYPES, **_DTYPES}
# What the attribute `dtype` of a narrow array, tensor or Keras variable may be.
_NARROW: set[Any] = {*_DTYPES, "float16", "float32", "bfloat16", "complex64"}
# TensorFlow's float64 where float32 stood: equal to tf.float64, but another object.
_MARK: list[Any] = []


def learn_tensorflow() -> Any:
    """TensorFlow where it is loaded (else None), its types known from now on."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None or _MARK or not hasattr(tensorflow, "bfloat16"):
        return tensorflow
    mark = tensorflow.DType(tensorflow.float64.as_datatype_enum)
    bfloat16 = tensorflow.bfloat16.as_numpy_dtype
    _WIDER.update(
        {
            tensorflow.float32: mark,
            tensorflow.float16: tensorflow.float64,
            tensorflow.bfloat16: tensorflow.float64,
            tensorflow.complex64: tensorflow.complex128,
            bfloat16: np.float64,
            np.dtype(bfloat16): np.dtype(np.float64),
        }
    )
    _NARROW.update((tensorflow.float16, tensorflow.float32, tensorflow.bfloat16, tensorflow.complex64))
    _NARROW.add(np.dtype(bfloat16))
    _MARK.append(mark)
    return tensorflow


def is_type(value: Any) -> bool:
    """Whether ``value`` is a type of numbers (a class, a dtype, not a name) that may have to be widened."""
    if isinstance(value, (type, np.dtype)):
        return True
    return bool(_MARK) and isinstance(value, type(_MARK[0]))


def wider(value: Any) -> Any:
    """The wide type, dtype or name in the place of a narrow one; anything else as it is."""
    return _WIDER.get(value, value)


def stood_for_float32(dtype: Any) -> bool:
    """Whether this TensorFlow float64, or name of one, took the place of float32."""
    return bool(_MARK and dtype is _MARK[0]) or (isinstance(dtype, WideName) and dtype.was == "float32")


def is_narrow(value: Any) -> bool:
    """Whether ``value`` is an array, tensor, variable or number of a narrow type."""
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        return False
    try:
        return dtype in _NARROW
    except TypeError:
        return False


def narrow_inside(value: Any, depth: int = 0) -> Any:
    """The first narrow value in a structure of tuples, lists and dicts; None where there is none."""
    kind = type(value)
    if kind in _PLAIN:
        return None
    if kind is np.ndarray and not value.dtype.hasobject:
        return value if value.dtype in _NARROW else None
    inside: Any = ()
    if kind is tuple or kind is list or isinstance(value, (list, tuple)):
        inside = value
    elif kind is dict or isinstance(value, Mapping):
        inside = value.values()
    elif kind is np.ndarray:
        inside = value.flat
    if depth < _DEEPEST:
        for part in inside:
            if (found := narrow_inside(part, depth + 1)) is not None:
                return found
    return value if is_narrow(value) else None


def has_narrow_field(dtype: np.dtype) -> bool:
    """Whether a record's dtype has a narrow field."""
    return any(field[0] in _NARROW or has_narrow_field(field[0]) for field in (dtype.fields or {}).values())


def widened_code(code: CodeType) -> CodeType:
    """``code`` with the names of narrow types among its constants replaced; itself where there are none.

    Names that may mean something else (``"f"``, ``"half"``) are replaced only where the code speaks of types at all. One
    replaced wrongly changes the loss, or ends in an error; it cannot leave anything narrow.
    """
    spoken = {*code.co_names, *(name for const in code.co_consts if isinstance(const, tuple) for name in const)}
    names = NAMES_OF_TYPES if spoken & {"astype", "view", "dtype"} else NAMES
    constants = tuple(
        widened_code(const) if isinstance(const, CodeType) else names.get(const, const) if type(const) is str else const
        for const in code.co_consts
    )
    unchanged = all(new is old for new, old in zip(constants, code.co_consts, strict=True))
    return code if unchanged else code.replace(co_consts=constants)
