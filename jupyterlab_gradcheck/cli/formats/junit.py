"""JUnit XML, for CI services: a suite for each notebook, a test case for each gradient."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from ..outcome import Check, Outcome, Row
from .words import difference, entries, notes, printable, where

# What XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as an XML document. What is inconclusive is *skipped*: neither passed nor failed."""
    root = Element("testsuites")
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    for number, outcome in enumerate(outcomes):
        root.append(_suite(outcome, number, now))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite(outcome: Outcome, number: int, now: str) -> Element:
    cases = list(_cases(outcome))
    count = {kind: sum(case.find(kind) is not None for case in cases) for kind in ("failure", "error", "skipped")}
    suite = Element(
        "testsuite",
        id=str(number),
        name=_xml(outcome.path),
        package="gradcheck",
        timestamp=now,
        hostname=_xml(platform.node()) or "localhost",
        tests=str(len(cases)),
        failures=str(count["failure"]),
        errors=str(count["error"]),
        skipped=str(count["skipped"]),
        time=f"{outcome.seconds:.3f}",
    )
    SubElement(suite, "properties")
    suite.extend(cases)
    SubElement(suite, "system-out").text = _xml("\n".join([*outcome.notes, *notes(outcome)]))
    SubElement(suite, "system-err")
    return suite


def _cases(outcome: Outcome) -> Iterator[Element]:
    for check in outcome.checks:
        # The time of a check is that of all its gradients together.
        share = check.report["elapsed_seconds"] / max(len(check.rows), 1)
        for row in check.rows:
            yield _case(outcome, row, share)
        if check.unexplained:
            yield _threshold(outcome, check)
    if outcome.problem is not None:
        case = _element(outcome.path, "", "gradient check", 0.0)
        told = SubElement(case, "error", type=outcome.problem.code, message=_xml(printable(outcome.problem.message)))
        told.text = _xml(outcome.problem.message)
        yield case


def _case(outcome: Outcome, row: Row, seconds: float) -> Element:
    case = _element(outcome.path, row.function, row.name, seconds)
    message = str(row.parameter["message"])
    if row.verdict == "fail":
        cause = row.parameter["cause"]
        told = SubElement(case, "failure", type=_kind(cause), message=_xml(printable(message)))
        told.text = _xml("\n".join(_details(outcome, row, message)))
    elif row.verdict == "inconclusive":
        SubElement(case, "skipped", message=_xml(printable(f"inconclusive: {message}")))
    return case


def _threshold(outcome: Outcome, check: Check) -> Element:
    function = (check.report["backward"] or check.report["forward"])["name"]
    case = _element(outcome.path, function, "relative difference", 0.0)
    told = SubElement(case, "failure", type="threshold", message=_xml(printable(check.report["message"])))
    told.text = _xml(check.report["message"])
    return case


def _details(outcome: Outcome, row: Row, message: str) -> Iterator[str]:
    yield message
    if line := where(row):
        # A line of another file says so itself.
        yield line if row.place is not None and row.place.file else f"{outcome.path}, {line}"
    yield f"relative difference {difference(row)}"
    yield from entries(row)


def _kind(cause: dict[str, object] | None) -> str:
    return "wrong" if cause is None else str(cause["kind"])


def _element(path: str, function: str, name: str, seconds: float) -> Element:
    return Element(
        "testcase", classname=_xml(f"{path}::{function}" if function else path), name=_xml(name), time=f"{seconds:.3f}"
    )


def _xml(text: str) -> str:
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
