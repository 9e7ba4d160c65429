"""A way from parameters to a loss and to claimed gradients, through any number of the person's own functions.

`Binding` reads the plainest convention, of one forward and one backward; a `Route` reads all others. It is data: which
functions are called, where each of their arguments comes from, where the loss and the gradients are among what they
return or leave behind.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..backends import tensorflow_tape as taped
from ..backends.companion import companion, under_way
from ..backends.library import Unwidenable
from ..backends.widen import Widener
from ..engine import GradcheckError, Problem
from ..engine.gradients import Claimed
from .binding import arguments_of, lengths, number_of, signature_of
from .copies import PrivateData
from .interrupts import calls_out
from .places import Place, Steps
from .reach import Reach
from .unclaimed import dependent
from .world import World, generators_within

Function = Callable[..., Any]


@dataclass(frozen=True)
class Rest:
    """A step that takes all that a function returned but what stands at ``place``: the cache beside the loss."""

    place: int


@dataclass(frozen=True)
class Wire:
    """Where the value of one argument comes from.

    ``origin`` is ``data``, of which ``key`` is the variable; ``result`` of call number ``call``, at ``steps``; or
    ``upstream``, the gradient of the loss with respect to the output called ``key``.
    """

    argument: str
    origin: str
    key: str = ""
    call: int = -1
    steps: Steps = ()
    by_keyword: bool = False


@dataclass(frozen=True)
class Call:
    """One function and its arguments."""

    name: str
    function: Function
    wires: tuple[Wire, ...]


@dataclass(frozen=True)
class Term:
    """A part of the loss: a single number at ``steps`` in the result of ``call``, or the negative of it; with ``upstream`` (its
    name and an array of the same shape), the sum of the products of both."""

    call: int
    steps: Steps
    upstream: tuple[str, Any] | None = None
    negative: bool = False


@dataclass(frozen=True)
class Parameter:
    """One leaf that is checked, and where its claimed gradient is found.

    Attributes:
        label: what the report calls it.
        gradient: what the person calls its gradient.
        value: as it is now.
        root, steps: the variable that is handed over as an argument, and the way to the leaf in it; or
        place: where it lies, if no argument hands it over. Both, if the functions read it in both ways.
        claim: call and steps of the gradient among the results; None where ``read`` or ``rate`` tells it.
        read: reads the gradient from where backward leaves it.
        rate: the gradient is what an update took away, divided by this rate; the updated value is at ``claim``, in
            ``place``, or in what was handed over.
    """

    label: str
    gradient: str
    value: Any
    root: str = ""
    steps: Steps = ()
    place: Place | None = None
    claim: tuple[int, Steps] | None = None
    read: Callable[[], Any] | None = None
    rate: float | None = None


@dataclass(frozen=True)
class Route:
    """A full reading of several functions; to the rest of the package what a `Binding` is.

    Attributes:
        calls: in order; the first ``loss_calls`` of them give the loss.
        loss: its terms.
        parameters_of: the leaves that are checked.
        data: values of the variables that are handed over, parameters included.
        upstreams: gradients of the loss with respect to outputs, by name.
        automatic: whether the claim is the gradient that TensorFlow's own tape gives.
        unclaimed: what lies beside the parameters, has no gradient, and is no setting by its name; each with its place among
            all.
    """

    convention: str
    forward_name: str
    backward_name: str
    parameters_name: str
    calls: tuple[Call, ...]
    loss_calls: int
    loss: tuple[Term, ...]
    parameters_of: tuple[Parameter, ...]
    data: Mapping[str, Any]
    upstreams: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    automatic: bool = False
    unclaimed: tuple[tuple[int, Parameter], ...] = ()
    observed: list[str] = field(default_factory=list, compare=False)

    @property
    def parameters(self) -> dict[str, Any]:
        return {p.label: p.value for p in self.parameters_of}

    @property
    def roots(self) -> set[str]:
        """Variables that hold parameters and are handed over as arguments."""
        return {p.root for p in self.parameters_of if p.root or p.place is None}

    @property
    def data_names(self) -> list[str]:
        used = (w.key for call in self.calls for w in call.wires if w.origin == "data")
        return list(dict.fromkeys(name for name in used if name not in self.roots))

    @property
    def forward(self) -> Function:
        return self.calls[self.loss[0].call].function

    @property
    def backward(self) -> Function | None:
        return None if self.automatic else self.calls[-1].function

    @property
    def functions(self) -> list[Function]:
        return [call.function for call in self.calls]

    def settled(self, elsewhere: Iterable[Parameter] = ()) -> Route:
        """The route with those of what has no gradient among its parameters on which the loss depends: there, one is missing.
        What is claimed ``elsewhere``, by another function, is not."""
        others = {(p.root, p.steps, id(p.value)) for p in elsewhere}
        left = [(i, p) for i, p in self.unclaimed if (p.root, p.steps, id(p.value)) not in others]
        if not left:
            return replace(self, unclaimed=())
        whole = replace(self, parameters_of=(*self.parameters_of, *(p for _, p in left)), unclaimed=())
        missing = dependent(whole, [p.label for _, p in left])
        leaves = list(self.parameters_of)
        # Each in its place, which is further in front by those that are left out.
        without = sorted(i for i, p in self.unclaimed if p.label not in missing)
        for place, p in left:
            if p.label in missing:
                leaves.insert(place - sum(i < place for i in without), p)
        return replace(self, parameters_of=tuple(leaves), unclaimed=())

    def problem(self) -> Problem:
        """The question for the engine. Arguments are copies; what lies elsewhere is as it was after every evaluation."""
        held = [p.place.value for p in self.parameters_of if p.place is not None]
        ahead = self.functions[: self.loss_calls]
        behind = self.functions[self.loss_calls :]
        values = [value for name, value in self.data.items() if name not in self.roots]
        reach = Reach(ahead, behind, values, without=held)
        walk = _Walk(self, reach)
        return Problem(
            forward=walk.loss,
            backward=walk.tape if self.automatic else walk.gradients,
            parameters=self.parameters,
            parameters_name=self.parameters_name,
            forward_name=self.forward_name,
            backward_name=self.backward_name,
            backward_evaluates=walk.forward_first,
            world=lambda: World(reach),
            widen=None if held or self.automatic else self._widened,
            settings=self.settings,
            sizes=tuple(dict.fromkeys(length for value in self.data.values() for length in lengths(value))),
            sealed=bool(held) or self.automatic,
        )

    def _widened(self) -> Problem:
        """The same question of copies that compute in float64. Raises `Unwidenable` where there can be none."""
        widener = Widener()
        made = {id(f): widener.function(f) for f in self.functions if not getattr(f, "gradcheck_own", False)}
        calls = tuple(replace(call, function=made.get(id(call.function), call.function)) for call in self.calls)
        data = {name: widener.value(value) for name, value in self.data.items()}
        ups = {name: np.asarray(value, dtype=np.float64) for name, value in self.upstreams.items()}
        terms = tuple(
            t if t.upstream is None else replace(t, upstream=(t.upstream[0], ups[t.upstream[0]])) for t in self.loss
        )
        leaves = []
        for p in self.parameters_of:
            value = data[p.root]
            for step in p.steps:
                value = getattr(value, step[1:]) if isinstance(step, str) and step.startswith(".") else value[step]
            leaves.append(replace(p, value=value))
        if any(p.rate is not None for p in leaves):
            raise Unwidenable("an update step is not repeated in another precision")
        return replace(
            self, calls=calls, data=data, upstreams=ups, loss=terms, parameters_of=tuple(leaves), observed=[]
        ).problem()

    @property
    def settings(self) -> dict[str, float]:
        """Numbers that the functions take beside the parameters: given ones, and defaults left alone."""
        found: dict[str, float] = {}
        for call in self.calls:
            given = {w.argument: self.data[w.key] for w in call.wires if w.origin == "data" and w.key not in self.roots}
            taken = {w.argument for w in call.wires}
            with contextlib.suppress(GradcheckError):
                left = {n: p.default for n, p in signature_of(call.name, call.function).items() if n not in taken}
                for argument, value in {**left, **given}.items():
                    number = number_of(value)
                    if number is not None:
                        found.setdefault(argument, number)
        return found


class _Walk:
    """Goes a route: calls the functions for given parameters."""

    def __init__(self, route: Route, reach: Reach) -> None:
        self._route = route
        self._data = PrivateData({n: v for n, v in route.data.items() if n not in route.roots})
        self._seen: set[str] = set()
        linked = {w.call for call in route.calls[route.loss_calls :] for w in call.wires if w.origin == "result"}
        claimed = {p.claim[0] for p in route.parameters_of if p.claim is not None}
        self._returned = any(call < route.loss_calls for call in linked | claimed)
        # Methods leave for each other what they need in their object.
        stateful = any(
            getattr(function, "__self__", None) is not None for function in route.functions[route.loss_calls :]
        )
        self.forward_first = self._returned or reach.speaks or stateful or len(route.calls) == route.loss_calls
        # What takes nothing that forward returns and draws numbers draws those that forward has drawn.
        self._spoken = (lambda: generators_within(reach)) if (reach.speaks or stateful) and not self._returned else None
        self._placed = [p for p in route.parameters_of if p.place is not None]
        self._rooted = [p for p in route.parameters_of if p.root or p.place is None]

    def loss(self, parameters: Mapping[str, Any]) -> Any:
        route = self._route
        with self._installed(parameters):
            results = self._run(route.calls[: route.loss_calls], self._roots(parameters), [])
            return loss_of(route.loss, results)

    def gradients(self, parameters: Mapping[str, Any]) -> Claimed:
        route = self._route
        with self._installed(parameters):
            # An update may change the very arrays that it is handed.
            moves = any(p.rate is not None for p in route.parameters_of)
            roots = self._roots({k: np.array(_frozen(v)) for k, v in parameters.items()} if moves else parameters)
            start = {p.label: np.array(_frozen(parameters[p.label])) for p in route.parameters_of if p.rate is not None}
            results: list[Any] = [None] * route.loss_calls
            generators = None if self._spoken is None else self._spoken()
            self._clear()
            if self.forward_first:
                results = self._run(route.calls[: route.loss_calls], roots, [])
            if generators is not None:
                generators.restore()
            results = self._run(route.calls[route.loss_calls :], roots, results)
            return Claimed({p.label: (p.gradient, self._claim(p, start, roots, results)) for p in route.parameters_of})

    def _clear(self) -> None:
        """Zeroes the gradients that lie about from before: to backward that adds to them, and one that sets none."""
        for p in self._route.parameters_of:
            if p.read is not None and p.rate is None:
                with contextlib.suppress(Exception):
                    left = p.read()
                    if isinstance(left, np.ndarray) and left.flags.writeable:
                        left[...] = 0

    def tape(self, parameters: Mapping[str, Any]) -> Claimed:
        """The gradients that TensorFlow's tape gives, custom ones included."""
        route = self._route
        with self._installed(parameters):
            roots = self._roots(parameters)
            sources = {p.label: _variable(p.place.value) for p in self._placed if p.place is not None}
            for p in self._rooted:
                sources[p.label] = taped.watched(pick(roots[p.root], p.steps))
                roots[p.root] = _with(roots[p.root], p.steps, sources[p.label])
            found = taped.gradients(
                lambda: loss_of(route.loss, self._run(route.calls[: route.loss_calls], roots, [])), sources
            )
            return Claimed({p.label: (p.gradient, found[p.label]) for p in route.parameters_of})

    @contextlib.contextmanager
    def _installed(self, parameters: Mapping[str, Any]) -> Iterator[None]:
        """Has the parameters in their places meanwhile, and what was there before in the end, also after an interrupt."""
        before: list[tuple[Place, Any]] = []
        try:
            for p in self._placed:
                assert p.place is not None
                now = p.place.value
                filled = isinstance(now, np.ndarray) and now.dtype.kind not in "iu"
                before.append((p.place, now.copy() if filled else _frozen(now)))
                p.place.write(parameters[p.label])
            yield
        finally:
            for place, value in before:
                place.write(value)

    def _roots(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        made: dict[str, list[tuple[Steps, Any]]] = {}
        for p in self._rooted:
            made.setdefault(p.root, []).append((p.steps, parameters[p.label]))
        return {root: _with_all(self._route.data[root], changes) for root, changes in made.items()}

    @calls_out
    def _run(self, calls: Sequence[Call], roots: Mapping[str, Any], results: list[Any]) -> list[Any]:
        results = list(results)
        lifted = under_way.get()
        for call in calls:
            self._data.renew()
            positional, by_keyword = [], {}
            for wire in call.wires:
                if wire.origin == "result":
                    value = pick(results[wire.call], wire.steps)
                elif wire.origin == "upstream":
                    value = self._route.upstreams[wire.key]
                    value = value.copy() if isinstance(value, np.ndarray) else value
                elif wire.key in roots:
                    value = roots[wire.key]
                else:
                    value = companion(self._data.values[wire.key]) if lifted else self._data.values[wire.key]
                if wire.by_keyword:
                    by_keyword[wire.argument] = value
                else:
                    positional.append(value)
            try:
                results.append(call.function(*positional, **by_keyword))
            finally:
                if call.name not in self._seen:
                    self._seen.add(call.name)
                    self._verify(call)
        return results

    def _verify(self, call: Call) -> None:
        written = self._data.verify()
        named = [w.argument for w in call.wires if w.key in written and w.origin == "data"]
        if named:
            self._route.observed.append(f"{call.name} writes into {', '.join(named[:5])}")

    def _claim(self, p: Parameter, start: Mapping[str, Any], roots: Mapping[str, Any], results: list[Any]) -> Any:
        try:
            if p.claim is not None:
                value = pick(results[p.claim[0]], p.claim[1])
            elif p.read is not None:
                value = p.read()
            elif p.place is not None:
                value = p.place.read()
            else:
                value = pick(roots[p.root], p.steps)
        except (KeyError, IndexError, TypeError, AttributeError):
            return None
        if p.rate is not None:
            return (start[p.label] - np.asarray(_frozen(value))) / p.rate
        # A copy: it may lie in an object that is put back in a moment.
        return value.copy() if isinstance(value, np.ndarray) else _frozen(value)


def loss_of(terms: Sequence[Term], results: Sequence[Any]) -> Any:
    """The loss among the results of the calls."""
    total: Any = None
    for term in terms:
        value = pick(results[term.call], term.steps)
        if term.upstream is not None:
            value = _weighted(value, term.upstream[1])
        value = -value if term.negative else value
        total = value if total is None else total + value
    return total


def _weighted(value: Any, weights: Any) -> Any:
    # On the value's own terms: it may be a tensor, or a stand-in for one.
    if hasattr(value, "numpy") and not isinstance(value, np.ndarray):
        return taped.weighted_sum(value, weights)
    return np.sum(value * weights)


def pick(value: Any, steps: Steps) -> Any:
    """What lies at ``steps`` within ``value``."""
    for step in steps:
        if isinstance(step, Rest):
            rest = (*value[: step.place], *value[step.place + 1 :])
            value = rest[0] if len(rest) == 1 else rest
        elif isinstance(step, str) and step.startswith("."):
            value = getattr(value, step[1:])
        else:
            value = value[step]
    return value


def _with(value: Any, steps: Steps, leaf: Any) -> Any:
    """``value`` with ``leaf`` at ``steps``; the containers on the way are new."""
    return _with_all(value, [(steps, leaf)])


def _with_all(value: Any, changes: Sequence[tuple[Steps, Any]]) -> Any:
    """``value`` with the leaves of ``changes`` at their steps; each container on the way is made anew once."""
    inner: dict[Any, list[tuple[Steps, Any]]] = {}
    for steps, leaf in changes:
        if not steps:
            return leaf
        inner.setdefault(steps[0], []).append((steps[1:], leaf))
    if isinstance(value, Mapping):
        changed = dict(value)
        changed.update({step: _with_all(value[step], some) for step, some in inner.items()})
        return changed if type(value) is dict else _remade(value, changed)
    if isinstance(value, list):
        return [_with_all(item, inner[i]) if i in inner else item for i, item in enumerate(value)]
    if isinstance(value, tuple):
        if hasattr(value, "_replace") and all(isinstance(step, str) for step in inner):
            return value._replace(**{s[1:]: _with_all(getattr(value, s[1:]), some) for s, some in inner.items()})
        return tuple(_with_all(item, inner[i]) if i in inner else item for i, item in enumerate(value))
    raise TypeError(f"cannot replace {next(iter(inner))!r} in a {type(value).__name__}")


def _remade(value: Any, changed: dict[Any, Any]) -> Any:
    try:
        return type(value)(changed)
    except Exception:
        # An exotic mapping is served by the dict itself.
        return changed


def _variable(value: Any) -> Any:
    """TensorFlow's variable behind one of Keras."""
    return getattr(value, "value", value) if type(value).__module__.startswith("keras") else value


def _frozen(value: Any) -> Any:
    """The value of a variable, which would change with it; anything else as it is."""
    if hasattr(value, "assign") and hasattr(value, "numpy"):
        return np.array(value.numpy())
    return value


def takes(name: str, function: Function) -> list[str]:
    """Names of the arguments of ``function``, none where it does not tell."""
    try:
        return list(arguments_of(name, function))
    except GradcheckError:
        return []
