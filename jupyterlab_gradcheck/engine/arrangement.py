"""Relations in which the claim holds the right numbers in the wrong places."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from .suspect import Cause, Suspect, proof

# Digits in which a lone number must agree with another gradient to be called exchanged with it.
_LONE_DIGITS = 6.0
_MOST_AXES = 6


def transpose(suspect: Suspect) -> Cause | None:
    """The true gradient is the claimed one with two axes exchanged, or its numbers in the transposed order."""
    shape, name = suspect.shape, suspect.name
    if len(_long(shape)) < 2 or len(shape) > _MOST_AXES:
        return None
    claimed = suspect.claimed.reshape(shape)
    for one, other in combinations(_long(shape), 2):
        if shape[one] == shape[other] and suspect.explained(np.swapaxes(claimed, one, other)):
            if len(shape) == 2:
                message = f"is the transpose of the numerical gradient. Look for a missing or needless .T where {name} is computed."
            else:
                message = (
                    f"is right but for axes {one} and {other}, which are exchanged. Look for a wrong order of axes in a "
                    f"transpose, einsum or tensordot where {name} is computed."
                )
            return suspect.cause("transpose", message)
    for candidate in (suspect.claimed.reshape(shape[::-1]).T, claimed.T.reshape(shape)):
        if suspect.explained(candidate):
            message = (
                f"holds the right numbers in the transposed order. Look for a reshape where {name} is computed that should "
                "be a .T (or a .T that should be there before a reshape)."
            )
            return suspect.cause("transpose", message)
    return None


def permuted(suspect: Suspect) -> Cause | None:
    """The true gradient is the claimed one with rows, columns or entries in another order."""
    shape = suspect.shape
    axes = _long(shape)
    if not axes or len(shape) > _MOST_AXES:
        return None
    claimed = suspect.claimed.reshape(shape)
    for axis in axes:
        for said, candidate in _moved(claimed, axis):
            if suspect.explained(candidate, math.log10(3 * len(axes))):
                return _permuted(suspect, axis, f"its {lines(shape, axis)} are {said}")
    if len(axes) > 2:
        for one, other in combinations(axes, 2):
            if suspect.explained(np.flip(claimed, (one, other)), math.log10(20)):
                message = (
                    f"is reversed along axes {one} and {other}; its numbers are right. Look for a kernel that is flipped, or "
                    "not flipped: a convolution where a correlation is meant, or the other way round."
                )
                return suspect.cause("permuted", message)
    for axis in axes:
        order = _order(suspect, axis)
        if order is None:
            continue
        moved = np.flatnonzero(order != np.arange(order.size))
        # Each line that moved could have come from any place.
        choices = moved.size * math.log10(order.size)
        if moved.size and suspect.explained(np.take(claimed, order, axis=axis), choices):
            called = lines(shape, axis)
            said = f"its {called} are in another order"
            if moved.size == 2:
                said = f"{called} {moved[0]} and {moved[1]} are in each other's place"
            return _permuted(suspect, axis, said)
    return None


def exchanged(suspect: Suspect) -> Cause | None:
    """What was returned for another parameter explains the measurements of this one."""
    for other, value in suspect.context.others.items():
        if value.size != suspect.claimed.size or (value.ndim > 1 and value.shape != suspect.shape):
            continue
        candidate = value.astype(np.float64, copy=False).reshape(suspect.shape)
        if not (suspect.explained(candidate) or _alone(suspect, candidate.reshape(-1))):
            continue
        message = (
            f"is wrong, but what was returned as {other[:200]} agrees with its numerical gradient: the two look exchanged. "
            "Look for the place where they are computed or returned."
        )
        return suspect.cause("exchanged", message, other=other[:200])
    return None


def _alone(suspect: Suspect, candidate: np.ndarray) -> bool:
    """Whether a parameter of one entry agrees with another one's gradient, and certainly not by chance."""
    if suspect.claimed.size != 1:
        return False
    _, digits = proof(suspect.allowed, 1, suspect.off, suspect.values)
    return digits >= _LONE_DIGITS and suspect.agrees(candidate)


def _long(shape: tuple[int, ...]) -> list[int]:
    return [axis for axis, length in enumerate(shape) if length > 1]


def _moved(claimed: np.ndarray, axis: int) -> Iterator[tuple[str, np.ndarray]]:
    yield "reversed", np.flip(claimed, axis)
    if claimed.shape[axis] > 2:
        for by in (1, -1):
            yield "shifted by one", np.roll(claimed, by, axis)


def _permuted(suspect: Suspect, axis: int, said: str) -> Cause:
    message = (
        f"holds the right numbers, but {said}. Look for an index, a slice or a loop "
        f"that runs in another order where {suspect.name} is computed."
    )
    return suspect.cause("permuted", message, axis=axis)


def lines(shape: tuple[int, ...], axis: int) -> str:
    """What to call the parts of an array that differ in their index along ``axis``."""
    if len(_long(shape)) < 2:
        return "entries"
    if len(shape) == 2:
        return ("rows", "columns")[axis]
    return f"slices along axis {axis}"


def _order(suspect: Suspect, axis: int) -> np.ndarray | None:
    """For each line of the true gradient along ``axis``, the claimed line that it equals; None where none was found.

    Lines are told apart by their product with random numbers, so that it takes a sort rather than a comparison of each
    with each; the caller verifies.
    """
    evidence, shape = suspect.evidence, suspect.shape
    if not (evidence.complete or (suspect.located and evidence.entries.size)):
        return None
    # Where not all entries were measured, but those that are wrong, the claim is right in the others.
    true = suspect.claimed.copy()
    true[evidence.entries] = evidence.numerical
    length = shape[axis]
    split = (math.prod(shape[:axis]), length, math.prod(shape[axis + 1 :]))
    right = np.ones(suspect.claimed.size, dtype=bool)
    right[suspect.entries[suspect.wrong()[: suspect.entries.size]]] = False
    # A line that is right stays where it is.
    free = np.flatnonzero(~right.reshape(split).all(axis=(0, 2)))
    random = np.random.Generator(np.random.PCG64(11)).normal(size=(split[0], split[2]))
    said, measured = (np.einsum("alb,ab->l", part.reshape(split), random)[free] for part in (suspect.claimed, true))
    if not (np.isfinite(said).all() and np.isfinite(measured).all()):
        return None
    order = np.arange(length)
    order[free[np.argsort(measured, kind="stable")]] = free[np.argsort(said, kind="stable")]
    return order
