"""How much one evaluation of the loss can be off, and in which precision it is really computed."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import median
from typing import Any

import numpy as np

from . import scale
from .evaluate import Evaluator

# Machine epsilon of the precisions a loss is computed in.
EPSILON = {"float64": 2.0**-52, "float32": 2.0**-23, "float16": 2.0**-10}
_DTYPES = {"float32": np.float32, "float16": np.float16}
# Evaluations along the line, the base point among them.
POINTS = 9
# A loss with so much noise, relative to its size, asks for steps that lead over kinks.
_COARSE = 1e4 * EPSILON["float64"]
# Entries of one array that move.
_MOVED = 16_384
_MANY = 200_000
_FEW = 4_096
# Between them, as a fraction of the parameters: wide enough to leave a plateau; or small enough that third differences of
# the smooth part vanish, large enough that a parameter of that precision moves.
_PLATEAU = 2.0**-10
_ODD = 1.2345
_SOME_WAY = 0.1
_SPACING = {"float64": 1e-9, "many": 2.0**-22, "float32": 2.0**-19, "float16": 2.0**-6}


@lru_cache
def name_of(dtype: np.dtype) -> str:
    """The name of a floating-point precision; float64 for anything else."""
    return dtype.name if dtype.name in _DTYPES else "float64"


@dataclass(frozen=True)
class Noise:
    """What one evaluation of the loss is worth.

    Attributes:
        level: bound on the error of one evaluation near the base point, in the loss's unit.
        magnitude: largest |loss| seen while measuring.
        precision: ``float64``, ``float32`` or ``float16``: the coarsest step of the computation, as measured.
        variation: by how much the loss changes over a part of its length scale, where that was of interest: a loss of
            almost nothing is noisy beside itself, and not beside that.
    """

    level: float
    magnitude: float
    precision: str
    variation: float = 0.0

    @property
    def coarse(self) -> bool:
        """Whether steps have to be so large that they lead over kinks: in less than float64, or as if in less."""
        return self.precision != "float64" or self.level > _COARSE * max(self.magnitude, self.variation)

    def at(self, *losses: Any) -> Any:
        """Bound on the error of evaluations that gave ``losses`` (numbers, or arrays of one shape): rounding grows with
        what is rounded.

        Where the loss is almost zero, as after a perfect fit, it is many times larger one step away.
        """
        largest = functools.reduce(np.fmax, map(np.abs, losses))
        if self.magnitude == 0:
            return np.fmax(self.level, EPSILON[self.precision] * largest)
        return self.level * np.fmax(1.0, largest / self.magnitude)

    @classmethod
    def floor(cls, losses: Sequence[float], loss_dtype: np.dtype) -> Noise:
        """What ``losses``, seen in passing, tell without another evaluation: their precision, and its rounding."""
        magnitude = max(map(abs, filter(math.isfinite, losses)), default=0.0)
        declared = name_of(loss_dtype)
        precision = _precision(losses) if declared == "float64" else declared
        return cls(max(2 * EPSILON[precision] * magnitude, math.ulp(0.0)), magnitude, precision)


def measure(evaluator: Evaluator, base_loss: float) -> Noise:
    """Noise of the loss around the evaluator's point, from evaluations along one seeded direction.

    The estimate is ECnoise (Moré and Wild, Estimating computational noise, SIAM J. Sci. Comput. 33, 2011): k-th
    differences of equally spaced values remove the smooth part, and what remains has a known variance. The bound is
    three of its standard deviations, and never below one unit in the last place of the loss. A float64 loss is sampled a
    second time, further apart: a float32 part inside it only moves there. A kink may lie within reach then, so that
    sample counts by the median of its third differences, of which a kink spoils two in six.
    """
    line = _Line(evaluator, base_loss)
    declared = name_of(evaluator.loss_dtype)
    many = evaluator.base.size > _MANY
    values = near = line.sample(_SPACING["many" if many and declared == "float64" else declared])
    precision, spread, unmoved = declared, _ecnoise(values), False
    if declared == "float64":
        # Of a very large network some float32 parts move at any spacing, and its every evaluation counts.
        apart = values if many else line.sample(_SPACING["float32"])
        unmoved = len(set(values.tolist())) <= POINTS // 2
        precision = _precision((apart if unmoved else values).tolist())
        if precision == "float64":
            hidden = median_noise(apart)
            spread = hidden if many else spread
            if hidden > 4 * max(0.0 if many else spread, EPSILON["float64"] * abs(base_loss)):
                hidden = _without_kinks(line, hidden, _SPACING["many" if many else "float32"])
                spread = hidden if many else spread
            spread = max(spread, hidden)
        else:
            values, spread = apart, _ecnoise(apart)
    magnitude = float(np.max(np.abs(values[np.isfinite(values)])))
    if declared == "float64" and (unmoved or (precision == "float64" and not many)):
        spread = max(spread, _quantum(line, near, apart, magnitude))
    found = Noise(max(EPSILON[precision] * magnitude, 3 * spread, math.ulp(0.0)), magnitude, precision)
    if found.precision == "float64" and found.coarse:
        found = replace(found, variation=line.change(_SOME_WAY))
    return found


class _Line:
    """A seeded line through the point along which entries move by their own length scales, up or down.

    Of a large array some thousand entries do, evenly spread: they stir what the rounding of the others makes of it.
    """

    def __init__(self, evaluator: Evaluator, base_loss: float) -> None:
        self._evaluator, self._base_loss = evaluator, base_loss
        parts = [slice(leaf.start, leaf.stop, max(1, leaf.size // _MOVED)) for leaf in evaluator.flat.leaves]
        counts = tuple(len(range(part.start, part.stop, part.step)) for part in parts)
        size = sum(counts)
        # Those of a problem of the size of an exercise are the same at every check, and drawn once.
        lengths = (_lengths if size <= _FEW else _lengths.__wrapped__)(counts)
        self._moves = [
            (part, scale.length_scale(evaluator.base[part], evaluator.floor(position)) * lengths[position])
            for position, part in enumerate(parts)
        ]
        # A line through very many dimensions is long, and would lead over kinks.
        self._narrower = max(1.0, math.sqrt(size) / 8)

    def sample(self, spacing: float) -> np.ndarray:
        """The loss at `POINTS` equally spaced places, of which the point is the first.

        All lie on one side: a kink exactly at the point would pass for noise. On the other, where this one leaves the
        loss's domain.
        """
        values = np.empty(0)
        for side in (1, -1):
            with self._evaluator.line(self._moves) as loss:
                steps_ = (side * k * spacing / self._narrower for k in range(1, POINTS))
                values = np.array([self._base_loss, *map(loss, steps_)])
            self._evaluator.intact(thorough=False)
            if np.isfinite(values).all():
                break
        return values

    def change(self, distance: float) -> float:
        """By how much the loss differs so far along the line; 0 where it leaves its domain."""
        with self._evaluator.line(self._moves) as loss:
            apart = abs(loss(distance / self._narrower) - self._base_loss)
        self._evaluator.intact(thorough=False)
        return apart if math.isfinite(apart) else 0.0


@lru_cache(maxsize=32)
def _lengths(counts: tuple[int, ...]) -> list[np.ndarray]:
    """How far the entries move, and which way, for arrays of so many entries: seeded.

    Of unequal lengths: a loss may be symmetrical in its parameters.
    """
    random = np.random.Generator(np.random.SFC64(20110))
    return [random.choice([-1.0, 1.0], count) * random.uniform(0.5, 1.5, count) for count in counts]


def _precision(losses: Sequence[float]) -> str:
    """The coarsest precision that holds every value. By chance a float64 is also a float32 once in 2**29."""
    # Most often the first tells that it is neither.
    if len(losses) >= 4 and float(np.float32(losses[0])) == losses[0] and len(set(losses)) >= 4:
        values = np.array(losses)
        for name in ("float16", "float32"):
            if np.array_equal(values, values.astype(_DTYPES[name]).astype(np.float64)):
                return name
    return "float64"


def _ecnoise(values: np.ndarray) -> float:
    """Standard deviation of the noise in equally spaced ``values``; 0 where some are not finite."""
    largest = float(np.max(np.abs(values)))
    if not 0 < largest < math.inf:
        return 0.0
    sigmas: list[float] = []
    changes: list[bool] = []
    differences = values / largest
    gamma = 1.0
    for k in range(1, len(values) - 1):
        differences = differences[1:] - differences[:-1]
        gamma *= 0.5 * k / (2 * k - 1)
        sigmas.append(math.sqrt(gamma * float(differences.dot(differences)) / differences.size))
        changes.append(bool(differences.min() < 0 < differences.max()))
    for k in range(len(sigmas) - 2):
        three = sigmas[k : k + 3]
        if changes[k] and max(three) <= 4 * min(three):
            return largest * three[0]
    # No plateau: the highest differences have the least of the smooth part left.
    return largest * min(sigmas[-3:])


def median_noise(values: np.ndarray) -> float:
    """The same from the median of the third differences, whose variance is 20 times that of the noise.

    0 where those are smaller than the second differences: noise makes them larger, and only what is smooth shrinks.
    """
    if not np.isfinite(values).all():
        return 0.0
    # Of a handful of numbers: `numpy.median` takes ten times as long as the sorting.
    second, third = (median(np.abs(np.diff(values, order)).tolist()) for order in (2, 3))
    return third / (0.6745 * math.sqrt(20)) if third > second else 0.0


def _without_kinks(line: _Line, hidden: float, spacing: float) -> float:
    """The noise ``hidden`` that a sample at ``spacing`` showed, less what kinks made of it.

    Rounding is as large nearer by; what kinks do to the differences shrinks with the spacing.
    """
    for _ in range(4):
        spacing /= 8
        nearer = median_noise(line.sample(spacing))
        if nearer > 0.25 * hidden:
            break
        hidden = min(hidden, 2 * nearer)
        if hidden == 0:
            break
    return hidden


def _quantum(line: _Line, near: np.ndarray, apart: np.ndarray, magnitude: float) -> float:
    """The number of which all that the loss moves by is a multiple, as where it was rounded; 0 where there is none.

    ``near`` and ``apart`` were sampled along ``line``. Equally spaced values of a parabola have such a number too, but not
    one that another spacing shares; and those of a rounded loss may climb by just one of them a step, which looks smooth.
    """
    rest = 1e4 * EPSILON["float64"] * magnitude
    still = len(set(apart.tolist())) <= POINTS // 2
    quantum = 0.0
    for values in (apart, near, *([line.sample(_PLATEAU)] if still else [])):
        quantum = _divide(quantum, values, rest)
    # Far smaller ones than a step's climb would not pass for smooth.
    if 8 * quantum < float(np.median(np.abs(np.diff(near)))):
        return 0.0
    # One more value refutes nearly all that is there by chance.
    odd = _ODD * (_PLATEAU if still else _SPACING["float32"])
    if quantum > 10 * rest:
        quantum = common_divisor(quantum, line.change(odd), rest)
    if quantum > 10 * rest:
        quantum = _divide(quantum, line.sample(odd), rest)
    return quantum if quantum > 10 * rest else 0.0


def _divide(quantum: float, values: np.ndarray, rest: float) -> float:
    jumps = np.abs(np.diff(values))
    for jump in jumps[np.isfinite(jumps) & (jumps > 0)].tolist():
        quantum = common_divisor(quantum, jump, rest)
    return quantum


def common_divisor(one: float, other: float, rest: float) -> float:
    """The largest number of which both are multiples, as far as ``rest`` can be told from 0 (Euclid's algorithm)."""
    while other > rest:
        one, other = other, abs(one - round(one / other) * other)
    return one
