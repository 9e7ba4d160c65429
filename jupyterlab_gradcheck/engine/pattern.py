"""Relations that hold for some entries, the others being right; and sums in the place of entries."""

from __future__ import annotations

import math

import numpy as np

from .arrangement import lines
from .naming import told
from .suspect import DIGITS, SURPLUS, Cause, Suspect, proof, telling

# So many wrong entries are few.
_FEW = 10
_SHOWN = 5
# Measured entries of which some have a wrong sign and all others are right, where nothing is known of the rest.
_SAMPLE = 8
# Digits in which a lone sum must agree.
_LONE_DIGITS = 5.0


def sign(suspect: Suspect) -> Cause | None:
    """|claimed| = |true| everywhere, with the wrong sign in some entries."""
    count = suspect.entries.size
    off, allowed, values = suspect.off[:count], suspect.allowed[:count], suspect.values[:count]
    fails = np.abs(off) > allowed
    # off is claimed - true, so that off + 2 true is claimed + true.
    if not fails.any() or np.any(np.abs(off + 2 * values) > allowed, where=fails):
        return None
    wrong = np.flatnonzero(fails)
    known = telling(values, allowed)
    right = int(np.count_nonzero(known)) - int(np.count_nonzero(known[wrong]))
    # Each of them could have had either sign.
    _, digits = proof(allowed[wrong], wrong.size, values[wrong])
    if right < 1 or digits - wrong.size * math.log10(2) < DIGITS:
        return None
    flipped = suspect.entries[wrong]
    candidate = suspect.claimed.copy()
    candidate[flipped] *= -1
    look = f"Look for a wrong sign where {suspect.name} is computed."
    if suspect.located and suspect.agrees(candidate):
        message = f"has the wrong sign {place(flipped, suspect.shape)}; its size is right everywhere. {look}"
    elif not suspect.every and min(wrong.size, right) >= SURPLUS and count >= _SAMPLE and _within(suspect):
        message = (
            f"has the wrong sign in {wrong.size} of the {count} entries that were measured one by one; its size is right in "
            f"all of them. {look}"
        )
    else:
        return None
    return suspect.cause("sign", message)


def _within(suspect: Suspect) -> bool:
    """Whether some choice of signs could explain the directions."""
    size = np.abs(suspect.claimed)
    count = suspect.entries.size
    most = [float(size @ np.abs(one.weights)) for one in suspect.evidence.directions]
    return bool(np.all(np.abs(suspect.values[count:]) <= np.array(most) + suspect.allowed[count:]))


def mask(suspect: Suspect) -> Cause | None:
    """Whole rows (or columns) are not zero that should be, and all else is right."""
    count, shape = suspect.entries.size, suspect.shape
    allowed, values = suspect.allowed[:count], suspect.values[:count]
    wrong = suspect.wrong()[:count]
    if not suspect.located or np.any(np.abs(values) > allowed, where=wrong):
        return None
    seen, digits = proof(allowed, count, suspect.off[:count])
    right, more = proof(allowed[~wrong], count, values[~wrong])
    if min(seen, right) < SURPLUS or min(digits, more) < DIGITS:
        return None
    known = telling(values, allowed)
    for axis in range(len(shape)):
        line = _along(suspect.entries, shape, axis)
        dead = np.zeros(shape[axis], dtype=bool)
        dead[line[wrong]] = True
        # Zero all along, and something left that is not.
        if np.any(known & dead[line]) or not np.any(known & ~dead[line]) or shape[axis] < 2:
            continue
        candidate = suspect.claimed.reshape(shape).copy()
        candidate[(slice(None),) * axis + (dead,)] = 0
        if suspect.agrees(candidate.reshape(-1)):
            where = some_lines(np.flatnonzero(dead), lines(shape, axis))
            message = (
                f"is not zero in {where}, where the numerical gradient is zero; everything else is right. Look for a "
                f"missing mask before {suspect.name} is computed: the derivative of ReLU is 0 where its input is negative."
            )
            return suspect.cause("mask", message, axis=axis)
    return None


def total(suspect: Suspect) -> Cause | None:
    """The claim is the same number all along an axis, or everywhere: the sum or mean of the true gradient there."""
    shape, evidence = suspect.shape, suspect.evidence
    if not evidence.complete:
        return None
    claimed = suspect.claimed.reshape(shape)
    long = [axis for axis, length in enumerate(shape) if length > 1]
    for axes in [(axis,) for axis in long] + ([tuple(long)] if len(long) > 1 else []):
        highest, lowest = claimed.max(axis=axes), claimed.min(axis=axes)
        if np.any(highest - lowest > 2 * suspect.rest):
            continue
        true, bound = np.empty((2, *shape))
        true.flat[evidence.entries], bound.flat[evidence.entries] = evidence.numerical, evidence.bound
        rounding = 16 * np.finfo(float).eps * float(np.max(np.abs(true)))
        length = math.prod(shape[axis] for axis in axes)
        measured, allowed = true.sum(axis=axes), bound.sum(axis=axes) + length * rounding
        for kind, times in (("sum", 1), ("mean", length)):
            room = allowed / times + suspect.rest
            middle = lowest + (highest - lowest) / 2
            if np.any(np.abs(middle - measured / times) > room):
                continue
            seen, digits = proof(np.ravel(room), middle.size, np.ravel(middle))
            if digits >= (DIGITS if seen >= SURPLUS else _LONE_DIGITS):
                return _summed(suspect, axes, len(long), kind)
    return None


def _summed(suspect: Suspect, axes: tuple[int, ...], long: int, kind: str) -> Cause:
    over = "all entries" if len(axes) == long else f"axis {axes[0]}"
    message = (
        f"has one and the same value {'everywhere' if len(axes) == long else f'all along {over}'}: the {kind} of the "
        f"numerical gradient over {over}. Look for a {kind} without axis=, or over the wrong axis, where {suspect.name} is "
        "computed."
    )
    return suspect.cause("sum", message, axis=axes[0] if len(axes) == 1 else None)


def entries(suspect: Suspect) -> Cause | None:
    """A few entries, or those of one row or column, are wrong, and all else is right."""
    count = suspect.entries.size
    off, values, evidence = np.abs(suspect.off[:count]), suspect.values[:count], suspect.evidence
    allowed, tolerance = suspect.allowed[:count], suspect.context.tolerance
    fails = off > allowed + tolerance
    if not fails.any() or not suspect.located:
        return None
    wrong = np.flatnonzero(fails)
    # More than half is not some, unless what they have in common is that nothing is claimed for them.
    if 2 * wrong.size > suspect.claimed.size and np.any(suspect.claimed[suspect.entries[wrong]]):
        return None
    # One that is neither clearly wrong nor right blurs the picture.
    if not telling(off[wrong], allowed[wrong]).all():
        return None
    at = suspect.entries[wrong]
    # What was measured, in the place of the wrong entries, must explain the directions as well.
    after, room, tolerated = suspect.off[count:].copy(), suspect.allowed[count:].copy(), []
    for number, direction in enumerate(evidence.directions):
        weights = direction.weights
        after[number] -= weights[at] @ suspect.off[wrong]
        room[number] += np.abs(weights[at]) @ suspect.bounds[wrong]
        tolerated.append(tolerance * np.linalg.norm(weights))
    np.add(room, tolerated, out=room, where=np.abs(after) > room)
    if not np.all(np.abs(after) <= room):
        return None
    if suspect.every:
        right, room = off[~fails], allowed[~fails]
        np.add(room, tolerance, out=room, where=right > room)
        seen, digits = proof(room, count, values[~fails])
        # Which of them are wrong was chosen by looking.
        digits -= wrong.size * math.log10(count)
    else:
        seen, digits = proof(room, suspect.claimed.size - wrong.size, suspect.off[count:])
    if seen < SURPLUS or digits < DIGITS:
        return None
    return _told(suspect, wrong, wrong[int(np.argmax(off[wrong]))])


def _told(suspect: Suspect, wrong: np.ndarray, worst: int) -> Cause | None:
    """The sentence about the wrong entries; ``wrong`` and ``worst`` count the measurements."""
    name, shape, size, at = suspect.name, suspect.shape, suspect.claimed.size, suspect.entries[wrong]
    known = suspect.entries.size if suspect.every else size
    of = (
        f"{at.size} of {known} entries" if known == size else f"{at.size} of the {known} entries that could be measured"
    )
    rest = "everything else is right"
    look = f"Look for an index or a slice that is off, or for an assignment to some entries of {name} alone."
    # Zero, and not -0.
    analytic, numerical = told(float(suspect.claimed[suspect.entries[worst]]) + 0.0, float(suspect.values[worst]) + 0.0)
    furthest = f"{_index(suspect.entries[worst], shape)}: {analytic} where the numerical gradient is {numerical}"
    axis = _line(at, shape)
    if axis is not None and (at.size > _FEW or 2 * at.size >= size // shape[axis]):
        line = some_lines(_along(at[:1], shape, axis), lines(shape, axis))
        message = f"is wrong in {line} only, in {of}; {rest}. The furthest is {furthest}. {look}"
    elif at.size > 1 and not np.any(suspect.claimed[at]):
        message = (
            f"is zero in {of} where the numerical gradient is not, {place(at, shape)}; {rest}. Look for a mask too many, or "
            "for entries that are never assigned."
        )
    elif 2 * at.size > known or (at.size > _FEW and not _whole_lines(at, shape)):
        return None
    elif at.size == 1:
        message = f"is wrong in {of}, {furthest}; {rest}. {look}"
    else:
        message = f"is wrong in {of}, {place(at, shape)}; {rest}. The furthest is {furthest}. {look}"
    return suspect.cause("entries", message)


def nothing(suspect: Suspect) -> Cause | None:
    """The claim is what rounding leaves of numbers that cancel."""
    largest = float(np.max(np.abs(suspect.values[: suspect.entries.size]), initial=0.0))
    if (
        not telling(suspect.off, suspect.allowed).any()
        or not float(np.max(np.abs(suspect.claimed))) <= 4 * np.finfo(float).eps * largest
    ):
        return None
    message = (
        "is zero everywhere but for rounding, the numerical gradient is not. Look for numbers that cancel, as in a sum over "
        "all entries where it should be one over an axis."
    )
    return suspect.cause("zero", message)


def place(at: np.ndarray, shape: tuple[int, ...]) -> str:
    """Where the entries with the flat indices ``at`` are, in words."""
    whole = _whole_lines(at, shape)
    if whole:
        return f"in {whole}"
    shown = ", ".join(_index(k, shape) for k in np.sort(at)[:_SHOWN])
    return f"at {shown}" if at.size <= _SHOWN else f"at {shown} and {at.size - _SHOWN} more"


def _whole_lines(at: np.ndarray, shape: tuple[int, ...]) -> str:
    """The rows or columns that ``at`` consists of, where it does; never all of them, never single entries."""
    for axis in range(len(shape)):
        hit = np.unique(_along(at, shape, axis))
        each = math.prod(shape) // shape[axis]
        if each > 1 and hit.size < shape[axis] and hit.size * each == at.size:
            return some_lines(hit, lines(shape, axis))
    return ""


def _line(at: np.ndarray, shape: tuple[int, ...]) -> int | None:
    """The axis along which all of ``at``, more than one, have the same index; None where there is none."""
    for axis in range(len(shape)):
        several = shape[axis] > 1 and math.prod(shape) > shape[axis]
        if several and at.size > 1 and np.ptp(_along(at, shape, axis)) == 0:
            return axis
    return None


def _along(at: np.ndarray, shape: tuple[int, ...], axis: int) -> np.ndarray:
    """The index along ``axis`` of the entries with the flat indices ``at``."""
    found: np.ndarray = at // math.prod(shape[axis + 1 :]) % shape[axis]
    return found


def _index(at: int, shape: tuple[int, ...]) -> str:
    return str([int(i) for i in np.unravel_index(at, shape)])


def some_lines(hit: np.ndarray, called: str) -> str:
    """``row 3``, ``rows 1, 4 and 5``, ``12 rows (0, 3, 4, ...)``, ``slice 5 along axis 0``."""
    several, space, along = called.partition(" ")
    if hit.size == 1:
        one = "entry" if several == "entries" else several[:-1]
        return f"{one} {hit[0]}{space}{along}"
    if hit.size <= _SHOWN:
        return f"{several} {', '.join(str(k) for k in hit[:-1])} and {hit[-1]}{space}{along}"
    return f"{hit.size} {called} ({', '.join(str(k) for k in hit[:_SHOWN])}, ...)"
