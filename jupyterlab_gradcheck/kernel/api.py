"""`gradcheck`, the function; and the one way from a binding to a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from .. import backends, engine
from ..engine import Options, Plan
from .binding import Binding, arguments_of, bind, bind_in_order, bind_one_by_one
from .display import Report
from .expression import leaves_in, route_of_callables
from .placing import placed
from .quiet import quiet
from .route import Route
from .source import Function
from .step_study import StepStudy

_DELIBERATE = {
    "code": "custom-gradient",
    "message": "A custom gradient may differ from the derivative on purpose, as in a gradient reversal, a straight-through "
    "estimator or a clipped gradient; then this is no mistake.",
}

OnProgress = Callable[[int, int], None]
OnPlan = Callable[[Plan], None]


def gradcheck(
    forward: Function | None = None,
    backward: Function | None = None,
    parameters: Any = None,
    *data: Any,
    loss: Function | None = None,
    gradients: Any = None,
    epsilon: float | None = None,
    method: str = "auto",
    backend: str = "auto",
    threshold: float | None = None,
    tolerance: float | None = None,
    strict: bool = False,
    max_evaluations: int | None = None,
    max_seconds: float | None = None,
    points: int = 2,
    lift: bool = True,
    only: Sequence[str] | str | None = None,
) -> Report:
    """Checks the gradient that ``backward`` claims for the loss that ``forward`` computes.

    Args:
        forward: ``forward(*data, parameters) -> loss`` or ``-> (loss, cache)``, arguments in any order.
        backward: ``backward(*data, cache) -> gradients``, arguments by the names of forward's, and the cache; returns
            a dict (``dW1`` or ``W1`` for ``W1``), a list in the parameters' order, or one array or number. None checks
            the gradient that TensorFlow's tape gives (a custom gradient, a Keras layer).
        parameters: dict, list or tuple of arrays and numbers, nested at will, or a single array or number. Never
            written to. Where forward takes each of them as an argument, they are handed over so: a dict's by name, others in
            order.
        data: forward's other arguments, in its order.
        loss, gradients: in the place of forward and backward, two functions that leave nothing to be guessed: of the
            parameters alone, or of nothing, where they read the parameters from where they lie; these are then changed
            there for the length of an evaluation. ``gradients`` may also be what such a function returns.
        epsilon: step of the central difference; None chooses it from the measured noise of the loss.
        method: ``auto``, ``central`` (every coordinate, (J(t + e) - J(t - e)) / 2e), ``complex-step``, ``autodiff``.
        backend: ``auto``, ``tensorflow``, ``numpy``.
        threshold: also require relative difference <= threshold, the classic rule; None judges by error bounds alone.
        tolerance: an error up to this fraction of a parameter's largest gradient passes, with a note; None takes 1e-4
            for a loss computed in float64, and more where it is computed in less.
        strict: every difference that is certain is wrong, however small.
        max_evaluations: calls of forward not to exceed; None leaves it to the plan. What this leaves out is reported.
        max_seconds: seconds not to exceed, as far as that can be told between two evaluations; None sets no limit.
        points: how many seeded points nearby are checked as well, because a point can hide a mistake; 0 for none.
        lift: compute a float32 loss in float64 where that can be done, which sees far smaller mistakes.
        only: names of the parameters to check, ``["W2", "b1"]``, as a report calls them; the others are not stepped, so
            that they cost no evaluations. None checks all.

    Returns:
        a `Report`: its verdict is ``pass``, ``fail`` or ``inconclusive``.

    Raises:
        GradcheckError: nothing could be checked; the message says why. A wrong gradient is a verdict, no error.
    """
    options = Options(
        method=method,
        epsilon=epsilon,
        threshold=threshold,
        tolerance=tolerance,
        strict=strict,
        max_evaluations=max_evaluations,
        max_seconds=max_seconds,
        points=points,
        lift=lift,
        only=only if only is None or isinstance(only, str) else tuple(only),  # type: ignore[arg-type]
    )
    if loss is not None:
        return _check_plainly(loss, gradients, parameters, backend, options)
    if parameters is None:
        raise engine.GradcheckError(
            "gradcheck needs the parameters: gradcheck(forward, backward, parameters, *data), or gradcheck(loss=..., "
            "gradients=..., parameters=...).",
            code="no_parameters",
        )
    for role, function in (("forward", forward), ("backward", backward)):
        if not callable(function) and not (function is None and role == "backward"):
            raise engine.GradcheckError(
                f"{role} is a {type(function).__name__}, not a function.", code="not_a_function"
            )
    for value in data:
        if hasattr(type(value), "__next__"):
            raise engine.GradcheckError(
                f"One of the data is a {type(value).__name__}, which can be read once only; a check calls forward many times. "
                "Pass list(...) of it.",
                code="one_pass_data",
            )
    assert forward is not None
    pair = (getattr(forward, "__name__", "forward"), forward), (getattr(backward, "__name__", "backward"), backward)
    binding = bind_one_by_one(*pair, parameters, data) or bind_in_order(*pair, parameters, data)
    # What the functions print would come out some hundred times.
    with quiet(None):
        return check(binding, options, backend)


def _check_plainly(loss: Function, gradients: Any, parameters: Any, backend: str, options: Options) -> Report:
    """Checks ``gradients`` of ``loss``, functions of the parameters alone or of nothing."""
    if gradients is None or parameters is None:
        raise engine.GradcheckError(
            "loss, gradients and parameters belong together: give all three.", code="no_parameters"
        )
    name, claimed = getattr(loss, "__name__", "loss"), getattr(gradients, "__name__", "gradients")
    given = gradients if callable(gradients) else lambda: gradients
    _require_few(loss, "loss", name)
    _require_few(given, "gradients", claimed)
    if any(arguments_of(name, loss).values()):
        with quiet(None):
            taking = given if callable(gradients) and arguments_of(claimed, given) else lambda _: given()
            argument = next(n for n, required in arguments_of(name, loss).items() if required)
            return check(bind((name, loss), (claimed, taking), (argument, parameters), {}, argument), options, backend)
    with quiet(None):
        leaves = leaves_in(parameters, "parameters")
        return check(route_of_callables(loss, given, leaves, name, claimed, "parameters"), options, backend)


def _require_few(function: Function, role: str, name: str) -> None:
    """Raises `GradcheckError` for a function that needs more than the parameters."""
    needed = [argument for argument, required in arguments_of(name, function).items() if required]
    if len(needed) < 2:
        return
    called = role if name == "<lambda>" else name
    raise engine.GradcheckError(
        f"{role} takes {len(needed)} arguments ({', '.join(needed)}), and is called with one, the parameters as they were "
        f"given, or with none, where it reads them itself. Give {role}=lambda p: {called}(*p) where each is one of the "
        f"parameters, and fill in what is data: {role}=lambda p: {called}(p, X, Y).",
        code="unbound_argument",
    )


def check(
    binding: Binding | Route,
    options: Options,
    backend: str = "auto",
    on_progress: OnProgress | None = None,
    on_plan: OnPlan | None = None,
) -> Report:
    """Runs the check of ``binding`` and adds where its functions and failing gradients stand in the source.

    ``on_plan`` is told, once, what the check is going to do, before it does it; ``on_progress`` how far it is.
    Raises `GradcheckError`, and whatever these two raise.
    """
    chosen = backends.select(backend, binding.parameters, binding.functions)
    assistant = backends.assistant if backend == "auto" else None
    report = engine.check(binding.problem(), chosen, options, on_progress, on_plan, assistant)
    changes = placed(binding, report)
    notes = [
        {"code": "writes-into-data", "message": f"{seen}. The check gave it copies; your own would change."[:1000]}
        for seen in binding.observed[:4]
    ]
    if getattr(binding, "automatic", False) and report.verdict == "fail":
        notes.append(_DELIBERATE)
    if notes:
        changes["warnings"] = [*report.warnings, *notes]
    return Report.of(report, **changes)


def check_all(
    bindings: Sequence[Binding | Route],
    options: Options,
    backend: str = "auto",
    on_progress: OnProgress | None = None,
    on_plan: OnPlan | None = None,
) -> Report:
    """Runs `check` for each of ``bindings`` and makes one report of them, of which each parameter says whose it is.

    Of several, ``options.only`` names parameters with or without that title, and what has none of them is not checked.
    """
    if len(bindings) == 1:
        return check(bindings[0], options, backend, on_progress, on_plan)
    reports = []
    progress = None if on_progress is None else _Onwards(on_progress)
    for binding, own in _with_names(bindings, options, backend):
        reports.append((binding.backward_name, check(binding, own, backend, progress, on_plan)))
        if progress is not None:
            progress.next()
    return Report.of(engine.combined(reports))


def _with_names(
    bindings: Sequence[Binding | Route], options: Options, backend: str
) -> list[tuple[Binding | Route, Options]]:
    """The bindings that have some of the parameters that ``options`` name, each with those that it has.

    Raises `GradcheckError` for a name that none of them has.
    """
    if options.only is None:
        return [(binding, options) for binding in bindings]
    found, there, missing = [], [], dict.fromkeys(options.only)
    for binding in bindings:
        chosen = backends.select(backend, binding.parameters, binding.functions)
        own = []
        for name in engine.names_of(binding.problem(), chosen):
            titled = f"{binding.backward_name}: {name}"
            there.append(titled)
            if name in options.only or titled in options.only:
                own.append(name)
                missing.pop(name, None)
                missing.pop(titled, None)
        if own:
            found.append((binding, replace(options, only=tuple(own))))
    if missing:
        raise engine.GradcheckError(
            f"There is no parameter {next(iter(missing))[:80]!r}: there are {', '.join(there[:12])}"
            f"{', ...' if len(there) > 12 else '.'}",
            code="unknown_parameter",
        )
    return found


class _Onwards:
    """Progress over several checks, which never goes back."""

    def __init__(self, tell: OnProgress) -> None:
        self._tell = tell
        self._before = self._done = 0

    def __call__(self, done: int, total: int) -> None:
        self._done = max(self._done, done)
        self._tell(self._before + done, self._before + total if total else 0)

    def next(self) -> None:
        self._before, self._done = self._before + self._done, 0


def plan(
    binding: Binding | Route, options: Options, backend: str = "auto", on_progress: OnProgress | None = None
) -> Plan:
    """What a check of ``binding`` would do; calls the functions no more often than it takes to tell.

    Raises `GradcheckError` where nothing can be checked.
    """
    chosen = backends.select(backend, binding.parameters, binding.functions)
    return engine.plan_of(binding.problem(), chosen, options, on_progress)


def steps(
    binding: Binding | Route,
    parameter: str,
    options: Options,
    backend: str = "auto",
    on_progress: OnProgress | None = None,
) -> StepStudy:
    """How the error of a central difference depends on its step, for one entry of ``parameter`` of ``binding``.

    Raises `GradcheckError` where nothing can be checked, or there is no such parameter.
    """
    chosen = backends.select(backend, binding.parameters, binding.functions)
    assistant = backends.assistant if backend == "auto" else None
    found = engine.study_of(binding.problem(), chosen, parameter, options, on_progress, assistant)
    return StepStudy(**vars(found))


def trial(binding: Binding | Route) -> None:
    """Calls forward and backward of ``binding`` once.

    Raises `GradcheckError` where they do not work together, or return no gradient that belongs to a parameter.
    """
    chosen = backends.select("auto", binding.parameters, binding.functions)
    engine.trial(binding.problem(), chosen)
