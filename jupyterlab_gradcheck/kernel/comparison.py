"""What has become of the gradients from one report to the next, in the words that the panel uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..engine import ParameterReport, Report


@dataclass(frozen=True)
class Comparison:
    """Names of gradients by what has become of them since the report before; in the later report's order.

    Attributes:
        fixed: were wrong, and pass.
        still_wrong: were wrong, and are.
        newly_wrong: were not wrong, and are.
        open: are inconclusive, and were not.
        new: were not in the report before.
        gone: are in the report before alone.
        same_functions: whether both reports are about functions of the same names.
    """

    fixed: tuple[str, ...] = ()
    still_wrong: tuple[str, ...] = ()
    newly_wrong: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    same_functions: bool = True

    @property
    def text(self) -> str:
        """``dW2 fixed, db1 still wrong``; what stayed as it was is not told."""
        told = (
            (self.fixed, "fixed"),
            (self.newly_wrong, "newly wrong"),
            (self.still_wrong, "still wrong"),
            (self.open, "no longer decided"),
            (self.new, "new"),
            (self.gone, "gone"),
        )
        said = ", ".join(f"{_listed(names)} {what}" for names, what in told if names) or "nothing has changed"
        return said if self.same_functions else f"{said} (the reports are about different functions)"

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        """Whether anything has changed, or is still wrong."""
        return any((self.fixed, self.still_wrong, self.newly_wrong, self.open, self.new, self.gone))


def compare(before: Report, after: Report) -> Comparison:
    """What has changed from ``before`` to ``after``. Parameters are told apart by their names."""
    earlier = {p.name: p for p in before.parameters}
    later = {p.name: p for p in after.parameters}

    def names(which: Iterable[ParameterReport]) -> tuple[str, ...]:
        return tuple(map(gradient_name, which))

    both = [p for p in after.parameters if p.name in earlier]
    was = {p.name: earlier[p.name].verdict for p in both}
    return Comparison(
        fixed=names(p for p in both if p.verdict == "pass" and was[p.name] == "fail"),
        still_wrong=names(p for p in both if p.verdict == "fail" and was[p.name] == "fail"),
        newly_wrong=names(p for p in both if p.verdict == "fail" and was[p.name] != "fail"),
        open=names(p for p in both if p.verdict == "inconclusive" and was[p.name] != "inconclusive"),
        new=names(p for p in after.parameters if p.name not in earlier),
        gone=names(p for p in before.parameters if p.name not in later),
        same_functions=_functions(before) == _functions(after),
    )


def gradient_name(parameter: ParameterReport) -> str:
    """What to call a gradient: as the person's code calls it, or by the parameter where that says nothing."""
    return parameter.name if ": " in parameter.name or not parameter.gradient else parameter.gradient


def _functions(report: Report) -> tuple[str, str | None]:
    return report.forward["name"], None if report.backward is None else report.backward["name"]


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:6])
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown
