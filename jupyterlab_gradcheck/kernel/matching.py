"""Which gradient belongs to which parameter: by what both are called and where they lie, then by order and shape.

The engine's own matching serves one dict of gradients for one dict of parameters. Here both may be anything: arguments,
attributes, lists, several values returned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

from .inventory import is_leaf
from .places import Place, Steps, is_object
from .survey import Known

# How many arrays and numbers of one result are looked at: a structure may hold a whole corpus.
MOST = 4_000

# How people mark a gradient in front of and behind a parameter's name. A derivative of something with respect to it,
# ``dL_dW``, comes first.
_BEFORE = re.compile(
    r"^(?:d_?[A-Za-z]{1,6}_?_?d_?|partial_?|nabla_?|gradients?_?|grads?_?|deriv(?:ative)?_?|delta_?|del_?|gr_|g_|d_|d|D|g|G|"
    r"[∇∂δΔ]_?)(?P<name>.+)$"
)
_EACH_BEFORE = (
    "partial_", "partial", "nabla_", "nabla", "gradient_", "gradient", "grad_", "grads_", "grad", "Grad", "derivative_",
    "deriv_", "delta_", "delta", "del_", "gr_", "g_", "d_", "d", "D", "g", "G", "∇", "∂", "δ", "Δ", "δ_", "∇_", "∂_",
)  # fmt: skip
_EACH_BEHIND = (
    "_gradients", "_gradient", "_grads", "_grad", "Gradient", "Grad", "grad", "_deriv", "_derivative", "_delta", "_bar", "bar",
    "_der", "_jac", "_jacobian", "_prime", "Prime", "Der", "_adj", "_adjoint", "_g", "_d", "_dot",
)  # fmt: skip
_OF_SOMETHING = re.compile(r"^d_?(?:loss|cost|[A-Za-z]{1,2})_?d_?(?P<name>\w+)$")
# What a container of gradients, and one of parameters, is called.
_GRADIENTS = re.compile(
    r"^(d|g|ds|gs|.*grad.*|nablas?|deltas?|dparams?|dtheta|derivs?|derivatives|adjoints?|gr)_?$", re.I
)
# A parameter as an object of its own: what its value is called, and its gradient.
_BARE_VALUE = frozenset(("v", "w", "value", "val", "data", "x", "values", "theta", "p"))
_BARE_GRADIENT = frozenset(("d", "g", "grad", "gradient", "grads", "derivative", "dv"))
_SHORT = {"w": ("weight", "weights", "kernel", "coef"), "b": ("bias", "biases", "intercept"), "u": (), "v": ()}


@dataclass(frozen=True)
class Output:
    """One array or number that the functions returned or left behind.

    Attributes:
        path: names and indices that lead to it, the outermost first.
        value: what it is.
        claim: call and steps where it is found among the results; None for what lies in a place.
        read: reads it from its place.
        odd: whether it is no real numbers, and so no gradient: None, text, complex numbers.
    """

    path: tuple[Any, ...]
    value: Any
    claim: tuple[int, Steps] | None = None
    read: Callable[[], Any] | None = None
    odd: bool = False

    @property
    def name(self) -> str:
        return words_of(self.path)


@dataclass(frozen=True)
class Leaf:
    """One array or number that could be a parameter.

    Attributes:
        paths: the names and indices that lead to it; several where it lies in several places.
        value: what it is.
        root, steps: the variable that is handed over, and the way from there; or
        place: where it lies.
    """

    paths: tuple[tuple[Any, ...], ...]
    value: Any
    root: str = ""
    steps: Steps = ()
    place: Place | None = None


@dataclass(frozen=True)
class Match:
    """Pairs of a leaf and its gradient. ``by`` says what tells: ``names``, ``order``, ``shapes``, or those of ``integers``."""

    pairs: tuple[tuple[Leaf, Output], ...]
    by: str


def words_of(path: Sequence[Any]) -> str:
    """``grads['dW1']`` is called dW1, ``nabla_w[0]`` is called nabla_w[0]."""
    text = ""
    for step in path:
        text = f"{text}[{step!r}]" if isinstance(step, int) else str(step)
    return text


@lru_cache(maxsize=20_000)
def stems(name: str) -> tuple[str, ...]:
    """What a gradient called ``name`` may be the gradient of: ``dW1`` of W1, ``W_grad`` of W, ``dL_db`` of b."""
    found = [match["name"]] if (match := _OF_SOMETHING.match(name)) else []
    found += [name[len(p) :] for p in _EACH_BEFORE if name.startswith(p) and len(name) > len(p)]
    found += [name[: -len(s)] for s in _EACH_BEHIND if name.endswith(s) and len(name) > len(s)]
    return tuple(stem for stem in dict.fromkeys(found) if not stem.startswith("_") or stem.strip("_"))


def spells(gradient: str, parameter: str) -> float:
    """How surely ``gradient`` is a name for the gradient of ``parameter``: 0 for not at all, 3 at most."""
    plain = parameter.strip("_")
    best = 0.0
    for stem in stems(gradient):
        bare = stem.strip("_")
        if stem == parameter:
            return 3.0
        if bare == plain:
            best = max(best, 2.8)
        elif bare.casefold() == plain.casefold():
            best = max(best, 2.5)
        elif bare.replace("_", "").casefold() == plain.replace("_", "").casefold():
            best = max(best, 2.2)
        elif (
            len(bare) <= 2 and plain.casefold() in _SHORT.get(bare[0].casefold(), ()) and not bare[1:]
        ) or bare.casefold() in _SHORT.get(plain.casefold(), ()):
            best = max(best, 1.5)
    return best


def holds_gradients(name: str) -> bool:
    """Whether something called so holds gradients."""
    return bool(_GRADIENTS.match(name.lstrip("_")))


def outputs_of(result: Any, known: Known | None, call: int, odd: bool = False) -> list[Output]:
    """Every array and number in what a function returned, named as its code names them; with ``odd``, also what stands there
    that is no real numbers."""
    names = () if known is None else known.code.returned
    single = None if known is None else known.code.single
    found: list[Output] = []
    if isinstance(result, (tuple, list)) and (len(result) == len(names) or isinstance(result, tuple)):
        for index, item in enumerate(result):
            name = names[index] if len(names) == len(result) else None
            if isinstance(name, tuple) and isinstance(item, (tuple, list)) and len(name) == len(item):
                for at, (inner, part) in enumerate(zip(name, item, strict=True)):
                    path = (inner,) if isinstance(inner, str) else (index, at)
                    _gather(part, path, (index, at), call, found, 0, odd)
            else:
                _gather(item, (name,) if isinstance(name, str) else (index,), (index,), call, found, 0, odd)
    else:
        _gather(result, (single,) if single else (), (), call, found, 0, odd)
    return found


def _gather(
    value: Any, path: tuple[Any, ...], steps: Steps, call: int, found: list[Output], depth: int, odd: bool
) -> None:
    if depth > 5 or len(found) > MOST:
        return
    if is_leaf(value):
        found.append(Output(path, value, claim=(call, steps)))
    elif isinstance(value, dict):
        for key, item in islice(value.items(), MOST):
            _gather(item, (*path, key), (*steps, key), call, found, depth + 1, odd)
    elif isinstance(value, (list, tuple)):
        names = getattr(type(value), "_fields", None)
        for index, item in enumerate(value[:MOST]):
            step = names[index] if names else index
            _gather(item, (*path, step), (*steps, index), call, found, depth + 1, odd)
    elif hasattr(value, "values") and hasattr(value, "indices") and hasattr(value, "dense_shape"):
        found.append(Output(path, value, claim=(call, steps)))
    elif is_object(value):
        for name, item in list(getattr(value, "__dict__", {}).items())[:200]:
            _gather(item, (*path, name), (*steps, f".{name}"), call, found, depth + 1, odd)
    elif odd:
        found.append(Output(path, value, claim=(call, steps), odd=True))


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of an array, a tensor or a number."""
    try:
        return tuple(int(length) for length in getattr(value, "shape", ()))
    except (TypeError, ValueError):
        return ()


def is_number(value: Any) -> bool:
    """Whether ``value`` holds one number."""
    return is_leaf(value) and int(np.prod(shape_of(value))) == 1


def by_names(leaves: Sequence[Leaf], outputs: Sequence[Output]) -> Match:
    """Pairs whose names say that they belong together."""
    scored = []
    # Of hundreds by hundreds, only those are looked at that have a word in common.
    alike: dict[Any, list[int]] = {}
    for j, output in enumerate(outputs):
        for word in _words_of_gradient(output.path[-1]) if output.path else ():
            alike.setdefault(word, []).append(j)
    for i, leaf in enumerate(leaves):
        said = {word for path in leaf.paths if path for word in _words_of_parameter(path[-1])}
        for j in sorted({j for word in said for j in alike.get(word, ())}):
            output = outputs[j]
            if output.value is leaf.value and not output.odd:
                continue
            score = max((_kinship(path, output) for path in leaf.paths), default=0.0)
            if score > 0:
                fits = same_size(leaf.value, output.value)
                # What is returned says more than what lies about.
                scored.append((score + (0.4 if fits else 0.0) + (1.0 if output.claim is not None else 0.0), -i, -j))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(scored, reverse=True):
        if -i not in pairs and -j not in taken:
            pairs[-i] = -j
            taken.add(-j)
    return Match(tuple((leaves[i], outputs[pairs[i]]) for i in sorted(pairs)), "names")


def _folded(name: str) -> str:
    return name.strip("_").replace("_", "").casefold()


def _words_of_gradient(step: Any) -> set[Any]:
    """What the parameters may be called whose gradient is called ``step``, as far as it goes."""
    if not isinstance(step, str):
        return {step}
    found = {step, _folded(step)}
    for stem in stems(step):
        bare = stem.strip("_")
        found |= {stem, _folded(stem), *_SHORT.get(bare[:1].casefold(), ())}
        found |= {short for short, long in _SHORT.items() if bare.casefold() in long}
    return found | _BARE_VALUE if step.casefold() in _BARE_GRADIENT else found


def _words_of_parameter(step: Any) -> set[Any]:
    if not isinstance(step, str):
        return {step}
    return {step, _folded(step), step.casefold(), step.strip("_").casefold()}


def same_size(one: Any, other: Any) -> bool:
    """Whether two have one shape, () and (1, 1) being the same."""
    a, b = shape_of(one), shape_of(other)
    return a == b or int(np.prod(a)) == int(np.prod(b)) == 1


def _kinship(leaf: tuple[Any, ...], output: Output) -> float:
    ours, theirs = list(leaf), list(output.path)
    if not theirs or not ours:
        return 0.0
    indices = [s for s in ours if isinstance(s, int)], [s for s in theirs if isinstance(s, int)]
    if output.claim is None:
        return _kinship_within(ours, theirs)
    own, other = ours[-1], theirs[-1]
    if isinstance(own, str) and isinstance(other, str):
        if indices[1] and indices[0] != indices[1]:
            return 0.0
        score = spells(other, own)
        # {"W1": ...}, a dict of gradients with the parameters' own keys.
        keyed = bool(output.claim[1]) and isinstance(output.claim[1][-1], str)
        return score or (2.0 if own == other and keyed else 0.0)
    if isinstance(own, int) and isinstance(other, int) and indices[0][-1:] == indices[1][-1:]:
        names = _last_name(ours), _last_name(theirs)
        return spells(names[1], names[0]) if all(names) else 0.0
    return 0.0


def _kinship_within(ours: list[Any], theirs: list[Any]) -> float:
    """For a gradient that lies in an object: where the parameter lies counts as well."""
    own, other = ours[-1], theirs[-1]
    if isinstance(own, int) != isinstance(other, int):
        return 0.0
    if isinstance(own, int):
        if own != other or len(ours) < 2 or len(theirs) < 2 or ours[:-2] != theirs[:-2]:
            return 0.0
        names = str(ours[-2]), str(theirs[-2])
        return spells(names[1], names[0]) or (
            2.0 if holds_gradients(names[1]) and not holds_gradients(names[0]) else 0.0
        )
    above, beside = ours[:-1], theirs[:-1]
    contained = bool(beside) and isinstance(beside[-1], str) and holds_gradients(beside[-1])
    if above != beside:
        if contained and (above == beside[:-1] or (above and above[:-1] == beside[:-1] and isinstance(above[-1], str))):
            pass
        elif above and isinstance(above[-1], str) and above[:-1] == beside:
            contained = False
        else:
            return 0.0
    elif contained:
        return 0.0
    if above == beside and str(other).casefold() in _BARE_GRADIENT and str(own).casefold() in _BARE_VALUE:
        return 2.0
    return spells(str(other), str(own)) or (2.0 if contained and own == other else 0.0)


def _last_name(path: list[Any]) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def by_order(leaves: Sequence[Leaf], outputs: Sequence[Output]) -> Match | None:
    """Every output for one leaf, in their order, against it, or by shapes of which each is there once."""
    if not outputs or not leaves:
        return None
    shapes, wanted = [_size_of(leaf.value) for leaf in leaves], [_size_of(output.value) for output in outputs]
    if len(leaves) == len(outputs):
        if all(o.odd or shape == size for o, shape, size in zip(outputs, shapes, wanted, strict=True)):
            return Match(tuple(zip(leaves, outputs, strict=True)), "order")
        if shapes == wanted[::-1]:
            return Match(tuple(zip(leaves, outputs[::-1], strict=True)), "order")
    # In a row among others, where there is one such row.
    rows = [i for i in range(len(leaves) - len(outputs) + 1) if shapes[i : i + len(outputs)] == wanted]
    if len(rows) == 1 and 1 < len(outputs) < len(leaves):
        return Match(tuple(zip(leaves[rows[0] :], outputs, strict=False)), "order")
    if all(shapes.count(shape) == 1 and wanted.count(shape) == 1 for shape in wanted):
        pairs = [(leaves[shapes.index(shape)], output) for shape, output in zip(wanted, outputs, strict=True)]
        return Match(tuple(sorted(pairs, key=lambda pair: leaves.index(pair[0]))), "shapes")
    return None


def _size_of(value: Any) -> tuple[int, ...]:
    shape = shape_of(value)
    return () if int(np.prod(shape)) == 1 else shape
