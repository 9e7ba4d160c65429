"""Where the arguments of a function come from: the ground that conventions stand on."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from . import source, words
from .binding import Parameter
from .flow import Flow, Unreadable, flow_of, value_of
from .inventory import is_container, is_leaf, visible
from .matching import is_number, stems
from .places import is_object, nowhere, places_in
from .route import Call, Rest, Wire
from .survey import Known, harmful
from .trials import Draft, Missing, Trials, floating, holds

_DEEPEST = 6
Steps = tuple[Any, ...]


class Search(Trials):
    """One discovery in one namespace.

    Args:
        namespace: names -> values.
        cells: the sources of the cells that ran, oldest first.

    Attributes:
        flow: how the person's code hands things from one function to the next.
        returned: names of everything that any function returns.
        rejected: readings for which too little speaks.
        flat: functions with a gradient of their own whose values do not change.
        missing: functions that were not tried, and the arguments for which there was nothing.
    """

    def __init__(self, namespace: Mapping[str, Any], cells: Iterable[str] = ()) -> None:
        super().__init__(namespace)
        self.flow: Flow = flow_of(self.functions, cells)
        self.missing: dict[str, list[str]] = {}
        self.rejected: list[Any] = []
        self.flat: list[str] = []
        self.penalised: list[str] = []
        # Names of everything that any function returns.
        self.returned = {name for known in self.functions.values() for name in known.code.names}
        self._structures = {n: v for n, v in visible(namespace) if holds(is_container, v)}
        self._tokens = _Tokens()
        self._order = {name: place for place, name in enumerate(self.functions)}

    def depends(self, known: Known, depth: int = 0, surely: bool = False) -> bool:
        """Whether a function looks as if it computed with parameters, and does not just prepare data; ``surely``, more than
        that it takes several things must speak for it."""
        said = set(words.tokens(known.last))
        if (said & words.STEPPING and words.role(known.last) is None) or harmful(known) or self.trains(known):
            return False
        if not known.required and known.owner is None and not self.globals_of(known):
            return False
        twice = self._given_twice(known) if surely else frozenset()
        if any(a not in twice and self.looks_like_parameters(known, a) for a in known.arguments):
            return True
        if words.role(known.last) or known.owner is not None:
            return True
        if words.prepares(known.last):
            return False
        if self.globals_of(known) or (len(known.required) > 1 and not surely):
            return True
        produced = (self.flow.produced.get((known.name, a), []) for a in known.arguments)
        makers = {name for links in produced for name, _ in links if name != known.name}
        return depth < 4 and any(self.depends(self.functions[n], depth + 1) for n in makers if n in self.functions)

    def _given_twice(self, known: Known) -> frozenset[str]:
        """Arguments that a cell gave one and the same variable, as in kernel(X, X): they are data, whatever they are called."""
        given = {a: self.flow.given.get((known.name, a), [])[-1:] for a in known.arguments}
        names = {a: some[0].id for a, some in given.items() if some and isinstance(some[0], ast.Name)}
        return frozenset(a for a, name in names.items() if list(names.values()).count(name) > 1)

    def looks_like_parameters(self, known: Known, argument: str) -> bool:
        folded = argument.casefold().strip("_")
        if folded in words.PARAMETERS or re.fullmatch(r"(w|b|u|v|theta|wx|wh|wa|wy)\d*", folded):
            return True
        parts = words.tokens(argument)
        if len(parts) > 1 and {parts[0], parts[-1]} & {
            "w",
            "b",
            "weight",
            "weights",
            "bias",
            "biases",
            "theta",
            "kernel",
        }:
            return True
        return bool(source.keys_read(known.function, argument))

    def trains(self, known: Known) -> bool:
        """Whether a function goes steps: it is handed a gradient, or loops over others of the person's and speaks of epochs."""
        if words.role(known.last) != "backward":
            links = (link for a in known.arguments for link in self.flow.produced.get((known.name, a), []))
            if any(words.role(name.rsplit(".", 1)[-1]) == "backward" for name, _ in links):
                # Handed a gradient: a step of some method.
                return True
        own = {k.last for k in self.functions.values() if k.name != known.name}
        said = {n.casefold().strip("_") for n in (*known.arguments, *known.code.mentions)}
        return known.code.loops and bool(known.code.calls & own) and bool(said & (words.SYNONYMS[4] | words.ITERATING))

    def makes_like(self, known: Known) -> bool:
        """Whether a function makes a dict with the keys of one that it is handed."""
        made = known.code.keys
        return len(known.required) > 1 and any(
            isinstance(value, dict)
            and value
            and {k for k in value if isinstance(k, str)} == set(value)
            and set(value) <= made
            for value in self._structures.values()
        )

    def kinship(self, one: Known, other: Known) -> float:
        """How much the names and homes of two functions have in common."""
        score = 0.0
        if words.stem(one.last) == words.stem(other.last):
            score += 2
        else:
            mine, theirs = set(words.stem(one.last)[1:]), set(words.stem(other.last)[1:])
            score += len(mine & theirs) - 0.3 * len(mine ^ theirs)
        if one.owner is not None and one.owner is other.owner:
            score += 3
        elif one.prefix != other.prefix:
            score -= 1
        elif one.prefix:
            score += 2
        shared = set(one.arguments) & set(other.arguments)
        return score + 0.3 * len(shared) - abs(one.order - other.order) / 1000

    def ensure(self, draft: Draft, known: Known, mode: str = "names", upstream: Mapping[str, str] | None = None, depth: int = 0,
               shared: Mapping[str, Wire] | None = None) -> int:  # fmt: skip
        """Adds a call of ``known``, and of what has to be called before it, to ``draft``; tells its number. ``shared`` are
        arguments that another function was handed, and this one is to be handed as well.

        Raises `Missing` for arguments that nothing fits.
        """
        at = draft.place(known)
        if at is not None:
            return at
        wires: list[Wire] = []
        missing: list[str] = []
        gap = False
        for name, parameter in known.arguments.items():
            if not parameter.required:
                wire = self._optional(known, name, parameter.default)
                if wire is not None:
                    wires.append(Wire(name, wire.origin, wire.key, by_keyword=gap or parameter.keyword))
                gap = gap or wire is None
                continue
            if upstream and name in upstream:
                wires.append(Wire(name, "upstream", upstream[name], by_keyword=gap or parameter.keyword))
                continue
            wire = (shared or {}).get(name) or self._wire(draft, known, name, mode, depth, wires)
            if wire is None:
                missing.append(name)
            else:
                wires.append(Wire(name, wire.origin, wire.key, wire.call, wire.steps, gap or parameter.keyword))
        if missing:
            self.missing.setdefault(known.name, missing)
            raise Missing(known, missing)
        wires += self._more(known) if not gap else []
        draft.calls.append(Call(known.name, known.function, tuple(wires)))
        draft.known.append(known)
        _agree(draft)
        return len(draft.calls) - 1

    def _more(self, known: Known) -> list[Wire]:
        """What goes to ``*args``: the tuple of that name."""
        code = getattr(known.function, "__code__", None)
        if code is None or not code.co_flags & inspect.CO_VARARGS:
            return []
        name = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
        values = self.data.get(name)
        if not isinstance(values, (tuple, list)):
            return []
        keys = [f"{name}[{i}]" for i in range(len(values))]
        self.data.update(zip(keys, values, strict=True))
        return [Wire(key, "data", key) for key in keys]

    def _optional(self, known: Known, argument: str, default: Any) -> Wire | None:
        """For an argument with a default: what a cell gave for it or, for a setting that counts in the loss, the variable of its
        name; and for one that may be None, and then means something else, such as targets, what the notebook has."""
        if isinstance(default, (int, float, str)) and not self.looks_like_parameters(known, argument):
            given = self._given(known, argument)
            if given is not None and isinstance(self.data[given.key], (int, float, str)):
                return given
            weighing = argument.casefold().strip("_") in words.SYNONYMS[2] | words.SYNONYMS[5]
            if weighing and isinstance(self.data.get(argument), (int, float)):
                return Wire(argument, "data", argument)
            return None
        if default is not None or self.looks_like_parameters(known, argument):
            return None
        if argument in self.data and not is_number(self.data[argument]):
            return Wire(argument, "data", argument)
        if argument in self.data:
            return Wire(argument, "data", argument)
        found = self._given(known, argument)
        if found is None and any(argument.casefold().strip("_") in group for group in words.SYNONYMS):
            found = self._variable(known, argument)
        return found

    def _wire(self, draft: Draft, known: Known, argument: str, mode: str, depth: int, others: Sequence[Wire]) -> Wire | None:  # fmt: skip
        taken = {(w.call, w.steps) for w in others if w.origin == "result"}
        for wire in self._wires(draft, known, argument, mode, depth):
            # What a call returned goes to one argument.
            if wire is not None and not (wire.origin == "result" and (wire.call, wire.steps) in taken):
                return wire
        return None

    def _wires(self, draft: Draft, known: Known, argument: str, mode: str, depth: int) -> Iterator[Wire | None]:
        plain = argument in self.data
        yield self._from_flow(draft, known, argument, mode, depth)
        yield self._from_made(draft, known, argument)
        if mode == "given":
            yield self._given(known, argument)
        if _is_cache(argument) and draft.known and words.stem(draft.known[-1].last) == words.stem(known.last):
            # What its own forward made goes before what another function calls so.
            yield self._left_over(draft, known, argument)
        if not plain or not self.looks_like_data(argument):
            yield self._from_named(draft, known, argument, mode, depth)
        if _is_cache(argument):
            yield self._left_over(draft, known, argument)
        if plain:
            yield self._twin(draft, argument)
            yield Wire(argument, "data", argument)
        yield self._variable(known, argument)
        yield self._given(known, argument)
        yield self._left_over(draft, known, argument)

    def _from_flow(self, draft: Draft, known: Known, argument: str, mode: str, depth: int) -> Wire | None:
        links = self.flow.produced.get((known.name, argument), [])
        if argument in self.data and self.looks_like_parameters(known, argument):
            # Parameters are where it begins, also where a function has made them.
            return None
        # What has been called already goes before what was handed over last.
        latest = sorted(dict.fromkeys(reversed(links)), key=lambda link: all(k.name != link[0] for k in draft.known))
        for name, steps in latest:
            maker = self.functions.get(name)
            if maker is None or maker.name == known.name or depth > _DEEPEST:
                continue
            # Where there is a variable of that name, a function that made it may have been one that makes data.
            if not self.depends(maker, surely=argument in self.data):
                continue
            trial = draft.copy()
            try:
                at = self.ensure(trial, maker, mode, depth=depth + 1)
            except Missing:
                continue
            draft.calls[:], draft.known[:] = trial.calls, trial.known
            return Wire(argument, "result", call=at, steps=steps)
        return None

    def _from_made(self, draft: Draft, known: Known, argument: str) -> Wire | None:
        for at in range(len(draft.calls) - 1, -1, -1):
            maker = draft.known[at]
            if argument in maker.arguments:
                # Handed through, and what it was given will do.
                wire = next((w for w in draft.calls[at].wires if w.argument == argument), None)
                if wire is not None and wire.origin != "upstream":
                    return wire
            steps = _returned_as(maker, argument)
            if steps is not None:
                return Wire(argument, "result", call=at, steps=steps)
        return None

    def _from_named(self, draft: Draft, known: Known, argument: str, mode: str, depth: int) -> Wire | None:
        """From a function whose return statement has that name."""
        if depth > _DEEPEST or self.looks_like_parameters(known, argument):
            return None
        makers = [
            maker
            for maker in self.functions.values()
            if maker.name != known.name
            and _returned_as(maker, argument) is not None
            and argument not in maker.arguments
            and self.depends(maker)
            and (maker.owner is None or maker.owner is known.owner or known.owner is None)
        ]
        makers.sort(key=lambda maker: (-self.kinship(maker, known), -self._order[maker.name]))
        for maker in makers[:3]:
            trial = draft.copy()
            try:
                at = self.ensure(trial, maker, mode, depth=depth + 1)
            except Missing:
                continue
            steps = _returned_as(maker, argument)
            draft.calls[:], draft.known[:] = trial.calls, trial.known
            return Wire(argument, "result", call=at, steps=steps or ())
        return None

    def _left_over(self, draft: Draft, known: Known, argument: str) -> Wire | None:
        """What the call before returned beside what is used otherwise."""
        if not draft.calls:
            return None
        outcome = self.run(draft)
        if outcome.error:
            return None
        if _is_cache(argument):
            for at in range(len(draft.calls) - 1, -1, -1):
                steps = _cache_in(outcome.results[at])
                if steps is not None:
                    return Wire(argument, "result", call=at, steps=steps)
        at = len(draft.calls) - 1
        maker, result = draft.known[at], outcome.results[at]
        if maker.owner is not None and maker.owner is known.owner:
            return None
        if argument in self.data or argument.casefold().strip("_") in words.SYNONYMS[0]:
            return None
        return self._main_output(result, at, argument) if not self.looks_like_parameters(known, argument) else None

    def _twin(self, draft: Draft, argument: str) -> Wire | None:
        """What a call before has returned, where the variable of the argument's name looks like it: left over from a run."""
        value = self.data[argument]
        if not draft.calls or (is_leaf(value) and not isinstance(value, np.ndarray)):
            return None
        outcome = self.run(draft)
        for at in range(len(outcome.results) - 1, -1, -1):
            result = outcome.results[at]
            items = list(enumerate(result)) if type(result) is tuple else []
            for steps, item in [((), result), *(((i,), item) for i, item in items)]:
                if item is not value and _alike(value, item):
                    return Wire(argument, "result", call=at, steps=steps)
        return None

    def _main_output(self, result: Any, at: int, argument: str) -> Wire | None:
        if isinstance(result, tuple):
            for index, item in enumerate(result):
                if _array(item):
                    return Wire(argument, "result", call=at, steps=(index,))
            return None
        return Wire(argument, "result", call=at) if _array(result) else None

    def _given(self, known: Known, argument: str, depth: int = 0) -> Wire | None:
        """What a cell handed over, also by way of a function that handed on what it was given."""
        for function, name in self.flow.handed_on.get((known.name, argument), []) if depth < 4 else ():
            if (
                function in self.functions
                and (wire := self._given(self.functions[function], name, depth + 1)) is not None
            ):
                return Wire(argument, wire.origin, wire.key)
        handed = [*self._kept(known, argument), *self.flow.given.get((known.name, argument), [])]
        for expression in reversed(handed):
            if (
                isinstance(expression, ast.Name)
                and expression.id in self.flow.looped
                and self.looks_like_parameters(known, argument)
            ):
                # One of several that a loop went over says nothing of which is meant.
                continue
            if isinstance(expression, ast.Name) and expression.id in self.data:
                return Wire(argument, "data", expression.id)
            try:
                value = value_of(expression, self.namespace)
            except Unreadable:
                continue
            if callable(value) and not is_object(value):
                continue
            key = ast.unparse(expression)
            self.data.setdefault(key, value)
            return Wire(argument, "data", key)
        return None

    def _kept(self, known: Known, argument: str) -> list[ast.expr]:
        """What a cell handed over that another function had made, from nothing that could be a parameter: it stays as it is
        whatever is checked, as a net that a function set up does, and the output of a layer does not."""
        return [
            held.expression
            for held in self.flow.held.get((known.name, argument), [])
            if held.maker in self.functions
            and not self.depends(self.functions[held.maker])
            and not any(map(self._may_hold_parameters, held.sources))
        ]

    def _may_hold_parameters(self, name: str) -> bool:
        value = self.data.get(name)
        return value is not None and any(floating(place.value) for place in places_in(value, write=nowhere))

    def _variable(self, known: Known, argument: str) -> Wire | None:
        """A variable that means the argument, though it is called otherwise."""
        if argument in self.namespace and callable(self.namespace[argument]) and not isinstance(self.namespace[argument], type):  # fmt: skip
            self.data[argument] = self.namespace[argument]
            return Wire(argument, "data", argument)
        keys = source.keys_read(known.function, argument)
        if keys:
            fitting = [n for n, v in self._structures.items() if isinstance(v, dict) and keys <= {str(k) for k in v}]
            fitting = [n for n in fitting if n not in self.flow.looped] or fitting
            named = [n for n in fitting if argument.casefold() in self._tokens[n]]
            chosen = named if len(named) == 1 else fitting
            return Wire(argument, "data", chosen[0]) if len(chosen) == 1 else None
        attributes = source.attributes_read(known.function, argument) - _OF_ARRAYS
        if attributes:
            holding = [n for n, v in self.data.items() if holds(is_object, v) and attributes <= _attributes(v)]
            holding = [n for n in holding if "grad" not in n.lower()] or holding
            named = [n for n in holding if set(self._tokens[n]) & (words.PARAMETERS | {argument.casefold()})]
            chosen = named if len(named) == 1 else holding
            if len(chosen) == 1:
                return Wire(argument, "data", chosen[0])
        folded = [name for name in self.data if name.casefold() == argument.casefold()]
        if len(folded) == 1:
            return Wire(argument, "data", folded[0])
        if folded:
            return None
        for names in self.alike(argument):
            preferred = self._preferred(names, self.looks_like_parameters(known, argument))
            if preferred is not None:
                return Wire(argument, "data", preferred)
        if self.looks_like_parameters(known, argument):
            return self._some_parameters(argument)
        return None

    def variable_for(self, known: Known, argument: str) -> Any:
        """What a cell handed over for an argument, or else the variable that means it; None where there is neither."""
        wire = self._given(known, argument) or self._variable(known, argument)
        return None if wire is None else self.data.get(wire.key)

    def fitting_structures(self, known: Known, arguments: Sequence[str]) -> list[str]:
        """Dicts of the notebook that have the keys which a function reads of one of ``arguments``."""
        found = []
        for argument in arguments:
            keys = source.keys_read(known.function, argument)
            found += [
                n for n, v in self._structures.items()
                if keys and isinstance(v, dict) and keys <= {str(k) for k in v} and n not in self.flow.looped
            ]  # fmt: skip
        return found

    def alike(self, argument: str) -> Iterator[list[str]]:
        own = words.tokens(argument)
        if set(own) & words.PREDICTED:
            # Targets are not what was predicted, however alike the names.
            return
        yield [n for n in self.data if argument.lower() in self._tokens[n]]
        if len(own) > 1:
            yield [n for n in self.data if self._tokens[n][:1] == own[:1] and not {own[0]} & words.QUALIFYING]
        for group in words.SYNONYMS:
            if argument.casefold().strip("_") in group:
                yield [n for n in self.data if n.casefold().strip("_") in group]
                yield [n for n in self.data if self._tokens[n] and self._tokens[n][0] in group]

    def _preferred(self, names: list[str], parameters: bool) -> str | None:
        """Of several variables for one argument, the one to take: any will do for data, but not for parameters."""
        fit = [n for n in names if not (set(self._tokens[n]) & {"pred", "predicted", "hat", "grad", "grads", "cache"})]
        if parameters and len(fit) > 1 and len({len(self._tokens[name]) for name in fit}) == 1:
            return None

        def rank(name: str) -> tuple[Any, ...]:
            said = self._tokens[name]
            place = next((i for i, token in enumerate(words.CHOICE) if token in said), len(words.CHOICE))
            return bool({"test", "val", "valid", "te", "va"} & set(said)), place, len(said), len(name)

        return min(fit, key=rank, default=None)

    def _some_parameters(self, argument: str) -> Wire | None:
        """The one thing in the namespace that is called as parameters are."""
        named = [n for n in self._structures if set(self._tokens[n]) & words.PARAMETERS and "grad" not in n.lower()]
        if not named:
            named = [n for n, v in self.data.items() if set(self._tokens[n]) & words.PARAMETERS and _array(v)]
        return Wire(argument, "data", named[0]) if len(named) == 1 else None

    def is_upstream(self, argument: str) -> bool:
        """Whether an argument may be the gradient of the loss with respect to an output."""
        if argument.casefold() in words.UPSTREAM or _UPSTREAM.match(argument):
            return True
        return bool(self.returned & set(stems(argument)))

    def looks_like_data(self, argument: str) -> bool:
        """Whether an argument is called as inputs, targets or settings are."""
        folded = argument.casefold().strip("_")
        return any(folded in group for group in words.SYNONYMS) or bool(
            set(words.tokens(argument)) & words.CHOICE_WORDS
        )


# What every array has tells nothing of an argument.
_OF_ARRAYS = frozenset(dir(np.ndarray)) | {"numpy"}


def _attributes(value: Any) -> set[str]:
    return {*getattr(value, "__dict__", {}), *dir(type(value))}


class _Tokens(dict[str, list[str]]):
    """The words of names, found when they are asked for."""

    def __missing__(self, name: str) -> list[str]:
        self[name] = words.tokens(name) if name.isidentifier() else []
        return self[name]


_NO_ARGUMENT = Parameter(True, inspect.Parameter.empty, False)


def _agree(draft: Draft) -> None:
    """Gives a setting that one call is handed to the others that have it at its default, and a number that the first is handed
    also to those that a cell called with another: they must mean the same loss."""
    given: dict[str, Wire] = {}
    for call, known in zip(draft.calls, draft.known, strict=True):
        for w in call.wires:
            default = known.arguments.get(w.argument, _NO_ARGUMENT).default
            if w.origin == "data" and isinstance(default, (int, float, str, type(None))):
                given.setdefault(w.argument, w)
    for at, (call, known) in enumerate(zip(draft.calls, draft.known, strict=True)):
        numbers = {n for n, p in known.arguments.items() if type(p.default) in (int, float) and n in given}
        wires = tuple(
            replace(w, key=given[w.argument].key) if w.origin == "data" and w.argument in numbers else w
            for w in call.wires
        )
        call = draft.calls[at] = Call(call.name, call.function, wires)
        taken = {w.argument for w in call.wires}
        more = [
            Wire(name, "data", given[name].key, by_keyword=True)
            for name, p in known.arguments.items()
            if not p.required and name in given and name not in taken
        ]
        if more:
            draft.calls[at] = Call(call.name, call.function, (*call.wires, *more))


def _cache_in(result: Any) -> Steps | None:
    """Where the cache is in what a function returned."""
    if isinstance(result, tuple) and len(result) >= 2:
        loss = [i for i, item in enumerate(result) if _one(item)]
        if len(loss) == 1:
            return (Rest(loss[0]),)
        structured = [i for i, item in enumerate(result) if isinstance(item, (tuple, list, dict)) or is_object(item)]
        return (structured[-1] if structured else len(result) - 1,)
    return () if isinstance(result, (dict, list)) else None


def _alike(one: Any, other: Any) -> bool:
    """Whether two are of one making: dicts with the same keys, lists of one length, the same array."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return bool(one) and one.keys() == other.keys()
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) > 0 and all(type(a) is type(b) for a, b in zip(one, other, strict=True))
    return isinstance(one, np.ndarray) and one.shape == other.shape and np.array_equal(one, other)


def _returned_as(maker: Known, argument: str) -> Steps | None:
    if argument in maker.arguments:
        # What it was handed itself, in another state perhaps.
        return None
    for same in (str.__eq__, lambda a, b: a.casefold() == b.casefold()):
        for index, name in enumerate(maker.code.returned):
            if isinstance(name, str) and same(name, argument):
                return (index,)
        if maker.code.single is not None and same(maker.code.single, argument):
            return ()
    return None


_UPSTREAM = re.compile(
    r"^(d[A-Z]\w*|d_\w+|grad(_\w+|[A-Z]\w*|out\w*)|g_\w+|up(stream)?(_\w+|[A-Z]\w*)?|delta(_\w+|[A-Z]\w*)|"
    r"d(out|prev|next|score|scores|logit|logits|hidden|state|values?|outputs?|[xyzhacsvuo]t?)\d?(_\w+)?)$"
)


def _is_cache(argument: str) -> bool:
    return bool(set(words.tokens(argument)) & words.CACHE) or argument.casefold() in words.CACHE


def _array(value: Any) -> bool:
    return holds(is_leaf, value) and not isinstance(value, (int, float)) and getattr(value, "shape", None) is not None


def _one(value: Any) -> bool:
    if isinstance(value, bool) or not holds(is_leaf, value):
        return False
    return int(np.prod([int(n) for n in getattr(value, "shape", ())])) == 1
