"""What became of one notebook, and which exit code follows from several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

# The worst first. What cannot be checked must not hide a wrong gradient, and a pass must not hide what could not be
# checked; "inconclusive" is a result, and the notebook beside it has none at all.
ORDER = ("fail", "error", "inconclusive", "pass")
EXIT_CODES = {"pass": 0, "fail": 1, "error": 2, "inconclusive": 3}
INTERRUPTED = 130


class Place(NamedTuple):
    """Where something stands in the person's code.

    ``cell`` is the number that Jupyter shows beside the cell after *Run All*; None in a script or a module. ``line`` counts
    from 1, in the cell or the script. ``file_line`` is the line of the file itself; None where it is not known. ``file`` is the
    file where that is another one, which the notebook or script imports from.
    """

    cell: int | None
    line: int
    file_line: int | None = None
    file: str | None = None

    def __str__(self) -> str:
        led = f"{self.file}, " if self.file else "" if self.cell is None else f"In[{self.cell}], "
        return f"{led}line {self.line}"


class Stage(NamedTuple):
    """How far a notebook is: cells run, or evaluations of the check."""

    what: str
    done: int
    total: int


Tell = Callable[[Stage], None]
"""Hears how far a notebook is."""


@dataclass(frozen=True)
class Problem:
    """Why something could not be checked: for programs, for the reader, and where in the notebook."""

    code: str
    message: str
    place: Place | None = None


class CannotCheck(Exception):
    """Raised with the `Problem` that tells why; ``pairs`` are functions, loss and gradient, among which it could not choose."""

    def __init__(
        self, code: str, message: str, place: Place | None = None, pairs: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(message)
        self.problem = Problem(code, message, place)
        self.pairs = tuple(pairs)


@dataclass(frozen=True)
class Row:
    """One gradient of a report, the function that claims it, and its place in the notebook.

    ``parameter`` is the contract's ParameterReport, ``name`` what to call the gradient beside its function's name.
    """

    parameter: dict[str, Any]
    function: str
    name: str
    place: Place | None

    @property
    def verdict(self) -> str:
        return str(self.parameter["verdict"])


@dataclass(frozen=True)
class Check:
    """A report (the contract's), and its gradients as rows."""

    report: dict[str, Any]
    rows: tuple[Row, ...]

    @property
    def verdict(self) -> str:
        return str(self.report["verdict"])

    @property
    def unexplained(self) -> bool:
        """Whether the check fails although each gradient by itself does not: by the threshold, that is."""
        return self.verdict == "fail" and all(row.verdict != "fail" for row in self.rows)


@dataclass(frozen=True)
class Outcome:
    """What became of one notebook or script.

    Attributes:
        path: as it was asked for.
        checks: one; several where ``--select`` names some of a notebook's functions.
        problem: why something of it, or all, could not be checked.
        notes: sentences on how it ran: cells that raised, what has changed since the report before.
        seconds: from the start of its kernel to its end.
    """

    path: str
    checks: tuple[Check, ...] = ()
    problem: Problem | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    kernel: str = ""

    @property
    def status(self) -> str:
        """``pass``, ``fail``, ``inconclusive`` or ``error``: the worst of what it holds."""
        return worst([*(check.verdict for check in self.checks), *(["error"] if self.problem else [])])


def worst(statuses: Iterable[str]) -> str:
    """The status that counts for all; ``error`` where there is none."""
    return min(statuses, key=ORDER.index, default="error")


def exit_code(outcomes: Iterable[Outcome]) -> int:
    """The worst of them, by `ORDER`; 130 where the person has stopped it."""
    outcomes = list(outcomes)
    if any(outcome.problem is not None and outcome.problem.code == "interrupted" for outcome in outcomes):
        return INTERRUPTED
    return EXIT_CODES[worst(outcome.status for outcome in outcomes)]


def gradient_name(parameter: dict[str, Any]) -> str:
    """What to call a gradient: as the person's code calls it, or by the parameter where that says nothing."""
    name, gradient = str(parameter["name"]), str(parameter["gradient"])
    return name if ": " in name or not gradient else gradient


def short_name(parameter: dict[str, Any]) -> str:
    """What to call a gradient where its function is told beside it: ``dW2``."""
    own = str(parameter["name"]).rpartition(": ")[2]
    gradient = str(parameter["gradient"])
    # In a report on several, of a gradient without a name of its own only the parameter's says what it is.
    return gradient if gradient and (own in gradient or own == parameter["name"]) else own


def some(names: Iterable[str], most: int = 6) -> str:
    """The first of ``names``, for a sentence."""
    listed = list(names)
    rest = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + rest
