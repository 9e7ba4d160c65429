"""A reading held to the parameters and the data that somebody named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .inventory import is_leaf
from .places import places_in
from .route import Route


def narrowed(route: Route, name: str | None, value: Any, data: Sequence[tuple[str, Any]]) -> Route | None:
    """``route`` with those parameters that lie in ``value``, which is called ``name``, and with ``data`` in the place of its
    own, in their order; None where there is no such parameter, or more data than it takes."""
    kept = route.parameters_of
    if name is not None:
        within = {id(place.value) for place in places_in(value, write=_nowhere)} | (
            {id(value)} if is_leaf(value) else set()
        )
        kept = tuple(p for p in kept if p.root == name or id(p.value) in within)
    open_ = [n for n in route.data_names if name is None or route.data[n] is not value]
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


def _nowhere(value: Any) -> None:
    """Nothing is written here; what lies in tuples and arguments counts as well."""
