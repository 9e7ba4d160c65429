"""How much is understood unaided: ``python -m benchmarks.discovery [FOLDER ...] [--only TEXT] [--verbose]``.

Every notebook of the corpus (tests/corpus, or the folders named) is run in a namespace of its own, and checked without a
word about what is meant. It counts as right where exactly the parameters of its truth were checked and correct code was
not called wrong; as asked where a question came back; as wrong where anything else was checked, or where correct code
failed. Then its planted mistakes are put in one by one: each must fail in exactly the parameters it makes wrong.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import linecache
import re
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomllib

from .table import show

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
_COUNT = itertools.count()


@dataclass
class Outcome:
    """What came of one notebook."""

    name: str
    convention: str
    kind: str
    said: str = ""
    mistakes: int = 0
    caught: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


def cells_of(text: str) -> list[str]:
    """The cells of a notebook in percent format."""
    parts = re.split(r"^# %%.*$", text, flags=re.M)
    return [part.strip("\n") + "\n" for part in parts if part.strip()]


def run(cells: list[str]) -> dict[str, Any]:
    """The namespace that ``cells`` leave behind, with sources as IPython keeps them."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    if "keras" in sys.modules:
        # Names of layers count on from notebook to notebook.
        sys.modules["keras"].backend.clear_session()
    for cell in cells:
        name = f"<corpus cell {next(_COUNT)}>"
        linecache.cache[name] = (len(cell), None, cell.splitlines(keepends=True), name)
        exec(compile(cell, name, "exec"), namespace)
    return namespace


def check(text: str) -> tuple[list[Any], str]:
    """The reports of everything found in a notebook, or the question that came back."""
    from jupyterlab_gradcheck.engine import GradcheckError, Options
    from jupyterlab_gradcheck.kernel import api
    from jupyterlab_gradcheck.kernel.discovery import discover
    from jupyterlab_gradcheck.kernel.quiet import quiet

    cells = cells_of(text)
    with quiet(None):
        namespace = run(cells)
        namespace = {name: value for name, value in namespace.items() if name != "__builtins__"}
        found = discover(namespace, None, api.trial, cells)
        if not found.certain and found.code != "several":
            return [], found.reason
        try:
            return [(binding, api.check(binding, Options())) for binding in found.bindings], ""
        except GradcheckError as error:
            return [], str(error)


def judge(path: Path, mistakes: int | None = None) -> Outcome:
    """Runs one notebook and its planted mistakes, or the first so many of them."""
    truth = tomllib.loads(path.with_suffix(".toml").read_text())
    convention = path.parent.name if path.parent.name.startswith("c") else path.stem.split("_")[0]
    outcome = Outcome(path.stem, convention, "right")
    text = path.read_text()
    started = time.perf_counter()
    try:
        reports, question = check(text)
    except Exception:
        outcome.kind, outcome.said = "wrong", traceback.format_exc(limit=-3)
        return outcome
    outcome.seconds = time.perf_counter() - started
    outcome.said = question or "; ".join(f"{b.forward_name} / {b.backward_name}: {r.message}" for b, r in reports)
    if truth["outcome"] == "ask":
        missing = [word for word in truth.get("must_say", []) if word.casefold() not in question.casefold()]
        outcome.kind = "wrong" if reports else "asked as it should"
        if missing and not reports:
            outcome.problems.append(f"the question does not say {missing}")
        return outcome
    if question:
        outcome.kind = "asked"
        return outcome
    pairs = assigned(truth["check"], reports)
    if pairs is None:
        outcome.kind = "wrong"
        outcome.problems.append(f"checked {[[p.name for p in r.parameters] for _, r in reports]}")
        return outcome
    for report in pairs:
        if report.verdict == "fail":
            outcome.kind = "wrong"
            outcome.problems.append(
                "called correct code wrong: " + "; ".join(p.message for p in report.parameters if p.verdict == "fail")
            )
        elif report.verdict != "pass":
            outcome.problems.append(f"{report.verdict}: {report.message}")
    for mistake in truth.get("mistake", [])[:mistakes]:
        outcome.mistakes += 1
        if text.count(mistake["old"]) != 1:
            outcome.problems.append(f"{mistake['old']!r} is there {text.count(mistake['old'])} times")
            continue
        try:
            reports, question = check(text.replace(mistake["old"], mistake["new"]))
        except Exception:
            outcome.problems.append(f"{mistake['new']!r}: {traceback.format_exc(limit=-3)}")
            continue
        pairs = assigned(truth["check"], reports)
        if question or pairs is None:
            outcome.problems.append(
                f"{mistake['new']!r}: {question or [[p.name for p in r.parameters] for _, r in reports]}"
            )
            continue
        wanted = truth["check"][mistake.get("check", 0)]["parameters"]
        report = pairs[mistake.get("check", 0)]
        binding = next(b for b, r in reports if r is report)
        names = dict(zip([p.name for p in report.parameters], aligned(wanted, report, binding) or [], strict=False))
        failing = {names.get(p.name, p.name) for p in report.parameters if p.verdict == "fail"}
        if failing == set(mistake["wrong"]):
            outcome.caught += 1
        else:
            outcome.problems.append(f"{mistake['new']!r}: fails {sorted(failing)}, should {mistake['wrong']}")
    return outcome


def assigned(checks: list[dict[str, Any]], reports: list[Any]) -> list[Any] | None:
    """One report for each check of the truth, in its order; None where they are not the same."""
    if len(checks) != len(reports):
        return None
    left = list(reports)
    ordered = []
    for one in checks:
        fitting = [
            (binding, report) for binding, report in left if aligned(one["parameters"], report, binding) is not None
        ]
        named = [
            pair for pair in fitting if set(one["gradient"]) & {pair[0].backward_name, pair[0].forward_name}
        ] or fitting
        if not named:
            return None
        ordered.append(named[0][1])
        left = [pair for pair in left if pair is not named[0]]
    return ordered


def aligned(wanted: list[str], report: Any, binding: Any) -> list[str] | None:
    """For each parameter of the report the wanted one that it is; None unless they correspond one to one.

    A name may be longer than the other by what leads there, and an argument may be called by the variable it was given.
    """
    found = [p.name for p in report.parameters]
    roots = {p.label: p.root for p in getattr(binding, "parameters_of", ()) if not p.steps and p.root}
    if len(wanted) != len(found):
        return None
    left, result = list(wanted), []
    for name in found:
        also = (name, roots.get(name, name))
        fitting = [w for w in left if any(_parts(w) == _parts(n) for n in also)]
        fitting = fitting or [
            w for w in left if any(_within(_parts(w), _parts(n)) or _within(_parts(n), _parts(w)) for n in also)
        ]
        if not fitting and len(wanted) == 1:
            fitting = left
        if not fitting:
            return None
        result.append(fitting[0])
        left.remove(fitting[0])
    return result


def _parts(name: str) -> list[str]:
    return re.findall(r"[^\W\d]\w*|\d+", name)


def _within(some: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(part in rest for part in some)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, help="where notebooks are looked for (tests/corpus)")
    parser.add_argument("--only", default="", help="only notebooks whose path contains this")
    parser.add_argument("--verbose", action="store_true", help="tell of every notebook")
    given = parser.parse_args()
    paths = sorted(
        p for folder in given.folders or [CORPUS] for p in folder.rglob("*.py") if p.with_suffix(".toml").exists()
    )
    paths = [path for path in paths if given.only in str(path)]
    outcomes = []
    for path in paths:
        needs = tomllib.loads(path.with_suffix(".toml").read_text()).get("needs", [])
        if any(importlib.util.find_spec(name) is None for name in needs):
            print(f"{path.stem} is left out: it needs {', '.join(needs)}")
            continue
        outcome = judge(path)
        outcomes.append(outcome)
        if given.verbose or outcome.kind in ("wrong", "asked") or outcome.problems:
            print(
                f"{outcome.kind:<8} {outcome.convention}/{outcome.name} ({outcome.seconds:.1f} s) {outcome.said[:400]}",
                flush=True,
            )
            for problem in outcome.problems:
                print(f"         - {problem[:600]}", flush=True)
    return summary(outcomes)


def summary(outcomes: list[Outcome]) -> int:
    """Prints the table, and the line that says whether the goal was reached."""
    rows = []
    for convention in sorted({o.convention for o in outcomes}):
        some = [o for o in outcomes if o.convention == convention]
        rows.append([
            convention, len(some), *(sum(o.kind == kind for o in some) for kind in ("right", "asked", "asked as it should", "wrong")),
            f"{sum(o.caught for o in some)}/{sum(o.mistakes for o in some)}",
        ])  # fmt: skip
    show(
        "Discovery, notebooks by convention",
        ["convention", "notebooks", "right", "asked", "asked rightly", "wrong", "mistakes"],
        rows,
    )
    unaided = [o for o in outcomes if o.kind != "asked as it should"]
    right, wrong = sum(o.kind == "right" for o in unaided), sum(o.kind == "wrong" for o in outcomes)
    share = right / max(len(unaided), 1)
    reached = share >= 0.9 and wrong == 0
    print(
        f"{'reached' if reached else 'NOT REACHED'}: {right} of {len(unaided)} bound right unaided ({100 * share:.0f} %), "
        f"{sum(o.kind == 'asked' for o in unaided)} asked, {wrong} wrong; mistakes told exactly: {sum(o.caught for o in outcomes)} of "
        f"{sum(o.mistakes for o in outcomes)}; slowest discovery and check {max((o.seconds for o in outcomes), default=0):.1f} s"
    )
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
