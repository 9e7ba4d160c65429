"""``%gradcheck`` and ``%%gradcheck``."""

from __future__ import annotations

import sys
from dataclasses import fields
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from ..backends import NAMES
from ..engine import METHODS, Options, Plan, place_of
from . import session
from .discovery import Wanted
from .display import Report, plain
from .route import Route
from .step_study import StepStudy

# A check that is expected to take longer than this many seconds says beforehand what it is going to do.
_PATIENCE = 1.0


@magics_class
class GradcheckMagics(Magics):
    """The magic; registered by ``%load_ext jupyterlab_gradcheck``."""

    @magic_arguments()
    @argument("forward", nargs="?", help="Function that computes the loss. Left out, it is found.")
    @argument("backward", nargs="?", help="Function that computes the gradients.")
    @argument("parameters", nargs="?", help="Variable that holds the parameters.")
    @argument("data", nargs="*", help="Variables for forward's other arguments, in its order.")
    @argument(
        "--all", action="store_true", help="Check everything that stands side by side, such as a notebook's layers."
    )
    @argument("--loss", help="Expression that gives the loss. With --gradients and --parameters, nothing is guessed.")
    @argument("--gradients", help="Expression that gives the gradients.")
    @argument(
        "--parameters", dest="places", nargs="+", help="Expression, or several, for what is to be changed in place."
    )
    @argument("--epsilon", type=float, help="Step of the central difference; left out, it is chosen from the noise.")
    @argument("--method", choices=METHODS, default="auto", help="How to differentiate.")
    @argument("--backend", choices=NAMES, default="auto", help="What evaluates the functions.")
    @argument("--threshold", type=float, help="Also require relative difference <= THRESHOLD (the classic rule).")
    @argument("--tolerance", type=float, help="Error that passes, as a fraction of a parameter's largest gradient.")
    @argument("--strict", action="store_true", help="Call every difference wrong that is certain, however small.")
    @argument("--max-evaluations", "--max_evaluations", type=int, help="Calls of forward not to exceed.")
    @argument("--max-seconds", "--max_seconds", type=float, help="Seconds not to exceed.")
    @argument("--points", type=int, default=2, help="Points nearby that are checked as well (2; 0 for none).")
    @argument("--no-lift", "--no_lift", dest="lift", action="store_false", help="Leave a float32 loss in float32.")
    @argument(
        "--plan", action="store_true", help="Say what a check would do and how long it would take; check nothing."
    )
    @argument(
        "--steps",
        metavar="PARAMETER",
        help="Study how the error depends on the step, for one entry of PARAMETER; check nothing.",
    )
    @line_cell_magic
    def gradcheck(self, line: str, cell: str | None = None) -> Report | StepStudy | None:
        """Check the gradients of the functions in this notebook.

        ``%gradcheck`` finds forward, backward, parameters and data by itself;
        ``%gradcheck forward_n backward_n parameters X Y`` names them. ``%gradcheck --loss "cost(f(X, p), Y)" --gradients
        "grads(X, Y, p)" --parameters p`` guesses nothing. ``%%gradcheck`` runs the cell first.
        Evaluates to the Report; with ``--steps W2``, to a StepStudy.
        """
        given = parse_argstring(self.gradcheck, line)
        if cell is not None and not self.shell.run_cell(cell).success:  # type: ignore[union-attr]
            return None
        expressions = _expressions(given)
        wanted = Wanted(given.forward, given.backward, given.parameters, given.data, given.all)
        options = Options(**{field.name: getattr(given, field.name) for field in fields(Options)})
        stdout = sys.stdout  # which is quiet during the check

        def say(plan: Plan) -> None:
            if given.plan or plan.seconds > _PATIENCE:
                print(plain(plan.message), file=stdout, flush=True)

        try:
            if given.plan:
                say(session.plan(self.shell, wanted, options, given.backend))
                return None
            if given.steps is not None:
                if expressions is not None:
                    return session.steps_of_expressions(self.shell, expressions, given.steps, options, given.backend)
                return session.steps(self.shell, wanted, given.steps, options, given.backend)
            if expressions is not None:
                return session.check_expressions(self.shell, expressions, options, given.backend, on_plan=say)
            return session.check(self.shell, wanted, options, given.backend, on_plan=say)
        except session.CannotChoose as error:
            raise UsageError(f"{error}{_lines_to_type(error)}") from None
        except KeyboardInterrupt as error:
            raise Interrupted(place_of(error)) from None


class Interrupted(KeyboardInterrupt):
    """The person has stopped the check. What follows in the notebook is stopped as well."""

    def __init__(self, place: str) -> None:
        super().__init__(f"the check was stopped{place and f' in {place}'}. Parameters and data are as they were.")

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines in place of a traceback, of which nearly all frames would be ours.
        return [f"KeyboardInterrupt: {self}"]


def _expressions(given: Any) -> tuple[str, str, str] | None:
    # Names stand between commas or spaces.
    places = given.places and ",".join(place.strip("'\"").rstrip(",") for place in given.places)
    loss, gradients = (v and v.strip("'\"") for v in (given.loss, given.gradients))
    if loss is gradients is places is None:
        return None
    if loss is None or gradients is None or places is None:
        raise UsageError("--loss, --gradients and --parameters belong together: give all three, or none.")
    if given.forward is not None:
        raise UsageError(
            f"{given.forward} stands beside --loss, --gradients and --parameters, which say all. An expression with spaces "
            'goes in quotes: --loss "cost(X, Y)".'
        )
    return loss, gradients, places


def _lines_to_type(error: session.CannotChoose) -> str:
    lines: list[Any] = [
        " ".join(
            ["  %gradcheck", b.forward_name, b.backward_name]
            if isinstance(b, Route)
            else ["  %gradcheck", b.forward_name, b.backward_name, b.parameters_name, *b.data_names]
        )
        for b in error.discovery.bindings[:8]
        # A standard loss has a title, and no name to type.
        if " " not in b.forward_name
    ]
    if error.discovery.code == "several":
        lines.append("  %gradcheck --all")
    return "\n" + "\n".join(lines) if lines else ""
