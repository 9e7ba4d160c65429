"""A person's functions and values made anew to compute in float64 what they compute in float32.

A function is made again from the same code with other globals, where ``np`` and ``tf`` are stand-ins (see `library`),
float32 values are float64 copies and helper functions are made again in the same way; names of types in the code are
replaced. Objects of the person's classes, closures, defaults and modules are treated alike. Nothing that exists is
written to, and what code of the copies writes to goes into the copies.

The copies are no proof: the caller has to hold their loss against the original's. What they promise is that they raise
rather than hand on a value that has stayed in float32 where that can be seen: in what goes in and out of library
functions, and in what is returned.
"""

from __future__ import annotations

import builtins
import collections
import contextlib
import copy
import dis
import enum
import functools
import os
import sys
import sysconfig
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from ..engine.randomness import HostRandomState, RandomState
from . import narrow
from .library import Library, Unwidenable, belongs_here, is_keras

Function = Callable[..., Any]

_ATOMS = (bool, int, float, complex, bytes, type(None), range, slice, type(Ellipsis), type(NotImplemented))
_NAMING = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL", "DELETE_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"})
_KEPT_GLOBALS = ("__name__", "__package__", "__file__", "__spec__", "__loader__", "__doc__")
# Made by Python for each class anew.
_OF_EACH_CLASS = frozenset({"__dict__", "__weakref__", "_abc_impl", "__abstractmethods__"})
# Where objects of other libraries keep a function that they were made from.
_HIDING = ("__wrapped__", "func", "pyfunc", "py_func", "python_function", "__func__", "fget")


def widen_functions(functions: Sequence[Function]) -> list[Function] | None:
    """Copies of ``functions`` that compute in float64; None where one of them cannot be made again.

    They share what the originals share. Called, they take float64 parameters and data, and raise `Unwidenable` where
    something turns out to be float32 all the same.
    """
    widener = Widener()
    try:
        return [widener.function(function) for function in functions]
    except Unwidenable:
        return None


def widen_value(value: Any) -> Any:
    """``value`` with float64 copies of its float32, float16 and bfloat16 arrays, tensors, variables and numbers.

    In dicts, lists, tuples, dataclasses and objects of the person's own classes, nested at will. complex64 becomes
    complex128. Raises `Unwidenable` for what cannot be copied in float64.
    """
    return Widener().value(value)


class Widener:
    """Copies of functions and values in float64, of each thing one, so that what is shared stays shared."""

    def __init__(self) -> None:
        self._library = Library(self._refuse)
        # By identity of the original, which is kept so that the identity stays its own.
        self._memo: dict[int, tuple[Any, Any]] = {}
        self._namespaces: dict[int, tuple[dict[str, Any], types.ModuleType]] = {}
        # What is left to do: functions first, as they tell which values there are; Keras models before their variables.
        self._of_functions: collections.deque[Callable[[], None]] = collections.deque()
        self._of_models: collections.deque[Callable[[], None]] = collections.deque()
        self._of_values: collections.deque[Callable[[], None]] = collections.deque()
        self._refused: str | None = None
        narrow.learn_tensorflow()

    def function(self, function: Function) -> Function:
        """The copy of ``function``, with its signature.

        Raises `Unwidenable` where it cannot be made, as for compiled code. So does calling it with anything narrow, and
        when anything narrow shows while it runs or in what it returns.
        """
        made = self.value(function)
        if made is function or not callable(made):
            raise Unwidenable(f"{_name(function)} is not made of Python code, and cannot be made again in float64")
        name = _name(function)

        def run(*args: Any, **kwargs: Any) -> Any:
            self._refused = None
            self._require_wide((args, kwargs), f"{name} was given")
            result = made(*args, **kwargs)
            if self._refused is not None:
                # The person's own code caught it.
                raise Unwidenable(self._refused)
            self._require_wide(result, f"{name} returned")
            return result

        return functools.wraps(made)(run)

    def value(self, value: Any) -> Any:
        """The float64 copy of ``value``: anything that a notebook may hold. Raises `Unwidenable`."""
        state = _random_state()
        try:
            made = self._widen(value)
            self._finish()
        finally:
            # New layers of Keras draw numbers.
            if state.drawn():
                state.restore()
        return made

    def _drain(self, tasks: collections.deque[Callable[[], None]]) -> None:
        while tasks:
            tasks.popleft()()

    def _tasks_for(self, value: Any) -> collections.deque[Callable[[], None]]:
        """Where to queue the widening of ``value``: code runs when layers are made, and variables are layers' own."""
        if is_keras(value, "Layer") and not isinstance(value, type):
            return self._of_models
        code = isinstance(value, (types.FunctionType, types.ModuleType, type, str, np.generic, *_ATOMS))
        return self._of_functions if code or narrow.is_type(value) else self._of_values

    def _finish(self) -> None:
        while task := next((tasks for tasks in (self._of_functions, self._of_models, self._of_values) if tasks), None):
            task.popleft()()

    def _refuse(self, message: str) -> NoReturn:
        self._refused = message
        raise Unwidenable(message)

    def _require_wide(self, value: Any, said: str) -> None:
        if (found := narrow.narrow_inside(value)) is not None:
            raise Unwidenable(f"{said} a value of type {getattr(found.dtype, 'name', found.dtype)}")

    def _widen(self, value: Any) -> Any:
        if type(value) in _ATOMS:
            return value
        if type(value) is str:
            return narrow.NAMES.get(value, value)
        known = self._memo.get(id(value))
        return self._remember(value, self._make(value)) if known is None else known[1]

    def _remember(self, value: Any, made: Any) -> Any:
        self._memo[id(value)] = value, made
        return made

    def _make(self, value: Any) -> Any:
        if isinstance(value, types.ModuleType):
            return self._module(value)
        if isinstance(value, type):
            return self._class(value)
        if narrow.is_type(value):
            if isinstance(value, np.dtype) and narrow.has_narrow_field(value):
                raise Unwidenable(f"records with fields of type {value}")
            return narrow.wider(value)
        for make in (self._number, self._made_of_tensorflow, self._made_of_code, self._container, self._object):
            made = make(value)
            if made is not None:
                return made
        return value

    # Modules and namespaces

    def _module(self, module: types.ModuleType) -> types.ModuleType:
        if belongs_here(module.__name__):
            return self._library.stand_in(module)  # type: ignore[no-any-return]
        if _of_a_library(vars(module)):
            return module
        fresh = self._namespace(vars(module))
        # Python asks this for what a module has not.
        vars(fresh)["__getattr__"] = functools.partial(self._member, module, vars(fresh))
        return fresh

    def _member(self, module: types.ModuleType, fresh: dict[str, Any], name: str) -> Any:
        fresh[name] = self.value(getattr(module, name))
        return fresh[name]

    def _namespace(self, original: dict[str, Any]) -> types.ModuleType:
        """The module whose globals take the place of ``original``: empty but for what has been asked for so far."""
        known = self._namespaces.get(id(original))
        if known is None:
            found = original.get("__builtins__", builtins)
            own = dict(vars(found) if isinstance(found, types.ModuleType) else found)
            own["__import__"] = self._importing
            made = types.ModuleType("")
            vars(made).clear()
            vars(made).update({name: original[name] for name in _KEPT_GLOBALS if name in original}, __builtins__=own)
            known = self._namespaces[id(original)] = original, made
        return known[1]

    def _importing(self, *args: Any, **kwargs: Any) -> Any:
        module = builtins.__import__(*args, **kwargs)
        narrow.learn_tensorflow()
        return self.value(module)

    def _fill(self, original: dict[str, Any], fresh: dict[str, Any], names: Iterator[str]) -> None:
        for name in names:
            if name in original and name not in fresh:
                fresh[name] = None
                task = functools.partial(self._set_item, fresh, name, original[name])
                self._tasks_for(original[name]).append(task)

    def _set_item(self, target: Any, key: Any, value: Any) -> None:
        target[key] = self._widen(value)

    # Code

    def _made_of_code(self, value: Any) -> Any:
        if isinstance(value, types.FunctionType):
            return self._function(value)
        if isinstance(value, functools.partial):
            keywords = {name: self._widen(part) for name, part in value.keywords.items()}
            return functools.partial(self._widen(value.func), *map(self._widen, value.args), **keywords)
        if isinstance(value, types.MethodType):
            return self._method(value)
        if isinstance(value, types.BuiltinMethodType):
            return self._builtin(value)
        if isinstance(value, (staticmethod, classmethod)):
            return type(value)(self._widen(value.__func__))
        if isinstance(value, property):
            return type(value)(self._widen(value.fget), self._widen(value.fset), self._widen(value.fdel), value.__doc__)
        if isinstance(value, functools.cached_property):
            made = functools.cached_property(self._widen(value.func))
            made.attrname = value.attrname
            return made
        if isinstance(value, np.vectorize):
            vectorized: Any = copy.copy(value)
            vectorized.pyfunc = self._widen(value.pyfunc)
            vectorized.otypes = None if value.otypes is None else value.otypes.translate({102: "d", 101: "d"})
            vectorized._ufunc = {} if isinstance(getattr(value, "_ufunc", None), dict) else None
            return vectorized
        if isinstance(value, np.ufunc):
            if value.__name__.endswith("(vectorized)"):
                raise Unwidenable(f"{value.__name__}: what np.frompyfunc made does not tell its function")
            return self._library.stand_in(value)
        return self._wrapping(value) if callable(value) else None

    def _function(self, function: types.FunctionType) -> Any:
        if _of_a_library(function.__globals__):
            return self._library_function(function)
        fresh = self._copy_of(
            function, narrow.widened_code(function.__code__), vars(self._namespace(function.__globals__))
        )
        self._fill(function.__globals__, fresh.__globals__, _globals_named(function.__code__))
        return fresh

    def _library_function(self, function: types.FunctionType) -> Any:
        """A decorator's inner function holds the person's; any other is a library's own."""
        contents = [_content(cell) for cell in function.__closure__ or ()]
        if any(map(_is_persons, contents)):
            return self._copy_of(function, function.__code__, function.__globals__)
        if any(_is_persons(_attribute(function, name)) for name in _HIDING):
            raise Unwidenable(f"{_name(function)} is wrapped in a function of {function.__globals__.get('__name__')}")
        return self._library.stand_in(function)

    def _copy_of(
        self, function: types.FunctionType, code: types.CodeType, namespace: dict[str, Any]
    ) -> types.FunctionType:
        cells = tuple(map(self._cell, function.__closure__ or ()))
        fresh = types.FunctionType(code, namespace, function.__name__, None, cells or None)
        self._remember(function, fresh)
        fresh.__qualname__ = function.__qualname__
        fresh.__doc__ = function.__doc__
        fresh.__module__ = function.__module__
        try:
            fresh.__annotations__ = dict(function.__annotations__)
        except Exception:
            # Where annotations are evaluated late, they may name what does not exist.
            fresh.__annotations__ = {}
        self._of_functions.append(functools.partial(self._finish_function, function, fresh))
        return fresh

    def _finish_function(self, function: types.FunctionType, fresh: types.FunctionType) -> None:
        if function.__defaults__ is not None:
            fresh.__defaults__ = tuple(map(self._widen, function.__defaults__))
        if function.__kwdefaults__ is not None:
            fresh.__kwdefaults__ = {name: self._widen(part) for name, part in function.__kwdefaults__.items()}
        for name, part in vars(function).items():
            setattr(fresh, name, self._widen(part))

    def _cell(self, cell: types.CellType) -> types.CellType:
        known = self._memo.get(id(cell))
        if known is not None:
            return known[1]  # type: ignore[no-any-return]
        fresh = types.CellType()
        self._remember(cell, fresh)
        content = _content(cell)
        if content is not _EMPTY:
            self._tasks_for(content).append(functools.partial(self._set_cell, fresh, content))
        return fresh

    def _set_cell(self, cell: types.CellType, content: Any) -> None:
        cell.cell_contents = self._widen(content)

    def _method(self, method: types.MethodType) -> Any:
        owner = self._widen(method.__self__)
        if isinstance(method.__func__, types.FunctionType) and not _of_a_library(method.__func__.__globals__):
            return types.MethodType(self._widen(method.__func__), owner)
        return method if owner is method.__self__ else getattr(owner, method.__name__)

    def _builtin(self, function: Any) -> Any:
        owner = function.__self__
        if owner is None or isinstance(owner, types.ModuleType):
            return self._library.stand_in(function)
        fresh = self._widen(owner)
        return function if fresh is owner else getattr(fresh, function.__name__)

    def _wrapping(self, value: Any) -> Any:
        """A callable object of a library that was made from a function of the person's."""
        inner = next((inner for name in _HIDING if _is_persons(inner := _attribute(value, name))), None)
        if inner is None or _is_persons(type(value)):
            # NumPy's functions are such objects without any inner function.
            return self._library.stand_in(value) if belongs_here(_attribute(value, "__module__")) else None
        fresh = self._widen(inner)
        if isinstance(value, functools._lru_cache_wrapper):
            return functools.lru_cache(**value.cache_parameters())(fresh)
        home = type(value).__module__
        if inner is _attribute(value, "python_function") or inner is _attribute(value, "py_func"):
            # `tf.function` and Numba's compiled functions: as Python runs them.
            return fresh
        tensorflow = narrow.learn_tensorflow()
        if tensorflow is not None and home == "tensorflow.python.ops.custom_gradient":
            return self._custom_gradient(tensorflow, inner, fresh)
        raise Unwidenable(f"{_name(value)} is wrapped in an object of {home}, which cannot be made again")

    def _custom_gradient(self, tensorflow: Any, inner: Any, fresh: Any) -> Any:
        # It reads the function's signature and name, which the copy has as soon as its turn comes.
        holder: list[Any] = []

        @functools.wraps(inner)
        def call(*args: Any, **kwargs: Any) -> Any:
            if not holder:
                holder.append(tensorflow.custom_gradient(fresh))
            return holder[0](*args, **kwargs)

        call.__wrapped__ = fresh
        return call

    # Classes and objects

    def _class(self, class_: type) -> Any:
        if not _is_persons(class_):
            return self._library.stand_in(class_)
        if issubclass(class_, (tuple, BaseException, enum.Enum, str, int, float, complex, bytes, type)):
            return class_
        if _is_persons(type(class_)) or any(
            _is_persons(base) and "__init_subclass__" in vars(base) for base in class_.__mro__
        ):
            raise Unwidenable(f"{class_.__qualname__}: its making runs code of its own")
        namespace, later = {}, {}
        for name, value in vars(class_).items():
            if name in _OF_EACH_CLASS or isinstance(value, (types.MemberDescriptorType, types.GetSetDescriptorType)):
                continue
            now = isinstance(
                value, (types.FunctionType, staticmethod, classmethod, property, functools.cached_property)
            )
            if now:
                namespace[name] = self._widen(value)
            elif name.startswith("__") and not callable(value):
                namespace[name] = value
            else:
                later[name] = value
        bases = tuple(self._widen(base) if _is_persons(base) else base for base in class_.__bases__)
        metaclass: Any = type(class_)
        fresh = metaclass(class_.__name__, bases, namespace)
        self._remember(class_, fresh)
        for name, value in later.items():
            self._tasks_for(value).append(functools.partial(self._set_class_attribute, fresh, name, value))
        return fresh

    def _set_class_attribute(self, class_: type, name: str, value: Any) -> None:
        type.__setattr__(class_, name, self._widen(value))

    def _object(self, value: Any) -> Any:
        """A copy of an object of a class of the person's, or of a bare holder of attributes."""
        bare = type(value) is types.SimpleNamespace or type(value).__module__ == "argparse"
        if not bare and not _is_persons(type(value)):
            return self._foreign(value)
        class_ = type(value) if bare else self._widen(type(value))
        if class_ is type(value) and not bare:
            return value
        builder: Any = next(base for base in type(value).__mro__ if not _is_persons(base))
        try:
            fresh = builder.__new__(class_)
        except TypeError as error:
            raise Unwidenable(f"an object of {type(value).__qualname__}: {error}") from error
        self._remember(value, fresh)
        if isinstance(value, dict):
            for key, part in dict.items(value):
                dict.__setitem__(fresh, key, self._widen(part))
        elif isinstance(value, list):
            list.extend(fresh, [self._widen(part) for part in list.__iter__(value)])
        elif isinstance(value, set):
            set.update(fresh, map(self._widen, set.__iter__(value)))
        self._of_values.append(functools.partial(self._finish_object, value, fresh))
        return fresh

    def _finish_object(self, value: Any, fresh: Any) -> None:
        attributes = _attribute(value, "__dict__")
        if isinstance(attributes, dict):
            fresh.__dict__.update({name: self._widen(part) for name, part in attributes.items()})
        for base in type(value).__mro__:
            for name, slot in vars(base).items():
                if isinstance(slot, types.MemberDescriptorType) and _is_persons(base):
                    try:
                        held = slot.__get__(value)
                    except AttributeError:
                        continue
                    object.__setattr__(fresh, name, self._widen(held))

    def _foreign(self, value: Any) -> Any:
        """An object of another library: float64 where it knows how (SciPy's sparse matrices), else as it is."""
        if any(_is_persons(_attribute(value, name)) for name in _HIDING):
            raise Unwidenable(f"{type(value).__qualname__} holds a function and cannot be made again")
        if not narrow.is_narrow(value):
            return value
        astype = _attribute(value, "astype")
        if astype is None:
            raise Unwidenable(f"{type(value).__qualname__} is {value.dtype} and has no astype")
        return astype(np.complex128 if np.dtype(value.dtype).kind == "c" else np.float64)

    # Values

    def _number(self, value: Any) -> Any:
        if isinstance(value, np.generic):
            return narrow.wider(value.dtype).type(value) if narrow.is_narrow(value) else value
        if not isinstance(value, np.ndarray):
            return None
        if value.dtype.hasobject and value.dtype.names is None:
            made = np.empty_like(value)
            self._remember(value, made)
            for index in np.ndindex(value.shape):
                made[index] = self._widen(value[index])
            return made
        if narrow.has_narrow_field(value.dtype):
            raise Unwidenable(f"an array of records of type {value.dtype}")
        return value.astype(narrow.wider(value.dtype), order="K", copy=True)

    def _made_of_tensorflow(self, value: Any) -> Any:
        if is_keras(value, "Layer"):
            return self._layer(value)
        if is_keras(value, "Loss", "Metric"):
            return self._from_config(value, type(value))
        if is_keras(value, "Variable"):
            return self._keras_variable(value)
        tensorflow = narrow.learn_tensorflow()
        if tensorflow is None:
            return None
        if isinstance(value, tensorflow.Variable):
            wide = tensorflow.as_dtype(narrow.wider(value.dtype))
            return tensorflow.Variable(tensorflow.cast(value, wide), trainable=value.trainable, dtype=wide)
        if tensorflow.is_tensor(value):
            wide = tensorflow.as_dtype(narrow.wider(value.dtype))
            if value.dtype == wide:
                return value
            if isinstance(value, tensorflow.Tensor) and not hasattr(value, "numpy"):
                raise Unwidenable("a symbolic tensor")
            return tensorflow.cast(value, wide)
        return None

    def _keras_variable(self, value: Any) -> Any:
        wide = str(narrow.wider(str(value.dtype)))
        return type(value)(np.asarray(value).astype(wide), dtype=wide, trainable=value.trainable)

    def _layer(self, value: Any) -> Any:
        """A layer or model of Keras again, made from its configuration, with the same weights."""
        fresh = self._from_config(value, self._widen(type(value)) if _is_persons(type(value)) else type(value))
        try:
            layers = list(zip(value._flatten_layers(), fresh._flatten_layers(), strict=True))
            for original, new in reversed(layers):
                # A model of the person's has no variables but its layers'.
                if original.built and not new.built and not (is_keras(new, "Model") and _is_persons(type(original))):
                    new.build_from_config(original.get_build_config())
            pairs = list(zip(value.variables, fresh.variables, strict=True))
            for original, new in pairs:
                new.assign(np.asarray(original).astype(new.dtype))
        except Exception as error:
            raise Unwidenable(f"the layer {value.name} could not be made again: {error}") from error
        if any(tuple(original.shape) != tuple(new.shape) for original, new in pairs):
            raise Unwidenable(f"the layer {value.name} could not be made again: its weights have other shapes")
        for original, new in [*pairs, *layers]:
            self._remember(original, new)
        return fresh

    def _from_config(self, value: Any, class_: Any) -> Any:
        home = next(base.__module__ for base in type(value).__mro__ if not _is_persons(base))
        keras = sys.modules[home.partition(".")[0]]
        inner = [*_attribute(value, "_flatten_layers")()] if is_keras(value, "Layer") else []
        persons = {type(layer): self._widen(type(layer)) for layer in inner if _is_persons(type(layer))}
        try:
            config = _wide_config(value.get_config())
            config["dtype"] = config.get("dtype", "float64")
            self._drain(self._of_functions)
            with (
                _float64_layers(keras),
                keras.utils.custom_object_scope({old.__name__: new for old, new in persons.items()}),
            ):
                # A model of the person's, whose constructor takes nothing, does not take what all layers have either.
                bare = type(value) in persons and config.keys() <= {"name", "trainable", "dtype"}
                fresh = class_() if bare and is_keras(value, "Model") else class_.from_config(config)
            if narrow.is_narrow(fresh) and is_keras(fresh, "Layer"):
                # A model hands its own type to none of its layers, nor takes it from its configuration.
                fresh.dtype_policy = "float64"
        except Exception as error:
            raise Unwidenable(f"{type(value).__name__} could not be made again: {error}") from error
        if narrow.is_narrow(fresh):
            raise Unwidenable(f"{type(value).__name__} stays in {fresh.dtype}")
        return fresh

    def _container(self, value: Any) -> Any:
        kind = type(value)
        if _is_persons(kind) and not isinstance(value, tuple):
            return None
        if isinstance(value, types.MappingProxyType):
            return types.MappingProxyType({key: self._widen(part) for key, part in value.items()})
        if isinstance(value, dict):
            known = kind in (collections.OrderedDict, collections.defaultdict, collections.Counter)
            fresh: Any = copy.copy(value) if known else {}
            self._remember(value, fresh)
            for key, part in value.items():
                fresh[key] = self._widen(part)
            return fresh
        if isinstance(value, (list, collections.deque)):
            fresh = [] if isinstance(value, list) else collections.deque(maxlen=value.maxlen)
            self._remember(value, fresh)
            fresh.extend(self._widen(part) for part in value)
            return fresh
        if isinstance(value, tuple):
            parts = [self._widen(part) for part in value]
            return tuple.__new__(kind, parts) if issubclass(kind, tuple) else tuple(parts)
        if isinstance(value, (set, frozenset)):
            return kind(map(self._widen, value))
        return copy.copy(value) if isinstance(value, bytearray) else None


_EMPTY = object()


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _EMPTY


def _attribute(value: Any, name: str) -> Any:
    # Attributes of any object may do anything.
    try:
        return getattr(value, name, None)
    except Exception:
        return None


def _name(function: Any) -> str:
    return str(_attribute(function, "__name__") or type(function).__name__)


def _wide_config(config: Any) -> Any:
    if isinstance(config, dict):
        return {key: _wide_config(part) for key, part in config.items()}
    if isinstance(config, (list, tuple)):
        return type(config)(map(_wide_config, config))
    if narrow.is_narrow(config):
        return np.asarray(config).astype(np.float64)
    return str(narrow.wider(config)) if isinstance(config, str) else config


@contextlib.contextmanager
def _float64_layers(keras: Any) -> Iterator[None]:
    """Layers that are made meanwhile are float64."""
    config = _attribute(keras, "config")
    before = config.dtype_policy()
    config.set_dtype_policy("float64")
    try:
        yield
    finally:
        config.set_dtype_policy(before)


def _globals_named(code: types.CodeType) -> Iterator[str]:
    """The globals that ``code`` reads or writes, with those of functions and classes inside it."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in _NAMING:
            yield str(instruction.argval)
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from _globals_named(const)


def _is_persons(value: Any) -> bool:
    """Whether ``value`` is a function, method or class that was written by the person, or holds one."""
    if isinstance(value, functools.partial):
        return _is_persons(value.func)
    if isinstance(value, types.MethodType):
        return _is_persons(value.__func__) or _is_persons(type(value.__self__))
    if isinstance(value, types.FunctionType):
        closure = value.__closure__ or ()
        return not _of_a_library(value.__globals__) or any(
            not _of_a_library(content.__globals__)
            for content in map(_content, closure)
            if isinstance(content, types.FunctionType)
        )
    if not isinstance(value, type):
        return False
    name = value.__module__
    if name == "builtins":
        # Code run in a namespace without a name makes its classes there.
        return getattr(builtins, value.__name__, None) is not value and bool(value.__flags__ & (1 << 9))
    module = sys.modules.get(name)
    return not _from_a_library(name, _attribute(module, "__file__"))


def _of_a_library(namespace: Mapping[str, Any]) -> bool:
    return _from_a_library(str(namespace.get("__name__", "")), namespace.get("__file__"))


@functools.lru_cache(maxsize=4096)
def _from_a_library(name: str, file: str | None) -> bool:
    """Whether a module is installed or Python's own, and so none that the person wrote."""
    if name == "__main__":
        return False
    top = name.partition(".")[0]
    if top == __name__.partition(".")[0] or belongs_here(name):
        return True
    if not isinstance(file, str):
        return top in sys.stdlib_module_names
    path = os.path.abspath(file)
    parts = path.replace("\\", "/").split("/")
    return "site-packages" in parts or "dist-packages" in parts or path.startswith(_STANDARD)


_STANDARD = tuple(sysconfig.get_paths()[name] + os.sep for name in ("stdlib", "platstdlib"))


def _random_state() -> RandomState:
    if narrow.learn_tensorflow() is None:
        return HostRandomState()
    from .tensorflow_ import TensorFlowBackend

    return TensorFlowBackend().random_state()
