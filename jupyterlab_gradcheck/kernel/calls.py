"""The person's two functions with their arguments filled in, called as cheaply as can be."""

from __future__ import annotations

import functools
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..backends.companion import companion, under_way
from ..engine import GradcheckError
from ..engine.problem import Direct
from ..engine.randomness import RandomState
from . import words
from .copies import PrivateData
from .interrupts import calls_out
from .source import Function


@dataclass(frozen=True)
class Argument:
    """One argument of a person's function, and where its value comes from.

    ``origin`` is ``"parameters"``; ``"parameter"``, one of several that each have an argument, by its key ``variable``;
    ``"data"``, of which ``variable`` is the name; ``"returned"`` by forward, at ``place``;
    or ``"cache"``, which is all that forward returns beside the loss.
    """

    name: str
    origin: str
    variable: str = ""
    by_keyword: bool = False
    place: int = 0


@dataclass(frozen=True)
class Side:
    """One of the two functions: what it is called, itself, and its arguments."""

    name: str
    function: Function
    arguments: tuple[Argument, ...]


class Calls:
    """Calls of one pair of functions with private copies of the data; itself forward as a function of the parameters.

    A small network's forward takes 25 us and is called a hundred times and more, so all that is the same each time is
    done once: the arguments are put in their places after the first call has shown that forward leaves them alone, and
    where the loss stands among what it returns is remembered.

    Args:
        order: names in forward's return statement.
        spoken: where forward hands something to backward beside what it returns, makes the state of the random
            generators at a moment; None where it does not.

    Attributes:
        observed: sentences on what the functions were seen to do.
    """

    def __init__(
        self,
        forward: Side,
        backward: Side | None,
        data: Mapping[str, Any],
        order: Sequence[str | None],
        spoken: Callable[[], RandomState] | None,
        observed: list[str],
    ) -> None:
        self._forward = forward
        self._backward = backward
        self._data = PrivateData(data)
        self._order = order
        returned = backward is not None and any(a.origin in ("cache", "returned") for a in backward.arguments)
        self._forward_first = returned or spoken is not None
        # What takes nothing that forward returns and draws numbers draws those that forward has drawn.
        self._spoken = None if returned else spoken
        self.observed = observed
        self._seen: set[str] = set()
        self._invoke: Callable[[Any], Any] = self._carefully
        self._length = -1
        self._place = 0
        self._kind: type = type(None)

    def __call__(self, parameters: Any) -> Any:
        """What forward says the loss is."""
        # Lifted onto TensorFlow, forward needs its data as companions of the parameters.
        result = self._watched(self._forward, parameters, None) if under_way.get() else self._invoke(parameters)
        if type(result) is tuple and len(result) == self._length:
            loss = result[self._place]
            if type(loss) is self._kind:
                return loss
        return self._pick(result)

    def direct(self) -> Direct | None:
        """Forward with its arguments in their places; None while it is watched, runs lifted, or has another kind of loss."""
        if under_way.get() or self._invoke == self._carefully or self._kind not in (np.float64, type(None)):
            return None
        return Direct(self._invoke, self._length, self._place, self._pick)

    def gradients(self, parameters: Any) -> Any:
        """What backward returns, after forward where it needs what forward makes."""
        assert self._backward is not None
        if not self._forward_first:
            return self._watched(self._backward, parameters, None)
        generators = None if self._spoken is None else self._spoken()
        result = self._invoke(parameters)
        if generators is not None:
            generators.restore()
        return self._watched(self._backward, parameters, result)

    @property
    def hands_over(self) -> bool:
        """Whether all that forward hands to backward is what it returns."""
        return self._forward_first and self._spoken is None

    def both(self, parameters: Any) -> tuple[Any, Callable[[], Any]]:
        """What forward says the loss is, and backward of what it returned."""
        assert self._backward is not None
        result = self._invoke(parameters)
        return self._pick(result), functools.partial(self._watched, self._backward, parameters, result)

    def _carefully(self, parameters: Any) -> Any:
        result = self._watched(self._forward, parameters, None)
        if self._data.lasting:
            self._invoke = self._filled(self._forward)
        return result

    @calls_out
    def _watched(self, side: Side, parameters: Any, result: Any) -> Any:
        self._data.renew()
        positional, by_keyword = [], {}
        for argument in side.arguments:
            if argument.origin == "data":
                value = companion(self._data.values[argument.variable])
            elif argument.origin == "parameters":
                value = parameters
            elif argument.origin == "parameter":
                value = parameters[argument.variable]
            else:
                value = self._returned(side.name, argument, result)
            if argument.by_keyword:
                by_keyword[argument.name] = value
            else:
                positional.append(value)
        try:
            return side.function(*positional, **by_keyword)
        finally:
            if side.name not in self._seen:
                self._seen.add(side.name)
                self._verify(side)

    def _verify(self, side: Side) -> None:
        written = self._data.verify()
        called = [a.name for a in side.arguments if a.variable in written]
        if called:
            self.observed.append(f"{side.name} writes into {', '.join(called[:5])}")
        if written:
            self._invoke = self._carefully

    def _filled(self, side: Side) -> Callable[[Any], Any]:
        """``side`` as a function of the parameters alone."""
        if any(a.origin == "parameter" for a in side.arguments):
            return self._spread(side)
        values = self._data.values
        positional = [a for a in side.arguments if not a.by_keyword]
        keywords = {a.name: values[a.variable] for a in side.arguments if a.by_keyword and a.origin == "data"}
        before: list[Any] = []
        after: list[Any] = []
        slot: str | None = next((a.name for a in side.arguments if a.by_keyword and a.origin == "parameters"), None)
        place = next((i for i, a in enumerate(positional) if a.origin == "parameters"), len(positional))
        before = [values[a.variable] for a in positional[:place]]
        after = [values[a.variable] for a in positional[place + 1 :]]
        function = side.function
        if slot is not None:
            return lambda parameters: function(*before, **{**keywords, slot: parameters})
        if after:
            return lambda parameters: function(*before, parameters, *after, **keywords)
        return functools.partial(function, *before, **keywords)

    def _spread(self, side: Side) -> Callable[[Any], Any]:
        """The same where each parameter has an argument."""
        function, values = side.function, self._data.values
        positional = [a for a in side.arguments if not a.by_keyword]
        slots = [(place, a.variable) for place, a in enumerate(positional) if a.origin == "parameter"]
        named = [(a.name, a.variable) for a in side.arguments if a.by_keyword and a.origin == "parameter"]
        filled = [values[a.variable] if a.origin == "data" else None for a in positional]
        keywords = {a.name: values[a.variable] for a in side.arguments if a.by_keyword and a.origin == "data"}

        def call(parameters: Any) -> Any:
            arguments = filled.copy()
            for place, key in slots:
                arguments[place] = parameters[key]
            return function(*arguments, **keywords, **{name: parameters[key] for name, key in named})

        return call

    def _pick(self, result: Any) -> Any:
        if not isinstance(result, (tuple, list)) or not result:
            return result
        place = place_of_loss(result, self._order)
        if type(result) is tuple:
            self._length, self._place, self._kind = len(result), place, type(result[place])
        return result[place]

    def _returned(self, backward: str, argument: Argument, result: Any) -> Any:
        if argument.origin == "returned" and isinstance(result, (tuple, list)) and argument.place < len(result):
            return result[argument.place]
        rest: tuple[Any, ...] = ()
        if isinstance(result, (tuple, list)) and result:
            place = place_of_loss(result, self._order)
            rest = (*result[:place], *result[place + 1 :])
        if not rest:
            forward = self._forward.name
            raise GradcheckError(
                f"{backward} has an argument {argument.name}, which is none of {forward}'s arguments and no variable, and "
                f"{forward} returns only the loss. Define {argument.name}, or let {forward} return (loss, cache).",
                code="unbound_argument",
            )
        structured = [value for value in rest if isinstance(value, (tuple, list, Mapping))]
        if len(rest) == 1:
            return rest[0]
        return structured[0] if len(structured) == 1 else rest


def place_of_loss(result: Sequence[Any], order: Sequence[str | None]) -> int:
    """Where the loss stands among the values that forward returned: the single number.

    Of several single numbers, the one that the return statement's names (``order``) call a loss, or the first.
    """
    places = [place for place, value in enumerate(result) if _is_one_number(value)]
    if len(places) > 1 and len(order) == len(result):
        named = [place for place in places if words.is_loss(order[place] or "")]
        if len(named) == 1:
            return named[0]
    return places[0] if places else 0


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
