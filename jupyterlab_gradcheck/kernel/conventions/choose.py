"""Which of all readings is meant: one, several that stand side by side, or a question."""

from __future__ import annotations

import functools
import types
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import source, words
from ..matching import is_number
from ..places import called_by_keras
from ..route import Route
from ..search import Search
from ..survey import Known, harmful
from ..trials import floating
from ..weigh import Weight, weigh
from . import CONVENTIONS
from .candidate import Candidate, gradient_evidence
from .rivals import are_rivals, at_other_data, called_by, words_shared

# Functions that are tried as the gradient, and readings of one.
_MOST, _READINGS = 40, 12
# How much more must speak for one reading than for the next.
_MARGIN = 0.75
_STRONG = 2.0


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Attributes:
        certain: readings to check: one, or several that stand side by side.
        asked: readings among which somebody has to choose.
        code: ``ambiguous``, ``several`` or nothing.
        others: readings of less standing, to be told of.
    """

    certain: tuple[Candidate, ...] = ()
    asked: tuple[Candidate, ...] = ()
    code: str = ""
    others: tuple[Candidate, ...] = ()


def choose(search: Search, gradient: str | None = None, loss: str | None = None) -> Choice:
    """Reads every function that may compute gradients, tries the readings, and chooses.

    Given names restrict the choice.
    """
    candidates = _best_of_each(_candidates(search, gradient, loss))
    candidates = _without_subordinates(search, candidates)
    if not candidates:
        unsure = tuple(c for c in search.rejected if isinstance(c, Candidate))[:3]
        return Choice(asked=unsure, code="unsure") if unsure else Choice()
    leading = [group[0] for group in candidates]
    open_ = [_undecided(search, group) or _outgrown(search, group, leading) for group in candidates]
    clear = [group[0] for group, asked in zip(candidates, open_, strict=True) if not asked]
    unclear = [group for group, asked in zip(candidates, open_, strict=True) if asked]
    everything = [c for group in candidates for c in group]
    if not clear:
        return Choice(asked=tuple(c for group in unclear for c in group[:3]), code="ambiguous")
    clear = _used_first(search, _foremost(clear, unclear))
    if not clear:
        return Choice(asked=tuple(c for group in candidates for c in group[:2]), code="ambiguous")
    if len(clear) == 1:
        return Choice((clear[0],), others=tuple(c for c in everything if c.gradient.name != clear[0].gradient.name))
    return Choice(tuple(clear), asked=tuple(clear), code="several")


def _candidates(search: Search, gradient: str | None, loss: str | None) -> list[Candidate]:
    found: list[Candidate] = []
    for known in search.functions.values():
        read = _read(search, known, ("pullback",), loss)
        found += [c for c in read if gradient is None or gradient in (known.name, c.gradient.name)]
    # What such a function returned once keeps the values of that call, and is no gradient of any others.
    kept = {source.code(c.gradient.function) for c in found}
    functions = [
        k
        for k in search.functions.values()
        if (gradient is None or k.name == gradient) and source.code(k.function) not in kept
    ]
    scored = sorted(
        ((gradient_evidence(search, k), k) for k in functions if gradient is not None or not harmful(k)),
        key=lambda pair: (-pair[0], pair[1].name),
    )
    # What hands on to its parts has the name of what they do, and no gradients of its own to tell by.
    methods = {k.last for score, k in scored if score >= _STRONG and k.owner is not None}
    told = [
        (score >= _STRONG or gradient is not None or (k.owner is not None and k.last in methods), k)
        for score, k in scored
    ]
    strong = [k for speaks, k in told if speaks][:_MOST]
    weak = [k for speaks, k in told if not speaks][:_MOST]
    for known in strong:
        found += _read(search, known, ("linked", "layer", "tape"), loss)
    both = [c for c in found if c.gradient.name == c.route.forward_name]
    for known in weak:
        # A second version of a function that was found, or one for another kind of data.
        if any(set(c.gradient.required) & set(known.required) for c in both) and _returns_both(known):
            found += [c for c in _read(search, known, ("linked",), loss, both) if _agrees(c) or _version(c, both)]
    if not found:
        for known in weak:
            found += _read(search, known, ("tape",), loss)
    if not found:
        for known in weak:
            # Without a name that says so, only agreement makes a function one that computes gradients.
            some = _read(search, known, ("linked",), loss)
            good = [c for c in some if _agrees(c) or _of_one_making(c)]
            found += good
            search.rejected += [c for c in some if c not in good and _takes_the_same(c)]
    if not found:
        for known in functions:
            if not known.code.loops_forever and not known.code.outward and known.name not in search.slow:
                found += _read(search, known, ("implied",), loss)
    if not found:
        for known in search.functions.values():
            if (gradient is None or known.name == gradient) and not known.code.loops_forever and not known.code.outward:
                found += _read(search, known, ("update",), loss)
    return found


def _read(
    search: Search, known: Known, names: Sequence[str], loss: str | None, like: Sequence[Candidate] = ()
) -> list[Candidate]:
    """Readings of ``known`` that hold as far as a trial tells; ``like`` are those of functions of which it may be a version."""
    found: list[Candidate] = []
    for name in names:
        for candidate in CONVENTIONS[name](search, known):
            if loss is not None and loss not in {k.name for k in (*candidate.losses, candidate.gradient)}:
                continue
            candidate, weight = _signed(candidate)
            if weight.error or not weight.dependent:
                if name == "tape" and not weight.error:
                    search.flat.append(known.name)
                continue
            if (name in ("implied", "update") or candidate.by == "integers") and weight.agreeing == 0:
                continue
            if weight.agreeing == 0 and at_other_data(candidate):
                continue
            if any(_is_arithmetic(k.owner) for k in (known, *candidate.losses)) and weight.agreeing < 1:
                # What lies in the graph that it belongs to is no parameter.
                continue
            if name == "implied" and weight.regularised:
                # Nobody wrote a loss: a penalty in the gradient is one in the loss that is meant.
                search.penalised.append(known.name)
                continue
            if any(known.name in called_by(search, k) for k in candidate.losses):
                # A part of the loss is not its gradient.
                continue
            unnamed = candidate.by != "names" and gradient_evidence(search, candidate.gradient) < _STRONG
            if unnamed and weight.worth == 0 and not _of_one_making(candidate) and not _version(candidate, like):
                # Nothing but a shape speaks for it.
                if _takes_the_same(candidate):
                    search.rejected.append(candidate)
                continue
            found.append(candidate.weighed(weight))
            if len(found) >= _READINGS:
                break
            if weight.agreeing == 1 and not _larger_losses(search, candidate):
                break
        if found:
            break
    return found


def _is_arithmetic(owner: Any) -> bool:
    """Whether an object is reckoned with: a value in a graph, whose backward goes back from there, and no model."""
    return owner is not None and any(hasattr(type(owner), name) for name in ("__add__", "__mul__", "__matmul__"))


def _signed(candidate: Candidate) -> tuple[Candidate, Weight]:
    """The reading and its weight; with the negative of its loss, where one of the names says so and the numbers bear it out."""
    weight, route = weigh(candidate.route), candidate.route
    loss, gradient = route.forward_name.rsplit(".", 1)[-1], candidate.gradient.last
    if weight.error or weight.agreeing or words.is_negative(loss) == words.is_negative(gradient):
        return candidate, weight
    told = f"{gradient} gives the gradient of the negative of {loss}, as the names say: with that its gradients were compared."
    other = replace(
        route, loss=tuple(replace(term, negative=True) for term in route.loss), notes=(*route.notes, told[:1000])
    )
    found = weigh(other)
    return (replace(candidate, route=other), found) if found.agreeing else (candidate, weight)


def _pairs(candidate: Candidate) -> set[tuple[str, str]]:
    return {(p.label, str(p.claim)) for p in candidate.route.parameters_of}


def _takes_the_same(candidate: Candidate) -> bool:
    """Whether gradient and loss are functions of the same arguments, and no helpers by their names."""
    loss = next((k for k in candidate.losses if k.name == candidate.route.forward_name), None)
    said = set(words.tokens(candidate.gradient.last))
    helpers = said & (words.ACTIVATIONS | words.PREPARING | words.OTHER)
    return (
        loss is not None
        and bool(loss.required)
        and set(loss.required) == set(candidate.gradient.required)
        and not helpers
    )


def _agrees(candidate: Candidate) -> bool:
    return candidate.weight is not None and candidate.weight.agreeing >= 0.5


def _decides(candidate: Candidate) -> bool:
    """Whether the numbers tell that the gradient is that of this loss: in part, or but for a factor."""
    weight = candidate.weight
    return weight is not None and (weight.agreeing > 0 or weight.proportional == 1)


def _returns_both(known: Known) -> bool:
    """Whether a function returns a loss among other values."""
    return len(known.code.returned) > 1 and any(map(words.is_loss, (known.last, *known.code.names)))


def _version(one: Candidate, others: Sequence[Candidate]) -> bool:
    """Whether a function is called like one of ``others``, and returns a loss and gradients of the same parameters as that."""
    return one.route.forward_name == one.gradient.name and any(
        one.gradient.required == other.gradient.required
        and bool(words_shared(one.gradient, other.gradient))
        and [p.label for p in one.route.parameters_of] == [p.label for p in other.route.parameters_of]
        for other in others
    )


def _of_one_making(candidate: Candidate) -> bool:
    """Whether the function takes just what the loss takes, which is called a loss, and returns what has the parameters' shapes."""
    loss = next((k for k in candidate.losses if k.name == candidate.route.forward_name), None)
    if loss is None or set(loss.required) != set(candidate.gradient.required) or not loss.required:
        return False
    if all(is_number(p.value) for p in candidate.route.parameters_of):
        # A single number has the shape of any other; it may be another loss.
        return False
    if set(words.tokens(candidate.gradient.last)) & (words.ACTIVATIONS | words.OTHER):
        return False
    return words.is_loss(loss.last) or any(map(words.is_loss, loss.code.names))


def _best_of_each(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """The readings of each function, the best first; functions that are one under two names count once."""
    groups: dict[Any, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(_identity(candidate.gradient), []).append(candidate)
    return [
        sorted(group, key=lambda c: (-_worth(c), not _own_loss(c), -c.score, len(c.route.calls)))
        for group in groups.values()
    ]


def _own_loss(candidate: Candidate) -> bool:
    """Whether the function returns the loss together with its gradients, and says so."""
    known = candidate.gradient
    return candidate.route.forward_name == known.name and any(map(words.is_loss, (known.last, *known.code.names)))


def _identity(known: Known) -> Any:
    function = called_by_keras(known.function)
    if isinstance(function, functools.partial):
        # The same function with something else in it is another.
        return id(function)
    owner = known.owner
    if owner is function:
        # An object that keeps what a function returns, or counts its calls, is that function under another name.
        held = [f for f in vars(owner).values() if isinstance(f, (types.FunctionType, types.MethodType))]
        if len(held) == 1:
            function, owner = held[0], getattr(held[0], "__self__", None)
    inner = source.innermost(function)
    return (source.code(function) or id(inner), id(owner) if owner is not None else None)


def _worth(candidate: Candidate) -> float:
    return round(candidate.weight.worth, 2) if candidate.weight is not None else 0.0


def _loss_of(candidate: Candidate) -> Any:
    """What makes two losses the same: the functions that compute their terms."""
    route = candidate.route
    calls = [route.calls[term.call] for term in route.loss]
    return [(source.code(c.function), id(getattr(c.function, "__self__", None)) if c.name else 0) for c in calls]


def _larger_losses(search: Search, candidate: Candidate) -> list[str]:
    """Losses of which that of ``candidate`` is a part, and that could be meant in its place."""
    name = candidate.route.forward_name
    if name not in search.functions or name == candidate.gradient.name:
        return []
    return [
        k.name
        for k in search.functions.values()
        if k.name not in (name, candidate.gradient.name)
        and name.rsplit(".", 1)[-1] in k.code.calls
        and k.prefix == search.functions[name].prefix
        and set(k.required) == set(search.functions[name].required)
        and (words.is_loss(k.last) or words.role(k.last) == "forward")
        and not harmful(k)
    ]


def _outgrown(search: Search, group: Sequence[Candidate], leading: Sequence[Candidate]) -> bool:
    """Whether the loss that fits is only a part of another one, which has no gradient of its own: a term may be forgotten."""
    larger = _larger_losses(search, group[0])
    taken = {c.route.forward_name for c in leading if c.gradient.name != group[0].gradient.name}
    return any(c.route.forward_name in larger and c.route.forward_name not in taken for c in group[1:])


def _undecided(search: Search, group: Sequence[Candidate]) -> bool:
    """Whether two readings of one function have as much for them."""
    if len(group) < 2:
        return False
    one = group[0]
    for other in group[1:]:
        # The same globals in another order, of which nothing tells which is meant.
        placed = one.by == other.by == "order" and all(p.place is not None for p in other.route.parameters_of)
        if (
            placed
            and _loss_of(one) == _loss_of(other)
            and _worth(other) >= _worth(one) - 0.05
            and _pairs(one) != _pairs(other)
        ):
            return True
    others = [c for c in group[1:] if _loss_of(c) != _loss_of(one)]
    if not others or _own_loss(one):
        return False
    if _worth(one) == 0 and any(are_rivals(search, one, other) for other in others):
        return True
    other = others[0]
    if _worth(one) > _worth(other) + 0.05 and _decides(one):
        return False
    return one.score - other.score < _MARGIN


def contested(search: Search, gradient: str, loss: str) -> tuple[Candidate, ...]:
    """Readings in which ``gradient`` is that of another loss than ``loss``: the one that agrees with the numbers where ``loss``
    does not, or all among which nothing decides; none where ``loss`` fits."""
    known = search.functions.get(gradient)
    group = [] if known is None else _read(search, known, ("linked",), None)
    if not group:
        return ()
    (ranked,) = _best_of_each(group)
    best = ranked[0]
    if best.route.forward_name == loss:
        return tuple(_one_for_each_loss(ranked)) if _undecided(search, ranked) else ()
    assert known is not None
    same = next((c for c in _read(search, known, ("linked",), loss) if c.route.forward_name == loss), None)
    # That a part of the loss fits says that a term is forgotten.
    part = loss in search.functions and best.route.forward_name in called_by(search, search.functions[loss])
    if part or same is None or _worth(best) <= _worth(same) or not _decides(best):
        return ()
    return (best,)


def of_an_input(search: Search, gradient: str, loss: str) -> tuple[Route, ...]:
    """Readings with respect to the parameter and to what else the loss takes, where ``gradient`` returns one array that is no
    derivative with respect to the one and just that with respect to the other; none in any other case."""
    known = search.functions.get(gradient)
    for candidate in [] if known is None else _read(search, known, ("linked",), loss):
        route, leaves = candidate.route, candidate.route.parameters_of
        if len(leaves) != 1 or candidate.weight is None or candidate.weight.agreeing or not leaves[0].root:
            continue
        if leaves[0].place is not None or leaves[0].steps or np.ndim(leaves[0].value) == 0:
            continue
        used = {w.key for call in route.calls[: route.loss_calls] for w in call.wires if w.origin == "data"}
        for name in sorted(used - {leaves[0].root}):
            value = route.data.get(name)
            if value is not None and floating(value) and np.ndim(value):
                other = replace(route, parameters_of=(replace(leaves[0], label=name, root=name, value=value),))
                if weigh(other).agreeing == 1:
                    return route, other
    return ()


def _one_for_each_loss(ranked: Sequence[Candidate]) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for candidate in ranked:
        found.setdefault(candidate.route.forward_name, candidate)
    return list(found.values())


def _without_subordinates(search: Search, groups: list[list[Candidate]]) -> list[list[Candidate]]:
    """Without functions that another reading calls as a part of itself; a layer may be a part of a layer, and stays."""
    kept = []
    for group in groups:
        one = group[0]
        parts = any(
            one.gradient.name in called_by(search, whole) and whole.name not in called_by(search, one.gradient)
            for other in groups
            if other is not group
            and not (one.route.convention == other[0].route.convention == "layer")
            and _worth(other[0]) >= _worth(one) - 0.05
            and other[0].score >= one.score - _MARGIN
            for whole in (other[0].gradient, *other[0].losses)
        )
        uses = any(
            loss.name in called_by(search, whole)
            for other in groups
            if other is not group and one.route.convention == "layer" != other[0].route.convention
            for whole in (other[0].gradient, *other[0].losses)
            for loss in one.losses
        )
        if not parts and not uses:
            kept.append(group)
    return kept


def _foremost(clear: list[Candidate], unclear: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """Those of the highest standing: a whole loss before a layer, more evidence before less."""
    layers = [c for c in clear if c.route.convention == "layer"]
    best = [c for c in clear if c.route.convention != "layer"]
    if unclear and any(
        g[0].score > max((c.score for c in best), default=0) for g in unclear if g[0].route.convention != "layer"
    ):
        return []
    if len(best) < 2 or layers:
        return [*best, *layers]
    if best:
        ranked = sorted(best, key=lambda c: -_standing(c))
        # Side by side stand those for which as much speaks. That one is wrong is no reason to leave it out.
        first = max(ranked, key=lambda c: c.score)
        near = [
            c
            for c in ranked
            if _worth(c) > 0.95
            or _version(c, [o for o in ranked if o is not c])
            or (c.score >= first.score - 4 * _MARGIN and (c.by == first.by or c.gradient.name == c.route.forward_name))
        ]
        return _one_for_each(near)
    return best


def _used_first(search: Search, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of methods of several instances of one class, those of instances that a cell has used, where there are any."""
    used = {name.split(".")[0] for name in search.flow.called}
    kept = []
    for one in candidates:
        twins = [c for c in candidates if source.code(c.gradient.function) is source.code(one.gradient.function)]
        known = [c for c in twins if c.gradient.name.split(".")[0] in used]
        if one.gradient.owner is None or not known or one in known:
            kept.append(one)
    return kept


def _one_for_each(candidates: Sequence[Candidate]) -> list[Candidate]:
    """One of a function and its partials, the likeliest; and none that is handed nothing beside one that is handed something:
    that only reads what the other leaves."""
    chosen: dict[Any, Candidate] = {}
    for candidate in candidates:
        key = (_checked(candidate), source.code(candidate.gradient.function))
        other = chosen.get(key)
        if other is None or _likelier(candidate, other):
            chosen[key] = candidate
    handed = {_checked(c) for c in chosen.values() if c.route.calls[-1].wires}
    return [c for c in chosen.values() if c.route.calls[-1].wires or _checked(c) not in handed]


def _checked(candidate: Candidate) -> tuple[str, frozenset[Any]]:
    """What is checked: the loss, and the parameters."""
    return str(_loss_of(candidate)), frozenset((p.label, p.root) for p in candidate.route.parameters_of)


def _likelier(one: Candidate, other: Candidate) -> bool:
    if abs(one.score - other.score) < _MARGIN:
        return (_worth(one), one.score) > (_worth(other), other.score)
    return one.score > other.score


def _standing(candidate: Candidate) -> float:
    size = sum(1 for _ in candidate.route.parameters_of)
    return candidate.score + 2 * _worth(candidate) + min(size, 8) * 0.3
