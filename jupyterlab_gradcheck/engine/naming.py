"""Numbers into words: what a fitted factor or coefficient most likely is, and how to write it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

# Odds to accept that a number is, by chance, near one of those that have a name.
CHANCE = 0.01
# Factors so common that a setting of the same value is no explanation.
ORDINARY = (1.0, 2.0, 0.5)
_MOST = 8
_LONG = 8
# Names of settings that are likely to weigh a term of the loss.
_WEIGHING = ("lam", "reg", "decay", "penalty", "l1", "l2")
# Names of other numbers that nobody differentiates a loss by.
_SET = {
    "clip",
    "dropout",
    "eps",
    "epsilon",
    "keep",
    "keep_prob",
    "lr",
    "learning_rate",
    "momentum",
    "rate",
    "seed",
    "step_size",
}


def is_setting(name: str, size: int) -> bool:
    """Whether a parameter of ``size`` entries is called as settings are: ``lambd``, ``keep_prob``, ``mask``."""
    last = re.split(r"\W+", name.rstrip("]'\""))[-1].casefold()
    if "mask" in last.split("_"):
        return True
    return size == 1 and (last in _SET or last.endswith("_rate") or last.startswith(_WEIGHING))


@dataclass(frozen=True)
class Interval:
    """A number that is certain to lie between ``low`` and ``high``."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return self.low + (self.high - self.low) / 2

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def narrowness(self) -> float:
        """Its width relative to the number."""
        return self.width / abs(self.middle) if self.middle else math.inf

    def holds(self, number: float) -> bool:
        # The interval's own ends are rounded.
        slack = 1e-14 * max(abs(self.low), abs(self.high))
        return self.low - slack <= number <= self.high + slack

    def inverse(self) -> Interval:
        """That of 1 / number, where 0 is not in it."""
        return Interval(1 / self.high, 1 / self.low)

    def absolute(self) -> Interval:
        return self if self.low >= 0 else Interval(-self.high, -self.low)


@dataclass(frozen=True)
class Named:
    """A number that has a name.

    Attributes:
        value: the number.
        name: ``lambd/m``.
        origin: where the name comes from, ``lambd = 0.7; m = 64``.
        lead: the setting that it is a multiple of, or nothing.
    """

    value: float
    name: str
    origin: str
    lead: str = ""

    @property
    def plain(self) -> bool:
        """Whether the name is a number itself, so that it says no more than its origin."""
        return not any(letter.isalpha() for letter in self.name)

    def __str__(self) -> str:
        return f"{self.name} ({self.origin})"


def fraction(interval: Interval, lone: bool) -> float | None:
    """The simple fraction in ``interval``, where it is not there by chance; ``lone`` asks for a simpler one."""
    if not (math.isfinite(interval.low) and math.isfinite(interval.high) and interval.low * interval.high > 0):
        return None
    chance = CHANCE / 10 if lone else CHANCE
    for limit in (1, 2, 4, 0) if lone else (1, 2, 10, 0, 100, 1000):
        if limit == 0:
            inverse = interval.inverse()
            whole = round(inverse.middle)
            if whole and abs(whole) < 10**7 and inverse.width <= chance and interval.holds(1 / whole):
                return 1 / whole
        else:
            near = Fraction(interval.middle).limit_denominator(limit)
            # There are about 0.3 limit**2 fractions between two integers.
            if near and interval.holds(float(near)) and interval.width * max(1.0, 0.3 * limit**2) <= chance:
                return float(near)
    return None


class Names:
    """What numbers may be called, given the person's settings and the lengths of axes of their data."""

    def __init__(self, settings: Mapping[str, float], sizes: tuple[int, ...]) -> None:
        kept = {_short(name): float(value) for name, value in settings.items() if _usable(value)}
        ranked = sorted(kept, key=lambda name: not any(part in name.lower() for part in _WEIGHING))
        self._settings = [Named(kept[name], name, f"{name} = {kept[name]:.6g}", name) for name in ranked[:_MOST]]
        taken = set(kept.values())
        lengths = [n for n in dict.fromkeys(sizes) if n > 2 and n not in taken][:_MOST]
        self._sizes = [Named(float(n), str(n), f"{n} is the length of an axis of the data") for n in lengths]
        whole = [one for one in self._settings if one.value > 1 and one.value == int(one.value)]
        self._divisors = [*whole, *self._sizes]

    def of_factor(self, interval: Interval) -> Named | None:
        """The name of a factor (positive): a setting or a length, its double or half, or the inverse of one of them."""
        own = [one for one in self._settings if one.value not in ORDINARY]
        # Of a small factor, that some axis is as long is a coincidence.
        sizes = [one for one in self._sizes if one.value >= _LONG]
        plain = [*own, *sizes, *(_quotient(_ONE, one) for one in (*own, *sizes))]
        parts = [_quotient(one, d) for one in own for d in self._divisors if d is not one and one not in self._divisors]
        multiples = [_times(one) for one in own], [_quotient(one, _TWO) for one in own]
        inverses = [_quotient(_TWO, one) for one in own], [_quotient(_ONE, _times(one)) for one in own]
        return _only(interval, [*plain, *parts, *multiples[0], *multiples[1], *inverses[0], *inverses[1]])

    def of_coefficient(self, interval: Interval) -> Named | None:
        """The name of the coefficient of a term (positive): a multiple of a setting, or one such less another."""
        parts = [_quotient(one, d) for one in self._settings for d in self._divisors if d is not one]
        terms = [*self._settings, *parts]
        terms += [_times(one) for one in terms] + [_halved(one) for one in terms]
        found = _only(interval, terms)
        if found is not None:
            return found
        return _only(interval, [_less(a, b) for a in terms for b in terms if a.lead == b.lead and a.value > b.value])


_ONE, _TWO = Named(1.0, "1", ""), Named(2.0, "2", "")


def _only(interval: Interval, names: list[Named]) -> Named | None:
    """The first of ``names`` in ``interval``, unless there are so many that one of them had to be."""
    if len(names) * interval.narrowness > CHANCE:
        return None
    return next((one for one in names if interval.holds(one.value)), None)


def _quotient(one: Named, divisor: Named) -> Named:
    below = f"({divisor.name})" if " " in divisor.name else divisor.name
    return Named(one.value / divisor.value, f"{one.name}/{below}", _both(one, divisor), one.lead)


def _times(one: Named) -> Named:
    return Named(2 * one.value, f"2 {one.name}", one.origin, one.lead)


def _halved(one: Named) -> Named:
    top, _, below = one.name.partition("/")
    return Named(one.value / 2, f"{top}/(2 {below})" if below else f"{top}/2", one.origin, one.lead)


def _less(one: Named, other: Named) -> Named:
    return Named(one.value - other.value, f"{one.name} - {other.name}", _both(one, other), one.lead)


def _both(one: Named, other: Named) -> str:
    parts = [part for origin in (one.origin, other.origin) for part in origin.split("; ") if part]
    return "; ".join(dict.fromkeys(parts))


def _usable(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    return 1e-150 < float(value) < 1e150


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:37]}..."


def spell(number: float) -> str:
    """An exact number: ``2``, ``0.015625 (1/64)``."""
    near = Fraction(number).limit_denominator(1000)
    if abs(number) < 1 and near.numerator and abs(float(near) - number) < 1e-12:
        return f"{number:.6g} ({near})"
    return f"{number:.6g}"


def about(interval: Interval) -> str:
    """A number to as many digits as are certain, ``about 0.58``."""
    uncertainty = max(interval.narrowness, 1e-16)
    return f"about {interval.middle:.{int(np.clip(np.floor(-np.log10(uncertainty)), 1, 6))}g}"


def told(one: float, other: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart, and 6 at least."""
    for digits in (6, 9, 12, 15):
        if f"{one:.{digits}g}" != f"{other:.{digits}g}":
            break
    return f"{one:.{digits}g}", f"{other:.{digits}g}"
