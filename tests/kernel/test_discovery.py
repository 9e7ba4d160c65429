"""Right, or asking; never confidently wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from namespaces import BACKWARD, CASE, FORWARD, LINE, net, run, spelled

from jupyterlab_gradcheck.contract import validate
from jupyterlab_gradcheck.engine import GradcheckError
from jupyterlab_gradcheck.kernel import words
from jupyterlab_gradcheck.kernel.api import gradcheck, trial
from jupyterlab_gradcheck.kernel.discovery import Discovery, Wanted, discover
from jupyterlab_gradcheck.kernel.names import lookup


def found(*cells: str, wanted: Wanted | None = None) -> Discovery:
    discovery = discover(run(*cells), wanted, trial)
    validate("candidates", discovery.to_dict())
    return discovery


def guess(discovery: Discovery) -> tuple[str, str, str, list[str]]:
    (one,) = discovery.bindings
    return one.forward_name, one.backward_name, one.parameters_name, one.data_names


def test_the_net_is_found() -> None:
    discovery = found(*net(True))
    assert discovery.certain
    assert guess(discovery) == ("forward_propagation_n", "backward_propagation_n", "parameters", ["X", "Y"])


def test_the_line_is_found() -> None:
    discovery = found(LINE)
    assert discovery.certain
    assert guess(discovery) == ("forward_propagation", "backward_propagation", "theta", ["x"])


def test_a_parameter_dict_outranks_a_single_value() -> None:
    discovery = found(LINE, *net(True))
    assert discovery.certain
    assert guess(discovery)[0] == "forward_propagation_n"
    assert "Other functions" in discovery.reason
    named = found(LINE, *net(True), wanted=Wanted(forward="forward_propagation"))
    assert guess(named)[:3] == ("forward_propagation", "backward_propagation", "theta")


def test_two_pairs_of_equal_standing_stand_side_by_side() -> None:
    copies = [text.replace("propagation_n", "propagation_m") for text in (FORWARD, spelled(BACKWARD, 1))]
    discovery = found(*net(False), *copies)
    assert discovery.code == "several"
    assert {b.forward_name for b in discovery.bindings} == {"forward_propagation_n", "forward_propagation_m"}
    assert "check all" in discovery.reason


def test_two_dicts_that_fit_are_asked_about() -> None:
    keyed = FORWARD.replace("parameters", "p").replace('p["W3"]', "p['W3']")
    cells = (CASE, "start, trained = parameters, dict(parameters)\ndel parameters\n", keyed, spelled(BACKWARD, 1))
    discovery = found(*cells)
    assert discovery.code == "ambiguous"
    assert {b.parameters_name for b in discovery.bindings} == {"start", "trained"}
    assert found(*cells, wanted=Wanted(parameters="trained")).certain


def test_helpers_that_sound_alike_do_not_disturb() -> None:
    helpers = """
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
    raise RuntimeError("never to be called")
def gradients_to_vector(gradients):
    raise RuntimeError("never to be called")
def relu_backward(dA, cache):
    raise RuntimeError("never to be called")
def gradient_descent(parameters, X, Y):
    raise RuntimeError("never to be called")
def compute_cost(AL, Y):
    raise RuntimeError("never to be called")
"""
    assert guess(found(*net(True), helpers))[0] == "forward_propagation_n"


@pytest.mark.parametrize(
    ("cells", "code", "said"),
    [
        ((), "nothing_found", "Found no functions"),
        ((CASE,), "nothing_found", "Found no functions"),
        ((CASE, FORWARD), "nothing_found", "no function that computes its gradient"),
        ((CASE, spelled(BACKWARD, 1)), "nothing_found", "no function that computes the loss"),
        ((FORWARD, spelled(BACKWARD, 1)), "nothing_found", "there is no variable X and no Y and no parameters"),
        ((*net(True), "del Y"), "unbound_argument", "forward_propagation_n needs Y"),
    ],
)
def test_what_is_missing_is_named(cells: tuple[str, ...], code: str, said: str) -> None:
    discovery = found(*cells)
    assert not discovery.certain
    assert discovery.code == code
    assert said in discovery.reason


def test_a_pair_left_out_is_told_of() -> None:
    discovery = found(*net(True), "def forward_m(theta, X): pass")
    assert guess(discovery)[2] == "parameters"
    assert discovery.certain
    assert "forward_m has no backward function yet" in discovery.left_out[0]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ((LINE, *net(True), "del parameters"), "there is no variable parameters"),
        ((LINE, CASE, FORWARD), "forward_propagation_n has no backward function yet"),
        ((LINE, FORWARD), "forward_propagation_n has no backward function yet"),
    ],
)
def test_the_small_exercise_does_not_stand_in_for_the_real_one(cells: tuple[str, ...], said: str) -> None:
    discovery = found(*cells)
    assert discovery.code == "ambiguous"
    assert said in discovery.reason
    assert guess(discovery)[2] == "theta"
    assert found(*cells, wanted=Wanted(forward="forward_propagation")).certain


def test_hostile_objects_do_no_harm() -> None:
    hostile = """
class Hostile:
    def __getattr__(self, name): raise RuntimeError(name)
    def __len__(self): raise RuntimeError("len")
    def __repr__(self): raise RuntimeError("repr")
    def __bool__(self): raise RuntimeError("bool")
    def __eq__(self, other): raise RuntimeError("eq")
    def __iter__(self): raise RuntimeError("iter")
    __hash__ = None
h, hs, hd = Hostile(), [Hostile()], {"W1": Hostile()}
"""
    assert found(hostile, *net(True)).certain


def test_roles() -> None:
    told = {"forward": None, "backward_propagation_n": None, "lossFunction": None, "computeGrads": None, "J": None}
    told |= {"gradient_check": None, "update_parameters": None, "plot_loss": None, "calcGradient": None, "model": None}
    assert {name: words.role(name) for name in told} == {
        "forward": "forward", "backward_propagation_n": "backward", "lossFunction": "forward", "computeGrads": "backward",
        "J": None, "gradient_check": None, "update_parameters": None, "plot_loss": None, "calcGradient": "backward",
        "model": None,
    }  # fmt: skip


def test_names_are_looked_up_never_evaluated() -> None:
    class Model:
        layers = ({"W": 5},)

    namespace = {"model": Model(), "parameters": {"W1": 1, 'a"b': 2}}
    assert lookup(namespace, "model.layers[0]['W']") == 5
    assert lookup(namespace, 'parameters["W1"]') == 1
    for name in ("model.nothing", "model.layers[3]", "parameters['W9']", "nobody", "model[0]"):
        with pytest.raises(GradcheckError) as caught:
            lookup(namespace, name)
        assert caught.value.code == "unknown_name"
    for name in ("model.layers[0", "f()", "a b", "1+1", "", "parameters['W1'].x()", "__import__('os')"):
        with pytest.raises(GradcheckError):
            lookup({**namespace, "f": 1, "a": 1, "__import__": 1}, name)
    with pytest.raises(GradcheckError, match="Did you mean parameters"):
        lookup(namespace, "paramters")


def test_gradcheck_with_data_in_any_place() -> None:
    w, x, y = np.ones(3), np.arange(6.0).reshape(2, 3), np.array([1.0, 2.0])

    def forward(w: Any, x: Any, y: Any) -> Any:
        return 0.5 * np.sum((x @ w - y) ** 2)

    def backward(w: Any, x: Any, y: Any) -> Any:
        return x.T @ (x @ w - y)

    assert gradcheck(forward, backward, w, x, y).verdict == "pass"
    assert gradcheck(lambda p: forward(p, x, y), lambda p: backward(p, x, y), w).verdict == "pass"
    assert gradcheck(lambda x, y, parameters: forward(parameters, x, y), lambda x, y, parameters: 2 * x.T @ (x @ parameters - y), w, x, y).verdict == "fail"  # fmt: skip
    with pytest.raises(GradcheckError, match="takes 2 arguments"):
        gradcheck(forward, backward, w, x, y, 3)
    with pytest.raises(GradcheckError, match="needs y"):
        gradcheck(forward, backward, w, x)


def test_data_written_to_by_forward_stay_as_they_are() -> None:
    x = np.arange(4.0)

    def forward(x: Any, theta: Any) -> Any:
        x += 1
        return float(np.sum(x * theta))

    def backward(x: Any, theta: Any) -> Any:
        return np.sum(x + 1)

    report = gradcheck(forward, backward, 2.0, x)
    assert report.verdict == "pass"
    assert x.tolist() == [0, 1, 2, 3]


def test_strange_structures_take_no_time_and_do_no_harm() -> None:
    import time

    namespace = run(*net(True))
    itself: list[Any] = []
    itself.append(itself)
    deep: list[Any] = []
    for _ in range(3000):
        deep = [deep]

    class Lying:
        @property
        def __class__(self) -> Any:  # type: ignore[override]
            raise RuntimeError("class")

    corpus = [[["token"] * 100] * 100] * 100
    namespace |= {"itself": itself, "deep": deep, "lying": Lying(), "corpus": corpus}
    namespace |= {f"d{i}": {f"k{j}": np.ones(2) for j in range(20)} for i in range(300)}
    namespace |= {f"v{i}": i for i in range(1700)}
    started = time.perf_counter()
    discovery = discover(namespace, None, trial)
    validate("candidates", discovery.to_dict())
    assert time.perf_counter() - started < 20  # a hang, not a race
    assert guess(discovery)[2] == "parameters"
