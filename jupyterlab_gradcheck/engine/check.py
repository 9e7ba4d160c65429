"""The check itself: prepare, plan, measure, look nearby, report."""

from __future__ import annotations

import math
import numbers
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from . import exact, gradients, judge, lift, memory, nearby, noise, plan, study, verdict
from .backend import Backend
from .errors import GradcheckError
from .evaluate import Assistant, Evaluator, OnProgress
from .examine import HUGE, JOINT, Examination, Finding, spot_checks
from .flatten import Flat
from .lift import Lifted
from .measure import Measurement, Measuring
from .nearby import Elsewhere
from .noise import Noise
from .plan import Plan
from .problem import METHODS, Options, Problem
from .report import Report, some
from .study import STEPS, StepSeries, StepStudy

# What telling the noise takes at most, once the classic rule does not agree.
_SECOND_NOISE = 3 + 6 * (noise.POINTS - 1)

# Calls of forward without which no check can begin: the loss, its noise, and what backward needs.
_FEWEST = 24
_FEWEST_CLASSIC = 4

# What a gradient that is right here must be off by elsewhere, as a fraction of its largest entry.
_HIDDEN = 1e-3
# What values rounded to float16 midway make of a loss, as a part of it, where 64 times that is still taken for it.
_MIDWAY = 1e-4
# Entries that a study of steps looks at to find one that shows most; of a larger parameter, directions find it.
STUDIED = 256
# Evaluations that show whether the same code in float64 can be used.
_LIFTING = 40
# What it takes at least, of a loss that is known to be coarse.
_LIFTED = 22

OnPlan = Callable[[Plan], None]


def check(
    problem: Problem,
    backend: Backend,
    options: Options | None = None,
    on_progress: OnProgress | None = None,
    on_plan: OnPlan | None = None,
    assistant: Assistant | None = None,
) -> Report:
    """Holds the gradient that ``problem`` claims against a numerical one.

    Of a small problem every entry is measured by central differences at two steps chosen from the measured noise of the
    loss, with Richardson's extrapolation and an error bound; doubtful entries at more steps. A large one is judged by
    random directions, and its wrong entries are located. With ``options.epsilon`` every entry is measured at just that
    step, as the classic rule has it, and other steps decide only where it cannot. The gradients are then checked at
    points nearby. ``on_plan(plan)`` is called before the measuring begins, ``on_progress(done, planned)`` before each
    evaluation; what they raise ends the check. ``assistant(seconds)`` may give a backend that differentiates what
    ``backend`` cannot, where so many seconds would be saved by it.

    Everything outside the parameters is afterwards as it was, however the check ends.

    Raises `GradcheckError` where nothing can be checked. A wrong gradient is a verdict, never an exception.
    """
    options = _plain(options or Options())
    _refuse(problem, options)
    evaluator = Evaluator(problem, backend, on_progress, assistant=assistant, only=options.only)
    run = _Run(evaluator, options, on_progress, time.perf_counter())
    try:
        # The engine's own arithmetic warns nobody; the person's functions run with the settings they have.
        with np.errstate(all="ignore"):
            run.prepare()
            if on_plan is not None:
                on_plan(run.plan)
            run.measure()
            return run.report()
    finally:
        evaluator.restore()


def plan_of(
    problem: Problem, backend: Backend, options: Options | None = None, on_progress: OnProgress | None = None
) -> Plan:
    """What `check` would do; only what that plan rests on is evaluated (about 20 calls of forward).

    Raises `GradcheckError` where nothing can be checked.
    """
    options = _plain(options or Options())
    _refuse(problem, options)
    evaluator = Evaluator(problem, backend, on_progress, only=options.only)
    run = _Run(evaluator, options, on_progress, time.perf_counter())
    try:
        with np.errstate(all="ignore"):
            run.prepare()
            return run.plan
    finally:
        evaluator.restore()


def study_of(
    problem: Problem,
    backend: Backend,
    parameter: str,
    options: Options | None = None,
    on_progress: OnProgress | None = None,
    assistant: Assistant | None = None,
) -> StepStudy:
    """How the error of a central difference depends on its step, for one entry of ``parameter`` (a name as in a report).

    The entry is the worst of a gradient that fails, else the one with the largest derivative. Errors are taken from the
    numerical gradient that `check` itself measures; a loss in less than float64 that can be lifted is studied in both
    precisions. Everything is put back as by `check`, and the same budget holds.

    Raises `GradcheckError` where nothing can be checked, for a name that is none of the parameters', and where the budget
    allows no step at all.
    """
    options = _plain(options or Options())
    _refuse(problem, options)
    evaluator = Evaluator(problem, backend, on_progress, assistant=assistant, only=options.only)
    run = _Run(evaluator, replace(options, epsilon=None, method="auto"), on_progress, time.perf_counter())
    try:
        with np.errstate(all="ignore"):
            run.prepare()
            return run.study(parameter, evaluator, options.epsilon)
    finally:
        evaluator.restore()


def trial(problem: Problem, backend: Backend) -> None:
    """Calls forward and backward once, to see whether they work together.

    Raises `GradcheckError` where they raise, return no loss, or return no gradient that belongs to a parameter.
    """
    evaluator = Evaluator(problem, backend)
    try:
        evaluator.base_loss()
        claims = evaluator.claims()
        if all(claim.present and claim.array is None for claim in claims):
            raise GradcheckError(
                f"{problem.backward_name} returned something else than real numbers for {some([c.name for c in claims])}.",
                code="no_gradients",
            )
    finally:
        evaluator.restore()


def names_of(problem: Problem, backend: Backend) -> list[str]:
    """What a report calls the parameters of ``problem``. Raises `GradcheckError` where there are none."""
    return [leaf.name for leaf in Flat(problem.parameters, backend, problem.parameters_name).leaves]


def _plain(options: Options) -> Options:
    """``options`` with Python's own numbers in the place of NumPy's, for the report."""
    numbers_ = {
        name: value.item()
        for name in ("epsilon", "threshold", "tolerance", "max_evaluations", "max_seconds", "points")
        if isinstance(value := getattr(options, name), np.generic)
    }
    plain = type(options.strict) is bool and type(options.lift) is bool and options.only is None
    if not numbers_ and plain:
        return options
    only = (options.only,) if isinstance(options.only, str) else options.only
    return replace(options, strict=bool(options.strict), lift=bool(options.lift), only=only, **numbers_)


def _refuse(problem: Problem, options: Options) -> None:
    _refuse_names(options.only)
    if options.method not in METHODS:
        raise GradcheckError(f"method={options.method!r} is none of {', '.join(METHODS)}.", code="invalid_option")
    positive = ("epsilon", "threshold", "tolerance", "max_evaluations", "max_seconds")
    for name in positive:
        value = getattr(options, name)
        if value is None:
            continue
        # The plain types first: to ask the abstract class takes longer than all else here.
        right = isinstance(value, (float, int, numbers.Real)) and not isinstance(value, bool)
        if not (right and 0 < float(value) < np.inf):
            raise GradcheckError(f"{name}={value!r} should be a positive number, or left out.", code="invalid_option")
    if (
        isinstance(options.points, bool)
        or not isinstance(options.points, (int, numbers.Integral))
        or not 0 <= options.points <= 20
    ):
        raise GradcheckError(f"points={options.points!r} should be a whole number from 0 to 20.", code="invalid_option")
    least = _FEWEST_CLASSIC if options.epsilon is not None else _FEWEST
    if options.max_evaluations is not None and (options.max_evaluations % 1 or options.max_evaluations < least):
        raise GradcheckError(
            f"max_evaluations={options.max_evaluations!r} should be a whole number, and {least} at least: so many calls of "
            f"{problem.forward_name} it takes to begin.",
            code="invalid_option",
        )
    if options.tolerance is not None and options.tolerance >= 1:
        raise GradcheckError(
            f"tolerance={options.tolerance!r} is a fraction of the largest gradient, and should be below 1.",
            code="invalid_option",
        )
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


def _refuse_names(only: tuple[str, ...] | None) -> None:
    """Raises `GradcheckError` where ``only`` is no list of names."""
    if only is None:
        return
    if not isinstance(only, (tuple, list)) or not only or not all(isinstance(name, str) for name in only):
        raise GradcheckError(
            f"only={only!r} should be a list of names of parameters, such as only=['W2', 'b1'], or left out."[:600],
            code="invalid_option",
        )


@dataclass
class _Run:
    """One check, from the first evaluation to the report."""

    evaluator: Evaluator
    options: Options
    on_progress: OnProgress | None
    started: float

    def prepare(self) -> None:
        """What everything else rests on: the loss, the claims, the noise, the precision, and the plan."""
        options, original = self.options, self.evaluator
        deadline = math.inf if options.max_seconds is None else self.started + options.max_seconds
        original.allow(options.max_evaluations, deadline)
        self.level: Noise | None = None
        self.lifted: Lifted | None = None
        self.overflows = False
        self.base_loss = self._loss_of(original)
        self.own: tuple[float, Noise] | None = None
        if self.lifted is None:
            self.claims = original.claims()
            # The classic rule needs no noise to choose a step, and most often none to agree.
            if options.epsilon is None:
                self.level = noise.measure(original, self.base_loss)
                self.own = self.base_loss, self.level
                self._lift()
        self.plan = self._plan()

    def _loss_of(self, original: Evaluator) -> float:
        # Where the classic rule agrees, the loss has shown itself to be steady.
        classic = self.options.epsilon is not None
        many = original.base.size > HUGE
        try:
            return original.base_loss(1 if classic else 2 if many else 3)
        except GradcheckError as error:
            if error.code != "loss_not_finite" or not self.options.lift:
                raise
            # In float64 there may be room for it.
            self.claims = original.claims()
            self.lifted = lift.lift(original, None, None, self.claims, self.on_progress)
            if self.lifted is None:
                raise
            self.overflows = True
            self._take(self.lifted)
            return self.lifted.base_loss

    def _lift(self) -> None:
        """Goes on in float64, where the loss is computed in less and the same code can do that."""
        assert self.level is not None
        if not self.level.coarse or not self.options.lift or not self.evaluator.affords(_LIFTED):
            return
        self.lifted = lift.lift(self.evaluator, self.base_loss, self.level, self.claims, self.on_progress)
        if self.lifted is not None:
            self._take(self.lifted)

    def _take(self, lifted: Lifted) -> None:
        low = self.level is not None and self.level.precision == "float16"
        self.lifted_from = "float16" if low else "float32"
        self.evaluator, self.base_loss, self.level = lifted.evaluator, lifted.base_loss, lifted.noise

    def _plan(self) -> Plan:
        options, evaluator = self.options, self.evaluator
        leaves = evaluator.flat.leaves
        size = evaluator.base.size
        points = self._points()
        fine = self.level is None or self.level.precision == "float64"
        # One step an entry will do where there are many: they bear each other out.
        self.thorough = 4 * size <= plan.EVERY_ENTRY or not fine
        each = 2 if options.epsilon is not None or not self.thorough else 4
        spots = spot_checks(len(leaves))
        spot = sum(min(spots, leaf.size) for leaf in leaves)
        self._nearby = points * (1 + evaluator.problem.backward_evaluates + 8)
        found = plan.choose(
            options,
            plan.Costs(
                size=size,
                spent=evaluator.evaluations,
                every_entry=size if options.method == "complex-step" else each * size,
                screened=4 * JOINT + 4 * spot,
                directions=4 * JOINT,
                nearby=self._nearby,
                points=points,
                seconds=evaluator.seconds,
                fine=fine,
            ),
        )
        evaluator.planned = found.evaluations
        return found

    def _points(self) -> int:
        """How many points nearby: none for the classic rule, nor where backward would not notice the move."""
        fine = self.level is not None and self.level.precision == "float64"
        return self.options.points if self.options.epsilon is None and self.evaluator.problem.follows and fine else 0

    def measure(self) -> None:
        """The numerical gradients here, and the check nearby."""
        options, evaluator = self.options, self.evaluator
        level = self.level or Noise.floor([self.base_loss], evaluator.loss_dtype)
        self.method = "central"
        claims = self.lifted.claims if self.lifted is not None else self.claims
        here = Examination(
            evaluator,
            self.base_loss,
            level,
            claims,
            self._tolerance(level),
            epsilon=options.epsilon,
            thorough=self.thorough,
        )
        self.here = here
        if options.method in ("complex-step", "autodiff"):
            self._exactly(here, level)
        elif self.plan.kind == "sampled":
            here.sampled(int(min(evaluator.left, 4 * evaluator.base.size)) // 4)
        elif self.plan.kind == "screened":
            room = evaluator.left - 4 * JOINT - self._nearby
            leaves = len(evaluator.flat.leaves)
            if here.screened(spots=int(min(spot_checks(leaves), max(0, room / (4 * leaves))))):
                self.method = "autodiff"
        else:
            here.every_entry()
            if self.level is None:
                level = self._classic(here)
            here.refine()
            here.second_look()
        self.level = here.noise
        self.elsewhere = Elsewhere()
        if self._points():
            tolerance = self._tolerance(self.level)
            if not options.strict and options.tolerance is None:
                # What is hidden here is no matter of rounding; a small difference that shows here too is told here.
                tolerance = max(tolerance, _HIDDEN)
            self.elsewhere = nearby.look(evaluator, here, self.level, self.base_loss, tolerance, self._points())
        if self._rounds_midway(here):
            self.measure()
            return
        self.drifts = self._drifted()
        self.memory = None
        if not self.drifts:
            self.memory = memory.look(evaluator, self.elsewhere.last, self.level, here.slopes)

    def _rounds_midway(self, here: Examination) -> bool:
        """Goes on in float64, where something is wrong or open and the same code in float64 gives another loss.

        What is rounded midway, activations to float16 say, jumps too seldom for small steps to show it as noise: between
        the jumps the loss looks smooth, with another derivative than the one that is meant.
        """
        comparable = (finding.codes for finding in here.findings if finding.fault is None)
        decided = here.passed or not any(np.count_nonzero(codes) for codes in comparable)
        decided = decided and not self.elsewhere.wrong
        original = self.evaluator
        if decided or self.lifted is not None or self.options.epsilon is not None or not self.options.lift:
            return False
        if original.backend.name != "numpy" or not original.affords(_LIFTING):
            return False
        assert self.level is not None
        level, magnitude = self.level, abs(self.base_loss)
        self.level = Noise(_MIDWAY * magnitude, magnitude, "float16")
        same = 64 * noise.EPSILON["float64"] * magnitude
        self.lifted = lift.lift(original, self.base_loss, self.level, self.claims, self.on_progress, same)
        if self.lifted is None:
            self.level = level
            return False
        self._take(self.lifted)
        return True

    def _tolerance(self, level: Noise) -> float:
        """The relative tolerance; where only the parameters were widened, claims may still carry float32's rounding."""
        asked_for = judge.tolerance(level.precision, self.options)
        return asked_for if self.lifted is None or self.lifted.whole else max(asked_for, judge.STRICT["float32"] / 100)

    def _classic(self, here: Examination) -> Noise:
        """Noise for a check with a given step: what the losses show in passing, if nothing asks for more."""
        losses = [self.base_loss, *(loss for some in here.measuring.seen for loss in some.tolist())]
        seen = Noise.floor(losses, self.evaluator.loss_dtype)
        agrees = here.passed and all(finding.fault is None for finding in here.findings)
        if (seen.precision != "float64" or not agrees) and self.evaluator.affords(_SECOND_NOISE):
            self.evaluator.base_loss()
            seen = noise.measure(self.evaluator, self.base_loss)
            here.renew(seen)
            self.level = seen
        else:
            here.noise = seen
        here.set_tolerance(self._tolerance(seen))
        return seen

    def _exactly(self, here: Examination, level: Noise) -> None:
        """The numerical gradient by the method asked for; where it speaks against the claim, central differences decide."""
        evaluator, method = self.evaluator, self.options.method
        precision = level.precision
        if method == "complex-step":
            gradient = exact.complex_step(evaluator, evaluator.problem)
        else:
            gradient, found = exact.autodiff(evaluator)
            precision = max(precision, found, key=lambda name: noise.EPSILON[name])
        exact.audit(evaluator, here.screening, gradient, method, judge.TOLERANCE[precision])
        bound = exact.bound(gradient, precision)
        for finding in here.findings:
            part = slice(finding.leaf.start, finding.leaf.stop)
            finding.measured = Measurement.of(np.arange(finding.leaf.size), gradient[part].copy(), bound[part].copy())
        self.method = method
        here.set_scales()
        here.refine()

    def _drifted(self) -> bool:
        """Whether the loss at the point is another one by now."""
        evaluator = self.evaluator
        if self.options.epsilon is not None or evaluator.base.size > HUGE or not evaluator.affords(1):
            return False
        assert self.level is not None
        now = evaluator.loss_here()
        return not abs(now - self.base_loss) <= 4 * float(self.level.at(now))

    def study(self, parameter: str, original: Evaluator, epsilon: float | None) -> StepStudy:
        """The step study of one entry of ``parameter``; a check would take the step ``epsilon`` if that is not None.

        ``original`` evaluates the loss in the person's own precision.
        """
        evaluator, level = self.evaluator, self.level
        assert level is not None
        names = [leaf.name for leaf in evaluator.flat.leaves]
        if parameter not in names:
            raise GradcheckError(
                f"There is no parameter {parameter[:80]!r}: there are {some(names)}.", code="unknown_parameter"
            )
        position = names.index(parameter)
        leaf = evaluator.flat.leaves[position]
        if not leaf.size:
            raise GradcheckError(f"{parameter} has no entries.", code="unknown_parameter")
        evaluator.planned = evaluator.evaluations + 4 * min(leaf.size, STUDIED) + 4 * STEPS
        finding, place, here = self._most_telling(position)
        entry = int(finding.measured.entries[place])
        derivative, bound = float(finding.measured.numerical[place]), float(finding.measured.bound[place])
        if not math.isfinite(derivative) and evaluator.affords(2):
            raise GradcheckError(
                f"The loss is not finite around {parameter}, so that there is no derivative to hold a step against.",
                code="loss_not_finite",
            )
        found: list[StepSeries] = []
        if self.lifted is not None and self.own is not None:
            original.continue_from(evaluator)
            measuring = Measuring(original, *self.own)
            # What a check would do that does not lift the loss.
            alone = measuring.measure(leaf, np.array([entry]))
            measuring.refine(leaf, alone, finding.claimed, finding.scale)
            found += self._series(original, measuring, leaf.start + entry, self.lifted_from, derivative, epsilon)
            evaluator.continue_from(original)
        found += self._series(evaluator, here.measuring, leaf.start + entry, level.precision, derivative, epsilon)
        if not found or not math.isfinite(derivative):
            raise GradcheckError(
                "The budget does not suffice for a study of steps. Allow more evaluations, or more time.",
                code="invalid_option",
            )
        claim = self.claims[position]
        said = gradients.values(claim, leaf, gradients.fault(claim, leaf, evaluator.problem.backward_name))
        return StepStudy(
            parameter=parameter,
            gradient=claim.name,
            index=tuple(int(i) for i in np.unravel_index(entry, leaf.shape)),
            derivative=derivative,
            error_bound=bound,
            analytic=float(said[entry]),
            series=tuple(found),
            evaluations=evaluator.evaluations,
            elapsed_seconds=time.perf_counter() - self.started,
        )

    def _most_telling(self, position: int) -> tuple[Finding, int, Examination]:
        """The entry that shows most of the leaf at ``position``, by its place among those measured."""
        assert self.level is not None
        claims = self.lifted.claims if self.lifted is not None else self.claims
        others = frozenset(range(len(claims))) - {position}
        here = Examination(
            self.evaluator, self.base_loss, self.level, claims, self._tolerance(self.level), left_out=others
        )
        finding = here.findings[position]
        if finding.leaf.size <= STUDIED or finding.fault is not None:
            here.sampled_of(finding, STUDIED)
        else:
            here.screened()
        if not finding.measured.entries.size or not np.isfinite(finding.measured.numerical).any():
            here.sampled_of(finding, 1)
        found = finding.measured
        wrong = (finding.codes == judge.Code.FAIL) & np.isfinite(found.numerical)
        size = np.where(np.isfinite(found.numerical), np.abs(found.numerical), -1.0)
        if wrong.any():
            error = np.abs(finding.claimed[found.entries] - found.numerical)
            size = np.where(wrong, np.nan_to_num(error, nan=np.inf), -1.0)
        return finding, int(np.argmax(size)), here

    def _series(
        self,
        evaluator: Evaluator,
        measuring: Measuring,
        entry: int,
        precision: str,
        derivative: float,
        epsilon: float | None,
    ) -> list[StepSeries]:
        chosen = measuring.step_taken(entry) if epsilon is None else epsilon
        made = study.series(evaluator, measuring, entry, precision, derivative, chosen)
        return [] if made is None else [made]

    def report(self) -> Report:
        """The outcome in words and numbers."""
        assert self.level is not None
        return verdict.report(
            verdict.Outcome(
                evaluator=self.evaluator,
                options=self.options,
                plan=self.plan,
                method=self.method,
                base_loss=self.base_loss,
                level=self.level,
                here=self.here,
                elsewhere=self.elsewhere,
                drifts=self.drifts,
                memory=self.memory,
                original=self.claims if self.lifted is not None else None,
                lifted_from=self.lifted_from if self.lifted is not None else None,
                overflows=self.overflows,
                seconds=time.perf_counter() - self.started,
            )
        )
