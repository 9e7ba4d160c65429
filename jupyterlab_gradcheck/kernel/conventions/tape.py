"""What TensorFlow's own tape gives where the person wrote part of it: `tf.custom_gradient`, in functions and Keras layers.

There is no backward to call. What is held against the differences is the gradient that the tape hands out, and with it
the function that the person wrote for it. Plain TensorFlow code is not proposed: nobody needs to check the library.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from ... import backends
from ...engine.randomness import Combined
from ..copies import is_variable
from ..keras_layers import custom_within, decorated, layers_within
from ..matching import Leaf, Match, Output, shape_of
from ..places import called_by_keras, is_keras
from ..route import Term
from ..search import Search
from ..survey import Known
from ..trials import Draft, Missing, floating
from .candidate import Candidate, parameters_of, route_of

_SEED = 7


def propose(search: Search, gradient: Known) -> Iterator[Candidate]:
    """Readings of ``gradient`` as a function with a custom gradient, or one that calls such a function."""
    if "tensorflow" not in sys.modules or not _custom(search, gradient):
        return
    for mode in ("names", "given"):
        draft = Draft()
        try:
            search.ensure(draft, gradient, mode)
        except Missing:
            continue
        outcome = search.run(draft)
        if outcome.error:
            continue
        at = len(draft.calls) - 1
        outputs = [o for o in search.outputs_of(draft, outcome, at) if floating(o.value) and hasattr(o.value, "numpy")]
        leaves = [leaf for leaf in search.leaves_of(draft) if _may_be_parameter(leaf)]
        if not outputs or not leaves:
            continue
        rng = np.random.default_rng(_SEED)
        upstreams: dict[str, Any] = {}
        terms = []
        for output in outputs:
            assert output.claim is not None
            # Also where there is one number: code that forgets what comes from above is wrong.
            upstreams[f"upstream {len(upstreams)}"] = rng.uniform(0.5, 1.5, shape_of(output.value))
            name = list(upstreams)[-1]
            terms.append(Term(at, output.claim[1], (name, upstreams[name])))
        named = [(leaf, Output((f"d{leaf.paths[0][-1]}",), leaf.value, claim=(at, ()))) for leaf in leaves]
        parameters = parameters_of(Match(tuple(named), "names"))
        route = route_of(search, "tape", draft, len(draft.calls), tuple(terms), parameters, upstreams, automatic=True)
        kept = _reached(route)
        if kept:
            route = route_of(
                search, "tape", draft, len(draft.calls), tuple(terms),
                tuple(p for p in parameters if p.label in kept), upstreams, automatic=True,
            )  # fmt: skip
            yield Candidate(route, gradient, (), 4.0 + decorated(gradient.function), "names")


def _custom(search: Search, known: Known) -> bool:
    """Whether a function has a gradient written by the person, or calls one that has; a model does by way of its layers."""
    layers = layers_within(known.function)
    if decorated(known.function) or (not layers and "custom_gradient" in known.code.mentions):
        return True
    # One that can be called by itself is checked by itself.
    apart = [k.owner for k in search.functions.values() if any(k.owner is x for x in layers) and _callable(search, k)]
    inside = [layer.call for layer in layers if not any(layer is owner for owner in apart)]
    found = [custom_within(function) for function in (called_by_keras(known.function), *inside)]
    if True in found:
        return True
    called = set().union(*(names for names in found if isinstance(names, set)))
    return bool(called) and not any(
        _callable(search, search.functions[name]) for name in called & search.functions.keys()
    )


def _callable(search: Search, known: Known) -> bool:
    draft = Draft()
    try:
        search.ensure(draft, known)
    except Missing:
        return False
    return not search.run(draft).error


def _may_be_parameter(leaf: Leaf) -> bool:
    return leaf.place is None or is_variable(leaf.value) or is_keras(leaf.value)


def _reached(route: Any) -> set[str]:
    """Parameters for which the tape has a gradient."""
    problem = route.problem()
    world = Combined([problem.world(), backends.select("auto", route.parameters, route.functions).random_state()])
    try:
        claims = problem.backward(dict(route.parameters))
        return {label for label, (_, value) in claims.items() if value is not None}
    except Exception:
        # The person's code raised; there is nothing to check.
        return set()
    finally:
        world.restore()
