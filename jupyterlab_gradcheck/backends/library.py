"""Stand-ins for NumPy, TensorFlow and Keras that compute in float64 what is written for float32.

Code that has a stand-in for ``np`` or ``tf`` reads float64 where it asks for float32, gets float64 from functions whose
default is float32, and everything else as it is. Nothing of the libraries is changed, and no setting of theirs.

Every call through a stand-in is watched: a float32 value that goes in or comes out is something that was not widened, and
is refused rather than cast, as the digits are gone by then.
"""

from __future__ import annotations

import functools
import inspect
import sys
import types
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from . import narrow


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NAMES = frozenset({"numpy", "tensorflow", "keras", "tf_keras"})
# NumPy's functions that take a type as their second or a later argument.
_CREATES = _words(
    "array asarray asanyarray ascontiguousarray asfortranarray zeros ones empty full zeros_like ones_like empty_like "
    "full_like arange linspace logspace geomspace eye identity tri sum mean prod cumsum cumprod std var trace"
)
_PLAIN = frozenset({int, float, bool, complex, type(None), slice, bytes, np.float64, np.int64})
# How far a structure of arguments is searched for names of types.
_SETTINGS = 8


class Unwidenable(TypeError):
    """Something cannot be computed in float64; the message says what."""


def belongs_here(name: Any) -> bool:
    """Whether the module called ``name`` is one of those that have a stand-in."""
    return isinstance(name, str) and name.partition(".")[0] in NAMES


class Library:
    """The stand-ins, each made once.

    ``refuse`` is told what has stayed in float32, and must raise.
    """

    def __init__(self, refuse: Callable[[str], NoReturn]) -> None:
        self._refuse = refuse
        # By identity of the library's object, which is kept so that the identity stays its own.
        self._made: dict[int, tuple[Any, Any]] = {}

    def stand_in(self, value: Any) -> Any:
        """What takes the place of ``value``, a module of the libraries or anything that they contain."""
        known = self._made.get(id(value))
        if known is None:
            known = self._made[id(value)] = value, self._make(value)
        return known[1]

    def _make(self, value: Any) -> Any:
        if isinstance(value, types.ModuleType):
            return _Module(value, self) if belongs_here(value.__name__) else value
        if isinstance(value, type):
            return self._class(value)
        if narrow.is_type(value):
            return narrow.wider(value)
        if not callable(value):
            return value
        tensorflow = narrow.learn_tensorflow()
        if not belongs_here(getattr(value, "__module__", None)) or not hasattr(value, "__name__"):
            return value
        if value.__module__.startswith("numpy") or isinstance(value, np.ufunc):
            return _NumpyCall(value, self._refuse)
        if tensorflow is None:
            return value
        special = _special(value, tensorflow)
        return special if special is not None else _made_for(value, tensorflow)(value, self._refuse)

    def _class(self, value: type) -> Any:
        tensorflow = narrow.learn_tensorflow()
        if tensorflow is not None and value is tensorflow.Variable:
            return _Class(value, self._refuse)
        if is_keras(value, "Layer", "Loss", "Metric"):
            return (_ModelClass if is_keras(value, "Model") else _KerasClass)(value, self._refuse)
        return narrow.wider(value)


def keras_base(kind: str) -> tuple[type, ...]:
    """The base class of that kind in each Keras that is loaded: ``Layer``, ``Loss``, ``Metric``, ``Variable``."""
    home = {"Layer": "layers", "Loss": "losses", "Metric": "metrics"}.get(kind)
    found = []
    for name in ("keras", "tf_keras"):
        module: Any = sys.modules.get(name)
        base = getattr(getattr(module, home, None) if home else module, kind, None)
        if isinstance(base, type):
            found.append(base)
    return tuple(found)


def is_keras(value: Any, *kinds: str) -> bool:
    """Whether ``value`` is an object, or a class, of one of these kinds of Keras."""
    bases = tuple(base for kind in kinds for base in keras_base(kind))
    return issubclass(value, bases) if isinstance(value, type) else isinstance(value, bases)


class _Module(types.ModuleType):
    """A module whose members are stand-ins, made when they are asked for."""

    def __init__(self, module: types.ModuleType, library: Library) -> None:
        super().__init__(module.__name__)
        self.__dict__["_stands_for"] = module
        self.__dict__["_library"] = library

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.__dict__["_stands_for"], name)
        made = self.__dict__["_library"].stand_in(found)
        if not name.startswith("__"):
            self.__dict__[name] = made
        return made

    def __dir__(self) -> list[str]:
        return dir(self.__dict__["_stands_for"])


class _Call:
    """A function of a library, called with wide types and watched."""

    def __init__(self, function: Callable[..., Any], refuse: Callable[[str], NoReturn]) -> None:
        self.__wrapped__ = function
        self.__name__ = str(getattr(function, "__name__", function))
        self.__module__ = getattr(function, "__module__", None) or ""
        self.__doc__ = getattr(function, "__doc__", None)
        self._refuse = refuse

    def __getattr__(self, name: str) -> Any:
        if name == "__wrapped__":
            raise AttributeError(name)
        return getattr(self.__wrapped__, name)

    def __eq__(self, other: object) -> bool:
        return self.__wrapped__ is getattr(other, "__wrapped__", other)

    def __hash__(self) -> int:
        return hash(self.__wrapped__)

    def __repr__(self) -> str:
        return repr(self.__wrapped__)

    def _wide(self, value: Any, depth: int = 0) -> Any:
        """An argument, or a part of one, with types widened. Raises where it holds something narrow."""
        kind = type(value)
        if kind is np.ndarray:
            return self._checked(value)
        if kind in _PLAIN:
            return value
        if isinstance(value, str):
            return narrow.NAMES.get(value, value)
        if narrow.is_type(value):
            # TensorFlow is given its own float64, not the one that remembers what it took the place of.
            return _own(narrow.wider(value))
        if kind in (list, tuple, dict) and depth < _SETTINGS and len(value) <= 64:
            items = value.values() if kind is dict else value
            made = [self._wide(item, depth + 1) for item in items]
            if all(new is old for new, old in zip(made, items, strict=True)):
                return value
            return dict(zip(value, made, strict=True)) if kind is dict else kind(made)
        return self._checked(value)

    def _checked(self, value: Any) -> Any:
        if (found := narrow.narrow_inside(value)) is not None:
            self._refuse(f"{self.__name__} was given a value of type {_dtype_name(found)}")
        return value

    def _returned(self, value: Any) -> Any:
        if (found := narrow.narrow_inside(value)) is not None:
            self._refuse(f"{self.__name__} returned a value of type {_dtype_name(found)}")
        return value


class _NumpyCall(_Call):
    """A function of NumPy."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        function = self.__wrapped__
        args = tuple(self._wide(value) for value in args)
        if kwargs:
            kwargs = {name: self._wide(value) for name, value in kwargs.items()}
        if self.__name__ in _CREATES:
            names = narrow.NAMES_OF_TYPES
            args = (*args[:1], *(names.get(v, v) if isinstance(v, str) else v for v in args[1:]))
            if isinstance(kwargs.get("dtype"), str):
                kwargs["dtype"] = names.get(kwargs["dtype"], kwargs["dtype"])
        result = function(*args, **kwargs)
        if narrow.narrow_inside(result) is None:
            return result
        if isinstance(function, np.ufunc) and "dtype" not in kwargs:
            # Small integers: np.exp of an image is float16.
            return self._returned(function(*args, **kwargs, dtype=np.float64))
        return self._returned(result)


class _TensorFlowCall(_Call):
    """A function of TensorFlow or Keras, many of which make float32 unless they are told otherwise."""

    def __init__(self, function: Callable[..., Any], refuse: Callable[[str], NoReturn]) -> None:
        super().__init__(function, refuse)
        parameters = _parameters(function)
        self._place = list(parameters).index("dtype") if "dtype" in parameters else None
        default = None if self._place is None else parameters["dtype"].default
        # They turn Python's numbers into float32 on the way to any other type.
        self._takes_tensors = self.__name__ in ("cast", "saturate_cast")
        self._narrow_by_default = default is not None and narrow.is_type(default) and narrow.wider(default) != default

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        args = tuple(self._wide(value) for value in args)
        if kwargs:
            kwargs = {name: self._wide(value) for name, value in kwargs.items()}
        if self._takes_tensors:
            args = tuple(map(_tensor, args))
            kwargs = {name: _tensor(value) for name, value in kwargs.items()}
        open_ = self._place is not None and len(args) <= self._place and kwargs.get("dtype") is None
        if open_ and self._narrow_by_default:
            kwargs["dtype"] = _tensorflow().float64
        result = self.__wrapped__(*args, **kwargs)
        if narrow.narrow_inside(result) is None:
            return result
        if open_ and not self._narrow_by_default:
            return self._returned(self.__wrapped__(*args, **{**kwargs, "dtype": _tensorflow().float64}))
        # Python's numbers become float32 where nothing beside them says otherwise.
        args = tuple(_tensor(value) for value in args)
        kwargs = {name: _tensor(value) for name, value in kwargs.items()}
        return self._returned(self.__wrapped__(*args, **kwargs))


class _Class(_TensorFlowCall):
    """A class whose objects are float32 by default. To isinstance, issubclass and ``class`` it is the class itself."""

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, self.__wrapped__)  # type: ignore[arg-type]

    def __subclasscheck__(self, class_: type) -> bool:
        return issubclass(class_, self.__wrapped__)  # type: ignore[arg-type]

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        return (self.__wrapped__,)


class _KerasClass(_Class):
    """A class of Keras whose constructor takes a type."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("dtype") is None:
            kwargs["dtype"] = "float64"
        return super().__call__(*args, **kwargs)


class _ModelClass(_Class):
    """A class of Keras's models, which take no type, and cast what they are given to the one they have."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        wide = {name: self._wide(value) for name, value in kwargs.items()}
        made: Any = self.__wrapped__(*map(self._wide, args), **wide)
        made.dtype_policy = "float64"
        return made


class _Draw(_TensorFlowCall):
    """A random function: the numbers that float32 gives, shifted and scaled in float64, so that they are the same."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        tensorflow = _tensorflow()
        bound = inspect.signature(self.__wrapped__).bind(*args, **kwargs)
        bound.apply_defaults()
        given = bound.arguments
        if not (given["dtype"] == tensorflow.float32 or narrow.stood_for_float32(given["dtype"])):
            return super().__call__(*args, **kwargs)
        kinds = ("mean", "stddev") if "mean" in given else ("minval", "maxval")
        first, second = (self._wide(given[name]) for name in kinds)
        given.update({"dtype": tensorflow.float32, kinds[0]: 0.0, kinds[1]: 1.0})
        drawn = _float64(self.__wrapped__(*bound.args, **bound.kwargs))
        if kinds[0] == "minval":
            second = (1.0 if second is None else second) - first
        return drawn * _float64(second) + _float64(first)


class _Dropout(_TensorFlowCall):
    """Dropout that leaves out what it leaves out in float32."""

    def __call__(self, x: Any, rate: Any, *args: Any, **kwargs: Any) -> Any:
        tensorflow = _tensorflow()
        x = _float64(self._checked(x))
        ones = tensorflow.ones_like(x, dtype=tensorflow.float32)
        share = rate if isinstance(rate, (int, float)) else tensorflow.cast(rate, tensorflow.float32)
        kept = self.__wrapped__(ones, share, *args, **kwargs)
        return tensorflow.where(kept != 0, x / (1 - _float64(rate)), tensorflow.zeros_like(x))


def _made_for(value: Any, tensorflow: Any) -> type[_TensorFlowCall]:
    random_ = tensorflow.random
    draws = (
        "normal",
        "uniform",
        "truncated_normal",
        "stateless_normal",
        "stateless_uniform",
        "stateless_truncated_normal",
    )
    if any(value is getattr(random_, name, None) for name in draws):
        return _Draw
    dropouts = (tensorflow.nn.dropout, getattr(tensorflow.nn.experimental, "stateless_dropout", None))
    return _Dropout if any(value is known for known in dropouts) else _TensorFlowCall


def _special(value: Any, tensorflow: Any) -> Any:
    """What has to be answered by something of our own."""
    if value is tensorflow.function:
        return _as_it_is
    if value is tensorflow.nn.leaky_relu:
        return _leaky_relu
    if value.__module__.startswith(("keras", "tf_keras")):
        if value.__name__ == "floatx":
            return _wide_floatx
        if value.__name__ == "cast_to_floatx":
            return _cast_to_wide
    return None


def _as_it_is(function: Any = None, *args: Any, **kwargs: Any) -> Any:
    """Stands for `tf.function`: the function runs as it is written."""
    return function if callable(function) else lambda inner: inner


def _leaky_relu(features: Any, alpha: Any = 0.2, name: Any = None) -> Any:
    """Stands for `tf.nn.leaky_relu`, whose kernel holds its slope in float32 whatever the features are."""
    tensorflow = _tensorflow()
    features = tensorflow.convert_to_tensor(_tensor(features))
    return tensorflow.where(features > 0, features, features * tensorflow.cast(_tensor(alpha), features.dtype))


def _wide_floatx() -> str:
    return "float64"


def _cast_to_wide(x: Any) -> Any:
    tensorflow = _tensorflow()
    return _float64(x) if tensorflow.is_tensor(x) else np.asarray(x, dtype=np.float64)


def _tensorflow() -> Any:
    return sys.modules["tensorflow"]


def _own(dtype: Any) -> Any:
    return _tensorflow().float64 if narrow.stood_for_float32(dtype) else dtype


def _tensor(value: Any) -> Any:
    """Python's floating-point numbers, alone or in lists, as a float64 tensor; anything else as it is."""
    return _tensorflow().constant(value, dtype=_tensorflow().float64) if _is_float(value) else value


def _float64(value: Any) -> Any:
    """A number, array or tensor as a float64 tensor, without passing through float32."""
    tensorflow = _tensorflow()
    if isinstance(value, tensorflow.Variable) or tensorflow.is_tensor(value):
        return tensorflow.cast(value, tensorflow.float64)
    return tensorflow.convert_to_tensor(value, dtype=tensorflow.float64)


def _is_float(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and any(map(_is_float, value)) and all(_is_number(part) for part in value)
    return type(value) is float


def _is_number(value: Any) -> bool:
    return all(map(_is_number, value)) if isinstance(value, (list, tuple)) else type(value) in (int, float)


@functools.lru_cache(maxsize=1024)
def _parameters(function: Callable[..., Any]) -> Any:
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}


def _dtype_name(value: Any) -> str:
    dtype = value.dtype
    return str(getattr(dtype, "name", dtype))
