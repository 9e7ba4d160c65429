"""How much one evaluation of the loss can be off, and in which precision it is really computed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# Machine epsilon of the precisions a loss is computed in.
EPSILON = {"float64": 2.0**-52, "float32": 2.0**-23, "float16": 2.0**-10}
_DTYPES = {"float32": np.float32, "float16": np.float16}
# Evaluations along the line, the base point among them.
POINTS = 9
# Between them, as a fraction of the parameters: small enough that third differences of the smooth part vanish, large
# enough that a parameter of that precision moves.
_SPACING = {"float64": 1e-9, "float32": 2.0**-19, "float16": 2.0**-6}


@dataclass(frozen=True)
class Noise:
    """What one evaluation of the loss is worth.

    Attributes:
        level: bound on the error of one evaluation, in the loss's unit.
        magnitude: largest |loss| seen while measuring.
        precision: ``float64``, ``float32`` or ``float16``: the coarsest step of the computation, as measured.
    """

    level: float
    magnitude: float
    precision: str


def measure(loss: Callable[[np.ndarray], float], base: np.ndarray, base_loss: float, loss_dtype: np.dtype) -> Noise:
    """Noise of ``loss`` around ``base`` (length n), from `POINTS` - 1 evaluations along one seeded direction.

    The estimate is ECnoise (Moré and Wild, Estimating computational noise, SIAM J. Sci. Comput. 33, 2011): k-th
    differences of equally spaced values remove the smooth part, and what remains has a known variance. The bound is
    three of its standard deviations, and never below one unit in the last place of the loss.
    """
    direction = np.random.Generator(np.random.PCG64(20110)).choice([-1.0, 1.0], base.size)
    direction *= np.maximum(np.abs(base), _typical(base))
    declared = loss_dtype.name if loss_dtype.name in _DTYPES else "float64"
    precision = declared
    values = _sample(loss, base, direction, base_loss, _SPACING[declared])
    if declared == "float64":
        precision = _precision(values)
        # Steps too small for a float32 cast inside the function leave the loss as it was: look again, further apart.
        if precision != "float64" or len(set(values)) <= POINTS // 2:
            values = _sample(loss, base, direction, base_loss, _SPACING["float32"])
            precision = _precision(values)
    finite = [value for value in values if math.isfinite(value)]
    magnitude = max(abs(value) for value in finite)
    floor = EPSILON[precision] * magnitude
    spread = 3 * _ecnoise(np.array(values)) if len(finite) == len(values) else 0.0
    return Noise(max(floor, spread, math.ulp(0.0)), magnitude, precision)


def _sample(
    loss: Callable[[np.ndarray], float], base: np.ndarray, direction: np.ndarray, base_loss: float, spacing: float
) -> list[float]:
    half = POINTS // 2
    return [base_loss if k == 0 else loss(base + k * spacing * direction) for k in range(-half, half + 1)]


def _typical(base: np.ndarray) -> float:
    rms = float(np.sqrt(np.mean(np.square(base / _largest(base))))) * _largest(base)
    return rms if rms > 0 else 1.0


def _largest(base: np.ndarray) -> float:
    largest = float(np.max(np.abs(base)))
    return largest if largest > 0 and math.isfinite(largest) else 1.0


def _precision(values: list[float]) -> str:
    """The coarsest precision that holds every value. By chance a float64 is also a float32 once in 2**29."""
    if len(set(values)) < 4:
        return "float64"
    array = np.array(values)
    with np.errstate(over="ignore"):
        for name in ("float16", "float32"):
            if np.array_equal(array, array.astype(_DTYPES[name]).astype(np.float64)):
                return name
    return "float64"


def _ecnoise(values: np.ndarray) -> float:
    """Standard deviation of the noise in equally spaced ``values``."""
    sigmas: list[float] = []
    changes: list[bool] = []
    differences = values
    gamma = 1.0
    for k in range(1, len(values) - 1):
        differences = np.diff(differences)
        gamma *= 0.5 * k / (2 * k - 1)
        sigmas.append(math.sqrt(gamma * float(np.mean(differences**2))))
        changes.append(bool(differences.min() < 0 < differences.max()))
    for k in range(len(sigmas) - 2):
        three = sigmas[k : k + 3]
        if changes[k] and max(three) <= 4 * min(three):
            return three[0]
    # No plateau: the highest differences have the least of the smooth part left.
    return min(sigmas[-3:])
