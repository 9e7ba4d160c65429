"""A loss and its gradient, each from one function or from several: parameters in arguments, globals, or objects.

Covered are the pair (``forward``, ``backward``), the three (``forward``, ``compute_cost``, ``backward``), the one that
returns both, flat vectors, and methods of objects whose gradients are returned or left in attributes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .. import words
from ..matching import Leaf, Match, Output, is_number, same_size, spells
from ..route import Call, Term
from ..search import Search
from ..survey import Known, harmful
from ..trials import Draft, Missing, Outcome, stored_globals
from .candidate import Candidate, gradient_evidence, matched, parameters_of, route_of, unclaimed_of

# Functions tried for one place in a chain.
_MOST = 5


def propose(search: Search, gradient: Known) -> Iterator[Candidate]:
    """Every reading in which ``gradient`` claims the gradients of a loss that the notebook computes."""
    seen = set()
    for draft in _drafts(search, gradient):
        outcome = search.run(draft)
        if outcome.error:
            continue
        for raw in losses(search, draft, outcome, gradient):
            whole, count, terms = pruned(*raw)
            if any(_goes_back(known) for known in whole.known[:count] if known.name != gradient.name):
                # What goes back comes after the loss, or works from what is left of another run.
                continue
            for candidate in _readings(search, whole, count, terms, gradient):
                if candidate.key not in seen:
                    seen.add(candidate.key)
                    yield candidate


def _drafts(search: Search, gradient: Known) -> Iterator[Draft]:
    """Ways to call ``gradient``: with what its own arguments bring, or after a forward that has to come first."""
    made: set[Any] = set()
    for mode in ("names", "given"):
        draft = Draft()
        try:
            search.ensure(draft, gradient, mode)
            if not _takes_upstream(search, draft, gradient):
                yield from _fresh(draft, made)
        except Missing:
            pass
        if gradient.owner is None and len(draft.calls) > 1:
            continue
        for forward in forwards(search, gradient):
            after = Draft()
            try:
                search.ensure(after, forward, mode)
                if search.run(after).error:
                    continue
                search.ensure(after, gradient, mode)
            except Missing:
                # What backward is handed may come from the function that computes the cost.
                after = Draft()
                if not _with_cost(search, after, forward, gradient, mode):
                    continue
            if not _takes_upstream(search, after, gradient):
                yield from _fresh(after, made)


def _with_cost(search: Search, draft: Draft, forward: Known, gradient: Known, mode: str) -> bool:
    for cost in _costs(search, gradient):
        trial = Draft()
        try:
            search.ensure(trial, forward, mode)
            search.ensure(trial, cost, mode)
            search.ensure(trial, gradient, mode)
        except Missing:
            continue
        draft.calls[:], draft.known[:] = trial.calls, trial.known
        return True
    return False


def _fresh(draft: Draft, made: set[Any]) -> Iterator[Draft]:
    key = tuple((call.name, call.wires) for call in draft.calls)
    if key not in made:
        made.add(key)
        yield draft


def _takes_upstream(search: Search, draft: Draft, gradient: Known) -> bool:
    """Whether it is handed the gradient of an output that no function here computes: a layer's backward."""
    at = draft.place(gradient)
    if any(words.is_loss(name) for name in gradient.code.names):
        return False
    return at is not None and any(
        wire.origin == "data" and not is_number(search.data[wire.key]) and search.is_upstream(wire.argument) and wire.argument not in search.globals_of(gradient)
        and not search.looks_like_parameters(gradient, wire.argument)
        and not any(spells(name, wire.argument) for name in gradient.code.names)
        for wire in draft.calls[at].wires
    )  # fmt: skip


def forwards(search: Search, gradient: Known) -> list[Known]:
    found = [
        known
        for known in search.functions.values()
        if known.name != gradient.name
        and search.depends(known)
        and not _of_another(known, gradient)
        and words.role(known.last) != "backward"
        and gradient_evidence(search, known) < 3
    ]
    found.sort(
        key=lambda known: (
            -(search.kinship(known, gradient) + 1.5 * (words.role(known.last) == "forward")),
            known.name,
        )
    )
    return found[:_MOST]


def _of_another(known: Known, gradient: Known) -> bool:
    """Whether a method is one of another instance of the same class."""
    mine, theirs = gradient.owner, known.owner
    return mine is not None and theirs is not None and mine is not theirs and type(mine) is type(theirs)


def _costs(search: Search, gradient: Known) -> list[Known]:
    """Functions that may compute the loss, the likeliest first."""
    found = []
    for known in search.functions.values():
        if known.name == gradient.name or harmful(known) or words.role(known.last) == "backward":
            continue
        if _of_another(known, gradient):
            continue
        said = set(words.tokens(known.last))
        if said & words.CHECKING or (gradient_evidence(search, known) >= 4 and not known.code.single):
            continue
        score = search.kinship(known, gradient) * 0.5
        if said & words.LOSS or words.is_loss(known.last):
            score += 3
        if any(words.is_loss(name) for name in known.code.names):
            score += 2
        elif words.role(known.last) == "forward":
            score += 1
        if words.prepares(known.last) or said & {"accuracy", "metric", "penalty"}:
            score -= 3
        if known.name in search.flow.called:
            score += 0.5
        found.append((score, known))
    found.sort(key=lambda pair: (-pair[0], pair[1].name))
    return [known for score, known in found if score > -1][: 2 * _MOST]


def losses(search: Search, draft: Draft, outcome: Outcome, gradient: Known) -> Iterator[tuple[Draft, int, tuple[Term, ...]]]:  # fmt: skip
    """Drafts that compute the loss as well, the number of calls it takes, and where it is."""
    last = len(draft.calls) - 1
    for at in range(last, -1, -1):
        output = next(_numbers(search, draft, outcome, at, gradient), None)
        if output is None:
            continue
        named = bool(output.path) and words.is_loss(str(output.path[-1]))
        if at == last and not named and _all_gradients(search, draft, outcome):
            continue
        yield _ordered(draft, at, output)
        if at == last and named:
            return
        break
    for cost in _costs(search, gradient):
        if draft.place(cost) is not None:
            continue
        for whole in _with_loss(search, draft, cost, gradient):
            tried = search.run(whole)
            if tried.error:
                continue
            where = whole.place(cost)
            assert where is not None
            numbers = list(_numbers(search, whole, tried, where, gradient))
            if numbers:
                yield _ordered(whole, where, numbers[0])
                break


def _with_loss(search: Search, draft: Draft, cost: Known, gradient: Known) -> Iterator[Draft]:
    """``draft`` with ``cost`` called before ``gradient``."""
    before = draft.copy()
    before.calls.pop()
    before.known.pop()
    if any(map(_goes_back, before.known)):
        before = Draft()
    starts: list[Draft] = [before]
    if not before.calls:
        for forward in [None, *forwards(search, cost)]:
            start = Draft()
            try:
                if forward is not None and forward.name != cost.name:
                    search.ensure(start, forward)
                    if search.run(start).error:
                        continue
            except Missing:
                continue
            starts.append(start)
    seen = set()
    for start in starts:
        for mode in ("names", "given"):
            whole = start.copy()
            try:
                _add_cost(search, whole, cost, mode, draft.calls[-1])
                search.ensure(whole, gradient, mode)
            except Missing:
                continue
            key = tuple((call.name, call.wires) for call in whole.calls)
            if key not in seen and whole.known[-1].name == gradient.name:
                seen.add(key)
                yield whole


def _add_cost(search: Search, draft: Draft, cost: Known, mode: str, gradient: Call) -> None:
    """Adds a call of ``cost``; where something is missing for it, of the example that ``gradient`` is called with.

    An argument of the same name means the same for both, and the arguments of one call belong together. Raises `Missing`.
    """
    try:
        search.ensure(draft, cost, mode)
    except Missing:
        shared = {w.argument: w for w in gradient.wires if w.origin == "data"}
        search.ensure(draft, cost, mode, shared=shared)


def pruned(draft: Draft, count: int, terms: tuple[Term, ...]) -> tuple[Draft, int, tuple[Term, ...]]:
    """Without calls that neither bring anything to the others nor leave anything behind."""
    needed = {len(draft.calls) - 1, *(term.call for term in terms)}
    needed |= {at for at, known in enumerate(draft.known) if leaves_behind(known)}
    for at in range(len(draft.calls) - 1, -1, -1):
        if at in needed:
            needed |= {w.call for w in draft.calls[at].wires if w.origin == "result"}
    place = {old: new for new, old in enumerate(sorted(needed))}
    calls = [
        replace(draft.calls[old], wires=tuple(replace(w, call=place.get(w.call, -1)) for w in draft.calls[old].wires))
        for old in place
    ]
    kept = Draft(calls, [draft.known[old] for old in place])
    return kept, sum(1 for old in place if old < count), tuple(replace(t, call=place[t.call]) for t in terms)


def leaves_behind(known: Known) -> bool:
    """Whether a function may leave something for others in an object or a global."""
    return known.owner is not None or bool(known.code.stored) or bool(stored_globals(known))


def _goes_back(known: Known) -> bool:
    return words.role(known.last) == "backward"


def _all_gradients(search: Search, draft: Draft, outcome: Outcome) -> bool:
    """Whether everything that backward returns is the gradient of something, one after the other."""
    outputs = search.outputs_of(draft, outcome, len(draft.calls) - 1)
    found = matched(search, draft, outputs, [])
    return found is not None and found.by == "order" and len(found.pairs) == len(outputs)


def _ordered(draft: Draft, at: int, output: Output) -> tuple[Draft, int, tuple[Term, ...]]:
    assert output.claim is not None
    return draft, at + 1, (Term(at, output.claim[1]),)


def _numbers(search: Search, draft: Draft, outcome: Outcome, at: int, gradient: Known) -> Iterator[Output]:
    """Single numbers that call ``at`` returned and that may be the loss, the likeliest first."""
    known = draft.known[at]
    numbers = [o for o in search.outputs_of(draft, outcome, at) if is_number(o.value) and len(o.claim[1]) <= 1]  # type: ignore[index]
    loss = [o for o in numbers if o.path and isinstance(o.path[-1], str) and words.is_loss(o.path[-1])]
    if loss:
        yield from loss
        return
    inputs = {*known.arguments, *search.globals_of(known)}
    if known.name == gradient.name:
        inputs |= {p[-1] for leaf in search.leaves_of(draft) for p in leaf.paths if isinstance(p[-1], str)}
    unclear = [o for o in numbers if not _is_gradient(o, inputs, known.name == gradient.name)]
    if known.name == gradient.name:
        # Of what backward returns, a number that is not named is the loss only beside gradients.
        others = len(search.outputs_of(draft, outcome, at)) > len(unclear) or known.code.stored
        if not others or (words.role(known.last) == "backward" and not any(o.path for o in unclear)):
            return
    elif words.prepares(known.last):
        return
    yield from unclear[:1]


def _in_every_order(found: Match) -> Iterator[Match]:
    """``found``; where globals or attributes were matched by an order that nobody has stated, the other orders as well."""
    yield found
    if found.by != "order" or not all(
        leaf.place is not None and isinstance(leaf.paths[0][-1], str) for leaf, _ in found.pairs
    ):
        return
    outputs = [output for _, output in found.pairs]
    leaves = [leaf for leaf, _ in found.pairs]
    if len(leaves) > 5:
        return
    for order in list(itertools.permutations(leaves))[1:]:
        if all(same_size(leaf.value, output.value) for leaf, output in zip(order, outputs, strict=True)):
            yield Match(tuple(zip(order, outputs, strict=True)), "order")


def _reaches(draft: Draft, leaf: Leaf) -> bool:
    """Whether the last call can know of ``leaf``: it is handed it, or what a call before has made, or it looks it up."""
    wires = draft.calls[-1].wires
    return leaf.place is not None or any(
        w.origin == "result" or (w.origin == "data" and w.key == leaf.root) for w in wires
    )


def _is_gradient(output: Output, inputs: set[str], own: bool) -> bool:
    """Whether a single number is called as a gradient, or as a parameter among others under a key."""
    name = output.path[-1] if output.path else None
    if not isinstance(name, str):
        return False
    keyed = output.claim is not None and bool(output.claim[1]) and isinstance(output.claim[1][-1], str)
    return (own and (keyed or name in inputs)) or any(spells(name, i) for i in inputs)


def _readings(
    search: Search, draft: Draft, count: int, terms: tuple[Term, ...], gradient: Known
) -> Iterator[Candidate]:
    outcome = search.run(draft)
    if outcome.error:
        return
    at = draft.place(gradient)
    assert at is not None
    outputs: list[Output] = list(search.outputs_of(draft, outcome, at))
    if gradient.owner is not None or search.objects_of(draft):
        outputs += left_behind(search, draft, outcome)
    found = matched(search, draft, outputs, [(term.call, term.steps) for term in terms], outcome)
    if found is None or not any(_reaches(draft, leaf) for leaf, _ in found.pairs):
        return
    for match in _in_every_order(found):
        yield candidate_of(search, "linked", draft, count, terms, match, gradient)


def candidate_of(
    search: Search, convention: str, draft: Draft, count: int, terms: tuple[Term, ...], found: Any, gradient: Known,
    upstreams: dict[str, Any] | None = None,
) -> Candidate:  # fmt: skip
    """The candidate, its evidence added up."""
    parameters = parameters_of(found)
    losses = tuple(draft.known[i] for i in range(count) if draft.known[i].name != gradient.name)
    score = gradient_evidence(search, gradient) + {"names": 3.0, "order": 1.0, "shapes": 0.5, "integers": 0.0}[found.by]
    score += min(len(parameters), 6) * 0.2
    computes = draft.known[terms[0].call]
    score += 1.0 if words.role(computes.last) == "forward" or words.is_loss(computes.last) else 0.0
    if computes.name != gradient.name:
        score += 0.5 * search.kinship(computes, gradient)
    linked = {w.call for w in draft.calls[-1].wires if w.origin == "result"}
    score += 1.0 * bool(linked)
    score += 1.0 * (gradient.name in search.flow.called)
    route = route_of(search, convention, draft, count, terms, parameters, upstreams)
    route = replace(
        route,
        notes=order_told(found, gradient),
        unclaimed=unclaimed_of(search, draft, found, gradient, parameters, upstreams),
    )
    return Candidate(route, gradient, losses, score, found.by)


def order_told(found: Match, gradient: Known) -> tuple[str, ...]:
    """A sentence on the order in which gradients without names of their own were understood, where it is not the parameters'."""
    listed = [(output.claim, leaf) for leaf, output in found.pairs if output.claim is not None]
    if found.by not in ("order", "shapes") or len(listed) != len(found.pairs):
        return ()
    back = [str(leaf.paths[0][-1]) for _, leaf in sorted(listed, key=lambda pair: str(pair[0]))]
    own = [str(leaf.paths[0][-1]) for leaf, _ in found.pairs]
    if back != own[::-1] or len(own) < 2 or len(own) > 9:
        return ()
    return (
        f"{gradient.last} returns its gradients without names, and by their shapes in the order {', '.join(back)}: so they were "
        f"understood. The parameters' own order is {', '.join(own)}."[:1000],
    )


def left_behind(search: Search, draft: Draft, outcome: Outcome) -> list[Output]:
    """Arrays that lay in the objects once backward had run, found again by the way that leads to them."""
    found = []
    # Only where the functions that go back can have left it: elsewhere lies what is left of another run.
    back = [i for i, known in enumerate(draft.known) if i == len(draft.known) - 1 or _goes_back(known)]
    reached = {
        name for name, _ in search.objects_of(Draft([draft.calls[i] for i in back], [draft.known[i] for i in back]))
    }
    for leaf in outcome.places:
        path = leaf.paths[0]
        if len(path) > 1 and path[0] not in reached and leaf.place is not None and leaf.place.steps:
            continue
        home = next((value for name, value in search.objects_of(draft) if name == path[0]), None)
        if home is not None and leaf.place is not None:
            found.append(Output(path, leaf.value, read=_reader(home, leaf)))
        elif leaf.place is not None and not leaf.place.steps:
            found.append(Output(path, leaf.value, read=leaf.place.read))
    return found


def _reader(home: Any, leaf: Leaf) -> Any:
    assert leaf.place is not None
    steps = leaf.place.steps

    def read() -> Any:
        value = home
        for step in steps:
            if isinstance(step, str) and step.startswith("."):
                value = object.__getattribute__(value, step[1:])
            else:
                value = value[step]
        return value

    return read
