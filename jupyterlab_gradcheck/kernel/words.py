"""The words people use in names, and what they say about a function or an argument."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BACKWARD = _words(
    "backward backprop backpropagation backpropagate back bprop bwd grad grads gradient gradients deriv derivative "
    "derivatives"
)
FORWARD = _words("forward fprop fwd feedforward loss losses cost objective energy nll criterion")
# A function with one of these in its name checks, shows or changes things: it is not one of the pair.
OTHER = _words(
    "check checks checking checker test tests numerical numeric approx approximate plot show print display train fit "
    "update updates optimize optimise optimizer descent step init initialize initialise predict accuracy dictionary "
    "dict vector save load relu sigmoid tanh softmax tape autodiff"
)
PARAMETERS = _words(
    "parameters params parameter param theta thetas θ weights weight w p pars variables coef coeffs beta"
)
CACHE = _words("cache caches memory ctx context saved activations tape")
# Left out of a stem beside the words of the roles.
_FILLING = _words("propagation prop pass compute")


def tokens(name: str) -> list[str]:
    """The words of an identifier: ``forwardPropagation_n`` gives forward, propagation, n."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+", name.rsplit(".", 1)[-1])
    return [part.lower() for part in parts]


def role(name: str) -> str | None:
    """``forward``, ``backward``, or None for a function that is neither by its name."""
    words = set(tokens(name))
    if words & OTHER:
        return None
    if words & BACKWARD:
        return "backward"
    if words & FORWARD:
        return "forward"
    return None


def is_loss(name: str) -> bool:
    """Whether a variable's name says that it is the loss."""
    return bool(set(tokens(name)) & {"loss", "cost", "objective", "error", "energy", "nll", "j"})


def stem(name: str) -> tuple[str, ...]:
    """What is left of a name without the words that tell the role; equal stems belong together."""
    prefix = name.rsplit(".", 1)[0] if "." in name else ""
    return (prefix, *(word for word in tokens(name) if word not in BACKWARD | FORWARD | _FILLING))
