"""Relations with one unknown number: a factor too many, a term of the loss forgotten."""

from __future__ import annotations

import math

import numpy as np

from .naming import ORDINARY, Interval, Named, Names, about, fraction, spell
from .suspect import DIGITS, SURPLUS, Cause, Suspect, chunks, proof

# A number known more coarsely than this is not named.
_COARSE = 0.1


def scale(suspect: Suspect) -> Cause | None:
    """claimed = a x true."""
    values, bounds, evidence = suspect.values, suspect.bounds, suspect.evidence
    said = suspect.off + values
    floor = max(1e-8 * float(np.max(np.abs(values))), np.finfo(float).tiny)
    best = int(np.argmax(np.abs(values) / np.maximum(bounds, floor)))
    if said[best] == 0 or values[best] == 0:
        return None
    # In the unit of the true gradient, true = claimed / a; there the claim's rounding weighs 1 / a.
    allowed = bounds + abs(float(values[best] / said[best])) * suspect.rest * evidence.reach()
    inverse = _multiple(said, values, allowed)
    if inverse is None or inverse.low * inverse.high <= 0:
        return None
    found = inverse.inverse()
    count, digits = proof(allowed, int(np.count_nonzero(suspect.claimed)), values, suspect.off, fitted=1)
    if count == 0 or found.holds(1.0) or not math.isfinite(found.width):
        return None
    names = Names(suspect.context.settings, suspect.context.sizes)
    exact = fraction(found, lone=count < 2)
    if exact is None and count >= SURPLUS:
        named = names.of_factor(found.absolute())
        exact = None if named is None else math.copysign(named.value, found.middle)
    if exact is not None:
        named = names.of_factor(Interval(abs(exact), abs(exact))) if abs(exact) not in ORDINARY else None
        return _scaled(suspect, exact, spell(exact), named)
    sure = count >= 1 + SURPLUS and digits >= DIGITS and found.narrowness <= _COARSE
    return _scaled(suspect, found.middle, about(found), None) if sure else None


def _scaled(suspect: Suspect, factor: float, said: str, named: Named | None) -> Cause:
    name = suspect.name
    if factor == -1:
        message = f"is -1 x the numerical gradient. Look for a wrong sign where {name} is computed."
        return suspect.cause("sign", message, factor=factor)
    look = "a factor too many" if abs(factor) > 1 else "a missing factor, or a division too many,"
    look = f"a wrong sign, and for {look}" if factor < 0 else look
    which = "" if named is None else f"; {_identity(f'{abs(factor):.6g}', named)}"
    message = f"is {said} x the numerical gradient{which}. Look for {look} where {name} is computed."
    return suspect.cause("scale", message, factor=factor)


def _identity(number: str, named: Named) -> str:
    return named.origin if named.plain else f"{number} is {named}"


def regularisation(suspect: Suspect) -> Cause | None:
    """claimed = true + c x parameter (L2), or + c x its sign (L1)."""
    parameter = np.asarray(suspect.context.parameter).astype(np.float64, copy=False).reshape(-1)
    if parameter.size != suspect.claimed.size or not np.isfinite(parameter).all():
        return None
    return _term(suspect, parameter, "L2", "its parameter") or _term(
        suspect, np.sign(parameter), "L1", "the sign of its parameter"
    )


def _term(suspect: Suspect, basis: np.ndarray, kind: str, what: str) -> Cause | None:
    off, allowed = suspect.off, suspect.allowed
    found = _multiple(suspect.evidence.project(basis), off, allowed)
    if found is None or found.low * found.high <= 0:
        return None
    named = Names(suspect.context.settings, suspect.context.sizes).of_coefficient(found.absolute())
    fitted = int(named is None)
    count, digits = proof(allowed, int(np.count_nonzero(basis)), off, fitted=fitted)
    if count < fitted + SURPLUS or digits < DIGITS:
        return None
    if named is None and (
        found.narrowness > _COARSE
        # One number added to every entry is no sign of a term that depends on the parameter.
        or basis.min() == basis.max()
    ):
        return None
    value = found.middle if named is None else math.copysign(named.value, found.middle)
    said = about(found.absolute()) if named is None else f"{abs(value):.6g}"
    which = "" if named is None else f"; {_identity('that number', named)}"
    if value < 0:
        message = (
            f"is short of {said} x {what}{which}; the rest of it is right. Look for the derivative of the {kind} term "
            f"(regularisation) of the loss: missing in {suspect.name}, or with another coefficient or sign."
        )
    else:
        message = (
            f"has {said} x {what} too much{which}; the rest of it is right. Look for an {kind} term (regularisation) "
            f"in {suspect.name} that the loss does not have, or has with another coefficient."
        )
    return suspect.cause("regularisation", message, coefficient=value)


def _multiple(x: np.ndarray, y: np.ndarray, allowed: np.ndarray) -> Interval | None:
    """The numbers t with |t x - y| <= allowed in every measurement, or None where there is none."""
    low, high = -math.inf, math.inf
    for part in chunks(x.size):
        at = x[part] != 0
        if np.any(np.abs(y[part]) > allowed[part], where=~at):
            return None
        middle, half = y[part] / x[part], np.abs(allowed[part] / x[part])
        # What overflows in both is NaN, and says nothing: fmax and fmin pass over it.
        low = float(np.fmax.reduce(middle - half, initial=low, where=at))
        high = float(np.fmin.reduce(middle + half, initial=high, where=at))
        if low > high + 4 * np.finfo(float).eps * max(abs(low), abs(high)):
            return None
    # Where bounds are as small as the rounding of these quotients, the ends may cross by that much.
    return Interval(min(low, high), max(low, high)) if math.isfinite(low) and math.isfinite(high) else None
