"""Which claimed gradient belongs to which parameter. By key, never by the order of a dict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .backend import Backend
from .cause import Cause
from .errors import GradcheckError
from .flatten import Flat, Leaf

# How a gradient is spelled after its parameter, most telling first. The bare name comes last: a dict that holds both
# "W1" and "dW1" holds the parameter under the first.
SPELLINGS = ("d{}", "d_{}", "grad_{}", "{}_grad", "grad{}", "g_{}", "g{}", "nabla_{}", "D{}", "{}")


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


def match(gradients: Any, flat: Flat, backend: Backend, backward_name: str) -> list[Claim]:
    """One claim for each leaf of ``flat``, in its order.

    Understood are a mapping with the parameters' keys (or ``dW1``, ``grad_W1``, ``W1_grad``, ... for ``W1``), nested
    like the parameters; a list or tuple in the parameters' order; a single array or number for a single parameter.
    Keys that belong to no parameter (``dZ3``, ``dA2``) are ignored.

    Raises `GradcheckError` where nothing returned can be brought together with any parameter.
    """
    if gradients is None:
        raise GradcheckError(
            f"{backward_name} returned None. It should return the gradients: does it end with a return statement?",
            code="backward_returned_nothing",
        )
    found = [_find(gradients, leaf, flat) for leaf in flat.leaves]
    if not any(hit for _, hit, _ in found):
        raise GradcheckError(
            f"{backward_name} returned {_describe(gradients)}, in which no gradient of "
            f"{_some([leaf.name for leaf in flat.leaves])} was recognised. Name the gradient of W1 dW1 (or W1, grad_W1, "
            "W1_grad), or return the gradients in the order of the parameters.",
            code="gradients_not_recognised",
        )
    claims = []
    for name, hit, value in found:
        present = hit and value is not None
        claims.append(Claim(name, present, backend.to_array(value) if present else None))
    return claims


def _find(gradients: Any, leaf: Leaf, flat: Flat) -> tuple[str, bool, Any]:
    """Name of the gradient, whether there is one, and its value."""
    if not leaf.path:
        return _single(gradients, leaf.name)
    node = gradients
    name = ""
    for depth, step in enumerate(leaf.path):
        if isinstance(node, Mapping):
            key = _key(node, step)
            if key is None:
                break
            node, name = node[key], str(key)
        elif isinstance(node, (list, tuple)):
            index = step if isinstance(step, int) else _position(flat, leaf, len(node)) if depth == 0 else None
            if index is None or not 0 <= index < len(node):
                break
            node, name = node[index], _default_name(leaf)
            if not isinstance(step, int):
                return name, True, node
        elif depth == 0 and len(flat.leaves) == 1:
            return _default_name(leaf), True, node
        else:
            break
    else:
        return (name if isinstance(leaf.path[-1], str) else _default_name(leaf))[:200], True, node
    return _default_name(leaf), False, None


def _single(gradients: Any, name: str) -> tuple[str, bool, Any]:
    if isinstance(gradients, Mapping):
        key = _key(gradients, name)
        if key is None and len(gradients) == 1:
            key = next(iter(gradients))
        return (f"d{name}", False, None) if key is None else (str(key)[:200], True, gradients[key])
    if isinstance(gradients, (list, tuple)) and len(gradients) == 1:
        return f"d{name}", True, gradients[0]
    return f"d{name}", not isinstance(gradients, tuple), gradients


def _key(node: Mapping[Any, Any], step: Any) -> Any:
    if not isinstance(step, str):
        return step if step in node else None
    return next((key for spelling in SPELLINGS if (key := spelling.format(step)) in node), None)


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
        return Cause("missing", f"{claim.name} is missing: {backward_name} returned no gradient for {leaf.name}.")
    if claim.array is None or claim.array.dtype.kind not in "fiub":
        return Cause("dtype", f"{claim.name} does not hold real numbers, so it cannot be compared with {leaf.name}.")
    if claim.array.shape != leaf.shape and not claim.array.size == leaf.size == 1:
        return Cause(
            "shape",
            f"{claim.name} has shape {claim.array.shape}, but {leaf.name} has shape {leaf.shape}. A gradient has the "
            "shape of its parameter: look for a missing keepdims=True, reshape or transpose.",
        )
    if not np.all(np.isfinite(claim.array)):
        bad = int(np.count_nonzero(~np.isfinite(claim.array)))
        return Cause(
            "non-finite",
            f"{claim.name} is not finite in {bad} of {claim.array.size} entries (NaN or infinity). Look for a division by "
            "zero, a logarithm of zero or an overflow.",
        )
    return None


def values(claim: Claim, leaf: Leaf, problem: Cause | None) -> np.ndarray:
    """The claimed entries of ``leaf``, shape (size,), NaN where there is nothing to compare."""
    if claim.array is None or (problem is not None and problem.kind != "non-finite"):
        return np.full(leaf.size, np.nan)
    return claim.array.reshape(-1).astype(np.float64)
