"""The question a check answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

METHODS = ("auto", "central", "complex-step", "autodiff")


@dataclass(frozen=True)
class Problem:
    """A loss, the gradient somebody claims for it, and the point to compare them at.

    Attributes:
        forward: parameters -> loss, a value holding one number. Called with fresh copies only.
        backward: parameters -> claimed gradients, in any structure that `gradients.match` understands; None asks for
            the gradient that automatic differentiation itself gives.
        parameters: dict, list or tuple, nested at will, of arrays and numbers; or a single array or number.
        parameters_name: what to call a parameter that is a single array or number (``theta``).
        forward_name, backward_name: what to call the functions in messages.
        backward_evaluates: whether calling backward calls the person's forward as well (for its cache).
    """

    forward: Callable[[Any], Any]
    backward: Callable[[Any], Any] | None
    parameters: Any
    parameters_name: str = "parameters"
    forward_name: str = "forward"
    backward_name: str = "backward"
    backward_evaluates: bool = False


@dataclass(frozen=True)
class Options:
    """How to check.

    Attributes:
        method: one of `METHODS`. ``auto`` is central differences at two steps chosen from the noise of the loss;
            ``central`` the same with one step where ``epsilon`` names it (the classic rule).
        epsilon: step of the central difference, in the parameters' unit; None chooses it from the noise.
        threshold: also require the overall relative difference not to exceed this.
    """

    method: str = "auto"
    epsilon: float | None = None
    threshold: float | None = None
