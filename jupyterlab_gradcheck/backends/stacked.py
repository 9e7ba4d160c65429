"""NumPy code run at many points in one call: arrays with an axis that the code does not see.

Such an array has the shape of the person's, and holds one value of it for each of the points, its *lanes*. NumPy hands
every ufunc and every function over to it (NEP 13 and NEP 18); it computes all lanes at once, each with the same operations
in the same order as a single call would, so that in most code the results are the same to the last bit. Where the code asks
what only one lane could answer (a branch that lanes take differently, positions that depend on values) or leaves the array
(`np.asarray`, a plain buffer that is written into), it meets an exception at once.

The idea is that of `jax.vmap`; here it works on code that was written for NumPy alone.
"""

from __future__ import annotations

import math
import numbers
import operator
import string
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .companion import Companion

Function = Callable[..., Any]
# Entries of one lane's array beyond which arithmetic outweighs the calls, and a stack is slower than one point at a time.
WIDEST = 512


class Unstackable(Exception):
    """The code cannot be run for many points at once."""


class Run:
    """One call of the code.

    Attributes:
        lanes: how many points.
        escaped: single numbers whose value was taken as a Python number.
    """

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes
        self.escaped: list[Stacked] = []

    def losses(self, loss: Any) -> np.ndarray:
        """The lanes of what forward returned (shape (lanes,)): a stacked number, or the Python number that one escaped as.

        Raises `Unstackable` where there is neither.
        """
        if isinstance(loss, Stacked) and not self.escaped:
            found = loss
        elif isinstance(loss, (float, np.floating)) and self.escaped and _first(self.escaped[-1]) == float(loss):
            # The last one to leave: whatever left before went into it, or into nothing.
            found = self.escaped[-1]
            if len(self.escaped) > 1:
                raise Unstackable("several values became Python numbers on the way to the loss")
        else:
            raise Unstackable(f"a {type(loss).__name__} came out")
        if found.value.size != self.lanes or found.value.dtype != np.float64:
            raise Unstackable(f"a loss of shape {found.shape} and dtype {found.dtype}")
        return found.value.reshape(self.lanes)


class Stacked(NDArrayOperatorsMixin):
    """An array with lanes; ``value`` has one axis more, the first, than the code sees."""

    __slots__ = ("run", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: np.ndarray, run: Run) -> None:
        if value.size > WIDEST * run.lanes or value.dtype.kind not in "fiub":
            raise Unstackable("large arrays, or others than of real numbers")
        self.value = value
        self.run = run

    # What NumPy asks.

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        out = options.pop("out", None)
        if method == "reduce":
            if out is not None:
                raise Unstackable("out=")
            return _reduced(ufunc, *inputs, **{"axis": 0, **options})
        if method != "__call__" or options:
            raise Unstackable(f"np.{ufunc.__name__}.{method} with {', '.join(options) or 'nothing'}")
        if ufunc.signature is not None:
            if ufunc is not np.matmul or out is not None:
                raise Unstackable(f"np.{ufunc.__name__}")
            return Stacked(_matmul(*inputs), self.run)
        if ufunc.nout != 1:
            raise Unstackable(f"np.{ufunc.__name__}")
        rank = max(map(_rank, inputs)) if len(inputs) > 1 else 0
        values = [_aligned(one, rank) for one in inputs]
        if out is None:
            return Stacked(ufunc(*values), self.run)
        (target,) = out
        if isinstance(target, Stacked) and target.value.ndim == 1 and rank == 0:
            # A single number is no array to NumPy: what else bears its name keeps its value.
            return Stacked(ufunc(*values), self.run)
        if not isinstance(target, Stacked) or target.value.ndim <= rank:
            raise Unstackable("a plain array is written into")
        ufunc(*values, out=_writable(target))
        return target

    def __array_function__(self, function: Function, types: Any, args: Any, kwargs: Any) -> Any:
        ours = FUNCTIONS.get(function)
        if ours is None:
            raise Unstackable(f"np.{getattr(function, '__name__', function)}")
        return ours(*args, **kwargs)

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise Unstackable("a plain array is asked for")

    # What it is.

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape[1:]

    @property
    def ndim(self) -> int:
        return self.value.ndim - 1

    @property
    def size(self) -> int:
        return math.prod(self.value.shape[1:])

    @property
    def dtype(self) -> np.dtype:
        return self.value.dtype

    @property
    def T(self) -> Stacked:
        return self.transpose()

    def __len__(self) -> int:
        if self.value.ndim == 1:
            raise TypeError("len() of unsized object")
        return int(self.value.shape[1])

    def __iter__(self) -> Iterator[Stacked]:
        return (self[place] for place in range(len(self)))

    def __bool__(self) -> bool:
        return bool(agreed(self))

    def __float__(self) -> float:
        if self.value.size != self.run.lanes:
            raise TypeError("only length-1 arrays can be converted to Python scalars")
        self.run.escaped.append(self)
        return _first(self)

    def item(self) -> float:
        return float(self)

    def _unread(self, *_: Any) -> Any:
        raise Unstackable("a value is read")

    __str__ = __repr__ = __format__ = __int__ = __index__ = __complex__ = __round__ = __reduce__ = tolist = tobytes = (
        _unread
    )

    # Operators that NumPy's arrays have shortcuts for.

    def __pow__(self, other: Any) -> Any:
        short = _POWERS.get(other) if isinstance(other, (int, float)) and self.value.ndim > 1 else None
        return np.power(self, other) if short is None else short(self)

    # Entries.

    def __getitem__(self, index: Any) -> Stacked:
        place = _index(index, self.value.ndim - 1)
        if any(isinstance(one, (np.ndarray, list)) for one in place):
            return Stacked(_picked(self.value, place), self.run)
        found = self.value[place]
        # A single number keeps its value, whatever becomes of the array.
        return Stacked(found.copy() if found.ndim == 1 else found, self.run)

    def __setitem__(self, index: Any, value: Any) -> None:
        target = _writable(self)
        if isinstance(index, Stacked) and index.dtype == bool and index.shape == self.shape and _rank(value) == 0:
            np.copyto(target, _aligned(value, self.value.ndim - 1), where=index.value, casting="unsafe")
            return
        place = _index(index, self.value.ndim - 1)
        rank = target[place].ndim - 1
        if _rank(value) > rank:
            raise Unstackable("a value of more axes is put in")
        target[place] = _aligned(value, rank)

    # Methods.

    def sum(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        return _reduced(np.add, self, axis, keepdims=keepdims)

    def prod(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        return _reduced(np.multiply, self, axis, keepdims=keepdims)

    def max(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        return _reduced(np.maximum, self, axis, keepdims=keepdims)

    def min(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        return _reduced(np.minimum, self, axis, keepdims=keepdims)

    def all(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        return _reduced(np.logical_and, self, axis, keepdims=keepdims)

    def any(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        return _reduced(np.logical_or, self, axis, keepdims=keepdims)

    def mean(self, axis: Any = None, *, keepdims: bool = False) -> Any:
        return _by_method("mean", self, axis, keepdims=keepdims)

    def var(self, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
        return _by_method("var", self, axis, keepdims=keepdims, ddof=ddof)

    def std(self, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
        return _by_method("std", self, axis, keepdims=keepdims, ddof=ddof)

    def dot(self, other: Any) -> Any:
        return _dot(self, other)

    def transpose(self, *axes: Any) -> Stacked:
        if len(axes) == 1 and not isinstance(axes[0], int):
            axes = tuple(axes[0]) if axes[0] is not None else ()
        rank = self.value.ndim - 1
        order = [axis % rank + 1 for axis in axes] if axes else range(rank, 0, -1)
        return Stacked(self.value.transpose(0, *order), self.run)

    def reshape(self, *shape: Any, order: str = "C") -> Stacked:
        if order != "C":
            raise Unstackable("another order")
        if len(shape) == 1:
            (shape,) = shape
        shape = (shape,) if isinstance(shape, numbers.Integral) else tuple(shape)
        return self._shaped(lambda like: like.reshape(shape))

    def ravel(self, order: str = "C") -> Stacked:
        return self.reshape(-1, order=order)

    def flatten(self, order: str = "C") -> Stacked:
        return self.reshape(-1, order=order).copy()

    def squeeze(self, axis: Any = None) -> Stacked:
        return self._shaped(lambda like: like.squeeze(axis))

    def _shaped(self, change: Callable[[np.ndarray], np.ndarray]) -> Stacked:
        """For a ``change`` that keeps the entries in their order: the new shape is what NumPy gives an empty array."""
        shape = change(np.broadcast_to(np.int8(0), self.shape)).shape
        return Stacked(self.value.reshape(self.run.lanes, *shape), self.run)

    def copy(self, order: str = "C") -> Stacked:
        # Lanes that are one and the same to begin with may be written into afterwards.
        return Stacked(self.value.copy(), self.run)

    def astype(self, dtype: Any, **options: Any) -> Stacked:
        return Stacked(self.value.astype(dtype), self.run)

    def clip(self, min: Any = None, max: Any = None) -> Any:
        return _clip(self, min, max)

    def fill(self, value: Any) -> None:
        self[...] = value


def agreed(value: Any) -> Any:
    """``value``, and of lanes that are all the same the first.

    Raises `Unstackable` where they differ.
    """
    if not isinstance(value, Stacked):
        return value
    if not (value.value == value.value[:1]).all():
        raise Unstackable("points take different branches")
    return value.value[0]


_POWERS: dict[Any, Function] = {2: np.square, 1: np.positive, 0.5: np.sqrt, -1: np.reciprocal}


def _first(one: Stacked) -> float:
    return float(one.value.reshape(-1)[0])


def _rank(value: Any) -> int:
    return value.value.ndim - 1 if isinstance(value, Stacked) else np.ndim(value)


def _run_of(*values: Any) -> Run:
    return next(value.run for value in values if isinstance(value, Stacked))


def _aligned(value: Any, rank: int) -> Any:
    """``value`` so that the ``rank`` axes that the code sees come last."""
    if not isinstance(value, Stacked):
        return _plain(value)
    missing = rank - value.value.ndim + 1
    if missing <= 0:
        return value.value
    return value.value[(slice(None), *(None,) * missing)]


def _plain(value: Any) -> Any:
    """What is no array with lanes, as NumPy takes it."""
    if isinstance(value, np.ndarray) and type(value) is not np.ndarray:
        if not isinstance(value, Companion):
            # A matrix multiplies otherwise, a masked array leaves entries out.
            raise Unstackable(f"a {type(value).__name__}")
        return value.view(np.ndarray)
    return value


def _writable(target: Stacked) -> np.ndarray:
    if not target.value.flags.writeable:
        raise Unstackable("a parameter is written into")
    return target.value


def _index(index: Any, rank: int) -> tuple[Any, ...]:
    """``index`` for the array with lanes."""
    parts = index if isinstance(index, tuple) else (index,)
    parts = tuple(agreed(one) if isinstance(one, Stacked) else one for one in parts)
    advanced = [place for place, one in enumerate(parts) if isinstance(one, (np.ndarray, list))]
    if advanced:
        # Whole numbers count among arrays. Where something stands between, NumPy puts their axes first.
        places = [place for place, one in enumerate(parts) if isinstance(one, (np.ndarray, list, numbers.Integral))]
        if places[-1] - places[0] != len(places) - 1:
            raise Unstackable("index arrays apart")
    return (slice(None), *parts)


def _picked(value: np.ndarray, place: tuple[Any, ...]) -> np.ndarray:
    """Entries picked by arrays of positions, each lane laid out in memory as NumPy lays out a single array: sums go that way."""
    found = value[place]
    single = value[0][place[1:]]
    order = sorted(range(single.ndim), key=lambda axis: -single.strides[axis])
    laid = np.empty((found.shape[0], *(single.shape[axis] for axis in order)), found.dtype)
    back = [order.index(axis) + 1 for axis in range(single.ndim)]
    laid = laid.transpose(0, *back)
    laid[...] = found
    return laid


def _axes(axis: Any, rank: int) -> Any:
    if axis is None:
        return tuple(range(1, rank + 1))
    if isinstance(axis, (tuple, list)):
        return tuple(_axes(one, rank) for one in axis)
    axis = operator.index(axis)
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} of an array of {rank}")
    return axis % rank + 1


def _for_all(value: np.ndarray, axis: Any) -> tuple[np.ndarray, Any]:
    """The array and the axis for a reduction; over all entries, as the one long axis that a single array is added up along."""
    rank = value.ndim - 1
    if axis is None and rank > 1 and value[0].flags.c_contiguous:
        return value.reshape(value.shape[0], -1), 1
    return value, _axes(axis, rank)


def _reduced(
    ufunc: np.ufunc, a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **rest: Any
) -> Stacked:
    if dtype is not None or out is not None or rest:
        raise Unstackable("dtype, out or where")
    value, axes = _for_all(a.value, axis) if not keepdims else (a.value, _axes(axis, a.ndim))
    return Stacked(ufunc.reduce(value, axis=axes, keepdims=keepdims), a.run)


def _by_method(
    name: str, a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, **rest: Any
) -> Stacked:
    if dtype is not None or out is not None or rest.keys() - {"ddof"}:
        raise Unstackable("dtype, out or where")
    value, axes = _for_all(a.value, axis) if not keepdims else (a.value, _axes(axis, a.ndim))
    return Stacked(getattr(value, name)(axis=axes, keepdims=keepdims, **rest), a.run)


def _matmul(a: Any, b: Any) -> Any:
    ranks = _rank(a), _rank(b)
    if 0 in ranks:
        raise ValueError("matmul: an operand has no axes")
    rank = max(*ranks, 2)
    left, right = _as_matrix(a, rank, -2), _as_matrix(b, rank, -1)
    found = np.matmul(left, right)
    if ranks[0] == 1:
        found = found[..., 0, :]
    if ranks[1] == 1:
        found = found[..., 0]
    return found


def _as_matrix(value: Any, rank: int, axis: int) -> Any:
    """``value`` as matrices; a vector as one that is 1 long at ``axis``."""
    vector = _rank(value) == 1
    array = value.value if isinstance(value, Stacked) else np.asarray(_plain(value))
    if vector:
        array = np.expand_dims(array, axis)
    if isinstance(value, Stacked) and rank > array.ndim - 1:
        array = array[(slice(None), *(None,) * (rank - array.ndim + 1))]
    return array


def _dot(a: Any, b: Any, out: Any = None) -> Any:
    if out is not None or _rank(b) > 2:
        raise Unstackable("np.dot")
    if not _rank(a) or not _rank(b):
        return np.multiply(a, b)
    return Stacked(_matmul(a, b), _run_of(a, b))


def _clip(a: Any, a_min: Any = None, a_max: Any = None, **options: Any) -> Any:
    low, high = options.pop("min", a_min), options.pop("max", a_max)
    if options:
        raise Unstackable("np.clip with options")
    if low is not None:
        a = np.maximum(a, low)
    return a if high is None else np.minimum(a, high)


def _argument(name: str) -> Function:
    def position(a: Any, axis: Any = None, out: Any = None) -> Stacked:
        if out is not None:
            raise Unstackable("out=")
        value = a.value.reshape(a.run.lanes, -1) if axis is None else a.value
        return Stacked(getattr(value, name)(axis=1 if axis is None else _axes(axis, a.ndim)), a.run)

    return position


def _cumulative(ufunc: np.ufunc) -> Function:
    def run(a: Any, axis: Any = None) -> Stacked:
        one = a.reshape(-1) if axis is None else a
        return Stacked(ufunc.accumulate(one.value, axis=_axes(0 if axis is None else axis, one.ndim)), a.run)

    return run


def _diff(a: Any, n: int = 1, axis: Any = -1) -> Stacked:
    return Stacked(np.diff(a.value, n, _axes(axis, a.ndim)), a.run)


def _pad(array: Any, pad_width: Any, mode: Any = "constant", **options: Any) -> Stacked:
    widths = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2)).tolist()
    return Stacked(np.pad(array.value, [(0, 0), *widths], mode, **options), array.run)


def _average(a: Any, axis: Any = None, weights: Any = None) -> Any:
    if weights is not None:
        raise Unstackable("weights")
    return _by_method("mean", a, axis)


def _where(condition: Any, x: Any, y: Any) -> Stacked:
    rank = max(map(_rank, (condition, x, y)))
    return Stacked(np.where(*(_aligned(one, rank) for one in (condition, x, y))), _run_of(condition, x, y))


def _full(value: Any, run: Run) -> Any:
    """``value`` with lanes, whether it had them or not."""
    if isinstance(value, Stacked):
        return value
    array = np.asarray(_plain(value))
    return Stacked(np.broadcast_to(array, (run.lanes, *array.shape)), run)


def _concatenate(arrays: Any, axis: Any = 0, **options: Any) -> Stacked:
    if options:
        raise Unstackable("np.concatenate with options")
    run = _run_of(*arrays)
    parts = [_full(one, run) for one in arrays]
    if axis is None:
        parts, axis = [one.reshape(-1) for one in parts], 0
    return Stacked(np.concatenate([one.value for one in parts], _axes(axis, parts[0].ndim)), run)


def _stack(arrays: Any, axis: int = 0, **options: Any) -> Stacked:
    arrays = list(arrays)
    run = _run_of(*arrays)
    return _concatenate([np.expand_dims(_full(one, run), axis) for one in arrays], axis, **options)


def _atleast_2d(a: Any) -> Any:
    return a.reshape(1, -1) if a.ndim < 2 else a


def _vstack(arrays: Any) -> Stacked:
    run = _run_of(*arrays)
    return _concatenate([_atleast_2d(_full(one, run)) for one in arrays])


def _hstack(arrays: Any) -> Stacked:
    run = _run_of(*arrays)
    parts = [_full(one, run) for one in arrays]
    parts = [one.reshape(1) if not one.ndim else one for one in parts]
    return _concatenate(parts, 0 if parts[0].ndim == 1 else 1)


def _column_stack(arrays: Any) -> Stacked:
    run = _run_of(*arrays)
    parts = [_full(one, run) for one in arrays]
    return _concatenate([one.reshape(-1, 1) if one.ndim < 2 else one for one in parts], 1)


def _filled(value: float) -> Function:
    def like(a: Any, dtype: Any = None, shape: Any = None) -> Any:
        if shape is not None:
            raise Unstackable("another shape")
        return Stacked(np.full(a.value.shape, value, a.dtype if dtype is None else dtype), a.run)

    return like


def _full_like(a: Any, fill_value: Any, dtype: Any = None) -> Any:
    found = _filled(0)(a, dtype)
    found[...] = fill_value
    return found


def _expand_dims(a: Any, axis: Any) -> Stacked:
    found: Stacked = a._shaped(lambda like: np.expand_dims(like, axis))
    return found


def _swapaxes(a: Any, axis1: Any, axis2: Any) -> Stacked:
    return Stacked(a.value.swapaxes(_axes(axis1, a.ndim), _axes(axis2, a.ndim)), a.run)


def _moveaxis(a: Any, source: Any, destination: Any) -> Stacked:
    return Stacked(np.moveaxis(a.value, _axes(source, a.ndim), _axes(destination, a.ndim)), a.run)


def _by_positions(function: Function) -> Function:
    """For a ``function`` that only rearranges entries: it is asked where each of them comes from."""

    def rearranged(a: Any, *arguments: Any, **options: Any) -> Any:
        flat = a.value.reshape(a.run.lanes, -1)
        found = function(np.arange(a.size).reshape(a.shape), *map(agreed, arguments), **options)
        return Stacked(np.ascontiguousarray(flat[:, found]), a.run)

    return rearranged


def _broadcast_to(array: Any, shape: Any) -> Stacked:
    shape = (shape,) if isinstance(shape, numbers.Integral) else tuple(shape)
    return Stacked(np.broadcast_to(_aligned(array, len(shape)), (array.run.lanes, *shape)), array.run)


def _flip(m: Any, axis: Any = None) -> Stacked:
    return Stacked(np.flip(m.value, _axes(axis, m.ndim)), m.run)


def _rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Stacked:
    return Stacked(np.rot90(m.value, k, _axes(axes, m.ndim)), m.run)


def _splitting(function: Function, default: int | None = None) -> Function:
    def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Stacked]:
        along = axis if default is None else default
        return [Stacked(one, ary.run) for one in function(ary.value, indices_or_sections, _axes(along, ary.ndim))]

    return split


def _triangle(function: Function) -> Function:
    def cut(m: Any, k: int = 0) -> Stacked:
        return _where(function(np.ones(m.shape, dtype=bool), k), m, np.zeros((), m.dtype))

    return cut


def _diag(v: Any, k: int = 0) -> Stacked:
    if v.ndim == 2:
        return _diagonal(v, k)
    places = np.diag(np.ones(v.size, dtype=bool), k)
    found = np.zeros((v.run.lanes, *places.shape), v.dtype)
    found[:, places] = v.value
    return Stacked(found, v.run)


def _diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Stacked:
    return Stacked(a.value.diagonal(offset, _axes(axis1, a.ndim), _axes(axis2, a.ndim)), a.run)


def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Stacked:
    return Stacked(a.value.trace(offset, _axes(axis1, a.ndim), _axes(axis2, a.ndim)), a.run)


def _outer(a: Any, b: Any) -> Any:
    return np.reshape(a, (-1, 1)) * np.reshape(b, (1, -1))


def _inner(a: Any, b: Any) -> Any:
    if _rank(a) > 1 or _rank(b) > 1:
        raise Unstackable("np.inner of matrices")
    return _dot(a, b)


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if axis is None and ord is None and not keepdims:
        flat = x.reshape(-1)
        return np.sqrt(_dot(flat, flat))
    if axis is None and x.ndim == 1:
        axis = 0
    if not isinstance(axis, int) or ord not in (None, 1, 2):
        raise Unstackable("np.linalg.norm")
    if ord == 1:
        return _reduced(np.add, abs(x), axis, keepdims=keepdims)
    return np.sqrt(_reduced(np.add, x * x, axis, keepdims=keepdims))


def _einsum(subscripts: Any, *operands: Any, **options: Any) -> Stacked:
    if not isinstance(subscripts, str) or "." in subscripts or "->" not in subscripts or options:
        raise Unstackable("np.einsum without its result's letters")
    lane = next(letter for letter in string.ascii_letters if letter not in subscripts)
    given, found = subscripts.replace(" ", "").split("->")
    parts = [
        (lane if isinstance(one, Stacked) else "") + part for part, one in zip(given.split(","), operands, strict=True)
    ]
    values = [one.value if isinstance(one, Stacked) else _plain(one) for one in operands]
    return Stacked(np.einsum(f"{','.join(parts)}->{lane}{found}", *values), _run_of(*operands))


def _matrices(function: Function) -> Function:
    """For a ``function`` that takes stacks of matrices by itself."""
    return lambda a: Stacked(function(a.value), a.run)


def _solve(a: Any, b: Any) -> Stacked:
    run = _run_of(a, b)
    left, right = _full(a, run).value, _full(b, run).value
    if right.ndim == 2:
        return Stacked(np.linalg.solve(left, right[..., None])[..., 0], run)
    return Stacked(np.linalg.solve(left, right), run)


def _slogdet(a: Any) -> tuple[Stacked, Stacked]:
    sign, size = np.linalg.slogdet(a.value)
    return Stacked(sign, a.run), Stacked(size, a.run)


def _reduction(ufunc: np.ufunc) -> Function:
    return lambda a, axis=None, **options: _reduced(ufunc, a, axis, **options)


def _method(name: str) -> Function:
    return lambda a, axis=None, **options: _by_method(name, a, axis, **options)


FUNCTIONS: dict[Function, Function] = {
    np.sum: _reduction(np.add), np.prod: _reduction(np.multiply), np.max: _reduction(np.maximum),
    np.min: _reduction(np.minimum), np.amax: _reduction(np.maximum), np.amin: _reduction(np.minimum),
    np.all: _reduction(np.logical_and), np.any: _reduction(np.logical_or), np.mean: _method("mean"), np.var: _method("var"),
    np.std: _method("std"), np.average: _average, np.argmax: _argument("argmax"), np.argmin: _argument("argmin"),
    np.cumsum: _cumulative(np.add), np.cumprod: _cumulative(np.multiply), np.dot: _dot,
    np.vdot: lambda a, b: _dot(np.ravel(a), np.ravel(b)), np.inner: _inner, np.outer: _outer, np.einsum: _einsum,
    np.diff: _diff, np.pad: _pad, np.trace: _trace, np.where: _where, np.clip: _clip, np.concatenate: _concatenate, np.stack: _stack, np.vstack: _vstack,
    np.hstack: _hstack, np.column_stack: _column_stack, np.reshape: lambda a, *shape, **o: a.reshape(*shape, **o),
    np.ravel: Stacked.ravel, np.transpose: Stacked.transpose, np.squeeze: Stacked.squeeze, np.expand_dims: _expand_dims,
    np.atleast_1d: lambda a: a if a.ndim else a.reshape(1), np.atleast_2d: _atleast_2d, np.swapaxes: _swapaxes,
    np.moveaxis: _moveaxis, np.broadcast_to: _broadcast_to, np.zeros_like: _filled(0), np.ones_like: _filled(1),
    np.empty_like: _filled(0), np.full_like: _full_like, np.copy: Stacked.copy, np.diag: _diag, np.diagonal: _diagonal,
    np.tril: _triangle(np.tril), np.triu: _triangle(np.triu), np.shape: lambda a: a.shape, np.ndim: lambda a: a.ndim,
    np.size: lambda a, axis=None: a.size if axis is None else a.shape[axis], np.linalg.norm: _norm,
    np.linalg.inv: _matrices(np.linalg.inv), np.linalg.det: _matrices(np.linalg.det),
    np.linalg.cholesky: _matrices(np.linalg.cholesky), np.linalg.solve: _solve, np.linalg.slogdet: _slogdet,
    np.real: lambda a: a, np.iscomplexobj: lambda a: False, np.flip: _flip, np.fliplr: lambda m: _flip(m, 1),
    np.flipud: lambda m: _flip(m, 0), np.rot90: _rot90, np.split: _splitting(np.split),
    np.array_split: _splitting(np.array_split), np.vsplit: _splitting(np.split, 0), np.hsplit: lambda ary, sections: (
        _splitting(np.split, 0 if ary.ndim == 1 else 1)(ary, sections)
    ),
}  # fmt: skip
FUNCTIONS |= {function: _by_positions(function) for function in (
    np.roll, np.tile, np.repeat, np.take, np.take_along_axis, np.delete,
)}  # fmt: skip
