"""What several formats say in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from ..outcome import ORDER, Outcome, Row

STATUS = {"pass": "pass", "fail": "FAIL", "error": "cannot check", "inconclusive": "inconclusive"}
"""How a status is spelled for people: what is wrong stands out without any colour."""


def printable(text: str) -> str:
    """``text`` on one line, with what does not print made visible: a name may hold terminal escapes, or marks that turn
    text round."""
    return "".join(
        one
        if one.isprintable()
        else " "
        if one in "\n\t"
        else f"\N{MATHEMATICAL LEFT ANGLE BRACKET}U+{ord(one):04X}\N{MATHEMATICAL RIGHT ANGLE BRACKET}"
        for one in text
    )


def difference(row: Row) -> str:
    """The relative difference to three digits; n/a where there is none."""
    value = row.parameter["relative_difference"]
    return "n/a" if value is None else "0" if value == 0 else f"{value:.2e}"


def where(row: Row) -> str:
    """The line that the gradient comes from, with its place; empty where it is not known."""
    source = row.parameter["source"]
    if source is None:
        return ""
    return f"{row.place or 'line ' + str(source['line'])}: {source['text']}"


def entries(row: Row, most: int = 5) -> list[str]:
    """The worst entries of a gradient that does not pass, one a line: claimed, numerical, and how exactly."""
    lines = []
    for entry in row.parameter["worst"][:most]:
        index = f"[{', '.join(map(str, entry['index']))}]" if entry["index"] else ""
        claimed, measured, bound = (_number(entry[key]) for key in ("analytic", "numerical", "error_bound"))
        lines.append(f"{row.name}{index}: claimed {claimed}, numerical {measured}, error bound {bound}")
    return lines


def notes(outcome: Outcome) -> list[str]:
    """What the reports say beside their verdicts, each once."""
    told = (str(note["message"]) for check in outcome.checks for note in check.report["warnings"])
    return list(dict.fromkeys(told))


def summary(outcomes: Sequence[Outcome]) -> str:
    """How many notebooks came out how, the worst first."""
    counts = {status: sum(outcome.status == status for outcome in outcomes) for status in ORDER}
    told = ", ".join(f"{count} {STATUS[status]}" for status, count in counts.items() if count)
    return f"{len(outcomes)} {'file' if len(outcomes) == 1 else 'files'}: {told}."


def _number(value: float | None) -> str:
    return "not finite" if value is None else f"{value:.6g}"
