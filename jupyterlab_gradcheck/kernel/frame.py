"""A report as a table of pandas, which is imported when one is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine import GradcheckError, ParameterReport, Report
from ..engine.judge import NAMES, Code


def frame_of(report: Report) -> Any:
    """A ``pandas.DataFrame`` with one row a parameter, its index their names."""
    pandas = _pandas()
    rows = [_row(p) for p in report.parameters]
    return pandas.DataFrame(rows, index=pandas.Index([p.name for p in report.parameters], name="parameter"))


def frame_of_entries(parameter: ParameterReport) -> Any:
    """A ``pandas.DataFrame`` with one row for each entry of ``parameter`` that was measured, its index the entry's place.

    Raises `GradcheckError` where nothing could be compared.
    """
    pandas = _pandas()
    if (
        parameter.analytic is None
        or parameter.numerical is None
        or parameter.error_bound is None
        or parameter.codes is None
    ):
        raise GradcheckError(f"{parameter.name} has no entries to list: {parameter.message}", code="cannot_check")
    known = np.flatnonzero(parameter.codes.ravel() != Code.UNKNOWN)
    places = np.unravel_index(known, parameter.shape) if parameter.shape else ()
    columns = {
        "claimed": parameter.analytic.ravel()[known],
        "numerical": parameter.numerical.ravel()[known],
        "error_bound": parameter.error_bound.ravel()[known],
        "verdict": [NAMES[int(code)] for code in parameter.codes.ravel()[known]],
    }
    if len(places) > 1:
        index = pandas.MultiIndex.from_arrays(list(places), names=[f"axis {axis}" for axis in range(len(places))])
    else:
        index = pandas.Index(places[0] if places else known, name="entry")
    return pandas.DataFrame(columns, index=index)


def _row(parameter: ParameterReport) -> dict[str, Any]:
    return {
        "gradient": parameter.gradient,
        "verdict": parameter.verdict,
        "relative_difference": parameter.relative_difference,
        "max_abs_error": parameter.max_abs_error,
        "detection_limit": parameter.detection_limit,
        "shape": parameter.shape,
        "size": parameter.size,
        **{name: parameter.counts.get(name, 0) for name in ("pass", "fail", "inconclusive")},
        "cause": None if parameter.cause is None else parameter.cause.kind,
        "line": None if parameter.source is None else parameter.source["line"],
        "message": parameter.message,
    }


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise GradcheckError(
            f"A table needs pandas, and importing it failed: {error}. Run %pip install pandas, or use report.to_dict().",
            code="not_installed",
        ) from None
    return pandas
