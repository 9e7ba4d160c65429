"""`assert_gradients`, for tests: a wrong gradient is a failure that says which, by how much, why, and on which line."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ..engine import REMEMBERS, GradcheckError
from ..engine.report import some
from .api import gradcheck
from .comparison import gradient_name
from .display import Report
from .explain import explain
from .training import GradientWarning

# unittest leaves the frames of such a module out of the traceback, so that it ends with the person's test.
__unittest = True


def assert_gradients(
    forward: Callable[..., Any] | None = None,
    backward: Callable[..., Any] | None = None,
    parameters: Any = None,
    *data: Any,
    allow_inconclusive: bool = False,
    **options: Any,
) -> Report:
    """Checks as `jupyterlab_gradcheck.gradcheck` does, of which all arguments are taken, and fails where it does not pass.

    Args:
        allow_inconclusive: whether a gradient that could not be decided lets the assertion hold, or one of which nothing could
            be tested, since the loss moves with none of its entries, here or nearby. It does not by itself: a test that has
            told nothing should not be green.

    Returns:
        the report. Where a second call gives other gradients than a first one (they add up, a cache is filled once), there is a
        `GradientWarning` beside.

    Raises:
        AssertionError: a gradient is wrong, or could not be decided. Its attribute ``report`` is the report.
        GradcheckError: nothing could be checked; the message says why.
    """
    __tracebackhide__ = True
    try:
        report = gradcheck(forward, backward, parameters, *data, **options)
    except GradcheckError as error:
        # Anew, since the frames between are ours; what the person's function raised stays beside it.
        raise GradcheckError(str(error), code=error.code) from error.__cause__
    if report.verdict == "fail" or (report.verdict == "inconclusive" and not allow_inconclusive):
        raise _failure(explain(report), report)
    for note in report.warnings:
        if note["code"] in REMEMBERS:
            warnings.warn(note["message"], GradientWarning, stacklevel=2)
    untested = [gradient_name(p) for p in report.parameters if p.blind and p.blind.whole]
    if untested and not allow_inconclusive:
        raise _failure(
            f"Nothing of {some(untested)} was tested: the loss moves with none of the entries, here or nearby. Choose "
            "parameters and data at which it does, or allow that with allow_inconclusive=True.",
            report,
        )
    return report


def _failure(message: str, report: Report) -> AssertionError:
    # The plain class: unittest cuts the traceback of no other.
    failure = AssertionError(message)
    vars(failure)["report"] = report
    return failure
