"""What functions keep from call to call is told, since a check sees first calls only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck import gradcheck

r = np.random.default_rng(4)
X, y = r.normal(size=(7, 3)), r.normal(size=7)
CODES = {"gradients-remember", "loss-remembers"}


def told(report: Any) -> dict[str, str]:
    return {note["code"]: note["message"] for note in report.warnings if note["code"] in CODES}


def squares(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> Any:
    return 0.5 * np.mean((X @ w - y) ** 2)


def right(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray(X.T @ (X @ w - y) / len(y))


class Layer:
    """One of a home-made framework."""

    def __init__(self) -> None:
        self.dw, self.velocity, self.calls, self.mean = np.zeros(3), np.zeros(3), 0, np.zeros(3)

    def adding(self, w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        self.dw += right(w, X, y)
        return self.dw

    def zeroing(self, w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        self.dw[:] = 0
        return self.adding(w, X, y)

    def momentum(self, w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        self.velocity = 0.9 * self.velocity + right(w, X, y)
        return self.velocity

    def averaging(self, w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        self.mean = 0.9 * self.mean + 0.1 * X.mean(axis=0)
        self.calls += 1
        return right(w, X, y)

    def first_only(self, w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        self.calls += 1
        return right(w, X, y) * (1 if self.calls == 1 else 0.5)


@pytest.mark.parametrize("points", [0, 2])
def test_gradients_that_add_up_are_told_as_that(points: int) -> None:
    layer = Layer()
    w = r.normal(size=3)
    report = gradcheck(squares, layer.adding, w, X, y, points=points)
    assert report.verdict == "pass"
    said = told(report)["gradients-remember"]
    assert said.startswith("adding adds to what earlier calls left: dw at [")
    assert ".dw" in said.split("What changes is")[1]
    assert said.endswith("in training, set it to zero before each step.")
    assert not layer.dw.any()


@pytest.mark.parametrize("points", [0, 2])
def test_a_momentum_is_told(points: int) -> None:
    said = told(gradcheck(squares, Layer().momentum, r.normal(size=3), X, y, points=points))["gradients-remember"]
    assert said.startswith("momentum depends on earlier calls: dw at [")
    assert "a training loop gets the others from its second step on" in said


def test_a_gradient_that_is_right_in_the_first_call_only_is_told() -> None:
    assert "gradients-remember" in told(gradcheck(squares, Layer().first_only, r.normal(size=3), X, y))


def test_what_was_there_when_the_check_began_is_told() -> None:
    """The usual order: the cell that calls backward ran, then comes the check."""
    layer, w = Layer(), r.normal(size=3)
    layer.adding(w, X, y)
    report = gradcheck(squares, layer.adding, w, X, y)
    assert report.verdict == "fail"
    said = told(report)["gradients-remember"]
    assert said.startswith("adding adds to what earlier calls left: dw at [")
    assert "what was there when the check began is in them: set it to zero, and check again." in said


@pytest.mark.parametrize("options", [{}, {"points": 0}, {"method": "central", "epsilon": 1e-7}], ids=str)
@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_a_cache_that_is_filled_once_is_told(options: dict[str, Any], factor: float) -> None:
    cache: dict[str, np.ndarray] = {}

    def forward(p: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> Any:
        activation = np.tanh(X @ p["w"])
        cache.setdefault("A", activation)
        return 0.5 * np.mean((activation - y) ** 2)

    def backward(p: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
        activation = cache["A"]
        return {"dw": factor * X.T @ ((activation - y) * (1 - activation**2)) / len(y)}

    report = gradcheck(forward, backward, {"w": r.normal(size=3)}, X, y, **options)
    assert report.verdict == ("pass" if factor == 1 else "fail")
    assert "cache" in told(report)["gradients-remember"]
    assert cache == {}


def test_a_loss_that_depends_on_earlier_calls_is_told() -> None:
    seen = np.array([1.0])

    def forward(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> Any:
        seen[0] *= 0.5
        return squares(w, X, y) * (1 + seen[0])

    def backward(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        return right(w, X, y) * 1.5

    report = gradcheck(forward, backward, r.normal(size=3), X, y)
    assert report.verdict == "pass"
    assert set(told(report)) == {"loss-remembers"}
    assert "seen" in told(report)["loss-remembers"]


@pytest.mark.parametrize("name", ["zeroing", "averaging"])
def test_what_is_kept_and_makes_no_difference_is_not_told(name: str) -> None:
    report = gradcheck(squares, getattr(Layer(), name), r.normal(size=3), X, y)
    assert (report.verdict, told(report)) == ("pass", {})


@pytest.mark.parametrize(
    "draw", [np.random.random_sample, np.random.default_rng(5).random], ids=["global", "generator"]
)
def test_dropout_whose_mask_is_kept_is_not_told(draw: Callable[..., Any]) -> None:
    kept: dict[str, np.ndarray] = {}

    def forward(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> Any:
        kept["mask"] = (draw(X.shape) < 0.7) / 0.7
        return squares(w, X * kept["mask"], y)

    def backward(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        return right(w, X * kept["mask"], y)

    report = gradcheck(forward, backward, r.normal(size=3), X, y)
    assert (report.verdict, told(report)) == ("pass", {})


def test_functions_that_keep_nothing_cost_no_evaluation_more() -> None:
    plain = gradcheck(squares, right, r.normal(size=3), X, y, points=0)
    keeping = gradcheck(squares, Layer().averaging, r.normal(size=3), X, y, points=0)
    assert keeping.evaluations > plain.evaluations


def test_a_wrong_gradient_that_adds_up_fails_and_is_told() -> None:
    layer = Layer()

    def doubled(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        return layer.adding(w, 2 * X, 2 * y)

    report = gradcheck(squares, doubled, r.normal(size=3), X, y)
    assert report.verdict == "fail"
    assert "gradients-remember" in told(report)


def test_a_function_that_raises_when_called_twice_is_checked_all_the_same() -> None:
    called: list[int] = []

    def once(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        if called:
            raise RuntimeError("only once")
        called.append(1)
        return right(w, X, y)

    report = gradcheck(squares, once, r.normal(size=3), X, y)
    assert (report.verdict, told(report), called) == ("pass", {}, [])


class Dropout:
    """Both passes go through one helper, which reads what forward has left."""

    def __init__(self) -> None:
        self.rng, self.mask = np.random.default_rng(1), np.ones((7, 4))

    def drop(self, h: np.ndarray) -> np.ndarray:
        return h * self.mask / 0.8

    def forward(self, p: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> Any:
        h = np.tanh(X @ p["W1"])
        self.mask = self.rng.random(h.shape) < 0.8
        return np.mean((self.drop(h) @ p["W2"] - y) ** 2)

    def backward(self, p: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
        h = np.tanh(X @ p["W1"])
        kept = self.drop(h)
        d = 2 * (kept @ p["W2"] - y) / len(y)
        return {"W1": X.T @ (self.drop(np.outer(d, p["W2"])) * (1 - h**2)), "W2": kept.T @ d}


def test_what_forward_leaves_is_read_through_a_helper_of_both() -> None:
    net = Dropout()
    report = gradcheck(net.forward, net.backward, {"W1": r.normal(size=(3, 4)), "W2": r.normal(size=4)}, X, y)
    assert (report.verdict, told(report)) == ("pass", {})
    assert net.mask.all()


def test_a_backward_that_draws_its_own_batch_is_told() -> None:
    generator = np.random.default_rng(0)

    def stochastic(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        batch = generator.integers(0, len(y), 3)
        return right(w, X[batch], y[batch])

    before = generator.bit_generator.state
    report = gradcheck(squares, stochastic, np.ones(3), X, y)
    assert generator.bit_generator.state == before
    assert report.verdict == "fail"
    (said,) = [note["message"] for note in report.warnings if note["code"] == "gradients-random"]
    assert said.startswith("stochastic draws random numbers, and squares does not: dw at [")


def test_draws_that_change_nothing_are_not_told() -> None:
    generator = np.random.default_rng(0)

    def shuffled(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        order = generator.permutation(len(y))
        return right(w, X[order], y[order])

    report = gradcheck(squares, shuffled, np.ones(3), X, y)
    assert (report.verdict, report.warnings) == ("pass", [])


def test_what_a_layer_of_keras_drops_is_no_memory() -> None:
    tf, keras = pytest.importorskip("tensorflow"), pytest.importorskip("keras")

    class Model:
        def __init__(self) -> None:
            self.net = keras.Sequential([keras.Input((3,)), keras.layers.Dropout(0.5)])
            self.drop, self.w = keras.layers.Dropout(0.5), np.ones(3)

        def loss(self) -> float:
            self.h = self.drop(self.net(tf.constant(X), training=True), training=True).numpy().astype(float)
            self.e = self.h @ self.w - y
            return float(np.mean(self.e**2))

        def gradients(self) -> dict[str, np.ndarray]:
            return {"w": 2 * self.h.T @ self.e / len(y)}

    model = Model()
    report = gradcheck(loss=model.loss, gradients=model.gradients, parameters=model)
    assert (report.verdict, told(report)) == ("pass", {})
