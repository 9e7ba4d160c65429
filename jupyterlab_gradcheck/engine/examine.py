"""Looks at the gradients at one point: by single entries, by random directions, or by automatic differentiation."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from . import gradients, judge, scale, screen
from .cause import Cause
from .draws import LEAST
from .errors import GradcheckError
from .evaluate import Evaluator
from .evidence import Direction, Evidence
from .flatten import Leaf
from .gradients import Claim
from .judge import Code, Scale
from .lines import entries_of_lines
from .measure import Measurement, Measuring
from .noise import EPSILON, Noise, name_of
from .plan import PATIENCE
from .screen import Joint, Screening

# What locating wrong entries takes, in evaluations: what automatic differentiation saves.
_LOCATING = 500
# Random directions over all parameters together, of a small and of a very large problem. (That one is looked at along
# another direction at a point nearby.)
JOINT = 3
FEW_JOINT = 1
HUGE = 200_000
# Directions over one parameter, once it is under suspicion.
OWN = 4
# Entries of each parameter that are measured one by one beside the directions, and of all of them together.
_SPOT_CHECKS = 3
_SPOTS = 96
# So few parameters under suspicion are looked at one by one; of more, whole groups are.
_FEW = 4
# Entries of a suspicious parameter that tell whether few or many are wrong, and what share means many.
SAMPLE = 16
_MANY = 0.15
# Entries that are located before it is asked whether they lie in rows or columns, and evaluations that a wrong entry takes.
_FIRST = 32
_EACH = 8
# A parameter so small is measured entry by entry when it is under suspicion.
SMALL = 24
# From this share of an array's entries on, kinks are its rule.
_MOSTLY_KINKED = 0.25
# In a precision where only large steps are of use, so many of them must speak against a claim.
_WITNESSES = 3
# Entries of a wrong gradient that are looked at with more digits; the first one that they do not change settles it.
_SECOND_LOOKS = 3


_NOTHING = Measurement.of(np.arange(0), np.empty(0), np.empty(0))
_NO_SCALE = Scale(0.0, 0.0)
_NO_CODES = np.empty(0, dtype=np.int8)


@dataclass
class Finding:
    """What is known of the gradient of one leaf at one point.

    Attributes:
        leaf, claim, fault: the parameter, what is claimed of its gradient, and what keeps that from being compared.
        claimed: the claimed entries (size), NaN where there are none.
        scale: what counts as small.
        measured: the entries measured one by one.
        codes: their verdicts.
        directions: directional derivatives over the whole leaf.
        coverage: ``every-entry``, ``screened`` or ``sampled``.
        limit: an error of a single entry that was not measured would have been seen from here on.
        many: whether many entries are wrong, so that they were not located one by one.
        open: whether a difference was seen that could not be traced to entries.
        error_norm: ||g - n|| as far as directions tell; NaN where all entries were measured.
        kinks: entries that lie on a kink, and pass with one of its slopes.
        kinked: whether kinks are the rule here.
        digits_lost: whether the loss speaks against the claim only for want of digits.
    """

    leaf: Leaf
    claim: Claim
    fault: Cause | None
    claimed: np.ndarray
    scale: Scale = _NO_SCALE
    codes: np.ndarray = field(default_factory=lambda: _NO_CODES)
    directions: list[Direction] = field(default_factory=list)
    coverage: str = "every-entry"
    limit: float = 0.0
    many: bool = False
    open: bool = False
    error_norm: float = math.nan
    kinks: int = 0
    kinked: bool = False
    digits_lost: bool = False
    _whole: Measurement | None = None

    @cached_property
    def measured(self) -> Measurement:
        return _NOTHING if self._whole is None else self._whole.of_leaf(self.leaf)

    def part_of(self, whole: Measurement) -> None:
        """From now on, `measured` is the leaf's part of ``whole``; most findings that pass are never asked for it."""
        vars(self).pop("measured", None)
        self._whole = whole

    @property
    def comparable(self) -> bool:
        """Whether there are claimed numbers to compare."""
        return self.fault is None or self.fault.kind == "non-finite"

    @property
    def complete(self) -> bool:
        """Whether every entry was measured."""
        return self._whole is not None or self.measured.entries.size == self.leaf.size

    @property
    def failing(self) -> bool:
        """Whether an entry that was measured is certainly wrong."""
        return bool(np.count_nonzero(self.codes)) and bool(np.count_nonzero(self.codes == Code.FAIL))

    @property
    def name(self) -> str:
        """What to call the gradient in a sentence."""
        return self.claim.said_of(self.leaf)

    def evidence(self) -> Evidence:
        """The measurements, to hold a hypothesis against."""
        found = self.measured
        return Evidence(self.leaf.shape, found.entries, found.numerical, found.bound, tuple(self.directions))

    @cached_property
    def largest_claimed(self) -> float:
        """The largest claimed entry, in absolute value."""
        return self.claim.largest if self._as_it_came else scale.largest(self.claimed)

    @cached_property
    def norm_claimed(self) -> float:
        """The Euclidean norm of the claimed entries."""
        return math.sqrt(self.claim.squares) if self._as_it_came else float(np.linalg.norm(self.claimed))

    @property
    def _as_it_came(self) -> bool:
        """Whether `claimed` are the very numbers of `claim`, of which more is known already."""
        array = self.claim.array
        return array is not None and array.dtype == np.float64 and bool(np.may_share_memory(array, self.claimed))

    def largest(self) -> float:
        """The largest numerical gradient that is certain."""
        size = np.abs(self.measured.numerical)
        # Comparing with a bound that is NaN or infinite gives False.
        certain = size[size > 4 * self.measured.bound]
        return float(certain.max()) if certain.size else 0.0


def spot_checks(leaves: int) -> int:
    """How many entries of each of so many leaves are measured one by one, where directions speak for all of them."""
    return min(_SPOT_CHECKS, _SPOTS // leaves)


class Examination:
    """The gradients at the evaluator's point, as they are claimed there and as they are measured.

    Attributes:
        findings: one for each leaf.
        measuring: single entries.
        screening: directions.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        base_loss: float,
        noise: Noise,
        claims: list[Claim],
        relative_tolerance: float,
        *,
        epsilon: float | None = None,
        thorough: bool = True,
        seed: int = 0,
        left_out: frozenset[int] = frozenset(),
    ) -> None:
        """``left_out`` are positions of leaves of which no more need be known."""
        self._evaluator = evaluator
        self._tolerance = relative_tolerance
        self._base_loss = base_loss
        self.noise = noise
        self.measuring = Measuring(evaluator, base_loss, noise, epsilon, thorough)
        self.screening = Screening(evaluator, base_loss, noise, seed)
        self.findings: list[Finding] = []
        for claim, leaf in zip(claims, evaluator.flat.leaves, strict=True):
            fault = gradients.fault(claim, leaf, evaluator.problem.backward_name)
            self.findings.append(Finding(leaf, claim, fault, gradients.values(claim, leaf, fault)))
        self._slope_around: float | None = None
        # All entries at once, where they were measured so: what the findings' own measurements are views of.
        self.whole: Measurement | None = None
        self._said: np.ndarray | None = None
        # Whether all are known to pass by the findings' scales.
        self._passed = False
        self._starts = [f.leaf.start for f in self.findings if f.leaf.size]
        self.joints: list[Joint] = []
        # A gradient that cannot be compared would spoil every sum that it takes part in.
        self._in_play = [
            p for p, f in enumerate(self.findings) if p not in left_out and f.fault is None and f.leaf.size
        ]

    @property
    def passed(self) -> bool:
        """Whether there is no entry that was measured and does not pass."""
        return self._passed or not any(np.count_nonzero(finding.codes) for finding in self.findings)

    def slopes(self) -> list[np.ndarray | None]:
        """The numerical gradient of each leaf of which every entry was measured."""
        return [f.measured.numerical if f.complete else None for f in self.findings]

    def renew(self, noise: Noise) -> None:
        """From now on, with another measure of the noise."""
        self.noise = self.screening.noise = noise
        self.measuring.renew(noise)

    def set_tolerance(self, relative: float) -> None:
        """From now on, with another tolerance (a fraction of each parameter's largest gradient)."""
        if relative != self._tolerance:
            self._tolerance = relative
            self.set_scales()

    def every_entry(self) -> None:
        """The first pass over all entries of all leaves."""
        self.whole = self.measuring.measure_all()
        hidden = 3 * self.measuring.hidden_noise()
        if hidden > self.noise.level:
            self.renew(replace(self.noise, level=hidden))
            self.whole = self.measuring.measure_all()
        for finding in self.findings:
            finding.part_of(self.whole)
        self.set_scales()

    def refine(self) -> None:
        """Measures on where a verdict is open."""
        decided = self.passed and not any(finding.kinks for finding in self.findings)
        if decided and self.measuring.trusts_first():
            return
        refined = [
            self.measuring.refine(finding.leaf, finding.measured, finding.claimed, finding.scale)
            for finding in self.findings
        ]
        if any(refined):
            self._settle_scales()

    def _settle_scales(self) -> None:
        """Sets the scales, and measures on where they make entries wrong that nobody had doubted before."""
        for _ in range(2):
            self.set_scales()
            failing = [f for f in self.findings if f.failing]
            doubted = [f for f in failing if np.any((f.codes == Code.FAIL) & ~f.measured.refined)]
            if not any(
                self.measuring.refine(f.leaf, f.measured, f.claimed, f.scale) for f in doubted if f.fault is None
            ):
                return
        self.set_scales()

    def second_look(self) -> None:
        """Evaluates the loss with more digits than float64 has, where a gradient is about to be called wrong.

        The logarithm of a number next to 1 or 0 moves in jumps, and the slope of what float64 makes of it is not that of
        the loss. Where more digits bear the claim out, nothing is wrong but the loss's own arithmetic.
        """
        if self._evaluator.base.size > HUGE or self.passed:
            return
        for finding in self.findings:
            wrong = np.flatnonzero(finding.codes == Code.FAIL)
            if finding.fault is not None or not wrong.size:
                continue
            found = finding.measured
            error = np.abs(finding.claimed[found.entries[wrong]] - found.numerical[wrong])
            worst = wrong[np.argsort(-error)[:_SECOND_LOOKS]]
            if all(self._borne_out(finding, int(place)) for place in worst):
                finding.digits_lost = True
                finding.codes[wrong] = Code.INCONCLUSIVE

    def _borne_out(self, finding: Finding, place: int) -> bool:
        """Whether a difference in extended precision is far nearer to the claim than the one in float64."""
        entry = int(finding.measured.entries[place])
        claimed, numerical = float(finding.claimed[entry]), float(finding.measured.numerical[place])
        position = finding.leaf.start + entry
        home = self._evaluator.base.astype(np.longdouble)
        length = max(abs(float(home[position])), self._evaluator.floor(self.findings.index(finding)))
        for size in (1e-5, 1e-3):
            step, losses = np.longdouble(size * length), []
            for sign in (1, -1):
                vector = home.copy()
                vector[position] += sign * step
                losses.append(self._evaluator.extended_loss(vector) if self._evaluator.affords(1) else None)
            up, down = losses
            if up is None or down is None:
                return False
            if abs(float((up - down) / (2 * step)) - claimed) < 0.1 * abs(claimed - numerical):
                return True
        return False

    def sampled(self, entries: int) -> None:
        """Measures about ``entries`` entries, the largest claimed ones of each leaf and random others."""
        share = max(1, entries // len(self.findings))
        for number, finding in enumerate(self.findings):
            chosen = _picked(finding, share, seed=number)
            finding.measured = self.measuring.measure(finding.leaf, chosen)
            if not finding.complete:
                finding.coverage, finding.limit = "sampled", math.inf
        self.set_scales()
        self.refine()

    def sampled_of(self, finding: Finding, entries: int) -> None:
        """Measures at most ``entries`` entries of one leaf, the largest claimed one among them."""
        finding.measured = self.measuring.measure(finding.leaf, _picked(finding, entries, seed=0))
        self.set_scales()
        if finding.fault is None:
            self.measuring.refine(finding.leaf, finding.measured, finding.claimed, finding.scale)
            self.set_scales()

    def _by_autodiff(self) -> bool:
        """Takes automatic differentiation's word for every entry, where finite differences along `joints` bear it out.

        Returns whether it was taken.
        """
        if not self._evaluator.affords(1):
            return False
        try:
            found = self._evaluator.autodiff(_LOCATING * self._evaluator.seconds)
        except GradcheckError:
            return False
        # It must be the derivative of the very loss that is checked, and as exact.
        if found.precision != "float64" or not abs(found.loss - self._base_loss) <= 8 * self.noise.at(found.loss):
            return False
        whole = [
            np.zeros(f.leaf.size) if part is None else part.reshape(-1).astype(np.float64, copy=False)
            for f, part in zip(self.findings, found.gradients, strict=True)
        ]
        if not all(np.isfinite(part).all() for part in whole):
            return False
        rounding = 64 * EPSILON["float64"]
        # A gradient that is zero is the sum of others that are not.
        largest = max(float(np.max(np.abs(part), initial=0.0)) for part in whole)
        for joint in self.joints:
            slack = rounding * sum(size * float(np.linalg.norm(whole[p])) for p, size in joint.reach.items())
            if not abs(self.screening.excess(joint, whole)) <= joint.bound + slack:
                return False
        for position, (finding, part) in enumerate(zip(self.findings, whole, strict=True)):
            bound = np.broadcast_to(rounding * largest, part.shape)
            finding.measured = Measurement.of(np.arange(finding.leaf.size), part, bound.copy())
            if position in self._in_play:
                finding.limit = min(joint.bound / (LEAST * joint.reach[position]) for joint in self.joints)
        self.set_scales()
        return all(self._confirmed(finding) for finding in self.findings)

    def screened(self, joints: int = 0, spots: int | None = None) -> bool:
        """Random directions over everything, then over what is under suspicion, then down to the entries.

        Where something is under suspicion and automatic differentiation is at hand, that tells of every entry at once.
        Returns whether it did. ``spots`` is how many entries of each leaf are measured one by one, as in `spot_checks` where
        it is None.
        """
        size = sum(self.findings[p].leaf.size for p in self._in_play)
        if spots is None:
            spots = spot_checks(len(self.findings))
        if size > HUGE:
            spots = 0
        for number, finding in enumerate(self.findings):
            finding.coverage = "screened"
            if spots and number in self._in_play:
                chosen = _picked(finding, spots, seed=number)
                finding.measured = self.measuring.measure(finding.leaf, chosen)
        self.set_scales()
        self.refine()
        self._measure_joints(joints or (FEW_JOINT if size > HUGE else JOINT))
        suspicious = self._suspicious()
        if suspicious and self.joints and self._by_autodiff():
            return True
        for position in self._narrowed(suspicious):
            self._follow(position)
        self._settle_scales()
        self.second_look()
        return False

    def _measure_joints(self, count: int) -> None:
        while self._in_play and len(self.joints) < count and self._evaluator.affords(4):
            self.joints.append(
                self.screening.joint(len(self.joints), self._in_play, [f.claimed for f in self.findings])
            )

    def _suspicious(self) -> list[int]:
        """Positions of the leaves that have to be looked at on their own; sets the others' limits."""
        if not self.joints:
            return self._in_play
        suspicious = []
        for position in self._in_play:
            finding = self.findings[position]
            finding.limit = min(_limit(j, position) for j in self.joints)
            finding.error_norm = screen.error_norm([j.excess / j.reach[position] for j in self.joints])
            if not finding.limit <= finding.scale.resolution or finding.failing:
                suspicious.append(position)
        return suspicious if all(self._explained(joint) for joint in self.joints) else self._in_play

    def _explained(self, joint: Joint) -> bool:
        """Whether what the claims say along ``joint`` is what was measured, as far as bounds and rounding tell."""
        y, reach = abs(joint.excess), joint.reach.items()
        accepted = min(LEAST * self.findings[p].scale.tolerance * size for p, size in reach)
        if y <= joint.bound or y + joint.bound <= accepted:
            return True
        return y <= joint.bound + sum(self._rounding(self.findings[p].claimed, size) for p, size in reach)

    def _narrowed(self, positions: list[int]) -> list[int]:
        """Those of the leaves at ``positions`` that remain under suspicion when groups of them are looked at, and halved
        as long as they disagree; sets the others' limits.

        Errors of two leaves may cancel along one direction, and so keep a group from being halved: those that are left are
        looked at along further ones.
        """
        found = [p for p in positions if self.findings[p].failing]
        rest = [p for p in positions if p not in set(found)]
        for number in self._telling()[:JOINT]:
            found += self._disagreeing(rest, number)
            rest = [p for p in rest if p not in set(found)]
        return sorted(found)

    def _disagreeing(self, positions: list[int], number: int) -> list[int]:
        """Those of the leaves at ``positions`` that no group speaks for along direction ``number``: 4 evaluations a group."""
        if len(positions) <= _FEW or not self._evaluator.affords(4):
            return positions
        joint = self.screening.joint(number, positions, [f.claimed for f in self.findings])
        if self._explained(joint):
            for position in positions:
                finding, limit = self.findings[position], _limit(joint, position)
                if not finding.limit <= limit:
                    finding.limit = limit
                    finding.error_norm = screen.error_norm([joint.excess / joint.reach[position]])
            # Of a group where some are known too coarsely the others need no second look.
            positions = [p for p in positions if not self.findings[p].limit <= self.findings[p].scale.resolution]
            if len(positions) <= len(joint.reach) // 2:
                return self._disagreeing(positions, number)
        middle = len(positions) // 2
        return [one for half in (positions[:middle], positions[middle:]) for one in self._disagreeing(half, number)]

    def _follow(self, position: int) -> None:
        """Looks at one leaf on its own: is it wrong, in few entries or in many, and in which?"""
        finding, screening = self.findings[position], self.screening
        leaf = finding.leaf
        allowed = LEAST * finding.scale.tolerance
        wanted = LEAST * finding.scale.resolution / 2
        if not finding.directions:
            finding.directions = screening.directions(position, self._telling()[:1], wanted)
        if not finding.directions:
            finding.limit = math.inf
            return
        self._weigh(finding)
        if not self._stands_out(finding, allowed):
            if not finding.limit <= finding.scale.resolution:
                self._one_by_one(finding)
            return
        if leaf.size <= SMALL or finding.complete:
            if not finding.complete:
                finding.measured = finding.measured.joined(self.measuring.measure(leaf))
            finding.limit, finding.error_norm = 0.0, math.nan
            self._settle(finding)
            return
        finding.directions += screening.directions(position, self._telling()[1:], wanted)
        self._weigh(finding)
        sample = _picked(finding, SAMPLE, seed=1000 + position)
        self._add(finding, sample)
        wrong = int(np.count_nonzero(finding.codes == Code.FAIL))
        if wrong > max(2, _MANY * finding.codes.size):
            finding.many = True
            return
        self._locate(position, allowed)

    def _telling(self) -> list[int]:
        """Numbers of the directions to look along, the one first along which the claims are off most: several errors may
        cancel along another."""
        off = {joint.number: abs(joint.excess) / max(joint.bound, 1e-300) for joint in self.joints}
        return sorted(range(OWN), key=lambda number: -off.get(number, 0.0))

    def _one_by_one(self, finding: Finding) -> None:
        """Measures every entry of a leaf of which directions tell too little, as where many entries lie on kinks."""
        cost = 4 * finding.leaf.size
        if self._evaluator.affords(cost) and cost * self._evaluator.seconds < PATIENCE:
            finding.measured = finding.measured.joined(self.measuring.measure(finding.leaf))
            finding.limit, finding.error_norm = 0.0, math.nan
            self._settle(finding)

    def _locate(self, position: int, allowed: float) -> None:
        finding = self.findings[position]
        most = max(64, finding.leaf.size // 13)
        # At first, as many as tell whether they lie in a line; so again, as long as they do.
        few: int | None = _FIRST
        for _ in range(6):
            corrected = self._corrected(finding)
            excesses = [one.value - float(corrected @ one.weights) for one in finding.directions]
            worst = max(range(len(excesses)), key=lambda k: abs(excesses[k]) / max(finding.directions[k].bound, 1e-300))
            direction = finding.directions[worst]
            if abs(excesses[worst]) <= direction.bound + self._rounding(corrected):
                break
            found = self.screening.locate(position, corrected, direction, excesses[worst], allowed, few or most)
            new = np.setdiff1d(found.entries, finding.measured.entries)
            self._add(finding, new)
            if few is not None and len(found.entries) >= few and new.size:
                lines = entries_of_lines(finding.measured.entries[finding.codes == Code.FAIL], finding.leaf.shape)
                few = None if lines is None else few
                if lines is not None and not self._whole_lines(finding, lines):
                    break
                self._weigh(finding)
                continue
            finding.open = not found.complete
            finding.limit = found.limit if found.complete else math.inf
            if not found.complete or not new.size:
                break
        else:
            finding.open = True
        self._weigh(finding, keep_limit=True)

    def _whole_lines(self, finding: Finding, lines: np.ndarray) -> bool:
        """Measures the entries ``lines``, in which much is wrong, or a part of them where that would take too long; returns
        whether all were measured."""
        cost = _EACH * lines.size
        whole = self._evaluator.affords(cost) and cost * self._evaluator.seconds < PATIENCE
        self._add(finding, lines if whole else lines[:: max(1, lines.size // SAMPLE)])
        finding.many = finding.many or not whole
        return whole

    def _corrected(self, finding: Finding) -> np.ndarray:
        """The claimed gradient with what was measured in the place of what is certainly wrong."""
        corrected = finding.claimed.copy()
        wrong = finding.codes == Code.FAIL
        corrected[finding.measured.entries[wrong]] = finding.measured.numerical[wrong]
        return corrected

    def _add(self, finding: Finding, entries: np.ndarray) -> None:
        fresh = np.setdiff1d(entries, finding.measured.entries).astype(int)
        if fresh.size and self._evaluator.affords(4):
            more = self.measuring.measure(finding.leaf, fresh)
            self.measuring.refine(finding.leaf, more, finding.claimed, finding.scale)
            finding.measured = finding.measured.joined(more)
        self._judge(finding)

    def _settle(self, finding: Finding) -> None:
        self.measuring.refine(finding.leaf, finding.measured, finding.claimed, finding.scale)
        self._judge(finding)

    def _weigh(self, finding: Finding, keep_limit: bool = False) -> None:
        """Sets the limit and the size of the error from the leaf's own directions."""
        corrected = self._corrected(finding)
        rest = [one.value - float(corrected @ one.weights) for one in finding.directions]
        if not keep_limit:
            finding.limit = min((abs(y) + one.bound) / LEAST for y, one in zip(rest, finding.directions, strict=True))
        as_claimed = [one.value - float(finding.claimed @ one.weights) for one in finding.directions]
        finding.error_norm = screen.error_norm(as_claimed)

    def _stands_out(self, finding: Finding, allowed: float) -> bool:
        """Whether a direction, or an entry that was measured, speaks against the claim."""
        if finding.failing:
            return True
        rounding = self._rounding(finding.claimed)
        for one in finding.directions:
            y = abs(one.value - float(finding.claimed @ one.weights))
            if not (y <= one.bound + rounding or y + one.bound <= allowed):
                return True
        # Known too coarsely to let it pass: only smaller groups are known better.
        return not finding.limit <= finding.scale.resolution and finding.leaf.size <= SMALL

    def _rounding(self, claimed: np.ndarray, reach: float = 1.0) -> float:
        """What rounding of the claimed values, and of the sum over them, can do to a derivative."""
        worst = max((_epsilon_of(f.claim) for f in self.findings), default=EPSILON["float64"])
        return 16 * worst * reach * float(np.linalg.norm(claimed))

    def _confirmed(self, finding: Finding) -> bool:
        """Whether central differences agree with automatic differentiation at the entries where it speaks against
        the claim most."""
        wrong = np.flatnonzero(finding.codes == Code.FAIL)
        if not wrong.size or not np.isfinite(finding.claimed).all():
            return True
        error = np.abs(finding.claimed[wrong] - finding.measured.numerical[wrong])
        chosen = wrong[np.argsort(-error)[:3]]
        check = self.measuring.measure(finding.leaf, chosen)
        self.measuring.refine(finding.leaf, check, finding.claimed, finding.scale)
        word = finding.measured.numerical[np.sort(chosen)]
        return bool(np.all(np.abs(check.numerical - word) <= check.bound + finding.scale.tolerance))

    def set_scales(self) -> None:
        """What counts as small for each leaf, from the numerical gradients known so far; and the verdicts by it."""
        sizes = self._largest()
        overall = max(sizes, default=0.0) or self._typical()
        self._size_claims()
        for finding, largest in zip(self.findings, sizes, strict=True):
            precision = _precision_of(finding.claim)
            # No claim can be held to less than the rounding of its own dtype.
            tolerance = max(self._tolerance, 32 * EPSILON[precision])
            coarser = max(precision, self.noise.precision, key=EPSILON.__getitem__)
            zero = judge.is_zero(finding.largest_claimed, overall, coarser)
            finding.scale = judge.scale(largest, overall, tolerance, zero=zero)
        if self.whole is None or not self._all_right():
            for finding in self.findings:
                self._judge(finding)

    def said(self) -> np.ndarray:
        """All claimed entries (shape (n,))."""
        if self._said is None:
            self._said = np.concatenate([finding.claimed for finding in self.findings])
        return self._said

    def _size_claims(self) -> None:
        """The largest claims of all leaves in one pass, where all entries were measured at once; else each when asked for."""
        if self.whole is None or len(self._starts) < len(self.findings) or "largest_claimed" in vars(self.findings[0]):
            return
        sizes = np.maximum.reduceat(np.abs(self.said()), self._starts).tolist()
        for finding, largest in zip(self.findings, sizes, strict=True):
            finding.largest_claimed = largest

    def _largest(self) -> list[float]:
        """The largest certain numerical gradient of each leaf; the claimed one where nothing was measured."""
        if self.whole is not None and len(self._starts) == len(self.findings):
            size = np.abs(self.whole.numerical)
            size[~(size > 4 * self.whole.bound)] = 0.0
            return list(np.maximum.reduceat(size, self._starts).tolist())
        return [
            finding.largest_claimed
            if not finding.measured.entries.size and finding.fault is None
            else finding.largest()
            for finding in self.findings
        ]

    def _all_right(self) -> bool:
        """Judges all entries at once, where all are right; most often they are."""
        assert self.whole is not None
        furthest = np.maximum.reduceat(np.abs(self.said() - self.whole.numerical) + self.whole.bound, self._starts)
        accepted = [f.scale.tolerance for f in self.findings if f.leaf.size]
        # A NaN is the largest of its leaf, and not accepted.
        if not all(map(operator.le, furthest.tolist(), accepted)) or np.count_nonzero(self.whole.kinked):
            return False
        codes = np.zeros(self.whole.entries.size, dtype=np.int8)
        for finding in self.findings:
            finding.codes, finding.kinks, finding.kinked = codes[finding.leaf.start : finding.leaf.stop], 0, False
        self._passed = True
        return True

    def _typical(self) -> float:
        """A typical gradient around a point where none is certain: how the loss changes over a length scale."""
        if self._slope_around is None and self._evaluator.affords(2):
            moves = [
                (
                    slice(f.leaf.start, f.leaf.stop),
                    self._evaluator.floor(p) / math.sqrt(max(f.leaf.size, 1)) * self.screening.weights(p, JOINT),
                )
                for p, f in enumerate(self.findings)
            ]
            with self._evaluator.line(moves) as loss:
                changes = [abs(loss(factor) - self._base_loss) for factor in (1.0, -1.0)]
            certain = [one for one in changes if math.isfinite(one) and one > 64 * self.noise.at(self._base_loss)]
            self._slope_around = max(certain, default=0.0)
        return self._slope_around or 0.0

    def _judge(self, finding: Finding) -> None:
        self._passed = False
        found, scale = finding.measured, finding.scale
        if not found.entries.size:
            return
        claimed = finding.claimed[found.entries]
        codes = judge.judge(claimed, found.numerical, found.bound, scale)
        finding.codes, finding.kinks = codes, 0
        # Where much of an array lies on kinks (a layer that begins at zero), an entry without one is there by symmetry.
        kinked = int(np.count_nonzero(found.kinked))
        finding.kinked = kinked > 0 and kinked >= _MOSTLY_KINKED * codes.size
        if not np.count_nonzero(codes):
            return
        if kinked and not self.noise.coarse:
            # Exactly on a kink every one-sided slope, and what lies between, is a derivative.
            room = 1e-9 * np.maximum(np.abs(found.above), np.abs(found.below)) + scale.tolerance
            low, high = np.minimum(found.above, found.below) - room, np.maximum(found.above, found.below) + room
            valid = found.kinked & (codes != Code.PASS) & (low <= claimed) & (claimed <= high)
            codes[valid] = Code.PASS
            finding.kinks = int(np.count_nonzero(valid))
        # The loss may have a structure finer than the steps: the smallest ones bear the claim out, or have not settled.
        with_larger_steps = np.abs(claimed - found.numerical)
        finer = np.abs(claimed - found.nearest) < 0.5 * with_larger_steps
        unsettled = found.drift > 0.25 * with_larger_steps
        doubtful = finer | unsettled | finding.kinked
        if self.noise.coarse:
            # Steps are large there, and lead over kinks: it takes several to call a gradient wrong.
            doubtful |= found.against < _WITNESSES
        codes[(codes == Code.FAIL) & doubtful] = Code.INCONCLUSIVE
        codes[(claimed == 0) & found.constant] = Code.PASS
        codes[~np.isfinite(claimed)] = Code.FAIL


def _limit(joint: Joint, position: int) -> float:
    """From where on an error of one entry alone of the leaf at ``position`` would have been seen along ``joint``."""
    return (abs(joint.excess) + joint.bound) / (LEAST * joint.reach[position])


def _epsilon_of(claim: Claim) -> float:
    return EPSILON[_precision_of(claim)]


def _precision_of(claim: Claim) -> str:
    return "float64" if claim.array is None else name_of(claim.array.dtype)


def _picked(finding: Finding, count: int, seed: int) -> np.ndarray:
    """``count`` entries of the leaf: the largest claimed one, and random others (seeded), ascending."""
    size = finding.leaf.size
    if size <= count:
        return np.arange(size)
    random = np.random.Generator(np.random.PCG64([77, seed]))
    largest = int(np.argmax(np.abs(finding.claimed))) if finding.fault is None else 0
    return np.unique(np.r_[largest, random.choice(size, count - 1, replace=False)])
