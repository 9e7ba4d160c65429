"""A reading held to the parameters and the data that somebody named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .inventory import is_leaf
from .places import nowhere, places_in
from .route import Route

Named = tuple[str, Any]


def narrowed(route: Route, parameters: Sequence[Named], data: Sequence[Named]) -> Route | None:
    """``route`` with those of its parameters that lie in one of ``parameters`` (names and values; of none, all of them), and with
    ``data`` in the place of its own, in their order; None where there is no such parameter, or more data than it takes."""
    kept = route.parameters_of
    if parameters:
        names, within = {name for name, _ in parameters}, leaves_within(parameters)
        kept = tuple(p for p in kept if p.root in names or id(p.value) in within)
        if not all(
            any(p.root == name or id(p.value) in leaves_within([(name, value)]) for p in kept)
            for name, value in parameters
        ):
            return None
    open_ = [n for n in route.data_names if not any(route.data[n] is value for _, value in parameters)]
    if not kept or len(data) > len(open_):
        return None
    renamed = {old: new for old, (new, _) in zip(open_, data, strict=False)}
    calls = tuple(
        replace(
            call,
            wires=tuple(replace(w, key=renamed.get(w.key, w.key)) if w.origin == "data" else w for w in call.wires),
        )
        for call in route.calls
    )
    values = {n: v for n, v in route.data.items() if n not in renamed}
    return replace(route, parameters_of=kept, calls=calls, data={**values, **dict(data)})


def leaves_within(parameters: Sequence[Named]) -> set[int]:
    """The identities of all arrays and numbers that ``parameters`` hold."""
    found = {id(value) for _, value in parameters if is_leaf(value)}
    return found | {id(place.value) for _, value in parameters for place in places_in(value, write=nowhere)}
