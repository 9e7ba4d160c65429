"""What a check is going to do, told before it does it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .problem import Options

# Up to here every entry is measured, as courses teach it; beyond, random directions do for all entries together.
EVERY_ENTRY = 2_500
# A check that would take longer than this, in seconds, is planned with directions instead.
PATIENCE = 20.0
# In a precision where directions cannot be had, every entry is worth this long.
LONG_PATIENCE = 120.0


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


@dataclass(frozen=True)
class Costs:
    """What the ways to check a problem cost.

    Attributes:
        size: entries in all.
        spent: evaluations that are done already.
        every_entry, screened: further evaluations of either way, without points nearby.
        directions: those of the second that it cannot do without; the rest are single entries beside them.
        nearby: those of the points nearby.
        points: how many points those are.
        seconds: time of one evaluation.
        fine: whether the loss is computed in float64: in less, directions over many entries tell nothing.
    """

    size: int
    spent: int
    every_entry: int
    screened: int
    directions: int
    nearby: int
    points: int
    seconds: float
    fine: bool


def choose(options: Options, costs: Costs) -> Plan:
    """The way that covers most within what ``options`` allow.

    Every entry where ``method`` is ``central`` or the problem is small; else directions; else a sample.
    """
    most = math.inf if options.max_evaluations is None else options.max_evaluations - costs.spent
    if options.max_seconds is not None and costs.seconds > 0:
        most = min(most, options.max_seconds / costs.seconds - costs.spent)
    asked_for = options.method == "central" or options.epsilon is not None
    patience = math.inf if asked_for else (PATIENCE if costs.fine else LONG_PATIENCE) / max(costs.seconds, 1e-9)
    usual = math.inf if asked_for or not costs.fine else EVERY_ENTRY
    if costs.every_entry <= min(most, patience, usual):
        return _plan("every-entry", costs.every_entry, costs, most)
    if costs.fine and costs.directions <= min(most, costs.every_entry):
        return _plan("screened", int(min(costs.screened, most)), costs, most)
    if costs.every_entry <= min(most, patience):
        return _plan("every-entry", costs.every_entry, costs, most)
    return _plan("sampled", int(min(most, patience, costs.every_entry)), costs, most)


def _plan(kind: str, evaluations: int, costs: Costs, most: float) -> Plan:
    nearby = costs.nearby if evaluations + costs.nearby <= most else 0
    total = max(costs.spent + evaluations + nearby, costs.spent + 1)
    seconds = total * costs.seconds
    covered = {
        "every-entry": f"each of the {costs.size:,} entries" if costs.size > 1 else "the one entry there is",
        "screened": f"random directions over all {costs.size:,} entries, then the entries that stand out",
        "sampled": f"a sample of the {costs.size:,} entries, which is what the budget allows",
    }[kind]
    points = f", and {costs.points} point{'s' if costs.points > 1 else ''} nearby" if nearby else ""
    return Plan(kind, total, seconds, f"About {total:,} evaluations, {duration(seconds)}: {covered}{points}.")


def together(plans: Sequence[Plan]) -> Plan:
    """The work of several checks, one after the other, as one."""
    if len(plans) == 1:
        return plans[0]
    evaluations, seconds = sum(plan.evaluations for plan in plans), sum(plan.seconds for plan in plans)
    # What covers least is what can be said of all.
    kind = max((plan.kind for plan in plans), key=("every-entry", "screened", "sampled").index)
    message = f"About {evaluations:,} evaluations, {duration(seconds)}, for {len(plans)} checks one after the other."
    return Plan(kind, evaluations, seconds, message)


def duration(seconds: float) -> str:
    """A time in words, for a sentence: two digits at most."""
    if seconds < 1:
        return "under a second"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"
