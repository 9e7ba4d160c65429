"""Two losses that may both be meant by one gradient, two that are called with different data, and functions that are a part of others."""

from __future__ import annotations

import numpy as np

from .. import words
from ..matching import is_number
from ..search import Search
from ..survey import Known
from .candidate import Candidate


def are_rivals(search: Search, one: Candidate, other: Candidate) -> bool:
    """Whether the gradient may just as well belong to the loss of ``other``, where numbers speak for neither: being called a
    loss says nothing of whose gradient it is."""
    if other.route.forward_name == other.gradient.name or one.route.forward_name == one.gradient.name:
        return False
    mine, theirs = (search.functions.get(c.route.forward_name) for c in (one, other))
    if (
        mine is None
        or theirs is None
        or theirs.name in called_by(search, mine)
        or mine.name in called_by(search, theirs)
    ):
        return False
    if _same_slopes(one, other):
        # One loss by another name.
        return False
    if not _data_of_gradient(other) <= _data_of_loss(other):
        # A penalty, a norm: a loss is one of the data that its gradient takes.
        return False
    gradient = one.gradient
    shared = words_shared(gradient, mine)
    if shared - words_shared(gradient, theirs) and not words_shared(gradient, theirs) - shared:
        return False
    # Whoever calls the gradient and one of the two has told.
    callers = [set(k.code.calls) for k in search.functions.values() if gradient.last in k.code.calls]
    return not any(mine.last in calls and theirs.last not in calls for calls in callers)


def at_other_data(candidate: Candidate) -> bool:
    """Whether loss and gradient are called with different examples as far as can be told: under other names, they were handed
    numbers and parts of something that the other was not. Only that the numbers agree can say that these are the same."""
    route = candidate.route
    ahead, back = (
        {w.key for call in calls for w in call.wires if w.origin == "data"} - route.roots
        for calls in (route.calls[: route.loss_calls], route.calls[route.loss_calls :])
    )
    picked = [any(not key.isidentifier() for key in some) for some in (ahead - back, back - ahead)]
    return bool(ahead - back and back - ahead) and any(picked)


def words_shared(one: Known, other: Known) -> set[str]:
    """Words of both names, other than those that every function of their kind has."""
    return set(words.stem(one.last)) & set(words.stem(other.last)) - {""}


def _same_slopes(one: Candidate, other: Candidate) -> bool:
    if one.weight is None or other.weight is None or len(one.weight.slopes) != len(other.weight.slopes):
        return False
    return bool(np.allclose(one.weight.slopes, other.weight.slopes, rtol=1e-3, atol=0))


def _data_of_gradient(candidate: Candidate) -> set[str]:
    values = candidate.route.data
    wires = candidate.route.calls[-1].wires
    return {
        w.key
        for w in wires
        if w.origin == "data" and w.key not in candidate.route.roots and not is_number(values[w.key])
    }


def _data_of_loss(candidate: Candidate) -> set[str]:
    calls = candidate.route.calls[: candidate.route.loss_calls]
    return {w.key for call in calls for w in call.wires if w.origin == "data"}


def called_by(search: Search, known: Known) -> set[str]:
    """Functions that ``known`` calls, directly or by way of others."""
    found: set[str] = set()
    queue = [known]
    while queue:
        one = queue.pop()
        for name, other in search.functions.items():
            if name not in found and other.last in one.code.calls and name != one.name:
                found.add(name)
                queue.append(other)
    return found - {known.name}
