"""Whether a reading holds: what a claimed gradient and a loss have to do with each other along a few random directions.

This chooses between readings and gives no verdict: a wrong gradient in one parameter leaves the others in agreement.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import backends
from ..engine import GradcheckError, said
from ..engine.randomness import Combined
from .limit import TimeIsUp, within
from .route import Route

# Leaves that are tried, and seconds for it.
_MOST_LEAVES = 8
_SECONDS = 5.0
# How far from the notebook's own parameters, as a fraction of their size.
_AWAY = 0.02


@dataclass(frozen=True)
class Weight:
    """What was seen.

    Attributes:
        agreeing: fraction of the leaves tried whose claim is the derivative.
        proportional: fraction whose claim is a multiple of it.
        dependent: whether the loss changes with any of them.
        regularised: whether a claim is the derivative and a multiple of the parameter, or of its signs, which is what a penalty
            on the weights adds.
        slopes: its derivatives along the directions, the same for the same parameters: they tell one loss from another.
        error: why nothing was seen.
    """

    agreeing: float = 0.0
    proportional: float = 0.0
    dependent: bool = False
    regularised: bool = False
    slopes: tuple[float, ...] = ()
    error: str = ""

    @property
    def worth(self) -> float:
        return self.agreeing + 0.3 * self.proportional


def weigh(route: Route, seconds: float = _SECONDS) -> Weight:
    """Tries ``route`` along two random directions in each of a few leaves; puts everything back."""
    started = time.perf_counter()
    try:
        problem = route.problem()
        backend = backends.select("auto", route.parameters, route.functions)
        world = None if problem.world is None else Combined([problem.world(), backend.random_state()])
    except GradcheckError as error:
        return Weight(error=str(error))
    except Exception as error:
        # A defect of ours, or something hostile in the namespace; this reading is none then.
        return Weight(error=said(error)[:500])
    rng = np.random.default_rng(20)
    agreeing = proportional = tried = 0
    slopes: list[float] = []
    dependent = regularised = False
    try:
        with within(seconds), np.errstate(all="ignore"):
            assert problem.backward is not None
            assert world is not None
            # A little away from where the notebook stands: what was left over from there shows itself as wrong.
            parameters = {label: _moved(backend, value, rng) for label, value in route.parameters.items()}
            claims = problem.backward(dict(parameters))
            world.restore()
            labels = list(parameters)
            for label in labels[:_MOST_LEAVES]:
                claim = claims[label][1]
                value = backend.to_array(parameters[label])
                claimed = None if claim is None else backend.to_array(claim)
                if value is None or claimed is None or claimed.size != value.size:
                    tried += 1
                    continue
                ratios, agrees = [], True
                penalties: list[tuple[float, float]] = []
                for _ in range(2):
                    # Of signs alone, two directions in a short vector would often be one.
                    direction = rng.standard_normal(value.shape)
                    told = float(np.sum(np.asarray(claimed, dtype=float).reshape(value.shape) * direction))
                    seen, moved, noise = _derivative(problem, world, backend, parameters, label, value, direction)
                    dependent = dependent or moved
                    slopes.append(seen)
                    scale = max(abs(told), abs(seen))
                    slack = noise[0] * scale + noise[1]
                    agrees = agrees and abs(told - seen) <= slack
                    if abs(told - seen) > slack / 2:
                        weights = np.asarray(value, dtype=float)
                        along = float(np.sum(weights * direction)), float(np.sum(np.sign(weights) * direction))
                        penalties.append(((told - seen) / (along[0] or np.nan), (told - seen) / (along[1] or np.nan)))
                    ratios.append(told / seen if seen else np.inf)
                    if time.perf_counter() - started > seconds:
                        break
                tried += 1
                agreeing += agrees
                # One number is a multiple of any other.
                penalised = not agrees and value.size > 1 and len(penalties) == 2
                regularised = regularised or (penalised and _constant(*penalties))
                spread = abs(ratios[0] - ratios[-1]) <= 1e-3 * abs(ratios[0]) if len(ratios) > 1 else False
                proportional += bool(value.size > 1 and spread and np.all(np.isfinite(ratios)) and ratios[0])
    except TimeIsUp:
        return Weight(error=f"{route.forward_name} takes too long for a trial")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # Whatever a function raises, SystemExit and asyncio's CancelledError included.
        return Weight(error=said(error)[:500])
    finally:
        if world is not None:
            world.changed()
            world.restore()
    return Weight(agreeing / max(tried, 1), proportional / max(tried, 1), dependent, regularised, tuple(slopes))


def _constant(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two directions tell the same coefficient, of the squares or of the absolute values."""
    return any(math.isfinite(a) and a != 0 and abs(a - b) <= 0.02 * abs(a) for a, b in zip(one, other, strict=True))


def _moved(backend: Any, value: Any, rng: np.random.Generator) -> Any:
    array = backend.to_array(value)
    if array is None or array.dtype.kind != "f":
        return value
    size = float(np.sqrt(np.mean(np.square(array, dtype=float)))) if array.size else 1.0
    return backend.from_array(array + _AWAY * max(size, 1e-2) * rng.standard_normal(array.shape), value)


def _derivative(
    problem: Any,
    world: Any,
    backend: Any,
    parameters: Mapping[str, Any],
    label: str,
    value: np.ndarray,
    direction: np.ndarray,
) -> tuple[float, bool, tuple[float, float]]:
    """Derivative along a direction, whether the loss moved at all, and relative and absolute slack."""
    narrow = value.dtype.kind == "f" and value.dtype.itemsize < 8
    size = float(np.sqrt(np.mean(np.square(value, dtype=float)))) if value.size else 1.0
    step = (3e-3 if narrow else 1e-5) * max(size, 1e-2)
    losses = []
    for sign in (1, -1):
        moved: Mapping[str, Any] = {
            **parameters,
            label: backend.from_array((value + sign * step * direction).astype(float), parameters[label]),
        }
        world.restore()
        losses.append(float(np.asarray(_number(problem.forward(moved)), dtype=float).reshape(-1)[0]))
    world.restore()
    above, below = losses
    rounding = (1e-6 if narrow else 1e-14) * max(abs(above), abs(below), 1e-300) / step
    return (above - below) / (2 * step), above != below, (3e-2 if narrow else 2e-3, 20 * rounding)


def _number(value: Any) -> Any:
    return value.numpy() if hasattr(value, "numpy") else value
