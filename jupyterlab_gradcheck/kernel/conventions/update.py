"""An update step where nothing else tells the gradient: it is what the step took away, divided by the learning rate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from .. import words
from ..matching import Match, Output, by_order, is_number, same_size, spells
from ..route import Parameter
from ..search import Search
from ..survey import Known
from ..trials import Draft, Missing, Outcome, floating
from .candidate import Candidate, groups_of, parameters_of, route_of
from .linked import left_behind, losses

_RATES = words.SYNONYMS[4]


def propose(search: Search, gradient: Known) -> Iterator[Candidate]:
    """Readings of ``gradient`` as a step of gradient descent, with a loss that the notebook computes."""
    step = step_of(search, gradient)
    if step is None:
        return
    draft, outcome, parameters = step
    for whole, count, terms in losses(search, draft, outcome, gradient):
        known = tuple(whole.known[i] for i in range(count) if whole.known[i].name != gradient.name)
        route = route_of(search, "update", whole, count, terms, moved(parameters, len(whole.calls) - len(draft.calls)))
        yield Candidate(route, gradient, known, 2.0 + 0.5 * bool(known), "names")


def moved(parameters: tuple[Parameter, ...], by: int) -> tuple[Parameter, ...]:
    """The parameters with their claims found so many calls later."""
    return tuple(replace(p, claim=None if p.claim is None else (p.claim[0] + by, p.claim[1])) for p in parameters)


def step_of(search: Search, gradient: Known) -> tuple[Draft, Outcome, tuple[Parameter, ...]] | None:
    """How to call ``gradient`` as one step with a learning rate, and which parameters it moves; None where it is none."""
    if _loops(gradient) or not (
        _RATES & {n.casefold().strip("_") for n in (*gradient.arguments, *gradient.code.mentions)}
    ):
        return None
    rate = next((a for a in gradient.arguments if a.casefold().strip("_") in _RATES), None)
    draft = Draft()
    try:
        search.ensure(draft, gradient)
    except Missing:
        return None
    if any(set(words.tokens(w.argument)) & {"grads", "grad", "gradients", "cache"} for w in draft.calls[-1].wires):
        return None
    outcome = search.run(draft)
    if outcome.error:
        return None
    wire = next((w for w in draft.calls[-1].wires if w.argument == rate), None)
    if rate is None:
        value = _kept_rate(search, gradient)
    else:
        value = gradient.arguments[rate].default if wire is None else search.data.get(wire.key)
    value = _number(value)
    if not value:
        return None
    at = len(draft.calls) - 1
    leaves = search.leaves_of(draft)
    outputs = [o for o in search.outputs_of(draft, outcome, at) if floating(o.value) and not _is_loss(o)]
    pairs = [
        (leaf, output)
        for leaf in leaves
        for output in outputs
        if leaf.root and _same_name(leaf.paths, output.path) and same_size(leaf.value, output.value)
    ]  # fmt: skip
    if not pairs:
        groups = groups_of(search, draft, leaves)
        found = next(
            (m for g in groups if (m := by_order(g, outputs)) is not None and len(m.pairs) == len(outputs)), None
        )
        pairs = [] if found is None else list(found.pairs)
    if not pairs:
        # In place: what lies in the object afterwards is the updated value.
        after = {o.path: o for o in left_behind(search, draft, outcome)}
        for leaf in leaves:
            handed = outcome.after.get((leaf.root, *leaf.steps)) if leaf.root else None
            if handed is not None and same_size(leaf.value, handed) and np.any(np.asarray(leaf.value) != handed):
                pairs.append((leaf, Output((f"step of {leaf.paths[0][-1]}",), handed)))
            if leaf.place is not None and leaf.paths[0] in after:
                now = after[leaf.paths[0]]
                stepped = outcome.after.get(leaf.paths[0], now.value)
                if same_size(leaf.value, stepped) and np.any(np.asarray(leaf.value) != np.asarray(stepped)):
                    pairs.append((leaf, now))
    names = {str(leaf.paths[0][-1]) for leaf, _ in pairs}
    # Gradients that are kept in globals or attributes change as well.
    pairs = [p for p in pairs if not any(spells(str(p[0].paths[0][-1]), name) for name in names)]
    if not pairs:
        return None
    named = tuple((leaf, replace(output, path=(f"step of {leaf.paths[0][-1]}",))) for leaf, output in pairs)
    return draft, outcome, parameters_of(Match(named, "names"), rate=value)


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def _kept_rate(search: Search, known: Known) -> Any:
    """The learning rate among the attributes of the object or the globals that the step reads."""
    for name, value in getattr(known.owner, "__dict__", {}).items():
        if name.casefold().strip("_") in _RATES and name in known.code.mentions:
            return value
    for name in search.globals_of(known):
        if name.casefold().strip("_") in _RATES:
            return search.namespace[name]
    return None


def _is_loss(output: Output) -> bool:
    return is_number(output.value) and bool(output.path) and words.is_loss(str(output.path[-1]))


def _same_name(paths: tuple[tuple[Any, ...], ...], path: tuple[Any, ...]) -> bool:
    """Whether an output is called as the parameter is, or as its successor: ``w``, ``w_new``, ``new_w``."""
    if not path:
        return False
    bare = (
        re.sub(r"^(new|next|updated)_?|_?(new|next|updated)$", "", str(path[-1]))
        if isinstance(path[-1], str)
        else path[-1]
    )
    return any(p[-1] in (path[-1], bare) for p in paths if p)


def _loops(known: Known) -> bool:
    """Whether it takes many steps: then what it took away is no gradient."""
    return bool(set(known.arguments) & {"epochs", "n_iters", "num_iterations", "iterations", "n_epochs", "num_epochs", "steps", "iters", "max_iter", "n_steps", "num_iters", "epoch", "n_iter"})  # fmt: skip
