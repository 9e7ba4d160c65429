"""What in a namespace can be checked. Right, or asking; never confidently wrong."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..engine import GradcheckError
from . import source, words
from .binding import Binding, arguments_of, bind, parameters_argument
from .source import Function

_MOST = 100
_MOST_TRIALS = 8


@dataclass(frozen=True)
class Wanted:
    """Names that were given; None and the empty list mean: find out."""

    forward: str | None = None
    backward: str | None = None
    parameters: str | None = None
    data: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Discovery:
    """What was found.

    Attributes:
        functions: role (``forward``, ``backward``) and callable, by name.
        parameters, data: values that could be parameters, or data, by name.
        bindings: the best readings; exactly one where the guess is certain.
        reason: why it is certain or not, for the reader.
        code: ``nothing_found``, ``ambiguous``, ``unbound_argument``; empty where it is certain.
        left_out: pairs that belong together by name but could not be checked, and why.
    """

    functions: dict[str, tuple[str, Function]]
    parameters: dict[str, Any]
    data: dict[str, Any]
    bindings: list[Binding]
    reason: str
    code: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        return not self.code

    def to_dict(self) -> dict[str, Any]:
        """The contract's Candidates."""
        guess = self.bindings[0] if self.bindings else None
        return {
            "version": 1,
            "functions": [
                {"name": name, "role": role, "signature": _signature_text(name, function)}
                for name, (role, function) in list(self.functions.items())[:_MOST]
            ],
            "parameters": [
                {"name": name, "summary": _summary(value), "size": _size(value)}
                for name, value in list(self.parameters.items())[:_MOST]
            ],
            "data": [{"name": name, "summary": _summary(value)} for name, value in list(self.data.items())[:_MOST]],
            "guess": None
            if guess is None
            else {
                "forward": guess.forward_name,
                "backward": guess.backward_name,
                "parameters": guess.parameters_name,
                "data": guess.data_names,
            },
            "certain": self.certain,
            "reason": self.reason[:2000],
        }


def discover(
    namespace: Mapping[str, Any], wanted: Wanted | None = None, trial: Callable[[Binding], None] | None = None
) -> Discovery:
    """Finds the pair of functions, the parameters and the data in ``namespace``.

    What ``wanted`` names is taken as it is (dotted names must already be keys of ``namespace``). ``trial`` calls a
    binding's functions once and raises `GradcheckError` where they do not fit; it settles what names leave open.
    """
    wanted = wanted or Wanted()
    functions = dict(_functions(namespace))
    parameters = {name: value for name, value in _visible(namespace) if _is_container(value)}
    data = {name: value for name, value in _visible(namespace) if _is_datum(value) and name not in parameters}
    forwards = _chosen(wanted.forward, namespace, functions, "forward")
    backwards = _chosen(wanted.backward, namespace, functions, "backward")
    found = Discovery(functions, parameters, data, [], "")
    if not forwards or not backwards:
        return replace(found, reason=_nothing(forwards, backwards), code="nothing_found")

    scored: list[tuple[tuple[int, int], Binding]] = []
    failures: list[GradcheckError] = []
    for forward in forwards.items():
        for backward in backwards.items():
            if forward[1] is backward[1]:
                continue
            related = int(words.stem(forward[0]) == words.stem(backward[0]))
            choices = list(_parameter_choices(forward, backward[1], namespace, parameters, wanted))
            if related and not choices:
                failures.append(_no_parameters(forward, backward[0]))
            for rank, name, value, argument in choices:
                try:
                    available = _available(forward, argument, namespace, wanted)
                    scored.append(((related, rank), bind(forward, backward, (name, value), available, argument)))
                except GradcheckError as error:
                    if related:
                        failures.append(error)
    return _decide(found, scored, failures, trial, wanted)


def _decide(
    found: Discovery,
    scored: list[tuple[tuple[int, int], Binding]],
    failures: list[GradcheckError],
    trial: Callable[[Binding], None] | None,
    wanted: Wanted,
) -> Discovery:
    if not scored:
        if failures:
            return replace(found, reason=str(failures[0]), code=failures[0].code)
        return replace(found, reason=_UNFIT, code="nothing_found")
    best = max(score for score, _ in scored)
    top = [binding for score, binding in scored if score == best]
    if trial is not None and (len(top) > 1 or best[0] == 0) and len(top) <= _MOST_TRIALS:
        working = [binding for binding in top if _works(binding, trial)]
        top = working or top
        if not working and best[0] == 0 and wanted.backward is None:
            return replace(found, bindings=top, reason=_ask(top), code="ambiguous")
    if len(top) == 1:
        one = top[0]
        others = {(b.forward_name, b.backward_name) for _, b in scored} - {(one.forward_name, one.backward_name)}
        also = " Other functions could be checked too; name them to do so." if others else ""
        return replace(
            found,
            bindings=top,
            reason=f"{one.forward_name} and {one.backward_name} with {one.parameters_name} are the one pair that fits.{also}",
            left_out=tuple(map(str, failures)),
        )
    return replace(found, bindings=top, reason=_ask(top), code="ambiguous")


_UNFIT = (
    "There are forward and backward functions, but no parameters that fit them. Parameters are a dict such as "
    'parameters = {"W1": ..., "b1": ...}, or a variable with the name of the argument. Run the cell that makes them.'
)


def _no_parameters(forward: tuple[str, Function], backward: str) -> GradcheckError:
    try:
        arguments = ", ".join(arguments_of(*forward))
    except GradcheckError:
        arguments = "..."
    return GradcheckError(
        f"{forward[0]}({arguments}) and {backward} belong together, but there is no variable with parameters for them. Run "
        "the cell that makes the parameters.",
        code="nothing_found",
    )


def _works(binding: Binding, trial: Callable[[Binding], None]) -> bool:
    try:
        trial(binding)
    except GradcheckError:
        return False
    return True


def _ask(top: list[Binding]) -> str:
    listed = "; ".join(f"{b.forward_name} and {b.backward_name} with {b.parameters_name}" for b in top[:5])
    more = f", and {len(top) - 5} more" if len(top) > 5 else ""
    return f"Several things could be meant: {listed}{more}. Name the functions and the parameters to check."


def _nothing(forwards: Mapping[str, Any], backwards: Mapping[str, Any]) -> str:
    if forwards:
        return (
            f"Found {_list(forwards)} for the loss, but no function that computes its gradient. Define one with backward or "
            "grad in its name, run its cell, and check again."
        )
    if backwards:
        return (
            f"Found {_list(backwards)} for the gradient, but no function that computes the loss. Define one with forward, "
            "loss or cost in its name, run its cell, and check again."
        )
    return (
        "Found no functions to check. Define forward(X, Y, parameters) that returns the loss, or (loss, cache), and "
        "backward(X, Y, cache) that returns the gradients; run their cells, and check again."
    )


def _list(names: Mapping[str, Any]) -> str:
    return ", ".join(list(names)[:5])


def _visible(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, value in namespace.items() if not name.startswith("_"))


def _functions(namespace: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, Function]]]:
    for name, value in _visible(namespace):
        role = words.role(name)
        if role is not None and isinstance(source.innermost(value), types.FunctionType) and not isinstance(value, type):
            yield name, (role, value)


def _chosen(
    name: str | None, namespace: Mapping[str, Any], functions: Mapping[str, tuple[str, Function]], role: str
) -> dict[str, Function]:
    if name is None:
        return {n: function for n, (r, function) in functions.items() if r == role}
    value = namespace[name]
    if not callable(value):
        raise GradcheckError(f"{name} is a {type(value).__name__}, not a function.", code="not_a_function")
    return {name: value}


def _parameter_choices(
    forward: tuple[str, Function],
    backward: Function,
    namespace: Mapping[str, Any],
    containers: Mapping[str, Any],
    wanted: Wanted,
) -> Iterator[tuple[int, str, Any, str]]:
    """Rank, variable, value and forward's argument for what could be the parameters. Containers outrank single values."""
    if wanted.parameters is not None:
        value = namespace[wanted.parameters]
        try:
            yield 2, wanted.parameters, value, parameters_argument(*forward, value, wanted.parameters)
        except GradcheckError:
            return
        return
    try:
        arguments = arguments_of(*forward)
    except GradcheckError:
        return
    fitting = []
    for argument in arguments:
        read = source.keys_read(forward[1], argument)
        worded = argument.casefold() in words.PARAMETERS and not _is_leaf(namespace.get(argument))
        for name, value in containers.items():
            if isinstance(value, Mapping):
                # Without subscripts to go by (no source, or keys made up in a loop), the words must do.
                fits = read <= {str(key) for key in value} if read else worded or name == argument
            else:
                fits = worded and name == argument
            if fits:
                fitting.append((2, name, value, argument))
    named = [choice for choice in fitting if choice[1] == choice[3]]
    if fitting:
        yield from named or fitting
        return
    returned = source.names_returned(backward)
    singles = [name for name in arguments if name in namespace and _is_leaf(namespace[name])]
    told = [name for name in singles if {f"d{name}", f"d_{name}", f"grad_{name}", f"{name}_grad"} & returned]
    for name in told or [name for name in singles if name.casefold() in words.PARAMETERS]:
        yield 1, name, namespace[name], name


def _available(
    forward: tuple[str, Function], argument: str, namespace: Mapping[str, Any], wanted: Wanted
) -> Mapping[str, Any]:
    """The namespace's data, with the wanted names in the places of forward's arguments that are not called so."""
    data = {name: value for name, value in _visible(namespace) if _is_datum(value) or name in wanted.data}
    if not wanted.data:
        return data
    open_ = [n for n, required in arguments_of(*forward).items() if n != argument and required and n not in wanted.data]
    unplaced = [name for name in wanted.data if name not in arguments_of(*forward)]
    placed = {name: namespace[name] for name in wanted.data}
    return {**data, **placed, **{n: namespace[name] for n, name in zip(open_, unplaced, strict=False)}}


def _is_leaf(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, (int, float, np.floating, np.integer)):
        return True
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiu"
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and isinstance(value, (tensorflow.Tensor, tensorflow.Variable))


def _is_container(value: Any) -> bool:
    if type(value) not in (dict, list, tuple) and not isinstance(value, Mapping):
        return False
    try:
        items = list(value.values()) if isinstance(value, Mapping) else list(value)
    except Exception:
        return False
    return 0 < len(items) <= 10_000 and any(_is_array_leaf(item) or _is_container(item) for item in items[:100])


def _is_array_leaf(value: Any) -> bool:
    return _is_leaf(value) and not isinstance(value, int)


def _is_datum(value: Any) -> bool:
    return not (
        isinstance(value, (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type, str, bytes))
        or callable(value)
    )


def _signature_text(name: str, function: Function) -> str:
    try:
        return f"{name}{inspect.signature(getattr(function, 'python_function', function))}"[:500]
    except (TypeError, ValueError):
        return f"{name}(...)"


def _summary(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = [f"{key} {_shape(item)}".strip() for key, item in list(value.items())[:8]]
        return (", ".join(parts) + (", ..." if len(value) > 8 else ""))[:500]
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__} of {len(value)}"
    return f"{type(value).__name__} {_shape(value)}".strip()[:500]


def _shape(value: Any) -> str:
    try:
        shape = getattr(value, "shape", None)
        return "" if shape is None else str(tuple(int(length) for length in shape))
    except Exception:
        # An object of the namespace whose attributes do as they like; its summary is worth no more.
        return ""


def _size(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(_size(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return sum(_size(item) for item in value)
    if not _is_leaf(value):
        return 0
    return int(np.prod([int(length) for length in getattr(value, "shape", ())]))
