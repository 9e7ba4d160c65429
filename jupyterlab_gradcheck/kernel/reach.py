"""What the person's functions can get at beside their arguments: globals, closures, defaults, ``self``.

Followed is only the person's own code; a library is taken to leave them alone. Nothing is called and no attribute is asked
for by way of the person's code: an object is looked at through its ``__dict__``.
"""

from __future__ import annotations

import functools
import sys
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .bytecode import Uses, is_own, uses
from .copies import is_variable, state_of

# Objects looked at. A notebook's functions reach some dozens; this ends a walk that has gone astray.
_MOST = 5_000
_WIDEST = 1_000
_DEEPEST = 12

_MAKING = ("__new__", "__init__", "__post_init__", "__init_subclass__", "__set_name__")
_CONTAINERS = (list, dict, set, deque, bytearray, tuple, frozenset)
_PLAIN = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    np.generic,
    range,
    slice,
    types.CodeType,
    types.EllipsisType,
)


_Used = tuple[types.FunctionType, Uses]


@dataclass(frozen=True)
class Found:
    """One thing within reach that could change.

    ``kind`` says what: ``name`` (``key`` of the namespace ``value``), ``class-name`` (of the class ``value``), ``cell``,
    ``attributes`` (a ``__dict__``), ``slot`` (``key`` of the object ``value``), ``contents``, ``array``, ``generator``,
    ``variable`` (of TensorFlow or Keras), ``iterator``. ``label`` names it for a sentence.
    """

    kind: str
    value: Any
    label: str
    key: str = ""


class Reach:
    """A walk from some functions over all that they can get at.

    Attributes:
        found: what could change, in the order it was come by.
        seeds: whether a function hands TensorFlow's random operations seeds of their own, or is traced.
    """

    def __init__(
        self,
        first: Callable[..., Any] | Sequence[Callable[..., Any]],
        second: Callable[..., Any] | Sequence[Callable[..., Any]] | None,
        data: Iterable[Any] = (),
        without: Iterable[Any] = (),
    ) -> None:
        """Walks from ``first`` and ``second``, each one function or several, past the objects ``without``."""
        self.found: list[Found] = []
        self.seeds = False
        self._seen: dict[int, Any] = {}
        self._functions: list[_Used] = []
        self._modules: list[types.ModuleType] = []
        self._classes: list[type] = []
        self._kinds: dict[type, bool] = {}
        self._noted: set[tuple[int, str]] = set()
        for value in without:
            self._seen[id(value)] = value
        for function in [first] if callable(first) else first:
            self._start(function)
        of_first = len(self._functions)
        for function in [] if second is None else [second] if callable(second) else second:
            self._start(function)
        self._speaks = _speaks(self._functions[:of_first], self._functions[of_first:])
        if not self._speaks and second is not None and of_first > 1 and _keeps(self._functions[:of_first]):
            # What both call was come by on the way of the first.
            alone = Reach(second, None)
            self._speaks = _speaks(self._functions[:of_first], alone._functions)
        for value in data:
            self._data(value, 0)
        self._settle()
        self.seeds = "tensorflow" in sys.modules and (self.seeds or any(used.seeds for _, used in self._functions))

    @property
    def speaks(self) -> bool:
        """Whether the second function reads what the first stores outside itself: ``self.cache``, a global."""
        return self._speaks

    @property
    def functions(self) -> list[types.FunctionType]:
        """The person's functions among what was walked over, those that it began with first."""
        return [function for function, _ in self._functions]

    def _start(self, function: Callable[..., Any]) -> None:
        self._visit(function, getattr(function, "__name__", type(function).__name__), 0)
        self._settle()

    def _settle(self) -> None:
        """Looks up in modules and classes the attributes that the functions name, until there is nothing new."""
        stored = any(used.stores.attributes for _, used in self._functions)
        for _ in range(_DEEPEST if self._modules or self._classes else 0):
            known = len(self._functions)
            read = frozenset().union(*(used.reads.attributes for _, used in self._functions))
            bound = frozenset().union(*(used.stores.attributes for _, used in self._functions))
            for module in self._modules:
                self._look_up(vars(module), read, bound, f"{module.__name__}.", "name", vars(module))
            for kind in self._classes:
                self._look_up(vars(kind), read, bound, f"{kind.__name__}.", "class-name", kind)
            stored = bool(bound)
            if len(self._functions) == known:
                break
        if stored:
            for function, _ in self._functions:
                self._add("attributes", function.__dict__, function.__name__)

    def _look_up(
        self, names: Mapping[str, Any], read: frozenset[str], stored: frozenset[str], label: str, kind: str, owner: Any
    ) -> None:
        for name in (read | stored) & names.keys():
            if name in stored and (id(owner), name) not in self._noted:
                self._noted.add((id(owner), name))
                self.found.append(Found(kind, owner, f"{label}{name}", name))
            for member in _functions_of(names[name]) or [names[name]]:
                self._visit(member, f"{label}{name}", 1)

    def _add(self, kind: str, value: Any, label: str) -> None:
        if (id(value), kind) not in self._noted:
            self._noted.add((id(value), kind))
            self._seen.setdefault(id(value), value)
            self.found.append(Found(kind, value, label))

    def _data(self, value: Any, depth: int) -> None:
        """Visits what in ``value`` is not copied for the functions: objects that they get as they are."""
        if isinstance(value, (np.ndarray, *_PLAIN)) or is_variable(value) or depth > _DEEPEST:
            return
        if type(value) in (list, tuple, deque, set):
            for item in list(value)[:_WIDEST]:
                self._data(item, depth + 1)
        elif type(value) is dict:
            for item in list(value.values())[:_WIDEST]:
                self._data(item, depth + 1)
        elif state_of(value) is None:
            self._visit(value, type(value).__name__, depth)

    def _visit(self, value: Any, label: str, depth: int) -> None:
        # Of what a function names, most is a library.
        if type(value) is types.ModuleType and not is_own_module(value):
            return
        if isinstance(value, _PLAIN) or id(value) in self._seen or depth > _DEEPEST or len(self._seen) > _MOST:
            return
        # The object is kept, so that its id stays its own.
        self._seen[id(value)] = value
        try:
            self._look_into(value, label, depth)
        except Exception:
            # Any object may be within reach, and do as it likes when it is looked at. One that does is left alone.
            return

    def _look_into(self, value: Any, label: str, depth: int) -> None:
        if isinstance(value, types.FunctionType):
            self._function(value, depth)
        elif isinstance(value, types.ModuleType):
            if is_own_module(value):
                self._modules.append(value)
        elif isinstance(value, type):
            self._class(value, depth, called=True)
        elif not self._library_state(value, label, depth):
            self._object(value, label, depth)

    def _function(self, function: types.FunctionType, depth: int) -> None:
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
        if not is_own(function.__code__.co_filename):
            # A decorator's; what it wraps may be the person's.
            for _, cell in cells:
                if isinstance(content := _content(cell), (types.FunctionType, types.MethodType, functools.partial)):
                    self._visit(content, function.__name__, depth + 1)
            return
        used = uses(function.__code__)
        self._functions.append((function, used))
        names = function.__globals__
        for name in used.reads.globals | used.stores.globals:
            if name in used.stores.globals and (id(names), name) not in self._noted:
                self._noted.add((id(names), name))
                self.found.append(Found("name", names, f"the global {name}", name))
            if name in names:
                self._visit(names[name], f"the global {name}", depth + 1)
        for name, cell in cells:
            label = f"{name} of the enclosing function"
            self._add("cell", cell, label)
            self._visit(_content(cell), label, depth + 1)
        for default in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            self._visit(default, f"a default of {function.__name__}", depth + 1)
        for name, item in function.__dict__.items():
            self._visit(item, f"{function.__name__}.{name}", depth + 1)

    def _class(self, kind: type, depth: int, called: bool = False) -> bool:
        """Whether ``kind`` is the person's own, or made from one that is.

        Its functions that are called by operators are followed here, others where somebody names them; those that make
        an object, where it may be ``called``.
        """
        own = False
        for base in kind.__mro__:
            if base not in self._kinds:
                self._kinds[base] = is_own_class(base)
                if self._kinds[base]:
                    self._classes.append(base)
                    for name, member in list(vars(base).items()):
                        if name.startswith("__") and (called or name not in _MAKING):
                            for function in _functions_of(member):
                                self._visit(function, name, depth + 1)
            own = own or self._kinds[base]
        return own

    def _library_state(self, value: Any, label: str, depth: int) -> bool:
        """Whether ``value`` is of a library, or built in; then what could change in it is noted."""
        kind = type(value)
        if isinstance(value, np.ndarray):
            self._array(value, label, depth)
        elif isinstance(value, _CONTAINERS[:5]):
            self.found.append(Found("contents", value, label))
            self._items(value, label, depth)
        elif isinstance(value, _CONTAINERS):
            self._items(value, label, depth)
        elif state_of(value) is not None:
            self.found.append(Found("generator", value, label))
        elif kind in (types.MethodType, types.BuiltinMethodType, types.MethodWrapperType):
            self._visit(getattr(value, "__func__", None), label, depth + 1)
            self._visit(value.__self__, _name_of(value.__self__, label), depth + 1)
        elif isinstance(value, functools.partial):
            for item in (value.func, value.args, value.keywords):
                self._visit(item, label, depth + 1)
        elif isinstance(value, Iterator) and kind.__module__ in ("builtins", "itertools"):
            self.found.append(Found("iterator", value, label))
        elif any(base.__module__.split(".")[0] in ("tensorflow", "keras", "tf_keras") for base in kind.__mro__):
            # Theirs too where it is a subclass of the person's: what such an object keeps of itself is not for us to put back.
            self._class(kind, depth)
            self._of_tensorflow(value, label, depth)
        elif isinstance(value, types.SimpleNamespace):
            return False
        else:
            # What a decorator of a library has wrapped, such as functools.cache.
            wrapped = getattr(value, "__wrapped__", None) if kind.__module__ == "functools" else None
            self._visit(wrapped, label, depth + 1)
            return kind.__module__ == "functools"
        # A subclass of a list has attributes of its own.
        return not isinstance(value, _CONTAINERS) or kind in _CONTAINERS

    def _array(self, value: np.ndarray, label: str, depth: int) -> None:
        self.found.append(Found("array", value, label))
        if isinstance(value, np.ma.MaskedArray) and isinstance(value.mask, np.ndarray):
            self.found.append(Found("array", value.mask, label))
        if value.dtype.hasobject and value.dtype.kind == "O":
            for item in value.reshape(-1)[:_WIDEST]:
                self._visit(item, label, depth + 1)

    def _items(self, value: Any, label: str, depth: int) -> None:
        if len(value) > _WIDEST or isinstance(value, bytearray):
            return
        for item in list(dict.values(value) if isinstance(value, dict) else value):
            self._visit(item, label, depth + 1)

    def _of_tensorflow(self, value: Any, label: str, depth: int) -> None:
        inner = getattr(value, "python_function", None)
        if isinstance(inner, types.FunctionType):
            # What is traced keeps its random operations, and their counters, in the trace.
            self.seeds = True
            self._visit(inner, label, depth + 1)
            return
        if is_variable(value) or hasattr(value, "assign"):
            self.found.append(Found("variable", value, label))
            return
        # A layer, a model, an optimizer; Keras's SeedGenerator and TensorFlow's Generator.
        for name in ("variables", "state"):
            held = getattr(value, name, None)
            for item in held if isinstance(held, (list, tuple)) else [held]:
                if item is not None and hasattr(item, "assign") and id(item) not in self._seen:
                    self._seen[id(item)] = item
                    # Among a layer's or a model's variables are those of the generators that its Dropout layers draw from.
                    generator = name == "state" or getattr(item, "name", "") == "seed_generator_state"
                    self.found.append(Found("generator-variable" if generator else "variable", item, label))
        for item in getattr(value, "_seed_generators", None) or ():
            self._visit(item, label, depth + 1)

    def _object(self, value: Any, label: str, depth: int) -> None:
        """An instance of the person's own class; those of any other are left alone."""
        kind = type(value)
        if not self._class(kind, depth) and kind is not types.SimpleNamespace:
            return
        try:
            attributes = object.__getattribute__(value, "__dict__")
        except AttributeError:
            attributes = None
        if type(attributes) is dict:
            self._add("attributes", attributes, label)
            for name, item in list(attributes.items())[:_WIDEST]:
                self._visit(item, f"{label}.{name}", depth + 1)
        for base in kind.__mro__:
            for name, member in vars(base).items():
                if isinstance(member, types.MemberDescriptorType):
                    self.found.append(Found("slot", value, f"{label}.{name}", name))
                    try:
                        self._visit(member.__get__(value), f"{label}.{name}", depth + 1)
                    except AttributeError:
                        continue


def _keeps(writing: list[_Used]) -> bool:
    """Whether one of these functions changes anything outside itself, as far as its code tells."""
    return any(
        names.globals or names.attributes or names.enclosing
        for _, used in writing
        for names in (used.stores, used.touches)
    )


def _speaks(writing: list[_Used], reading: list[_Used]) -> bool:
    attributes: set[str] = set()
    names: set[tuple[int, str]] = set()
    cells: set[int] = set()
    for function, used in writing:
        attributes |= used.stores.attributes | (used.touches.attributes - _COMMON)
        namespace = function.__globals__
        touched = {name for name in used.touches.globals if not isinstance(namespace.get(name), _UNTOUCHABLE)}
        names |= {(id(namespace), name) for name in used.stores.globals | touched}
        cells |= {id(cell) for cell in _cells(function, used.stores.enclosing | used.touches.enclosing)}
    if not (attributes or names or cells):
        return False
    return any(
        used.reads.attributes & attributes
        or any((id(function.__globals__), name) in names for name in used.reads.globals)
        or any(id(cell) in cells for cell in _cells(function, used.reads.enclosing))
        for function, used in reading
    )


# What every array, list and dict has: that two functions name it says nothing.
_COMMON = frozenset(name for kind in (np.ndarray, list, dict, set) for name in dir(kind)) | frozenset(dir(np))
# What a line may name while it changes something else.
_UNTOUCHABLE = (*_PLAIN, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type, np.ufunc)


def _cells(function: types.FunctionType, names: frozenset[str]) -> Iterator[Any]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        if name in names:
            yield cell


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


# Py_TPFLAGS_HEAPTYPE
_MADE_BY_A_STATEMENT = 1 << 9


def is_own_class(kind: type) -> bool:
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    if isinstance(file, str) and not is_own(file):
        return False
    if not kind.__flags__ & _MADE_BY_A_STATEMENT:
        return False
    functions = [function for member in vars(kind).values() for function in _functions_of(member)]
    # Code run without a module name says that it is of builtins.
    return kind.__module__ in ("__main__", "builtins") or any(is_own(f.__code__.co_filename) for f in functions)


def _functions_of(member: Any) -> list[types.FunctionType]:
    if isinstance(member, (staticmethod, classmethod)):
        member = member.__func__
    if isinstance(member, property):
        return [f for f in (member.fget, member.fset) if isinstance(f, types.FunctionType)]
    return [member] if isinstance(member, types.FunctionType) else []


def is_own_module(module: types.ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and is_own(file)


def _name_of(owner: Any, label: str) -> str:
    """What to call the object behind a method that is called ``label``."""
    return type(owner).__name__ if not label.startswith("the global") else label
