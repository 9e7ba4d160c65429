"""What a verdict costs: ``python -m benchmarks.cost [PART ...]``.

Evaluations (calls of forward) are counts, and the same on every machine. Times are ratios of two things that took turns in
one process; memory is a multiple of the parameters' own. Every part runs in a process of its own with one thread, so
that no part sees what another imported, and the last lines say which figures were reached. Exit code 0 if all were.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import nets, table
from .clock import Call, Timed, Times, interleaved, peak, repeated
from .course import EPSILON, gradient_check_n
from .nets import Mistake, Net
from .parts import Part, here, run

SEEDS = 5
# Where codes of a report's entries say "fail".
FAIL = 2


def check(net: Net, **options: Any) -> Any:
    """The product's own check of ``net``, called as a person calls it."""
    from jupyterlab_gradcheck import gradcheck

    return gradcheck(net.forward, net.backward, net.parameters, net.X, net.Y, **options)


def failing(report: Any) -> dict[str, frozenset[int]]:
    """Flat indices of the entries that ``report`` calls wrong, by parameter, without parameters that have none."""
    found = {}
    for name in nets.NAMES:
        codes = report[name].codes
        wrong = frozenset() if codes is None else frozenset(int(k) for k in np.flatnonzero(codes.ravel() == FAIL))
        if wrong:
            found[name] = wrong
    return found


# A black box of 10,161 parameters ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Located:
    """Mistakes of one kind, over all seeds: evaluations beyond those of correct code, and whether just they were found."""

    activation: str
    kind: str
    more: int
    exact: int
    runs: int


def black_box(part: Part) -> None:
    """Forward is called and nothing else is known of it: what does a verdict take, and what finding the wrong entries?"""
    size = nets.middle().size
    rows, correct, located = [], [], []
    for activation in ("tanh", "ReLU"):
        evaluations = {}
        for seed in range(SEEDS):
            report = check(nets.middle(activation, seed), backend="numpy")
            evaluations[seed] = report.evaluations
            correct.append((report.verdict, report.evaluations))
        worst = max(evaluations.values())
        passed = sum(verdict == "pass" for verdict, _ in correct[-SEEDS:])
        rows.append([activation, "correct", worst, f"{100 * worst / (2 * size):.2g} %", None, f"{passed}/{SEEDS} pass"])
        for one in _located(activation, evaluations):
            located.append(one)
            share = f"{100 * (worst + one.more) / (2 * size):.2g} %"
            rows.append([activation, one.kind, worst + one.more, share, one.more, f"{one.exact}/{one.runs} exact"])
    part.show(
        f"Black box of {size:,} parameters, worst of {SEEDS} seeds (2n = {2 * size:,})",
        ["net", "backward", "evaluations", "of 2n", "more than correct", "outcome"],
        rows,
    )
    passed = sum(verdict == "pass" for verdict, _ in correct)
    worst = max(evaluations for _, evaluations in correct)
    part.figure(
        "black box of 10,161 parameters, correct code decided",
        passed == len(correct) and worst <= 300,
        f"{worst} evaluations, {passed} of {len(correct)} pass",
        "<= 300, all pass",
    )
    for count, wanted in ((1, 250), (10, 800)):
        runs = [one for one in located if one.kind.startswith(f"{count} ")]
        more = max(one.more for one in runs)
        exact, total = sum(one.exact for one in runs), sum(one.runs for one in runs)
        part.figure(
            f"black box of 10,161 parameters, {count} wrong {'entry' if count == 1 else 'entries'} located",
            exact == total and more <= wanted,
            f"{more} more evaluations, {exact} of {total} exactly the planted ones",
            f"<= {wanted} more, exact recall",
        )
    told, called = _counted()
    part.figure("evaluations told are calls of forward", told == called, f"{told} told, {called} counted", "equal")


def _located(activation: str, correct: dict[int, int]) -> Iterator[Located]:
    """Every kind of planted mistake; ``correct`` has the evaluations for correct code, by seed."""
    both = ("W1", "W2")
    kinds: dict[str, Callable[[Net, int], Mistake]] = {
        "1 zeroed in W1": lambda net, seed: nets.zeroed(net, 1, seed),
        "1 zeroed in b1": lambda net, seed: nets.zeroed(net, 1, seed, ("b1",)),
        "1 off by 1e-3 in W1": lambda net, seed: nets.nudged(net, 1, seed),
        "10 zeroed in W1": lambda net, seed: nets.zeroed(net, 10, seed),
        "10 zeroed in W1, W2": lambda net, seed: nets.zeroed(net, 10, seed, both),
        "10 off by 1e-3 in W1, W2": lambda net, seed: nets.nudged(net, 10, seed, both),
    }
    for kind, make in kinds.items():
        more, exact = [], 0
        for seed, before in correct.items():
            net = nets.middle(activation, seed)
            mistake = make(net, seed)
            report = check(mistake.into(net), backend="numpy")
            more.append(report.evaluations - before)
            exact += report.verdict == "fail" and failing(report) == mistake.planted
        yield Located(activation, kind, max(more), exact, len(correct))


def _counted() -> tuple[int, int]:
    """Evaluations as a report tells them, and as a forward that counts its calls saw them."""
    net = nets.middle()
    timed = Timed(net.forward)
    report = check(replace(net, forward=timed.forward), backend="numpy")
    return report.evaluations, timed.calls


# Every entry of 10,161 by central differences ------------------------------------------------------------------------


def central(part: Part) -> None:
    """The whole gradient by differences of a black box, against as many calls of forward and nothing else.

    Those calls are timed as the check's are, and with them that each result is let go of: what forward returns are arrays,
    whose memory somebody has to give back, whoever calls it.
    """
    rows, ratios, verdicts = [], [], []
    for activation in ("tanh", "ReLU"):
        net = nets.middle(activation)
        timed = Timed(net.forward)
        within = replace(net, forward=timed.forward)
        told: dict[str, list[float]] = {"alone": [], "ours": [], "course": []}
        reports = []

        def ours(net: Net = within, reports: list[Any] = reports) -> None:
            reports.append(check(net, method="central", backend="numpy"))

        calls: list[Call] = [
            repeated(net.loss, 2 * net.size),
            lambda timed=timed, told=told, net=within: told["alone"].append(
                timed.overhead(repeated(net.loss, 2 * net.size), 2 * net.size)
            ),
            lambda timed=timed, told=told, ours=ours, n=net.size: told["ours"].append(timed.overhead(ours, 2 * n)),
            lambda timed=timed, told=told, net=within: told["course"].append(
                timed.overhead(lambda: _course(net), 2 * net.size)
            ),
        ]
        times = interleaved(*calls, rounds=3, warm=False)
        report = reports[-1]
        verdicts.append(report.verdict)
        ratios.append(min(told["ours"]) / min(told["alone"]))
        for call, (name, evaluations, key) in enumerate(
            (
                ("2n calls of forward", 2 * net.size, "alone"),
                ("ours, method='central'", report.evaluations, "ours"),
                ("the course's loop", 2 * net.size, "course"),
            ),
            start=1,
        ):
            said = report.verdict if key == "ours" else None
            over = f"{min(told[key]) / min(told['alone']):.3f}"
            rows.append([
                name, activation, evaluations, f"{min(told[key]):.3f}", over, str(times.ratio(call, 0)), said,
            ])  # fmt: skip
    part.show(
        "Full central differences, black box of 10,161 parameters; time over 2n times what a call took inside forward, the same "
        "over that of 2n calls alone, and time over 2n bare forwards in turns",
        ["checker", "net", "evaluations", "over 2n x inside", "over 2n calls", "in turns", "verdict"],
        rows,
    )
    part.figure(
        "full central differences of a black box, time over 2n forwards",
        max(ratios) <= 1.05 and all(verdict == "pass" for verdict in verdicts),
        f"{max(ratios):.3f}, {verdicts.count('pass')} of {len(verdicts)} pass",
        "<= 1.05, correct code passes",
    )


def _course(net: Net) -> float:
    return gradient_check_n(net.parameters, net.gradients(), net.forward, net.X, net.Y)


# A NumPy network of 1,085,601 parameters -----------------------------------------------------------------------------


def large(part: Part) -> None:
    """A million parameters where TensorFlow is not loaded."""
    _large(part, "TensorFlow not imported")


def large_tensorflow(part: Part) -> None:
    """The same in a notebook that has TensorFlow loaded and has used it."""
    _start_tensorflow()
    _large(part, "TensorFlow imported")


def _large(part: Part, where: str) -> None:
    check(nets.course())  # what is imported and started at the first check is no part of the second
    rows, times_, memory, right, found = [], [], [], [], []
    for activation in ("ReLU", "tanh"):
        net = nets.large(activation)
        net.gradients()
        size = sum(value.nbytes for value in net.parameters.values())
        used = peak(lambda net=net: check(net))
        reports = []

        def run_check(net: Net = net, reports: list[Any] = reports) -> None:
            reports.append(check(net))

        forwards = 20
        ratio = interleaved(repeated(net.loss, forwards), run_check, rounds=15).ratio(1, 0).times(forwards)
        report = reports[-1]
        mistake = nets.zeroed(net, 1, seed=1)
        wrong = check(mistake.into(net))
        exact = wrong.verdict == "fail" and failing(wrong) == mistake.planted
        times_.append(ratio.quickest)
        memory.append(used.added / size)
        right.append(report.verdict == "pass")
        found.append(exact)
        rows.append([
            activation, report.backend, report.evaluations, str(ratio), f"{used.added / size:.2f}", report.verdict,
            f"{'found' if exact else 'not found'} in {wrong.evaluations}",
        ])  # fmt: skip
    part.show(
        f"NumPy network of {net.size:,} parameters, batch 32, {where} (2n = {2 * net.size:,}; memory by {used.how})",
        ["net", "backend", "evaluations", "time / forward", "memory / parameters", "correct code", "1 wrong entry"],
        rows,
    )  # fmt: skip
    part.figure(
        f"1,085,601 parameters, every entry judged, {where}",
        max(times_) <= 60 and all(right) and all(found),
        f"{max(times_):.0f} forward times, correct code {'passes' if all(right) else 'does not pass'}, "
        f"wrong entry {'found' if all(found) else 'not found'}",
        "<= 60 forward times",
    )
    part.figure(
        f"1,085,601 parameters, additional memory, {where}",
        max(memory) <= 8,
        f"{max(memory):.1f} x the parameters",
        "<= 8 x the parameters",
    )


# The course's network of 47 parameters --------------------------------------------------------------------------------


def course(part: Part) -> None:
    """The test case of the course, where TensorFlow is not loaded."""
    _small(part, "TensorFlow not imported")


def course_tensorflow(part: Part) -> None:
    """The same in a notebook that has TensorFlow loaded and has used it."""
    _start_tensorflow()
    _small(part, "TensorFlow imported")


def _small(part: Part, where: str) -> None:
    net = nets.course()
    difference = _whole_course(net)
    classic = check(net, method="central", epsilon=EPSILON)
    default = check(net)
    times = interleaved(
        lambda: _whole_course(net),
        lambda: check(net, method="central", epsilon=EPSILON),
        lambda: check(net),
        repeated(net.loss, 2 * net.size),
        rounds=41,
    )
    rows = [
        ["the course's loop", 2 * net.size + 1, *_ratios(times, 0), f"difference {difference:.4g}"],
        [
            "ours, classic mode",
            classic.evaluations,
            *_ratios(times, 1),
            f"difference {classic.relative_difference:.4g}",
        ],
        ["ours, default", default.evaluations, *_ratios(times, 2), f"difference {default.relative_difference:.4g}"],
    ]
    part.show(
        f"The course's network of 47 parameters, {where}; time over the course's loop, and over 2n bare forwards",
        ["checker", "evaluations", "time / loop", "time / (2n forwards)", "outcome"],
        rows,
    )
    slow = times.ratio(1, 0).quickest
    part.figure(
        f"47 parameters, classic mode, {where}",
        slow <= 1 and classic.verdict == "pass",
        f"{slow:.2f} x the course's loop, {classic.verdict}",
        "<= 1 x",
    )
    slow, seconds = times.ratio(2, 0).quickest, times.median(2)
    part.figure(
        f"47 parameters, default, {where}",
        slow <= 4 and seconds < 0.05 and default.verdict == "pass",
        f"{slow:.2f} x the course's loop, {1e3 * seconds:.1f} ms, {default.verdict}",
        "<= 4 x and < 50 ms",
    )


def _whole_course(net: Net) -> float:
    """What a student runs: forward, backward and the loop."""
    _, cache = net.forward(net.X, net.Y, net.parameters)
    gradients = net.backward(net.X, net.Y, cache)
    return gradient_check_n(net.parameters, gradients, net.forward, net.X, net.Y)


def _ratios(times: Times, call: int) -> tuple[str, str]:
    return str(times.ratio(call, 0)), str(times.ratio(call, 3))


# TensorFlow as the engine room ----------------------------------------------------------------------------------------


def forward_tensors(X, Y, parameters):
    """The tanh network in TensorFlow, as a person would write it there."""
    import tensorflow as tf

    A1 = tf.tanh(tf.matmul(parameters["W1"], X) + parameters["b1"])
    A2 = tf.tanh(tf.matmul(parameters["W2"], A1) + parameters["b2"])
    A3 = tf.sigmoid(tf.matmul(parameters["W3"], A2) + parameters["b3"])
    loss = -tf.reduce_mean(Y * tf.math.log(A3) + (1 - Y) * tf.math.log(1 - A3))
    return loss, (A1, parameters["W1"], A2, parameters["W2"], A3, parameters["W3"])


def backward_tensors(X, Y, cache):
    import tensorflow as tf

    m = tf.cast(tf.shape(X)[1], X.dtype)
    A1, _W1, A2, W2, A3, W3 = cache
    dZ3 = (A3 - Y) / m
    dZ2 = tf.matmul(W3, dZ3, transpose_a=True) * (1 - A2**2)
    dZ1 = tf.matmul(W2, dZ2, transpose_a=True) * (1 - A1**2)
    return {
        "dW1": tf.matmul(dZ1, X, transpose_b=True), "db1": tf.reduce_sum(dZ1, axis=1, keepdims=True),
        "dW2": tf.matmul(dZ2, A1, transpose_b=True), "db2": tf.reduce_sum(dZ2, axis=1, keepdims=True),
        "dW3": tf.matmul(dZ3, A2, transpose_b=True), "db3": tf.reduce_sum(dZ3, axis=1, keepdims=True),
    }  # fmt: skip


def tensorflow(part: Part) -> None:
    """What batches of evaluations and automatic differentiation save; all that is asked is that right code passes."""
    _start_tensorflow()
    import tensorflow as tf

    rows = []
    plain = nets.middle()
    tensors = replace(
        plain,
        forward=forward_tensors,
        backward=backward_tensors,
        X=tf.constant(plain.X),
        Y=tf.constant(plain.Y),
        parameters={name: tf.constant(value) for name, value in plain.parameters.items()},
    )
    forwards = 200
    cases: list[tuple[str, Net, dict[str, Any], int]] = [
        ("TensorFlow, every entry, batched", tensors, {"method": "central", "backend": "tensorflow"}, 1),
        ("TensorFlow, default", tensors, {}, 5),
        ("NumPy lifted, autodiff with audit", plain, {"method": "autodiff", "backend": "tensorflow"}, 5),
        ("NumPy, default", plain, {}, 5),
    ]
    for name, net, options, rounds in cases:
        try:
            report = check(net, **options)
        except Exception as error:
            rows.append([name, None, None, None, f"{type(error).__name__}: {error}"[:80]])
            continue
        ratio = interleaved(
            repeated(lambda net=net: net.forward(net.X, net.Y, net.parameters), forwards),
            lambda net=net, options=options: check(net, **options),
            rounds=rounds,
        ).ratio(1, 0)
        took = forwards * ratio.quickest
        rows.append([
            f"{name} ({report.method}, {report.backend})", report.evaluations, f"{took:.4g}",
            f"{2 * plain.size / took:.3g}x", report.verdict,
        ])  # fmt: skip
    part.show(
        "TensorFlow as the engine room, 10,161 parameters; time over one eager forward of the same net",
        ["checker", "evaluations", "time / forward", "quicker than 2n calls", "verdict"],
        rows,
    )
    passed = sum(row[-1] == "pass" for row in rows)
    part.figure(
        "10,161 parameters on TensorFlow, right code", passed == len(rows), f"{passed} of {len(rows)} pass", "all"
    )


def _start_tensorflow() -> None:
    """Imports TensorFlow and lets it start its runtime, which takes long and is no part of a check."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        x = tf.Variable([1.0, 2.0])
        y = tf.reduce_sum(tf.tanh(tf.matmul([x], [x], transpose_b=True)))
    tape.gradient(y, x)


PARTS: dict[str, Callable[[Part], None]] = {
    "black-box": black_box,
    "central": central,
    "large": large,
    "large-tensorflow": large_tensorflow,
    "course": course,
    "course-tensorflow": course_tensorflow,
    "tensorflow": tensorflow,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost", description="What a verdict costs.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        parser.error(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    if options.here:
        here(PARTS[options.parts[0]])
        return 0
    for name in options.parts or PARTS:
        run("benchmarks.cost", name)
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
