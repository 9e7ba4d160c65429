"""The question a check answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .randomness import RandomState

METHODS = ("auto", "central", "complex-step", "autodiff")


class Direct(NamedTuple):
    """Forward as the person wrote it, for a loop that calls it with nothing in between.

    ``call(parameters)`` is what it returns. Of a tuple of ``length`` values the loss is the one at ``place``, as long as that
    is of type `numpy.float64`; ``pick`` finds it in anything else.
    """

    call: Callable[[Any], Any]
    length: int
    place: int
    pick: Callable[[Any], Any]


@dataclass(frozen=True)
class Problem:
    """A loss, the gradient somebody claims for it, and the point to compare them at.

    Attributes:
        forward: parameters -> loss, a value holding one number. It gets private copies of the parameters, never the
            person's own. It may have a method ``direct() -> Direct | None``.
        backward: parameters -> claimed gradients, in any structure that `gradients.match` understands; None asks for
            the gradient that automatic differentiation itself gives.
        parameters: dict, list or tuple, nested at will, of arrays and numbers; or a single array or number.
        parameters_name: what to call a parameter that is a single array or number (``theta``).
        forward_name, backward_name: what to call the functions in messages.
        backward_evaluates: whether calling backward calls the person's forward as well (for its cache).
        both: where backward takes what forward returns, forward with the backward that goes with this very evaluation:
            parameters -> loss and a function of nothing. It saves an evaluation.
        world: the state outside the parameters that the functions may draw from or change, as it is now; None where
            the backend's global random generators are all there is.
        widen: makes the same problem computed in float64, of widened copies of functions, data and parameters; None
            where that cannot be done. It may raise anything.
        follows: whether what backward is given depends on the parameters: it cannot be checked at other ones where it
            works from values that were computed before.
        sealed: whether forward can only be called with numbers, one point at a time, because it reads parameters from where
            they lie: there is nothing to trace, to batch or to differentiate.
        pure: whether forward does nothing but compute: it may be called with stand-ins for arrays, and broken off anywhere.
        settings: numbers among the data, by name (``lambd``, ``m``), which a sentence about a mistake may name.
        sizes: lengths of the axes of the data arrays, the batch size among them, for the same purpose.
    """

    forward: Callable[[Any], Any]
    backward: Callable[[Any], Any] | None
    parameters: Any
    parameters_name: str = "parameters"
    forward_name: str = "forward"
    backward_name: str = "backward"
    backward_evaluates: bool = False
    both: Callable[[Any], tuple[Any, Callable[[], Any]]] | None = None
    world: Callable[[], RandomState] | None = None
    widen: Callable[[], Problem | None] | None = None
    follows: bool = True
    sealed: bool = False
    pure: bool = False
    settings: Mapping[str, float] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Options:
    """How to check.

    Attributes:
        method: one of `METHODS`. ``auto`` measures every entry of a small problem, and of a large one as many random
            directions as its verdict needs; ``central`` measures every entry, with one step where ``epsilon`` names it
            (the classic rule).
        epsilon: step of the central difference, in the parameters' unit; None chooses it from the noise.
        threshold: also require the overall relative difference not to exceed this.
        tolerance: an error up to this fraction of a parameter's largest gradient is not called wrong; None chooses by
            the precision of the loss.
        strict: call every difference wrong that is certain, however small.
        max_evaluations: calls of forward not to exceed; None leaves it to the plan.
        max_seconds: time not to exceed, as far as it can be told between two evaluations; None for no limit.
        points: seeded points nearby at which the gradients are checked as well.
        lift: compute a float32 loss in float64 where that can be done.
        only: names of the parameters to check, as in a report; None for all. The others are not stepped.
    """

    method: str = "auto"
    epsilon: float | None = None
    threshold: float | None = None
    tolerance: float | None = None
    strict: bool = False
    max_evaluations: int | None = None
    max_seconds: float | None = None
    points: int = 2
    lift: bool = True
    only: tuple[str, ...] | None = None
