"""NumPy code run on TensorFlow: the person's own source, with parameters that answer as NumPy arrays do.

NumPy hands every ufunc and every function over to an argument that asks for it (NEP 13 and NEP 18); ours computes it by
TensorFlow, so that one `GradientTape` sees what forward does. Code that leaves this (`np.asarray`, a plain buffer that is
written into) meets an exception at once: better no gradient than one that forgets a path.

A single number may leave by ``float()``, ``.item()`` or a tensor's ``.numpy()``, as the last line of many a cost function
has it: it is remembered, and must then be, to the last bit, what forward returns.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from .companion import under_way
from .lifted_numpy import (
    CONSTANT_FUNCTIONS,
    CONSTANT_UFUNCS,
    FUNCTIONS,
    UFUNCS,
    Unfollowed,
    concrete,
    getitem,
    setitem,
    tensor,
    tf,
)


class Session:
    """One run of lifted code.

    Attributes:
        escaped: tensors of lifted numbers whose value was taken as a Python number.
        read: tensors of TensorFlow code, of one number each, whose value was taken.
        by_tensorflow: whether TensorFlow was handed a lifted array.
    """

    def __init__(self) -> None:
        self.escaped: list[Any] = []
        self.read: list[Any] = []
        self.by_tensorflow = False

    def tensor_of(self, loss: Any) -> Any:
        """The tensor behind what forward returned: a lifted number, a tensor, or the number that one escaped as.

        Raises `Unfollowed` where there is none.
        """
        if isinstance(loss, Lifted) or tf.is_tensor(loss):
            if self.escaped:
                raise Unfollowed("a value became a Python number on the way to the loss")
            return loss.value if isinstance(loss, Lifted) else loss
        if isinstance(loss, (float, np.floating, np.ndarray)) and np.size(loss) == 1:
            value = float(np.ravel(loss)[0])
            for found in [*reversed(self.escaped), *reversed(self.read)]:
                if float(tf.reshape(found, [])) == value:
                    return found
        raise Unfollowed(f"a {type(loss).__name__} came out that is no value of TensorFlow")


_session: ContextVar[Session | None] = ContextVar("lifting", default=None)


@contextmanager
def lifting() -> Iterator[Session]:
    """While this is entered, lifted arrays may be used; gives the `Session`."""
    session = Session()
    token, beside = _session.set(session), under_way.set(True)
    try:
        with _reads():
            yield session
    finally:
        _session.reset(token)
        under_way.reset(beside)


@contextmanager
def _reads() -> Iterator[None]:
    """Where a value is taken out of a tensor (``.numpy()``, ``float()``), the running session learns of it.

    That is one method of TensorFlow's, which meanwhile is ours and does what it did; without it nothing is learnt.
    """
    owner: Any = next((kind for kind in type(tf.constant(0.0)).__mro__ if "_numpy" in vars(kind)), None)
    if owner is None:
        yield
        return
    original = owner._numpy

    def read(self: Any) -> Any:
        session = _session.get()
        if session is not None and self.dtype.is_floating and self.shape.num_elements() == 1:
            session.read.append(self)
        return original(self)

    owner._numpy = read
    try:
        yield
    finally:
        owner._numpy = original


def _running(action: str) -> Session:
    session = _session.get()
    if session is None:
        raise Unfollowed(f"{action} after the end of the run")
    return session


class Lifted:
    """An array of float64 backed by a tensor; to NumPy code an array, to TensorFlow a tensor.

    Integers, masks and all else that has no derivative come out as plain NumPy values.

    Attributes:
        value: the tensor; in-place operators put another in its place.
        declared: dtype that TensorFlow code sees where it names none; that of the person's own array.
    """

    __slots__ = ("declared", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any, declared: Any = None) -> None:
        self.value = value
        self.declared = declared

    # NumPy's protocols.

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        out = options.pop("out", None)
        name = ufunc.__name__
        if options.get("where", True) is not True:
            raise Unfollowed(f"np.{name} with where=")
        options.pop("where", None)
        if method == "at":
            return self._at(ufunc, *inputs)
        if method == "reduce" and name in _REDUCTIONS:
            options.setdefault("axis", 0)
            found = call(_REDUCTIONS[name], inputs, options)
        elif method == "accumulate" and name in _ACCUMULATIONS:
            options.setdefault("axis", 0)
            found = call(_ACCUMULATIONS[name], inputs, options)
        elif method == "outer" and name in UFUNCS:
            a, b = map(bare, inputs)
            a, b = tensor(a), tensor(b)
            found = wrap(UFUNCS[name](tf.reshape(a, [*a.shape, *[1] * len(b.shape)]), b))
        elif method != "__call__" or not _float_dtype(options.pop("dtype", None)) or options:
            raise Unfollowed(f"np.{name}.{method} with {', '.join(options) or 'a dtype'}")
        elif name in CONSTANT_UFUNCS:
            found = ufunc(*[concrete(bare(value)) for value in inputs])
        elif name in UFUNCS:
            found = wrap(UFUNCS[name](*map(bare, inputs)))
        else:
            raise Unfollowed(f"np.{name}")
        if out is None:
            return found
        (target,) = out
        return _written(target, found)

    def _at(self, ufunc: np.ufunc, target: Any, places: Any, *values: Any) -> None:
        """``np.add.at``: positions may repeat."""
        if ufunc is not np.add or not isinstance(target, Lifted) or len(values) != 1:
            raise Unfollowed(f"np.{ufunc.__name__}.at")
        positions = np.arange(target.size).reshape(target.shape)[places]
        new = tf.broadcast_to(tensor(bare(values[0])), positions.shape)
        flat = tf.tensor_scatter_nd_add(tf.reshape(target.value, [-1]), positions.reshape(-1, 1), tf.reshape(new, [-1]))
        target.value = tf.reshape(flat, target.shape)

    def __array_function__(self, function: Callable[..., Any], types: Any, arguments: Any, options: Any) -> Any:
        if function is np.copyto:
            target, source = arguments
            return _written(target, source, **options)
        return call(function, arguments, options)

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        by_tensorflow = sys._getframe(1).f_globals.get("__name__", "").split(".")[0] in ("tensorflow", "keras")
        if by_tensorflow:
            _running("an array").by_tensorflow = True
        raise Unfollowed("it becomes a plain NumPy array", by_tensorflow=by_tensorflow)

    # TensorFlow's protocols.

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        # A custom gradient may hold one, and is asked when the run is over.
        session = _session.get()
        if session is not None:
            session.by_tensorflow = True
        return tf.cast(self.value, dtype or self.declared or tf.float64)

    def __tf_tracing_type__(self, context: Any) -> Any:
        _running("a tensor").by_tensorflow = True
        raise Unfollowed("it is an argument of a tf.function", by_tensorflow=True)

    # What an array is.

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.value.shape)

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(np.float64)

    @property
    def ndim(self) -> int:
        return len(self.value.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def T(self) -> Any:
        return call(np.transpose, (self,), {})

    @property
    def mT(self) -> Any:
        return call(np.swapaxes, (self, -1, -2), {})

    @property
    def real(self) -> Lifted:
        return self

    @property
    def flat(self) -> Iterator[Any]:
        return iter(self.ravel())

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return bare(value) in self._now()

    def __bool__(self) -> bool:
        return bool(self._now())

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        raise Unfollowed("int() of it is taken")

    __index__ = __int__
    __complex__ = __int__
    __round__ = __int__

    def item(self, *places: Any) -> float:
        found = self.ravel()[places[0]] if len(places) == 1 and np.ndim(places[0]) == 0 else self[places]
        if found.size != 1:
            raise TypeError("only length-1 arrays can be converted to Python scalars")
        value = tf.reshape(found.value, [])
        _running("a number").escaped.append(value)
        return float(value.numpy())

    def __repr__(self) -> str:
        return repr(self._now())

    def __str__(self) -> str:
        return str(self._now())

    def __format__(self, spec: str) -> str:
        return format(self._now(), spec)

    def _now(self) -> Any:
        return self.value.numpy()

    def __copy__(self) -> Lifted:
        return Lifted(self.value, self.declared)

    def __deepcopy__(self, memo: Any) -> Lifted:
        return Lifted(self.value, self.declared)

    def copy(self, order: str = "C") -> Lifted:
        return Lifted(self.value)

    def astype(self, dtype: Any, *_: Any, **__: Any) -> Any:
        """Floating point stays float64; integers and truth values have no derivative, and come out plain."""
        return self.copy() if np.dtype(dtype).kind == "f" else self._now().astype(dtype)

    def __getitem__(self, key: Any) -> Any:
        return wrap(getitem(self.value, key))

    def __setitem__(self, key: Any, value: Any) -> None:
        self.value = setitem(self.value, key, bare(value))

    def fill(self, value: Any) -> None:
        self[...] = value

    def reshape(self, *shape: Any, order: str = "C") -> Any:
        return call(np.reshape, (self, shape[0] if len(shape) == 1 else shape), {"order": order})

    def transpose(self, *axes: Any) -> Any:
        if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list))):
            axes = tuple(axes[0] or ())
        return call(np.transpose, (self, axes or None), {})

    def flatten(self, order: str = "C") -> Any:
        return call(np.ravel, (self,), {"order": order})

    ravel = flatten

    def sort(self, axis: int = -1) -> None:
        self.value = bare(call(np.sort, (self, axis), {}))


# The arithmetic of the class: each operator is the ufunc that NumPy's own arrays call.
_OPERATORS = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.true_divide, "pow": np.power,
    "matmul": np.matmul,
}  # fmt: skip
_COMPARISONS = {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
}  # fmt: skip
_METHODS: dict[str, Any] = {
    "sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max, "min": np.min, "var": np.var, "std": np.std,
    "dot": np.dot, "squeeze": np.squeeze, "swapaxes": np.swapaxes, "clip": np.clip, "cumsum": np.cumsum,
    "cumprod": np.cumprod, "repeat": np.repeat, "take": np.take, "trace": np.trace, "diagonal": np.diagonal,
    "argmax": np.argmax, "argmin": np.argmin, "argsort": np.argsort, "nonzero": np.nonzero, "all": np.all,
    "any": np.any, "conj": np.conjugate, "conjugate": np.conjugate,
}  # fmt: skip
# These are asked for integers and masks as well.
_MAKERS = (np.zeros_like, np.ones_like, np.empty_like, np.full_like)
_REDUCTIONS: dict[str, Any] = {"add": np.sum, "multiply": np.prod, "maximum": np.max, "minimum": np.min}
_ACCUMULATIONS: dict[str, Any] = {"add": np.cumsum, "multiply": np.cumprod}


def _operator(ufunc: np.ufunc, swapped: bool) -> Callable[[Lifted, Any], Any]:
    name = ufunc.__name__

    def apply(self: Lifted, other: Any) -> Any:
        if tf.is_tensor(other) or isinstance(other, tf.Variable):
            # TensorFlow takes it from here, with its own rules.
            return NotImplemented
        if name in CONSTANT_UFUNCS:
            return ufunc(self._now(), concrete(bare(other)))
        pair = (bare(other), self.value) if swapped else (self.value, bare(other))
        return wrap(UFUNCS[name](*pair))

    return apply


def _in_place(ufunc: np.ufunc) -> Callable[[Lifted, Any], Lifted]:
    name = ufunc.__name__

    def apply(self: Lifted, other: Any) -> Lifted:
        _written(self, wrap(UFUNCS[name](self.value, bare(other))))
        return self

    return apply


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(self: Lifted, *arguments: Any, **options: Any) -> Any:
        if isinstance(function, np.ufunc):
            return function(self)
        return call(function, (self, *arguments), options)

    return apply


for _name, _ufunc in _OPERATORS.items():
    setattr(Lifted, f"__{_name}__", _operator(_ufunc, swapped=False))
    setattr(Lifted, f"__r{_name}__", _operator(_ufunc, swapped=True))
    setattr(Lifted, f"__i{_name}__", _in_place(_ufunc))
for _name, _ufunc in _COMPARISONS.items():
    setattr(Lifted, f"__{_name}__", _operator(_ufunc, swapped=False))
for _name, _function in _METHODS.items():
    setattr(Lifted, _name, _method(_function))
for _name, _function in {"neg": np.negative, "pos": np.positive, "abs": np.absolute}.items():
    setattr(Lifted, f"__{_name}__", _method(_function))


def call(function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What NumPy's ``function`` gives, computed by TensorFlow.

    Raises `Unfollowed` for functions and options that are not spelled there.
    """
    out = options.get("out")
    options = {key: bare(value) for key, value in options.items() if key != "out" and value is not np._NoValue}
    if function in CONSTANT_FUNCTIONS:
        if out is not None:
            raise Unfollowed("out=")
        return function(
            *map(concrete, map(bare, arguments)), **{key: concrete(value) for key, value in options.items()}
        )
    followed = FUNCTIONS.get(function)
    name = getattr(function, "__name__", str(function))
    if followed is None:
        raise Unfollowed(f"np.{name}")
    if function not in _MAKERS and not _float_dtype(options.pop("dtype", None)):
        raise Unfollowed(f"np.{name} with a dtype")
    found = wrap(followed(*map(bare, arguments), **options))
    return found if out is None else _written(out[0] if isinstance(out, tuple) else out, found)


def _float_dtype(dtype: Any) -> bool:
    return dtype is None or np.dtype(dtype).kind == "f"


def _written(target: Any, found: Any) -> Any:
    """``target`` after ``found`` was written into it."""
    if not isinstance(target, Lifted):
        raise Unfollowed("a plain array is written into")
    new = tensor(bare(found))
    target.value = new if new.shape == target.value.shape else tf.broadcast_to(new, target.shape)
    return target


def bare(value: Any) -> Any:
    """``value`` with lifted arrays, however deep in lists and tuples, turned into their tensors."""
    if isinstance(value, Lifted):
        return value.value
    if type(value) in (list, tuple):
        return type(value)(bare(item) for item in value)
    return value


def wrap(found: Any) -> Any:
    """A result of TensorFlow as NumPy code expects it."""
    if isinstance(found, (list, tuple)):
        return type(found)(wrap(item) for item in found)
    return Lifted(found) if tf.is_tensor(found) and found.dtype == tf.float64 else concrete(found)
