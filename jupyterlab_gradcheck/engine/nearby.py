"""Checks at seeded points near the parameters, where forward and backward are called anew.

One point can hide a mistake: the weights into a unit that is off for all of the data have no gradient, and a wrong
regularisation term does not show where the parameters are zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from . import constraint, draws, gradients, noise
from .draws import BLOCK
from .errors import GradcheckError
from .evaluate import Evaluator
from .examine import Examination, Finding
from .gradients import Claim
from .judge import Code
from .noise import EPSILON, Noise
from .report import Entry

# How far away the points lie, in the quadratic means of the parameters; of several, the one counts that tests most.
_RADII = ((0.2, 0.05, 0.1), (0.7, 1.2, 0.2), (0.3, 0.1, 0.1))
# Gradients so many times larger than here tell of another place altogether.
_ANOTHER_PLACE = 1e3
_FAR_UP = 30.0
_DIRECTIONS = 2
_FEW_DIRECTIONS = 1
_HUGE = 200_000


@dataclass(frozen=True)
class Usual:
    """What is usual for the entries of one leaf.

    Attributes:
        size: how large they are.
        rule: what they keep to, as in `constraint`.
        mixed: whether they are of very different sizes, so that no one length suits them all.
        signed: whether all of them have one sign.
    """

    size: float
    rule: constraint.Rule | None
    mixed: bool
    signed: bool

    @classmethod
    def of(cls, part: np.ndarray, shape: tuple[int, ...], size: float) -> Usual:
        """``part`` holds the leaf's entries, ``size`` is their root mean square."""
        # Where the first have both signs, the others need not be asked.
        signed = all(one.size > 0 and bool(one.min() > 0 or one.max() < 0) for one in (part[:64], part))
        mixed = 1 < part.size <= 100_000 and not signed and _are_mixed(np.abs(part), size)
        return cls(size or _usual_size(shape), constraint.rule_of(part.reshape(shape)), mixed, signed)


@dataclass
class Elsewhere:
    """What the points nearby told.

    Attributes:
        points: how many were checked.
        wrong: by position of the leaf, the worst entry of a gradient that is certainly wrong there.
        findings: what was found of those gradients, and the parameter's values there.
        tested: by position of the leaf, a mask (size) of entries whose gradient was not zero at some point.
        right: by position of the leaf, at how many points its gradient was certainly right.
        largest: by position of the leaf, the largest of its gradient at those points.
        skipped: why points were left out, where they were.
        last: the last of the points (length n), where there was one.
    """

    points: int = 0
    wrong: dict[int, Entry] = field(default_factory=dict)
    findings: dict[int, tuple[Finding, np.ndarray]] = field(default_factory=dict)
    tested: dict[int, np.ndarray] = field(default_factory=dict)
    right: dict[int, int] = field(default_factory=dict)
    largest: dict[int, float] = field(default_factory=dict)
    skipped: str | None = None
    last: np.ndarray | None = None


def look(
    evaluator: Evaluator, here: Examination, level: Noise, base_loss: float, tolerance: float, count: int
) -> Elsewhere:
    """Checks the gradients at ``count`` points, those that are right ``here``; the evaluator is afterwards where it was."""
    found, home = Elsewhere(), evaluator.base
    done = frozenset(p for p, f in enumerate(here.findings) if f.fault is not None or f.failing or f.many)
    if len(done) == len(here.findings):
        return found
    blind = {p: f.claimed == 0 for p, f in enumerate(here.findings) if p not in done and not f.claimed.all()}
    if home.size > _HUGE:
        count = min(count, 1)
    leaves = evaluator.flat.leaves
    most = max((f.largest_claimed for f in here.findings if f.fault is None), default=0.0)
    usual = [
        Usual.of(home[leaf.start : leaf.stop], leaf.shape, evaluator.root_mean_square(p))
        for p, leaf in enumerate(leaves)
    ]
    try:
        for number in range(count):
            if not evaluator.affords(16):
                found.skipped = "the budget was spent"
                break
            point = _go(evaluator, home, most, usual, number, base_loss, level, blind)
            if point is None:
                found.skipped = (
                    "the loss is not defined at the parameters around, or its gradients are far larger there"
                )
                continue
            loss, claims = point
            examination = _examine(evaluator, level, loss, claims, tolerance, number, done | found.wrong.keys())
            found.points += 1
            found.last = evaluator.base
            for position, finding in enumerate(examination.findings):
                if position not in done:
                    _note(found, position, finding, blind, evaluator.base)
    finally:
        evaluator.go(home)
    return found


def _examine(
    evaluator: Evaluator,
    level: Noise,
    loss: float,
    claims: list[Claim],
    tolerance: float,
    number: int,
    done: frozenset[int],
) -> Examination:
    directions = _FEW_DIRECTIONS if evaluator.base.size > _HUGE else _DIRECTIONS
    there = Noise(float(level.at(loss)), max(abs(loss), level.magnitude), level.precision)
    if level.level > 1e3 * EPSILON["float64"] * level.magnitude:
        # Much for rounding: a kink or a plateau at home may have made it, which is not there.
        there = noise.measure(evaluator, loss)
    examination = Examination(evaluator, loss, there, claims, tolerance, seed=number + 1, left_out=done)
    examination.screened(joints=directions, spots=0)
    if any(f.open or f.many or f.failing for f in examination.findings):
        # Before anybody is accused: how noisy is the loss at this point?
        measured = noise.measure(evaluator, loss)
        there = Noise(max(there.level, measured.level), max(there.magnitude, measured.magnitude), there.precision)
        examination = Examination(evaluator, loss, there, claims, tolerance, seed=number + 1, left_out=done)
        examination.screened(joints=directions, spots=0)
    return examination


def _note(found: Elsewhere, position: int, finding: Finding, blind: dict[int, np.ndarray], point: np.ndarray) -> None:
    if finding.fault is not None:
        return
    if position in blind:
        tested = blind[position] & (finding.claimed != 0)
        found.tested[position] = found.tested.get(position, np.zeros_like(tested)) | tested
        blind[position] &= ~tested
    certain = not np.count_nonzero(finding.codes) and not (finding.open or finding.many)
    if certain and finding.limit <= finding.scale.resolution:
        found.right[position] = found.right.get(position, 0) + 1
        found.largest[position] = max(found.largest.get(position, 0.0), finding.largest_claimed)
    if not finding.failing or position in found.wrong:
        return
    wrong = np.flatnonzero(finding.codes == Code.FAIL)
    error = np.abs(finding.claimed[finding.measured.entries[wrong]] - finding.measured.numerical[wrong])
    worst = wrong[int(np.argmax(error))]
    entry = int(finding.measured.entries[worst])
    found.findings[position] = finding, point[finding.leaf.start : finding.leaf.stop].copy()
    found.wrong[position] = Entry(
        tuple(int(i) for i in np.unravel_index(entry, finding.leaf.shape)),
        float(finding.claimed[entry]),
        float(finding.measured.numerical[worst]),
        float(finding.measured.bound[worst]),
        "fail",
    )


def _go(
    evaluator: Evaluator,
    home: np.ndarray,
    here: float,
    usual: list[Usual],
    number: int,
    base_loss: float,
    level: Noise,
    blind: dict[int, np.ndarray],
) -> tuple[float, list[Claim]] | None:
    """Moves the evaluator to a point; the loss and the claims there, or None where no point will do.

    ``here`` is the largest gradient at home; ``usual`` tells of each leaf the size that the radii are multiples of.
    """
    radii = _RADII[number % len(_RADII)]
    best: tuple[float, np.ndarray, float, list[Claim]] | None = None
    for attempt, radius in enumerate(radii):
        # At last, each entry by a part of its own size: what is positive stays so.
        own = attempt == len(radii) - 1
        vector = _moved(evaluator, home, usual, number, radius, own)
        evaluator.go(vector)
        loss = evaluator.loss_here()
        if not math.isfinite(loss):
            continue
        try:
            # Of a large network there is one point, and room is short.
            claims = evaluator.claims(copy=home.size <= _HUGE)
        except GradcheckError:
            continue
        # At an optimum there is no gradient to compare with, but there is the loss, over the length that the parameters have.
        slope = (abs(loss) + abs(base_loss)) / min(one.size for one in usual)
        if _largest(claims) > _ANOTHER_PLACE * max(here, slope) > 0:
            continue
        # At the first point any will do.
        awake: float = 0 if number == 0 else _awake(evaluator, claims, blind)
        # Where the loss has grown much, a network is saturated: better a point that wakes fewer. Of points that are all so,
        # as around a loss of nothing, the one where it has grown least.
        grown = abs(loss) / (abs(base_loss) + level.magnitude + 1e-300)
        if grown > _FAR_UP:
            awake = -grown
        if best is None or awake > best[0]:
            best = awake, vector, loss, claims
        # Further candidates only while something is still asleep here.
        if awake >= (0 if number == 0 else sum(int(np.count_nonzero(mask)) for mask in blind.values())):
            break
    if best is None:
        return None
    if evaluator.base is not best[1]:
        evaluator.go(best[1])
    return best[2], best[3]


def _moved(
    evaluator: Evaluator, home: np.ndarray, usual: list[Usual], number: int, radius: float, own: bool
) -> np.ndarray:
    # Uniform rather than normal: no entry goes far, and a large network's are soon drawn.
    fill = draws.uniform(home.size, (31, number))
    vector = np.empty_like(home)
    for leaf, one in zip(evaluator.flat.leaves, usual, strict=True):
        part, size = home[leaf.start : leaf.stop], one.size
        dtype = evaluator.flat.dtype_of(leaf)
        whole = vector[leaf.start : leaf.stop]
        each = not one.signed and (own or one.mixed)
        lengths = np.where(part == 0, size, np.abs(part)) if each else None
        # Block by block, which saves a large network some passes over its parameters.
        for start in range(0, leaf.size, BLOCK):
            block = slice(start, start + BLOCK)
            move = whole[block]
            fill(move)
            move -= 0.5
            move *= math.sqrt(12) * radius
            if one.signed:
                # Variances, rates, probabilities: what has one sign keeps it.
                np.exp(move, out=move)
                move *= part[block]
            else:
                move *= size if lengths is None else lengths[block]
                move += part[block]
        if one.rule is not None:
            whole[...] = one.rule(part.reshape(leaf.shape), whole.reshape(leaf.shape)).reshape(-1)
        if dtype is not None:
            whole[...] = whole.astype(dtype)
    return vector


def _largest(claims: list[Claim]) -> float:
    return max((one.largest for one in claims if one.array is not None and one.array.dtype.kind == "f"), default=0.0)


def _are_mixed(sizes: np.ndarray, usual: float) -> bool:
    middle = sizes.size // 2
    return usual > 100 * float(np.partition(sizes, middle)[middle]) > 0


def _usual_size(shape: tuple[int, ...]) -> float:
    # Arrays of zeros: half as large as one would initialise them, or less.
    return 0.5 / math.sqrt(max(shape)) if len(shape) > 1 and max(shape) > 0 else 0.1


def _awake(evaluator: Evaluator, claims: list[Claim], blind: dict[int, np.ndarray]) -> int:
    count = 0
    for position, mask in blind.items():
        leaf, claim = evaluator.flat.leaves[position], claims[position]
        fault = gradients.fault(claim, leaf, evaluator.problem.backward_name)
        if fault is None:
            count += int(np.count_nonzero(mask & (gradients.values(claim, leaf, fault) != 0)))
    return count
