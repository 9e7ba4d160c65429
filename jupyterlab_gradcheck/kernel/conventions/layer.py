"""``affine_forward(x, w, b) -> (out, cache)`` and ``affine_backward(dout, cache) -> (dx, dw, db)``, of functions or objects.

The loss is the sum of the products of the outputs and of the gradients from above, which come from the notebook or are
drawn with a fixed seed; the gradient of that is what backward should return (the vector-Jacobian product).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...backends import tensorflow_tape as taped
from .. import words
from ..copies import copied
from ..inventory import is_leaf
from ..matching import Match, Output, by_order, shape_of, spells
from ..route import Term, pick
from ..search import Search
from ..survey import Known, harmful
from ..trials import Draft, Missing, floating
from .candidate import Candidate, gradient_evidence, matched
from .linked import candidate_of, left_behind

_MOST = 3
_SEED = 7


def propose(search: Search, gradient: Known) -> Iterator[Candidate]:
    """Readings of ``gradient`` as the backward of a layer."""
    if words.role(gradient.last) != "backward" and gradient_evidence(search, gradient) < 2:
        return
    ups = [a for a in gradient.arguments if search.is_upstream(a)]
    first = next(iter(gradient.arguments), None)
    lone = gradient.owner is not None and len(gradient.required) == 1
    if not ups and lone and first is not None and not search.looks_like_data(first):
        ups = [first]
    if not ups:
        return
    for forward in _forwards(search, gradient):
        for mode in ("names", "given"):
            done = False
            for candidate in _read(search, forward, gradient, ups, mode):
                yield candidate
                done = True
            if done:
                return


def _forwards(search: Search, gradient: Known) -> list[Known]:
    makers = {
        name for a in gradient.arguments for name, _ in search.flow.produced.get((gradient.name, a), []) if name != gradient.name
    }  # fmt: skip
    found = []
    for known in search.functions.values():
        if known.name == gradient.name or harmful(known) or words.role(known.last) == "backward":
            continue
        score = search.kinship(known, gradient) + 2 * (known.name in makers) + (words.role(known.last) == "forward")
        if gradient_evidence(search, known) >= 3:
            continue
        if (
            words.stem(known.last) == words.stem(gradient.last)
            or known.name in makers
            or known.owner is gradient.owner is not None
        ):
            found.append((score, known))
    found.sort(key=lambda pair: (-pair[0], pair[1].name))
    return [known for _, known in found[:_MOST]]


def _read(search: Search, forward: Known, gradient: Known, ups: Sequence[str], mode: str) -> Iterator[Candidate]:
    start = Draft()
    try:
        search.ensure(start, forward, mode)
    except Missing:
        return
    outcome = search.run(start)
    if outcome.error:
        return
    start = alone(search, start, outcome.results)
    outcome = search.run(start)
    at = 0
    outputs = [
        o for o in search.outputs_of(start, outcome, at) if floating(o.value) and o.claim and len(o.claim[1]) <= 1
    ]
    if not outputs:
        return
    for pairs in _assigned(
        search, outputs, ups, len(outcome.results[at]) if isinstance(outcome.results[at], tuple) else 1
    ):
        upstreams = {up: upstream(search, up, output) for up, output in pairs.items()}
        draft = start.copy()
        # Every upstream gets a name that the search can hand over.
        try:
            search.ensure(draft, gradient, mode, upstream={up: up for up in pairs})
        except Missing:
            continue
        tried = search.run(draft, upstreams)
        if tried.error:
            continue
        last = draft.place(gradient)
        assert last is not None
        returned: list[Output] = list(search.outputs_of(draft, tried, last))
        if gradient.owner is not None:
            returned += left_behind(search, draft, tried)
        found = matched(search, draft, returned, [], tried)
        if found is None or not found.pairs:
            continue
        if gradient.owner is not None:
            found = _with_inputs(search, draft, found, returned)
        terms = tuple(Term(at, o.claim[1], (up, upstreams[up])) for up, o in pairs.items() if o.claim is not None)
        yield candidate_of(search, "layer", draft, at + 1, terms, found, gradient, upstreams)
        return


def _with_inputs(search: Search, draft: Draft, found: Match, outputs: Sequence[Output]) -> Match:
    """``found``, which names tell, and what an object's backward returns beside: the gradients of the inputs of its forward."""
    paired = {id(thing) for pair in found.pairs for thing in pair}
    inputs = [
        x
        for x in search.leaves_of(draft)
        if x.root and not x.steps and id(x.value) not in {id(p.value) for p, _ in found.pairs}
    ]
    rest = [o for o in outputs if o.claim is not None and id(o) not in paired and floating(o.value)]
    more = by_order(inputs, rest)
    return found if more is None else Match((*more.pairs, *found.pairs), found.by)


def alone(search: Search, draft: Draft, results: Sequence[Any]) -> Draft:
    """The last call of ``draft`` with what others computed for it as values: the layer is checked by itself."""
    call, known = draft.calls[-1], draft.known[-1]
    wires = []
    for wire in call.wires:
        if wire.origin == "result":
            key = wire.argument if wire.argument not in search.data else f"{wire.argument} of {known.name}"
            search.data[key] = pick(results[wire.call], wire.steps)
            wire = replace(wire, origin="data", key=key, call=-1, steps=())
        wires.append(wire)
    return Draft([replace(call, wires=tuple(wires))], [known])


def _assigned(
    search: Search, outputs: Sequence[Output], ups: Sequence[str], length: int
) -> Iterator[dict[str, Output]]:
    """Which upstream gradient belongs to which output."""
    named: dict[str, Output] = {}
    for up in ups:
        fitting = [
            (spells(up, str(o.path[-1])), -i, o) for i, o in enumerate(outputs) if o.path and o not in named.values()
        ]
        best = max(fitting, key=lambda item: item[:2], default=None)
        if best is not None and best[0] > 0:
            named[up] = best[2]
    if len(named) == len(ups):
        yield named
    # What is a cache, and no output, stands behind the outputs.
    plain = [
        o for o in outputs if not (o.path and isinstance(o.path[-1], str) and o.path[-1].casefold() in words.CACHE)
    ]
    # By the shape of the gradient that the notebook has.
    shaped: dict[str, Output] = {}
    for up in ups:
        known = search.data.get(up)
        fits = [
            o for o in plain if known is not None and shape_of(o.value) == shape_of(known) and o not in shaped.values()
        ]
        if fits:
            shaped[up] = fits[0]
    if len(shaped) == len(ups) and shaped != named:
        yield shaped
    if len(ups) <= len(plain):
        yield dict(zip(ups, plain, strict=False))
    if len(ups) > 1:
        yield {ups[0]: plain[0]} if plain else {}


def upstream(search: Search, name: str, output: Output) -> Any:
    """The gradient from above: the notebook's where it has one of that shape, or one drawn with a fixed seed."""
    value = search.data.get(name)
    if value is not None and is_leaf(value) and shape_of(value) == shape_of(output.value) and np.any(np.asarray(value)):
        return copied(value)
    rng = np.random.default_rng(_SEED)
    drawn = rng.uniform(0.5, 1.5, shape_of(output.value)) * rng.choice([-1.0, 1.0], shape_of(output.value))
    like = getattr(output.value, "dtype", None)
    if isinstance(output.value, np.ndarray):
        return drawn.astype(like)
    if hasattr(output.value, "numpy"):
        return taped.constant(drawn, output.value)
    return float(drawn) if not shape_of(output.value) else drawn
