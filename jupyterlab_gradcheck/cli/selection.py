"""``--select``: only some of a notebook's functions and gradients."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from .. import contract
from .outcome import CannotCheck, short_name, some


class Selection:
    """Names and patterns (``*``, ``?``, ``[...]``) of functions, parameters and gradients; none selects everything."""

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self.patterns = tuple(patterns)

    def takes(self, *names: str) -> bool:
        """Whether one of ``names`` is selected."""
        return not self.patterns or any(fnmatchcase(name, pattern) for name in names for pattern in self.patterns)

    def requests(self, candidates: dict[str, Any]) -> list[dict[str, Any]]:
        """Requests that check the selected functions among ``candidates`` (the contract's), and as few others as can be.

        Where functions cannot be asked for by name, that is one request for everything.
        """
        everything: list[dict[str, Any]] = [{"all": True}]
        readings = candidates.get("readings", [])
        # Those of which a function is named.
        named = [reading for reading in readings if self.takes(reading["forward"], reading["backward"])]
        pairs = [{"forward": reading["forward"], "backward": reading["backward"]} for reading in named]
        asked = [pair for at, pair in enumerate(pairs) if pair not in pairs[:at]]
        # A name that is a function's alone leaves the others out; one of a gradient may be any function's.
        others = [name for reading in readings if reading not in named for name in reading["parameters"]]
        known = not self.takes(*others) and all(
            any(fnmatchcase(name, pattern) for reading in named for name in (reading["forward"], reading["backward"]))
            for pattern in self.patterns
        )
        whole = len(named) == len(readings) and (candidates["certain"] or candidates.get("several", False))
        if whole or not named or not known or not all(_is_name(name) for pair in asked for name in pair.values()):
            return everything
        return asked

    def of(self, report: dict[str, Any], candidates: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """``report`` (the contract's) with the selected gradients alone; None where there are none among them."""
        parameters = [one for one in report["parameters"] if self.takes(*_names(one, report, candidates))]
        if len(parameters) == len(report["parameters"]):
            return report
        if not parameters:
            return None
        verdicts = [parameter["verdict"] for parameter in parameters]
        verdict = next((word for word in ("fail", "inconclusive") if word in verdicts), "pass")
        if report["verdict"] == "fail" and all(one["verdict"] != "fail" for one in report["parameters"]):
            # By the threshold, which counts for a report as a whole.
            return {**report, "parameters": parameters}
        which = [short_name(one) for one in parameters if one["verdict"] == verdict]
        verb = "is" if len(which) == 1 else "are"
        said = {"fail": f"{verb} wrong", "inconclusive": "could not be decided", "pass": f"{verb} right"}[verdict]
        count = (
            f"Of {len(parameters)} selected gradients {len(which)}" if len(parameters) > 1 else "The selected gradient"
        )
        message = f"{count} {said}: {some(which)}."[:1000]
        return {**report, "verdict": verdict, "message": message, "parameters": parameters}

    def nothing(self, reports: Sequence[dict[str, Any]]) -> CannotCheck:
        """The error for names that are nowhere in ``reports``."""
        there = list(dict.fromkeys(short_name(one) for report in reports for one in report["parameters"]))
        functions = list(dict.fromkeys(function_of(one, report) for report in reports for one in report["parameters"]))
        return CannotCheck(
            "nothing_selected",
            f"Nothing here is called {', '.join(self.patterns)}. There are the gradients {some(there, 20)}, "
            f"of {some(functions, 20)}.",
        )


def function_of(parameter: dict[str, Any], report: dict[str, Any]) -> str:
    """The function that claims a gradient, or what else leads its name in a report on several."""
    title, colon, _ = str(parameter["name"]).rpartition(": ")
    return title if colon else str((report["backward"] or report["forward"])["name"])


def _names(parameter: dict[str, Any], report: dict[str, Any], candidates: dict[str, Any] | None) -> list[str]:
    function = function_of(parameter, report)
    own = [parameter["name"], parameter["gradient"], str(parameter["name"]).rpartition(": ")[2], function]
    if ": " not in parameter["name"]:
        return [*own, report["forward"]["name"]]
    readings = [] if candidates is None else candidates.get("readings", [])
    return [*own, *(reading["forward"] for reading in readings if reading["backward"] == function)]


def _is_name(text: str) -> bool:
    return re.match(contract.schema("request")["$defs"]["Name"]["pattern"], text) is not None
