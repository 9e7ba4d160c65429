"""From what was found to a report: verdicts, causes and words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from . import gradients, judge, lift
from .arrangement import lines
from .blind import ADVICE, REASON, Blind
from .cause import Cause, Context, diagnose
from .evaluate import Evaluator
from .examine import Examination, Finding
from .gradients import Claim
from .judge import NAMES, Code
from .lines import lines_of
from .measure import Measurement
from .memory import Memory
from .naming import told
from .nearby import Elsewhere
from .noise import EPSILON, Noise, name_of
from .pattern import some_lines
from .plan import Plan
from .problem import Options
from .report import Coverage, Entry, ParameterReport, Report, begun, finite, labels, sentence, some, verdict_of

# A limit so many times the largest gradient is none.
_ABSURD = 100.0
# So few rows or columns are worth naming.
_FEW_LINES = 3
# What keeps a verdict open that more evaluations would decide.
_FOR_WANT_OF_BUDGET = ("open", "sampled")
# Real differences that an explanation may leave, as fractions of the largest gradient.
_ACCEPTED = (1e-6, 1e-5, 1e-4)


@dataclass(frozen=True)
class Outcome:
    """All that a check has found."""

    evaluator: Evaluator
    options: Options
    plan: Plan
    method: str
    base_loss: float
    level: Noise
    here: Examination
    elsewhere: Elsewhere
    drifts: bool
    memory: Memory | None
    original: list[Claim] | None
    lifted_from: str | None
    overflows: bool
    seconds: float

    @property
    def tolerance(self) -> float:
        return judge.tolerance(self.level.precision, self.options)


def report(outcome: Outcome) -> Report:
    """The report on ``outcome``.

    Where every gradient is right there is nothing to explain. Then the words, and what else only a reader of the report asks
    for, are made when they are asked for: for a small network that takes as long as half of the check.
    """
    evaluator, options, here = outcome.evaluator, outcome.options, outcome.here
    problem = evaluator.problem
    _reconcile_shared(here)
    right = _all_right(outcome)
    parameters = (
        []
        if right
        else [_as_run(outcome, p, _parameter(outcome, p, finding)) for p, finding in enumerate(here.findings)]
    )
    overall = _overall(outcome, parameters)
    names = labels([f.claim.name for f in here.findings], [f.leaf.name for f in here.findings])
    verdicts = ["pass"] * len(names) if right else [one.verdict for one in parameters]
    spent = any(
        _why(finding) in _FOR_WANT_OF_BUDGET
        for finding, verdict in zip(here.findings, verdicts, strict=True)
        if verdict == "inconclusive"
    )
    verdict, message = verdict_of(names, verdicts, overall, options.threshold, spent)
    rest = _Rest(
        here.findings, here.whole, outcome.elsewhere, parameters, [*_about_evaluation(outcome)], problem.settings,
        outcome.level, options.epsilon, outcome.tolerance, outcome.method, outcome.plan.kind, here.screening.count,
    )  # fmt: skip
    made = Report.begun(
        rest,
        verdict=verdict,
        message=message,
        relative_difference=overall,
        method=outcome.method,
        backend=evaluator.differentiated_by if outcome.method == "autodiff" else evaluator.backend.name,
        epsilon=options.epsilon,
        precision=outcome.level.precision,
        loss=outcome.base_loss,
        noise=outcome.level.level,
        tolerance=outcome.tolerance,
        threshold=options.threshold,
        evaluations=evaluator.evaluations,
        elapsed_seconds=outcome.seconds,
        forward={"name": problem.forward_name, "cell_id": None, "line": None},
        backward=None if problem.backward is None else {"name": problem.backward_name, "cell_id": None, "line": None},
        strict=options.strict,
        plan=outcome.plan,
        lifted=outcome.lifted_from,
        code=[],
    )
    return made if right else made.whole()


def _all_right(outcome: Outcome) -> bool:
    """Whether every entry of every gradient was measured and passes, and nothing speaks against it elsewhere."""
    here = outcome.here
    plain = here.whole is not None and here.passed and outcome.original is None
    return (
        plain
        and not (outcome.drifts or outcome.elsewhere.wrong)
        and all(f.fault is None and f.complete and not f.kinks for f in here.findings)
    )


@dataclass(frozen=True)
class _Rest:
    """What `report` leaves for later, as a function. It refers to numbers only: a report outlives the person's functions.

    Attributes:
        parameters: what has been made already; nothing where all is right.
        warnings: those that need more than numbers.
        planned, directions: the plan's kind, and how many random directions were measured.
    """

    findings: list[Finding]
    whole: Measurement | None
    elsewhere: Elsewhere
    parameters: list[ParameterReport]
    warnings: list[tuple[str, str]]
    settings: Mapping[str, float]
    level: Noise
    epsilon: float | None
    tolerance: float
    method: str
    planned: str
    directions: int

    def __call__(self) -> dict[str, Any]:
        with np.errstate(all="ignore"):
            tested = self.elsewhere.tested
            made = self.parameters or [_right(f, tested.get(p)) for p, f in enumerate(self.findings)]
            warnings = [
                *self.warnings,
                *_about_epsilon(self.epsilon, self.whole, self.level, self.tolerance),
                *_about_settings(self.settings),
                *_about_parameters(made),
            ]
            return {
                "parameters": made,
                "warnings": [{"code": code, "message": text[:1000]} for code, text in warnings][:90],
                "coverage": _coverage(self),
            }


def _right(finding: Finding, tested: np.ndarray | None) -> ParameterReport:
    """The verdict on a gradient of which every entry passes."""
    counts = {"pass": finding.codes.size, "inconclusive": 0, "fail": 0}
    limit = finding.scale.tolerance + (2 * float(finding.measured.bound.max()) if finding.leaf.size else 0.0)
    made = _made(finding, "pass", counts, limit, _blind(finding, tested))
    why = "untested" if made.blind is not None and made.blind.whole else "noise"
    said = sentence(finding.name, "pass", counts, finding.leaf.size, None, None, made.detection_limit, why)
    object.__setattr__(made, "message", begun(said))
    return made


def _parameter(outcome: Outcome, position: int, finding: Finding) -> ParameterReport:
    leaf, found, codes = finding.leaf, finding.measured, finding.codes
    decided = False
    counts = {"pass": int(codes.size), "inconclusive": 0, "fail": 0}
    if np.count_nonzero(codes):
        if outcome.drifts:
            codes = np.where(codes == Code.FAIL, np.int8(Code.INCONCLUSIVE), codes)
        decided = _decided_nearby(outcome, position, finding)
        if decided:
            codes = np.where(codes == Code.INCONCLUSIVE, np.int8(Code.PASS), codes)
        counts = {name: int(np.count_nonzero(codes == code)) for code, name in NAMES.items()}
    unseen = leaf.size - found.entries.size
    if unseen and finding.fault is None and finding.coverage == "screened" and not (finding.many or finding.open):
        # Judged together: by the directions, a lone error above the limit would have been seen.
        counts["pass" if finding.limit <= finding.scale.resolution else "inconclusive"] += unseen
    verdict = next((name for name in ("fail", "inconclusive") if counts[name]), "pass")
    if finding.fault is not None:
        verdict = "fail"
    elif verdict == "pass" and unseen and (finding.many or finding.open or finding.coverage == "sampled"):
        verdict = "inconclusive"
    cause = finding.fault
    elsewhere = outcome.elsewhere.wrong.get(position)
    if verdict == "fail" and finding.fault is None:
        cause = _cause(outcome, finding, outcome.evaluator.base[leaf.start : leaf.stop])
    elif verdict != "fail" and elsewhere is not None and not outcome.drifts:
        there = _cause(outcome, *outcome.elsewhere.findings[position])
        verdict, cause = "fail", _elsewhere(finding.name, elsewhere, there)
    else:
        elsewhere = None
    limit = finding.scale.tolerance + (2 * float(found.bound.max()) if found.bound.size else 0.0)
    if unseen:
        limit = max(limit, finding.limit) if finding.coverage == "screened" else math.inf
    if decided and found.entries.size:
        # What was settled nearby could be off by that much here, and nobody would have seen it.
        off = np.abs(finding.claimed[found.entries] - found.numerical)
        limit = max(limit, float(np.max(off + found.bound, initial=0.0, where=np.isfinite(off))))
    if verdict == "pass" and finding.kinks and limit > _ABSURD * max(finding.largest_claimed, finding.largest()) > 0:
        # One-sided slopes that far apart tell of nothing; what lies between them is no derivative for that.
        verdict = "inconclusive"
        counts = {**counts, "pass": counts["pass"] - finding.kinks, "inconclusive": finding.kinks}
    blind = _blind(finding, outcome.elsewhere.tested.get(position))
    made = _made(finding, verdict, counts, limit, blind, codes, cause, elsewhere)
    worst = made.worst(1) if verdict != "pass" else []
    why = "untested" if blind is not None and blind.whole else "nearby" if decided else "noise"
    if verdict != "pass":
        why = _why(finding)
    said = sentence(
        finding.name, verdict, counts, leaf.size, cause, worst[0] if worst else None, made.detection_limit, why
    )
    if verdict == "fail" and cause is None and unseen:
        said += _in_lines(finding)
    # Made a moment ago, and nobody has seen it yet.
    object.__setattr__(made, "message", begun(said))
    return made


def _in_lines(finding: Finding) -> str:
    """The few rows or columns that the wrong ones of the measured entries lie in, in a sentence; nothing where they lie about."""
    at = finding.measured.entries[finding.codes == Code.FAIL]
    found = lines_of(at, finding.leaf.shape) if at.size < finding.measured.entries.size else None
    if found is None or found[1].size > _FEW_LINES:
        return ""
    return f" All that are wrong lie in {some_lines(found[1], lines(finding.leaf.shape, found[0]))}."


def _made(
    finding: Finding,
    verdict: str,
    counts: dict[str, int],
    limit: float,
    blind: Blind | None,
    codes: np.ndarray | None = None,
    cause: Cause | None = None,
    elsewhere: Entry | None = None,
) -> ParameterReport:
    """The report on one parameter, without its sentence; ``codes`` are the finding's own unless given."""
    leaf, found = finding.leaf, finding.measured
    return ParameterReport(
        name=leaf.name,
        gradient=finding.claim.name,
        shape=leaf.shape,
        dtype=_spelled(leaf.dtype),
        verdict=verdict,
        message="",
        relative_difference=_difference(finding),
        detection_limit=finite(limit),
        counts=counts,
        cause=cause,
        analytic=finding.claimed.reshape(leaf.shape) if finding.comparable else None,
        numerical=_spread(finding, found.numerical, np.nan),
        error_bound=_spread(finding, found.bound, np.nan),
        codes=_spread(finding, finding.codes if codes is None else codes, np.int8(Code.UNKNOWN)),
        coverage="every-entry" if finding.complete else finding.coverage,
        kinks=finding.kinks,
        blind=blind,
        elsewhere=elsewhere,
    )


@lru_cache
def _spelled(dtype: np.dtype) -> str:
    return dtype.name


def _decided_nearby(outcome: Outcome, position: int, finding: Finding) -> bool:
    """Whether what cannot be told here is no ground for doubt: it does not speak against the claim, which is certainly
    right at points nearby. So it is at an optimum, and on the corners of a layer that begins at zero."""
    open_ = finding.codes == Code.INCONCLUSIVE
    if finding.digits_lost and outcome.elsewhere.right.get(position) and position not in outcome.elsewhere.wrong:
        return True
    if outcome.drifts or finding.fault is not None or not np.any(open_) or not outcome.elsewhere.right.get(position):
        return False
    if position in outcome.elsewhere.wrong or finding.coverage == "sampled":
        return False
    found = finding.measured
    off = np.abs(finding.claimed[found.entries] - found.numerical)
    sensible = _ABSURD * outcome.elsewhere.largest.get(position, 0.0)
    return bool(np.all(off[open_] <= found.bound[open_]) and np.all(found.bound[open_] <= sensible))


def _spread(finding: Finding, values: np.ndarray, rest: float | np.int8) -> np.ndarray | None:
    """``values`` of the measured entries in the parameter's shape, ``rest`` everywhere else; None where none was."""
    if not values.size:
        return None
    if values.size == finding.leaf.size:
        return values.reshape(finding.leaf.shape)
    whole = np.full(finding.leaf.size, rest, dtype=values.dtype)
    whole[finding.measured.entries] = values
    return whole.reshape(finding.leaf.shape)


def _why(finding: Finding) -> str:
    """What keeps a verdict open: ``kinked``, ``sampled``, ``open``, or ``noise``."""
    if finding.digits_lost:
        return "digits"
    if finding.kinked:
        return "kinked"
    if finding.open or finding.many:
        return "open"
    if finding.coverage == "sampled" and not finding.complete:
        return "sampled"
    hardly = np.isfinite(finding.measured.bound) & (finding.codes == Code.INCONCLUSIVE)
    bound = float(np.max(finding.measured.bound, initial=0.0, where=hardly))
    return "tiny" if 0 < finding.largest_claimed < 10 * bound else "noise"


def _difference(finding: Finding) -> float | None:
    """The relative difference of one parameter, from all its entries or as the directions tell."""
    if finding.fault is not None:
        return None
    if finding.complete:
        return judge.relative_difference(finding.claimed, finding.measured.slope)
    error, claimed, numerical = _norms(finding)
    return judge.quotient(error, claimed, numerical)


def _norms(finding: Finding) -> tuple[float, float, float]:
    """||g - n||, ||g|| and ||n||; the first and last estimated where not every entry was measured."""
    claimed = finding.claimed
    with np.errstate(all="ignore"):
        size = finding.norm_claimed
        if finding.complete:
            slope = finding.measured.slope
            return float(np.linalg.norm(claimed - slope)), size, float(np.linalg.norm(slope))
        found = finding.measured
        at = claimed[found.entries]
        apart = float(np.linalg.norm(at - found.numerical))
        if finding.coverage == "sampled":
            return apart, float(np.linalg.norm(at)), float(np.linalg.norm(found.numerical))
        error = max(apart, finding.error_norm if math.isfinite(finding.error_norm) else 0.0)
        if finding.many and len(finding.directions) > 1:
            values = [one.value for one in finding.directions]
            return error, size, math.sqrt(sum(v * v for v in values) / len(values) * 12 / 13)
        wrong = finding.codes == Code.FAIL
        squared = size**2 + float(np.sum(found.numerical[wrong] ** 2) - np.sum(at[wrong] ** 2))
        return error, size, math.sqrt(max(squared, 0.0))


def _overall(outcome: Outcome, parameters: list[ParameterReport]) -> float | None:
    """The relative difference over all ``parameters``; there are none where nothing is wrong."""
    if any(one.relative_difference is None for one in parameters):
        return None
    findings = outcome.here.findings
    if outcome.here.whole is not None:
        return judge.relative_difference(outcome.here.said(), outcome.here.whole.slope)
    if all(finding.complete for finding in findings):
        return judge.relative_difference(
            np.concatenate([f.claimed for f in findings]), np.concatenate([f.measured.slope for f in findings])
        )
    norms = [_norms(finding) for finding in findings]
    error, claimed, numerical = (math.sqrt(sum(n[k] ** 2 for n in norms)) for k in range(3))
    return judge.quotient(error, claimed, numerical)


def _cause(outcome: Outcome, finding: Finding, parameter: np.ndarray) -> Cause | None:
    """Why the gradient is wrong, where ``parameter`` are the values of its parameter at that point."""
    evaluator, leaf = outcome.evaluator, finding.leaf
    array = finding.claim.array
    precisions = [
        "float64" if array is None else name_of(array.dtype),
        outcome.level.precision,
        outcome.lifted_from or "float64",
    ]
    # A claim made in float32 was rounded there, whatever it is computed in now: constants of the code were.
    rounding = 64 * max(EPSILON[name] for name in precisions)
    others = {
        other.claim.name: other.claimed
        for other in outcome.here.findings
        if other is not finding and other.fault is None and other.leaf.size == leaf.size and other.failing
    }
    context = Context(
        rounding=rounding,
        parameter=parameter.reshape(leaf.shape),
        others=others,
        settings=evaluator.problem.settings,
        sizes=evaluator.problem.sizes,
        tolerance=finding.scale.tolerance,
    )
    claimed, evidence = finding.claimed.reshape(leaf.shape), finding.evidence()
    found = diagnose(finding.name, claimed, evidence, context)
    for slack in _ACCEPTED:
        # What is accepted of a right gradient, such as an epsilon inside a logarithm, need not be explained of a wrong one.
        if (found is None or found.kind == "entries") and slack <= outcome.tolerance:
            better = diagnose(finding.name, claimed, evidence, replace(context, rounding=slack))
            found = better if better is not None and better.kind != "entries" else found
    return found


def _elsewhere(name: str, entry: Entry, why: Cause | None) -> Cause:
    at = f" at {list(entry.index)}" if entry.index else ""
    hidden = (
        "Something hides the mistake here: a unit that is off for all of the data, a parameter that is zero, a branch that is "
        "not taken. (If the parameter is bound to a rule that other values break, set points=0.)"
    )
    if why is not None and why.kind not in ("entries", "zero"):
        said = f"{name} is right at these parameters, but wrong at parameters nearby. There, {why.message} {hidden}"
        return replace(why, kind="elsewhere", message=said)
    return Cause(
        "elsewhere",
        f"{name} is right at these parameters, but wrong at parameters nearby: {told(entry.analytic, entry.numerical)[0]}{at} "
        f"where the numerical gradient is {told(entry.analytic, entry.numerical)[1]}. {hidden}",
    )


def _as_run(outcome: Outcome, position: int, made: ParameterReport) -> ParameterReport:
    """``made`` of a lifted computation, held against what the person's own code returns in its own precision."""
    if outcome.original is None or outcome.lifted_from is None or made.verdict == "fail":
        return made
    finding, claim = outcome.here.findings[position], outcome.original[position]
    fault = gradients.fault(claim, finding.leaf, outcome.evaluator.problem.backward_name)
    if fault is not None:
        return replace(made, verdict="fail", cause=fault, message=begun(fault.message), relative_difference=None)
    with np.errstate(all="ignore"):
        off = float(np.max(np.abs(gradients.values(claim, finding.leaf, None) - finding.claimed), initial=0.0))
        largest = finding.largest_claimed
    # Beside what is nothing in that precision: of the other gradients, and of the loss that it is the slope of.
    overall = max(one.largest() for one in outcome.here.findings)
    small = judge.scale(largest, overall, judge.TOLERANCE[outcome.lifted_from]).resolution
    epsilon = EPSILON[outcome.lifted_from]
    accepted = max(small, 64 * epsilon * abs(outcome.base_loss) / outcome.evaluator.floor(position))
    if off <= accepted:
        return made
    claims = [f.claim for f in outcome.here.findings]
    if off <= accepted + lift.rounding(outcome.evaluator, claims, outcome.lifted_from)[position]:
        return made
    said = (
        f"{finding.name} is right when the same code runs in float64, but in {outcome.lifted_from} it is off by "
        f"{off:.2g}, where its largest entry is {largest:.2g}. Look for an overflow, an underflow, or a difference of nearly "
        f"equal numbers that {outcome.lifted_from} cannot hold."
    )
    return replace(made, verdict="inconclusive", message=begun(said))


def _reconcile_shared(here: Examination) -> None:
    """The same array under two names: where backward returns the whole derivative under one or both, that is right.

    Each name was stepped by itself, so that the numerical gradients are those of either use.
    """
    if len({id(finding.leaf.value) for finding in here.findings}) == len(here.findings):
        return
    by_value: dict[int, list[Finding]] = {}
    for finding in here.findings:
        if isinstance(finding.leaf.value, np.ndarray):
            by_value.setdefault(id(finding.leaf.value), []).append(finding)
    for group in by_value.values():
        if len(group) < 2 or not all(finding.complete for finding in group):
            continue
        whole = np.sum([finding.measured.numerical for finding in group], axis=0)
        bound = np.sum([finding.measured.bound for finding in group], axis=0)
        for finding in group:
            absent = finding.fault is not None and finding.fault.kind == "missing"
            codes = judge.judge(finding.claimed, whole, bound, finding.scale)
            if not absent and np.all(codes == Code.PASS) and np.any(finding.codes != Code.PASS):
                finding.measured.numerical, finding.measured.bound, finding.codes = whole, bound, codes
                finding.measured.slope = whole.copy()
        if any(f.fault is None and np.array_equal(f.measured.numerical, whole) for f in group):
            for finding in group:
                absent = finding.fault is not None and finding.fault.kind == "missing"
                if absent or (finding.fault is None and not finding.claimed.any()):
                    finding.fault, finding.claimed = None, finding.measured.numerical.copy()
                    finding.codes = np.zeros(finding.leaf.size, dtype=np.int8)


def _blind(finding: Finding, tested: np.ndarray | None) -> Blind | None:
    """The entries that this point cannot test; ``tested`` is a mask of those that points nearby did."""
    if finding.fault is not None:
        return None
    found = finding.measured
    if not finding.complete or not np.count_nonzero(found.flat):
        return None
    flat = found.flat & (finding.claimed == 0)
    if not flat.any():
        return None
    nearby = 0 if tested is None else int(np.count_nonzero(flat & tested))
    return Blind(finding.name, flat.reshape(finding.leaf.shape), nearby)


def _coverage(rest: _Rest) -> Coverage:
    findings, directions = rest.findings, rest.directions
    entries = sum(finding.measured.entries.size for finding in findings)
    size = sum(finding.leaf.size for finding in findings)
    kind = "every-entry" if entries == size else "sampled" if rest.planned == "sampled" else "screened"
    if rest.method == "autodiff":
        said = (
            f"Each of the {size:,} entries was judged by automatic differentiation, which finite differences bear out"
        )
    elif kind == "every-entry":
        said = f"Each of the {size:,} entries was measured" if size > 1 else "The one entry was measured"
    elif kind == "screened":
        one_by_one = f", and {entries:,} of them one by one" if entries else ""
        said = f"All {size:,} entries were judged together by {directions} random direction{'s' if directions != 1 else ''}{one_by_one}"
    else:
        said = f"{entries:,} of the {size:,} entries were measured, as far as the budget went"
    points = rest.elsewhere.points
    if rest.elsewhere.skipped is not None and not points:
        said += f"; nowhere else, since {rest.elsewhere.skipped}"
    if points:
        said += f"; the gradients were also checked at {points} point{'s' if points > 1 else ''} nearby"
    return Coverage(kind, entries, directions, points, said + ".")


def _about_parameters(parameters: list[ParameterReport]) -> Iterator[tuple[str, str]]:
    """What the reader should know of single gradients beside their verdicts."""
    yield from _about_blind_spots(parameters)
    for made in parameters:
        if made.kinks:
            yield (
                "kink",
                f"{made.gradient}: {made.kinks} of {made.size} entries lie exactly on a kink of the loss (a ReLU or abs at "
                "zero), where there is no single derivative. What is claimed there lies between the slopes on either "
                "side, and counts as right.",
            )
        small = _small_difference(made)
        if small is not None:
            yield "small-difference", small


def _about_blind_spots(parameters: list[ParameterReport]) -> Iterator[tuple[str, str]]:
    blind = [
        p.blind for p in parameters if p.blind is not None and p.verdict == "pass" and p.blind.nearby < p.blind.count
    ]
    if not blind:
        return
    code = "zero-gradient" if any(one.count == one.asleep.size for one in blind) else "blind-spot"
    if len(blind) == 1:
        yield code, blind[0].message
        return
    shares = ", ".join(one.share for one in blind[:8]) + (", ..." if len(blind) > 8 else "")
    yield (
        code,
        f"Some entries have nothing to test here: {shares}. They are zero, and the loss does not move with them ({REASON}). {ADVICE}",
    )


def _about_evaluation(outcome: Outcome) -> Iterator[tuple[str, str]]:
    evaluator, level, problem = outcome.evaluator, outcome.level, outcome.evaluator.problem
    if evaluator.left_out:
        many = len(evaluator.left_out) > 1
        yield (
            "left-out",
            f"{some(evaluator.left_out)} {'were' if many else 'was'} left out, since only {some(list(evaluator.only or ()))} "
            f"{'was' if len(set(evaluator.only or ())) == 1 else 'were'} asked for.",
        )
    if evaluator.settings:
        yield (
            "integer-settings",
            f"{some(evaluator.settings)}: taken for settings and not checked, being integers for which "
            f"{problem.backward_name} returns no gradient.",
        )
    if evaluator.called_settings:
        yield (
            "settings-by-name",
            f"{some(evaluator.called_settings)}: taken for settings by their names and not checked. "
            f"{problem.backward_name} returns no gradient for them.",
        )
    if evaluator.idle:
        yield (
            "idle",
            f"{some(evaluator.idle)}: not checked. {problem.backward_name} returns no gradient for "
            f"{'it' if len(evaluator.idle) == 1 else 'them'}, and what {problem.forward_name} returns does not depend on "
            f"{'it' if len(evaluator.idle) == 1 else 'them'}.",
        )
    if evaluator.refusal is not None:
        yield (
            "forward-raised-nearby",
            f"{problem.forward_name} works here, but raised an error at parameters a small step away, which is as far as "
            f"could be seen: {evaluator.refusal}",
        )
    if evaluator.writes:
        yield (
            "forward-writes",
            f"{problem.forward_name} writes into the parameters that it is given. The check gave it fresh copies each time; "
            "your own would change with every call.",
        )
    if evaluator.backward_writes:
        yield (
            "backward-writes",
            f"{problem.backward_name} writes into the parameters that it is given. The check gave it a copy; your own would "
            "change with every call.",
        )
    whole = outcome.here.whole
    if any(
        np.count_nonzero(one.one_sided)
        for one in ([f.measured for f in outcome.here.findings] if whole is None else [whole])
    ):
        yield (
            "one-sided",
            "The loss ends at these parameters: on one side of some entries it is not defined. Their gradients were measured "
            "on the other side alone.",
        )
    if outcome.drifts:
        yield (
            "forward-drifts",
            f"{problem.forward_name} gave another loss at the end than at the beginning, for the same parameters: it depends "
            "on something that changes from call to call. Nothing is called wrong on such ground.",
        )
    if outcome.memory is not None:
        yield from outcome.memory.messages(problem.forward_name, problem.backward_name)
    if outcome.overflows:
        yield (
            "loss-overflows",
            f"{problem.forward_name} overflows in float32 at these parameters. The same code in float64 was checked instead.",
        )
    if level.precision != "float64":
        yield (
            "low-precision",
            f"The loss is computed in {level.precision}, which hides errors below about "
            f"{outcome.tolerance:.0%} of a parameter's largest gradient, and larger ones where that is small "
            "itself. In float64 the check is far sharper.",
        )


def _about_settings(settings: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    zero = [name for name, value in settings.items() if value == 0]
    if zero:
        yield (
            "zero-setting",
            f"{some(zero)} {'is' if len(zero) == 1 else 'are'} 0 here, so a term that is multiplied by "
            f"{'it' if len(zero) == 1 else 'them'} is not tested. Check with another value too.",
        )


def _about_epsilon(
    epsilon: float | None, whole: Measurement | None, level: Noise, tolerance: float
) -> Iterator[tuple[str, str]]:
    if epsilon is None or whole is None:
        return
    numerical, slope = whole.numerical, whole.slope
    off = judge.relative_difference(slope, numerical)
    largest = float(np.max(np.abs(numerical), initial=0.0, where=np.isfinite(numerical)))
    if level.level / epsilon > largest * tolerance:
        yield (
            "epsilon-too-small",
            f"epsilon={epsilon:.3g} is too small for this {level.precision} loss: the relative difference is mostly "
            "rounding noise. The verdicts were made with larger steps.",
        )
    elif off is None or off > tolerance:
        yield (
            "epsilon-too-large",
            f"epsilon={epsilon:.3g} is too large for this loss: the relative difference is mostly the error of "
            "the step itself. The verdicts were made with smaller steps.",
        )


def _small_difference(made: ParameterReport) -> str | None:
    """What to say of a passing gradient that certainly deviates, if it does."""
    if made.verdict != "pass" or made.analytic is None or made.numerical is None or made.error_bound is None:
        return None
    if made.coverage != "every-entry" and not np.isfinite(made.numerical).any():
        return None
    with np.errstate(invalid="ignore"):
        largest = float(np.max(np.abs(made.numerical), initial=0.0, where=np.isfinite(made.numerical)))
        # Rounding of the claimed values themselves is no deviation; 1e-7 of the largest entry is beyond float64's.
        certain = np.abs(made.analytic - made.numerical) > 2 * made.error_bound + 1e-7 * largest
    if not certain.any() or made.kinks:
        return None
    worst = made.worst(1)[0]
    size = abs(worst.analytic - worst.numerical) / (largest or abs(worst.analytic))
    analytic, numerical = told(worst.analytic, worst.numerical)
    return (
        f"{made.gradient} differs from the numerical gradient by {size:.1e} of its largest entry, at {list(worst.index)}: "
        f"{analytic} where the numerical gradient is {numerical}. That is real, but below the tolerance."
    )
