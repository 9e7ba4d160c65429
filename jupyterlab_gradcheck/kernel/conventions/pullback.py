"""``y, vjp = layer(x, w)``: a function that returns its output and a function inside it that gives the gradients.

Each call of the one makes another of the others, which keeps the values of that call. So none that lies in the notebook is
called: its values are those of another moment. The one that a call returned is, right after it.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .. import source, words
from ..binding import signature_of
from ..matching import Output, is_number
from ..route import Call, Term, Wire
from ..search import Search
from ..survey import Known, code_of, function_returns, harmful, is_own_function
from ..trials import Draft, Missing, Outcome, floating
from ..weigh import weigh
from .candidate import Candidate, matched
from .layer import alone, upstream
from .linked import candidate_of

# A function so called goes back from the gradient of its output. One called grad may take parameters, and one called back undo
# what was done.
_GOES_BACK = frozenset(["backward", "backprop", "backpropagate", "bprop", "bwd", "vjp", "pullback"])
_GIVES_GRADIENTS = words.BACKWARD - {"back"}


def returns_function(known: Known) -> bool:
    """Whether a function returns, among other values, one that it defines."""
    code = source.code(known.function)
    tree = None if code is None else source.tree(code)
    if tree is None or harmful(known):
        return False
    inner = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n is not tree}
    return any(
        isinstance(value, ast.Tuple)
        and len(value.elts) > 1
        and any(isinstance(e, ast.Lambda) or (isinstance(e, ast.Name) and e.id in inner) for e in value.elts)
        for value in function_returns(tree)
    )


def propose(search: Search, forward: Known) -> Iterator[Candidate]:
    """Readings of what ``forward`` returns as its output and the way back from there."""
    if not returns_function(forward) or search.trains(forward):
        return
    for mode in ("names", "given"):
        draft = Draft()
        try:
            at = search.ensure(draft, forward, mode)
        except Missing:
            continue
        outcome = search.run(draft)
        if outcome.error or type(outcome.results[at]) is not tuple:
            continue
        draft = alone(search, draft, outcome.results)
        outcome = search.run(draft)
        candidate = None if outcome.error else _read(search, draft, outcome, forward)
        if candidate is not None:
            yield candidate
            return


def _read(search: Search, draft: Draft, outcome: Outcome, forward: Known) -> Candidate | None:
    result = outcome.results[0]
    places = [i for i, item in enumerate(result) if isinstance(item, types.FunctionType) and is_own_function(item)]
    outputs = [
        o for o in search.outputs_of(draft, outcome, 0) if floating(o.value) and o.claim and len(o.claim[1]) == 1
    ]
    if len(places) != 1 or len(outputs) != len(result) - 1:
        return None
    place = places[0]
    back = _back(search, forward, result[place], place)
    named = {w for name in (result[place].__name__, back.last) for w in words.tokens(name)}
    ups = back.required
    if words.role(back.last) != "backward" and words.role(result[place].__name__) != "backward":
        return None
    if harmful(back) or len(ups) not in (0, len(outputs)):
        return None
    if not ups and not (len(outputs) == 1 and is_number(outputs[0].value)):
        return None
    if not all(search.is_upstream(a) or _may_be_upstream(search, forward, a) for a in ups):
        return None
    upstreams = {up: upstream(search, up, output) for up, output in zip(ups, outputs, strict=False)}
    wires = (Wire(_CLOSURE, "result", call=0, steps=(place,)), *(Wire(up, "upstream", up) for up in ups))
    whole = Draft([*draft.calls, Call(back.name, back.function, wires)], [*draft.known, back])
    tried = search.run(whole, upstreams)
    if tried.error:
        return None
    found = matched(search, whole, search.outputs_of(whole, tried, 1), [], tried)
    if found is None or not found.pairs:
        return None
    terms = tuple(_term(output, up, upstreams) for output, up in zip(outputs, ups or [""], strict=True))
    made = candidate_of(search, "layer" if ups else "linked", whole, 1, terms, found, back, upstreams)
    told = bool(named & (_GOES_BACK if ups else _GIVES_GRADIENTS)) or (bool(ups) and all(map(search.is_upstream, ups)))
    if not told and weigh(made.route).agreeing == 0:
        # Neither names nor numbers say that it is a gradient.
        return None
    return replace(made, losses=(forward,))


# What goes to the call first: the function that is called.
_CLOSURE = "the way back"


def _back(search: Search, forward: Known, closure: types.FunctionType, place: int) -> Known:
    """The function that calls what ``forward`` returned, under the name that the notebook has for that."""

    def applied(called: Any, *values: Any) -> Any:
        return called(*values)

    # Its source is the person's, and no other precision is made of it: it calls what is handed to it.
    applied.__wrapped__ = closure  # type: ignore[attr-defined]
    applied.gradcheck_own = True  # type: ignore[attr-defined]
    same = [k.name for k in search.functions.values() if source.code(k.function) is closure.__code__]
    name = same[-1] if same else f"{forward.name}.{closure.__name__}"
    return Known(name, applied, None, signature_of(name, closure), code_of(closure), forward.order)


def _may_be_upstream(search: Search, forward: Known, argument: str) -> bool:
    """Whether an argument is neither called as something that ``forward`` takes nor as data and parameters are."""
    return not (
        argument in forward.arguments
        or search.looks_like_data(argument)
        or search.looks_like_parameters(forward, argument)
    )


def _term(output: Output, up: str, upstreams: dict[str, Any]) -> Term:
    assert output.claim is not None
    return Term(0, output.claim[1], (up, upstreams[up]) if up else None)
