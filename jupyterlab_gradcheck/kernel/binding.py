"""Who is who among the arguments: two functions, parameters and data become a `Problem`.

The convention understood here is that of two functions, ``forward(X, Y, parameters) -> loss`` or ``-> (loss, cache)``
and ``backward(X, Y, cache) -> gradients``, in any order of arguments, with parameters in a structure or a single value.
"""

from __future__ import annotations

import copy
import inspect
import numbers
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine import GradcheckError, Problem
from . import source, words
from .source import Function


@dataclass(frozen=True)
class Argument:
    """One argument of a person's function, and where its value comes from.

    ``origin`` is ``"parameters"``; ``"data"``, of which ``variable`` is the name; ``"returned"`` by forward, at ``place``;
    or ``"cache"``, which is all that forward returns beside the loss.
    """

    name: str
    origin: str
    variable: str = ""
    by_keyword: bool = False
    place: int = 0


@dataclass(frozen=True)
class Binding:
    """A full reading of a pair of functions.

    Attributes:
        forward, backward: names and callables (backward may be None: check automatic differentiation).
        parameters_name, parameters: the point of the check.
        forward_arguments, backward_arguments: where each argument's value comes from.
        data: the values behind the ``data`` arguments, by variable name.
        notes: what the reader should know of how it was read.
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

    @property
    def data_names(self) -> list[str]:
        """Variables that forward takes beside the parameters, in its order."""
        return [argument.variable for argument in self.forward_arguments if argument.origin == "data"]

    @property
    def uses_forward(self) -> bool:
        """Whether backward takes anything that forward returns."""
        return any(argument.origin in ("cache", "returned") for argument in self.backward_arguments)

    def problem(self) -> Problem:
        """The question for the engine. The functions get copies of the data, never the person's own."""
        data = _PrivateData(self.data)
        order = source.order_returned(self.forward)

        def forward(parameters: Any) -> Any:
            return loss_of(self._call(self.forward, self.forward_arguments, parameters, data, None), order)

        def backward(parameters: Any) -> Any:
            result = None
            if self.uses_forward:
                result = self._call(self.forward, self.forward_arguments, parameters, data, None)
            assert self.backward is not None
            return self._call(self.backward, self.backward_arguments, parameters, data, result)

        return Problem(
            forward=forward,
            backward=None if self.backward is None else backward,
            parameters=self.parameters,
            parameters_name=self.parameters_name,
            forward_name=self.forward_name,
            backward_name=self.backward_name,
            backward_evaluates=self.uses_forward,
        )

    def _call(
        self, function: Function, arguments: tuple[Argument, ...], parameters: Any, data: _PrivateData, result: Any
    ) -> Any:
        values = data.values()
        positional, by_keyword = [], {}
        for argument in arguments:
            if argument.origin == "data":
                value = values[argument.variable]
            elif argument.origin == "parameters":
                value = parameters
            else:
                value = self._returned(argument, result)
            if argument.by_keyword:
                by_keyword[argument.name] = value
            else:
                positional.append(value)
        returned = function(*positional, **by_keyword)
        data.verify(function)
        return returned

    def _returned(self, argument: Argument, result: Any) -> Any:
        if argument.origin == "returned" and isinstance(result, (tuple, list)) and argument.place < len(result):
            return result[argument.place]
        rest = _rest_of(result, source.order_returned(self.forward))
        if not rest:
            raise GradcheckError(
                f"{self.backward_name} has an argument {argument.name}, which is none of {self.forward_name}'s arguments and "
                f"no variable, and {self.forward_name} returns only the loss. Define {argument.name}, or let "
                f"{self.forward_name} return (loss, cache).",
                code="unbound_argument",
            )
        structured = [value for value in rest if isinstance(value, (tuple, list, Mapping))]
        if len(rest) == 1:
            return rest[0]
        return structured[0] if len(structured) == 1 else rest


class _PrivateData:
    """Copies of the person's data, made once; made anew for every call when a function turns out to write into them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._originals = dict(data)
        self._copies = {name: _copied(value) for name, value in data.items()}
        # A generator or a variable is used up by being used.
        self._renewed = any(_changes_by_use(value) for value in data.values())
        self._verified: set[int] = set()

    def values(self) -> dict[str, Any]:
        if self._renewed:
            self._copies = {name: _copied(value) for name, value in self._originals.items()}
        return self._copies

    def verify(self, function: Function) -> None:
        """Compares the copies with the originals after the first call of ``function``."""
        if not self._renewed and id(function) not in self._verified:
            self._verified.add(id(function))
            self._renewed = any(_differs(self._originals[name], value) for name, value in self._copies.items())


def _copied(value: Any) -> Any:
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return value.copy(order="K")
    if _is_variable(value):
        return type(value)(value, trainable=value.trainable)
    if isinstance(value, (list, dict, set, tuple, np.ndarray)) or _changes_by_use(value):
        try:
            return copy.deepcopy(value)
        except Exception:
            return value
    return value


def _changes_by_use(value: Any) -> bool:
    return isinstance(value, (np.random.Generator, np.random.RandomState, random.Random)) or _is_variable(value)


def _is_variable(value: Any) -> bool:
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and isinstance(value, tensorflow.Variable)


def _differs(original: Any, now: Any) -> bool:
    if isinstance(original, Mapping):
        return isinstance(now, Mapping) and (
            original.keys() != now.keys() or any(_differs(value, now[key]) for key, value in original.items())
        )
    if isinstance(original, (list, tuple)):
        return len(original) != len(now) or any(_differs(a, b) for a, b in zip(original, now, strict=True))
    if isinstance(original, np.ndarray) and not original.dtype.hasobject:
        return bool(original.shape != now.shape or original.tobytes() != now.tobytes())
    return False


def loss_of(result: Any, order: list[str | None]) -> Any:
    """The loss among what forward returned: the result itself, or the single number of a tuple.

    Of several single numbers, the one that the return statement's names (``order``) call a loss, or the first.
    """
    if not isinstance(result, (tuple, list)) or not result:
        return result
    numbers_ = [(index, value) for index, value in enumerate(result) if _is_one_number(value)]
    if len(numbers_) > 1 and len(order) == len(result):
        named = [value for index, value in numbers_ if words.is_loss(order[index] or "")]
        if len(named) == 1:
            return named[0]
    return numbers_[0][1] if numbers_ else result[0]


def _rest_of(result: Any, order: list[str | None]) -> tuple[Any, ...]:
    if not isinstance(result, (tuple, list)):
        return ()
    loss = loss_of(result, order)
    return tuple(value for value in result if value is not loss)


def _is_one_number(value: Any) -> bool:
    if isinstance(value, (bool, str, bytes)):
        return False
    if isinstance(value, numbers.Number):
        return True
    shape = getattr(value, "shape", None)
    if shape is None or not hasattr(value, "dtype"):
        return False
    try:
        return all(int(length) == 1 for length in shape)
    except TypeError:
        return False


def bind(
    forward: tuple[str, Function],
    backward: tuple[str, Function | None],
    parameters: tuple[str, Any],
    available: Mapping[str, Any],
    parameters_argument: str,
) -> Binding:
    """Reads the pair with ``parameters_argument`` of forward taking the parameters and all else from ``available``.

    ``available`` maps argument names to values (a namespace will do). Arguments with defaults keep them.

    Raises `GradcheckError` that names the argument for which there is no value.
    """
    taken: dict[str, Any] = {}
    forward_arguments: list[Argument] = []
    for name, parameter in _signature(*forward).items():
        if name == parameters_argument:
            argument = Argument(name, "parameters", by_keyword=_keyword(parameter))
        elif (variable := variable_for(name, available)) is not None and parameter.default is parameter.empty:
            taken[variable] = available[variable]
            argument = Argument(name, "data", variable, _keyword(parameter))
        elif parameter.default is not parameter.empty:
            continue
        else:
            raise _unbound(forward[0], name)
        forward_arguments.append(_after_gap(argument, len(forward_arguments), forward))
    backward_arguments: list[Argument] = []
    if backward[1] is not None:
        reader = _BackwardReader(forward, forward_arguments, available)
        signature = _signature(backward[0], backward[1])
        for name, parameter in signature.items():
            found = reader.read(name, parameter, signature)
            if found is None:
                if parameter.default is parameter.empty:
                    raise _unbound(backward[0], name)
                continue
            if found.origin == "data":
                taken[found.variable] = available[found.variable]
            backward_arguments.append(_after_gap(found, len(backward_arguments), (backward[0], backward[1])))
    # What backward takes from the notebook, forward must not leave at its default.
    given = {argument.name: argument for argument in backward_arguments if argument.origin == "data"}
    left = {n: p for n, p in _signature(*forward).items() if n not in {a.name for a in forward_arguments}}
    forward_arguments += [Argument(n, "data", given[n].variable, by_keyword=True) for n in left if n in given]
    notes = [
        f"{forward[0]} was called with {n}={p.default!r}, its default, although the notebook has a variable {n}."[:500]
        for n, p in left.items()
        if n not in given and n in available and _another(available[n], p.default)
    ]
    return Binding(
        forward[0], forward[1], backward[0], backward[1], parameters[0], parameters[1],
        tuple(forward_arguments), tuple(backward_arguments), taken, tuple(notes),
    )  # fmt: skip


class _BackwardReader:
    """Where backward's arguments come from, given how forward was read."""

    def __init__(self, forward: tuple[str, Function], arguments: list[Argument], available: Mapping[str, Any]) -> None:
        self._known = {argument.name: argument for argument in arguments}
        self._available = available
        self._returned = source.order_returned(forward[1])
        self._origins: list[str] = []

    def read(
        self, name: str, parameter: inspect.Parameter, signature: Mapping[str, inspect.Parameter]
    ) -> Argument | None:
        """Where the argument ``name`` comes from; None where nothing fits, or it keeps its default."""
        found = self._read(name, parameter, signature)
        if found is not None:
            self._origins.append(found.origin)
        return found

    def _read(
        self, name: str, parameter: inspect.Parameter, signature: Mapping[str, inspect.Parameter]
    ) -> Argument | None:
        keyword = _keyword(parameter)
        same = self._same(name)
        if same is not None:
            return Argument(name, same.origin, same.variable, keyword)
        if parameter.default is not parameter.empty:
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

    def _is_last_open(self, name: str, signature: Mapping[str, inspect.Parameter]) -> bool:
        """Whether ``name`` is the one argument that can take what forward returns beside the loss."""
        open_ = [
            n
            for n, p in signature.items()
            if p.default is p.empty
            and self._same(n) is None
            and n not in self._returned
            and n.casefold() not in words.PARAMETERS
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
    signature = _signature(forward_name, forward)
    required = [n for n, p in signature.items() if p.default is p.empty]
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
    raise GradcheckError(
        f"Which argument of {forward_name}({', '.join(signature)}) are the parameters? Pass a function of the parameters "
        f"alone: gradcheck(lambda p: {forward_name}(...), ...).",
        code="ambiguous_argument",
    )


def arguments_of(name: str, function: Function) -> dict[str, bool]:
    """Names of the function's arguments -> whether each is required.

    Raises `GradcheckError` where the function does not tell.
    """
    return {n: p.default is p.empty for n, p in _signature(name, function).items()}


def _signature(name: str, function: Function) -> dict[str, inspect.Parameter]:
    target = getattr(function, "python_function", function)
    try:
        found = inspect.signature(target).parameters
    except (TypeError, ValueError) as error:
        raise GradcheckError(
            f"{name} does not tell its arguments. Wrap it in a function of your own that names them.",
            code="no_signature",
        ) from error
    return {n: p for n, p in found.items() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}


def _keyword(parameter: inspect.Parameter) -> bool:
    return parameter.kind is parameter.KEYWORD_ONLY


def _after_gap(argument: Argument, position: int, function: tuple[str, Function]) -> Argument:
    """``argument`` by keyword where one with a default was left out before it."""
    names = list(_signature(*function))
    return (
        argument
        if names[position] == argument.name
        else Argument(argument.name, argument.origin, argument.variable, True)
    )


def _unbound(function: str, argument: str) -> GradcheckError:
    return GradcheckError(
        f"{function} needs {argument}, and there is no variable of that name. Run the cell that defines it, or name the "
        "variable to use.",
        code="unbound_argument",
    )
