"""Some entries of a gradient, for a picture of the claimed values against the measured ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from .judge import NAMES, Code

# Of the entries that are shown, the share that is kept for the worst ones.
_WORST = 4


def sample(analytic: np.ndarray, numerical: np.ndarray, codes: np.ndarray, count: int) -> dict[str, list[Any]] | None:
    """At most ``count`` entries of arrays of one shape: the worst first, then others spread evenly over the rest.

    Only entries that were measured, and are finite in both, are taken; None where there are none. Returns the contract's
    Sample, its numbers rounded to seven digits.
    """
    claimed, measured, verdicts = analytic.ravel(), numerical.ravel(), codes.ravel()
    known = np.flatnonzero((verdicts != Code.UNKNOWN) & np.isfinite(claimed) & np.isfinite(measured))
    if not known.size or count < 1:
        return None
    with np.errstate(over="ignore"):
        error = np.abs(claimed[known] - measured[known])
    order = known[np.lexsort((-error, -verdicts[known]))]
    if order.size > count:
        worst = -(-count // _WORST)
        rest = np.sort(order[worst:])
        order = np.r_[order[:worst], rest[np.linspace(0, rest.size - 1, count - worst).astype(int)]]
    return {
        "analytic": _rounded(claimed[order]),
        "numerical": _rounded(measured[order]),
        "verdict": [NAMES[code] for code in verdicts[order].tolist()],
    }


def _rounded(values: np.ndarray) -> list[float]:
    # A picture shows no more, and a report of many parameters stays small.
    return [float(f"{value:.7g}") for value in values.tolist()]
