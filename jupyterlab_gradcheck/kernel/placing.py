"""Adds to a report where its functions and its gradients stand in the person's code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import engine
from . import source
from .binding import Binding
from .excerpts import Excerpts
from .origin import Spot, Trail, Wanted, origins
from .route import Route


def placed(binding: Binding | Route, report: engine.Report) -> dict[str, Any]:
    """The fields ``forward``, ``backward`` and ``code`` of the report on ``binding``, and ``parameters`` where they change.

    The gradients that do not pass get a source: the line that makes them, as far as that can be read.
    """
    excerpts = Excerpts()
    found: dict[str, Any] = {
        "forward": excerpts.function(binding.forward, binding.forward_name),
        "backward": None if binding.backward is None else excerpts.function(binding.backward, binding.backward_name),
    }
    for function in binding.functions:
        if function is not binding.forward and function is not binding.backward:
            excerpts.add(source.code(function))
    if report.verdict != "pass":
        # Of right gradients nothing is asked: what their report has not made yet need not be made for this.
        found["parameters"] = _with_lines(binding, report, excerpts)
    return {**found, "code": excerpts.told()}


def _with_lines(binding: Binding | Route, report: engine.Report, excerpts: Excerpts) -> list[engine.ParameterReport]:
    trails = _trails(binding, report)
    # A line that also makes a gradient that is right is hardly where another one goes wrong.
    innocent = {trail[-1] for p, trail in zip(report.parameters, trails, strict=True) if trail and p.verdict == "pass"}
    parameters = []
    for p, trail in zip(report.parameters, trails, strict=True):
        spot = None if p.verdict == "pass" else _culprit(trail, innocent, None if p.cause is None else p.cause.kind)
        parameters.append(p if spot is None else replace(p, source=excerpts.line(spot)))
    return parameters


def _culprit(trail: Trail, innocent: set[Spot], cause: str | None) -> Spot | None:
    own = [spot for spot in trail if spot not in innocent] or list(trail)
    # What is added or divided by afterwards is likelier at fault than what it is done to, where the cause is of that kind.
    how = {"regularisation": "adds", "scale": "scales"}.get(cause or "")
    own = [spot for spot in own if how is not None and spot.corrects == how] or own
    return own[-1] if own else None


def _trails(binding: Binding | Route, report: engine.Report) -> list[Trail]:
    """The trail of each gradient, read where the verdict on one asks for it."""
    trails: list[Trail] = [()] * len(report.parameters)
    if binding.backward is None:
        return trails
    claims = {p.label: p for p in binding.parameters_of} if isinstance(binding, Route) else {}
    # Which function claims which gradients: where it returns them, or leaves them.
    groups: dict[int, tuple[list[Any], list[int], list[Wanted]]] = {}
    for place, p in enumerate(report.parameters):
        functions, steps, key = [binding.backward], None, -1
        claim = claims.get(p.name)
        if isinstance(binding, Route) and claim is not None:
            if claim.claim is None:
                functions = [call.function for call in reversed(binding.calls[binding.loss_calls :])] or functions
            else:
                key, steps = claim.claim
                functions = [binding.calls[key].function]
        _, places, wanted = groups.setdefault(key, (functions, [], []))
        places.append(place)
        wanted.append(Wanted(p.gradient, p.name, steps))
    for functions, places, wanted in groups.values():
        for function in functions:
            try:
                found = origins(function, wanted)
            except Exception:
                # Any code may be in a notebook. A line that cannot be found must not cost the verdict.
                continue
            for place, trail in zip(places, found, strict=True):
                trails[place] = trails[place] or trail
    return trails
