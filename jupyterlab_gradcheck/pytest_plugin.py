"""The pytest plugin: a fixture that asserts gradients, and the whole report beside a failure.

pytest imports this wherever the package is installed, so that nothing else is imported until a test uses it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from typing import Any

import pytest


@pytest.fixture
def gradcheck() -> Callable[..., Any]:
    """``gradcheck(forward, backward, parameters, *data, **options)`` fails the test unless every gradient passes; it returns
    the report. See `jupyterlab_gradcheck.assert_gradients`."""
    from .kernel.assertion import assert_gradients

    return assert_gradients


# The older kind of wrapper, which every pytest understands: being installed must not break one.
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Puts the report of the check that failed the test into a section of its own."""
    outcome = yield
    report = None if call.excinfo is None else getattr(call.excinfo.value, "report", None)
    # Where nothing was checked, the module has not been imported either.
    display = sys.modules.get("jupyterlab_gradcheck.kernel.display")
    if report is None or display is None or outcome.excinfo is not None:
        return
    if isinstance(report, display.Report):
        outcome.get_result().sections.append(("gradient check", repr(report)))
