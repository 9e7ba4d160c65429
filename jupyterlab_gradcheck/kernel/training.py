"""`every`: a quick look at the gradients now and then while a network is trained, which changes nothing of the training."""

from __future__ import annotations

import numbers
import warnings
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from ..engine import GradcheckError
from .api import gradcheck
from .comparison import gradient_name
from .display import Report
from .explain import GradientsWrong, explain

# Right gradients of networks of all sizes pass with so many calls of forward; wrong ones are seen to be off.
QUICK = 48
# What a look that was not content may take to find out what is wrong.
THOROUGH = 1_000
# Checks that are remembered.
_KEPT = 100

# What is wrong with how we were called is wrong at every step.
_MISUSE = ("ambiguous_argument", "invalid_option", "not_a_function", "unbound_argument", "unknown_parameter")

OnWrong = str | Callable[[Report], Any]


class GradientWarning(UserWarning):
    """A gradient turned out to be wrong, or could not be checked, during training; or is right in a first call alone."""


class Look(NamedTuple):
    """One check during training: at which step, and what it found."""

    step: int
    report: Report


class Every:
    """Checks the gradients at every n-th call. See `every`.

    Attributes:
        calls: how often it was called.
        looks: the last hundred checks.
        evaluations: calls of forward so far.
    """

    def __init__(
        self, n: int, check: Callable[..., Report], on_wrong: OnWrong, max_evaluations: int, thorough: int
    ) -> None:
        self.n = n
        self.calls = 0
        self.evaluations = 0
        self.looks: deque[Look] = deque(maxlen=_KEPT)
        self._check = check
        self._on_wrong = on_wrong
        self._budgets = max_evaluations, thorough
        self._told: frozenset[str] = frozenset()
        self._refused = ""
        self._undecided = False

    @property
    def reports(self) -> list[Report]:
        """The reports of the last hundred checks, oldest first."""
        return [look.report for look in self.looks]

    def __call__(self, *given: Any) -> Report | None:
        """``watch(parameters, *data)`` or ``watch(step, parameters, *data)``, after a step of training or before.

        Returns the report where this call checked. What cannot be checked is warned of, or raised, as a wrong gradient is.

        Raises `GradcheckError` for options that are none, and arguments that forward and backward do not take.
        """
        self.calls += 1
        step, arguments = self.calls, given
        if given and isinstance(given[0], numbers.Integral) and not isinstance(given[0], bool):
            step, arguments = int(given[0]), given[1:]
        if step % self.n:
            return None
        try:
            report = self._look(arguments)
        except GradcheckError as error:
            self._refuse(step, error)
            return None
        self.looks.append(Look(step, report))
        self._tell(step, report)
        return report

    def _look(self, arguments: tuple[Any, ...]) -> Report:
        quick, thorough = self._budgets
        report = self._check(*arguments, max_evaluations=quick)
        self.evaluations += report.evaluations
        if not _suspicious(report):
            self._undecided = False
        elif thorough > quick and not self._undecided:
            # Something was seen: what it is takes more than a look.
            report = self._check(*arguments, max_evaluations=thorough)
            self.evaluations += report.evaluations
            # Where that could not tell either, it would not the next time, until something changes.
            self._undecided = report.verdict == "inconclusive"
        return report

    def _tell(self, step: int, report: Report) -> None:
        wrong = frozenset(gradient_name(p) for p in report.parameters if p.verdict == "fail")
        if report.verdict == "fail" and not wrong:
            wrong = frozenset([report.message])
        before = self._told
        if report.verdict != "inconclusive":
            self._told = wrong
        if not wrong:
            return
        if callable(self._on_wrong):
            self._on_wrong(report)
        elif self._on_wrong == "raise":
            raise GradientsWrong(report)
        elif wrong - before:
            # What was wrong before still is, as everybody expects.
            warnings.warn(f"At step {step}: {explain(report)}", GradientWarning, stacklevel=3)

    def _refuse(self, step: int, error: GradcheckError) -> None:
        if self._on_wrong == "raise" or error.code in _MISUSE:
            raise error
        if str(error) != self._refused:
            self._refused = str(error)
            warnings.warn(f"At step {step}, the gradients could not be checked: {error}", GradientWarning, stacklevel=3)

    def __repr__(self) -> str:
        lines = [
            f"every {self.n}: {len(self.looks)} check{'' if len(self.looks) == 1 else 's'} in {self.calls} calls, "
            f"{self.evaluations:,} evaluations"
        ]
        changes = [
            look
            for before, look in zip([None, *self.looks], self.looks, strict=False)
            if before is None or before.report.message != look.report.message
        ]
        return "\n".join([*lines, *(f"  from step {look.step}: {look.report.message}" for look in changes[-10:])])


def _suspicious(report: Report) -> bool:
    """Whether anything was seen to be off. A loss in float32 is looked at entry by entry, of which a look reaches a few: that
    the others are open is nothing to follow."""
    return report.verdict == "fail" or any(
        p.verdict == "inconclusive" and (p.coverage != "sampled" or p.counts["pass"] < sum(p.counts.values()))
        for p in report.parameters
    )


def every(
    n: int,
    forward: Callable[..., Any],
    backward: Callable[..., Any] | None = None,
    *,
    on_wrong: OnWrong = "warn",
    max_evaluations: int = QUICK,
    thorough: int = THOROUGH,
    points: int = 0,
    **options: Any,
) -> Every:
    """A hook for a training loop: ``watch = every(100, forward, backward)``, and in the loop ``watch(parameters, X, Y)``, or
    ``watch(step, parameters, X, Y)`` where the loop counts itself.

    Each n-th call (or step divisible by n) takes a quick look with the parameters and the mini-batch as they are. Where that
    is not content, a thorough check follows. Parameters, random generators and all else are afterwards as they were: the
    training is the same, bit by bit, as without.

    Args:
        n: how often, at least 1.
        forward, backward: as for `gradcheck`; without backward, a custom gradient of TensorFlow's.
        on_wrong: ``warn`` (`GradientWarning`, once until another gradient is wrong), ``raise`` (`GradientsWrong`), or a
            function that is given the report.
        max_evaluations: calls of forward for a look.
        thorough: calls of forward for the check that follows a look that was not content; 0 for none.
        points: points nearby; training itself goes from point to point.
        options: as for `gradcheck`.

    Raises `GradcheckError` for an ``n`` or ``on_wrong`` that is none.
    """
    refuse(n, on_wrong)
    for role, function in (("forward", forward), ("backward", backward)):
        if not callable(function) and not (function is None and role == "backward"):
            raise GradcheckError(f"{role} is a {type(function).__name__}, not a function.", code="not_a_function")

    def check(parameters: Any, *data: Any, max_evaluations: int) -> Report:
        return gradcheck(
            forward, backward, parameters, *data, max_evaluations=max_evaluations, points=points, **options
        )

    return Every(n, check, on_wrong, max_evaluations, thorough)


def refuse(n: Any, on_wrong: Any) -> None:
    """Raises `GradcheckError` for what `every` does not take."""
    if isinstance(n, bool) or not isinstance(n, numbers.Integral) or n < 1:
        raise GradcheckError(f"every({n!r}, ...) should be given a whole number, 1 at least.", code="invalid_option")
    if not callable(on_wrong) and on_wrong not in ("warn", "raise"):
        raise GradcheckError(
            f"on_wrong={on_wrong!r} should be 'warn', 'raise' or a function of the report.", code="invalid_option"
        )


# As an attribute of the function that everybody imports.
vars(gradcheck)["every"] = every
