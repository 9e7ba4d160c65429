"""The zoo is what it says it is, and checks of a seeded part of it end right; `benchmarks.trust` runs the whole."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck import gradcheck
from tests import zoo
from tests.zoo import losses

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

NAMES = [loss.name for loss in zoo.LOSSES]
TENSORS = [loss.name for loss in zoo.LOSSES if loss.tensors and not loss.wide]
WIDE = [loss.name for loss in zoo.LOSSES if loss.wide]
# Left out of the fast part where an entry of it would only repeat another.
NUMPY_CHANGES = ("plain", "trained", "plus1000", "units", "zeros")


def in_numpy(names: list[str]) -> list[tuple[str, str]]:
    """Losses with each of their flavours in NumPy."""
    return [(name, f) for name in names for f in zoo.flavours_of(zoo.LOSS[name]) if f.startswith("numpy")]


def check(case: zoo.Case, **options: Any) -> Any:
    return gradcheck(case.forward, case.backward, case.parameters, *case.data, **case.options, **options)


def verdicts(report: Any) -> dict[str, str]:
    return {p.name: p.verdict for p in report.parameters}


def claimed(case: zoo.Case) -> dict[str, Any]:
    """What the case's backward says, as arrays in float64."""
    assert case.backward is not None
    X, Y, *lambd = case.data
    _, cache = case.forward(X, Y, case.parameters, *lambd)
    gradients = case.backward(X, Y, cache, *lambd)
    found = {name: gradients.get(f"d{name}") for name in case.parameters}
    return {name: None if g is None else np.asarray(g, dtype=np.float64) for name, g in found.items()}


def complex_step(case: zoo.Case, name: str) -> np.ndarray:
    """The gradient with respect to one parameter, to the last digits: no difference is taken."""
    shape = case.parameters[name].shape
    found = np.zeros(shape)
    for index in np.ndindex(shape):
        moved = {key: np.array(value, dtype=complex) for key, value in case.parameters.items()}
        moved[name][index] += 1e-30j
        X, Y, *lambd = case.data
        found[index] = np.imag(case.forward(X, Y, moved, *lambd)[0]) / 1e-30
    return found


# --- the zoo itself -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", zoo.CHANGES)
@pytest.mark.parametrize("loss", NAMES)
def test_right_gradients_are_right(loss: str, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The iterative solver is exact when it goes on to the end.
    monkeypatch.setattr(losses, "TOLERANCE", 0.0)
    case = zoo.make(loss, change=change, seed=5)
    # A gradient that training has brought to nothing is the difference of numbers of its first size.
    first = zoo.make(loss, seed=5).truth if change == "trained" else case.truth
    overall = max(np.abs(value).max() for value in first.values())
    for name, true in case.truth.items():
        largest = max(np.abs(first[name]).max(), 1e-6 * overall)
        np.testing.assert_allclose(true, complex_step(case, name), rtol=0, atol=1e-8 * largest)


def test_batch_norm_hides_the_bias_before_it() -> None:
    assert np.abs(zoo.make("batchnorm").truth["b1"]).max() < 1e-15


def test_the_solver_is_noisy() -> None:
    """Its loss jumps where the number of iterations changes, on a way that every other loss goes smoothly."""

    def jump(name: str) -> float:
        case = zoo.make(name, seed=1)
        X, Y, *lambd = case.data
        way = [{key: value * (1 + 1e-4 * t) for key, value in case.parameters.items()} for t in range(300)]
        found = np.array([case.forward(X, Y, parameters, *lambd)[0] for parameters in way])
        return float(np.abs(np.diff(found, 3)).max() / np.abs(found).max())

    assert jump("solver") > 1e3 * jump("lstm")


@pytest.mark.parametrize("loss", NAMES)
def test_every_flavour_says_the_same(loss: str) -> None:
    for flavour in zoo.flavours_of(zoo.LOSS[loss]):
        case = zoo.make(loss, flavour, seed=2)
        if case.backward is None:
            continue
        overall = max(np.abs(true).max() for true in case.truth.values())
        for name, gradient in claimed(case).items():
            accuracy = 1e-10 if flavour.endswith("64") else 1e-4
            atol = accuracy * max(np.abs(case.truth[name]).max(), 1e-3 * overall)
            np.testing.assert_allclose(gradient, case.truth[name], rtol=0, atol=atol, err_msg=f"{flavour} {name}")


@pytest.mark.parametrize("flavour", ["numpy-64", "numpy-32", "numpy-cast", "tf-32", "tf-64"])
def test_mistakes_have_the_error_they_are_said_to_have(flavour: str) -> None:
    made = 0
    for loss in TENSORS:
        right = zoo.make(loss, flavour, seed=3)
        largest = {name: np.abs(true).max() for name, true in right.truth.items()}
        accuracy = 1e-10 if flavour.endswith("64") else 1e-4
        for mistake in zoo.MISTAKES:
            for name in zoo.parameters_of(right, mistake.name):
                wrong = zoo.spoil(right, mistake.name, name)
                assert wrong is not None
                made += 1
                assert name in wrong.wrong
                assert not wrong.clean & wrong.wrong
                for key, gradient in claimed(wrong).items():
                    known = gradient is not None and gradient.shape == right.truth[key].shape
                    error = np.abs(gradient - right.truth[key]).max() if known else np.inf
                    error = error if np.isfinite(error) else np.inf
                    assert error == pytest.approx(wrong.error[key], abs=accuracy * max(1.0, error) * largest[key])
    assert made > 200


def test_every_mistake_is_made_somewhere() -> None:
    assert len(zoo.MISTAKES) >= 15
    right = [zoo.make(name) for name in NAMES]
    for mistake in zoo.MISTAKES:
        assert any(zoo.parameters_of(case, mistake.name) for case in right), mistake.name


def test_a_case_is_found_by_its_name() -> None:
    right = zoo.make("gaussian", seed=4)
    for case in (right, zoo.spoil(right, "x1.01", "w"), zoo.nudged(right, "w", -0.25)):
        assert case is not None
        same = zoo.named(case.name, 4)
        assert same is not None
        assert same.error == case.error
        np.testing.assert_array_equal(claimed(same)["w"], claimed(case)["w"])
    assert np.abs(claimed(case)["w"] - right.truth["w"]).max() == pytest.approx(0.25)


def test_cases_are_seeded() -> None:
    one, same, other = zoo.make("rnn", seed=1), zoo.make("rnn", seed=1), zoo.make("rnn", seed=2)
    assert all(np.array_equal(one.parameters[name], same.parameters[name]) for name in one.parameters)
    assert not np.array_equal(one.parameters["Wx"], other.parameters["Wx"])


# --- checks of it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", NUMPY_CHANGES)
@pytest.mark.parametrize(("loss", "flavour"), in_numpy(NAMES))
def test_right_code_raises_no_alarm(loss: str, flavour: str, change: str) -> None:
    report = check(zoo.make(loss, flavour, change, seed=7))
    assert "fail" not in verdicts(report).values()
    if flavour == "numpy-64" and change in ("plain", "plus1000", "units"):
        assert report.verdict == "pass"


@pytest.mark.parametrize("flavour", ["tf-eager-32", "tf-32", "tf-64", "tf-custom-32", "tf-custom-64"])
@pytest.mark.parametrize("loss", TENSORS)
def test_right_tensorflow_code_raises_no_alarm(loss: str, flavour: str) -> None:
    assert "fail" not in verdicts(check(zoo.make(loss, flavour, seed=8))).values()


def struck(flavour: str, seed: int) -> list[zoo.Case]:
    """Every mistake once, on a loss and a parameter that take turns."""
    found = []
    for number, mistake in enumerate(zoo.MISTAKES):
        candidates = [loss for loss in zoo.LOSSES if flavour in zoo.flavours_of(loss) and not loss.wide]
        for turn in range(len(candidates)):
            right = zoo.make(candidates[(number + turn + seed) % len(candidates)].name, flavour, seed=seed)
            # Noise may hide a mistake that is small on purpose.
            if names := [] if right.loss == "solver" else zoo.parameters_of(right, mistake.name):
                wrong = zoo.spoil(right, mistake.name, names[(number + seed) % len(names)])
                assert wrong is not None
                found.append(wrong)
                break
    return found


@pytest.mark.parametrize("seed", range(3))
def test_every_mistake_is_flagged_and_nothing_else(seed: int) -> None:
    for case in struck("numpy-64", seed):
        for name, verdict in verdicts(check(case)).items():
            if name in case.wrong:
                assert verdict == "fail", f"{case.name} {name}"
            elif name in case.clean:
                assert verdict != "fail", f"{case.name} {name}"


@pytest.mark.parametrize("flavour", [f for f in zoo.FLAVOURS if f != "numpy-64"])
def test_no_wrong_gradient_passes_above_the_stated_limit(flavour: str) -> None:
    # A check of TensorFlow code takes longer: every second mistake there.
    for case in struck(flavour, 4)[:: 2 if flavour.startswith("tf-") else 1]:
        report = check(case)
        sharp = report.precision == "float64" or report.lifted is not None
        for parameter in report.parameters:
            error = case.error[parameter.name]
            if parameter.verdict == "pass" and error > 0:
                assert not sharp, f"{case.name} {parameter.name}"
                assert error <= parameter.detection_limit, f"{case.name} {parameter.name}"
            assert parameter.verdict != "fail" or parameter.name not in case.clean, f"{case.name} {parameter.name}"


@pytest.mark.parametrize(("loss", "flavour"), in_numpy(["mlp_relu", "hinge", "rnn", "batchnorm", "wide_tanh"]))
def test_no_error_just_above_the_stated_limit_passes(loss: str, flavour: str) -> None:
    right = zoo.make(loss, flavour, seed=6)
    for of in check(right).parameters:
        report = check(zoo.nudged(right, of.name, 1.1 * of.detection_limit))
        limit = report[of.name].detection_limit
        assert report[of.name].verdict != "pass" or limit > 1.1 * of.detection_limit, of.name
        assert not [p.name for p in report.parameters if p.verdict == "fail" and p.name != of.name]


@pytest.mark.parametrize("loss", WIDE)
def test_many_entries_are_screened_and_the_wrong_ones_found(loss: str) -> None:
    right = zoo.make(loss, seed=10)
    report = check(right)
    assert report.verdict == "pass"
    assert report.coverage.kind == "screened"
    for name in right.parameters:
        for mistake in ("entry off by 1e-3", "two entries swapped", "x1.001"):
            case = zoo.spoil(right, mistake, name)
            if case is None:
                continue
            report = check(case)
            assert [p.name for p in report.parameters if p.verdict == "fail"] == [name], case.name


@pytest.mark.parametrize("mistake", ["L2 missing", "L2 x 2", "L2 sign"])
@pytest.mark.parametrize("loss", ["softmax", "hinge"])
def test_a_wrong_l2_term_is_found_though_every_weight_is_zero(loss: str, mistake: str) -> None:
    case = zoo.spoil(zoo.make(loss, change="zeros"), mistake, "W")
    assert case is not None
    report = check(case)
    assert verdicts(report) == {"W": "fail", "b": "pass"}
    assert report["W"].elsewhere is not None


CAUSES = [
    ("mlp_relu", "x2", "W2", "scale"),
    ("rnn", "x m", "Wh", "scale"),
    ("squares", "x1.001", "W", "scale"),
    ("lstm", "sign", "Wi", "sign"),
    ("batchnorm", "zero", "gamma", "zero"),
    ("mlp_tanh", "entry off by 1e-3", "W1", "entries"),
    ("mlp_tanh", "entry zeroed", "W2", "entries"),
    ("squares", "two rows swapped", "W", "permuted"),
    ("rnn", "rows reversed", "Wx", "permuted"),
    ("mlp_relu", "transposed", "W2", "transpose"),
    ("factors", "exchanged", "U", "exchanged"),
    ("lstm", "exchanged", "bf", "exchanged"),
    ("softmax", "L2 missing", "W", "regularisation"),
    ("hinge", "L2 x 2", "W", "regularisation"),
    ("factors", "L2 sign", "V", "regularisation"),
    ("convolution", "NaN", "K", "non-finite"),
    ("gaussian", "None", "w", "missing"),
    ("gaussian", "key missing", "w", "missing"),
    ("softmax", "(n,1) for (n,)", "b", "shape"),
]


@pytest.mark.parametrize(("loss", "mistake", "parameter", "kind"), CAUSES)
def test_the_cause_is_named(loss: str, mistake: str, parameter: str, kind: str) -> None:
    case = zoo.spoil(zoo.make(loss, seed=1), mistake, parameter)
    assert case is not None
    cause = check(case)[parameter].cause
    assert cause is not None
    assert cause.kind == kind


@pytest.mark.parametrize("loss", [name for name in NAMES if name not in WIDE])
def test_numpy_and_tensorflow_backend_agree(loss: str) -> None:
    right = zoo.make(loss, seed=9)
    name = next(iter(right.parameters))
    for case in (right, zoo.spoil(right, "x1.01", name), zoo.spoil(right, "entry off by 1e-3", name)):
        assert case is not None
        by = {backend: verdicts(check(case, backend=backend)) for backend in ("numpy", "tensorflow")}
        assert by["numpy"] == by["tensorflow"], case.name
