"""Losses x flavours x changes x mistakes: seeded cases whose truth is known."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from . import losses, wrap
from .mistakes import BY_NAME, Alternative, OtherLambd, Prepared, Scene, Spoil

Values = dict[str, np.ndarray]
# Steps of gradient descent of a trained net.
STEPS = 500
LAMBD = 0.7
NUDGE = "off by "

# Those that end in "unlifted" are checked as black boxes: nothing may be computed in float64 but the differences.
FLAVOURS = (
    "numpy-64",
    "numpy-32",
    "numpy-cast",
    "numpy-32-unlifted",
    "tf-eager-32",
    "tf-eager-32-unlifted",
    "tf-32",
    "tf-64",
    "tf-custom-32",
    "tf-custom-64",
)
CHANGES = ("plain", "trained", "plus1000", "times1e-8", "times1e+8", "units", "zeros")


@dataclass(frozen=True)
class Loss:
    """One kind of loss.

    Attributes:
        name: what it is called.
        make: random -> parameters, X, Y in float64.
        penalised: whether there is an L2 term, and ``lambd`` among the arguments.
        tensors: whether it is written in TensorFlow as well.
        alternatives, tensor_alternatives: what wrong backward functions are called after ``<name>_backward_``.
        examples: axis of X over which the examples run.
        noisy: whether the loss is noisier than its rounding.
        code: what its functions in `losses` and `tensors` are called, where that is another name.
        wide: whether it has too many entries to measure each.
        rate: of the gradient descent that trains it.
    """

    name: str
    make: Callable[[np.random.Generator], tuple[Values, np.ndarray, np.ndarray]]
    penalised: bool = False
    tensors: bool = False
    alternatives: tuple[str, ...] = ()
    tensor_alternatives: tuple[str, ...] = ()
    examples: int = 0
    noisy: bool = False
    code: str = ""
    wide: bool = False
    rate: float = 0.1

    def functions(self, module: Any, suffix: str = "") -> tuple[Callable[..., Any], Callable[..., Any]]:
        """Forward, and the backward with the suffix."""
        name = self.code or self.name
        return getattr(module, f"{name}_forward"), getattr(module, f"{name}_backward{suffix}")


def _mlp(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    return _dense(random, int(random.integers(3, 6)), int(random.integers(4, 7)), int(random.integers(6, 12)))


def _wide_mlp(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    return _dense(random, int(random.integers(25, 30)), int(random.integers(34, 40)), int(random.integers(12, 24)))


def _dense(random: np.random.Generator, n: int, h: int, m: int) -> tuple[Values, np.ndarray, np.ndarray]:
    parameters = {
        "W1": random.normal(size=(h, n)) / np.sqrt(n),
        "b1": 0.3 * random.normal(size=(h, 1)),
        "W2": random.normal(size=(h, h)) / np.sqrt(h),
        "b2": 0.3 * random.normal(size=(h, 1)),
        "W3": random.normal(size=(1, h)) / np.sqrt(h),
        "b3": 0.3 * random.normal(size=(1, 1)),
    }
    return parameters, random.normal(size=(n, m)), (random.random((1, m)) < 0.5).astype(float)


def _classes(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    m, n, k = int(random.integers(8, 14)), int(random.integers(4, 7)), int(random.integers(3, 5))
    labels = random.integers(0, k, size=m)
    return {"W": random.normal(size=(n, k)), "b": random.normal(size=k)}, random.normal(size=(m, n)), np.eye(k)[labels]


def _wide_classes(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    m, n, k = int(random.integers(30, 60)), int(random.integers(140, 180)), 10
    labels = random.integers(0, k, size=m)
    weights = {"W": random.normal(size=(n, k)) / np.sqrt(n), "b": random.normal(size=k)}
    return weights, random.normal(size=(m, n)), np.eye(k)[labels]


def _squares(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    m, n = int(random.integers(7, 12)), int(random.integers(3, 6))
    return (
        {"W": random.normal(size=(n, n)), "b": random.normal(size=n)},
        random.normal(size=(m, n)),
        random.normal(size=(m, n)),
    )


def _convolution(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    m, f = int(random.integers(4, 7)), int(random.integers(3, 5))
    parameters = {
        "K": random.normal(size=(f, losses.KERNEL, losses.KERNEL)) / losses.KERNEL,
        "b": 0.3 * random.normal(size=f),
        "w": random.normal(size=f),
        "c": np.array(random.normal()),
    }
    return parameters, random.normal(size=(m, 6, 5)), random.normal(size=m)


def _batchnorm(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    m, n, h = int(random.integers(8, 12)), int(random.integers(3, 5)), int(random.integers(4, 6))
    parameters = {
        "W1": random.normal(size=(n, h)),
        "b1": random.normal(size=h),
        "gamma": 1 + 0.3 * random.normal(size=h),
        "beta": 0.3 * random.normal(size=h),
        "W2": random.normal(size=(h, 2)) / np.sqrt(h),
        "b2": random.normal(size=2),
    }
    return parameters, random.normal(size=(m, n)), random.normal(size=(m, 2))


def _rnn(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    steps, n, h, m = 5, 3, int(random.integers(4, 6)), int(random.integers(4, 7))
    parameters = {
        "Wx": random.normal(size=(h, n)) / np.sqrt(n),
        "Wh": random.normal(size=(h, h)) / np.sqrt(h),
        "b": 0.3 * random.normal(size=(h, 1)),
        "Wy": random.normal(size=(2, h)) / np.sqrt(h),
        "c": 0.3 * random.normal(size=(2, 1)),
    }
    return parameters, random.normal(size=(steps, n, m)), random.normal(size=(2, m))


def _lstm(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    n, h, m = 3, int(random.integers(3, 5)), int(random.integers(4, 7))
    parameters: Values = {}
    for gate in "fico":
        parameters[f"W{gate}"] = random.normal(size=(h, h + n)) / np.sqrt(h)
        parameters[f"b{gate}"] = 0.3 * random.normal(size=(h, 1))
    return parameters, random.normal(size=(2, n, m)), random.normal(size=(h, m))


def _factors(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    return _ratings(random, int(random.integers(5, 8)), 2)


def _wide_factors(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    return _ratings(random, int(random.integers(90, 110)), 8)


def _ratings(random: np.random.Generator, n: int, rank: int) -> tuple[Values, np.ndarray, np.ndarray]:
    parameters = {
        "U": random.normal(size=(n, rank)),
        "V": random.normal(size=(n, rank)),
        "bu": 0.5 * random.normal(size=n),
        "bv": 0.5 * random.normal(size=n),
    }
    return parameters, (random.random((n, n)) < 0.8).astype(float), 2 + random.normal(size=(n, n))


def _gaussian(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    m, n = int(random.integers(12, 20)), int(random.integers(4, 7))
    parameters = {"w": random.normal(size=n), "b": np.array(random.normal()), "s": np.array(0.5 * random.normal())}
    return parameters, random.normal(size=(m, n)), random.normal(size=m)


def _solver(random: np.random.Generator) -> tuple[Values, np.ndarray, np.ndarray]:
    n, h, m = 3, int(random.integers(3, 6)), int(random.integers(4, 7))
    W = random.normal(size=(h, h))
    parameters = {
        "W": 0.5 * W / np.linalg.norm(W, 2),
        "U": random.normal(size=(h, n)) / np.sqrt(n),
        "b": 0.3 * random.normal(size=(h, 1)),
        "v": random.normal(size=h),
    }
    return parameters, random.normal(size=(n, m)), random.normal(size=m)


LOSSES = (
    Loss("mlp_relu", _mlp, tensors=True, alternatives=("without_mask",), tensor_alternatives=("without_mask",), examples=1),
    Loss("mlp_tanh", _mlp, tensors=True, alternatives=("without_slope",), examples=1),
    Loss("softmax", _classes, penalised=True, tensors=True),
    Loss("hinge", _classes, penalised=True, alternatives=("without_right_class",)),
    Loss("squares", _squares, tensors=True),
    Loss("convolution", _convolution, alternatives=("without_mask",)),
    Loss("batchnorm", _batchnorm, alternatives=("with_fixed_statistics",)),
    Loss("rnn", _rnn, alternatives=("of_last_step",), examples=2),
    Loss("lstm", _lstm, alternatives=("without_memory",), examples=2),
    Loss("factors", _factors, penalised=True, tensors=True),
    Loss("gaussian", _gaussian, tensors=True),
    Loss("solver", _solver, alternatives=("of_last_step",), examples=1, noisy=True),
    Loss("wide_relu", _wide_mlp, tensors=True, alternatives=("without_mask",), tensor_alternatives=("without_mask",), examples=1, code="mlp_relu", wide=True),
    Loss("wide_tanh", _wide_mlp, tensors=True, alternatives=("without_slope",), examples=1, code="mlp_tanh", wide=True),
    Loss("wide_softmax", _wide_classes, penalised=True, tensors=True, code="softmax", wide=True),
    Loss("wide_factors", _wide_factors, penalised=True, tensors=True, code="factors", wide=True, rate=0.005),
)  # fmt: skip
LOSS = {loss.name: loss for loss in LOSSES}


@dataclass(frozen=True)
class Case:
    """One question for `gradcheck`, with its answer.

    Attributes:
        loss, flavour, change, seed: what it is made of.
        mistake: name of the mistake, "" for right code.
        struck: the parameter at which the mistake was aimed, "" for right code.
        forward, backward, parameters, data: arguments of `gradcheck`; backward is None for a custom gradient.
        truth: the true gradients, float64, by the parameter's name.
        error: by the parameter's name, the largest error of an entry of the claimed gradient by construction; infinite
            where it is missing or not finite; 0 where the gradient is right.
        strict: whether only a strict check is to find the mistake.
        elsewhere: whether the gradient is right at this very point, and ``error`` is that of a point nearby.
        clean: parameters whose claimed gradient is right here and nearby.
    """

    loss: str
    flavour: str
    change: str
    seed: int
    forward: Callable[..., Any]
    backward: Callable[..., Any] | None
    parameters: dict[str, Any]
    data: tuple[Any, ...]
    truth: Values = field(repr=False)
    mistake: str = ""
    struck: str = ""
    error: Mapping[str, float] = field(default_factory=dict)
    strict: bool = False
    elsewhere: bool = False
    clean: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """``mlp_relu:numpy-64:plain`` and, for wrong code, ``:x2@W1``."""
        right = f"{self.loss}:{self.flavour}:{self.change}"
        return f"{right}:{self.mistake}@{self.struck}" if self.mistake else right

    @property
    def options(self) -> dict[str, bool]:
        """What `gradcheck` is to be told beside its arguments."""
        unlifted = {"lift": False} if self.flavour.endswith("unlifted") else {}
        return {**unlifted, **({"strict": True} if self.strict else {})}

    @property
    def loss_value(self) -> float:
        """The size of the loss, of what was added to it as well."""
        with np.errstate(all="ignore"):
            result = self.forward(*self.data[:2], self.parameters, *self.data[2:])
        return abs(float(result[0] if isinstance(result, tuple) else result))

    def size(self, parameter: str) -> float:
        """The largest entry of a parameter; 1 unit of one that is zero."""
        largest = float(np.max(np.abs(np.asarray(self.parameters[parameter]))))
        return largest or 1.0

    @property
    def wrong(self) -> set[str]:
        """Parameters whose claimed gradient is wrong."""
        return {name for name, error in self.error.items() if error > 0}


def flavours_of(loss: Loss) -> tuple[str, ...]:
    """The flavours a loss comes in. A wide one is no black box in float32: that is checked entry by entry, at length."""
    return tuple(
        f for f in FLAVOURS if (loss.tensors or not f.startswith("tf-")) and not (loss.wide and f.endswith("unlifted"))
    )


def make(loss: str, flavour: str = "numpy-64", change: str = "plain", seed: int = 0) -> Case:
    """Right code. The same seed gives the same point in every flavour, but for rounding."""
    kind = LOSS[loss]
    parameters, X, Y, units, factor, offset = _world(loss, change, seed)
    if "32" in flavour:
        parameters = {name: _rounded(value) for name, value in parameters.items()}
        X, Y = _rounded(X), _rounded(Y)
    forward, backward = _pair(losses, kind, "", units, factor, offset)
    lambd = (LAMBD,) if kind.penalised else ()
    truth = _by_name(backward(X, Y, forward(X, Y, parameters, *lambd)[1], *lambd), parameters)
    exact = Case(loss, flavour, change, seed, forward, backward, parameters, (X, Y, *lambd), truth)
    return replace(_dressed(exact, None), error=dict.fromkeys(parameters, 0.0), clean=set(parameters))


def spoil(right: Case, mistake: str, parameter: str) -> Case | None:
    """``right`` with ``mistake`` at the gradient of ``parameter``; None where it cannot be made or changes too little.

    Too little is an error of less than 1e-3 of the parameter's largest gradient (1e-6 for a strict mistake).
    """
    kind, wrong = LOSS[right.loss], BY_NAME[mistake]
    on_tensors = right.flavour.startswith("tf-")
    alternatives = kind.tensor_alternatives if on_tensors else kind.alternatives
    scene = Scene(right.truth, _examples(kind, right), alternatives, kind.penalised)
    random = np.random.default_rng([right.seed, zlib.crc32(f"{right.loss} {mistake} {parameter}".encode())])
    prepared = wrong.prepare(scene, parameter, random)
    custom = right.flavour.startswith("tf-custom")
    if prepared is None or (custom and mistake in ("key missing", "(n,1) for (n,)")):
        return None
    # A backward of a solver that stops early is itself not right to six digits.
    if wrong.strict and kind.noisy:
        return None
    elsewhere = right.change == "zeros" and isinstance(prepared, OtherLambd)
    error = _errors(right, prepared, 0.1 if elsewhere else 0.0)
    floor = 0.99e-6 if wrong.strict else 0.99e-3
    largest = {name: _largest(right.truth, name) for name in right.truth}
    if not error[parameter] > floor * largest[parameter]:
        return None
    if any(0 < error[name] <= floor * largest[name] for name in error):
        return None
    nearby = [_errors(right, prepared, away) for away in (0.1, -0.05)]
    bare = replace(
        right,
        mistake=mistake,
        struck=parameter,
        error=error,
        clean={name for name in error if not any(errors[name] for errors in (error, *nearby))},
        strict=wrong.strict,
        elsewhere=elsewhere,
    )
    return _dressed(bare, prepared)


def nudged(right: Case, parameter: str, amount: float) -> Case:
    """``right`` with ``amount`` added to one entry of the gradient of ``parameter``: an error of any size."""
    size = right.truth[parameter].size
    random = np.random.default_rng([right.seed, zlib.crc32(f"{right.loss} nudged {parameter}".encode())])
    plus = np.zeros(size)
    plus[random.integers(size)] = amount
    error = {name: abs(amount) if name == parameter else 0.0 for name in right.truth}
    clean = set(right.truth) - {parameter}
    bare = replace(right, mistake=f"{NUDGE}{amount!r}", struck=parameter, error=error, clean=clean)
    return _dressed(bare, Spoil(parameter, plus=plus))


def named(name: str, seed: int) -> Case | None:
    """The case with this `Case.name`; None where it cannot be made."""
    right, _, parameter = name.partition("@")
    loss, flavour, change, *mistake = right.split(":")
    case = make(loss, flavour, change, seed)
    if not mistake:
        return case
    if mistake[0].startswith(NUDGE):
        return nudged(case, parameter, float(mistake[0].removeprefix(NUDGE)))
    return spoil(case, mistake[0], parameter)


def parameters_of(right: Case, mistake: str) -> list[str]:
    """Parameters at which ``mistake`` can be aimed; one that strikes where it will is aimed at the first it reaches."""
    return [name for name in right.parameters if spoil(right, mistake, name) is not None]


def _dressed(case: Case, prepared: Prepared | None) -> Case:
    """The case with its functions, parameters and data in its flavour."""
    kind = LOSS[case.loss]
    if not case.flavour.startswith("tf-"):
        module: Any = losses
    else:
        from . import tensors as module
    _, _, _, units, factor, offset = _world(case.loss, case.change, case.seed)
    suffix = f"_{prepared.suffix}" if isinstance(prepared, Alternative) else ""
    forward, backward = _pair(module, kind, suffix, units, factor, offset)
    backward = _spoiled(backward, prepared, kind)
    dtype = np.float32 if "32" in case.flavour else np.float64
    parameters, data = case.parameters, case.data
    if case.flavour == "numpy-cast":
        forward = wrap.bound("cast_forward", kind.penalised, inner_forward=forward)
        backward = wrap.bound("cast_backward", kind.penalised, inner_backward=backward)
    elif not case.flavour.startswith("tf-"):
        parameters = {name: np.array(value, dtype=dtype) for name, value in parameters.items()}
        data = (*(np.array(value, dtype=dtype) for value in data[:2]), *data[2:])
    else:
        import tensorflow as tf

        # People keep weights in variables, and in plain tensors.
        keep = tf.Variable if case.seed % 2 else tf.constant
        parameters = {name: keep(np.asarray(value), dtype=dtype) for name, value in parameters.items()}
        data = (*(tf.constant(np.asarray(value), dtype=dtype) for value in data[:2]), *data[2:])
        if "eager" in case.flavour:
            forward = wrap.bound("eager_forward", kind.penalised, inner_forward=forward)
        elif "custom" in case.flavour:
            forward = wrap.bound(
                "custom_forward", kind.penalised, inner_forward=forward, inner_backward=backward, tf=tf
            )
            return replace(case, forward=forward, backward=None, parameters=parameters, data=data)
    return replace(case, forward=forward, backward=backward, parameters=parameters, data=data)


def _pair(
    module: Any, kind: Loss, suffix: str, units: Mapping[str, float], factor: float, offset: float
) -> tuple[Callable[..., Any], Callable[..., Any]]:
    forward, backward = kind.functions(module, suffix)
    if factor == 1 and offset == 0 and all(unit == 1 for unit in units.values()):
        return forward, backward
    seen = {"UNITS": dict(units), "FACTOR": factor, "OFFSET": offset}
    return (
        wrap.bound("changed_forward", kind.penalised, inner_forward=forward, **seen),
        wrap.bound("changed_backward", kind.penalised, inner_backward=backward, **seen),
    )


def _spoiled(backward: Callable[..., Any], prepared: Prepared | None, kind: Loss) -> Callable[..., Any]:
    if prepared is None or isinstance(prepared, Alternative):
        return backward
    if isinstance(prepared, OtherLambd):
        return wrap.bound("other_lambd_backward", True, inner_backward=backward, OTHER=prepared.factor)
    return wrap.bound("spoiled_backward", kind.penalised, inner_backward=backward, spoil=prepared)


def _errors(right: Case, prepared: Prepared, away: float) -> dict[str, float]:
    """By how much each gradient is wrong, computed in float64, with every parameter greater by ``away`` of its unit."""
    kind = LOSS[right.loss]
    _, _, _, units, factor, offset = _world(right.loss, right.change, right.seed)
    suffix = f"_{prepared.suffix}" if isinstance(prepared, Alternative) else ""
    forward, backward = _pair(losses, kind, suffix, units, factor, offset)
    spoiled = _spoiled(backward, prepared, kind)
    parameters = {
        name: np.asarray(value).astype(np.float64) + away / units[name] for name, value in right.parameters.items()
    }
    X, Y = (np.asarray(value).astype(np.float64) for value in right.data[:2])
    lambd = right.data[2:]
    claimed = spoiled(X, Y, forward(X, Y, parameters, *lambd)[1], *lambd)
    if isinstance(prepared, Alternative):
        backward = _pair(losses, kind, "", units, factor, offset)[1]
    truth = _by_name(backward(X, Y, forward(X, Y, parameters, *lambd)[1], *lambd), parameters)
    found = {}
    for name, true in truth.items():
        value = claimed.get(f"d{name}")
        if value is None or np.shape(value) != true.shape or not np.all(np.isfinite(value)):
            found[name] = np.inf
        else:
            off = float(np.max(np.abs(value - true)))
            # A gradient of batch norm's bias is rounding; so is what another order of sums makes of any other.
            found[name] = off if off > 1e-12 * _largest(truth, name) else 0.0
    return found


def _largest(truth: Values, name: str) -> float:
    """The largest entry of a gradient; of one that is zero everywhere, the largest of all gradients."""
    overall = max(float(np.max(np.abs(value))) for value in truth.values())
    own = float(np.max(np.abs(truth[name])))
    return own if own > 1e-12 * overall else overall


@functools.lru_cache(maxsize=64)
def _world(loss: str, change: str, seed: int) -> tuple[Values, np.ndarray, np.ndarray, dict[str, float], float, float]:
    """Parameters, X and Y in float64; units of the parameters; factor and offset of the loss."""
    kind = LOSS[loss]
    random = np.random.default_rng([seed, zlib.crc32(loss.encode())])
    parameters, X, Y = kind.make(random)
    if change == "trained":
        parameters = _trained(kind, parameters, X, Y)
    if change == "zeros":
        parameters = {name: np.zeros_like(value) for name, value in parameters.items()}
    units = dict.fromkeys(parameters, 1.0)
    if change == "units":
        units = {name: float(10.0 ** random.integers(-4, 5)) for name in parameters}
        parameters = {name: value / units[name] for name, value in parameters.items()}
    factor = {"times1e-8": 1e-8, "times1e+8": 1e8}.get(change, 1.0)
    return parameters, X, Y, units, factor, 1000.0 if change == "plus1000" else 0.0


def _trained(kind: Loss, parameters: Values, X: np.ndarray, Y: np.ndarray) -> Values:
    lambd = (LAMBD,) if kind.penalised else ()
    forward, backward = kind.functions(losses)
    now = {name: value.copy() for name, value in parameters.items()}
    for _ in range(STEPS):
        gradients = backward(X, Y, forward(X, Y, now, *lambd)[1], *lambd)
        now = {name: value - kind.rate * gradients[f"d{name}"] for name, value in now.items()}
    return now


def _examples(kind: Loss, case: Case) -> int:
    return int(case.data[0].shape[kind.examples])


def _rounded(value: np.ndarray) -> np.ndarray:
    """``value`` as float32 holds it, in float64."""
    return np.asarray(np.asarray(value, dtype=np.float32), dtype=np.float64)


def _by_name(gradients: Mapping[str, Any], parameters: Values) -> Values:
    return {name: np.asarray(gradients[f"d{name}"], dtype=np.float64) for name in parameters}
