"""``%gradcheck`` and ``%%gradcheck``."""

from __future__ import annotations

from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from ..backends import NAMES
from ..engine import METHODS, Options
from . import session
from .discovery import Wanted
from .display import Report


@magics_class
class GradcheckMagics(Magics):
    """The magic; registered by ``%load_ext jupyterlab_gradcheck``."""

    @magic_arguments()
    @argument("forward", nargs="?", help="Function that computes the loss. Left out, it is found.")
    @argument("backward", nargs="?", help="Function that computes the gradients.")
    @argument("parameters", nargs="?", help="Variable that holds the parameters.")
    @argument("data", nargs="*", help="Variables for forward's other arguments, in its order.")
    @argument("--epsilon", type=float, help="Step of the central difference; left out, it is chosen from the noise.")
    @argument("--method", choices=METHODS, default="auto", help="How to differentiate.")
    @argument("--backend", choices=NAMES, default="auto", help="What evaluates the functions.")
    @argument("--threshold", type=float, help="Also require relative difference <= THRESHOLD (the classic rule).")
    @argument("--tolerance", type=float, help="Error that passes, as a fraction of a parameter's largest gradient.")
    @argument("--strict", action="store_true", help="Call every difference wrong that is certain, however small.")
    @argument("--max-evaluations", type=int, help="Calls of forward not to exceed.")
    @argument("--max-seconds", type=float, help="Seconds not to exceed.")
    @argument("--points", type=int, default=2, help="Points nearby that are checked as well (2; 0 for none).")
    @argument("--no-lift", action="store_true", help="Leave a float32 loss in float32.")
    @line_cell_magic
    def gradcheck(self, line: str, cell: str | None = None) -> Report | None:
        """Check the gradients of the functions in this notebook.

        ``%gradcheck`` finds forward, backward, parameters and data by itself;
        ``%gradcheck forward_n backward_n parameters X Y`` names them. ``%%gradcheck`` runs the cell first.
        Evaluates to the Report.
        """
        given = parse_argstring(self.gradcheck, line)
        if cell is not None and not self.shell.run_cell(cell).success:  # type: ignore[union-attr]
            return None
        wanted = Wanted(given.forward, given.backward, given.parameters, given.data)
        options = Options(
            method=given.method,
            epsilon=given.epsilon,
            threshold=given.threshold,
            tolerance=given.tolerance,
            strict=given.strict,
            max_evaluations=given.max_evaluations,
            max_seconds=given.max_seconds,
            points=given.points,
            lift=not given.no_lift,
        )
        try:
            return session.check(self.shell, wanted, options, given.backend)
        except session.CannotChoose as error:
            raise UsageError(f"{error}{_lines_to_type(error)}") from None


def _lines_to_type(error: session.CannotChoose) -> str:
    lines: list[Any] = [
        " ".join(["  %gradcheck", b.forward_name, b.backward_name, b.parameters_name, *b.data_names])
        for b in error.discovery.bindings[:5]
    ]
    return "\n" + "\n".join(lines) if lines else ""
