"""Ways to get a gradient wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Gradients = Mapping[str, Any]


@dataclass(frozen=True)
class Scene:
    """What a mistake may look at to choose where to strike: one case, in float64.

    Attributes:
        gradients: the right ones, by the parameter's name.
        examples: how many there are in the batch.
        alternatives: names of wrong backward functions that are written down for this loss.
        penalised: whether the loss has an L2 term.
    """

    gradients: Mapping[str, np.ndarray]
    examples: int
    alternatives: tuple[str, ...]
    penalised: bool


@dataclass(frozen=True)
class Spoil:
    """Changes one gradient among those that backward returns, NumPy's and TensorFlow's alike, in their own precision.

    New entry k = ``factor[k]`` x old entry ``order[k]`` + ``shift[k]`` x the largest + ``plus[k]``; None leaves a part out.
    """

    name: str
    factor: Any = None
    order: Any = None
    shift: Any = None
    plus: Any = None

    def __call__(self, gradients: Gradients) -> dict[str, Any]:
        key = f"d{self.name}"
        return {**gradients, key: self.changed(gradients[key])}

    def changed(self, value: Any) -> Any:
        if isinstance(value, (np.ndarray, np.generic)):
            value = np.asarray(value)
            flat = value.reshape(-1)
            if self.order is not None:
                flat = flat[self.order]
            if self.factor is not None:
                flat = flat * np.asarray(self.factor, dtype=value.dtype)
            if self.shift is not None:
                flat = flat + np.asarray(self.shift, dtype=value.dtype) * np.max(np.abs(value))
            if self.plus is not None:
                flat = flat + np.asarray(self.plus, dtype=value.dtype)
            return flat.reshape(value.shape)
        import tensorflow as tf

        flat = tf.reshape(value, [-1])
        if self.order is not None:
            flat = tf.gather(flat, self.order)
        if self.factor is not None:
            flat = flat * tf.constant(self.factor, dtype=value.dtype)
        if self.shift is not None:
            flat = flat + tf.constant(self.shift, dtype=value.dtype) * tf.reduce_max(tf.abs(value))
        if self.plus is not None:
            flat = flat + tf.constant(self.plus, dtype=value.dtype)
        return tf.reshape(flat, value.shape)


@dataclass(frozen=True)
class Summed:
    """Every entry becomes the sum of all: ``np.sum`` without its axis, broadcast into the parameter's shape."""

    name: str

    def __call__(self, gradients: Gradients) -> dict[str, Any]:
        value = gradients[f"d{self.name}"]
        if isinstance(value, np.ndarray):
            return {**gradients, f"d{self.name}": np.full_like(value, value.sum())}
        import tensorflow as tf

        return {**gradients, f"d{self.name}": tf.fill(value.shape, tf.reduce_sum(value))}


@dataclass(frozen=True)
class Exchanged:
    """Two gradients of equal shape under each other's name."""

    name: str
    other: str

    def __call__(self, gradients: Gradients) -> dict[str, Any]:
        one, other = f"d{self.name}", f"d{self.other}"
        return {**gradients, one: gradients[other], other: gradients[one]}


@dataclass(frozen=True)
class Absent:
    """None, or no such key."""

    name: str
    key_left: bool

    def __call__(self, gradients: Gradients) -> dict[str, Any]:
        left = {key: value for key, value in gradients.items() if key != f"d{self.name}"}
        return {**left, f"d{self.name}": None} if self.key_left else left


@dataclass(frozen=True)
class Reshaped:
    """(n, 1) for (n,) and the other way round."""

    name: str

    def __call__(self, gradients: Gradients) -> dict[str, Any]:
        value = gradients[f"d{self.name}"]
        shape = (-1, 1) if len(value.shape) == 1 else (-1,)
        if isinstance(value, np.ndarray):
            return {**gradients, f"d{self.name}": value.reshape(shape)}
        import tensorflow as tf

        return {**gradients, f"d{self.name}": tf.reshape(value, shape)}


@dataclass(frozen=True)
class Alternative:
    """Another backward function altogether."""

    suffix: str


@dataclass(frozen=True)
class OtherLambd:
    """The L2 term with ``factor`` times its coefficient."""

    factor: float


Prepared = Spoil | Summed | Exchanged | Absent | Reshaped | Alternative | OtherLambd


@dataclass(frozen=True)
class Mistake:
    """One kind of mistake.

    Attributes:
        name: what it is called in tables.
        prepare: (scene, parameter, random) -> how to spoil, or None where this mistake cannot be made there.
        causes: kinds of cause that describe it; none where no simple relation does.
        strict: whether only a strict check is to find it.
    """

    name: str
    prepare: Callable[[Scene, str, np.random.Generator], Prepared | None]
    causes: tuple[str, ...] = ()
    strict: bool = False


def _factor(factor: float) -> Callable[[Scene, str, np.random.Generator], Prepared | None]:
    return lambda scene, name, random: Spoil(name, factor=factor)


def _per_example(power: int) -> Callable[[Scene, str, np.random.Generator], Prepared | None]:
    return lambda scene, name, random: Spoil(name, factor=float(scene.examples) ** power)


def _noticeable(scene: Scene, name: str) -> np.ndarray:
    """Flat indices of entries that are not small beside the largest."""
    size = np.abs(scene.gradients[name]).reshape(-1)
    return np.flatnonzero((size > 0.05 * size.max()) & (size > 0))


def _entry_off(fraction: float) -> Callable[[Scene, str, np.random.Generator], Prepared | None]:
    def prepare(scene: Scene, name: str, random: np.random.Generator) -> Prepared | None:
        size = scene.gradients[name].size
        shift = np.zeros(size)
        shift[random.integers(size)] = fraction
        return Spoil(name, shift=shift)

    return prepare


def _zeroed(count: int) -> Callable[[Scene, str, np.random.Generator], Prepared | None]:
    def prepare(scene: Scene, name: str, random: np.random.Generator) -> Prepared | None:
        entries = _noticeable(scene, name)
        # All of them zero is another mistake.
        if len(entries) < count or scene.gradients[name].size < count + 2:
            return None
        factor = np.ones(scene.gradients[name].size)
        factor[random.choice(entries, count, replace=False)] = 0
        return Spoil(name, factor=factor)

    return prepare


def _swapped_entries(scene: Scene, name: str, random: np.random.Generator) -> Prepared | None:
    flat = scene.gradients[name].reshape(-1)
    if flat.size < 3:
        return None
    one = int(random.choice(_noticeable(scene, name))) if len(_noticeable(scene, name)) else 0
    other = int(np.argmax(np.abs(flat - flat[one])))
    order = np.arange(flat.size)
    order[[one, other]] = [other, one]
    return Spoil(name, order=order)


def _rows(order_of: Callable[[int, np.random.Generator], np.ndarray], least: int) -> Any:
    def prepare(scene: Scene, name: str, random: np.random.Generator) -> Prepared | None:
        shape = scene.gradients[name].shape
        if len(shape) < 2 or shape[0] < least or shape[1] < 2:
            return None
        index = np.arange(scene.gradients[name].size).reshape(shape)
        return Spoil(name, order=index[order_of(shape[0], random)].reshape(-1))

    return prepare


def _two_rows(count: int, random: np.random.Generator) -> np.ndarray:
    order = np.arange(count)
    one, other = random.choice(count, 2, replace=False)
    order[[one, other]] = [other, one]
    return order


def _transposed(scene: Scene, name: str, random: np.random.Generator) -> Prepared | None:
    shape = scene.gradients[name].shape
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] < 2:
        return None
    return Spoil(name, order=np.arange(scene.gradients[name].size).reshape(shape).T.reshape(-1))


def _exchanged(scene: Scene, name: str, random: np.random.Generator) -> Prepared | None:
    shape = scene.gradients[name].shape
    others = [other for other, g in scene.gradients.items() if other != name and g.shape == shape]
    return Exchanged(name, others[int(random.integers(len(others)))]) if others else None


def _summed(scene: Scene, name: str, random: np.random.Generator) -> Prepared | None:
    return Summed(name) if scene.gradients[name].size > 2 else None


def _not_a_number(scene: Scene, name: str, random: np.random.Generator) -> Prepared | None:
    factor = np.ones(scene.gradients[name].size)
    factor[random.integers(factor.size)] = np.nan
    return Spoil(name, factor=factor)


def _reshaped(scene: Scene, name: str, random: np.random.Generator) -> Prepared | None:
    shape = scene.gradients[name].shape
    # One number in whatever axes is one number.
    return Reshaped(name) if len(shape) in (1, 2) and shape[-1] in (1, shape[0]) and shape[0] > 1 and (
        len(shape) == 1 or shape[1] == 1
    ) else None  # fmt: skip


def _alternative(scene: Scene, name: str, random: np.random.Generator) -> Prepared | None:
    return (
        Alternative(scene.alternatives[int(random.integers(len(scene.alternatives)))]) if scene.alternatives else None
    )


def _lambd(factor: float) -> Callable[[Scene, str, np.random.Generator], Prepared | None]:
    return lambda scene, name, random: OtherLambd(factor) if scene.penalised else None


MISTAKES = (
    Mistake("x2", _factor(2.0), ("scale",)),
    Mistake("x 1/m", _per_example(-1), ("scale",)),
    Mistake("x m", _per_example(1), ("scale",)),
    Mistake("x1.01", _factor(1.01), ("scale",)),
    Mistake("x1.001", _factor(1.001), ("scale",)),
    Mistake("sign", _factor(-1.0), ("sign",)),
    Mistake("zero", _factor(0.0), ("zero",)),
    Mistake("entry off by 1e-3", _entry_off(1e-3), ("entries",)),
    Mistake("entry off by 1e-6", _entry_off(1e-6), ("entries",), strict=True),
    Mistake("entry zeroed", _zeroed(1), ("entries",)),
    Mistake("ten entries zeroed", _zeroed(10), ("entries", "mask")),
    Mistake("two entries swapped", _swapped_entries, ("entries", "permuted")),
    Mistake("two rows swapped", _rows(_two_rows, 3), ("permuted",)),
    Mistake("rows reversed", _rows(lambda count, random: np.arange(count)[::-1], 3), ("permuted",)),
    Mistake("transposed", _transposed, ("transpose",)),
    Mistake("exchanged", _exchanged, ("exchanged",)),
    Mistake("summed", _summed, ("sum",)),
    Mistake("other backward", _alternative),
    Mistake("L2 missing", _lambd(0.0), ("regularisation",)),
    Mistake("L2 x 2", _lambd(2.0), ("regularisation",)),
    Mistake("L2 sign", _lambd(-1.0), ("regularisation",)),
    Mistake("NaN", _not_a_number, ("non-finite",)),
    Mistake("None", lambda scene, name, random: Absent(name, True), ("missing",)),
    Mistake("key missing", lambda scene, name, random: Absent(name, False), ("missing",)),
    Mistake("(n,1) for (n,)", _reshaped, ("shape",)),
)
BY_NAME = {mistake.name: mistake for mistake in MISTAKES}
