"""Which functions belong together, and with which parameters and data. Right, or asking; never confidently wrong."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..engine import GradcheckError
from . import source, words
from .binding import Binding, arguments_of, bind, parameters_argument, placed_in_order
from .calls import Argument
from .conventions.candidate import Candidate
from .conventions.choose import Choice, choose, contested, of_an_input
from .conventions.question import question
from .inventory import Inventory, is_container, leaves, usable
from .limit import within
from .narrow import leaves_within, narrowed
from .places import is_object
from .route import Route
from .search import Search
from .sieve import sifted
from .source import Function
from .weigh import weigh

_MOST_TRIALS = 8
# Seconds that one trial may take.
_ONE_TRIAL = 10.0
# How well parameters fit: a structure is what one checks; a single value may just happen to have the right name.
_STRUCTURE, _SINGLE = 2, 1

_UNFIT = (
    "There are forward and backward functions, but no parameters that fit them. Parameters are a dict such as "
    'parameters = {"W1": ..., "b1": ...}, or a variable with the name of the argument. Run the cell that makes them.'
)

_NO_FUNCTIONS = "Found no functions to check."

Trial = Callable[[Binding | Route], None]
Named = tuple[str, Function]


@dataclass(frozen=True)
class Wanted:
    """Names that were given; None and the empty list mean: find out. ``all``: everything that stands side by side."""

    forward: str | None = None
    backward: str | None = None
    parameters: str | None = None
    data: list[str] = field(default_factory=list)
    all: bool = False

    @property
    def names(self) -> list[str]:
        """All of the names that were given."""
        return [n for n in (self.forward, self.backward, self.parameters, *self.data) if n is not None]

    @property
    def nothing(self) -> bool:
        """Whether nothing was named."""
        return self.forward is self.backward is self.parameters is None and not self.data


@dataclass(frozen=True)
class Discovery:
    """What was found.

    Attributes:
        inventory: everything that could be chosen.
        bindings: the best readings; exactly one where the guess is certain.
        reason: why it is certain or not, for the reader.
        code: ``nothing_found``, ``ambiguous``, ``several``, ``unbound_argument``; empty where it is certain.
        left_out: what looks as if it were to be checked too and could not be, and why.
    """

    inventory: Inventory
    bindings: Sequence[Binding | Route]
    reason: str
    code: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        return not self.code

    def to_dict(self) -> dict[str, Any]:
        """The contract's Candidates."""
        guess = self.bindings[0] if self.bindings else None
        found = self.inventory.to_dict()
        for binding in self.bindings[:40]:
            # Functions whose names alone would not have told what they are.
            for name, role in ((binding.forward_name, "forward"), (binding.backward_name, "backward")):
                if len(found["functions"]) < 100 and all(
                    (f["name"], f["role"]) != (name, role) for f in found["functions"]
                ):
                    found["functions"].append({"name": name[:200], "role": role, "signature": f"{name}(...)"[:500]})
        return {
            "version": 1,
            **found,
            "guess": None
            if guess is None
            else {
                "forward": guess.forward_name,
                "backward": guess.backward_name,
                "parameters": _variable(guess),
                "data": guess.data_names,
            },
            "readings": [_reading(binding) for binding in self.bindings[:40]],
            "several": self.code == "several",
            "certain": self.certain,
            "reason": self.reason[:2000],
        }


def _variable(binding: Binding | Route) -> str | None:
    """The one variable that holds the parameters; None where there are several, or none."""
    if isinstance(binding, Route):
        return next(iter(binding.roots)) if len(binding.roots) == 1 and "" not in binding.roots else None
    return binding.parameters_name


def _reading(binding: Binding | Route) -> dict[str, Any]:
    """The contract's Reading."""
    if isinstance(binding, Route):
        names = [p.label for p in binding.parameters_of]
    else:
        names = [str(key) for key in binding.parameters] if isinstance(binding.parameters, Mapping) else []
    return {
        "forward": binding.forward_name[:200],
        "backward": binding.backward_name[:200],
        "parameters": [name[:200] for name in (names or [binding.parameters_name])[:100]],
        "data": [name[:200] for name in binding.data_names[:32]],
    }


@dataclass(frozen=True)
class _Reading:
    """One way to read the namespace: a binding, and how much speaks for it."""

    related: bool
    fit: int
    binding: Binding

    @property
    def score(self) -> tuple[bool, int]:
        return self.related, self.fit


def discover(
    namespace: Mapping[str, Any],
    wanted: Wanted | None = None,
    trial: Trial | None = None,
    cells: Iterable[str] = (),
) -> Discovery:
    """Finds the functions that belong together, the parameters and the data in ``namespace``.

    What ``wanted`` names is taken as it is (dotted names must already be keys of ``namespace``). ``trial`` calls a
    binding's functions once and raises `GradcheckError` where they do not fit; it settles what names leave open. ``cells``
    are the sources of the cells that ran, oldest first: how they call the functions tells what is handed to what.

    Values that do harm when they are looked at are as if they were not there.

    Raises `GradcheckError` where something wanted is no function.
    """
    # What a function filters before it raises is nobody's afterwards.
    wanted = wanted or Wanted()
    with warnings.catch_warnings():
        found = _discover(namespace, wanted, trial, cells)
        if trial is not None and found.certain and wanted.parameters is None and not wanted.data:
            found = _or_of_an_input(found, namespace, wanted, cells)
    routes = [binding for binding in found.bindings if isinstance(binding, Route)]
    if not any(route.unclaimed for route in routes) or not (found.certain or found.code == "several"):
        return found
    claimed = [p for route in routes for p in route.parameters_of]
    return replace(found, bindings=[b.settled(claimed) if isinstance(b, Route) else b for b in found.bindings])


def _discover(namespace: Mapping[str, Any], wanted: Wanted, trial: Trial | None, cells: Iterable[str]) -> Discovery:
    namespace = sifted(namespace, wanted.names)
    for name in wanted.names:
        if name not in namespace:
            raise GradcheckError(f"{name[:80]} cannot be looked at: it raises, or does not end.", code="unknown_name")
    pair = _discover_pair(namespace, wanted, trial)
    if trial is None:
        return pair
    search = Search(namespace, cells)
    if (
        pair.certain
        and not wanted.all
        and _whole(pair.bindings[0])
        and not _left_over(pair.bindings[0], search)
        and _works(pair.bindings[0], trial)
    ):
        return pair if wanted.forward is not None else _uncontested(search, pair)
    if wanted.parameters is not None or wanted.data:
        if not pair.certain or not _works(pair.bindings[0], trial):
            return _narrowed(pair, search, wanted, trial)
        readings = [] if _whole(pair.bindings[0]) else _readings(search, wanted)
        if any(len(_parted(route, namespace, wanted)[0]) > 1 for route in readings):
            return _narrowed(pair, search, wanted, trial)
        return _with_unnamed(pair, readings)
    named = wanted.forward is not None or wanted.backward is not None
    if named and pair.certain and _works(pair.bindings[0], trial):
        return pair
    choice, aside = _without_deliberate(choose(search, wanted.backward, wanted.forward), wanted)
    if choice.certain and choice.code != "several":
        one = choice.certain[0].route
        seen = pair.bindings[0] if len(pair.bindings) == 1 and not pair.certain else None
        if seen and (seen.forward_name, seen.backward_name) == (one.forward_name, one.backward_name):
            # It was seen, and asked about because the notebook's larger net is not complete.
            return pair
        return replace(pair, bindings=[one], reason=_told(choice.certain[0]), code="", left_out=aside)
    if choice.certain:
        routes: list[Binding | Route] = [c.route for c in choice.certain]
        pairs = {(r.forward_name, r.backward_name) for r in routes}
        if pair.certain and (pair.bindings[0].forward_name, pair.bindings[0].backward_name) not in pairs:
            routes = [*(pair.bindings if _works(pair.bindings[0], trial) else ()), *routes]
        return replace(pair, bindings=routes, reason=_ask_which(choice.certain), code="several", left_out=aside)
    if pair.certain and _works(pair.bindings[0], trial):
        return _uncontested(search, pair)
    if choice.code == "unsure":
        if pair.code not in ("nothing_found", "") or pair.bindings:
            return pair
        return replace(
            pair, bindings=[c.route for c in choice.asked], reason=_unsure(choice.asked[0]), code="ambiguous"
        )
    if choice.asked:
        return replace(pair, bindings=[c.route for c in choice.asked], reason=_ask_which(choice.asked), code="ambiguous", left_out=())  # fmt: skip
    called = _as_called(pair, search, namespace, wanted)
    if called is not None:
        return called
    vague = pair.reason.startswith((_NO_FUNCTIONS, _UNFIT[:40])) or "nothing fits as their parameters" in pair.reason
    if (vague or search.penalised) and (asked := question(search)):
        return replace(pair, reason=asked)
    return pair


def _as_called(pair: Discovery, search: Search, namespace: Mapping[str, Any], wanted: Wanted) -> Discovery | None:
    """What the plainest reading is with the data that the cells call by another name; None where there is none. No trial came
    to an end with it, because a function raises, returns nothing, or is slow: the check itself will say which."""
    if pair.code != "unbound_argument" or wanted.data:
        return None
    roles = (
        _chosen(name, namespace, pair.inventory, role)
        for name, role in ((wanted.forward, "forward"), (wanted.backward, "backward"))
    )
    known = [search.functions[name] for functions in roles for name in functions if name in search.functions]
    found: dict[str, Any] = {}
    for function in known:
        for argument in function.required:
            if argument not in namespace and argument not in found:
                value = search.variable_for(function, argument)
                if value is not None:
                    found[argument] = value
    if not found:
        return None
    again = _discover_pair({**namespace, **found}, wanted, None)
    return again if again.certain else None


def _narrowed(pair: Discovery, search: Search, wanted: Wanted, trial: Trial) -> Discovery:
    """What the functions that were named are with the parameters and the data that were named; ``pair`` where nothing fits."""
    readings = _readings(search, wanted)
    routes = [narrowed(route, *_parted(route, search.namespace, wanted)) for route in readings]
    fitting = [route for route in routes if route is not None and _works(route, trial)]
    if len(fitting) == 1:
        one = fitting[0]
        told = f"{one.forward_name} is the loss, and {one.backward_name} claims its gradients with respect to {_few(list(one.parameters))}."
        return _with_unnamed(replace(pair, bindings=fitting, reason=told, code="", left_out=()), readings)
    if wanted.parameters is None:
        return pair
    value = search.namespace[wanted.parameters]
    if is_object(value):
        held = [f"{wanted.parameters}.{n}" for n, item in getattr(value, "__dict__", {}).items() if is_container(item)]
        hint = f" It holds {', '.join(held[:5])}: name that." if held else ""
        reason = f"{wanted.parameters} is an object from which {wanted.forward or 'the loss'} does not take its parameters.{hint}"
        pair = replace(pair, bindings=[], reason=reason, code="ambiguous")
    elif pair.certain:
        return pair
    advice = (
        f' What always works, with the calls as you would write them: %gradcheck --loss "{wanted.forward or "loss"}(...)" '
        f'--gradients "{wanted.backward or "gradients"}(...)" --parameters {wanted.parameters}'
    )
    return replace(pair, reason=f"{pair.reason}{advice}", code=pair.code or "ambiguous")


def _readings(search: Search, wanted: Wanted) -> list[Route]:
    """How the functions that were named read, whatever parameters were."""
    choice = choose(search, wanted.backward, wanted.forward)
    return [c.route for c in choice.certain or choice.asked]


def _parted(
    route: Route, namespace: Mapping[str, Any], wanted: Wanted
) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """What was named, as parameters and data of ``route``: several parameters may stand before the data (w b X y)."""
    if wanted.parameters is None:
        return [], [(name, namespace[name]) for name in wanted.data]
    also = 0
    while also < len(wanted.data) and wanted.data[also] in route.roots:
        also += 1
    names = [wanted.parameters, *wanted.data]
    named = [(name, namespace[name]) for name in names]
    return named[: also + 1], named[also + 1 :]


def _with_unnamed(found: Discovery, readings: Sequence[Route]) -> Discovery:
    """``found``, which tells of the gradients that the same functions claim of what was not named: nobody checks them."""
    one = found.bindings[0]
    checked = leaves_within([("", one.parameters)])
    same = [r for r in readings if (r.forward_name, r.backward_name) == (one.forward_name, one.backward_name)]
    others = dict.fromkeys(p.label for route in same[:1] for p in route.parameters_of if id(p.value) not in checked)
    if not others:
        return found
    named = _few([p.label for p in one.parameters_of] if isinstance(one, Route) else [one.parameters_name])
    told = (
        f"{_few(list(others))}, of which {one.backward_name} claims {'a gradient' if len(others) == 1 else 'gradients'} too: only "
        f"{named} was named."
    )
    return replace(found, left_out=(*found.left_out, told))


def _without_deliberate(choice: Choice, wanted: Wanted) -> tuple[Choice, tuple[str, ...]]:
    """The choice without custom gradients that are no derivatives, such as a gradient reversal, beside one's own functions; and
    a sentence on each."""
    aside = [c for c in choice.certain if c.route.automatic and c.weight is not None and c.weight.agreeing == 0]
    kept = tuple(c for c in choice.certain if c not in aside)
    if wanted.all or not aside or all(c.route.automatic for c in kept):
        return choice, ()
    told = tuple(
        f"{c.route.forward_name}, whose custom gradient is not its derivative; %gradcheck --all checks it too."
        for c in aside
    )
    return Choice(kept, kept if len(kept) > 1 else (), "several" if len(kept) > 1 else ""), told


def _uncontested(search: Search, pair: Discovery) -> Discovery:
    """``pair``, unless its gradients are as likely those of another loss, or surely."""
    others = contested(search, pair.bindings[0].backward_name, pair.bindings[0].forward_name)
    if not others:
        return pair
    if len(others) == 1:
        return replace(pair, bindings=[others[0].route], reason=_told(others[0]), left_out=())
    return replace(pair, bindings=[c.route for c in others], reason=_ask_which(others), code="ambiguous", left_out=())


def _or_of_an_input(found: Discovery, namespace: Mapping[str, Any], wanted: Wanted, cells: Iterable[str]) -> Discovery:
    """``found``; or a question, where its one gradient is wrong for the parameter, and right for something else that the loss
    takes: a saliency map, an adversarial step, or the mistake of a checked function."""
    one = found.bindings[0]
    if isinstance(one, Route):
        alone = len(one.parameters_of) == 1 and not weigh(one).agreeing
    else:
        alone = len(leaves_within([("", one.parameters)])) == 1
    if not alone:
        return found
    readings = of_an_input(Search(sifted(namespace, wanted.names), cells), one.backward_name, one.forward_name)
    if not readings:
        return found
    first, other = readings[0].parameters_of[0].label, readings[1].parameters_of[0].label
    return replace(
        found,
        bindings=list(readings),
        reason=f"{one.backward_name} returns the gradient of {one.forward_name} with respect to {other}, and not to {first}. Name "
        f"the one to check: %gradcheck {one.forward_name} {one.backward_name} {other}, or {first} in its place.",
        code="ambiguous",
        left_out=(),
    )


def _left_over(binding: Binding | Route, search: Search) -> bool:
    """Whether something handed over may be left from a run of a function that ought to be called anew, or is read elsewhere."""
    if any(name in search.returned for name in binding.data_names):
        return True
    if binding.forward_name in search.functions and isinstance(binding, Binding):
        # The copy that is handed over would not be what it reads.
        known = search.functions[binding.forward_name]
        if search.reads_elsewhere(known, binding.parameters):
            return True
    made = ((b, w.name) for b, side in _sides(binding) for w in side if w.origin == "data")
    return any(
        search.depends(search.functions[maker])
        for key in made
        for maker, _ in search.flow.produced.get(key, [])
        if maker in search.functions
    )


def _sides(binding: Binding | Route) -> list[tuple[str, tuple[Argument, ...]]]:
    if isinstance(binding, Route):
        return []
    return [(binding.forward_name, binding.forward_arguments), (binding.backward_name, binding.backward_arguments)]


def _whole(binding: Binding | Route) -> bool:
    """Whether the parameters are a structure, which one checks, and not a single value that has the right name."""
    return isinstance(binding.parameters, (Mapping, list, tuple))


def _told(candidate: Candidate) -> str:
    route = candidate.route
    return f"{route.forward_name} is the loss, and {route.backward_name} claims its gradients with respect to {_few([p.label for p in route.parameters_of])}."  # fmt: skip


def _ask_which(candidates: Sequence[Candidate]) -> str:
    losses = list(dict.fromkeys(c.route.forward_name for c in candidates))
    if len({c.gradient.name for c in candidates}) == 1 < len(losses) and not any(" " in name for name in losses):
        return (
            f"{candidates[0].gradient.name} could be the gradient of {', or of '.join(losses[:5])}: nothing tells which is meant, "
            "also not the numerical gradients. Name both functions."
        )
    listed = "; ".join(
        f"{c.route.backward_name} for {_few([p.label for p in c.route.parameters_of])} of {c.route.forward_name}"
        for c in candidates[:8]
    )
    return f"Several things could be checked: {listed}. Name the one to check, or check all."


def _unsure(candidate: Candidate) -> str:
    route = candidate.route
    return (
        f"{route.backward_name} may be the gradient of {route.forward_name} with respect to "
        f"{_few([p.label for p in route.parameters_of])}: nothing in its name says so, and it does not agree with the numerical "
        "gradient. To have it checked, name both functions."
    )


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")


def _discover_pair(namespace: Mapping[str, Any], wanted: Wanted, trial: Trial | None) -> Discovery:
    """What `bind` understands: one forward, one backward, parameters in one structure or one value."""
    found = Discovery(Inventory.of(namespace), [], "")
    forwards = _chosen(wanted.forward, namespace, found.inventory, "forward")
    backwards = _chosen(wanted.backward, namespace, found.inventory, "backward")
    if not forwards or not backwards:
        return replace(found, reason=_nothing(forwards, backwards), code="nothing_found")

    readings: list[_Reading] = []
    left_out: list[GradcheckError] = []
    structures = {**found.inventory.parameters, **_started_with_integers(namespace)}
    for forward in forwards.items():
        for backward in backwards.items():
            if forward[1] is not backward[1]:
                made, failed = _read_pair(forward, backward, namespace, structures, wanted)
                readings += made
                left_out += failed
    left_out += _without_partner(forwards, backwards, namespace, readings)
    return _decide(found, readings, left_out, trial, wanted)


def _started_with_integers(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """Lists of integers that are called as parameters are: ``theta = [0, 0]``."""
    named = {name: value for name, value in usable(namespace).items() if name.casefold() in words.PARAMETERS}
    return {n: v for n, v in named.items() if type(v) in (list, tuple) and v and all(type(item) is int for item in v)}


def _read_pair(
    forward: Named, backward: Named, namespace: Mapping[str, Any], containers: Mapping[str, Any], wanted: Wanted
) -> tuple[list[_Reading], list[GradcheckError]]:
    """Every reading of one pair; and why not, where the names say that the two belong together."""
    related = words.stem(forward[0]) == words.stem(backward[0])
    readings, failures = [], []
    choices = list(_parameter_choices(forward, backward[1], namespace, containers, wanted))
    for fit, name, value, argument in choices:
        try:
            available = _available(forward, argument, namespace, wanted)
            open_ = [n for n in arguments_of(*forward) if n != argument]
            binding = bind(forward, backward, (name, value), available, argument, open_[: len(wanted.data)])
            readings.append(_Reading(related, fit, binding))
        except GradcheckError as error:
            failures.append(error)
    if not choices:
        failures.append(_no_parameters(forward, backward[0], namespace))
    return readings, failures if related else []


def _decide(
    found: Discovery, readings: list[_Reading], left_out: list[GradcheckError], trial: Trial | None, wanted: Wanted
) -> Discovery:
    if not readings:
        failed = left_out[0] if left_out else GradcheckError(_UNFIT, code="nothing_found")
        return replace(found, reason=str(failed), code=failed.code)
    best = max(reading.score for reading in readings)
    top = [reading.binding for reading in readings if reading.score == best]
    related, fit = best
    if trial is not None and (len(top) > 1 or not related) and len(top) <= _MOST_TRIALS:
        working = [binding for binding in top if _works(binding, trial)]
        if not working and not related and wanted.backward is None:
            return replace(found, bindings=top, reason=_ask(top), code="ambiguous")
        top = working or top
    if len(top) > 1:
        return replace(found, bindings=top, reason=_ask(top), code="ambiguous")
    one = top[0]
    pair = f"{one.forward_name} and {one.backward_name} with {one.parameters_name}"
    told = tuple(str(error) for error in left_out)
    if told and fit == _SINGLE and wanted.nothing:
        # The small exercise at the top of a notebook whose real one is not complete yet: a pass would mislead.
        return replace(found, bindings=top, reason=f"{told[0]} What can be checked now is {pair}.", code="ambiguous")
    others = {(r.binding.forward_name, r.binding.backward_name) for r in readings}
    also = " Other functions could be checked too; name them to do so." if len(others) > 1 else ""
    return replace(found, bindings=top, reason=f"{pair} are the one pair that fits.{also}", left_out=told)


def _works(binding: Binding | Route, trial: Trial) -> bool:
    try:
        with within(_ONE_TRIAL):
            trial(binding)
    except KeyboardInterrupt:
        raise
    except BaseException:
        # TimeIsUp, a GradcheckError that says why not, or whatever else the person's functions and objects raise.
        return False
    return True


def _ask(top: list[Binding]) -> str:
    listed = "; ".join(f"{b.forward_name} and {b.backward_name} with {b.parameters_name}" for b in top[:5])
    more = f", and {len(top) - 5} more" if len(top) > 5 else ""
    return f"Several things could be meant: {listed}{more}. Name the functions and the parameters to check."


def _nothing(forwards: Mapping[str, Any], backwards: Mapping[str, Any]) -> str:
    if forwards:
        return (
            f"Found {_list(forwards)} for the loss, but no function that computes its gradient. Define one with backward "
            "or grad in its name, run its cell, and check again."
        )
    if backwards:
        return (
            f"Found {_list(backwards)} for the gradient, but no function that computes the loss. Define one with "
            "forward, loss or cost in its name, run its cell, and check again."
        )
    return (
        f"{_NO_FUNCTIONS} Define forward(X, Y, parameters) that returns the loss, or (loss, cache), and "
        "backward(X, Y, cache) that returns the gradients; run their cells, and check again."
    )


def _list(names: Mapping[str, Any]) -> str:
    return ", ".join(list(names)[:5])


def _no_parameters(forward: Named, backward: str, namespace: Mapping[str, Any]) -> GradcheckError:
    arguments = _arguments(forward)
    absent = [name for name in arguments if name not in namespace]
    missing = (
        f": there is no variable {' and no '.join(absent)}" if absent else ", but nothing fits as their parameters"
    )
    return GradcheckError(
        f"{forward[0]}({', '.join(arguments)}) and {backward} belong together{missing}. Run the cell that makes it.",
        code="nothing_found",
    )


def _without_partner(
    forwards: Mapping[str, Function],
    backwards: Mapping[str, Function],
    namespace: Mapping[str, Any],
    readings: list[_Reading],
) -> list[GradcheckError]:
    """Forward functions of parameters for which no backward has been defined yet."""
    stems = {words.stem(name) for name in backwards}
    used = {reading.binding.forward_name for reading in readings}
    single = leaves(namespace)
    return [
        GradcheckError(f"{name} has no backward function yet. Run the cell that defines it.", code="nothing_found")
        for name, function in forwards.items()
        if words.stem(name) not in stems
        and (name not in used or len(readings) > 1)
        and any(a.casefold() in words.PARAMETERS and a not in single for a in _arguments((name, function)))
    ]


def _arguments(function: Named) -> list[str]:
    try:
        return list(arguments_of(*function))
    except GradcheckError:
        return []


def _chosen(name: str | None, namespace: Mapping[str, Any], inventory: Inventory, role: str) -> dict[str, Function]:
    if name is None:
        return inventory.with_role(role)
    value = namespace[name]
    if not callable(value):
        raise GradcheckError(f"{name} is a {type(value).__name__}, not a function.", code="not_a_function")
    return {name: value}


def _parameter_choices(
    forward: Named,
    backward: Function,
    namespace: Mapping[str, Any],
    containers: Mapping[str, Any],
    wanted: Wanted,
) -> Iterator[tuple[int, str, Any, str]]:
    """Fit, variable, value and forward's argument for everything that could be the parameters."""
    if wanted.parameters is not None:
        value = namespace[wanted.parameters]
        try:
            yield _STRUCTURE, wanted.parameters, value, parameters_argument(*forward, value, wanted.parameters)
        except GradcheckError:
            return
        return
    arguments = _arguments(forward)
    fitting = [
        (_STRUCTURE, name, value, argument)
        for argument in arguments
        for name, value in containers.items()
        if _fits(name, value, argument, forward[1], namespace)
    ]
    if fitting:
        yield from [choice for choice in fitting if choice[1] == choice[3]] or fitting
        return
    returned = source.names_returned(backward)
    singles = [name for name in arguments if name in leaves(namespace)]
    told = [name for name in singles if {f"d{name}", f"d_{name}", f"grad_{name}", f"{name}_grad"} & returned]
    for name in told or [name for name in singles if name.casefold() in words.PARAMETERS]:
        yield _SINGLE, name, namespace[name], name


def _fits(name: str, value: Any, argument: str, forward: Function, namespace: Mapping[str, Any]) -> bool:
    """Whether the structure ``value``, called ``name``, can be what ``forward`` takes as ``argument``."""
    worded = argument.casefold() in words.PARAMETERS and argument not in leaves(namespace)
    if not isinstance(value, Mapping):
        return worded and name == argument
    read = source.keys_read(forward, argument)
    # Without subscripts to go by (no source, or keys made up in a loop), the words must do.
    return read <= {str(key) for key in value} if read else worded or name == argument


def _available(forward: Named, argument: str, namespace: Mapping[str, Any], wanted: Wanted) -> Mapping[str, Any]:
    """The namespace's data, with what is wanted in the places of forward's arguments, in their order."""
    data = usable(namespace)
    if not wanted.data:
        return data
    open_ = [name for name in arguments_of(*forward) if name != argument]
    return {**data, **placed_in_order(forward[0], open_, [namespace[name] for name in wanted.data])}
