"""A wrong gradient, held against what was measured: what an explanation must explain, and when it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from .evidence import Evidence

# A deviation speaks where it is so many times what error bound and rounding allow.
TELLING = 4.0
# An explanation must have been able to fail: this many telling measurements more than numbers that it was fitted to,
# and this many decimal digits in which they agree with it. Chance would agree in one digit with odds of about 1 to 10.
SURPLUS = 2
DIGITS = 5.0
_CHUNK = 1 << 15


@dataclass(frozen=True)
class Cause:
    """An explanation.

    Attributes:
        kind: ``zero``, ``scale``, ``sign``, ``regularisation``, ``transpose``, ``permuted``, ``exchanged``, ``mask``,
            ``sum``, ``entries``; or what kept a gradient from being compared: ``missing``, ``non-finite``, ``shape``,
            ``dtype``; or ``elsewhere``.
        message: a sentence that names the gradient, the relation, and what to look for.
        factor: for ``scale``, and -1 for a sign that is wrong throughout: claimed = factor x numerical gradient.
        coefficient: for ``regularisation``: claimed = numerical gradient + coefficient x parameter (or its sign).
            Negative where the claim lacks a term.
        other: for ``exchanged``: the gradient that was returned in this one's place.
        axis: for ``permuted``, ``mask`` and ``sum``: the axis concerned; None where it is more than one.
    """

    kind: str
    message: str
    factor: float | None = None
    coefficient: float | None = None
    other: str | None = None
    axis: int | None = None


@dataclass(frozen=True)
class Context:
    """What else is known where a gradient is wrong.

    Attributes:
        rounding: relative rounding of the claimed values, as a fraction of the largest of them.
        parameter: the parameter's own values, in its shape.
        others: claimed gradients of other parameters, by the gradient's name; only those of the same size are looked
            at. Best those alone that are wrong as well: two exchanged gradients both are.
        settings: numbers among the person's data, by name.
        sizes: lengths of the axes of the data.
        tolerance: an absolute error of an entry that counts as right, when all but a few entries are said to be.
    """

    rounding: float
    parameter: np.ndarray
    others: Mapping[str, np.ndarray] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    tolerance: float = 0.0


@dataclass(frozen=True)
class Suspect:
    """The claim and the measurements that it fails.

    Attributes:
        name: of the gradient.
        claimed: all its entries, flat.
        evidence: the measurements, those alone that say something.
        every: whether every entry was measured, including those of which nothing came to be known.
        context: what else is known.
        rest: absolute rounding of a claimed entry.
        values, bounds: what was measured and its error bounds.
        allowed: how far the claim may be off, by bound and rounding.
        off: how far it is.
    """

    name: str
    claimed: np.ndarray
    evidence: Evidence
    every: bool
    context: Context
    rest: float
    values: np.ndarray
    bounds: np.ndarray
    allowed: np.ndarray
    off: np.ndarray

    @staticmethod
    def of(name: str, claimed: np.ndarray, evidence: Evidence, context: Context) -> Suspect:
        """``claimed`` has the parameter's shape and finite entries."""
        flat = np.asarray(claimed).astype(np.float64, copy=False).reshape(-1)
        known = evidence.known()
        rest = context.rounding * max(float(flat.max(initial=0.0)), -float(flat.min(initial=0.0)))
        values, bounds = known.values(), known.bounds()
        allowed = bounds + rest * known.reach()
        off = known.project(flat)
        off -= values
        return Suspect(name, flat, known, evidence.complete, context, rest, values, bounds, allowed, off)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.evidence.shape

    @property
    def entries(self) -> np.ndarray:
        """Flat indices of the entries that are known one by one; the measurements begin with them."""
        return self.evidence.entries

    @property
    def located(self) -> bool:
        """Whether wrong entries, if only they were measured, can be told to be the only ones.

        That is so where all were, or where directions speak against the claim, which are free to go on doing so.
        """
        count = self.entries.size
        return self.every or int(np.count_nonzero(telling(self.off[count:], self.allowed[count:]))) >= SURPLUS

    def wrong(self) -> np.ndarray:
        """Of each measurement, whether the claim fails it."""
        found: np.ndarray = np.abs(self.off) > self.allowed
        return found

    def explained(self, candidate: np.ndarray, choices: float = 0.0) -> bool:
        """Whether the gradient ``candidate`` (the parameter's shape) explains every measurement, and not by chance.

        ``choices`` is the logarithm (base 10) of the number of candidates that it was picked from.
        """
        # A look at a few entries spares most candidates the whole, which is slow to bring in order.
        few = slice(None, None, max(1, self.entries.size // 256))
        index = np.unravel_index(self.entries[few], self.shape) if self.shape else (...,)
        first = candidate[index] - self.values[: self.entries.size][few]
        if np.any(np.abs(first) > self.allowed[: self.entries.size][few]):
            return False
        flat = candidate.reshape(-1)
        if not self.agrees(flat):
            return False
        moved = int(np.count_nonzero(flat != self.claimed))
        count, _ = proof(self.allowed, moved, self.off)
        # A zero in the place of a zero is no agreement.
        _, digits = proof(self.allowed, moved, self.off, self.values)
        return count >= SURPLUS and digits - choices >= DIGITS

    def agrees(self, candidate: np.ndarray) -> bool:
        """Whether ``candidate`` (flat) explains every measurement."""
        off = self.evidence.project(candidate)
        off -= self.values
        return bool(np.all(np.abs(off, out=off) <= self.allowed))

    def cause(
        self,
        kind: str,
        message: str,
        *,
        factor: float | None = None,
        coefficient: float | None = None,
        other: str | None = None,
        axis: int | None = None,
    ) -> Cause:
        """``message`` goes on from the gradient's name."""
        return Cause(kind, f"{self.name} {message}"[:1000], factor, coefficient, other, axis)


def chunks(size: int) -> Iterator[slice]:
    """Parts of an array of ``size``, so that what is computed of it need not be held for the whole."""
    return (slice(start, start + _CHUNK) for start in range(0, size, _CHUNK))


def telling(size: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Where ``size`` is well above what is ``allowed``."""
    found: np.ndarray = np.abs(size) > TELLING * allowed
    return found


def proof(allowed: np.ndarray, independent: int, *sizes: np.ndarray, fitted: int = 0) -> tuple[int, float]:
    """How many telling measurements there are, and in how many decimal digits, all together, they agree within bounds.

    The least of ``sizes`` is what each must come out at, if the relation holds. No more than ``independent`` of them
    count: directions over one entry all measure the same number. The ``fitted`` best of them are what the relation was
    fitted to, and add no digits.
    """
    parts = []
    for part in chunks(allowed.size):
        size, room = np.abs(sizes[0][part]), allowed[part]
        for other in sizes[1:]:
            size = np.minimum(size, np.abs(other[part]))
        at = telling(size, room)
        parts.append(np.log10(np.clip(size[at] / room[at], 1, 1e15)).astype(np.float32))
    found = np.concatenate(parts) if parts else np.empty(0, dtype=np.float32)
    count = min(found.size, independent)
    if count <= fitted:
        return count, 0.0
    if count < found.size or fitted:
        found = np.sort(found)[found.size - count : found.size - fitted]
    return count, float(found.sum(dtype=np.float64))
