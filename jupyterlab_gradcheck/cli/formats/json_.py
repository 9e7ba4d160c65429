"""For programs: everything, as one JSON object (schema results)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ... import __version__
from ..outcome import Check, Outcome, Place, exit_code


def render(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as JSON text."""
    told = {
        "version": 1,
        "package": __version__,
        "exit_code": exit_code(outcomes),
        "notebooks": [_outcome(outcome) for outcome in outcomes],
    }
    return json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _outcome(outcome: Outcome) -> dict[str, Any]:
    problem = outcome.problem
    return {
        "path": outcome.path,
        "status": outcome.status,
        "kernel": outcome.kernel,
        "seconds": round(outcome.seconds, 3),
        "checks": [_check(check) for check in outcome.checks],
        "error": None
        if problem is None
        else {"code": problem.code, "message": problem.message, "place": _place(problem.place)},
        "notes": list(outcome.notes),
    }


def _check(check: Check) -> dict[str, Any]:
    gradients = [{"name": row.name, "verdict": row.verdict, "place": _place(row.place)} for row in check.rows]
    return {"verdict": check.verdict, "gradients": gradients, "report": check.report}


def _place(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else place._asdict()
