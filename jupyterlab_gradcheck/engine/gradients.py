"""Which claimed gradient belongs to which parameter. By key, never by the order of a dict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from . import scale
from .backend import Backend
from .cause import Cause
from .errors import GradcheckError
from .flatten import Flat, Leaf

# How a gradient is spelled after its parameter, most telling first. The bare name comes last: a dict that holds both
# "W1" and "dW1" holds the parameter under the first.
SPELLINGS = ("d{}", "d_{}", "grad_{}", "{}_grad", "grad{}", "g_{}", "g{}", "nabla_{}", "D{}", "{}")


class Claimed(dict[str, tuple[str, Any]]):
    """Gradients that somebody has matched already: parameter's name -> what its gradient is called, and its value."""


@dataclass(frozen=True)
class Claim:
    """What backward says about one parameter.

    Attributes:
        name: what the gradient is called, ``dW1``.
        present: whether backward returned anything under that name (None counts as nothing).
        array: the value as it came (any shape), or None where it is absent or not numeric.
    """

    name: str
    present: bool
    array: np.ndarray | None

    @cached_property
    def squares(self) -> float:
        """The sum of the squares of its entries, which is finite only if all of them are."""
        assert self.array is not None
        flat = self.array.reshape(-1) if self.array.flags.c_contiguous else self.array.ravel("K")
        return float(flat.dot(flat))

    @cached_property
    def largest(self) -> float:
        """Its largest entry, in absolute value; 0 where it is empty."""
        assert self.array is not None
        return scale.largest(self.array)

    def said_of(self, leaf: Leaf) -> str:
        """What to call it in a sentence, where it may bear its parameter's own name."""
        nested = len(leaf.path) > 1
        return self.name if self.name != leaf.name and not nested else f"the gradient of {leaf.name}"


def match(gradients: Any, flat: Flat, backend: Backend, backward_name: str, copy: bool = True) -> list[Claim]:
    """One claim for each leaf of ``flat``, in its order.

    Understood are a mapping with the parameters' keys (or ``dW1``, ``grad_W1``, ``W1_grad``, ... for ``W1``), nested
    like the parameters; a list or tuple in the parameters' order; a single array or number for a single parameter.
    Keys that belong to no parameter (``dZ3``, ``dA2``) are ignored. Without ``copy``, arrays may be backward's own.

    Raises `GradcheckError` where nothing returned can be brought together with any parameter.
    """
    if gradients is None:
        raise GradcheckError(
            f"{backward_name} returned None. It should return the gradients: does it end with a return statement?",
            code="backward_returned_nothing",
        )
    found = [_find(gradients, leaf, flat, backend) for leaf in flat.leaves]
    if not any(hit for _, hit, _ in found):
        raise GradcheckError(
            f"{backward_name} returned {_describe(gradients)}, in which no gradient of "
            f"{_some([leaf.name for leaf in flat.leaves])} was recognised. Name the gradient of W1 dW1 (or W1, grad_W1, "
            "W1_grad), or return the gradients in the order of the parameters.",
            code="gradients_not_recognised",
        )
    presents = [hit and value is not None for _, hit, value in found]
    arrays = [
        _array(value, backend, copy=False) if present else None
        for (_, _, value), present in zip(found, presents, strict=True)
    ]
    if copy:
        arrays = _copied(arrays)
    return [Claim(name, present, array) for (name, _, _), present, array in zip(found, presents, arrays, strict=True)]


def _copied(arrays: list[np.ndarray | None]) -> list[np.ndarray | None]:
    """Copies of ``arrays``: of a large network in one piece, for which memory is had more quickly."""
    whole = np.empty(sum(array.size for array in arrays if array is not None))
    start = 0
    copies: list[np.ndarray | None] = []
    for array in arrays:
        if array is None or array.dtype != np.float64:
            copies.append(None if array is None else array.copy())
            continue
        part = whole[start : start + array.size].reshape(array.shape)
        part[...] = array
        copies.append(part)
        start += array.size
    return copies


def _array(value: Any, backend: Backend, copy: bool = True) -> np.ndarray | None:
    """``value`` as an array, nested lists of numbers and arrays of objects included; None where it holds no numbers."""
    array = backend.to_array(value, copy)
    if array is None and (
        isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.dtype == object)
    ):
        try:
            return np.array(value, dtype=np.float64)
        except (TypeError, ValueError):
            return None
    return array


def _find(gradients: Any, leaf: Leaf, flat: Flat, backend: Backend) -> tuple[str, bool, Any]:
    """Name of the gradient, whether there is one, and its value."""
    if isinstance(gradients, Claimed):
        name, value = gradients.get(leaf.name, (_default_name(leaf), None))
        return name[:200], value is not None, value
    if not leaf.path:
        return _single(gradients, leaf.name)
    absent = _default_name(leaf), False, None
    node, container, name = gradients, flat.node(()), ""
    for depth, step in enumerate(leaf.path):
        if type(node) is dict or isinstance(node, Mapping):
            key = _key(node, step, container)
            if key is None:
                return absent
            node, name = node[key], str(key)
        elif isinstance(node, (list, tuple)):
            if not isinstance(step, int):
                # A list of gradients for a dict of parameters: by position, where there are equally many.
                at = _position(flat, leaf, len(node)) if depth == 0 else None
                return absent if at is None else (_default_name(leaf), True, node[at])
            if len(node) != len(container):
                return absent
            node, name = node[step], _default_name(leaf)
        elif isinstance(step, int) and (array := _array(node, backend)) is not None and len(array) == len(container):
            # Parameters as a list of numbers, their gradients as an array.
            node, name = array[step], _default_name(leaf)
        else:
            return (_default_name(leaf), True, node) if depth == 0 and len(flat.leaves) == 1 else absent
        container = container[step]
    return (name if isinstance(leaf.path[-1], str) and name.strip() else _default_name(leaf))[:200], True, node


def _single(gradients: Any, name: str) -> tuple[str, bool, Any]:
    if isinstance(gradients, Mapping):
        key = _key(gradients, name, {})
        if key is None and len(gradients) == 1:
            key = next(iter(gradients))
        return (f"d{name}", False, None) if key is None else (str(key)[:200], True, gradients[key])
    if isinstance(gradients, (list, tuple)) and len(gradients) == 1:
        return f"d{name}", True, gradients[0]
    return f"d{name}", not isinstance(gradients, tuple), gradients


def _key(node: Mapping[Any, Any], step: Any, parameters: Any) -> Any:
    """The key of ``node`` that spells the gradient of ``step``; one that is itself a parameter's name only at last."""
    if not isinstance(step, str):
        return step if step in node else None
    first = None
    for key in _spelled(step):
        if key not in node:
            continue
        if key == step or key not in parameters:
            return key
        first = key if first is None else first
    return first


@lru_cache(maxsize=512)
def _spelled(name: str) -> tuple[str, ...]:
    return tuple(spelling.format(name) for spelling in SPELLINGS)


def _position(flat: Flat, leaf: Leaf, length: int) -> int | None:
    # A list of gradients for a dict of parameters: by position, where there are equally many.
    return flat.leaves.index(leaf) if length == len(flat.leaves) else None


def _default_name(leaf: Leaf) -> str:
    return f"d{leaf.name}"[:200]


def _describe(gradients: Any) -> str:
    if isinstance(gradients, Mapping):
        return f"a dict with the keys {_some([str(key) for key in gradients])}" if gradients else "an empty dict"
    if isinstance(gradients, (list, tuple)):
        return f"a {type(gradients).__name__} of {len(gradients)} values"
    return f"a {type(gradients).__name__}"


def _some(names: list[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:8])
    return f"{shown}, ..." if len(names) > 8 else shown


def fault(claim: Claim, leaf: Leaf, backward_name: str) -> Cause | None:
    """What keeps ``claim`` from being compared with ``leaf`` entry by entry, if anything does.

    Shapes must be equal: an update would broadcast (n, 1) against (n,) without a word. Only single numbers may differ
    in their axes, () against (1, 1).
    """
    if not claim.present:
        return Cause("missing", f"{backward_name} returned no gradient for {leaf.name}.")
    if claim.array is None or claim.array.dtype.kind not in "fiub":
        return Cause(
            "dtype", f"{claim.said_of(leaf)} does not hold real numbers, so it cannot be compared with {leaf.name}."
        )
    if claim.array.shape != leaf.shape and not claim.array.size == leaf.size == 1:
        return Cause(
            "shape",
            f"{claim.said_of(leaf)} has shape {claim.array.shape}, but {leaf.name} has shape {leaf.shape}. A gradient has the "
            "shape of its parameter: look for a missing keepdims=True, reshape or transpose.",
        )
    # The one takes no second array to tell; but squares may overflow.
    if not math.isfinite(claim.squares) and not np.isfinite(claim.array).all():
        bad = int(np.count_nonzero(~np.isfinite(claim.array)))
        return Cause(
            "non-finite",
            f"{claim.said_of(leaf)} is not finite in {bad} of {claim.array.size} entries (NaN or infinity). Look for a division by "
            "zero, a logarithm of zero or an overflow.",
        )
    return None


def values(claim: Claim, leaf: Leaf, problem: Cause | None) -> np.ndarray:
    """The claimed entries of ``leaf``, shape (size,), NaN where there is nothing to compare."""
    if claim.array is None or (problem is not None and problem.kind != "non-finite"):
        return np.full(leaf.size, np.nan)
    return claim.array.reshape(-1).astype(np.float64, copy=False)
