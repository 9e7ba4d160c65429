"""NumPy code run on TensorFlow: the gradient that the tape gives is the one that the code has, or there is none."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck.backends import select, tensorflow_loaded
from jupyterlab_gradcheck.backends.companion import companion
from jupyterlab_gradcheck.engine.errors import GradcheckError

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

Arrays = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def tf() -> Any:
    import tensorflow

    return tensorflow


@pytest.fixture(scope="module")
def backend(tf: Any) -> Any:
    return select("tensorflow", 1.0, [])


def values_of(value: Any) -> np.ndarray:
    return np.array(value.numpy() if hasattr(value, "numpy") else value)


def derive(backend: Any, loss: Callable[[Any], Any], parameters: dict[str, Any]) -> Any:
    """The derivative of ``loss`` with its gradients by name; nothing may have been written into the parameters."""
    before = {key: values_of(value) for key, value in parameters.items()}
    found = backend.derivative(lambda leaves: loss(dict(zip(parameters, leaves, strict=True))), [*parameters.values()])
    assert all(np.array_equal(before[key], values_of(value)) for key, value in parameters.items())
    return found.loss, dict(zip(parameters, found.gradients, strict=True)), found.lifted


def agrees(backend: Any, loss: Callable[[Any], Any], gradient: Callable[[Any], Any], parameters: Arrays) -> None:
    """``loss`` runs lifted, to the last digits as by NumPy, and the tape gives what ``gradient`` computes by hand."""
    value, found, lifted = derive(backend, loss, parameters)
    assert lifted
    assert value == pytest.approx(float(loss({k: v.copy() for k, v in parameters.items()})), rel=1e-12)
    for key, expected in gradient(parameters).items():
        assert found[key].shape == parameters[key].shape
        assert found[key].dtype == np.float64
        np.testing.assert_allclose(found[key], expected, rtol=1e-9, atol=1e-11, err_msg=key)


def differences(loss: Callable[[Any], Any], parameters: Arrays, step: float = 1e-5) -> Arrays:
    found = {key: np.empty_like(value) for key, value in parameters.items()}
    for key, value in parameters.items():
        for place in np.ndindex(value.shape):
            losses = []
            for sign in (1, -1):
                moved = {k: v.copy() for k, v in parameters.items()}
                moved[key][place] += sign * step
                losses.append(float(np.ravel(loss(moved))[0]))
            found[key][place] = (losses[0] - losses[1]) / (2 * step)
    return found


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def test_dense_layers_with_relu(backend: Any) -> None:
    random = np.random.default_rng(0)
    x, y = random.normal(size=(4, 5)), np.array([[1, 0, 1, 1, 0]])
    parameters = {"W1": random.normal(size=(6, 4)), "b1": random.normal(size=(6, 1)), "W2": random.normal(size=(1, 6))}

    def layers(p: Any) -> Any:
        a = np.maximum(0, np.dot(p["W1"], x) + p["b1"])
        return a, sigmoid(np.dot(p["W2"], a))

    def loss(p: Any) -> Any:
        _, a = layers(p)
        logs = np.multiply(np.log(a), y) + np.multiply(1 - y, np.log(1 - a))
        cost = np.squeeze(-np.sum(logs) / y.shape[1])
        assert cost.shape == ()
        return cost

    def gradient(p: Any) -> Any:
        hidden, out = layers(p)
        dz2 = (out - y) / 5
        dz1 = (p["W2"].T @ dz2) * (hidden > 0)
        return {"W1": dz1 @ x.T, "b1": dz1.sum(axis=1, keepdims=True), "W2": dz2 @ hidden.T}

    agrees(backend, loss, gradient, parameters)
    # A last float() is followed, for the value is forward's own.
    agrees(backend, lambda p: float(loss(p)), gradient, parameters)
    agrees(backend, lambda p: loss(p).item(), gradient, parameters)
    # At a kink, hand-written code has slope zero.
    parameters["W1"][2] = 0.0
    parameters["b1"][2] = 0.0
    agrees(backend, loss, gradient, parameters)


def test_softmax_regression_with_fancy_indices(backend: Any) -> None:
    random = np.random.default_rng(1)
    x, labels = random.normal(size=(7, 5)), random.integers(0, 4, size=7)
    parameters = {"W": random.normal(size=(5, 4)), "b": random.normal(size=4)}

    def shares(p: Any) -> Any:
        scores = x @ p["W"] + p["b"]
        scores -= np.max(scores, axis=1, keepdims=True)
        e = np.exp(scores)
        return e / np.sum(e, axis=1, keepdims=True)

    def loss(p: Any) -> Any:
        return -np.log(shares(p)[np.arange(7), labels]).mean() + 0.05 * np.sum(p["W"] ** 2)

    def gradient(p: Any) -> Any:
        d = shares(p)
        d[np.arange(7), labels] -= 1
        return {"W": x.T @ d / 7 + 0.1 * p["W"], "b": d.sum(axis=0) / 7}

    agrees(backend, loss, gradient, parameters)


def test_hinge_with_masks(backend: Any) -> None:
    random = np.random.default_rng(2)
    x, labels = random.normal(size=(6, 5)), random.integers(0, 3, size=6)

    def margins(p: Any) -> Any:
        scores = companion(x).dot(p["W"])
        found = scores - scores[np.arange(6), labels][:, None] + 1
        found[found < 0] = 0
        found[np.arange(6), labels] = 0
        return found

    def loss(p: Any) -> Any:
        found = margins(p)
        return ((found > 0) * found).sum() / 6

    def gradient(p: Any) -> Any:
        mask = (margins(p) > 0).astype(float)
        mask[np.arange(6), labels] = -mask.sum(axis=1)
        return {"W": x.T @ mask / 6}

    agrees(backend, loss, gradient, {"W": random.normal(size=(5, 3))})
    assert type(companion(x)) is np.ndarray


def test_batch_norm(backend: Any) -> None:
    random = np.random.default_rng(3)
    x, target = random.normal(size=(8, 3)), random.normal(size=(8, 4))
    parameters = {"W": random.normal(size=(3, 4)), "gamma": random.normal(size=4), "beta": random.normal(size=4)}

    def normal(p: Any) -> Any:
        z = x.dot(p["W"]) if type(p["W"]) is np.ndarray else x @ p["W"]
        root = np.sqrt(z.var(axis=0) + 1e-5)
        return (z - np.mean(z, axis=0)) / root, root

    def loss(p: Any) -> Any:
        return 0.5 * np.sum(np.square(p["gamma"] * normal(p)[0] + p["beta"] - target))

    def gradient(p: Any) -> Any:
        h, root = normal(p)
        d = p["gamma"] * h + p["beta"] - target
        dh = d * p["gamma"]
        dz = (dh - dh.mean(axis=0) - h * (dh * h).mean(axis=0)) / root
        return {"W": x.T @ dz, "gamma": (d * h).sum(axis=0), "beta": d.sum(axis=0)}

    agrees(backend, loss, gradient, parameters)


def test_recurrent_network_over_a_list_of_states(backend: Any) -> None:
    random = np.random.default_rng(4)
    x, target = random.normal(size=(5, 3, 2)), random.normal(size=(4, 2))
    parameters = {
        "Wx": random.normal(size=(4, 3)),
        "Wh": 0.5 * random.normal(size=(4, 4)),
        "b": random.normal(size=(4, 1)),
    }

    def run(p: Any) -> Any:
        states = [np.zeros((4, 2))]
        for step in x:
            states.append(np.tanh(p["Wx"] @ step + p["Wh"] @ states[-1] + p["b"]))
        return states

    def loss(p: Any) -> Any:
        return sum(np.sum((state - target) ** 2) for state in run(p)[1:])

    def gradient(p: Any) -> Any:
        states = run(p)
        found = {key: np.zeros_like(value) for key, value in p.items()}
        carried = np.zeros((4, 2))
        for t in reversed(range(5)):
            dz = (2 * (states[t + 1] - target) + carried) * (1 - states[t + 1] ** 2)
            found["Wx"] += dz @ x[t].T
            found["Wh"] += dz @ states[t].T
            found["b"] += dz.sum(axis=1, keepdims=True)
            carried = p["Wh"].T @ dz
        return found

    agrees(backend, loss, gradient, parameters)


def test_lstm_cell(backend: Any) -> None:
    random = np.random.default_rng(5)
    x, h, c = random.normal(size=(3, 2)), random.normal(size=(4, 2)), random.normal(size=(4, 2))
    parameters = {"W": random.normal(size=(16, 7)), "b": random.normal(size=(16, 1))}

    def cell(p: Any) -> Any:
        joined = np.concatenate((h, x), axis=0)
        forget, enter, out, new = np.split(p["W"] @ joined + p["b"], 4)
        forget, enter, out, new = sigmoid(forget), sigmoid(enter), sigmoid(out), np.tanh(new)
        after = forget * c + enter * new
        return joined, forget, enter, out, new, after, out * np.tanh(after)

    def loss(p: Any) -> Any:
        return np.sum(cell(p)[-1] ** 3)

    def gradient(p: Any) -> Any:
        joined, forget, enter, out, new, after, hidden = cell(p)
        dh = 3 * hidden**2
        dc = dh * out * (1 - np.tanh(after) ** 2)
        dz = np.vstack([
            dc * c * forget * (1 - forget), dc * new * enter * (1 - enter), dh * np.tanh(after) * out * (1 - out),
            dc * enter * (1 - new**2),
        ])  # fmt: skip
        return {"W": dz @ joined.T, "b": dz.sum(axis=1, keepdims=True)}

    agrees(backend, loss, gradient, parameters)


def test_gaussian_likelihood(backend: Any) -> None:
    random = np.random.default_rng(6)
    data = random.normal(2.0, 0.7, size=(30, 3))
    root = random.normal(size=(3, 3))
    parameters = {"mean": random.normal(size=3), "covariance": root @ root.T + np.eye(3)}

    def loss(p: Any) -> Any:
        apart = data - p["mean"]
        sign, size = np.linalg.slogdet(p["covariance"])
        assert sign > 0
        return 0.5 * np.einsum("ij,jk,ik->", apart, np.linalg.inv(p["covariance"]), apart) + 15 * size

    def gradient(p: Any) -> Any:
        apart, precision = data - p["mean"], np.linalg.inv(p["covariance"])
        spread = apart.T @ apart
        return {
            "mean": -(precision @ apart.sum(axis=0)),
            "covariance": -0.5 * precision @ spread @ precision + 15 * precision,
        }

    agrees(backend, loss, gradient, parameters)


def test_convolution_by_loops_falls_back(backend: Any) -> None:
    random = np.random.default_rng(7)
    image = random.normal(size=(5, 5))
    parameters = {"K": random.normal(size=(3, 3))}

    def loss(p: Any) -> Any:
        out = np.zeros((3, 3))
        for i in range(3):
            for j in range(3):
                out[i, j] = np.sum(image[i : i + 3, j : j + 3] * p["K"])
        return np.sum(out**2)

    assert loss(parameters) > 0
    with pytest.raises(GradcheckError, match="cannot follow this forward") as caught:
        derive(backend, loss, parameters)
    assert caught.value.code == "method_unsuitable"


RANDOM = np.random.default_rng(8)
A, B, V = RANDOM.normal(size=(3, 4)), RANDOM.normal(size=(4, 2)), RANDOM.normal(size=4)
PLACES, MASK = np.array([2, 0, 2]), RANDOM.random((3, 4)) > 0.5
WEIGHTS = RANDOM.normal(size=(3, 4))
INTEGERS = np.arange(12).reshape(3, 4)


def added_at(p: Any) -> Any:
    found = np.zeros_like(p["a"])
    np.add.at(found, PLACES, p["a"])
    return found**2


def written(p: Any) -> Any:
    a = p["a"].copy()
    a *= 2
    a[MASK] = 0
    a[1, :2] += p["v"][2:]
    a[0] = p["v"] ** 2
    a[-1, [0, 1]] = 7
    a -= a.mean()
    a /= 3
    a **= 2
    return a


def kept_as_written(p: Any) -> Any:
    a = p["a"]
    same = a
    same += 1
    return a * same


def out_given(p: Any) -> Any:
    a = np.copy(p["a"])
    np.exp(a, out=a)
    np.multiply(a, 2, out=a)
    return a


def branches(p: Any) -> Any:
    total = np.sum(p["a"])
    if total > 0 and not np.isnan(p["a"]).any():
        total = total * 2
    return max(total, 0.5 * total) if p["a"].size > 3 else total


IDIOMS: dict[str, Callable[[Any], Any]] = {
    "operators": lambda p: 2 ** p["v"] + p["a"] / (3 + p["a"] ** 2) - (-p["a"]) * 2 + 1 / (4 + abs(p["a"])) - +p["a"],
    "arrays on either side": lambda p: WEIGHTS * p["a"] @ B + WEIGHTS @ p["b"] - (INTEGERS @ p["b"]) / 9,
    "products": lambda p: p["a"].dot(p["b"]).sum() * (p["v"] @ p["v"]) + (p["a"] @ p["v"]).sum() + (p["v"] @ p["b"]).sum(),
    "stacks of matrices": lambda p: np.matmul(p["a"].reshape(3, 1, 4), p["b"][None]),
    "dot of more dimensions": lambda p: np.dot(p["a"].reshape(3, 2, 2), p["b"].reshape(2, 2, 2)),
    "inner, outer, vdot": lambda p: np.inner(p["a"], p["v"]).sum() + np.outer(p["v"], p["b"]) * np.vdot(p["a"], WEIGHTS),
    "tensordot": lambda p: np.tensordot(p["a"], p["b"], axes=([1], [0])) + np.tensordot(p["a"], p["b"], axes=1),
    "einsum": lambda p: np.einsum("ij,jk->ik", p["a"], p["b"]) * np.einsum("ij->", p["a"]),
    "sums": lambda p: p["a"].sum(0) * p["a"].mean(axis=0, keepdims=True) + np.add.reduce(p["a"]) + np.average(p["a"], axis=0),
    "spread": lambda p: np.std(p["a"], axis=1, ddof=1) + p["a"].var(1) + np.prod(p["a"], axis=1),
    "extremes": lambda p: p["a"].max(axis=1) * np.min(p["a"], 1) + np.amax(p["a"]) * p["a"][p["a"].argmax(axis=0), np.arange(4)].sum(),
    "running sums": lambda p: np.cumsum(p["a"], axis=1) * 2 + np.cumsum(p["a"]).reshape(3, 4) + np.diff(p["a"], axis=1).sum(),
    "exponentials": lambda p: np.exp(p["a"]) + np.log(5 + p["a"]) + np.log1p(p["a"] ** 2) + np.expm1(p["a"]) + np.log2(7 + p["a"]),
    "waves": lambda p: np.sin(p["a"]) * np.cos(p["a"]) + np.tanh(p["a"]) + np.arctan(p["a"]) + np.sinh(p["a"]) + np.hypot(p["a"], 2),
    "roots and powers": lambda p: np.sqrt(9 + p["a"]) + np.square(p["a"]) + np.power(p["a"], 3) + np.reciprocal(9 + p["a"]) + np.abs(p["a"]),
    "logaddexp": lambda p: np.logaddexp(0, p["a"]) + np.logaddexp(p["a"], p["v"]) + np.logaddexp(-800.0, p["a"]),
    "piecewise": lambda p: np.clip(p["a"], -0.5, 0.5) + np.minimum(p["a"], WEIGHTS) + np.maximum(p["a"], p["v"]) + p["a"].clip(0, None),
    "where": lambda p: np.where(p["a"] > 0, p["a"] ** 2, 0.1 * p["a"]) + np.where(MASK, p["v"], 3.0),
    "masks as factors": lambda p: (p["a"] > 0) * p["a"] ** 2 + p["a"] * (p["a"] < 0.3).astype(float) + np.sign(p["a"]) * p["a"],
    "slices": lambda p: p["a"][1:, ::2] * p["a"][:-1, -1:] + p["a"][1:, ..., None, 0] + p["a"][::-1][:2, :2] + p["a"][0, 1] + p["a"][np.int64(1), 2],
    "fancy indices": lambda p: p["a"][PLACES] * p["a"][:, PLACES].T[[0, 1, 2]].sum() + p["a"][MASK].sum() + p["a"][-PLACES].sum(),
    "shapes": lambda p: p["a"].T.reshape(-1, 2) @ p["b"].T[:, :2].transpose() + p["a"].flatten()[:2] + np.expand_dims(p["v"], 1)[:2].squeeze(),
    "rows in Fortran's order": lambda p: p["a"].reshape((4, 3), order="F") * p["a"].ravel(order="F")[:3],
    "moved axes": lambda p: np.moveaxis(p["a"][None], 0, -1).sum(2).T * np.swapaxes(p["a"], 0, 1) + np.roll(p["a"], 1, axis=0).T,
    "joined": lambda p: np.concatenate([p["a"], WEIGHTS, p["v"][None]]) * 2 + np.vstack((p["v"], np.tile(p["v"], (6, 1)))) ** 2,
    "stacked": lambda p: np.stack([p["v"], V], axis=1) * p["b"] + np.column_stack((p["v"], V)) + np.hstack([p["b"][:, :1], p["b"][:, :1]]),
    "parts": lambda p: sum(part.sum() ** 2 for part in np.split(p["a"], 2, axis=1)) + sum(np.sum(row) ** 3 for row in p["a"]),
    "padded": lambda p: np.pad(p["a"], ((1, 1), (0, 2))) ** 2 + np.pad(p["a"], ((1, 1), (0, 2)), "edge"),
    "windows": lambda p: np.lib.stride_tricks.sliding_window_view(p["a"], (2, 2)).sum(axis=(2, 3)) ** 2,
    "convolved": lambda p: np.convolve(p["v"], [1.0, -2.0, 0.5], "same") * np.convolve(p["v"], V, "full")[:4],
    "broadcast": lambda p: np.broadcast_to(p["v"], (3, 4)) * p["a"] + np.ones_like(p["a"]) * p["v"] - np.full_like(p["a"], 2),
    "diagonals": lambda p: np.diag(p["v"]) @ p["b"] * np.trace(p["a"]) + np.diag(p["b"]).sum() + np.triu(p["a"]).sum(),
    "norms": lambda p: np.linalg.norm(p["a"]) + np.linalg.norm(p["a"], axis=1) * np.linalg.norm(p["v"], 1) + np.linalg.norm(p["v"], np.inf),
    "systems": lambda p: np.linalg.solve(p["b"][:2] + 5 * np.eye(2), p["v"][:2]) * np.linalg.det(p["b"][2:]),
    "sorted": lambda p: np.sort(p["a"], axis=1) * np.arange(4) + np.take(p["v"], [0, 2, 2, 1]) + np.repeat(p["v"], 2)[:4],
    "written into": written,
    "one array under two names": kept_as_written,
    "out given": out_given,
    "added at": added_at,
    "branches": branches,
    "copies": lambda p: copy.deepcopy(p)["a"] * copy.copy(p["a"]) + p["a"].astype(np.float64) + p["a"].astype("float"),
    "outer of ufunc": lambda p: np.multiply.outer(p["v"], p["b"]) + np.subtract.outer(p["v"], V)[:, :, None].sum(),
    "length and text": lambda p: p["v"] * len(p["v"]) * (0.5 in p["v"]) + len(f"{p['v'][0]:.3f}") * p["v"] + p["v"].shape[0] * p["v"].ndim,
}  # fmt: skip


@pytest.mark.parametrize("name", IDIOMS)
def test_idioms(backend: Any, name: str) -> None:
    def loss(p: Any) -> Any:
        return np.sum(np.cos(IDIOMS[name](p)) * 1.5)

    parameters = {"a": A, "b": B, "v": V}
    value, found, lifted = derive(backend, loss, parameters)
    assert lifted
    assert value == pytest.approx(float(loss({k: v.copy() for k, v in parameters.items()})), rel=1e-12)
    for key, expected in differences(loss, parameters).items():
        got = np.zeros_like(expected) if found[key] is None else found[key]
        np.testing.assert_allclose(got, expected, rtol=2e-6, atol=2e-6, err_msg=key)


PLAIN = np.zeros((3, 4))
UNFOLLOWED: dict[str, Callable[[Any], Any]] = {
    "asarray": lambda a: np.sum(np.asarray(a)),
    "array of lists": lambda a: np.sum(np.array([a[0], a[1]])),
    "a number on the way": lambda a: float(a[0, 0]) * np.sum(a),
    "two numbers": lambda a: float(a[0, 0]) + float(a[0, 1]) + 1.0,
    "item on the way": lambda a: a[0, 0].item() + np.sum(a),
    "integer": lambda a: int(a[0, 0]) + np.sum(a),
    "integer division": lambda a: np.sum(a // 2),
    "remainder": lambda a: np.sum(a % 2),
    "plain output": lambda a: np.add(a, 1, out=PLAIN.copy()).sum(),
    "plain array added to": lambda a: added_to(PLAIN.copy(), a).sum(),
    "plain method": lambda a: PLAIN.dot(a.T).sum(),
    "list": lambda a: sum(a.tolist()[0]),
    "rounded": lambda a: np.round(np.sum(a), 2),
    "where= of a ufunc": lambda a: np.sum(np.exp(a, where=MASK)),
    "integers asked for": lambda a: np.sum(a, dtype=int),
    "unknown function": lambda a: np.sum(np.nan_to_num(a)),
    "written twice": lambda a: twice_written(a.copy()).sum(),
    "vectorized": lambda a: np.vectorize(lambda x: x * 2)(a).sum(),
    "no number": lambda a: "loss",
    "not one number": lambda a: a * 2,
}


def added_to(buffer: Any, a: Any) -> Any:
    buffer += a
    return buffer


def twice_written(a: Any) -> Any:
    a[PLACES] = a
    return a


@pytest.mark.parametrize("name", UNFOLLOWED)
def test_what_cannot_be_followed_is_refused(backend: Any, name: str) -> None:
    calls = []

    def loss(p: Any) -> Any:
        calls.append(type(p["a"]).__name__)
        return UNFOLLOWED[name](p["a"])

    with pytest.raises(GradcheckError) as caught:
        derive(backend, loss, {"a": A})
    assert caught.value.code == "method_unsuitable"
    assert calls[0] == "Lifted"
    assert not PLAIN.any()


def test_lifted_arrays_are_of_no_use_after_the_run(backend: Any) -> None:
    kept = []

    def loss(p: Any) -> Any:
        kept.append(p["a"])
        return np.sum(p["a"] ** 2)

    derive(backend, loss, {"a": A})
    with pytest.raises(Exception, match="after the end"):
        float(kept[0][0, 0])
    with pytest.raises(Exception, match="plain NumPy array"):
        np.asarray(kept[0])
    assert "Lifted" not in repr(kept[0])


def test_float32_arrays_run_in_float64(backend: Any) -> None:
    a = A.astype(np.float32)
    value, found, lifted = derive(backend, lambda p: np.sum(np.exp(p["a"])), {"a": a, "unused": V})
    assert lifted
    assert value == pytest.approx(np.sum(np.exp(a.astype(np.float64))), rel=1e-14)
    np.testing.assert_allclose(found["a"], np.exp(a.astype(np.float64)), rtol=1e-14)
    assert found["unused"] is None


def test_numbers_are_parameters(backend: Any) -> None:
    _, found, lifted = derive(backend, lambda p: p["x"] * p["theta"] ** 2, {"x": np.float64(3), "theta": 2.0})
    assert lifted
    assert (float(found["x"]), float(found["theta"])) == (4.0, 12.0)


@pytest.mark.parametrize(
    "spelling",
    [
        lambda tf, w: w,
        lambda tf, w: tf.convert_to_tensor(w),
        lambda tf, w: tf.convert_to_tensor(w, dtype=tf.float32),
        lambda tf, w: tf.cast(w, tf.float32),
        lambda tf, w: tf.constant(w),
        lambda tf, w: tf.constant(w, dtype=tf.float32),
        lambda tf, w: tf.Variable(w),
        lambda tf, w: tf.Variable(w, dtype=tf.float32),
        lambda tf, w: tf.reshape(w, [2, 3]),
        lambda tf, w: tf.function(lambda v: v * 1)(w),
        lambda tf, w: tf.stack([w[0], w[1]]),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numpy_parameters_of_tensorflow_code(tf: Any, backend: Any, spelling: Any, dtype: str) -> None:
    w = RANDOM.normal(size=(2, 3)).astype(dtype)

    def loss(p: Any) -> Any:
        return tf.reduce_sum(tf.square(spelling(tf, p["w"])))

    value, found, _ = derive(backend, loss, {"w": w})
    assert value == pytest.approx(np.sum(w**2), rel=1e-6)
    np.testing.assert_allclose(found["w"], 2 * w, rtol=1e-6)


def test_mixed_parameters(tf: Any, backend: Any) -> None:
    parameters = {"w": V, "t": tf.constant(V), "v": tf.Variable(V[:1])}

    def loss(p: Any) -> Any:
        return tf.reduce_sum(p["t"] * (p["w"] ** 2)) * p["v"][0] + np.sum(p["w"])

    _, found, lifted = derive(backend, loss, parameters)
    assert lifted
    np.testing.assert_allclose(found["w"], 2 * V * V * V[0] + 1)
    np.testing.assert_allclose(found["t"], V**2 * V[0])
    np.testing.assert_allclose(found["v"], [np.sum(V**3)])


def test_a_value_taken_in_the_last_line_is_followed(tf: Any, backend: Any) -> None:
    reader = tf.constant(1.0).numpy.__func__
    for dtype in ("float32", "float64"):
        w = V.astype(dtype)
        for last in (
            lambda loss: loss.numpy(),
            float,
            lambda loss: float(loss.numpy()),
            lambda loss: loss.numpy().item(),
        ):
            for kind in (tf.constant, tf.Variable, np.array):
                value, found, _ = derive(backend, lambda p: last(tf.reduce_sum(p["w"] ** 2) + 1), {"w": kind(w)})  # noqa: B023
                assert value == pytest.approx(np.sum(w**2) + 1, rel=1e-6)
                np.testing.assert_allclose(found["w"], 2 * w, rtol=1e-6)
    # A value read on the way for another purpose is none of our business.
    logged = []
    _, found, _ = derive(
        backend, lambda p: (logged.append(float(p["w"][0])), tf.reduce_sum(p["w"]))[1], {"w": tf.constant(V)}
    )
    np.testing.assert_allclose(found["w"], np.ones(4))
    assert logged == [V[0]]
    assert tf.constant(1.0).numpy.__func__ is reader
    assert "read" not in type(tf.constant(1.0))._numpy.__qualname__


def test_code_that_leaves_tensorflow_is_refused(tf: Any, backend: Any) -> None:
    for loss in (
        lambda p: tf.reduce_sum(p["w"]).numpy() * 2,
        lambda p: float(tf.reduce_sum(p["w"])) + float(p["w"][0]),
        lambda p: np.sum(p["w"]),
        lambda p: np.mean(p["w"].numpy() ** 2),
        lambda p: np.squeeze(tf.reduce_sum(p["w"])),
    ):
        with pytest.raises(GradcheckError, match="leaves TensorFlow") as caught:
            derive(backend, loss, {"w": tf.constant(V)})
        assert caught.value.code == "method_unsuitable"
    with pytest.raises(GradcheckError, match="no such layer"):
        derive(backend, lambda p: (_ for _ in ()).throw(KeyError("no such layer")), {"w": tf.constant(V)})


def test_dropout_is_the_same_in_every_way_that_is_tried(tf: Any, backend: Any) -> None:
    def loss(p: Any) -> Any:
        kept = tf.nn.dropout(tf.ones(50, tf.float64), 0.5) * np.random.random(50)
        return tf.reduce_sum(kept * tf.constant(p["w"]))

    w = np.linspace(1, 2, 50)
    tf.random.set_seed(1)
    np.random.seed(1)
    expected = float(loss({"w": w}))
    tf.random.set_seed(1)
    np.random.seed(1)
    value, found, lifted = derive(backend, loss, {"w": w})
    assert not lifted
    assert value == expected
    assert float(found["w"] @ w) == pytest.approx(expected)


def test_a_custom_gradient_that_raises_is_named(tf: Any, backend: Any) -> None:
    @tf.custom_gradient
    def broken(x: Any) -> Any:
        return x**3, lambda upstream: upstream * {}["slope"]

    with pytest.raises(GradcheckError, match="KeyError: 'slope'") as caught:
        derive(backend, lambda p: tf.reduce_sum(broken(p["w"])), {"w": tf.constant(V)})
    assert caught.value.code == "method_unsuitable"


def test_custom_gradients_are_what_tensorflow_would_use(tf: Any, backend: Any) -> None:
    @tf.custom_gradient
    def cube(x: Any) -> Any:
        return x**3, lambda upstream: upstream * 2 * x**2

    for w in (V, tf.constant(V), tf.Variable(V)):
        _, found, _ = derive(backend, lambda p: tf.reduce_sum(cube(p["w"])), {"w": w})
        np.testing.assert_allclose(found["w"], 2 * V**2)


@pytest.fixture(scope="module")
def layer(tf: Any) -> Any:
    dense = tf.keras.layers.Dense(3, activation="tanh", dtype="float64")
    dense.build((None, 4))
    return dense


@pytest.mark.parametrize("kind", ["array", "tensor", "Variable"])
@pytest.mark.parametrize("way", ["stateless_call", "assign", "set_weights"])
def test_keras_layers_with_parameters_as_their_weights(tf: Any, backend: Any, layer: Any, kind: str, way: str) -> None:
    make = {"array": np.array, "tensor": tf.constant, "Variable": tf.Variable}[kind]
    # A bias of zeros in float64, and a second array of its shape: who is who must not be told from the values.
    parameters = {"W": make(RANDOM.normal(size=(4, 3))), "b": make(np.zeros(3)), "other": make(np.zeros(3))}

    def loss(p: Any) -> Any:
        if way == "stateless_call":
            out, _ = layer.stateless_call([p["W"], p["b"]], [], A)
        else:
            if way == "assign":
                layer.kernel.assign(p["W"])
                layer.bias.assign(p["b"])
            else:
                layer.set_weights([p["W"], p["b"]])
            out = layer(A)
        return tf.keras.losses.MeanSquaredError(dtype="float64")(WEIGHTS[:, :3], out)

    value, found, _ = derive(backend, loss, parameters)
    w = values_of(parameters["W"])
    out = np.tanh(A @ w)
    d = 2 * (out - WEIGHTS[:, :3]) * (1 - out**2) / 9
    assert value == pytest.approx(np.mean((out - WEIGHTS[:, :3]) ** 2), rel=1e-12)
    np.testing.assert_allclose(found["W"], A.T @ d, rtol=1e-10)
    np.testing.assert_allclose(found["b"], d.sum(axis=0), rtol=1e-10)
    assert found["other"] is None
    np.testing.assert_array_equal(layer.bias.numpy(), np.zeros(3))


def test_keras_models_are_told_apart_layer_by_layer(tf: Any, backend: Any) -> None:
    # Three layers of one shape whose weights and biases are alike at this point.
    model = tf.keras.Sequential([tf.keras.layers.Dense(4, activation="sigmoid", dtype="float64") for _ in range(3)])
    model.build((None, 4))
    loss_function = tf.keras.losses.BinaryCrossentropy(dtype="float64")
    parameters = {str(place): np.full(v.shape, 0.1) for place, v in enumerate(model.trainable_variables)}

    def loss(p: Any) -> Any:
        for variable, value in zip(model.trainable_variables, p.values(), strict=True):
            variable.assign(value)
        return loss_function((WEIGHTS > 0).astype(float), model(A))

    _, found, _ = derive(backend, loss, parameters)
    for key, expected in differences(loss, parameters).items():
        np.testing.assert_allclose(found[key], expected, rtol=1e-6, atol=1e-9)


def test_matrices_are_not_taken_for_arrays(backend: Any) -> None:
    with pytest.raises(GradcheckError, match="a parameter is a MaskedArray"):
        derive(backend, lambda p: np.sum(p["a"] * p["a"]), {"a": np.ma.masked_less(A, 0.0)})


def test_differentiate_and_the_other_backend(tf: Any, backend: Any) -> None:
    for dtype in ("float32", "float64"):
        w = tf.constant(V, dtype)
        assert backend.derivative(lambda leaves: tf.reduce_sum(leaves[0]), [w]).precision == dtype
        assert backend.derivative(lambda leaves: np.sum(leaves[0]), [V.astype(dtype)]).precision == "float64"
        # float64 that was rounded on the way is no float64.
        constant = backend.derivative(lambda leaves: tf.reduce_sum(tf.constant(leaves[0], dtype)), [V])  # noqa: B023
        assert constant.precision == dtype
    (gradient,) = backend.differentiate(lambda leaves: np.sum(leaves[0] ** 2), [V])
    np.testing.assert_allclose(gradient, 2 * V)
    assert tensorflow_loaded()
    with pytest.raises(GradcheckError, match="no automatic differentiation"):
        select("numpy", 1.0, []).differentiate(lambda leaves: 0.0, [V])
