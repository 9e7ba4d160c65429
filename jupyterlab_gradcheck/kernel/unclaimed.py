"""Parameters for which no gradient was returned: as wrong as a wrong gradient, where the loss moves with them.

Beside the parameters of a reading lie others that it says nothing of. Some are settings, or are not trained; a gradient that
was forgotten, or that is no array of numbers, looks the same. What tells is the name, and whether the loss depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import backends
from ..engine.randomness import Combined
from . import words
from .limit import TimeIsUp, within
from .matching import Leaf, Match, Output, by_names, holds_gradients, is_number, shape_of, spells, stems

# Seconds in which the loss is asked whether it depends on what has no gradient.
_SECONDS = 5.0
# How far each is moved for that, as parts of its size: one that is off here may be on elsewhere.
_MOVES = (0.05, 1.0)
_NORMS = frozenset(("gamma", "beta", "bias", "biases", "weight", "weights", "kernel", "intercept", "coef", "shift"))

LooksLike = Callable[[str], bool]


def beside(
    leaves: Sequence[Leaf], match: Match, looks_like_parameter: LooksLike, looks_like_data: LooksLike
) -> list[Leaf]:
    """Those of ``leaves`` that lie beside the parameters of ``match`` as their like, have no gradient, and are no settings."""
    claimed = {id(leaf) for leaf, _ in match.pairs}
    arrays = [leaf.value for leaf, _ in match.pairs if isinstance(leaf.value, np.ndarray)]
    containers = {_container(leaf) for leaf, _ in match.pairs}
    homes = {_home(leaf) for leaf, _ in match.pairs}
    families = {family(leaf.paths[0]) for leaf, _ in match.pairs}
    names = [str(path[-1]) for leaf, _ in match.pairs for path in leaf.paths]
    several = len(match.pairs) > 1 or any(output.claim is None or output.claim[1] for _, output in match.pairs)
    found = []
    for leaf in leaves:
        if (
            id(leaf) in claimed
            or is_set(leaf, match, looks_like_data)
            or _twin(leaf, leaves, claimed, looks_like_parameter)
        ):
            continue
        # The same array by another name, or the vector that the parameters are views of, has their gradients.
        if isinstance(leaf.value, np.ndarray) and any(
            leaf.value is array or np.shares_memory(leaf.value, array) for array in arrays
        ):
            continue
        last = str(leaf.paths[0][-1])
        normed = last.casefold() in _NORMS and not is_number(leaf.value)
        named = looks_like_parameter(last) or family(leaf.paths[0]) in families or normed
        stray = several and named and _home(leaf) in homes and not any(spells(last, name) for name in names)
        # In one dict or list with the others; or called as they are.
        if stray or _container(leaf) in containers:
            found.append(leaf)
    return found


def _twin(leaf: Leaf, leaves: Sequence[Leaf], claimed: set[int], looks_like_parameter: LooksLike) -> bool:
    """Whether an argument is one of two inputs, a and b, which hold as many samples: that b is an input too, and no bias."""
    last, shape = str(leaf.paths[0][-1]), shape_of(leaf.value)
    if leaf.steps or not leaf.root or last.strip("_").casefold() != "b" or len(shape) < 2 or 1 in shape:
        return False
    others = (one for one in leaves if one is not leaf and one.root and not one.steps and id(one) not in claimed)
    return any(
        len(other := shape_of(one.value)) == len(shape)
        and (other[0] == shape[0] or other[-1] == shape[-1])
        and not looks_like_parameter(str(one.paths[0][-1]))
        for one in others
    )


def named_for_one(function: str, match: Match) -> bool:
    """Whether a function says by its name that it gives the gradient of the parameters of ``match`` alone: ``grad_w``."""
    last = function.rsplit(".", 1)[-1]
    said = {last, *stems(last)}
    own = {str(path[-1]) for leaf, _ in match.pairs for path in leaf.paths}
    return len(match.pairs) == 1 and any(name in said or spells(last, name) for name in own)


def with_what_stands_there(leaves: Sequence[Leaf], match: Match, odd: Sequence[Output]) -> list[tuple[Leaf, Output]]:
    """``leaves``, which have no gradient, each with what stands in its place, which is none; or with nothing."""
    there = {id(leaf): output for leaf, output in by_names(leaves, odd).pairs}
    return [(leaf, there.get(id(leaf)) or _nothing(leaf, match)) for leaf in leaves]


def family(path: Sequence[Any]) -> str:
    """A name without its number: W1, W2 and layers[0].W are of one family."""
    return str(path[-1]).rstrip("0123456789").strip("_").casefold() if isinstance(path[-1], str) else str(path[-2:-1])


def dependent(route: Any, labels: Sequence[str]) -> set[str]:
    """Those of ``labels`` with which the loss of ``route`` changes. Everything is put back; where it takes too long to tell, or
    the functions raise without being asked anything special, the rest counts as dependent."""
    problem = route.problem()
    backend = backends.select("auto", route.parameters, route.functions)
    world = Combined([problem.world(), backend.random_state()])
    rng = np.random.default_rng(11)
    left = dict.fromkeys(labels)

    def loss(parameters: dict[str, Any]) -> float:
        world.restore()
        value = problem.forward(parameters)
        value = value.numpy() if hasattr(value, "numpy") else value
        return float(np.asarray(value, dtype=float).reshape(-1)[0])

    found: set[str] = set()
    try:
        with within(_SECONDS), np.errstate(all="ignore"):
            base, again = loss(dict(route.parameters)), loss(dict(route.parameters))
            for label in labels:
                if any(_changed(loss, route.parameters, label, move, rng, backend, (base, again)) for move in _MOVES):
                    found.add(label)
                left.pop(label)
    except TimeIsUp:
        found |= set(left)
    finally:
        world.changed()
        world.restore()
    return found


def _changed(
    loss: Callable[[dict[str, Any]], float],
    parameters: dict[str, Any],
    label: str,
    move: float,
    rng: np.random.Generator,
    backend: Any,
    base: tuple[float, float],
) -> bool:
    array = backend.to_array(parameters[label])
    if array is None:
        return False
    size = float(np.sqrt(np.mean(np.square(array, dtype=float)))) if array.size else 0.0
    moved = array + move * (size or 1.0) * rng.standard_normal(array.shape)
    try:
        now = loss({**parameters, label: backend.from_array(np.asarray(moved, dtype=float), parameters[label])})
    except TimeIsUp:
        raise
    except (Exception, SystemExit):
        # Stepping out of the domain of the loss says that it is read.
        return True
    if not np.isfinite(base[0]):
        return True
    # A loss that is never the same twice moves by itself.
    return not abs(now - base[0]) <= 10 * abs(base[1] - base[0])


def _nothing(leaf: Leaf, match: Match) -> Output:
    """What would be the gradient of ``leaf``, called after the example of the others; it reads as None."""
    name = str(leaf.paths[0][-1]) if isinstance(leaf.paths[0][-1], str) else ""
    for one, output in match.pairs:
        known, told = str(one.paths[0][-1]), str(output.path[-1]) if output.path else ""
        if name and told.count(known) == 1 and isinstance(one.paths[0][-1], str):
            return Output((told.replace(known, name),), None, read=_none, odd=True)
    return Output((f"d{name}",) if name else (), None, read=_none, odd=True)


def _none() -> None:
    return None


def is_set(leaf: Leaf, match: Match, looks_like_data: LooksLike) -> bool:
    """Whether a leaf is a setting, a statistic, data, or a gradient, by one of its names."""
    path = leaf.paths[0]
    inner = path[1:] if leaf.steps or (leaf.place is not None and len(path) > 1) else path
    # Where one of the like has a gradient, the name says nothing of settings: sigma may well be learned.
    alike = family(path) in {family(one.paths[0]) for one, _ in match.pairs}
    told = [step for step in inner if isinstance(step, str)]
    if any(holds_gradients(step) for step in told[:-1]):
        return True
    if alike:
        return False
    return any(words.is_setting(step) or looks_like_data(step) for step in told)


def _container(leaf: Leaf) -> Any:
    """The dict or list that a leaf lies in; the leaf itself where it is an argument, a global or an attribute."""
    steps = leaf.steps or (() if leaf.place is None else leaf.place.steps)
    path = leaf.paths[0]
    if not steps or (isinstance(steps[-1], str) and steps[-1].startswith(".") and not leaf.root):
        return id(leaf)
    # All of what is handed over in one structure belongs together; in an object, what lies in the same dict.
    return leaf.root if leaf.steps else str(path[:1] if len(path) == len(steps) + 1 and not _attributes(steps) else path[:-1])  # fmt: skip


def _attributes(steps: Sequence[Any]) -> bool:
    return any(isinstance(step, str) and step.startswith(".") for step in steps)


def _home(leaf: Leaf) -> str:
    """What a leaf shares with its like: being an argument or a global of its own, or lying in one object."""
    if leaf.place is not None and not leaf.root:
        return str(leaf.paths[0][:1]) if len(leaf.paths[0]) > 1 else "a global"
    return "a structure" if leaf.steps else "an argument"
