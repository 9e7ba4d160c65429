"""``%gradcheck`` and ``%%gradcheck``."""

from __future__ import annotations

import sys
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import display

from ..engine import GradcheckError, Plan, place_of
from . import session
from .command import Command, help_text, parse
from .comparison import compare
from .display import Report, plain
from .explain import GradientsWrong
from .route import Route
from .step_study import StepStudy
from .watch import Watch

# A check that is expected to take longer than this many seconds says beforehand what it is going to do.
_PATIENCE = 1.0


@magics_class
class GradcheckMagics(Magics):
    """The magic; registered by ``%load_ext jupyterlab_gradcheck``."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._watch: Watch | None = None

    @line_cell_magic
    def gradcheck(self, line: str, cell: str | None = None) -> Report | StepStudy | None:
        if self._watch is not None:
            self._watch.pass_over()
        command = parse(line)
        if command.unwatch:
            print("No longer watching." if self.unwatch() else "Nothing was being watched.")
            return None
        if cell is not None and not self._ran(cell):
            return None
        try:
            return self._done(command)
        except session.CannotChoose as error:
            if command.raising:
                # A usage error is printed and has no traceback; whoever runs the notebook would see an empty one.
                raise GradcheckError(f"{error}{_lines_to_type(error)}", code=error.code) from None
            raise UsageError(f"{error}{_lines_to_type(error)}") from None
        except KeyboardInterrupt as error:
            raise Interrupted(place_of(error)) from None

    gradcheck.__doc__ = help_text()

    def unwatch(self) -> bool:
        """Ends the watching, and tells whether there was any."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop()
        return watch is not None

    def _ran(self, cell: str) -> bool:
        """Runs the rest of the cell, and tells whether it succeeded."""
        assert self.shell is not None
        if self._watch is None:
            return bool(self.shell.run_cell(cell).success)
        with self._watch.paused():
            return bool(self.shell.run_cell(cell).success)

    def _done(self, command: Command) -> Report | StepStudy | None:
        if command.plan:
            plan = self._plan(command)
            _say(plan)
            self._keep(command, plan)
            return None
        if command.steps is not None:
            study = self._steps(command, command.steps)
            self._keep(command, study)
            return study
        report = self._watched(command) if command.watch else self._check(command, None)
        self._keep(command, report)
        if report.verdict in command.raising:
            # The notebook is to have the whole report, and the exception what it comes to.
            display(report)
            raise GradientsWrong(report)
        return report

    def _keep(self, command: Command, value: Any) -> None:
        if command.into is not None:
            assert self.shell is not None
            self.shell.push({command.into: value})

    def _plan(self, command: Command) -> Plan:
        if command.expressions is not None:
            return session.plan_of_expressions(self.shell, command.expressions, command.options, command.backend)
        return session.plan(self.shell, command.wanted, command.options, command.backend)

    def _steps(self, command: Command, parameter: str) -> StepStudy:
        given = (parameter, command.options, command.backend)
        if command.expressions is not None:
            return session.steps_of_expressions(self.shell, command.expressions, *given)
        return session.steps(self.shell, command.wanted, *given)

    def _check(self, command: Command, watch: Watch | None) -> Report:
        stdout = sys.stdout  # which is quiet during the check

        def say(plan: Plan) -> None:
            if plan.seconds > _PATIENCE:
                _say(plan, stdout)

        given = (command.options, command.backend, None, say, None if watch is None else watch.follow)
        if command.expressions is not None:
            return session.check_expressions(self.shell, command.expressions, *given)
        return session.check(self.shell, command.wanted, *given)

    def _watched(self, command: Command) -> Report:
        """Checks, and repeats that when the functions are defined anew, in the place of any watch that there was."""
        before: list[Report] = []

        def again() -> None:
            report = self._check(command, watch)
            if before and (changed := compare(before[-1], report)):
                print(plain(f"Since the check before: {changed}."))
            before[:] = [report]
            self._keep(command, report)
            display(report)

        watch = Watch(self.shell, again)
        try:
            before.append(self._check(command, watch))
            return before[-1]
        finally:
            # Functions that were found are watched, also if they raise for now.
            if watch.following:
                self.unwatch()
                self._watch = watch
                watch.pass_over()
                watch.start()
                names = plain(", ".join(watch.following))
                print(f"Watching {names}: checked again when defined anew. %gradcheck --unwatch ends that.")


def _say(plan: Plan, stream: Any = None) -> None:
    print(plain(plan.message), file=stream, flush=True)


class Interrupted(KeyboardInterrupt):
    """The person has stopped the check. What follows in the notebook is stopped as well."""

    def __init__(self, place: str) -> None:
        super().__init__(f"the check was stopped{place and f' in {place}'}. Parameters and data are as they were.")

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines in place of a traceback, of which nearly all frames would be ours.
        return [f"KeyboardInterrupt: {self}"]


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
