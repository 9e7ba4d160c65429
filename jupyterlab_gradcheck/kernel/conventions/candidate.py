"""One full reading, with what speaks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .. import unclaimed, words
from ..matching import (
    Leaf,
    Match,
    Output,
    by_names,
    by_order,
    holds_gradients,
    is_number,
    outputs_of,
    same_size,
    spells,
    stems,
    words_of,
)
from ..route import Parameter, Route, Term
from ..search import Search
from ..survey import Known
from ..trials import Draft, Outcome, floating, stored_globals
from ..weigh import Weight


@dataclass(frozen=True)
class Candidate:
    """A route and its evidence.

    Attributes:
        route: the reading.
        gradient: the function that claims the gradients.
        losses: the functions that make the loss.
        score: what names, shapes and the person's own calls say for it.
        weight: what a trial along random directions says; None before there was one.
    """

    route: Route
    gradient: Known
    losses: tuple[Known, ...]
    score: float
    by: str
    weight: Weight | None = None

    def weighed(self, weight: Weight) -> Candidate:
        return replace(self, weight=weight)

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two readings the same."""
        return (
            self.gradient.name,
            tuple(sorted(known.name for known in self.losses)),
            tuple(p.label for p in self.route.parameters_of),
        )


def gradient_evidence(search: Search, known: Known) -> float:
    """How much speaks for a function's being one that computes gradients, from its code alone."""
    score = 0.0
    said = set(words.tokens(known.last))
    spelled = stems(known.last)
    role = words.role(known.last)
    if role == "backward" or said & words.BACKWARD:
        score += 3
    if said & words.CHECKING:
        score -= 6
    if said & words.PREPARING and role is None:
        score -= 2.5
    both = any(words.is_loss(str(n)) for n in known.code.returned if isinstance(n, str)) and any(
        n is None or isinstance(n, tuple) or (not words.is_loss(n) and n.casefold() not in words.CACHE)
        for n in known.code.returned
    )
    both = both and not known.code.loops and "descent" not in said
    if both and role != "backward":
        # A loss and something beside it, which may be a cache or the gradients.
        score += 2
    if said & words.STEPPING and (role is None or "descent" in said) and not both:
        score -= 4
    if known.code.mentions & {"GradientTape", "autograd", "jax", "grad_fn", "torch"}:
        # What a library differentiates is nobody's own gradient.
        score -= 5
    whole = said & (words.LOSS | {"backward", "bwd", "backprop"})
    if said & words.ACTIVATIONS and not whole and not any(a for a in known.arguments if a.startswith("d")):
        score -= 4
    if any(o.last in spelled and not set(words.tokens(o.last)) & words.ACTIVATIONS for o in search.functions.values()):
        # The derivative of a function, named after it.
        score += 2.5
    if "score" in said and any(set(words.tokens(o.last)) & words.LIKELIHOOD for o in search.functions.values()):
        # What statistics calls the gradient of a log-likelihood; score_vector is no vector being made.
        score += 3 + 2.5 * bool(said & words.PREPARING)
    if said & {"prime", "derivative", "deriv"} and len(known.arguments) == 1:
        score -= 2
    names = set(known.code.names) | set(known.code.keys) | set(stored_globals(known))
    inputs = set(known.arguments) | known.code.mentions
    told = [n for n in names if any(spells(n, i) for i in inputs if i != n)]
    if told:
        score += 2 + min(len(told), 3) * 0.3
    elif not said & words.STEPPING and search.makes_like(known):
        score += 2
    if any(holds_gradients(n) for n in known.code.names):
        # Beside a loss it is clear what it is.
        score += 3.0 if any(words.is_loss(n) for n in known.code.names) else 1.5
    if role == "forward" and not told:
        score -= 1
    return score


def matched(
    search: Search,
    draft: Draft,
    outputs: Sequence[Output],
    loss_at: Iterable[tuple[int, tuple[Any, ...]]],
    outcome: Outcome | None = None,
) -> Match | None:
    """Brings the outputs together with the parameters of the calls; None where nothing fits."""
    taken = set(loss_at)
    outputs = [o for o in outputs if o.claim not in taken]
    # What the functions put into their objects anew are values on the way, and no parameters.
    after = {} if outcome is None else {leaf.paths[0]: leaf.value for leaf in outcome.places}
    leaves = [
        replace(x, paths=kept) for x in search.leaves_of(draft, integers=True) if (kept := _still_there(x, after))
    ]
    # Integers are counts and labels more often than parameters that somebody began with.
    whole = {id(x) for x in leaves if not floating(x.value)}
    likely = [x for x in leaves if id(x) not in whole or x.place or not search.looks_like_data(_argument(draft, x))]
    everything, named = leaves, by_names(likely, outputs)
    good = [pair for pair in named.pairs if same_size(pair[0].value, pair[1].value)]
    leaves = [x for x in leaves if id(x) not in whole or any(x is leaf for leaf, _ in good)]
    arrays = [o for o in outputs if o.claim is not None]
    if named.pairs and (good or len(named.pairs) == 1):
        done = _completed(named, leaves, search.looks_like_data)
        # Where names tell of a part only, the order may tell of all, if it says the same of that part.
        told = {(id(leaf), id(output)) for leaf, output in done.pairs}
        if len(done.pairs) < len(arrays) and all(output.claim is not None for _, output in done.pairs):
            for group in groups_of(search, draft, leaves):
                found = by_order(group, arrays)
                if found is not None and told < {(id(leaf), id(output)) for leaf, output in found.pairs}:
                    return Match(found.pairs, "names")
        return done
    found = _ordered(search, draft, leaves, arrays)
    return found or _of_integers(_ordered(search, draft, everything, arrays))


def _still_there(leaf: Leaf, after: Mapping[tuple[Any, ...], Any]) -> tuple[tuple[Any, ...], ...]:
    """The ways to a leaf that lead to it ``after`` the calls as well: an argument goes by its own name, whatever kept it."""
    if leaf.place is None:
        return leaf.paths
    if not leaf.root:
        return leaf.paths if after.get(leaf.paths[0], leaf.value) is leaf.value else ()
    own = (leaf.paths[0], (leaf.root,))
    return tuple(path for path in leaf.paths if path in own or after.get(path) is leaf.value)


def _argument(draft: Draft, leaf: Leaf) -> str:
    """What the functions call the variable in which a leaf lies."""
    wires = (w for call in draft.calls for w in call.wires if w.origin == "data" and w.key == leaf.root)
    return next((w.argument for w in wires), str(leaf.paths[0][0]))


def _ordered(search: Search, draft: Draft, leaves: Sequence[Leaf], arrays: Sequence[Output]) -> Match | None:
    """What accounts for the most of what was returned, by order and shape; of equals, the first."""
    groups = list(groups_of(search, draft, leaves))
    matches = [found for some in _runs(arrays) for group in groups if (found := by_order(group, some)) is not None]
    return max(matches, key=lambda match: len(match.pairs), default=None)


def _of_integers(match: Match | None) -> Match | None:
    """``match``, said to be made of integers, for which the numbers will have to speak."""
    return None if match is None else Match(match.pairs, "integers")


def _completed(match: Match, leaves: Sequence[Leaf], looks_like_data: Callable[[str], bool]) -> Match:
    """Without pairs that share a name by chance: where most lie in one structure, a stray one of another shape goes."""
    pairs = [p for p in match.pairs if same_size(p[0].value, p[1].value)]
    odd = [p for p in match.pairs if not same_size(p[0].value, p[1].value)]
    homes = {_home(leaf) for leaf, _ in pairs}
    kept = [p for p in odd if _home(p[0]) in homes]
    order = {id(leaf): i for i, leaf in enumerate(leaves)}
    # The gradient of the data, returned beside those of the parameters, is of another kind.
    if len({p[1].claim[1][:-1] for p in pairs if p[1].claim is not None}) > 1:
        pairs = [
            p for p in pairs if not (p[0].root and not p[0].steps and looks_like_data(str(p[0].paths[0][-1])))
        ] or pairs
    return Match(tuple(sorted((*pairs, *kept), key=lambda p: order[id(p[0])])), match.by)


def _home(leaf: Leaf) -> str:
    """What a leaf shares with its like: the structure or the object that it lies in, or being an argument of its own."""
    if leaf.place is not None:
        return str(leaf.paths[0][:1])
    return leaf.root if leaf.steps else "an argument"


def groups_of(search: Search, draft: Draft, leaves: Sequence[Leaf]) -> Iterable[list[Leaf]]:
    """Leaves that may be meant together, in the order that a person would count them in."""
    last = draft.known[-1]
    roots: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        roots.setdefault(leaf.root or f"@{leaf.paths[0][0]}", []).append(leaf)
    arguments = {w.key: w.argument for call in draft.calls for w in call.wires if w.origin == "data"}
    settings = words.SYNONYMS[2] | words.SYNONYMS[4] | words.SYNONYMS[5]
    single = [
        x
        for x in leaves
        if x.root
        and not x.steps
        and not (is_number(x.value) and arguments.get(x.root, x.root).casefold().strip("_") in settings)
    ]
    likely = [x for x in single if search.looks_like_parameters(last, arguments.get(x.root, x.root))]
    structured = [g for root, g in roots.items() if any(x.steps for x in g) and not root.startswith("@")]
    structured.sort(key=lambda g: not search.looks_like_parameters(last, arguments.get(g[0].root, g[0].root)))
    if len(structured) > 1:
        yield [leaf for group in structured for leaf in group]
    yield from structured
    if likely:
        yield likely
    undecided = [x for x in single if not search.looks_like_data(arguments.get(x.root, x.root))]
    yield undecided
    yield single
    placed = [g for root, g in roots.items() if root.startswith("@")]
    yield [leaf for g in placed for leaf in g if len(leaf.paths[0]) == 1]
    for g in placed:
        lists: dict[Any, list[Leaf]] = {}
        for leaf in g:
            if isinstance(leaf.paths[0][-1], int):
                lists.setdefault(leaf.paths[0][:-1], []).append(leaf)
        yield from lists.values()
        yield g


def _runs(outputs: Sequence[Output]) -> Iterable[list[Output]]:
    """Sets of outputs that may be the gradients: all, those that are no single numbers, those of one container."""
    yield list(outputs)
    arrays = [o for o in outputs if not is_number(o.value)]
    if len(arrays) != len(outputs):
        yield arrays
    containers: dict[Any, list[Output]] = {}
    for o in outputs:
        if o.claim is not None and len(o.claim[1]) > 1:
            containers.setdefault((o.claim[0], o.claim[1][:1]), []).append(o)
    yield from containers.values()
    seen: dict[Any, list[Output]] = {}
    for o in outputs:
        seen.setdefault(o.claim[1][:1] if o.claim else None, []).append(o)
    for some in seen.values():
        if len(some) == 1:
            yield some


def parameters_of(match: Match, rate: float | None = None) -> tuple[Parameter, ...]:
    """The pairs as `Parameter`s, each with the shortest name that no other has."""
    labels = labels_of([leaf for leaf, _ in match.pairs])
    return tuple(
        Parameter(
            label,
            _gradient_name(output, label),
            leaf.value,
            leaf.root,
            leaf.steps,
            leaf.place,
            output.claim,
            output.read,
            rate,
        )
        for label, (leaf, output) in zip(labels, match.pairs, strict=True)
    )


def unclaimed_of(
    search: Search,
    draft: Draft,
    match: Match,
    gradient: Known,
    parameters: tuple[Parameter, ...],
    upstreams: Mapping[str, Any] | None = None,
) -> tuple[tuple[int, Parameter], ...]:
    """What lies beside the parameters of ``match``, has no gradient, and is no setting; each with its place among all."""
    outcome = search.run(draft, upstreams)
    after = {leaf.paths[0]: leaf.value for leaf in outcome.places}
    known = [leaf for leaf in search.leaves_of(draft) if leaf.place is None or after.get(leaf.paths[0], leaf.value) is leaf.value]  # fmt: skip
    own = {_whereabouts(leaf) for leaf, _ in match.pairs}
    pairs = {_whereabouts(leaf): leaf for leaf, _ in match.pairs}
    leaves = [pairs.get(_whereabouts(leaf), leaf) for leaf in known]
    function = search.functions.get(gradient.name, gradient)
    if outcome.error or unclaimed.named_for_one(function.last, match):
        return ()
    losses = [one for one in draft.known if one.name in search.functions]

    def like_parameter(name: str) -> bool:
        return any(search.looks_like_parameters(one, name) for one in losses)

    at = draft.place(gradient)
    found = unclaimed.beside(leaves, match, like_parameter, search.looks_like_data)
    if not found or at is None:
        return ()
    odd = [o for o in outputs_of(outcome.results[at], gradient, at, odd=True) if o.odd]
    labelled = _parameters(unclaimed.with_what_stands_there(found, match, odd), {p.label for p in parameters})
    order = [_whereabouts(leaf) for leaf in leaves if _whereabouts(leaf) in own or any(leaf is one for one in found)]
    return tuple((order.index(_whereabouts(leaf)), p) for leaf, p in zip(found, labelled, strict=True))


def _whereabouts(leaf: Leaf) -> Any:
    return leaf.root, leaf.steps, leaf.paths[0]


def _parameters(pairs: list[tuple[Leaf, Output]], taken: set[str]) -> list[Parameter]:
    found = []
    for p, (leaf, _) in zip(parameters_of(Match(tuple(pairs), "names")), pairs, strict=True):
        label = p.label if p.label not in taken else _spelled(leaf.paths[0])
        taken.add(label)
        found.append(replace(p, label=label))
    return found


def _gradient_name(output: Output, label: str) -> str:
    last = output.path[-1] if output.path else None
    if isinstance(last, str) and last.casefold() in words.UPSTREAM and not spells(last, label):
        # Summed up of what came from above, dout.sum(axis=0): that is no longer what came.
        return f"d{label}"[:200]
    name = words_of(output.path)[:200]
    # What is returned without a name.
    return name if any(isinstance(step, str) for step in output.path) and name.strip() else f"gradient of {label}"[:200]


def labels_of(leaves: Sequence[Leaf]) -> list[str]:
    """The shortest name of each that no other has."""
    paths = [min(leaf.paths, key=len) for leaf in leaves]
    ends = Counter(path[-length:] for path in paths for length in range(1, len(path) + 1))
    labels = []
    for path in paths:
        for length in range(1, len(path) + 1):
            tail = path[-length:]
            if isinstance(tail[0], int) or (isinstance(tail[0], str) and not tail[0].strip()):
                continue
            if ends[tail] == 1:
                break
        else:
            tail = path
        labels.append(_spelled(tail))
    return labels


def _spelled(path: Sequence[Any]) -> str:
    text = ""
    for step in path:
        if isinstance(step, str) and step.isidentifier():
            text += f".{step}" if text else step
        else:
            text += f"[{step!r}]" if text or not isinstance(step, str) else step
    return text[:200]


def route_of(
    search: Search,
    convention: str,
    draft: Draft,
    loss_calls: int,
    loss: tuple[Term, ...],
    parameters: tuple[Parameter, ...],
    upstreams: dict[str, Any] | None = None,
    automatic: bool = False,
) -> Route:
    """The route of ``draft``, with what it is called."""
    names = {w.key for call in draft.calls for w in call.wires if w.origin == "data"}
    # What was read from an expression is kept as it was then.
    data = {name: search.data[name] for name in names}
    homes = [p.root or "" for p in parameters]
    lone = [str(home) for home in dict.fromkeys(homes) if home]
    owners = [name for name, _ in search.objects_of(draft)]
    title = ", ".join(lone) if all(homes) else (owners[0] if owners else ", ".join(p.label for p in parameters[:6]))
    return Route(
        convention=convention,
        forward_name=draft.calls[loss[0].call].name,
        backward_name=draft.calls[-1].name,
        parameters_name=title[:200],
        calls=tuple(draft.calls),
        loss_calls=loss_calls,
        loss=loss,
        parameters_of=parameters,
        data=data,
        upstreams=upstreams or {},
        automatic=automatic,
    )
