"""Why a gradient is wrong, where one simple relation explains every measurement. No further evaluations.

Each relation is a hypothesis, "the true gradient is H(claimed)", held against what was measured of the true gradient:
entries one by one, or derivatives along random directions, which do not depend on the claim.
"""

from __future__ import annotations

import numpy as np

from .arrangement import exchanged, permuted, transpose
from .evidence import Evidence
from .pattern import entries, mask, nothing, sign, total
from .proportion import regularisation, scale
from .suspect import Cause, Context, Suspect

__all__ = ["Cause", "Context", "diagnose"]

# The simplest first: where several relations explain everything, it is the one to name.
_RELATIONS = (scale, sign, regularisation, transpose, permuted, exchanged, mask, total, entries, nothing)


def diagnose(name: str, claimed: np.ndarray, evidence: Evidence, context: Context) -> Cause | None:
    """The cause of the failing gradient called ``name``, or None where no simple relation explains all measurements.

    ``claimed`` has the parameter's shape. Measurements without a finite value and bound say nothing.
    """
    if not np.all(np.isfinite(claimed)):
        return None
    with np.errstate(all="ignore"):
        suspect = Suspect.of(name, claimed, evidence, context)
        if not suspect.wrong().any():
            return None
        if not suspect.claimed.any():
            return suspect.cause("zero", "is zero everywhere, the numerical gradient is not. Is it ever assigned?")
        return next((cause for relation in _RELATIONS if (cause := relation(suspect)) is not None), None)
