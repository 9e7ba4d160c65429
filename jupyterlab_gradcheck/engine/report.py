"""The outcome of a check: plain data, and the one home of the wording of verdicts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .blind import Blind
from .cause import Cause
from .errors import GradcheckError
from .judge import NAMES, Code, quotient
from .naming import told
from .plan import Plan
from .sample import sample

WORST = 10
MAP_VALUES = 4096
_ALL_MAP_VALUES = 40_000
# Entries for a picture: of one parameter, and of all together.
SAMPLES = 400
_ALL_SAMPLES = 10_000
# Functions that a report shows, and the characters that they may have together.
MOST_CODES = 50
CODE_CHARACTERS = 200_000


@dataclass(frozen=True)
class Entry:
    """One coordinate of a gradient: what was claimed, what was measured, and how exactly."""

    index: tuple[int, ...]
    analytic: float
    numerical: float
    error_bound: float
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "index": list(self.index),
            "analytic": finite(self.analytic),
            "numerical": finite(self.numerical),
            "error_bound": finite(self.error_bound),
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class Coverage:
    """What a check looked at.

    Attributes:
        kind: ``every-entry``, ``screened`` (random directions over all entries, and the wrong entries located) or
            ``sampled`` (some entries only).
        entries: entries measured one by one.
        directions: random directions measured.
        points: seeded points nearby at which the gradients were checked as well.
        message: the same in a sentence.
    """

    kind: str
    entries: int
    directions: int
    points: int
    message: str


@dataclass(frozen=True)
class ParameterReport:
    """The verdict on the gradient of one parameter.

    Attributes:
        name, gradient: ``W2`` and ``dW2``.
        shape, dtype: of the parameter.
        verdict: ``pass``, ``fail`` or ``inconclusive``.
        message: the verdict in a plain sentence.
        relative_difference: ||g - n|| / (||g|| + ||n||); None where the gradient is missing or not finite.
        detection_limit: every error in a single entry above this was certain to be called wrong.
        analytic, numerical, error_bound: arrays of the parameter's shape; None where nothing could be compared.
        counts: entries by verdict.
        cause: why it is wrong, where that is known.
        source: where the gradient is assigned, ``{"cell_id", "line", "text"}``, where that is known.
        coverage: ``every-entry``, ``screened`` or ``sampled``, as in `Coverage`. Where it is not ``every-entry``,
            `numerical` is NaN, and ``codes`` -1, at the entries that were not measured one by one.
        kinks: entries that lie exactly on a kink and pass with a valid one-sided slope.
        blind: the entries that this point cannot test, where there are any.
        elsewhere: for a gradient that is right here and wrong at a point nearby, the worst entry found there.
    """

    name: str
    gradient: str
    shape: tuple[int, ...]
    dtype: str
    verdict: str
    message: str
    relative_difference: float | None
    detection_limit: float | None
    counts: dict[str, int]
    cause: Cause | None = None
    source: dict[str, Any] | None = None
    analytic: np.ndarray | None = field(default=None, repr=False)
    numerical: np.ndarray | None = field(default=None, repr=False)
    error_bound: np.ndarray | None = field(default=None, repr=False)
    codes: np.ndarray | None = field(default=None, repr=False)
    coverage: str = "every-entry"
    kinks: int = 0
    blind: Blind | None = None
    elsewhere: Entry | None = None

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def max_abs_error(self) -> float | None:
        worst = self.worst(1)
        return finite(abs(worst[0].analytic - worst[0].numerical)) if worst else None

    def worst(self, count: int = WORST) -> list[Entry]:
        """The ``count`` entries furthest from the numerical gradient; of a failing gradient, those that do not pass."""
        if self.analytic is None or self.numerical is None or self.error_bound is None or self.codes is None:
            return []
        known = np.flatnonzero(self.codes.ravel() != Code.UNKNOWN)
        codes = self.codes.ravel()[known]
        error = np.abs(self.analytic.ravel()[known] - self.numerical.ravel()[known])
        order = np.lexsort((-np.nan_to_num(error, nan=np.inf), -codes))[:count]
        if np.any(codes == Code.FAIL):
            order = order[codes[order] != Code.PASS]
        return [
            Entry(
                tuple(int(i) for i in np.unravel_index(k, self.shape)),
                float(self.analytic.ravel()[k]),
                float(self.numerical.ravel()[k]),
                float(self.error_bound.ravel()[k]),
                NAMES[int(self.codes.ravel()[k])],
            )
            for k in known[order]
        ]

    @property
    def relative_error_bound(self) -> float | None:
        """||e|| / (||g|| + ||n||), e the error bounds, over the entries that were measured and are finite: the relative
        difference that the error of the numerical gradient alone could make. None where there are none such, or both
        gradients are zero and the bounds are not."""
        if self.analytic is None or self.numerical is None or self.error_bound is None or self.codes is None:
            return None
        values = [one.ravel() for one in (self.error_bound, self.analytic, self.numerical)]
        known = np.isfinite(values).all(axis=0) & (self.codes.ravel() != Code.UNKNOWN)
        if not known.any():
            return None
        with np.errstate(over="ignore"):
            bound, claimed, measured = (float(np.linalg.norm(one[known])) for one in values)
        return 0.0 if bound == 0 else quotient(bound, claimed, measured) if claimed + measured > 0 else None

    def sample(self, count: int = SAMPLES) -> dict[str, list[Any]] | None:
        """``count`` entries for a picture, as `sample.sample` takes them; None where nothing could be compared."""
        if self.analytic is None or self.numerical is None or self.codes is None:
            return None
        return sample(self.analytic, self.numerical, self.codes, count)

    def __eq__(self, other: object) -> bool:
        # Field by field, arrays would have no truth to tell.
        return isinstance(other, ParameterReport) and self.to_dict() == other.to_dict()

    def to_dict(self, map_values: int = MAP_VALUES, samples: int = SAMPLES) -> dict[str, Any]:
        worst = self.worst()
        return {
            "name": self.name,
            "gradient": self.gradient,
            "shape": list(self.shape),
            "dtype": self.dtype,
            "verdict": self.verdict,
            "message": self.message,
            "relative_difference": self.relative_difference,
            "relative_error_bound": self.relative_error_bound,
            "sample": self.sample(samples),
            "max_abs_error": self.max_abs_error,
            "max_error_index": list(worst[0].index) if worst else None,
            "size": self.size,
            "counts": dict(self.counts),
            "detection_limit": finite(self.detection_limit),
            "cause": _cause_dict(self.cause),
            "source": self.source,
            "worst": [entry.to_dict() for entry in worst],
            "map": self._map(map_values),
            "coverage": self.coverage,
            "kinks": self.kinks,
            "blind": None if self.blind is None else self.blind.to_dict(),
            "elsewhere": None if self.elsewhere is None else self.elsewhere.to_dict(),
        }

    def _map(self, limit: int) -> dict[str, Any] | None:
        if self.analytic is None or self.numerical is None or limit < 1:
            return None
        with np.errstate(invalid="ignore"):
            error = np.abs(self.analytic - self.numerical)
        small = _worst_of_blocks(error, limit)
        return {"shape": list(small.shape), "values": [_rounded(value) for value in small.ravel().tolist()]}


@dataclass(frozen=True)
class Report:
    """What one check found. See the schema ``report`` of the contract for the meaning of each field.

    ``lifted`` is None, or the precision (``float32``) of a loss that was computed in float64 instead. ``code`` are the
    functions that `forward`, `backward` and the sources of the parameters point into, by their place in it; beside what the
    contract says of them, each tells its ``file`` (None for a cell's), which `to_dict` leaves out.

    ``report["W2"]`` is the entry of ``parameters`` with that name.
    """

    verdict: str
    message: str
    relative_difference: float | None
    method: str
    backend: str
    epsilon: float | None
    precision: str
    loss: float
    noise: float
    tolerance: float
    threshold: float | None
    evaluations: int
    elapsed_seconds: float
    forward: dict[str, Any]
    backward: dict[str, Any] | None
    parameters: list[ParameterReport]
    warnings: list[dict[str, str]]
    strict: bool = False
    coverage: Coverage | None = field(default_factory=type(None))
    plan: Plan | None = None
    lifted: str | None = None
    code: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def begun(cls, rest: Callable[[], dict[str, Any]], **known: Any) -> Report:
        """A report of which ``known`` are fields; ``rest()`` makes those that are left, when one of them is asked for.

        A field with a plain default must be among ``known``. What ``rest`` refers to must not change any more.
        """
        made = object.__new__(cls)
        vars(made).update(known, _rest=rest)
        return made

    if not TYPE_CHECKING:  # It would have any name pass for a field.

        def __getattr__(self, name: str) -> Any:
            # Asked only for what is not there.
            if "_rest" not in vars(self) or name not in type(self).__dataclass_fields__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            return self._made()[name]

    def whole(self) -> Report:
        """This report, with everything made that was left for later."""
        self._made()
        return self

    def _made(self) -> dict[str, Any]:
        found = vars(self)
        rest = found.get("_rest")
        if rest is not None:
            # What is known already has been changed since, perhaps.
            found.update({**rest(), **found})
            found.pop("_rest", None)
        return found

    def __getstate__(self) -> dict[str, Any]:
        return self._made()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Report) and self.to_dict() == other.to_dict()

    def __getitem__(self, name: str) -> ParameterReport:
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(f"{name!r} is not among the checked parameters: {', '.join(p.name for p in self.parameters)}")

    def raise_if_failed(self) -> None:
        """Raises `GradcheckError` with the failing gradients, where the verdict is ``fail``."""
        if self.verdict == "fail":
            failing = [p.message for p in self.parameters if p.verdict == "fail"]
            raise GradcheckError(" ".join([self.message, *failing]), code="gradient_wrong")

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON-ready data that keeps the contract's schema and stays below 1 MB."""
        plain = {f.name: getattr(self, f.name) for f in fields(Report) if f.name != "parameters"}
        limit = min(MAP_VALUES, _ALL_MAP_VALUES // len(self.parameters))
        samples = min(SAMPLES, _ALL_SAMPLES // len(self.parameters))
        return {
            "version": 1,
            **plain,
            "loss": finite(self.loss),
            "noise": finite(self.noise),
            "coverage": None if self.coverage is None else asdict(self.coverage),
            "plan": None if self.plan is None else asdict(self.plan),
            "parameters": [parameter.to_dict(limit, samples) for parameter in self.parameters],
            # Where files lie is nobody's business elsewhere.
            "code": [{key: value for key, value in code.items() if key != "file"} for code in self.code],
        }


def combined(titled: Sequence[tuple[str, Report]]) -> Report:
    """Several reports as one, of each parameter's name led by the title of its report."""
    if len(titled) == 1:
        return titled[0][1]
    first = titled[0][1]
    codes, moved = _codes_together([report.code for _, report in titled])
    parameters = [
        replace(p, name=f"{title}: {p.name}"[:200], source=_pointing(p.source, places))
        for (title, report), places in zip(titled, moved, strict=True)
        for p in report.parameters
    ]
    verdict, message = verdict_of([p.name for p in parameters], [p.verdict for p in parameters], 0.0, None)
    verdicts = {report.verdict for _, report in titled}
    if verdict != "fail" and "fail" in verdicts:
        # By the threshold, which counts for a report as a whole.
        verdict, message = next((r.verdict, f"{title}: {r.message}") for title, r in titled if r.verdict == "fail")
    differences = [report.relative_difference for _, report in titled]
    known = [d for d in differences if d is not None]
    return replace(
        first,
        verdict=verdict,
        message=message,
        relative_difference=max(known) if len(known) == len(differences) else None,
        noise=max(report.noise for _, report in titled),
        tolerance=max(report.tolerance for _, report in titled),
        evaluations=sum(report.evaluations for _, report in titled),
        elapsed_seconds=sum(report.elapsed_seconds for _, report in titled),
        forward=_together([report.forward for _, report in titled]) or first.forward,
        backward=_together([report.backward for _, report in titled if report.backward is not None]),
        parameters=parameters,
        warnings=_notes(titled),
        coverage=None,
        plan=None,
        code=codes,
    )


def _codes_together(lists: list[list[dict[str, Any]]]) -> tuple[list[dict[str, Any]], list[list[int | None]]]:
    """The functions of several reports, each once, and where each report's own have gone; None for those left out."""
    together: list[dict[str, Any]] = []
    moved: list[list[int | None]] = []
    left = CODE_CHARACTERS
    for codes in lists:
        places: list[int | None] = []
        for code in codes:
            same = [place for place, other in enumerate(together) if {**other, "text": None} == {**code, "text": None}]
            if not same and len(together) < MOST_CODES:
                size = len(code["text"] or "")
                together.append(code if size <= left else {**code, "text": None})
                left -= size if size <= left else 0
                same = [len(together) - 1]
            places.append(same[0] if same else None)
        moved.append(places)
    return together, moved


def _pointing(source: dict[str, Any] | None, places: list[int | None]) -> dict[str, Any] | None:
    """``source`` with its function's new place."""
    if source is None or source.get("code") is None:
        return source
    return {**source, "code": places[source["code"]]}


def _notes(titled: Sequence[tuple[str, Report]]) -> list[dict[str, Any]]:
    """The warnings of all reports; one that several have is told once."""
    told: dict[str, tuple[dict[str, Any], dict[str, None]]] = {}
    for title, report in titled:
        for warning in report.warnings:
            told.setdefault(warning["message"], (warning, {}))[1][title] = None
    return [{**warning, "message": f"{', '.join(by)}: {message}"[:1000]} for message, (warning, by) in told.items()]


def _together(places: list[dict[str, Any]]) -> dict[str, Any] | None:
    names = dict.fromkeys(str(place["name"]) for place in places)
    return {"name": ", ".join(names)[:200], "cell_id": None, "line": None, "code": None} if places else None


def sentence(
    name: str,
    verdict: str,
    counts: dict[str, int],
    size: int,
    cause: Cause | None,
    worst: Entry | None,
    limit: float | None,
    why: str = "noise",
) -> str:
    """The verdict on the gradient ``name`` (of ``size`` entries) in a plain sentence.

    ``why`` a verdict is open: ``noise``; ``tiny``, the gradient is as good as zero; ``kinked``, the loss has kinks just
    here; ``sampled``, entries were left out; ``open``, a difference was seen that the budget did not suffice to trace.
    ``untested``: a gradient passes for being zero where the loss does not move at all.
    ``digits``: the loss speaks against the gradient only for want of digits. ``nearby``: a gradient passes for being right at points nearby and not wrong here.
    """
    if verdict == "fail" and cause is not None:
        return cause.message
    if worst is None and verdict != "pass":
        return f"{name} could not be compared."
    total = sum(counts.values())
    at = f" at {list(worst.index)}" if worst is not None and worst.index else ""
    if verdict == "fail":
        assert worst is not None
        known = f"{total} entries" if total == size else f"the {total:,} entries (of {size:,}) that were measured"
        how_many = "" if size == 1 else f" in {counts['fail']} of {known}; the furthest is"
        analytic, numerical = told(worst.analytic, worst.numerical)
        return f"{name} is wrong{how_many}{':' if size == 1 else ''} {analytic}{at} where the numerical gradient is {numerical}."
    if verdict == "inconclusive":
        seen = f"an error of up to {limit:.2g} would go unseen" if limit is not None else "nothing can be said"
        return {
            "kinked": f"{name} could not be decided: the loss has a kink exactly here (a ReLU or abs at zero). Move the "
            "parameters a little, and check again.",
            "sampled": f"{name} could not be decided: {total} of its entries {'agrees' if total == 1 else 'agree'}, but the budget did not reach the others. "
            "Allow more evaluations, or more time.",
            "open": f"{name} differs from the numerical gradient, but the budget did not suffice to find the entries. Allow "
            "more evaluations, or more time.",
            "tiny": f"{name} could not be decided: it is hardly larger than the error of the numerical gradient, as it may be "
            f"after long training; {seen}. Check at other parameters.",
            "digits": f"{name} could not be decided: the loss loses its digits at these parameters (the logarithm of a number "
            f"next to 1 or 0 does), and with more digits {name} agrees with it. Compute the loss in a way that keeps them, or "
            "check at other parameters.",
            "noise": f"{name} could not be decided: the loss is too noisy, changes too quickly for any step, or has a kink within "
            f"reach; {seen}.",
        }[why]
    if why == "untested":
        return f"{name} is zero, and so is the numerical gradient: a mistake in it would not show here."
    if why == "nearby":
        return (
            f"{name} agrees with the numerical gradient at points nearby. Here it does too, as far as can be told"
            + (f": an error above {limit:.2g} would have been seen." if limit else ".")
        )
    return f"{name} agrees with the numerical gradient" + (
        f"; an error above {limit:.2g} would have been seen." if limit else "."
    )


def begun(sentence: str) -> str:
    """``sentence`` as the contract takes it; one about "the gradient of w" begins with a capital, dW2 keeps its own."""
    return (f"T{sentence[1:]}" if sentence.startswith("the ") else sentence)[:1000]


def labels(gradients: list[str], names: list[str]) -> list[str]:
    """What to call some gradients in a sentence: as they are called, or, as the b of one layer is not that of another, by
    the ``names`` of their parameters."""
    return gradients if len(set(gradients)) == len(gradients) else names


def verdict_of(
    names: list[str], verdicts: list[str], difference: float | None, threshold: float | None, spent: bool = False
) -> tuple[str, str]:
    """Overall verdict on the gradients called ``names``, and its sentence. ``spent``: the budget ended before all
    was measured."""
    wrong = [name for name, verdict in zip(names, verdicts, strict=True) if verdict == "fail"]
    open_ = [name for name, verdict in zip(names, verdicts, strict=True) if verdict == "inconclusive"]
    count = len(names)
    if wrong:
        what = (
            "gradient is" if count == 1 else f"{len(wrong)} of {count} gradients {'is' if len(wrong) == 1 else 'are'}"
        )
        also = f" {len(open_)} could not be decided." if open_ else ""
        return "fail", f"{'The ' if count == 1 else ''}{what} wrong: {some(wrong)}.{also}"
    if threshold is not None and (difference is None or difference > threshold):
        said = "is not finite" if difference is None else f"of {difference:.3g} is above the threshold {threshold:.3g}"
        return "fail", f"The relative difference {said}, though no single entry is certainly wrong."
    if open_:
        why = (
            "the budget did not suffice. Allow more evaluations, or more time."
            if spent
            else "arithmetic cannot tell here whether these gradients are right."
        )
        return "inconclusive", (
            f"No gradient is known to be wrong, but {some(open_)} could not be decided."
            if len(open_) < count
            else f"Could not be decided: {why}"
        )
    if count == 1:
        return "pass", f"{names[0]} agrees with the numerical gradient."
    return "pass", f"All {count} gradients agree with the numerical gradient."


def finite(value: float | None) -> float | None:
    """``value``, or None where JSON has no such number."""
    return value if value is not None and math.isfinite(value) else None


def _rounded(value: float) -> float | None:
    """A number for a picture: to four digits, so that a report of many parameters stays small."""
    return float(f"{value:.4g}") if math.isfinite(value) else None


def _cause_dict(cause: Cause | None) -> dict[str, Any] | None:
    if cause is None:
        return None
    plain: dict[str, Any] = {"kind": cause.kind, "message": cause.message[:1000]}
    for name in ("factor", "coefficient", "other", "axis"):
        value = getattr(cause, name)
        if value is not None:
            plain[name] = value
    return plain


def _worst_of_blocks(error: np.ndarray, limit: int) -> np.ndarray:
    """``error`` (any shape) with its longest axes folded, by the worst of each block, until it has ``limit`` entries."""
    while error.size > limit:
        axis = int(np.argmax(error.shape))
        pad = error.shape[axis] % 2
        widths = [(0, pad if a == axis else 0) for a in range(error.ndim)]
        even = np.pad(error, widths, mode="edge")
        split = (*even.shape[:axis], even.shape[axis] // 2, 2, *even.shape[axis + 1 :])
        # An entry that was not measured is NaN, and gives way to one that was.
        folded = even.reshape(split)
        one, other = np.take(folded, 0, axis + 1), np.take(folded, 1, axis + 1)
        error = np.fmax(one, other)
    return error


def some(names: list[str]) -> str:
    """The first of ``names``, for a sentence."""
    shown = ", ".join(name if len(name) <= 40 else f"{name[:37]}..." for name in names[:6])
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown
