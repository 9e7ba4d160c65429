"""The check itself: evaluate, measure, compare, report."""

from __future__ import annotations

import numbers
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from . import exact, gradients, judge, noise, steps
from .backend import Backend
from .cause import Cause, explain
from .errors import GradcheckError
from .evaluate import Evaluator, OnProgress
from .flatten import Leaf
from .gradients import Claim
from .judge import Code
from .measure import Measurement, Measuring
from .noise import EPSILON, Noise
from .problem import METHODS, Options, Problem
from .report import ParameterReport, Report, begun, finite, sentence, some, verdict_of

# From this share of an array's entries on, kinks are its rule.
_MOSTLY_KINKED = 0.25


def check(
    problem: Problem, backend: Backend, options: Options | None = None, on_progress: OnProgress | None = None
) -> Report:
    """Holds the gradient that ``problem`` claims against a numerical one, entry by entry.

    By default every coordinate is measured by central differences at two steps chosen from the measured noise of the
    loss, with Richardson's extrapolation and an error bound; doubtful entries at more steps. With ``options.epsilon``
    every coordinate is measured at just that step, as the classic rule has it, and other steps decide only where it
    cannot. ``on_progress(done, planned)`` is called before each evaluation; what it raises ends the check.

    The global random generators are afterwards as they were, however the check ends.

    Raises `GradcheckError` where nothing can be checked. A wrong gradient is a verdict, never an exception.
    """
    options = options or Options()
    _refuse(problem, options)
    started = time.perf_counter()
    evaluator = Evaluator(problem, backend, on_progress)
    try:
        # The engine's own arithmetic warns nobody; the person's functions run with the settings they have.
        with np.errstate(all="ignore"):
            return _run(problem, backend, options, evaluator, started)
    finally:
        evaluator.restore_random_state()


def trial(problem: Problem, backend: Backend) -> None:
    """Calls forward and backward once, to see whether they work together.

    Raises `GradcheckError` where they raise, return no loss, or return no gradient that belongs to a parameter.
    """
    evaluator = Evaluator(problem, backend)
    try:
        evaluator.base_loss()
        evaluator.claims()
    finally:
        evaluator.restore_random_state()


def _refuse(problem: Problem, options: Options) -> None:
    if options.method not in METHODS:
        raise GradcheckError(f"method={options.method!r} is none of {', '.join(METHODS)}.", code="invalid_option")
    for name, value in (("epsilon", options.epsilon), ("threshold", options.threshold)):
        positive = isinstance(value, numbers.Real) and not isinstance(value, bool) and 0 < value < np.inf
        if value is not None and not positive:
            raise GradcheckError(f"{name}={value!r} should be a positive number, or left out.", code="invalid_option")
    if options.epsilon is not None and options.method in ("complex-step", "autodiff"):
        raise GradcheckError(
            f"epsilon is the step of a central difference; method={options.method!r} takes none. Leave one of them out.",
            code="invalid_option",
        )
    if problem.backward is None and options.method == "autodiff":
        raise GradcheckError(
            "Without a backward function, automatic differentiation is what is checked; it cannot check itself. Leave "
            "method out.",
            code="invalid_option",
        )


def _run(problem: Problem, backend: Backend, options: Options, evaluator: Evaluator, started: float) -> Report:
    base_loss = evaluator.base_loss()
    claims = evaluator.claims()
    leaves = evaluator.flat.leaves
    evaluator.planned = evaluator.evaluations + 2 * noise.POINTS + 4 * evaluator.flat.vector.size
    scale = steps.length_scale(evaluator.flat)
    level = noise.measure(evaluator.loss, evaluator.flat.vector, scale, base_loss, evaluator.loss_dtype)

    faults = [gradients.fault(claim, leaf, problem.backward_name) for claim, leaf in zip(claims, leaves, strict=True)]
    claimed = np.concatenate([gradients.values(c, leaf, f) for c, leaf, f in zip(claims, leaves, faults, strict=True)])
    measured = _measure(problem, options, evaluator, claimed, base_loss, level)
    reports = [
        _parameter(leaf, claim, fault, claimed, measured, level)
        for leaf, claim, fault in zip(leaves, claims, faults, strict=True)
    ]

    overall = None
    if all(report.relative_difference is not None for report in reports):
        overall = judge.relative_difference(claimed, measured.slope)
    verdict, message = verdict_of(reports, overall, options.threshold)
    return Report(
        verdict=verdict,
        message=message,
        relative_difference=overall,
        method="central" if options.method == "auto" else options.method,
        backend=backend.name,
        epsilon=options.epsilon,
        precision=level.precision,
        loss=base_loss,
        noise=level.level,
        tolerance=judge.TOLERANCE[level.precision],
        threshold=options.threshold,
        evaluations=evaluator.evaluations,
        elapsed_seconds=time.perf_counter() - started,
        forward={"name": problem.forward_name, "cell_id": None, "line": None},
        backward=None if problem.backward is None else {"name": problem.backward_name, "cell_id": None, "line": None},
        parameters=reports,
        warnings=_warnings(evaluator, problem, reports, options, measured, level),
    )


def _measure(
    problem: Problem, options: Options, evaluator: Evaluator, claimed: np.ndarray, base_loss: float, level: Noise
) -> Measurement:
    """The numerical gradient by the method asked for; where it speaks against the claim, central differences decide."""
    measuring = Measuring(evaluator, base_loss, level, options.epsilon)
    if options.method in ("complex-step", "autodiff"):
        derive = exact.complex_step if options.method == "complex-step" else exact.autodiff
        gradient = derive(evaluator, problem)
        exact.audit(evaluator, gradient, base_loss, level, options.method, judge.TOLERANCE[level.precision])
        measured = Measurement.of(gradient, exact.bound(gradient, level))
    else:
        evaluator.planned = evaluator.evaluations + measuring.evaluations
        measured = measuring.first_pass()
    for leaf in evaluator.flat.leaves:
        part = slice(leaf.start, leaf.stop)
        scale = _scale(measured, leaf, level)
        codes = judge.judge(claimed[part], measured.numerical[part], measured.bound[part], scale)
        untrusted = [not measuring.trusts(entry) for entry in range(leaf.start, leaf.stop)]
        doubtful = leaf.start + np.flatnonzero(((codes != Code.PASS) | untrusted) & np.isfinite(claimed[part]))
        measuring.refine(measured, claimed, doubtful, scale)
    return measured


def _scale(measured: Measurement, leaf: Leaf, level: Noise) -> judge.Scale:
    tolerance = judge.TOLERANCE[level.precision]
    part = measured.numerical[leaf.start : leaf.stop]
    # An entry that is nothing beside the largest of the whole problem is as good as zero.
    certain = np.abs(measured.numerical) > 4 * measured.bound
    largest = float(np.max(np.abs(measured.numerical), initial=0.0, where=certain))
    return judge.scale(part, max(1e-2 * tolerance * largest, float(np.finfo(np.float64).tiny)), tolerance)


def _parameter(
    leaf: Leaf, claim: Claim, fault: Cause | None, claimed: np.ndarray, measured: Measurement, level: Noise
) -> ParameterReport:
    part = slice(leaf.start, leaf.stop)
    analytic, numerical, bound = claimed[part], measured.numerical[part], measured.bound[part]
    scale = _scale(measured, leaf, level)
    codes = judge.judge(analytic, numerical, bound, scale)
    # Where much of an array lies on kinks (a layer that begins at zero), an entry without one is there by symmetry.
    kinked = bool(np.mean(measured.kinked[part]) >= _MOSTLY_KINKED)
    # The loss may have a structure finer than the steps: the smallest ones bear the claim out, or have not settled.
    with_larger_steps = np.abs(analytic - numerical)
    finer = np.abs(analytic - measured.nearest[part]) < 0.1 * with_larger_steps
    unsettled = measured.drift[part] > 0.25 * with_larger_steps
    codes[(codes == Code.FAIL) & (finer | unsettled | kinked)] = Code.INCONCLUSIVE
    codes[(analytic == 0) & measured.constant[part]] = Code.PASS
    codes[~np.isfinite(analytic)] = Code.FAIL
    counts = {name: int(np.count_nonzero(codes == code)) for code, name in judge.NAMES.items()}
    verdict = next((name for name in ("fail", "inconclusive") if counts[name]), "pass")
    name = claim.said_of(leaf)
    cause = fault
    if verdict == "fail" and fault is None:
        rounding = EPSILON[_precision_of(claim, level)]
        cause = explain(name, analytic, numerical, bound, 64 * rounding)
    limit = scale.tolerance + 2 * float(np.max(bound, initial=0.0))
    comparable = fault is None or fault.kind == "non-finite"
    report = ParameterReport(
        name=leaf.name,
        gradient=claim.name,
        shape=leaf.shape,
        dtype=leaf.dtype.name,
        verdict=verdict,
        message="",
        relative_difference=judge.relative_difference(analytic, measured.slope[part]),
        detection_limit=finite(limit),
        counts=counts,
        cause=cause,
        analytic=analytic.reshape(leaf.shape) if comparable else None,
        numerical=numerical.reshape(leaf.shape),
        error_bound=bound.reshape(leaf.shape),
        codes=codes.reshape(leaf.shape),
    )
    worst = report.worst(1)
    said = sentence(name, verdict, counts, cause, worst[0] if worst else None, report.detection_limit, kinked)
    return replace(report, message=begun(said))


def _precision_of(claim: Claim, level: Noise) -> str:
    """The coarser of the claimed gradient's precision and the loss's."""
    name = claim.array.dtype.name if claim.array is not None else "float64"
    return max((name if name in EPSILON else "float64", level.precision), key=lambda n: EPSILON[n])


def _warnings(
    evaluator: Evaluator,
    problem: Problem,
    reports: list[ParameterReport],
    options: Options,
    measured: Measurement,
    level: Noise,
) -> list[dict[str, str]]:
    """What the reader should know beside the verdicts."""
    found = [*_about_evaluation(evaluator, problem, level), *_about_epsilon(options, measured, level)]
    blind = [r.gradient for r in reports if r.verdict == "pass" and r.analytic is not None and not r.analytic.any()]
    if blind:
        found.append(
            _warning(
                "zero-gradient",
                f"{some(blind)}: zero everywhere at this point, and so is the numerical gradient. A mistake could hide "
                "behind that (a dead ReLU does this); check at other parameters too.",
            )
        )
    for report in reports:
        small = _small_difference(report)
        if small is not None:
            found.append(_warning("small-difference", small))
    return found[:90]


def _about_evaluation(evaluator: Evaluator, problem: Problem, level: Noise) -> Iterator[dict[str, str]]:
    if evaluator.settings:
        yield _warning(
            "integer-settings",
            f"{some(evaluator.settings)}: taken for settings and not checked, being integers for which "
            f"{problem.backward_name} returns no gradient.",
        )
    if evaluator.refusal is not None:
        yield _warning(
            "forward-raised-nearby",
            f"{problem.forward_name} works here, but raised an error at parameters a small step away, which is as far as "
            f"could be seen: {evaluator.refusal}",
        )
    if level.precision != "float64":
        yield _warning(
            "low-precision",
            f"The loss is computed in {level.precision}, which hides errors below about "
            f"{judge.TOLERANCE[level.precision]:.0%} of a parameter's largest gradient. In float64 the check is far "
            "sharper.",
        )


def _about_epsilon(options: Options, measured: Measurement, level: Noise) -> Iterator[dict[str, str]]:
    if options.epsilon is None:
        return
    tolerance = judge.TOLERANCE[level.precision]
    off = judge.relative_difference(measured.slope, measured.numerical)
    if level.level / options.epsilon > _largest(measured) * tolerance:
        yield _warning(
            "epsilon-too-small",
            f"epsilon={options.epsilon:.3g} is too small for this {level.precision} loss: the relative difference is mostly "
            "rounding noise. The verdicts were made with larger steps.",
        )
    elif off is None or off > tolerance:
        yield _warning(
            "epsilon-too-large",
            f"epsilon={options.epsilon:.3g} is too large for this loss: the relative difference is mostly the error of "
            "the step itself. The verdicts were made with smaller steps.",
        )


def _warning(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message[:1000]}


def _largest(measured: Measurement) -> float:
    finite_ = np.abs(measured.numerical[np.isfinite(measured.numerical)])
    return float(finite_.max()) if finite_.size else 0.0


def _small_difference(report: ParameterReport) -> str | None:
    """What to say of a passing gradient that certainly deviates, if it does."""
    if report.verdict != "pass" or report.analytic is None or report.numerical is None or report.error_bound is None:
        return None
    largest = float(np.max(np.abs(report.numerical), initial=0.0))
    # Rounding of the claimed values themselves is no deviation; 1e-7 of the largest entry is beyond float64's.
    certain = np.abs(report.analytic - report.numerical) > 2 * report.error_bound + 1e-7 * largest
    if not certain.any():
        return None
    worst = report.worst(1)[0]
    size = abs(worst.analytic - worst.numerical) / largest
    return (
        f"{report.gradient} differs from the numerical gradient by {size:.1e} of its largest entry, at {list(worst.index)}: "
        f"{worst.analytic:.6g} where the numerical gradient is {worst.numerical:.6g}. That is real, but below the tolerance."
    )
