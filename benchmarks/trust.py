"""How far a verdict can be trusted: false alarms on right code, misses on wrong code, over the whole zoo.

``python -m benchmarks.trust`` from the root of the checkout. ``--only NAME --seed K`` shows one case of a table again.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.table import Summary, show
from jupyterlab_gradcheck import gradcheck
from jupyterlab_gradcheck.engine import GradcheckError
from tests import zoo

SHOWN = 25
# Seeds of wrong cases begin here: other points than those of right code.
FIRST_WRONG = 1000
FIRST_NUDGED = 2000
# Relative noise of a loss by the precision it is computed in, and of one that stops iterating early.
NOISE = {"float64": 1e-16, "noisy": 1e-7}


@dataclass(frozen=True)
class Finding:
    """What one check said of one parameter, beside what is so."""

    case: zoo.Case
    parameter: str
    verdict: str
    limit: float | None
    sharp: bool
    cause: str | None
    message: str

    @property
    def error(self) -> float:
        return self.case.error[self.parameter]

    @property
    def missed(self) -> bool:
        """Passed although its error is above the limit that the report states."""
        here = self.error > 0 and not self.case.elsewhere
        # The limit is compared with an error that was computed in another order of sums.
        return here and self.verdict == "pass" and (self.limit is None or self.error > self.limit * (1 + 1e-9))

    @property
    def within_reach(self) -> bool:
        """Whether the error would change the loss by more than its noise can hide, over a step of the parameter's size."""
        value = self.case.loss_value
        noise = NOISE["float64"]
        if zoo.LOSS[self.case.loss].noisy:
            # The prediction is what stops early; a loss that is half its square is the noisier the closer it comes.
            bare = 1.0 if self.case.change in ("plus1000", "times1e-8", "times1e+8") else min(1.0, (2 * value) ** 0.5)
            noise = min(1.0, NOISE["noisy"] / max(bare, NOISE["noisy"]))
        return self.error > 100 * noise ** (2 / 3) * value / self.case.size(self.parameter)

    def row(self) -> list[object]:
        limit = None if self.limit is None else float(self.limit)
        largest = float(np.max(np.abs(self.case.truth[self.parameter])))
        return [f'"{self.case.name}"', self.case.seed, self.parameter, self.verdict, self.error, largest, limit]


ROW = ["case", "seed", "parameter", "verdict", "true error", "largest", "stated limit"]


def backend_of(case: zoo.Case) -> str:
    """Half of the NumPy code runs on each backend: always the same half, whatever was imported before."""
    if case.flavour.startswith("tf-"):
        return "auto"
    return "tensorflow" if zlib.crc32(f"{case.name} {case.seed} {case.strict}".encode()) % 2 else "numpy"


def run(case: zoo.Case) -> tuple[list[Finding], str]:
    """Findings on every parameter, and what was raised instead ("" where nothing was)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            report = gradcheck(
                case.forward, case.backward, case.parameters, *case.data, backend=backend_of(case), **case.options
            )
    except GradcheckError as error:
        return [], f"refused ({error.code}): {error}"
    except Exception as error:
        return [], f"{type(error).__name__}: {error}"
    sharp = report.precision == "float64" or report.lifted is not None
    return [
        Finding(case, p.name, p.verdict, p.detection_limit, sharp, None if p.cause is None else p.cause.kind, p.message)
        for p in report.parameters
    ], ""


def right_cases(seeds: int, tensor_seeds: int) -> Iterator[zoo.Case]:
    """The whole zoo, TensorFlow at fewer seeds: its checks take longer."""
    for seed in range(seeds):
        for loss in zoo.LOSSES:
            for flavour in zoo.flavours_of(loss):
                if seed < tensor_seeds or not flavour.startswith("tf-"):
                    for change in zoo.CHANGES:
                        case = zoo.make(loss.name, flavour, change, seed)
                        # A loss that is no number in float32 can only be refused where it may not be lifted.
                        if not flavour.endswith("unlifted") or np.isfinite(case.loss_value):
                            yield case


def wrong_cases(seeds: int, tensor_seeds: int) -> Iterator[zoo.Case]:
    """Every mistake in every flavour, on losses, parameters and changes that take turns; in float64 NumPy on every loss."""
    for seed in range(FIRST_WRONG, FIRST_WRONG + seeds):
        for place, loss in enumerate(zoo.LOSSES):
            for flavour in zoo.flavours_of(loss):
                on_tensors = flavour.startswith("tf-")
                if on_tensors and seed >= FIRST_WRONG + tensor_seeds:
                    continue
                right = {change: zoo.make(loss.name, flavour, change, seed) for change in zoo.CHANGES}
                for number, mistake in enumerate(zoo.MISTAKES):
                    turn = number + seed + place
                    changed = "zeros" if mistake.name.startswith("L2") else zoo.CHANGES[turn % len(zoo.CHANGES)]
                    if flavour == "numpy-64":
                        yield from _struck(right["plain"], mistake.name, turn, 2)
                        yield from _struck(right[changed], mistake.name, turn, 1)
                    elif turn % (4 if on_tensors else 2) == 0:
                        # Half as it is, half under a change.
                        here = "plain" if turn % 8 < 4 else changed
                        yield from _struck(right[here], mistake.name, turn, 1)


def _struck(right: zoo.Case, mistake: str, turn: int, count: int) -> Iterator[zoo.Case]:
    """``right`` with the mistake at ``count`` of its parameters."""
    if right.flavour.endswith("unlifted") and not np.isfinite(right.loss_value):
        return
    names = zoo.parameters_of(right, mistake)
    for k in range(min(count, len(names))):
        wrong = zoo.spoil(right, mistake, names[(turn + k) % len(names)])
        assert wrong is not None
        yield wrong


def _right(summary: Summary, seeds: int, tensor_seeds: int, crashes: list[tuple[zoo.Case, str]]) -> None:
    runs: Counter[tuple[str, str]] = Counter()
    verdicts: Counter[tuple[str, str, str]] = Counter()
    alarms: list[Finding] = []
    instances, began = set(), time.perf_counter()
    for case in right_cases(seeds, tensor_seeds):
        findings, raised = run(case)
        instances.add((case.loss, case.change, case.seed))
        if raised:
            crashes.append((case, raised))
        worst = max((f.verdict for f in findings), key=["pass", "inconclusive", "fail"].index, default="refused")
        for key in ((f"{case.flavour}", ""), ("", case.change), (case.loss, "-")):
            runs[key] += 1
            verdicts[(*key, worst)] += 1
        alarms += [f for f in findings if f.verdict == "fail"]
    for title, of in (("flavour", lambda k: k[0] if not k[1] else ""), ("change", lambda k: k[1] if not k[0] else ""),
                      ("loss", lambda k: k[0] if k[1] == "-" else "")):  # fmt: skip
        show(
            f"Right code by {title}: runs by their worst verdict",
            [title, "runs", "pass", "inconclusive", "fail", "refused"],
            [
                [of(key), count, *(verdicts[(*key, v)] for v in ("pass", "inconclusive", "fail", "refused"))]
                for key, count in runs.items()
                if of(key)
            ],
        )
    if alarms:
        show(f"False alarms, the first {SHOWN}", ROW, [f.row() for f in alarms[:SHOWN]])
    total = sum(count for (_, change), count in runs.items() if change and change != "-")
    print(f"{total} runs of {len(instances)} seeded instances, {time.perf_counter() - began:.0f} s")
    summary.figure(
        "right code, false alarms",
        not alarms and len(instances) >= 300,
        f"{len(alarms)} in {total} runs of {len(instances)} instances",
        "0 in at least 300 instances",
    )


def _wrong(summary: Summary, seeds: int, tensor_seeds: int, crashes: list[tuple[zoo.Case, str]]) -> None:
    by_mistake: Counter[tuple[str, str]] = Counter()
    by_flavour: Counter[tuple[str, str]] = Counter()
    causes: Counter[tuple[str, str]] = Counter()
    unflagged: list[Finding] = []
    missed: list[Finding] = []
    alarms: list[Finding] = []
    clean = runs = beyond = blunt = flagged = 0
    began = time.perf_counter()
    for case in wrong_cases(seeds, tensor_seeds):
        findings, raised = run(case)
        runs += 1
        if raised:
            crashes.append((case, raised))
        for finding in findings:
            if finding.parameter in case.clean:
                clean += 1
                alarms += [finding] if finding.verdict == "fail" else []
            if finding.error == 0:
                continue
            missed += [finding] if finding.missed else []
            reach = finding.within_reach
            kind = finding.verdict if reach else f"beyond reach: {finding.verdict}"
            by_mistake[case.mistake, kind] += 1
            by_flavour[
                case.flavour, kind if finding.sharp or finding.verdict == "fail" else f"blunt: {finding.verdict}"
            ] += 1
            if not reach:
                beyond += 1
            elif not finding.sharp and np.isfinite(finding.error):
                blunt += 1
            else:
                flagged += finding.verdict == "fail"
                unflagged += [finding] if finding.verdict != "fail" else []
            wanted = zoo.BY_NAME[case.mistake].causes
            if finding.parameter == case.struck and finding.verdict == "fail" and not case.elsewhere:
                said = "none" if finding.cause is None else "right" if finding.cause in wanted else finding.cause
                causes[case.mistake, said] += 1
    verdicts = ["fail", "inconclusive", "pass"]
    beyond_names = [f"beyond reach: {v}" for v in verdicts]
    show(
        "Wrong gradients by kind of mistake (fail is right)",
        ["mistake", *verdicts, *beyond_names],
        [[m.name, *(by_mistake[m.name, v] for v in (*verdicts, *beyond_names))] for m in zoo.MISTAKES],
    )
    blunt_names = [f"blunt: {v}" for v in verdicts[1:]]
    show(
        "Wrong gradients by flavour (blunt: float32 that could not be lifted)",
        ["flavour", *verdicts, *beyond_names, *blunt_names],
        [[f, *(by_flavour[f, v] for v in (*verdicts, *beyond_names, *blunt_names))] for f in zoo.FLAVOURS],
    )
    others = {m.name: {s: c for (n, s), c in causes.items() if n == m.name} for m in zoo.MISTAKES}
    show(
        "Causes named for gradients that fail",
        ["mistake", "right", "none", "another"],
        [
            [
                name,
                said.get("right", 0),
                said.get("none", 0),
                ", ".join(f"{kind} {count}" for kind, count in sorted(said.items()) if kind not in ("right", "none")),
            ]
            for name, said in others.items()
        ],
    )
    for title, found in (
        ("Wrong and not flagged", unflagged),
        ("Passed above the stated limit", missed),
        ("Right parameters of wrong code that fail", alarms),
    ):
        if found:
            show(f"{title}, the first {SHOWN}", ROW, [f.row() for f in found[:SHOWN]])
    print(f"{runs} runs, {time.perf_counter() - began:.0f} s; beyond reach {beyond}, blunt {blunt}")
    total = flagged + len(unflagged)
    summary.figure(
        "wrong code in float64 or lifted, flagged", not unflagged and total > 0, f"{flagged} of {total}", "all"
    )
    summary.figure(
        "wrong code in any precision, passed above the stated detection limit", not missed, str(len(missed)), "0"
    )
    summary.figure("wrong code, false alarms on its right parameters", not alarms, f"{len(alarms)} of {clean}", "0")


def _strict(summary: Summary, seeds: int, crashes: list[tuple[zoo.Case, str]]) -> None:
    """Right code in NumPy, every certain difference counted as wrong."""
    runs: Counter[tuple[str, str]] = Counter()
    alarms: list[Finding] = []
    began = time.perf_counter()
    for case in right_cases(seeds, 0):
        # A backward of a solver that stops early is itself not right to the last digits.
        if zoo.LOSS[case.loss].noisy:
            continue
        case = replace(case, strict=True)
        findings, raised = run(case)
        crashes += [(case, raised)] if raised else []
        for finding in findings:
            runs[case.flavour, finding.verdict] += 1
        alarms += [f for f in findings if f.verdict == "fail"]
    verdicts = ["pass", "inconclusive", "fail"]
    flavours = [f for f in zoo.FLAVOURS if any(runs[f, v] for v in verdicts)]
    show("Right gradients, strict", ["flavour", *verdicts], [[f, *(runs[f, v] for v in verdicts)] for f in flavours])
    if alarms:
        show(f"False alarms when strict (--strict), the first {SHOWN}", ROW, [f.row() for f in alarms[:SHOWN]])
    print(f"{sum(runs.values())} gradients, {time.perf_counter() - began:.0f} s")
    summary.figure(
        "right code, strict: false alarms", not alarms, f"{len(alarms)} of {sum(runs.values())} gradients", "0"
    )


def _limits(summary: Summary, seeds: int, tensor_seeds: int, crashes: list[tuple[zoo.Case, str]]) -> None:
    """Errors just above the limits that the reports themselves state: the sharpest question there is."""
    outcomes: Counter[tuple[str, str]] = Counter()
    missed: list[Finding] = []
    alarms: list[Finding] = []
    began = time.perf_counter()
    for seed in range(FIRST_NUDGED, FIRST_NUDGED + seeds):
        for place, loss in enumerate(zoo.LOSSES):
            for number, flavour in enumerate(zoo.flavours_of(loss)):
                if flavour.startswith("tf-") and seed >= FIRST_NUDGED + tensor_seeds:
                    continue
                for change in ("plain", zoo.CHANGES[1 + (place + number + seed) % (len(zoo.CHANGES) - 1)]):
                    right = zoo.make(loss.name, flavour, change, seed)
                    if flavour.endswith("unlifted") and not np.isfinite(right.loss_value):
                        continue
                    findings, raised = run(right)
                    crashes += [(right, raised)] if raised else []
                    turn = place + number
                    for k in range(min(2, len(findings))):
                        of = findings[(turn + k) % len(findings)]
                        if of.limit is None:
                            continue
                        case = zoo.nudged(right, of.parameter, (1.1, -3.0)[k] * of.limit)
                        again, raised = run(case)
                        crashes += [(case, raised)] if raised else []
                        for finding in again:
                            if finding.parameter == of.parameter:
                                limit = finding.limit if finding.limit is not None else 0.0
                                kind = finding.verdict if finding.error > limit else f"limit higher: {finding.verdict}"
                                outcomes[flavour, kind] += 1
                                missed += [finding] if finding.missed else []
                            elif finding.verdict == "fail":
                                alarms.append(finding)
    verdicts = ["fail", "inconclusive", "pass"]
    kinds = [*verdicts, *(f"limit higher: {v}" for v in verdicts)]
    show(
        "One entry off by 1.1 or 3 times the limit stated for right code (pass is wrong; limit higher: not in this report)",
        ["flavour", *kinds],
        [[f, *(outcomes[f, v] for v in kinds)] for f in zoo.FLAVOURS],
    )
    for title, found in (("Passed above the stated limit", missed), ("Right parameters that fail", alarms)):
        if found:
            show(f"{title}, the first {SHOWN}", ROW, [f.row() for f in found[:SHOWN]])
    print(f"{sum(outcomes.values())} errors, {time.perf_counter() - began:.0f} s")
    summary.figure(
        "errors just above the stated limit, passed", not missed, f"{len(missed)} of {sum(outcomes.values())}", "0"
    )
    summary.figure("errors just above the stated limit, false alarms beside them", not alarms, str(len(alarms)), "0")


def _show_one(name: str, seed: int, strict: bool) -> int:
    """One case of a table again, with what the report says. Returns the exit code."""
    case = zoo.named(name, seed)
    if case is None:
        print(f"{name} cannot be made at seed {seed}.")
        return 1
    case = replace(case, strict=case.strict or strict)
    print(f"backend={backend_of(case)}")
    print(gradcheck(case.forward, case.backward, case.parameters, *case.data, backend=backend_of(case), **case.options))
    findings, raised = run(case)
    show(name, [*ROW, "cause"], [[*f.row(), f.cause] for f in findings])
    for finding in findings:
        print(finding.message)
    if raised:
        print(raised)
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trust", description=__doc__)
    parser.add_argument("--seeds", type=int, default=4, help="seeds of right NumPy code; a quarter of it for all else")
    parser.add_argument("--quick", action="store_true", help="NumPy code at one seed; too few instances for the figure")
    parser.add_argument("--part", choices=["right", "strict", "wrong", "limits"], help="only this part")
    parser.add_argument("--only", metavar="NAME", help="look at one case of a table again")
    parser.add_argument("--strict", action="store_true", help="look at --only strictly")
    parser.add_argument("--seed", type=int, default=0, help="the seed of --only")
    asked = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if asked.only:
        return _show_one(asked.only, asked.seed, asked.strict)
    seeds = 1 if asked.quick else asked.seeds
    tensor_seeds = 0 if asked.quick else -(-asked.seeds // 4)
    summary, crashes = Summary(), []
    began = time.perf_counter()
    if asked.part in (None, "right"):
        _right(summary, seeds, tensor_seeds, crashes)
    if asked.part in (None, "strict"):
        _strict(summary, max(1, seeds // 4), crashes)
    if asked.part in (None, "wrong"):
        _wrong(summary, max(1, seeds // 4), tensor_seeds, crashes)
    if asked.part in (None, "limits"):
        _limits(summary, max(1, seeds // 4), tensor_seeds, crashes)
    if crashes:
        show(
            f"No report, the first {SHOWN}",
            ["case", "seed", "raised"],
            [[f'"{c.name}"', c.seed, s[:160]] for c, s in crashes[:SHOWN]],
        )
    summary.figure("runs without a report", not crashes, str(len(crashes)), "0")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{time.perf_counter() - began:.0f} s in all, peak memory {peak:.0f} MB")
    return summary.finish()


if __name__ == "__main__":
    sys.exit(main())
