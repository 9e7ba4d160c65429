"""NumPy's functions spelled in TensorFlow: tensors of float64 in, a tensor out that a tape can follow.

Values that carry no derivative (comparisons, sizes, positions) come out as plain NumPy values, computed by NumPy itself.
Rearrangements are told from what NumPy does to an array of positions, so that each needs no spelling of its own.
Where a maximum has a tie with a constant, the constant wins: d max(0, z) = 0 at z = 0, as hand-written code has it.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np

tf: Any = importlib.import_module("tensorflow")

Function = Callable[..., Any]


class Unfollowed(Exception):
    """The code left what TensorFlow can follow.

    Attributes:
        by_tensorflow: TensorFlow itself asked for the plain value, so that a plain tensor may serve it better.
    """

    def __init__(self, message: str, *, by_tensorflow: bool = False) -> None:
        super().__init__(message)
        self.by_tensorflow = by_tensorflow


def tensor(value: Any) -> Any:
    """``value`` as a tensor of float64; a copy, because NumPy code may use its buffers again.

    Raises `Unfollowed` where it holds no real numbers.
    """
    if tf.is_tensor(value):
        return value if value.dtype == tf.float64 else tf.cast(value, tf.float64)
    array = np.array(value, dtype=None if isinstance(value, (np.ndarray, np.generic)) else np.float64)
    if array.dtype.kind not in "fiub":
        raise Unfollowed(f"{array.dtype} among the operands")
    return tf.convert_to_tensor(np.ascontiguousarray(array, dtype=np.float64).reshape(array.shape))


def concrete(value: Any) -> Any:
    """``value`` with tensors, however deep in lists and tuples, turned into NumPy arrays; numbers stay numbers."""
    if isinstance(value, (list, tuple)):
        return type(value)(concrete(item) for item in value)
    if tf.is_tensor(value):
        return value.numpy()
    return value


def by_positions(function: Function, *arguments: Any, **options: Any) -> Any:
    """What the rearrangement ``function`` makes of its arguments, any number of which are tensors or hold some.

    NumPy is called with positions in the place of the entries of tensors, and of arrays in lists with tensors.
    """
    parts: list[Any] = []
    sizes = [0]

    def place(value: Any, beside: bool) -> Any:
        if isinstance(value, (list, tuple)) and any(tf.is_tensor(item) for item in _flat(value)):
            return [place(item, True) for item in value]
        if not tf.is_tensor(value) and not beside:
            return value
        part = tensor(value)
        shape = tuple(part.shape)
        size = math.prod(shape)
        parts.append(tf.reshape(part, [-1]))
        sizes.append(size)
        start = sum(sizes[:-1])
        return np.arange(start, start + size).reshape(shape)

    placed = [place(value, False) for value in arguments]
    found = function(*placed, **options)
    entries = parts[0] if len(parts) == 1 else tf.concat(parts, 0)
    if isinstance(found, (list, tuple)):
        return [tf.gather(entries, positions) for positions in found]
    return tf.gather(entries, found)


def _flat(value: Any) -> Any:
    for item in value:
        if isinstance(item, (list, tuple)):
            yield from _flat(item)
        else:
            yield item


def getitem(x: Any, key: Any) -> Any:
    """``x[key]`` for any key that NumPy takes."""
    steps = key if isinstance(key, tuple) else (key,)
    if all(step is None or step is Ellipsis or isinstance(step, (slice, int, np.integer)) for step in steps):
        if not any(isinstance(step, (bool, np.bool_)) for step in steps):
            return x[tuple(int(step) if isinstance(step, np.integer) else _plain(step) for step in steps)]
    elif isinstance(key, np.ndarray) and key.dtype.kind in "iu":
        return tf.gather(x, np.where(key < 0, key + x.shape[0], key))
    return by_positions(lambda positions: positions[key], x)


def _plain(step: Any) -> Any:
    if isinstance(step, slice):
        return slice(*(None if end is None else int(end) for end in (step.start, step.stop, step.step)))
    return step


def setitem(x: Any, key: Any, value: Any) -> Any:
    """``x`` after ``x[key] = value``; ``x`` itself stays as it is.

    Raises `Unfollowed` where a position is written twice.
    """
    shape = tuple(x.shape)
    positions = np.arange(math.prod(shape)).reshape(shape)[key]
    if positions.size == 0:
        return x
    new = tensor(value)
    extra = max(len(new.shape) - positions.ndim, 0)
    new = tf.broadcast_to(tf.reshape(new, new.shape[extra:]) if extra else new, positions.shape)
    if positions.size == math.prod(shape) and positions.shape == shape and positions.flat[0] == 0:
        ordered = np.array_equal(positions.reshape(-1), np.arange(positions.size))
        if ordered:
            return new
    if np.unique(positions).size != positions.size:
        raise Unfollowed("a position is written twice")
    flat = tf.tensor_scatter_nd_update(tf.reshape(x, [-1]), np.asarray(positions).reshape(-1, 1), tf.reshape(new, [-1]))
    return tf.reshape(flat, shape)


def _logaddexp(a: Any, b: Any) -> Any:
    shape = tf.broadcast_static_shape(a.shape, b.shape)

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def followed(a: Any, b: Any) -> Any:
        apart = a - b
        share = tf.sigmoid(apart)
        value = tf.where(tf.equal(a, b), a + math.log(2), tf.maximum(a, b) + tf.math.log1p(tf.exp(-tf.abs(apart))))
        return value, lambda upstream: (upstream * share, upstream * tf.sigmoid(-apart))

    return followed(tf.broadcast_to(a, shape), tf.broadcast_to(b, shape))


def _power(a: Any, b: Any) -> Any:
    if not tf.is_tensor(b) and np.ndim(b) == 0:
        simple = {2.0: tf.square, 1.0: tf.identity, 0.5: tf.sqrt, -1.0: tf.math.reciprocal}.get(float(b))
        if simple is not None:
            return simple(tensor(a))
    return tf.pow(tensor(a), tensor(b))


def _greatest(a: Any, b: Any) -> Any:
    return tf.maximum(*_constant_first(a, b))


def _least(a: Any, b: Any) -> Any:
    return tf.minimum(*_constant_first(a, b))


def _constant_first(a: Any, b: Any) -> tuple[Any, Any]:
    # TensorFlow gives all of the gradient at a tie to its first operand.
    return (tensor(b), a) if tf.is_tensor(a) and not tf.is_tensor(b) else (tensor(a), tensor(b))


def matmul(a: Any, b: Any) -> Any:
    """``a @ b`` with NumPy's rules for vectors and for stacks of matrices."""
    a, b = tensor(a), tensor(b)
    if len(a.shape) == 1 and len(b.shape) == 1:
        return tf.reduce_sum(_same_length(a, b) * b)
    if len(b.shape) == 1:
        return tf.linalg.matvec(a, b)
    if len(a.shape) == 1:
        return tf.squeeze(tf.matmul(a[tf.newaxis, :], b), -2)
    return tf.matmul(a, b)


def _same_length(a: Any, b: Any) -> Any:
    if a.shape != b.shape:
        raise ValueError(f"shapes {a.shape} and {b.shape} are not aligned")
    return a


def _dot(a: Any, b: Any) -> Any:
    a, b = tensor(a), tensor(b)
    if not a.shape or not b.shape:
        return a * b
    if len(a.shape) <= 2 and len(b.shape) <= 2:
        return matmul(a, b)
    return tf.tensordot(a, b, axes=[[-1], [max(len(b.shape) - 2, 0)]])


def _inner(a: Any, b: Any) -> Any:
    a, b = tensor(a), tensor(b)
    return a * b if not a.shape or not b.shape else tf.tensordot(a, b, axes=[[-1], [-1]])


def _unary(function: Function) -> Function:
    return lambda x: function(tensor(x))


def _binary(function: Function) -> Function:
    return lambda a, b: function(tensor(a), tensor(b))


_ROOT_OF_HALF = math.sqrt(0.5)

# By name, so that SciPy's are understood without SciPy.
UFUNCS: dict[str, Function] = {
    "positive": _unary(tf.identity), "conjugate": _unary(tf.identity), "negative": _unary(tf.negative),
    "absolute": _unary(tf.abs), "fabs": _unary(tf.abs), "square": _unary(tf.square), "sqrt": _unary(tf.sqrt),
    "reciprocal": _unary(tf.math.reciprocal), "exp": _unary(tf.exp), "expm1": _unary(tf.math.expm1),
    "exp2": _unary(lambda x: tf.pow(tensor(2.0), x)), "log": _unary(tf.math.log), "log1p": _unary(tf.math.log1p),
    "log2": _unary(lambda x: tf.math.log(x) / math.log(2)), "log10": _unary(lambda x: tf.math.log(x) / math.log(10)),
    "sin": _unary(tf.sin), "cos": _unary(tf.cos), "tan": _unary(tf.tan), "arcsin": _unary(tf.asin),
    "arccos": _unary(tf.acos), "arctan": _unary(tf.atan), "sinh": _unary(tf.sinh), "cosh": _unary(tf.cosh),
    "tanh": _unary(tf.tanh), "arcsinh": _unary(tf.asinh), "arccosh": _unary(tf.acosh), "arctanh": _unary(tf.atanh),
    "add": _binary(tf.add), "subtract": _binary(tf.subtract), "multiply": _binary(tf.multiply),
    "divide": _binary(tf.divide), "power": _power, "float_power": _power, "maximum": _greatest, "minimum": _least,
    "fmax": _greatest, "fmin": _least, "logaddexp": _binary(_logaddexp), "arctan2": _binary(tf.atan2),
    "hypot": _binary(lambda a, b: tf.sqrt(tf.square(a) + tf.square(b))), "matmul": matmul,
    "vecdot": _binary(lambda a, b: tf.reduce_sum(a * b, -1)),
    "expit": _unary(tf.sigmoid), "log_expit": _unary(tf.math.log_sigmoid), "erf": _unary(tf.math.erf),
    "erfc": _unary(tf.math.erfc), "gammaln": _unary(tf.math.lgamma), "psi": _unary(tf.math.digamma),
    "digamma": _unary(tf.math.digamma), "xlogy": _binary(tf.math.xlogy), "xlog1py": _binary(tf.math.xlog1py),
    "ndtr": _unary(lambda x: 0.5 * tf.math.erfc(-x * _ROOT_OF_HALF)),
}  # fmt: skip

# Piecewise constant: their derivative is zero where there is one.
CONSTANT_UFUNCS = frozenset(
    [
        "sign",
        "floor",
        "ceil",
        "rint",
        "trunc",
        "isnan",
        "isinf",
        "isfinite",
        "signbit",
        "logical_not",
        "logical_and",
        "logical_or",
        "logical_xor",
        "greater",
        "greater_equal",
        "less",
        "less_equal",
        "equal",
        "not_equal",
        "heaviside",
    ]
)


def _axis(axis: Any) -> Any:
    return list(axis) if isinstance(axis, tuple) else axis


def _reduction(function: Function) -> Function:
    def reduce(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return function(tensor(a), _axis(axis), bool(keepdims))

    return reduce


def _variance(a: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    x = tensor(a)
    mean = tf.reduce_mean(x, _axis(axis), True)
    count = math.prod(x.shape) / math.prod(mean.shape)
    return tf.reduce_sum(tf.square(x - mean), _axis(axis), bool(keepdims)) / (count - ddof)


def _deviation(a: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    return tf.sqrt(_variance(a, axis, ddof, keepdims))


def _average(a: Any, axis: Any = None, weights: Any = None) -> Any:
    x = tensor(a)
    if weights is None:
        return tf.reduce_mean(x, _axis(axis))
    share = tensor(weights)
    if share.shape != x.shape:
        if not isinstance(axis, int) or len(share.shape) != 1:
            raise Unfollowed("weights of another shape")
        share = tf.reshape(share, [-1 if place == axis % len(x.shape) else 1 for place in range(len(x.shape))])
    total = tf.reduce_sum(tf.broadcast_to(share, x.shape), _axis(axis))
    return tf.reduce_sum(x * share, _axis(axis)) / total


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = tensor(x)
    if axis is None and ord is None:
        found = tf.sqrt(tf.reduce_sum(tf.square(x)))
        return tf.reshape(found, [1] * len(x.shape)) if keepdims else found
    if axis is None and len(x.shape) == 1:
        axis = 0
    if axis is None:
        axis = (0, 1)
    pair = isinstance(axis, (tuple, list)) and len(axis) == 2
    if ord in ("fro", None) or (ord == 2 and not pair):
        return tf.sqrt(tf.reduce_sum(tf.square(x), _axis(axis), keepdims))
    if pair or not isinstance(ord, (int, float)):
        raise Unfollowed(f"a matrix norm of order {ord}")
    if math.isinf(ord):
        return (tf.reduce_max if ord > 0 else tf.reduce_min)(tf.abs(x), axis, keepdims)
    if ord == 1:
        return tf.reduce_sum(tf.abs(x), axis, keepdims)
    return tf.pow(tf.reduce_sum(tf.pow(tf.abs(x), tensor(ord)), axis, keepdims), tensor(1 / ord))


def _cumulative(function: Function) -> Function:
    def run(a: Any, axis: Any = None) -> Any:
        x = tensor(a)
        return function(tf.reshape(x, [-1]), 0) if axis is None else function(x, axis)

    return run


def _where(condition: Any, x: Any, y: Any) -> Any:
    return tf.where(np.asarray(concrete(condition)).astype(bool), tensor(x), tensor(y))


def _clip(a: Any, a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None) -> Any:
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    found = tensor(a)
    if low is not None:
        found = _greatest(found, low)
    return found if high is None else _least(found, high)


def _concatenate(arrays: Any, axis: Any = 0) -> Any:
    if axis is None:
        return tf.concat([tf.reshape(tensor(array), [-1]) for array in arrays], 0)
    return tf.concat([tensor(array) for array in arrays], axis)


def _pad(array: Any, pad_width: Any, mode: Any = "constant", constant_values: Any = 0) -> Any:
    x = tensor(array)
    if mode != "constant":
        return by_positions(np.pad, x, pad_width, mode)
    if np.ndim(constant_values):
        raise Unfollowed("several padding values")
    widths = np.broadcast_to(np.asarray(pad_width), (len(x.shape), 2))
    return tf.pad(x, widths, constant_values=tensor(constant_values))


def _reshape(a: Any, *shape: Any, order: str = "C", **options: Any) -> Any:
    x = tensor(a)
    if order != "C":
        return by_positions(np.reshape, x, *shape, order=order, **options)
    return _shaped(np.reshape)(x, *shape, **options)


def _shaped(function: Function) -> Function:
    """For a ``function`` that keeps the entries in their order: the new shape is what NumPy gives an empty array."""

    def shaped(a: Any, *arguments: Any, **options: Any) -> Any:
        x = tensor(a)
        shape = function(np.broadcast_to(np.int8(0), tuple(x.shape)), *arguments, **options).shape
        return tf.reshape(x, shape)

    return shaped


def _ravel(a: Any, order: str = "C") -> Any:
    return tf.reshape(tensor(a), [-1]) if order == "C" else by_positions(np.ravel, tensor(a), order=order)


def _transpose(a: Any, axes: Any = None) -> Any:
    return tf.transpose(tensor(a), None if axes is None else [axis % len(a.shape) for axis in axes])


def _filled(value: float) -> Function:
    def like(a: Any, dtype: Any = None, shape: Any = None) -> Any:
        if dtype is not None and np.dtype(dtype).kind != "f":
            return np.full(tuple(a.shape) if shape is None else shape, value, dtype)
        return tf.fill(tuple(a.shape) if shape is None else np.atleast_1d(shape), tensor(value))

    return like


def _full_like(a: Any, fill_value: Any, dtype: Any = None, shape: Any = None) -> Any:
    return tf.broadcast_to(tensor(fill_value), tuple(a.shape) if shape is None else np.atleast_1d(shape))


def _sort(a: Any, axis: int | None = -1, kind: Any = None) -> Any:
    x = tensor(a)
    if axis is None:
        x, axis = tf.reshape(x, [-1]), -1
    order = np.argsort(x.numpy(), axis=axis, kind="stable")
    return by_positions(np.take_along_axis, x, order, axis)


def _diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    found = tensor(a)
    for _ in range(n):
        later = by_positions(lambda p: np.delete(p, 0, axis), found)
        found = later - by_positions(lambda p: np.delete(p, -1, axis), found)
    return found


def _diag(v: Any, k: int = 0) -> Any:
    x = tensor(v)
    if len(x.shape) == 2:
        return by_positions(np.diagonal, x, k)
    places = np.diag(np.ones(x.shape[0], dtype=bool), k)
    return setitem(tensor(np.zeros(places.shape)), places, x)


def _triangle(function: Function) -> Function:
    def cut(m: Any, k: int = 0) -> Any:
        x = tensor(m)
        return tf.where(function(np.ones(tuple(x.shape), dtype=bool), k), x, tf.zeros_like(x))

    return cut


def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = tensor(a), tensor(v)
    if v.shape[0] > a.shape[0]:
        a, v = v, a
    length, reach = a.shape[0], v.shape[0]
    padded = tf.pad(a, [[reach - 1, reach - 1]])
    windows = by_positions(np.lib.stride_tricks.sliding_window_view, padded, (reach,))
    full = tf.linalg.matvec(windows, tf.reverse(v, [0]))
    first = {"full": 0, "same": (reach - 1) // 2, "valid": reach - 1}[mode]
    count = {"full": length + reach - 1, "same": length, "valid": length - reach + 1}[mode]
    return full[first : first + count]


def _einsum(subscripts: Any, *operands: Any, optimize: Any = False) -> Any:
    if not isinstance(subscripts, str):
        raise Unfollowed("einsum without a string")
    return tf.einsum(subscripts, *map(tensor, operands))


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    return tf.tensordot(tensor(a), tensor(b), axes if isinstance(axes, int) else [np.atleast_1d(one) for one in axes])


def _outer(a: Any, b: Any) -> Any:
    return tf.reshape(tensor(a), [-1, 1]) * tf.reshape(tensor(b), [1, -1])


def _slogdet(a: Any) -> Any:
    sign, size = tf.linalg.slogdet(tensor(a))
    return sign.numpy(), size


def _solve(a: Any, b: Any) -> Any:
    a, b = tensor(a), tensor(b)
    if len(b.shape) == 1:
        return tf.squeeze(tf.linalg.solve(a, b[:, tf.newaxis]), -1)
    return tf.linalg.solve(a, b)


def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return tf.reduce_sum(by_positions(np.diagonal, tensor(a), offset, axis1, axis2), -1)


def _multi_dot(arrays: Any) -> Any:
    *_, product = accumulate(map(tensor, arrays), matmul)
    return product


FUNCTIONS: dict[Function, Function] = {
    np.sum: _reduction(tf.reduce_sum), np.mean: _reduction(tf.reduce_mean), np.prod: _reduction(tf.reduce_prod),
    np.max: _reduction(tf.reduce_max), np.min: _reduction(tf.reduce_min), np.amax: _reduction(tf.reduce_max),
    np.amin: _reduction(tf.reduce_min), np.var: _variance, np.std: _deviation, np.average: _average,
    np.cumsum: _cumulative(tf.cumsum), np.cumprod: _cumulative(tf.math.cumprod), np.diff: _diff, np.trace: _trace,
    np.dot: _dot, np.vdot: lambda a, b: matmul(_ravel(a), _ravel(b)), np.inner: _inner, np.outer: _outer,
    np.einsum: _einsum, np.tensordot: _tensordot, np.convolve: _convolve, np.where: _where, np.clip: _clip,
    np.concatenate: _concatenate, np.stack: lambda arrays, axis=0: tf.stack([tensor(a) for a in arrays], axis),
    np.pad: _pad, np.reshape: _reshape, np.ravel: _ravel, np.transpose: _transpose,
    np.broadcast_to: lambda array, shape: tf.broadcast_to(tensor(array), np.atleast_1d(shape)),
    np.zeros_like: _filled(0.0), np.ones_like: _filled(1.0), np.empty_like: _filled(0.0), np.full_like: _full_like,
    np.copy: lambda a, order="K": tf.identity(a), np.real: tf.identity, np.sort: _sort, np.diag: _diag,
    np.tril: _triangle(np.tril), np.triu: _triangle(np.triu), np.linalg.norm: _norm,
    np.linalg.inv: _unary(tf.linalg.inv), np.linalg.det: _unary(tf.linalg.det), np.linalg.slogdet: _slogdet,
    np.linalg.solve: _solve, np.linalg.cholesky: _unary(tf.linalg.cholesky), np.linalg.multi_dot: _multi_dot,
}  # fmt: skip
FUNCTIONS |= {function: _shaped(function) for function in (
    np.squeeze, np.expand_dims, np.atleast_1d, np.atleast_2d, np.atleast_3d,
)}  # fmt: skip
FUNCTIONS |= {function: (lambda f: lambda *a, **k: by_positions(f, *a, **k))(function) for function in (
    np.swapaxes, np.moveaxis, np.rollaxis, np.roll, np.flip, np.fliplr, np.flipud, np.rot90, np.tile, np.repeat,
    np.diagonal, np.take, np.take_along_axis, np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit, np.delete,
    np.compress, np.hstack, np.vstack, np.dstack, np.column_stack, np.append, np.block, np.broadcast_arrays,
    np.lib.stride_tricks.sliding_window_view,
)}  # fmt: skip

# What NumPy itself answers about the values, as they are.
CONSTANT_FUNCTIONS = frozenset(
    {
        np.argmax, np.argmin, np.argsort, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted,
        np.all, np.any, np.isclose, np.allclose, np.array_equal, np.array_equiv, np.shape, np.ndim, np.size,
        np.iscomplexobj, np.isrealobj, np.digitize, np.array_repr, np.array_str, np.array2string,
    }
)  # fmt: skip
