"""A check of what is in the namespace: names in, report out. The magic and the service both come through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..engine import GradcheckError, Options, Plan
from ..engine.plan import together
from . import api, names
from .binding import Binding
from .cells import inner
from .discovery import Discovery, Wanted, discover
from .display import Report
from .expression import route_of_expressions
from .quiet import quiet
from .route import Route
from .step_study import StepStudy

OnFound = Callable[[Sequence[Binding | Route]], None]


class CannotChoose(GradcheckError):
    """What to check is not certain. ``discovery`` has the candidates."""

    def __init__(self, discovery: Discovery) -> None:
        super().__init__(discovery.reason, code=discovery.code)
        self.discovery = discovery


def namespace_of(shell: Any) -> dict[str, Any]:
    """The person's variables, without those that IPython itself put there."""
    hidden = set(shell.user_ns_hidden) | {"In", "Out", "exit", "quit", "get_ipython", "open"}
    return {name: value for name, value in dict(shell.user_ns).items() if name not in hidden}


def cells_of(shell: Any) -> list[str]:
    """The sources of the cells that ran, oldest first; of one that a magic runs (``%%time``), what it runs."""
    cells = shell.user_ns.get("In")
    return [inner(cell, shell) for cell in cells if isinstance(cell, str)] if isinstance(cells, list) else []


def check_expressions(
    shell: Any,
    expressions: tuple[str, str, str],
    options: Options,
    backend: str = "auto",
    on_progress: api.OnProgress | None = None,
    on_plan: api.OnPlan | None = None,
    on_found: OnFound | None = None,
) -> Report:
    """Checks the gradients that one expression gives against the loss that another gives, with respect to a third.

    Raises `GradcheckError` where they cannot be checked.
    """
    with quiet(shell):
        route = route_of_expressions(*expressions, shell.user_ns)
        if on_found is not None:
            on_found([route])
        return api.check(route, options, backend, on_progress, on_plan)


def plan_of_expressions(
    shell: Any,
    expressions: tuple[str, str, str],
    options: Options,
    backend: str = "auto",
    on_progress: api.OnProgress | None = None,
) -> Plan:
    """What `check_expressions` would do with the same arguments. Raises as it does."""
    with quiet(shell):
        return api.plan(route_of_expressions(*expressions, shell.user_ns), options, backend, on_progress)


def steps_of_expressions(
    shell: Any,
    expressions: tuple[str, str, str],
    parameter: str,
    options: Options,
    backend: str = "auto",
    on_progress: api.OnProgress | None = None,
) -> StepStudy:
    """`steps` for what three expressions give, as `check_expressions` takes them."""
    with quiet(shell):
        route = route_of_expressions(*expressions, shell.user_ns)
        return api.steps(route, parameter, options, backend, on_progress)


def probe(shell: Any, wanted: Wanted | None = None) -> Discovery:
    """What ``shell``'s namespace offers.

    Raises `GradcheckError` for a wanted name that is not there.
    """
    wanted = wanted or Wanted()
    namespace = _with_wanted(namespace_of(shell), wanted)
    with quiet(shell):
        return discover(namespace, wanted, api.trial, cells_of(shell))


def plan(
    shell: Any, wanted: Wanted, options: Options, backend: str = "auto", on_progress: api.OnProgress | None = None
) -> Plan:
    """What `check` would do with the same arguments. Raises as it does."""
    with quiet(shell):
        plans = [api.plan(one, options, backend, on_progress) for one in _certain(shell, wanted).bindings]
    return together(plans)


def steps(
    shell: Any,
    wanted: Wanted,
    parameter: str,
    options: Options,
    backend: str = "auto",
    on_progress: api.OnProgress | None = None,
) -> StepStudy:
    """Studies the step of a central difference for one entry of ``parameter``, by its name in the report that `check` would
    make with the same arguments. Raises as it does, and `GradcheckError` where there is no such parameter.
    """
    with quiet(shell):
        bindings = _certain(shell, wanted).bindings
        if len(bindings) == 1:
            return api.steps(bindings[0], parameter, options, backend, on_progress)
        # In one report of several, each parameter says whose it is.
        for binding in bindings:
            title = f"{binding.backward_name}: "
            if parameter.startswith(title):
                return api.steps(binding, parameter[len(title) :], options, backend, on_progress)
    titles = ", ".join(f"{binding.backward_name}: ..." for binding in bindings[:8])
    raise GradcheckError(
        f"There is no parameter {parameter[:80]!r}. Of several that are checked together, it is named as in their report: "
        f"{titles}.",
        code="unknown_parameter",
    )


def check(
    shell: Any,
    wanted: Wanted,
    options: Options,
    backend: str = "auto",
    on_progress: api.OnProgress | None = None,
    on_plan: api.OnPlan | None = None,
    on_found: OnFound | None = None,
) -> Report:
    """Checks what ``wanted`` names in ``shell``'s namespace; what it leaves out is discovered. ``on_found`` is told what is
    going to be checked.

    Raises `CannotChoose` where that is not certain, `GradcheckError` where it cannot be checked.
    """
    with quiet(shell):
        found = _certain(shell, wanted)
        if on_found is not None:
            on_found(found.bindings)
        report = api.check_all(found.bindings, options, backend, on_progress, on_plan)
    notes = [
        *({"code": "not-checked", "message": f"Not checked: {why}"[:1000]} for why in found.left_out[:5]),
        *({"code": "default-used", "message": note} for note in found.bindings[0].notes[:4]),
    ]
    return replace(report, warnings=[*report.warnings, *notes])


def _certain(shell: Any, wanted: Wanted) -> Discovery:
    found = discover(_with_wanted(namespace_of(shell), wanted), wanted, api.trial, cells_of(shell))
    if not found.certain and not (wanted.all and found.code == "several"):
        raise CannotChoose(found)
    return found


def _with_wanted(namespace: dict[str, Any], wanted: Wanted) -> Mapping[str, Any]:
    """``namespace`` with dotted and indexed names that were asked for as keys of their own."""
    for name in [*(n for n in (wanted.forward, wanted.backward, wanted.parameters) if n is not None), *wanted.data]:
        if name not in namespace:
            namespace[name] = names.lookup(namespace, name)
    return namespace
