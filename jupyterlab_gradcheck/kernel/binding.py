"""Who is who among the arguments: two functions, parameters and data become a `Problem`.

The convention understood here is that of two functions, ``forward(X, Y, parameters) -> loss`` or ``-> (loss, cache)``
and ``backward(X, Y, cache) -> gradients``, in any order of arguments, with parameters in a structure or a single value.
"""

from __future__ import annotations

import copy
import inspect
import numbers
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine import GradcheckError, Problem
from . import source, words
from .source import Function


@dataclass(frozen=True)
class Argument:
    """One argument of a person's function, and where its value comes from.

    ``origin`` is ``"parameters"``, ``"cache"`` or ``"data"``; ``variable`` names the datum.
    """

    name: str
    origin: str
    variable: str = ""
    by_keyword: bool = False


@dataclass(frozen=True)
class Binding:
    """A full reading of a pair of functions.

    Attributes:
        forward, backward: names and callables (backward may be None: check automatic differentiation).
        parameters_name, parameters: the point of the check.
        forward_arguments, backward_arguments: where each argument's value comes from.
        data: the values behind the ``data`` arguments, by variable name.
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

    @property
    def data_names(self) -> list[str]:
        """Variables that forward takes beside the parameters, in its order."""
        return [argument.variable for argument in self.forward_arguments if argument.origin == "data"]

    @property
    def uses_cache(self) -> bool:
        return any(argument.origin == "cache" for argument in self.backward_arguments)

    def problem(self) -> Problem:
        """The question for the engine. The functions get copies of the data, never the person's own."""
        data = _PrivateData(self.data)

        def forward(parameters: Any) -> Any:
            return loss_of(self._call(self.forward, self.forward_arguments, parameters, data, None))

        def backward(parameters: Any) -> Any:
            cache = None
            if self.uses_cache:
                result = self._call(self.forward, self.forward_arguments, parameters, data, None)
                cache = self._cache_of(result)
            assert self.backward is not None
            return self._call(self.backward, self.backward_arguments, parameters, data, cache)

        return Problem(
            forward=forward,
            backward=None if self.backward is None else backward,
            parameters=self.parameters,
            parameters_name=self.parameters_name,
            forward_name=self.forward_name,
            backward_name=self.backward_name,
            backward_evaluates=self.uses_cache,
        )

    def _cache_of(self, result: Any) -> Any:
        rest = _rest_of(result)
        if not rest:
            needs = next(argument.name for argument in self.backward_arguments if argument.origin == "cache")
            raise GradcheckError(
                f"{self.backward_name} has an argument {needs}, which is none of {self.forward_name}'s arguments and no "
                f"variable, and {self.forward_name} returns only the loss. Define {needs}, or let {self.forward_name} "
                "return (loss, cache).",
                code="unbound_argument",
            )
        structured = [value for value in rest if isinstance(value, (tuple, list, Mapping))]
        if len(rest) == 1:
            return rest[0]
        return structured[0] if len(structured) == 1 else rest

    @staticmethod
    def _call(
        function: Function, arguments: tuple[Argument, ...], parameters: Any, data: _PrivateData, cache: Any
    ) -> Any:
        values = data.values()
        given = {"parameters": parameters, "cache": cache}
        positional, by_keyword = [], {}
        for argument in arguments:
            value = values[argument.variable] if argument.origin == "data" else given[argument.origin]
            if argument.by_keyword:
                by_keyword[argument.name] = value
            else:
                positional.append(value)
        result = function(*positional, **by_keyword)
        data.verify()
        return result


class _PrivateData:
    """Copies of the person's data, made once; made anew for every call when a function turns out to write into them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._originals = dict(data)
        self._copies = {name: _copied(value) for name, value in data.items()}
        self._written = False
        self._verifications = 2

    def values(self) -> dict[str, Any]:
        if self._written:
            self._copies = {name: _copied(value) for name, value in self._originals.items()}
        return self._copies

    def verify(self) -> None:
        """Compares the copies with the originals after the first calls of forward and backward."""
        if self._verifications and not self._written:
            self._verifications -= 1
            self._written = any(_differs(self._originals[name], value) for name, value in self._copies.items())


def _copied(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if isinstance(value, (list, dict, set)):
        try:
            return copy.deepcopy(value)
        except Exception:
            return value
    return value


def _differs(original: Any, now: Any) -> bool:
    if not isinstance(original, np.ndarray) or original.dtype.hasobject:
        return False
    return bool(original.tobytes() != now.tobytes())


def loss_of(result: Any) -> Any:
    """The loss among what forward returned: the result itself, or the first single number of a tuple."""
    if not isinstance(result, (tuple, list)) or not result:
        return result
    return next((value for value in result if _is_one_number(value)), result[0])


def _rest_of(result: Any) -> tuple[Any, ...]:
    if not isinstance(result, (tuple, list)):
        return ()
    loss = loss_of(result)
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
        known = {argument.name: argument for argument in forward_arguments}
        for name, parameter in _signature(backward[0], backward[1]).items():
            found = _backward_argument(name, parameter, known, available, [a.origin for a in backward_arguments])
            if found is None:
                if parameter.default is parameter.empty:
                    raise _unbound(backward[0], name)
                continue
            if found.origin == "data":
                taken[found.variable] = available[found.variable]
            backward_arguments.append(_after_gap(found, len(backward_arguments), (backward[0], backward[1])))
    return Binding(
        forward[0],
        forward[1],
        backward[0],
        backward[1],
        parameters[0],
        parameters[1],
        tuple(forward_arguments),
        tuple(backward_arguments),
        taken,
    )


def _backward_argument(
    name: str,
    parameter: inspect.Parameter,
    known: Mapping[str, Argument],
    available: Mapping[str, Any],
    origins: list[str],
) -> Argument | None:
    keyword = _keyword(parameter)
    same = known.get(name) or next((a for key, a in known.items() if key.casefold() == name.casefold()), None)
    if same is not None:
        return Argument(name, same.origin, same.variable, keyword)
    if parameter.default is not parameter.empty:
        return None
    is_cache = name.casefold() in words.CACHE
    if name.casefold() in words.PARAMETERS and "parameters" not in origins and not is_cache:
        return Argument(name, "parameters", by_keyword=keyword)
    variable = None if is_cache else variable_for(name, available)
    if variable is not None:
        return Argument(name, "data", variable, keyword)
    if "cache" not in origins:
        return Argument(name, "cache", by_keyword=keyword)
    return None


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
