"""Adds to a report where its functions and its gradients stand in the person's code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .. import engine
from . import source
from .binding import Binding, lengths
from .culprit import culprit
from .excerpts import Excerpts
from .origin import Trail, Wanted, origins
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
    numbers = _numbers(binding)
    parameters = []
    for p, trail in zip(report.parameters, trails, strict=True):
        spot = None
        if p.verdict != "pass":
            spot = culprit(trail, innocent, p, _value(binding, p, len(report.parameters)), numbers)
        parameters.append(p if spot is None else replace(p, source=excerpts.line(spot)))
    return parameters


def _numbers(binding: Binding | Route) -> list[float]:
    """What a coefficient may be: a number among the person's data, halved or doubled, divided by the length of any of them."""
    sizes = {1, *(length for value in binding.data.values() for length in lengths(value) if length)}
    return [
        abs(number) * times / size for number in binding.settings.values() for times in (0.5, 1, 2) for size in sizes
    ]


def _value(binding: Binding | Route, p: engine.ParameterReport, count: int) -> np.ndarray | None:
    """The parameter of which ``p`` reports, one of ``count``, where it is an array that can be had without asking."""
    if isinstance(binding, Route):
        value = next((one.value for one in binding.parameters_of if one.label == p.name), None)
    elif type(binding.parameters) is dict:
        value = binding.parameters.get(p.name)
    else:
        value = binding.parameters if count == 1 else None
    if not isinstance(value, (np.ndarray, float)):
        return None
    found = np.asarray(value)
    return found.astype(np.float64) if found.dtype.kind == "f" and found.shape == p.shape else None


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
