"""What functions keep from call to call, and what that does to a second call.

A check puts everything back before each call, so that it sees first calls only. A training loop does not: gradients that
add up, a momentum, or a cache that is filled once come out other there, from its second step on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from . import draws
from .errors import GradcheckError
from .evaluate import Evaluator
from .gradients import Claim
from .naming import told
from .noise import EPSILON, Noise
from .report import some

LOSS, GRADIENTS = REMEMBERS = "loss-remembers", "gradients-remember"
RANDOM = "gradients-random"
"""Codes of what is said of a second call."""

# What two gradients must differ by, as a part of the larger one, to be two.
_APART = 1e-6
# The same in rounding errors, of the loss and of a gradient in less than float64.
_SLACK = 1e3
# How well a difference of two gradients must agree with a numerical one to be that.
_ALIKE = 1e-4
# How far away the point lies that is looked at where there is no other, in the quadratic means of the parameters.
_AWAY = 0.05


@dataclass(frozen=True)
class Memory:
    """How a second call differs from a first one at the same parameters.

    Attributes:
        kept: what the functions change outside of the parameters, named for a sentence; nothing where they draw random numbers.
        losses: the loss of a first call and of a second one, where they differ.
        gradients: what to call the gradients that differ.
        index, first, second: the entry that differs most, of the first of them.
        adds: whether a call adds to what is there.
        filled: whether something was there when the check began.
    """

    kept: list[str]
    losses: tuple[float, float] | None = None
    gradients: tuple[str, ...] = ()
    index: tuple[int, ...] = ()
    first: float = 0.0
    second: float = 0.0
    adds: bool = False
    filled: bool = False

    def messages(self, forward: str, backward: str) -> Iterator[tuple[str, str]]:
        """What the reader should know, as pairs of a code and a sentence or two."""
        if not self.kept:
            first, second = told(self.first, self.second)
            at = f" at {list(self.index)}" if self.index else ""
            yield (
                RANDOM,
                f"{backward} draws random numbers, and {forward} does not: {some(list(self.gradients[:1]))}{at} is {first} in one "
                f"call and {second} in another, for the same parameters. A gradient of a random part of the data is not that of "
                "the whole loss: draw the batch before, and hand the same one to both.",
            )
            return
        kept = some(self.kept)
        if self.losses is not None:
            first, second = told(*self.losses)
            yield (
                LOSS,
                f"{forward} depends on earlier calls: for the same parameters a first call returns {first}, and one after "
                f"another call {second}. It changes {kept}, which the check put back each time; your own loop does not.",
            )
        if self.gradients:
            first, second = told(self.first, self.second)
            at = f" at {list(self.index)}" if self.index else ""
            does = "adds to what earlier calls left" if self.adds else "depends on earlier calls"
            yield (
                GRADIENTS,
                f"{backward} {does}: {some(list(self.gradients[:1]))}{at} is {first} in a first call, and {second} in one after "
                f"another call, for the same parameters{self._others()}. What changes is {kept}. The check put that back each "
                f"time, so the verdict is on first calls; {self._consequence()}",
            )

    def _others(self) -> str:
        others = list(self.gradients[1:])
        return f" (and so {'does' if len(others) == 1 else 'do'} {some(others)})" if others else ""

    def _consequence(self) -> str:
        if self.adds and self.filled:
            return "but what was there when the check began is in them: set it to zero, and check again."
        if self.adds:
            return "in training, set it to zero before each step."
        return "a training loop gets the others from its second step on."


def look(
    evaluator: Evaluator, point: np.ndarray | None, level: Noise, slopes_of: Callable[[], list[np.ndarray | None]]
) -> Memory | None:
    """What a second call gives at ``point`` (length n; None for one nearby) after a first one where the evaluator is, held
    against a first call there. None where the functions keep nothing, or it makes no difference.

    ``slopes_of()`` are the numerical gradients where the evaluator is, one for each leaf, as far as they are known: by them, what
    adds up is known as such though something was there before. Most functions keep nothing, and they are not asked for. The
    evaluator is afterwards where it was.
    """
    kept = evaluator.state.changed()
    calls = 4 * (1 + evaluator.problem.backward_evaluates)
    if evaluator.problem.backward is None or not evaluator.affords(calls):
        return None
    if not kept:
        return _drawn(evaluator, level) if evaluator.backward_draws else None
    home, slopes = evaluator.base, slopes_of()
    points = [home] if point is None else [point]
    if point is None and evaluator.problem.follows:
        points.insert(0, _moved(evaluator))
    for one in points:
        if not evaluator.affords(calls):
            return None
        try:
            return _look_at(evaluator, one, level, kept, slopes)
        except GradcheckError:
            # Not every place is one where the loss is defined.
            continue
        finally:
            evaluator.go(home)
            evaluator.state.restore()
    return None


def _drawn(evaluator: Evaluator, level: Noise) -> Memory | None:
    """What other random numbers make of the gradients, where the loss has none."""
    evaluator.state.restore()
    try:
        first, second = evaluator.in_training(), evaluator.in_training(rewind=False)
    except GradcheckError:
        return None
    finally:
        evaluator.state.restore()
    found = _compared([], level, [None] * len(first[1]), first[1], first, second)
    return found if found is not None and found.gradients else None


def _moved(evaluator: Evaluator) -> np.ndarray:
    size = [evaluator.root_mean_square(position) or 1.0 for position in range(len(evaluator.flat.leaves))]
    moved: np.ndarray = evaluator.base.copy()
    moved += _AWAY * np.repeat(size, evaluator.flat.sizes) * draws.weights(moved.size, (47,))
    return moved


def _look_at(
    evaluator: Evaluator, point: np.ndarray, level: Noise, kept: list[str], slopes: list[np.ndarray | None]
) -> Memory | None:
    evaluator.state.restore()
    _, before = evaluator.in_training()
    evaluator.go(point)
    second = evaluator.in_training()
    evaluator.state.restore()
    first = evaluator.in_training()
    if not (math.isfinite(first[0]) and math.isfinite(second[0])):
        raise GradcheckError("The loss is not finite there.", code="loss_not_finite")
    found = _compared(kept, level, slopes, before, first, second)
    if found is None:
        return None
    # What is never twice the same tells nothing of memory.
    evaluator.state.restore()
    again = _compared(kept, level, slopes, before, first, evaluator.in_training())
    return found if again is None else None


def _compared(
    kept: list[str],
    level: Noise,
    slopes: list[np.ndarray | None],
    before: list[Claim],
    first: tuple[float, list[Claim]],
    second: tuple[float, list[Claim]],
) -> Memory | None:
    losses = (first[0], second[0])
    if abs(losses[0] - losses[1]) > _SLACK * float(level.at(*losses)):
        # Gradients of another loss are others in any case.
        return Memory(kept, losses)
    apart = max(_APART, _SLACK * EPSILON[level.precision])
    differing: list[tuple[str, np.ndarray, np.ndarray, bool, bool]] = []
    for earlier, one, other, slope in zip(before, first[1], second[1], slopes, strict=True):
        arrays = [claim.array for claim in (earlier, one, other)]
        if any(array is None or array.dtype.kind not in "fiub" for array in arrays):
            continue
        was, now, then = (np.asarray(array, dtype=np.float64) for array in arrays)
        if now.shape != then.shape or not now.size or not (np.isfinite(now).all() and np.isfinite(then).all()):
            continue
        size = max(float(np.max(np.abs(now))), float(np.max(np.abs(then))))
        if float(np.max(np.abs(now - then))) > apart * size:
            adds = was.shape == now.shape and float(np.max(np.abs(was + now - then))) <= apart * size
            filled = False
            if not adds and slope is not None and slope.size == now.size:
                filled = float(np.max(np.abs((then - now).ravel() - slope.ravel()))) <= _ALIKE * size
            differing.append((one.name, now, then, adds or filled, filled))
    if not differing:
        return None
    _, now, then, *_ = differing[0]
    worst = np.unravel_index(int(np.argmax(np.abs(now - then))), now.shape)
    return Memory(
        kept,
        gradients=tuple(dict.fromkeys(name for name, *_ in differing)),
        index=tuple(int(i) for i in worst),
        first=float(now[worst]),
        second=float(then[worst]),
        adds=all(adds for *_, adds, _ in differing),
        filled=any(filled for *_, filled in differing),
    )
