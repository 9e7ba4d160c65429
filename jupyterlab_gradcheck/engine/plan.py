"""What a check is going to do, told before it does it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The work ahead.

    Attributes:
        kind: ``every-entry``, ``screened`` or ``sampled``, as in `report.Coverage`.
        evaluations: calls of forward, if the gradients are right; locating wrong entries takes more.
        seconds: the time they are expected to take.
        message: the same in a sentence, with what will be covered.
    """

    kind: str
    evaluations: int
    seconds: float
    message: str
