"""Backward without any loss function: the standard loss of which it is the gradient, where exactly one fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .. import words
from ..matching import shape_of
from ..route import Call, Parameter, Term, Wire
from ..search import Search
from ..survey import Code, Known
from ..trials import Draft, Missing, floating
from .candidate import Candidate, gradient_evidence, matched, route_of
from .linked import candidate_of, forwards, left_behind
from .update import moved, step_of


def propose(search: Search, gradient: Known) -> Iterator[Candidate]:
    """Readings of ``gradient`` with a standard loss of what forward returns and the targets."""
    step = step_of(search, gradient)
    moves = None if step is None or len(step[0].calls) > 1 else step[2]
    if moves is None and words.role(gradient.last) is None and gradient_evidence(search, gradient) < 1:
        return
    starts: list[Draft] = []
    for forward in forwards(search, gradient):
        draft = Draft()
        try:
            search.ensure(draft, forward)
            if not search.run(draft).error:
                search.ensure(draft, gradient)
                starts.append(draft)
        except Missing:
            continue
    for draft in starts[:2]:
        values: set[float] = set()
        outcome = search.run(draft)
        if outcome.error:
            continue
        at = len(draft.calls) - 2
        for output in search.outputs_of(draft, outcome, at):
            if output.claim is None or len(output.claim[1]) > 1 or not floating(output.value):
                continue
            for name, target in _targets(search, draft, output.value):
                for title, loss in LOSSES.items():
                    value = _value(loss, output.value, target)
                    if value in values:
                        # Two names for one loss, such as a mean over columns where there is one row.
                        continue
                    values.add(value)
                    candidate = _read(search, draft, output.claim[1], at, name, target, title, loss, gradient, moves)
                    if candidate is not None:
                        yield candidate


def _value(loss: Callable[[Any, Any], Any], output: Any, target: Any) -> float:
    try:
        with np.errstate(all="ignore"):
            return float(f"{float(loss(output, target)):.12g}")
    except (TypeError, ValueError, IndexError):
        return float("nan")


def _targets(search: Search, draft: Draft, output: Any) -> Iterator[tuple[str, Any]]:
    used = {w.key for call in draft.calls for w in call.wires if w.origin == "data"}
    for name in used:
        value = search.data[name]
        shape, wanted = shape_of(value), shape_of(output)
        if name in {w.key for w in draft.calls[-2].wires if w.origin == "data"} and shape != wanted:
            continue
        if shape and (
            shape == wanted
            or (len(wanted) == 2 and shape in (wanted[:1], wanted[1:]))
            or int(np.prod(shape)) == int(np.prod(wanted))
        ):
            if name.casefold().strip("_") in words.SYNONYMS[0]:
                continue
            yield name, value


def _read(
    search: Search, draft: Draft, steps: tuple[Any, ...], at: int, name: str, target: Any, title: str,
    loss: Callable[[Any, Any], Any], gradient: Known, moves: tuple[Parameter, ...] | None,
) -> Candidate | None:  # fmt: skip
    known = Known(title, loss, None, {}, Code(), 0)
    call = Call(title, loss, (Wire("output", "result", call=at, steps=steps), Wire("target", "data", name)))
    whole = Draft([*draft.calls[: at + 1], call], [*draft.known[: at + 1], known])
    last = draft.calls[-1]
    whole.calls.append(last)
    whole.known.append(gradient)
    outcome = search.run(whole)
    if outcome.error or not np.all(np.isfinite(np.asarray(outcome.results[at + 1]))):
        return None
    terms = (Term(at + 1, ()),)
    if moves is not None:
        route = route_of(search, "implied", whole, at + 2, terms, moved(moves, len(whole.calls) - 1))
        return Candidate(route, gradient, (draft.known[at], known), 2.0, "names")
    outputs = [*search.outputs_of(whole, outcome, len(whole.calls) - 1), *left_behind(search, whole, outcome)]
    found = matched(search, whole, outputs, [], outcome)
    if found is None or not found.pairs:
        return None
    return candidate_of(search, "implied", whole, at + 2, terms, found, gradient)


def _own(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    function.gradcheck_own = True  # type: ignore[attr-defined]
    return function


def _aligned(output: Any, target: Any) -> tuple[Any, Any]:
    output, target = np.asarray(output), np.asarray(target)
    if target.shape != output.shape and target.size == output.size:
        target = target.reshape(output.shape)
    elif target.shape != output.shape and target.dtype.kind in "iu":
        # Labels; samples lie in rows or in columns.
        rows = output.shape[0] == target.size
        target = np.eye(output.shape[-1] if rows else output.shape[0])[target.reshape(-1)]
        target = target if rows else target.T
    return output, target


def _binary(output: Any, target: Any) -> Any:
    output, target = _aligned(output, target)
    return -np.sum(target * np.log(output) + (1 - target) * np.log(1 - output))


def _categorical(output: Any, target: Any) -> Any:
    output, target = _aligned(output, target)
    return -np.sum(target * np.log(output))


def _poisson(output: Any, target: Any) -> Any:
    output, target = _aligned(output, target)
    return np.sum(output - target * np.log(output))


def _half_squared(output: Any, target: Any) -> Any:
    output, target = _aligned(output, target)
    return 0.5 * np.sum((output - target) ** 2)


def _scaled(function: Callable[[Any, Any], Any], axis: int | None, factor: float = 1.0) -> Callable[[Any, Any], Any]:
    def loss(output: Any, target: Any) -> Any:
        count = np.asarray(output).size if axis is None else (np.asarray(output).shape or (1,))[axis]
        return factor * function(output, target) / count

    return _own(loss)


LOSSES: dict[str, Callable[[Any, Any], Any]] = {}
for _title, _function in (
    ("binary cross entropy", _binary),
    ("cross entropy", _categorical),
    ("half squared error", _half_squared),
    ("Poisson deviance", _poisson),
):
    LOSSES[f"the sum of the {_title}"] = _own(_function)
    LOSSES[f"the mean over rows of the {_title}"] = _scaled(_function, 0)
    LOSSES[f"the mean over columns of the {_title}"] = _scaled(_function, -1)
    LOSSES[f"the mean over all entries of the {_title}"] = _scaled(_function, None)
LOSSES["the sum of the squared error"] = _own(lambda o, t: 2 * _half_squared(o, t))
for _axis, _over in ((0, "rows"), (-1, "columns"), (None, "all entries")):
    LOSSES[f"the mean over {_over} of the squared error"] = _scaled(_half_squared, _axis, 2.0)
