"""`assert_gradients`, for tests: a wrong gradient is a failure that says which, by how much, why, and on which line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..engine import GradcheckError
from .api import gradcheck
from .display import Report
from .explain import explain

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
        allow_inconclusive: whether a gradient that could not be decided lets the assertion hold. It does not by itself: a
            test that has told nothing should not be green.

    Returns:
        the report.

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
        # The plain class: unittest cuts the traceback of no other.
        failure = AssertionError(explain(report))
        vars(failure)["report"] = report
        raise failure
    return report
