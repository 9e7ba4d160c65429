"""NumPy code run at many points in one call: every lane is what a single call gives, or there is an exception."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck.backends import select
from jupyterlab_gradcheck.backends.companion import companion, under_way
from jupyterlab_gradcheck.backends.stack import build
from jupyterlab_gradcheck.backends.stacked import FUNCTIONS, Run, Stacked, Unstackable
from jupyterlab_gradcheck.engine import Options, Problem, check

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(4, 6))
Y = RANDOM.integers(0, 3, 6)
LANES = 5
Code = Callable[[Any, Any, Any, Any], Any]


def in_place(W: Any, b: Any, v: Any, s: Any) -> Any:
    A = W @ X
    A += b[:, None]
    B = A
    B *= 2
    A[A < 0] = 0.0
    A[1] = s
    A[:, 2] += v
    np.add(A, 1, out=A)
    return A + B


def filled(W: Any, b: Any, v: Any, s: Any) -> Any:
    found = np.zeros_like(W)
    for i, row in enumerate(W):
        found[i] = row * b[i]
    found.fill(s)
    found[0, 1:3] = v[:2]
    return found


def branching(W: Any, b: Any, v: Any, s: Any) -> Any:
    # The same branch at every point.
    if s > -100 and (np.abs(W) < 100).all() and not np.isnan(W).any():
        return np.sum(W) + max(s, -50.0)
    return s


# W of (3, 4), b of (3,), v of (3,), s a number; each gives an array or a number.
CODE: dict[str, Code] = {
    "arithmetic": lambda W, b, v, s: -(W * 2 + s - 1.5) / (abs(W) + 2) + W**2 - W**3 + 2**s,
    "integer powers": lambda W, b, v, s: W**1 + (W * W) ** 0.5 + (W + 10) ** -1 + s**2,
    "data on either side": lambda W, b, v, s: (X.T @ W.T) @ b + (W @ X).sum(0) * s + Y,
    "comparisons": lambda W, b, v, s: (s < W) & (W[:, :1] <= b[:, None]) | ~(W >= 0) | (W != W),
    "ranks": lambda W, b, v, s: b[:, None] * W + np.ones((2, 3, 4)) * s + v.reshape(3, 1),
    "ufuncs": lambda W, b, v, s: np.exp(W) + np.log1p(np.abs(W)) + np.tanh(b)[:, None] + np.maximum(0, W) + np.hypot(s, W),
    "matrix and matrix": lambda W, b, v, s: np.matmul(W, X) + W @ X + np.dot(W, X) + W.dot(X),
    "data's own dot": lambda W, b, v, s: companion(X.T).dot(W.T),
    "matrix and vector": lambda W, b, v, s: np.dot(b, W) + b @ W + W.T @ v + (X @ Y) + np.dot(W.T, b),
    "vector and vector": lambda W, b, v, s: b @ v + np.dot(b, v) + np.inner(b, v) + np.vdot(b, v) + b.dot(Y[:3]),
    "numbers in dot": lambda W, b, v, s: np.dot(s, W) + np.dot(W, 2.0),
    "stacks of matrices": lambda W, b, v, s: np.ones((2, 5, 3)) @ W + np.ones((2, 1, 3)) @ (W * s),
    "sum": lambda W, b, v, s: np.sum(W) + np.sum(W.T) + W.sum() + np.sum(b) + np.sum(s) + np.add.reduce(b),
    "sum of an axis": lambda W, b, v, s: np.sum(W, axis=1) + W.sum(1) + np.sum(W.T, axis=0) + np.add.reduce(W.T),
    "sum, axes kept": lambda W, b, v, s: np.sum(W, axis=0, keepdims=True) + W.sum(axis=-2, keepdims=True),
    "sum of two axes": lambda W, b, v, s: np.sum(W[None] * np.ones((2, 1, 1)), axis=(0, 2)) + np.sum(W, keepdims=True)[0],
    "extremes": lambda W, b, v, s: np.max(W, axis=1) + np.min(W) + W.max() + W.min(0)[0] + np.amax(W) + np.amin(W),
    "product": lambda W, b, v, s: np.prod(W, axis=0) + W.prod(),
    "mean": lambda W, b, v, s: np.mean(W, axis=0) + W.mean() + np.average(W) + np.mean(W, axis=1, keepdims=True).mean(),
    "spread": lambda W, b, v, s: np.var(W, axis=0) + W.var(ddof=1) + np.std(W) + W.std(axis=0),
    "truth": lambda W, b, v, s: np.all(W > -9) | np.any(W > 9, axis=0) | (W > 0).all(axis=0) | (W > 0).any(),
    "positions": lambda W, b, v, s: W[np.arange(3), np.argmax(W, axis=1)] + W.reshape(-1)[np.argmin(W)],
    "cumulative": lambda W, b, v, s: np.cumsum(W, axis=1) + np.cumprod(W, axis=1) + np.cumsum(W)[:4],
    "differences": lambda W, b, v, s: np.diff(W) + np.diff(W, axis=0)[0, 0] + np.diff(W, 2)[0, 1],
    "padded": lambda W, b, v, s: np.pad(W, 1) + np.pad(W, ((1, 1), (0, 2))) + np.pad(W, 1, mode="edge"),
    "where": lambda W, b, v, s: np.where(W > 0, W, 0.1 * W) + np.where(X[:3, :4] > 0, s, b[:, None]),
    "clip": lambda W, b, v, s: np.clip(W, -0.5, 0.5) + W.clip(0, None) + np.clip(W, None, s),
    "joined": lambda W, b, v, s: np.concatenate([W, X[:3]], axis=1) + np.concatenate((W, X), axis=None)[:10],
    "stacked": lambda W, b, v, s: np.stack([b, v, np.ones(3)]) + np.vstack([b, v, np.ones(3)]) + np.stack([b, v, v], -1),
    "side by side": lambda W, b, v, s: np.hstack([b, np.ones(1), s]) + np.hstack([W, b[:, None]])[0, 0],
    "columns": lambda W, b, v, s: np.column_stack([b, W, np.ones(3)]),
    "shapes": lambda W, b, v, s: np.reshape(W, (4, 3)) + W.reshape(4, -1) + W.reshape((2, 6)).reshape(-1, 3),
    "flat": lambda W, b, v, s: np.ravel(W) + W.ravel() + W.flatten() + W.T.flatten() + W.reshape(12),
    "transposed": lambda W, b, v, s: np.transpose(W) + W.T + W.transpose() + W.transpose(1, 0) + W.transpose((1, 0)),
    "axes": lambda W, b, v, s: np.swapaxes(W, 0, 1) + np.moveaxis(W, 0, 1) + np.moveaxis(W[None], -1, 1)[0].T.T,
    "ones": lambda W, b, v, s: np.squeeze(W[None]) + W[None].squeeze(0) + np.expand_dims(W, 1)[:, 0] + np.squeeze(s),
    "at least": lambda W, b, v, s: np.atleast_2d(b) + np.atleast_1d(s) + np.atleast_1d(b) + np.atleast_2d(W)[0, 0],
    "spread out": lambda W, b, v, s: np.broadcast_to(b, (2, 3)) + np.broadcast_to(s, (2, 3)),
    "alike": lambda W, b, v, s: np.zeros_like(W) + np.ones_like(W) + np.full_like(W, s) + np.empty_like(W) * 0 + np.copy(W),
    "copies": lambda W, b, v, s: W.copy() + W.astype(float) + (W > 0).astype(int) + np.real(W),
    "diagonals": lambda W, b, v, s: np.diag(b) + np.diagonal(W) + np.diag(W[:, :3]) + np.trace(W) + np.trace(W, 1),
    "triangles": lambda W, b, v, s: np.tril(W) + np.triu(W, 1) + np.tril(W, -1),
    "outer": lambda W, b, v, s: np.outer(b, v) + np.outer(b, np.ones(3)),
    "einsum": lambda W, b, v, s: np.einsum("ij,jk->ik", W, X) + np.einsum("i,i->", b, v) + np.einsum("ij->i", W)[:, None],
    "norms": lambda W, b, v, s: np.linalg.norm(W) + np.linalg.norm(b) + np.linalg.norm(W, axis=1) + np.linalg.norm(b, 1),
    "norms of rows": lambda W, b, v, s: np.linalg.norm(W, axis=1, keepdims=True) + np.linalg.norm(W, 2, 0),
    "linear algebra": lambda W, b, v, s: (
        np.linalg.inv(W @ W.T + np.eye(3)) + np.linalg.det(W @ W.T) + np.linalg.cholesky(W @ W.T + np.eye(3))
        + np.linalg.slogdet(W @ W.T + np.eye(3))[1]
    ),
    "equations": lambda W, b, v, s: np.linalg.solve(W @ W.T + np.eye(3), b) + np.linalg.solve(np.eye(3) + s**2, b)
    + np.linalg.solve(np.eye(3), W)[:, 0],
    "told": lambda W, b, v, s: W * len(W) + W.shape[1] + np.shape(W)[0] + np.ndim(W) + np.size(W) + np.size(W, 1) + W.size,
    "no complex": lambda W, b, v, s: W * (1 + np.iscomplexobj(W)),
    "rolled": lambda W, b, v, s: np.roll(W, 1, axis=1) + np.flip(W) + np.fliplr(W) + np.flipud(W) + np.rot90(W, 2),
    "repeated": lambda W, b, v, s: np.tile(b, 2) + np.repeat(b, 2) + np.repeat(W, 2, axis=0)[:, 0],
    "taken": lambda W, b, v, s: np.take(W, [0, 2], axis=1) + np.take_along_axis(W, np.ones((3, 2), int), 1),
    "split": lambda W, b, v, s: np.split(W, 2, axis=1)[1] + np.array_split(W, 2, axis=1)[0] + np.hsplit(W, 2)[0],
    "split rows": lambda W, b, v, s: np.vsplit(W, 3)[1] + np.delete(W, 0, axis=0)[:1],
    "entries": lambda W, b, v, s: W[0] + W[-1, ::2].sum() + W[..., 1][0] + W[1:, None, :][0, 0] + b[0] * v[-1] + s[()],
    "picked by data": lambda W, b, v, s: (W @ X)[Y, np.arange(6)] + W[[0, 1]].sum() + W[X[:3, :4] > 0].sum(),
    "picked rows": lambda W, b, v, s: W[Y % 3] + W[:, [1, 0, 3, 2]][0],
    "iterated": lambda W, b, v, s: sum(row @ row for row in W) + sum(w * t for w, t in zip(b, v, strict=True)),
    "in place": in_place,
    "filled": filled,
    "branching": branching,
    "a softmax": lambda W, b, v, s: -np.log(
        (np.exp(W @ X - (W @ X).max(0)) / np.exp(W @ X - (W @ X).max(0)).sum(0, keepdims=True))[Y, np.arange(6)]
    ).mean(),
}  # fmt: skip


def points(seed: int, scale: float = 1.0) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [scale * random.normal(size=(LANES, *shape)) for shape in ((3, 4), (3,), (3,), ())]


def lanes_of(code: Code, arrays: list[np.ndarray]) -> Any:
    run = Run(LANES)
    token = under_way.set(True)
    try:
        return code(*(Stacked(one.copy(), run) for one in arrays))
    finally:
        under_way.reset(token)


@pytest.mark.parametrize("name", CODE)
@pytest.mark.parametrize("seed", range(3))
def test_every_lane_is_what_a_single_call_gives(name: str, seed: int) -> None:
    # Lanes a little apart, as those of a check are: where points take different branches, there is an exception.
    base = points(seed)
    arrays = [one[:1] + 1e-9 * other for one, other in zip(base, points(seed + 100), strict=True)]
    with np.errstate(all="ignore"):
        found = lanes_of(CODE[name], arrays)
        singles = [
            CODE[name](*(one[lane].copy() if one.ndim > 1 else one[lane] for one in arrays)) for lane in range(LANES)
        ]
    assert isinstance(found, Stacked)
    assert found.shape == np.shape(singles[0])
    assert found.dtype == np.asarray(singles[0]).dtype
    for lane, single in enumerate(singles):
        np.testing.assert_allclose(found.value[lane], single, rtol=1e-13, atol=1e-15)
    if found.dtype == np.float64:
        assert np.ptp(found.value, axis=0).max() > 0, "the lanes do not differ"


@given(
    name=st.sampled_from(sorted(set(CODE) - {"positions", "branching"})),
    seed=st.integers(0, 10**6),
    exponent=st.integers(-8, 2),
)
@settings(max_examples=200, deadline=None)
def test_lanes_far_apart_do_not_mix(name: str, seed: int, exponent: int) -> None:
    arrays = points(seed, 10.0**exponent)
    with np.errstate(all="ignore"):
        try:
            found = lanes_of(CODE[name], arrays)
        except Unstackable:
            return
        for lane in range(LANES):
            single = CODE[name](*(one[lane].copy() if one.ndim > 1 else one[lane] for one in arrays))
            np.testing.assert_allclose(found.value[lane], single, rtol=1e-9, atol=1e-12)


def test_every_function_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[Any] = set()
    original = Stacked.__array_function__

    def noted(self: Stacked, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        seen.add(function)
        return original(self, function, types, args, kwargs)

    monkeypatch.setattr(Stacked, "__array_function__", noted)
    for code in CODE.values():
        with np.errstate(all="ignore"):
            lanes_of(code, [one[:1] + np.zeros_like(one) for one in points(0)])
    missing = {function.__name__ for function in FUNCTIONS} - {function.__name__ for function in seen}
    assert not missing, missing


REFUSED: dict[str, Code] = {
    "a branch that differs": lambda W, b, v, s: s if s > 0 else -s,
    "positions that differ": lambda W, b, v, s: W[0, int(np.argmax(W[0]))],
    "entries that differ": lambda W, b, v, s: np.sum(W[W > 0]),
    "a plain array": lambda W, b, v, s: np.asarray(W).sum(),
    "a plain array of several": lambda W, b, v, s: np.array([s, s]).sum(),
    "a buffer": lambda W, b, v, s: np.zeros((3, 4)).__setitem__(0, W[0]),
    "out of a plain array": lambda W, b, v, s: np.add(W, 1, out=np.zeros((3, 4))),
    "data written into": lambda W, b, v, s: X.copy().__iadd__(s),
    "a masked array": lambda W, b, v, s: np.ma.masked_less(X[:3, :4], 0) * W,
    "an array of another class": lambda W, b, v, s: W * X[:3, :4].view(type("Own", (np.ndarray,), {})),
    "text": lambda W, b, v, s: len(f"{s:.3f}") * s,
    "a list": lambda W, b, v, s: W.tolist(),
    "a whole number": lambda W, b, v, s: range(int(s)),
    "an unknown function": lambda W, b, v, s: np.unwrap(b),
    "an unknown reduction": lambda W, b, v, s: np.subtract.outer(b, b),
    "where=": lambda W, b, v, s: np.sum(W, where=X[:3, :4] > 0),
    "a sum of another dtype": lambda W, b, v, s: np.sum(W, dtype=np.float32),
    "weights": lambda W, b, v, s: np.average(b, weights=np.ones(3)),
    "index arrays apart": lambda W, b, v, s: (W[None] * np.ones((2, 1, 1)))[[0, 1], :, [1, 2]],
    "einsum without a result": lambda W, b, v, s: np.einsum("ij,ij", W, W),
    "two results": lambda W, b, v, s: np.modf(W),
    "large arrays": lambda W, b, v, s: W[:, :, None] * np.ones(1000),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_lanes_cannot_answer_is_refused(name: str) -> None:
    with pytest.raises(Unstackable):
        lanes_of(REFUSED[name], points(1))


def test_what_numpy_refuses_is_refused() -> None:
    for wrong in (
        lambda W, *_: W @ W,
        lambda W, b, *_: W + b,
        lambda W, *_: W.sum(2),
        lambda W, b, v, s: s @ s,
        lambda W, b, v, s: len(s),
    ):
        with pytest.raises((ValueError, TypeError, IndexError)):
            lanes_of(wrong, points(1))


# The loss -----------------------------------------------------------------------------------------------------------------


def loss_of(forward: Callable[[Any], Any], value: np.ndarray, *others: Any) -> np.ndarray | None:
    """Losses of ``forward(w)`` at rows of ``value``."""
    stack = build(lambda given: forward(given[0]), lambda leaves: leaves, [value[0]])
    assert stack is not None
    return stack(value)


def in_a_buffer(w: Any) -> Any:
    losses = np.zeros(2)
    losses[0] = np.sum(w)
    losses[1] = np.sum(w**2)
    return losses.mean()


ROWS = RANDOM.uniform(0.5, 1, (40, 3))


@pytest.mark.parametrize(
    "forward",
    [
        lambda w: np.sum(w**2),
        lambda w: float(np.sum(w**2)),
        lambda w: np.sum(w**2).item(),
        lambda w: np.float64(np.sum(w**2)),
        lambda w: np.sum(w**2, keepdims=True),
        lambda w: np.sum(w**2).reshape(1, 1),
    ],
)
def test_a_loss_in_any_form(forward: Callable[[Any], Any]) -> None:
    np.testing.assert_array_equal(loss_of(forward, ROWS), [float(np.sum(w**2)) for w in ROWS])


@pytest.mark.parametrize(
    "forward",
    [
        # A number that left, and came back as a constant.
        lambda w: np.sum(w) + float(np.sum(w**2)),
        lambda w: float(np.sum(w)) + float(np.sum(w**2)),
        in_a_buffer,
        lambda w: math.log(np.sum(w)),
        lambda w: 2 * float(np.sum(w)),
        lambda w: 1.0,
        lambda w: w,
        lambda w: None,
        lambda w: np.sum(w.astype(np.float32)),
        lambda w: np.sum(w > 0),
        lambda w: 1 / 0,
        lambda w: exec("raise SystemExit"),
    ],
)
def test_a_loss_that_is_none_of_ours(forward: Callable[[Any], Any]) -> None:
    assert loss_of(forward, ROWS) is None


def test_an_interrupt_is_not_swallowed() -> None:
    def forward(w: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loss_of(forward, ROWS)


def test_many_points_are_taken_in_turns_and_steps_are_points() -> None:
    sizes: list[int] = []

    def loss(given: Any) -> Any:
        sizes.append(given[0].run.lanes)
        return np.sum(given[0] ** 2) * given[1]

    stack = build(loss, lambda leaves: leaves, [np.ones((2, 3)), 2.0])
    assert stack is not None
    base, entries = np.arange(7.0), np.arange(300) % 7
    values = RANDOM.normal(size=300)
    vectors = np.tile(base, (300, 1))
    vectors[np.arange(300), entries] = values
    found = stack.steps(base, entries, values)
    np.testing.assert_array_equal(found, [np.sum(v[:6].reshape(2, 3) ** 2) * v[6] for v in vectors])
    assert max(sizes) == stack.chunk
    assert sum(sizes) == 300
    assert np.array_equal(base, np.arange(7.0))


@pytest.mark.parametrize(
    "leaf",
    [np.ones(3, np.float32), np.ones((3, 3)).T[1:].T, np.asfortranarray(np.ones((2, 2))), np.ones(5000), 1 + 2j, np.ones(2).view(np.ma.MaskedArray)],
)  # fmt: skip
def test_parameters_that_are_not_stacked(leaf: Any) -> None:
    assert build(lambda given: 0.0, lambda leaves: leaves, [np.ones(2), leaf]) is None


def test_too_many_parameters_for_a_stack() -> None:
    assert build(lambda given: 0.0, lambda leaves: leaves, [np.ones(1000)] * 100) is None


# In a check ---------------------------------------------------------------------------------------------------------------


class Network:
    """A small network whose forward tells how it was called."""

    def __init__(self, finish: Callable[[Any], Any] = lambda loss: loss) -> None:
        random = np.random.default_rng(0)
        self.parameters = {
            "W": random.normal(size=(3, 4)),
            "b": random.normal(size=(3, 1)),
            "u": random.normal(size=(1, 3)),
        }
        self.finish = finish
        self.calls = 0
        self.points = 0
        self.pure = True

    def forward(self, p: Any) -> Any:
        self.calls += 1
        self.points += p["W"].run.lanes if isinstance(p["W"], Stacked) else 1
        return self.finish(np.mean((p["u"] @ np.tanh(p["W"] @ X + p["b"]) - Y) ** 2))

    def backward(self, p: Any) -> Any:
        H = np.tanh(p["W"] @ X + p["b"])
        d = 2 * (p["u"] @ H - Y) / 6
        dZ = p["u"].T @ d * (1 - H**2)
        return {"W": dZ @ X.T, "b": dZ.sum(1, keepdims=True), "u": d @ H.T}

    def check(self, **options: Any) -> Any:
        problem = Problem(self.forward, self.backward, self.parameters, pure=self.pure)
        return check(problem, select("numpy", self.parameters, []), Options(**options))


def opaque(loss: Any) -> Any:
    """The same loss by a way that lanes cannot take."""
    return np.asarray(loss)[()]


@pytest.mark.parametrize(
    "options", [{"epsilon": 1e-7, "method": "central"}, {"method": "central"}, {}, {"epsilon": 1e-3}]
)
def test_a_report_is_the_same_to_the_last_digit(options: dict[str, Any]) -> None:
    stacked, single = Network(), Network(opaque)
    report, other = stacked.check(**options), single.check(**options)
    assert report.verdict == other.verdict == "pass"
    assert report.relative_difference == other.relative_difference
    for one, two in zip(report.parameters, other.parameters, strict=True):
        assert np.array_equal(one.numerical, two.numerical)
        assert one.detection_limit == two.detection_limit
    assert stacked.points == report.evaluations
    # One of them is the attempt.
    assert single.calls == other.evaluations
    # All of the first series were made together.
    assert stacked.calls < single.calls - 25


def test_a_wrong_entry_is_found_in_the_stack() -> None:
    network = Network()
    right = network.backward

    def wrong(p: Any) -> Any:
        found = right(p)
        found["W"][1, 2] *= 1.001
        return found

    network.backward = wrong  # type: ignore[method-assign]
    report = network.check()
    assert report.verdict == "fail"
    assert [one.name for one in report.parameters if one.verdict == "fail"] == ["W"]
    assert np.argwhere(report["W"].codes == 2).tolist() == [[1, 2]]


def test_a_stack_that_gives_other_numbers_is_not_believed() -> None:
    """A forward that knows when it is stacked, and cheats by one part in 10^12 there."""
    network = Network()
    plain = network.forward

    def forward(p: Any) -> Any:
        return plain(p) * (1 + 1e-12 * isinstance(p["W"], Stacked))

    network.forward = forward  # type: ignore[method-assign]
    report, other = network.check(epsilon=1e-6), Network(opaque).check(epsilon=1e-6)
    assert report.relative_difference == other.relative_difference


def test_what_forward_keeps_is_of_a_single_call() -> None:
    kept: list[Any] = [None]
    network = Network(lambda loss: kept.__setitem__(0, loss) or loss)
    assert network.check().verdict == "pass"
    assert isinstance(kept[0], np.float64)


def test_a_slow_forward_is_called_one_point_at_a_time() -> None:
    import time

    network = Network(lambda loss: time.sleep(0.06) or loss)
    assert network.check(epsilon=1e-6, points=0).verdict == "pass"
    assert network.calls == network.points
