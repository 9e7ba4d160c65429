"""Evaluations: private copies that are put back, budgets that are kept, and parameters of every kind."""

from __future__ import annotations

import copy
import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import zoo

from jupyterlab_gradcheck.backends.numpy_ import NumpyBackend
from jupyterlab_gradcheck.engine import GradcheckError, Options, Problem, Report, check
from jupyterlab_gradcheck.engine.evaluate import Evaluator


def run(problem: Problem, options: Options | None = None, **kwargs: Any) -> Report:
    return check(problem, NumpyBackend(), options, **kwargs)


def codes(report: Report) -> list[str]:
    return [warning["code"] for warning in report.warnings]


class Raising:
    """A loss that raises ``error`` at call number ``at``, counted from 0, and keeps what it was given."""

    def __init__(self, loss: Callable[[Any], Any], at: int, error: type[BaseException]) -> None:
        self._loss, self._at, self._error = loss, at, error
        self.calls = 0

    def __call__(self, parameters: Any) -> Any:
        self.calls += 1
        if self.calls == self._at + 1:
            raise self._error("here")
        return self._loss(parameters)


def bits(parameters: Any) -> list[bytes]:
    return [value.tobytes() for value in parameters.values()]


def small() -> zoo.Case:
    return zoo.mlp(2, (2, 3, 1), activation="relu", m=3)


@pytest.mark.parametrize("spoil", [lambda g: g, zoo.scaled("W2", 2)], ids=["right", "wrong"])
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_at_any_call_leaves_everything_as_it_was(error: type[BaseException], spoil: Any) -> None:
    """Parameters are bit-equal, and an interrupt is never swallowed; errors around the point are only steps lost."""
    case = small()
    before = bits(case.parameters)
    generator = np.random.get_state()[1].tobytes()  # type: ignore[union-attr]
    ended: list[str] = []
    for at in itertools.count():
        forward = Raising(case.loss, at, error)
        problem = Problem(forward, lambda p: spoil(case.gradient(p)), case.parameters)
        try:
            report = run(problem)
        except error:
            assert error is KeyboardInterrupt
            ended.append("interrupted")
        except GradcheckError as refused:
            ended.append(refused.code)
        else:
            verdicts = {p.name: p.verdict for p in report.parameters}
            assert verdicts["W1"] != "fail"
            assert verdicts["b1"] != "fail"
            # An error in the very last evaluation leaves it open whether the loss was steady.
            assert verdicts["W2"] != ("fail" if spoil({"dW2": 1}) == {"dW2": 1} else "pass")
            ended.append("raised" if forward.calls > at else "done")
            # An error that does not come again may have been a hiccup; without any, none is told of.
            assert forward.calls > at or "forward-raised-nearby" not in codes(report)
        assert bits(case.parameters) == before
        assert np.random.get_state()[1].tobytes() == generator  # type: ignore[union-attr]
        if ended[-1] == "done":
            break
    assert len(ended) > 60
    if error is KeyboardInterrupt:
        assert ended.count("interrupted") == len(ended) - 1
    else:
        # Only at the parameters themselves is an error the person's.
        assert 1 <= ended.count("function_raised") <= 8
        assert set(ended) == {"function_raised", "raised", "done"}


def test_held_copies_are_put_back_after_each_step() -> None:
    case = small()
    evaluator = Evaluator(case.problem(), NumpyBackend())
    home, at_home = evaluator.base.copy(), case.loss(case.parameters)
    given: list[Any] = []

    def loss(p: Any) -> Any:
        given.append(p)
        if len(given) % 3 == 0:
            raise KeyboardInterrupt
        return case.loss(p)

    evaluator._forward = loss
    for leaf in evaluator.flat.leaves:
        for entry in range(leaf.size):
            try:
                found = evaluator.stepped([leaf.start + entry], [0.25], [0.25])
            except KeyboardInterrupt:
                continue
            moved = {k: v.copy() for k, v in case.parameters.items()}
            moved[leaf.name].reshape(-1)[entry] = 0.25
            assert found.tolist() == [[case.loss(moved)] * 2]
    moves = [(slice(leaf.start, leaf.stop), np.ones(leaf.size)) for leaf in evaluator.flat.leaves]

    def walk() -> None:
        with evaluator.line(moves) as along:
            for factor in (0.1, -0.1, 0.2):
                along(factor)

    with pytest.raises(KeyboardInterrupt):
        walk()
    assert evaluator.intact()
    assert not evaluator.writes
    evaluator._forward = case.loss
    assert evaluator.loss_here() == at_home
    np.testing.assert_array_equal(evaluator.base, home)
    # The person's own arrays were never handed out.
    for p in given:
        assert not any(np.shares_memory(p[name], case.parameters[name]) for name in case.parameters)


def in_place(p: dict[str, Any]) -> None:
    p["W1"] += 0.1


def by_replacing(p: dict[str, Any]) -> None:
    p["W1"] = p["W1"] + 0.1


def by_deleting(p: dict[str, Any]) -> None:
    del p["b1"]


def sometimes(p: dict[str, Any]) -> None:
    if p["W1"][0, 0] > SOME:
        p["b1"] -= 1.0


SOME = float(small().parameters["W1"][0, 0])


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("options", [Options(), Options("central", 1e-6), Options(max_evaluations=60)])
@pytest.mark.parametrize("write", [in_place, by_replacing, by_deleting, sometimes])
def test_a_forward_that_writes_into_its_parameters_is_told_and_does_no_harm(
    write: Callable[[dict[str, Any]], None], options: Options, wrong: bool
) -> None:
    case = small()
    before = bits(case.parameters)

    def forward(p: dict[str, Any]) -> Any:
        loss = case.loss(p)
        write(p)
        return loss

    spoil = zoo.scaled("W2", 2) if wrong else lambda g: g
    report = run(Problem(forward, lambda p: spoil(case.gradient(p)), case.parameters), options)
    # Along directions every array is written anew before each call: what was written into one is gone, unseen and harmless.
    assert "forward-writes" in codes(report) or (write is sometimes and options.max_evaluations)
    if options.max_evaluations is None:
        assert {p.name for p in report.parameters if p.verdict == "fail"} == ({"W2"} if wrong else set())
        assert {p.name for p in report.parameters if p.verdict == "inconclusive"} == set()
    else:
        assert not {p.name for p in report.parameters if p.verdict == "fail"} - ({"W2"} if wrong else set())
    assert bits(case.parameters) == before


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("write", [in_place, by_replacing])
def test_a_large_network_that_writes_is_judged_right(write: Callable[[dict[str, Any]], None], seed: int) -> None:
    case = zoo.mlp(seed, (20, 120, 10, 1), activation="tanh", m=12)
    assert sum(value.size for value in case.parameters.values()) > 2_500

    def forward(p: dict[str, Any]) -> Any:
        loss = case.loss(p)
        write(p)
        return loss

    report = run(Problem(forward, case.gradient, case.parameters))
    assert "forward-writes" in codes(report)
    assert report.verdict == "pass"
    spoil = zoo.one_entry_off("W1", 0.01)
    report = run(Problem(forward, lambda p: spoil(case.gradient(p)), case.parameters))
    assert {p.name for p in report.parameters if p.verdict == "fail"} == {"W1"}
    assert report["W1"].counts["fail"] == 1


def test_a_forward_that_writes_nothing_is_not_blamed() -> None:
    for case in zoo.all_cases(1):
        assert "forward-writes" not in codes(run(case.problem()))


def read_only(w: np.ndarray) -> np.ndarray:
    fixed = w.copy()
    fixed.flags.writeable = False
    return fixed


class Tagged(np.ndarray):
    """Somebody's own kind of array."""


ARRAYS: dict[str, Callable[[np.ndarray], Any]] = {
    "C order": lambda w: w,
    "Fortran order": np.asfortranarray,
    "read-only": read_only,
    "every other row": lambda w: np.repeat(w, 2, axis=0)[::2],
    "reversed": lambda w: w[::-1].copy()[::-1],
    "transposed": lambda w: w.T.copy().T,
    "broadcast": lambda w: np.broadcast_to(w[:1, :1], w.shape),
    "subclass": lambda w: w.view(Tagged),
    "float32": lambda w: w.astype("f4"),
    "float32 in Fortran order": lambda w: np.asfortranarray(w.astype("f4")),
    "big-endian": lambda w: w.astype(">f8"),
    "longdouble": lambda w: w.astype(np.longdouble),
    "integers": lambda w: np.round(3 * w).astype(int),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays_of_every_kind_are_stepped_and_left_alone(kind: str) -> None:
    random = np.random.default_rng(3)
    w = ARRAYS[kind](random.normal(size=(3, 4)))
    weight = random.normal(size=(3, 4))
    before, flags = w.tobytes(), repr(w.flags)
    types: set[tuple[type, np.dtype, bool]] = set()

    def forward(p: dict[str, Any]) -> Any:
        types.add((type(p["w"]), p["w"].dtype, p["w"].flags.f_contiguous))
        return np.sum(weight * np.sin(p["w"].astype(float))) + p["c"] * np.sum(p["w"].astype(float))

    def backward(p: dict[str, Any]) -> dict[str, Any]:
        return {"dw": weight * np.cos(p["w"].astype(float)) + p["c"], "dc": np.sum(p["w"].astype(float))}

    right = run(Problem(forward, backward, {"w": w, "c": 0.3}))
    assert right.verdict == "pass", right.message
    assert right["w"].shape == (3, 4)
    assert right["w"].dtype == w.dtype.name
    wrong = run(
        Problem(forward, lambda p: {**backward(p), "dw": backward(p)["dw"].T.reshape(3, 4)}, {"w": w, "c": 0.3})
    )
    assert {p.name for p in wrong.parameters if p.verdict == "fail"} == {"w"}
    assert w.tobytes() == before
    assert repr(w.flags) == flags
    # Forward is given what the person has: their type, their order; integers with room to step.
    assert {one for one, _, _ in types} == {type(w)}
    assert np.dtype(float if kind == "integers" else w.dtype) in {dtype for _, dtype, _ in types}
    if "Fortran" in kind:
        assert True in {fortran for _, _, fortran in types}


def test_float16_parameters_end_without_a_false_alarm() -> None:
    """float16 holds three digits: lifted, all of them; as it is, nothing that is right may be called wrong."""
    random = np.random.default_rng(5)
    parameters = {"w": random.normal(size=(3, 2)).astype("f2"), "b": random.normal(size=2).astype("f2")}
    x = random.normal(size=(5, 3)).astype("f2")

    def forward(p: dict[str, Any]) -> Any:
        return np.mean(np.tanh(x @ p["w"] + p["b"]) ** 2)

    def backward(p: dict[str, Any]) -> dict[str, Any]:
        a = np.tanh(x @ p["w"] + p["b"])
        delta = 2 * a * (1 - a**2) / a.size
        return {"w": x.T @ delta, "b": delta.sum(axis=0)}

    right = run(Problem(forward, backward, parameters))
    assert right.verdict == "pass"
    assert right.lifted == "float16"
    assert right["w"].dtype == "float16"
    wrong = run(Problem(forward, lambda p: {k: 2 * v for k, v in backward(p).items()}, parameters))
    assert wrong.verdict == "fail"
    assert run(Problem(forward, backward, parameters), Options(lift=False)).verdict != "fail"
    wrong = run(
        Problem(forward, lambda p: {k: -3 * v for k, v in backward(p).items()}, parameters), Options(lift=False)
    )
    assert wrong.verdict != "pass"


@pytest.mark.parametrize("number", [1.5, 3, np.float64(1.5), np.float32(1.5), np.int64(3), np.array(1.5), np.array(3)])
def test_numbers_of_every_kind(number: Any) -> None:
    kept = copy.deepcopy(number)
    parameters = {"w": number, "v": [np.ones(2), (number, np.zeros((1, 1)))]}

    def forward(p: dict[str, Any]) -> Any:
        return float(p["w"]) ** 2 + float(np.sum(p["v"][0])) * float(p["v"][1][0]) + 3 * float(p["v"][1][1][0, 0])

    def backward(p: dict[str, Any]) -> dict[str, Any]:
        other = float(p["v"][1][0])
        return {"w": 2 * float(p["w"]), "v": [np.full(2, other), (float(np.sum(p["v"][0])), np.full((1, 1), 3.0))]}

    report = run(Problem(forward, backward, parameters))
    assert report.verdict == "pass", report.message
    assert [p.name for p in report.parameters] == ["w", "v[0]", "v[1][0]", "v[1][1]"]
    assert report["w"].shape == ()
    wrong = run(Problem(forward, lambda p: {**backward(p), "w": 3 * float(p["w"])}, parameters))
    assert {p.name for p in wrong.parameters if p.verdict == "fail"} == {"w"}
    assert parameters["w"] is number
    assert number == kept


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
@pytest.mark.parametrize(
    "options", [Options(), Options("central", 1e-6), Options("central"), Options(max_evaluations=25)]
)
def test_empty_arrays_beside_others(shape: tuple[int, ...], options: Options) -> None:
    for order in (1, -1):
        parameters = dict([("w", np.array([0.3, 0.4])), ("none", np.zeros(shape)), ("v", np.ones((1, 2)))][::order])

        def backward(p: dict[str, Any], factor: float = 1.0) -> dict[str, Any]:
            return {"w": factor * 2 * p["w"], "v": np.full((1, 2), 3.0), "none": np.zeros(np.shape(p["none"]))}

        def forward(p: dict[str, Any]) -> Any:
            return np.sum(p["w"] ** 2) + 3 * np.sum(p["v"]) + np.sum(p["none"])

        report = run(Problem(forward, backward, parameters), options)
        assert report.verdict == "pass" or (options.max_evaluations is not None and report.verdict == "inconclusive")
        assert report["none"].size == 0
        assert report["none"].verdict == "pass"
        report.to_dict()
        report = run(Problem(forward, lambda p: backward(p, 2.0), parameters), options)
        assert report["v"].verdict != "fail"
        assert report["w"].verdict == "fail" or options.max_evaluations is not None


CASES = {
    "small": lambda: zoo.mlp(1, (4, 6, 3, 1)),
    "large": lambda: zoo.mlp(1, (20, 120, 10, 1), activation="tanh"),
    "float32": lambda: zoo.in_float32(zoo.mlp(1, (4, 6, 3, 1))),
    "trained": lambda: zoo.trained(zoo.mlp(3, (4, 6, 3, 1)), 200),
}


@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("method", [{}, {"method": "central"}, {"epsilon": 1e-6}])
@pytest.mark.parametrize("name", CASES)
def test_the_budget_of_evaluations_is_kept(name: str, method: dict[str, Any], wrong: bool) -> None:
    case = CASES[name]()
    calls = 0

    def forward(p: Any) -> Any:
        nonlocal calls
        calls += 1
        return case.loss(p)

    spoil = zoo.scaled("W1", 3) if wrong else lambda g: g
    for budget in (30, 31, 37, 50, 64, 99, 128, 200, 333, 500, 1000):
        calls = 0
        problem = Problem(forward, lambda p: spoil(case.gradient(p)), case.parameters)
        report = run(problem, Options(max_evaluations=budget, **method))
        # A call may be of many points, each of which counts.
        assert calls <= report.evaluations <= budget
        failing = {p.name for p in report.parameters if p.verdict == "fail"}
        assert failing <= ({"W1"} if wrong else set()), (budget, report.message)
        assert not wrong or report["W1"].verdict != "pass", (budget, report["W1"].message)


@pytest.mark.parametrize("seconds", [0.1, 0.25, 0.5])
@pytest.mark.parametrize("name", ["small", "large"])
def test_the_budget_of_time_is_kept(name: str, seconds: float) -> None:
    case = CASES[name]()
    naps = 0

    def forward(p: Any) -> Any:
        nonlocal naps
        naps += 1
        time.sleep(2e-3)
        return case.loss(p)

    started = time.perf_counter()
    report = run(Problem(forward, case.gradient, case.parameters), Options(max_seconds=seconds))
    # A loaded machine may sleep longer than it was asked to; between two looks at the clock lie 64 entries at most.
    assert time.perf_counter() - started < seconds + 2.0
    # Without the limit it would be 480 and more.
    assert naps * 2e-3 < seconds + 0.3
    assert report.verdict != "fail"


@pytest.mark.parametrize("at", [0, 1, 5, 15, 40, 80])
def test_a_callback_that_raises_stops_at_once(at: int) -> None:
    class Stop(Exception):
        pass

    case = small()
    before = bits(case.parameters)
    calls = 0

    def forward(p: Any) -> Any:
        nonlocal calls
        calls += 1
        return case.loss(p)

    told = 0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if told == at:
            raise Stop
        told += 1

    with pytest.raises(Stop):
        run(Problem(forward, case.gradient, case.parameters), on_progress=progress)
    # Told before each evaluation: not one more was made.
    assert calls == at
    assert bits(case.parameters) == before


@pytest.mark.parametrize("name", CASES)
def test_being_watched_changes_nothing(name: str) -> None:
    case = CASES[name]()
    spoil = zoo.scaled("b1", 3)
    for problem in (case.problem(), case.problem(spoil)):
        alone, watched = run(problem), run(problem, on_progress=lambda done, total: None)
        assert alone.evaluations == watched.evaluations
        assert "forward-writes" not in codes(watched)
        for one, other in zip(alone.parameters, watched.parameters, strict=True):
            assert one.verdict == other.verdict
            np.testing.assert_array_equal(one.numerical, other.numerical)


def test_a_callback_may_not_be_mistaken_for_an_error_of_forward() -> None:
    """An exception of the kind that forward may raise around the point stops the check all the same."""

    def progress(done: int, total: int) -> None:
        if done == 40:
            raise ValueError("cancelled")

    with pytest.raises(ValueError, match="cancelled"):
        run(small().problem(), on_progress=progress)


def test_the_plan_is_told_before_the_measuring_and_may_stop_it() -> None:
    calls = 0
    case = small()

    def forward(p: Any) -> Any:
        nonlocal calls
        calls += 1
        return case.loss(p)

    def refuse(plan: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(Problem(forward, case.gradient, case.parameters), NumpyBackend(), on_plan=refuse)
    assert 0 < calls <= 25
