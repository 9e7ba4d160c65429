"""Who is who among the arguments: two functions, parameters and data become a `Problem`.

The convention understood here is that of two functions, ``forward(X, Y, parameters) -> loss`` or ``-> (loss, cache)``
and ``backward(X, Y, cache) -> gradients``, in any order of arguments, with parameters in a structure or a single value.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np

from ..backends.widen import Widener
from ..engine import GradcheckError, Problem
from . import source, words
from .calls import Argument, Calls, Side
from .pure import are_pure
from .reach import Reach
from .source import Function
from .world import World, generators_within


@dataclass(frozen=True)
class Binding:
    """A full reading of a pair of functions.

    Attributes:
        forward, backward: names and callables (backward may be None: check automatic differentiation).
        parameters_name, parameters: the point of the check.
        forward_arguments, backward_arguments: where each argument's value comes from.
        data: the values behind the ``data`` arguments, by variable name.
        notes: what the reader should know of how it was read.
        returned: names in forward's return statement, as `source.order_returned` has them.
        observed: sentences on what the functions were seen to do beside their work, made while a problem is solved.
    """

    forward_name: str
    forward: Function
    backward_name: str
    backward: Function | None
    parameters_name: str
    parameters: Any
    forward_arguments: tuple[Argument, ...]
    backward_arguments: tuple[Argument, ...]
    data: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    returned: tuple[str | None, ...] = ()
    observed: list[str] = field(default_factory=list, compare=False)

    @property
    def data_names(self) -> list[str]:
        """Variables that forward takes beside the parameters, in its order."""
        return [argument.variable for argument in self.forward_arguments if argument.origin == "data"]

    @property
    def functions(self) -> tuple[Function | None, ...]:
        return self.forward, self.backward

    @property
    def uses_forward(self) -> bool:
        """Whether backward takes anything that forward returns."""
        return any(argument.origin in ("cache", "returned") for argument in self.backward_arguments)

    def problem(self) -> Problem:
        """The question for the engine. The functions get copies of the data, never the person's own."""
        backward = None
        if self.backward is not None:
            backward = Side(self.backward_name, self.backward, self.backward_arguments)
        reach = Reach(self.forward, self.backward, self.data.values())
        calls = Calls(
            Side(self.forward_name, self.forward, self.forward_arguments),
            backward,
            self.data,
            self.returned,
            (lambda: generators_within(reach)) if reach.speaks else None,
            self.observed,
        )
        return Problem(
            forward=calls,
            backward=None if backward is None else calls.gradients,
            parameters=self.parameters,
            parameters_name=self.parameters_name,
            forward_name=self.forward_name,
            backward_name=self.backward_name if backward is not None else "automatic differentiation",
            backward_evaluates=self.uses_forward or reach.speaks,
            both=calls.both if calls.hands_over and not reach.speaks else None,
            world=lambda: World(reach),
            widen=self._widened,
            follows=backward is None or any(argument.origin != "data" for argument in self.backward_arguments),
            settings=self.settings,
            sizes=tuple(dict.fromkeys(length for value in self.data.values() for length in lengths(value))),
            pure=are_pure([self.forward], [self.parameters, *self.data.values()]),
        )

    def _widened(self) -> Problem:
        """The same question of copies of the functions, parameters and data that compute in float64.

        Raises `Unwidenable` where there can be none.
        """
        # The functions first: of what they share with the parameters or the data, there must be one copy.
        widener = Widener()
        forward = widener.function(self.forward)
        backward = None if self.backward is None else widener.function(self.backward)
        parameters = widener.value(self.parameters)
        data = {name: widener.value(value) for name, value in self.data.items()}
        copies = replace(self, forward=forward, backward=backward, parameters=parameters, data=data, observed=[])
        return copies.problem()

    @property
    def settings(self) -> dict[str, float]:
        """Numbers that the functions take beside the parameters, by argument: given ones, and defaults left alone."""
        found: dict[str, float] = {}
        for name, function, arguments in (
            (self.forward_name, self.forward, self.forward_arguments),
            (self.backward_name, self.backward, self.backward_arguments),
        ):
            if function is None:
                continue
            given = {a.name: self.data[a.variable] for a in arguments if a.origin == "data"}
            if _code_that_says_all(function) is None:
                taken = {a.name for a in arguments}
                left = {n: p.default for n, p in signature_of(name, function).items() if n not in taken}
                given = {**left, **given}
            for argument, value in given.items():
                number = number_of(value)
                if number is not None:
                    found.setdefault(argument, number)
        return found


def lengths(value: Any) -> tuple[int, ...]:
    """The lengths of an array's axes, those above 1."""
    try:
        return tuple(int(length) for length in getattr(value, "shape", ()) if int(length) > 1)
    except (TypeError, ValueError, LookupError):
        # LookupError: a dict whose attributes are its keys.
        return ()


def number_of(value: Any) -> float | None:
    if isinstance(value, (bool, np.bool_)) or (type(value) is np.ndarray and value.ndim):
        return None
    plain = isinstance(value, (int, float, np.integer, np.floating))
    if not plain and not (isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind in "iuf"):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def bind(
    forward: tuple[str, Function],
    backward: tuple[str, Function | None],
    parameters: tuple[str, Any],
    available: Mapping[str, Any],
    parameters_argument: str | None,
    given: Collection[str] = (),
) -> Binding:
    """Reads the pair with ``parameters_argument`` of forward taking the parameters and all else from ``available``. If that is
    None, the parameters are a dict by arguments of forward, which each take one.

    ``available`` maps argument names to values (a namespace will do). Arguments with defaults keep them, unless they are
    among ``given``.

    Raises `GradcheckError` that names the argument for which there is no value.
    """
    taken: dict[str, Any] = {}
    forward_arguments: list[Argument] = []
    forward_signature = signature_of(*forward)
    names = list(forward_signature)
    for name, parameter in forward_signature.items():
        if name == parameters_argument:
            argument = Argument(name, "parameters", by_keyword=parameter.keyword)
        elif parameters_argument is None and name in parameters[1]:
            argument = Argument(name, "parameter", name, parameter.keyword)
        elif name in given:
            taken[name] = available[name]
            argument = Argument(name, "data", name, parameter.keyword)
        elif parameter.required and (variable := variable_for(name, available)) is not None:
            taken[variable] = available[variable]
            argument = Argument(name, "data", variable, parameter.keyword)
        elif not parameter.required and parameter.default is None and isinstance(available.get(name), np.ndarray):
            # An argument that may be None means something else where it is given, such as the weights of samples.
            taken[name] = available[name]
            argument = Argument(name, "data", name, parameter.keyword)
        elif not parameter.required:
            continue
        else:
            raise _unbound(forward[0], name)
        forward_arguments.append(_after_gap(argument, names[len(forward_arguments)]))
    returned = source.order_returned(forward[1])
    backward_arguments: list[Argument] = []
    if backward[1] is not None:
        reader = _BackwardReader(returned, forward_arguments, available)
        signature = signature_of(backward[0], backward[1])
        names = list(signature)
        for name, parameter in signature.items():
            found = reader.read(name, parameter, signature)
            if found is None:
                if parameter.required:
                    raise _unbound(backward[0], name)
                continue
            if found.origin == "data":
                taken[found.variable] = available[found.variable]
            backward_arguments.append(_after_gap(found, names[len(backward_arguments)]))
    # What backward takes from the notebook, forward must not leave at its default.
    given = {argument.name: argument for argument in backward_arguments if argument.origin == "data"}
    bound = {argument.name for argument in forward_arguments}
    left = {n: p for n, p in forward_signature.items() if n not in bound}
    forward_arguments += [Argument(n, "data", given[n].variable, by_keyword=True) for n in left if n in given]
    notes = [
        f"{forward[0]} was called with {n}={p.default!r}, its default, although the notebook has a variable {n}."[:500]
        for n, p in left.items()
        if n not in given and n in available and _another(available[n], p.default)
    ]
    return Binding(
        forward[0], forward[1], backward[0], backward[1], parameters[0], parameters[1],
        tuple(forward_arguments), tuple(backward_arguments), taken, tuple(notes), tuple(returned),
    )  # fmt: skip


class _Read(NamedTuple):
    """What of a `Binding` follows from the two functions' code alone, and the names that there are beside it."""

    parameters_argument: str
    forward_arguments: tuple[Argument, ...]
    backward_arguments: tuple[Argument, ...]
    data_names: tuple[str, ...]
    returned: tuple[str | None, ...]


_READ: dict[tuple[Any, ...], _Read] = {}
_MOST_READ = 256


def bind_in_order(
    forward: tuple[str, Function], backward: tuple[str, Function | None], parameters: Any, data: Sequence[Any]
) -> Binding:
    """Reads the pair where ``data`` are forward's arguments beside the parameters, in its order.

    How two functions are read whose code says all is remembered by that code: a check of the same functions again, after
    a step of training, needs none of it.

    Raises `GradcheckError` as `parameters_argument`, `placed_in_order` and `bind` do.
    """
    codes = [_code_that_says_all(function) for _, function in (forward, backward)]
    key = None
    if type(parameters) is dict and codes[0] is not None and (backward[1] is None or codes[1] is not None):
        key = (*codes, len(data), *parameters)
        # Different keys may be equal, 1 and True.
        read = _READ.get(key) if all(type(name) is str for name in parameters) else None
        if read is not None:
            return Binding(
                *forward, *backward, read.parameters_argument, parameters, read.forward_arguments, read.backward_arguments,
                dict(zip(read.data_names, data, strict=True)), (), read.returned,
            )  # fmt: skip
    argument = parameters_argument(*forward, parameters, None)
    open_ = [name for name in arguments_of(*forward) if name != argument]
    available = placed_in_order(forward[0], open_, data)
    found = bind(forward, backward, (argument, parameters), available, argument, available)
    if key is not None and tuple(found.data) == tuple(available):
        if len(_READ) >= _MOST_READ:
            _READ.clear()
        _READ[key] = _Read(
            argument, found.forward_arguments, found.backward_arguments, tuple(available), found.returned
        )
    return found


def bind_one_by_one(
    forward: tuple[str, Function], backward: tuple[str, Function | None], parameters: Any, data: Sequence[Any]
) -> Binding | None:
    """Reads the pair where forward takes each of several parameters as an argument of its own (``loss(w, b, X, y)``): a dict's or a
    named tuple's by their names, others in order. None where it does not.

    Raises `GradcheckError` where it is not certain which arguments are the parameters, and as `bind` does.
    """
    if not isinstance(parameters, (Mapping, list, tuple)) or len(parameters) < 2:
        return None
    required = [n for n, p in signature_of(*forward).items() if p.required]
    if len(required) != len(parameters) + len(data):
        return None
    fields = getattr(parameters, "_fields", None)
    named = (
        parameters
        if isinstance(parameters, Mapping)
        else dict(zip(fields, parameters, strict=True))
        if fields
        else None
    )
    if named is None:
        own = [n for n in required if not words.is_data(n)]
        ahead = list(takewhile(lambda n: not words.is_data(n), required))
        if len(own) > len(parameters) == len(ahead):
            # Behind the data come settings.
            own = ahead
        if len(own) != len(parameters):
            raise GradcheckError(
                f"Which arguments of {forward[0]}({', '.join(required)}) are the {len(parameters)} parameters? Give them by name: "
                f'{{"{required[0]}": ..., "{required[1]}": ...}}.',
                code="ambiguous_argument",
            )
        named = dict(zip(own, parameters, strict=True))
    elif not all(key in required for key in named):
        unknown = [str(key) for key in named if key not in required]
        raise GradcheckError(
            f"{forward[0]}({', '.join(required)}) has no argument {', no '.join(unknown[:4])}: call the parameters as its arguments "
            "are called.",
            code="ambiguous_argument",
        )
    left = [n for n in required if n not in named]
    ordered = {n: named[n] for n in required if n in named}
    return bind(forward, backward, ("parameters", ordered), dict(zip(left, data, strict=True)), None)


def _code_that_says_all(function: Function | None) -> types.CodeType | None:
    """The code of a plain function without defaults, variable arguments or anything wrapped; None for any other."""
    if (
        type(function) is not types.FunctionType
        or function.__defaults__
        or function.__kwdefaults__
        or function.__dict__
    ):
        return None
    code = function.__code__
    return None if code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS) else code


class _BackwardReader:
    """Where backward's arguments come from, given how forward was read."""

    def __init__(self, returned: list[str | None], arguments: list[Argument], available: Mapping[str, Any]) -> None:
        self._known = {argument.name: argument for argument in arguments}
        self._available = available
        self._returned = returned
        self._origins: list[str] = []

    def read(self, name: str, parameter: Parameter, signature: Mapping[str, Parameter]) -> Argument | None:
        """Where the argument ``name`` comes from; None where nothing fits, or it keeps its default."""
        found = self._read(name, parameter, signature)
        if found is not None:
            self._origins.append(found.origin)
        return found

    def _read(self, name: str, parameter: Parameter, signature: Mapping[str, Parameter]) -> Argument | None:
        keyword = parameter.keyword
        same = self._same(name)
        if same is not None:
            return Argument(name, same.origin, same.variable, keyword)
        if not parameter.required:
            return None
        if name in self._returned:
            # What forward has just computed, and not a variable of that name from an earlier run.
            return Argument(name, "returned", "", keyword, self._returned.index(name))
        is_cache = name.casefold() in words.CACHE
        if name.casefold() in words.PARAMETERS and "parameters" not in self._origins and not is_cache:
            return Argument(name, "parameters", by_keyword=keyword)
        variable = None if is_cache or self._is_last_open(name, signature) else variable_for(name, self._available)
        if variable is not None:
            return Argument(name, "data", variable, keyword)
        return Argument(name, "cache", by_keyword=keyword) if "cache" not in self._origins else None

    def _same(self, name: str) -> Argument | None:
        folded = (argument for key, argument in self._known.items() if key.casefold() == name.casefold())
        return self._known.get(name) or next(folded, None)

    def _is_last_open(self, name: str, signature: Mapping[str, Parameter]) -> bool:
        """Whether ``name`` is the one argument that can take what forward returns beside the loss."""
        open_ = [
            n
            for n, p in signature.items()
            if p.required and self._same(n) is None and n not in self._returned and n.casefold() not in words.PARAMETERS
        ]
        return len(self._returned) > 1 and open_ == [name] and "returned" not in self._origins


def _another(value: Any, default: Any) -> bool:
    """Whether a number in the notebook differs from a number that is a default."""
    plain = (bool, int, float)
    return isinstance(value, plain) and isinstance(default, plain) and value != default


def placed_in_order(function: str, arguments: list[str], data: Sequence[Any]) -> dict[str, Any]:
    """``data`` in its order as the values of ``arguments``.

    Raises `GradcheckError` where there is more data than arguments.
    """
    if len(data) > len(arguments):
        raise GradcheckError(
            f"{function} takes {len(arguments)} arguments beside the parameters ({', '.join(arguments) or 'none'}), and "
            f"{len(data)} were given.",
            code="unbound_argument",
        )
    return dict(zip(arguments, data, strict=False))


def variable_for(argument: str, available: Mapping[str, Any]) -> str | None:
    """The name in ``available`` that means ``argument``: the same, the same in other case, or its one relative (``X_train``)."""
    if argument in available:
        return argument
    same = [name for name in available if name.casefold() == argument.casefold()]
    if len(same) == 1:
        return same[0]
    related = [name for name in available if not same and argument.lower() in words.tokens(name)]
    return related[0] if len(related) == 1 else None


def parameters_argument(forward_name: str, forward: Function, parameters: Any, name: str | None) -> str:
    """The argument of ``forward`` that takes ``parameters``, known as ``name`` where it has a name.

    Raises `GradcheckError` where several might.
    """
    signature = signature_of(forward_name, forward)
    required = [n for n, p in signature.items() if p.required]
    if name is not None and name in signature:
        return name
    if isinstance(parameters, Mapping):
        keys = {str(key) for key in parameters}
        subscripted = [n for n in signature if (read := source.keys_read(forward, n)) and read <= keys]
        if len(subscripted) == 1:
            return subscripted[0]
    if len(required) == 1:
        return required[0]
    worded = [n for n in required if n.casefold() in words.PARAMETERS]
    if len(worded) == 1:
        return worded[0]
    # The one that neither the data nor a setting is called by.
    left = [n for n in required if not words.is_data(n) and not words.is_setting(n)]
    if len(left) == 1:
        return left[0]
    raise GradcheckError(
        f"Which argument of {forward_name}({', '.join(signature)}) are the parameters? Pass a function of the parameters "
        f"alone: gradcheck(lambda p: {forward_name}(...), ...).",
        code="ambiguous_argument",
    )


def arguments_of(name: str, function: Function) -> dict[str, bool]:
    """Names of the function's arguments -> whether each is required.

    Raises `GradcheckError` where the function does not tell.
    """
    return {n: p.required for n, p in signature_of(name, function).items()}


class Parameter(NamedTuple):
    """What a signature says of one argument: all of `inspect.Parameter` that matters here."""

    required: bool
    default: Any
    keyword: bool


def signature_of(name: str, function: Function) -> dict[str, Parameter]:
    target = getattr(function, "python_function", function)
    while (held := source.wrapped_in_closure(target)) is not None:
        target = held
    plain = _plain_function(target)
    if plain is not None:
        return _signature_of_code(plain, skip=int(plain is not target))
    try:
        found = inspect.signature(target).parameters
    except Exception as error:
        # TypeError and ValueError where there is none; anything where the function has an odd __signature__ of its own.
        raise GradcheckError(
            f"{name} does not tell its arguments. Wrap it in a function of your own that names them.",
            code="no_signature",
        ) from error
    return {
        n: Parameter(p.default is p.empty, p.default, p.kind is p.KEYWORD_ONLY)
        for n, p in found.items()
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    }


def _plain_function(target: Any) -> types.FunctionType | None:
    """The function, or that of a bound method, whose code itself tells the signature."""
    if type(target) is types.MethodType:
        target = target.__func__
    if type(target) is not types.FunctionType or target.__dict__.keys() & {"__wrapped__", "__signature__"}:
        return None
    return target


def _signature_of_code(function: types.FunctionType, skip: int) -> dict[str, Parameter]:
    # inspect.signature takes 20 us, and is asked for many times in a check of 5 ms.
    code, defaults, keyword_defaults = function.__code__, function.__defaults__ or (), function.__kwdefaults__ or {}
    if not defaults and not keyword_defaults:
        return _signature_without_defaults(code, skip)
    count = code.co_argcount
    names = code.co_varnames
    first = count - len(defaults)
    found = {
        names[i]: Parameter(i < first, None if i < first else defaults[i - first], False) for i in range(skip, count)
    }
    for name in names[count : count + code.co_kwonlyargcount]:
        found[name] = Parameter(name not in keyword_defaults, keyword_defaults.get(name), True)
    return found


@lru_cache(maxsize=512)
def _signature_without_defaults(code: types.CodeType, skip: int) -> dict[str, Parameter]:
    """The signature of a function whose code alone tells it; not to be written to."""
    count = code.co_argcount
    found = {name: Parameter(True, None, False) for name in code.co_varnames[skip:count]}
    for name in code.co_varnames[count : count + code.co_kwonlyargcount]:
        found[name] = Parameter(True, None, True)
    return found


def _after_gap(argument: Argument, expected: str) -> Argument:
    """``argument`` by keyword where one with a default was left out before it."""
    return (
        argument
        if expected == argument.name
        else Argument(argument.name, argument.origin, argument.variable, True, argument.place)
    )


def _unbound(function: str, argument: str) -> GradcheckError:
    return GradcheckError(
        f"{function} needs {argument}, and there is no variable of that name. Run the cell that defines it, or name the "
        "variable to use.",
        code="unbound_argument",
    )
