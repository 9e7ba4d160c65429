"""Nested parameters <-> one vector. Nothing else in the engine knows about structure.

The idea of returning the vector together with the way back is that of `to_vec` in FiniteDifferences.jl.
"""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .backend import Backend
from .errors import GradcheckError

Path = tuple[Any, ...]

_DEEPEST = 50


class Leaf(NamedTuple):
    """One parameter: an array or number inside the structure.

    Attributes:
        path: the keys and indices that lead to it; empty where the structure is the parameter itself.
        name: the path in words, ``W1`` or ``layers[0].W``.
        shape, dtype: as the person has them.
        start, stop: the entries of the vector it takes.
        value: the person's own object; never written to.
    """

    path: Path
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    start: int
    stop: int
    value: Any

    @property
    def size(self) -> int:
        return self.stop - self.start

    @property
    def integral(self) -> bool:
        """Whether the person's value holds integers (or booleans), which may be a setting rather than a parameter."""
        return self.dtype.kind in "iub"


class _Fixed(NamedTuple):
    """A leaf that is not stepped: its value as an array, which is not written to, and the copy that is handed out."""

    leaf: Leaf
    array: np.ndarray
    handed: Any

    def untouched(self) -> bool:
        handed = self.handed
        if not isinstance(handed, np.ndarray):
            return True
        return handed.shape == self.array.shape and np.array_equal(handed, self.array.astype(handed.dtype, copy=False))


class Flat:
    """A structure of parameters seen as a vector of float64.

    Attributes:
        leaves: the numeric leaves, in the order of the structure.
        vector: all their entries, row by row (length n), a copy.
        sizes: how many entries each leaf has.
        afresh: whether every structure gets new copies of the leaves that are not stepped.
    """

    def __init__(
        self,
        parameters: Any,
        backend: Backend,
        name: str = "parameters",
        leave_out: frozenset[Path] = frozenset(),
        widened: bool = False,
        fixed: frozenset[Path] = frozenset(),
    ) -> None:
        """With ``widened``, arrays of less than 64 bits are handed out as float64. Leaves at ``leave_out`` are no numbers to
        us, and handed out as they are; those at ``fixed`` are handed out as copies, and never stepped."""
        self._parameters = parameters
        self._backend = backend
        self._widened = widened
        self.leaves: list[Leaf] = []
        self._fixed: dict[Path, _Fixed] = {}
        self.afresh = False
        arrays: list[np.ndarray] = []
        position = 0
        for path, value in _walk(parameters, ()):
            array = None if path in leave_out else backend.to_array(value, copy=False)
            label = _label(_fields(parameters, path), name)
            if array is None and isinstance(value, np.ndarray) and value.dtype == object:
                raise GradcheckError(
                    f"{label} is an array of Python objects (dtype object). Make it one of numbers: {label}.astype(float).",
                    code="unsupported_dtype",
                )
            if array is None:
                continue
            if array.dtype.kind == "c":
                raise GradcheckError(
                    f"{label} is complex ({array.dtype}). A gradient check needs real parameters: check its real and "
                    "imaginary parts as two parameters.",
                    code="complex_parameters",
                )
            if path in fixed:
                leaf = Leaf(path, label, array.shape, array.dtype, 0, 0, value)
                self._fixed[path] = _Fixed(leaf, array, self._copy_of(leaf, array))
                continue
            self.leaves.append(Leaf(path, label, array.shape, array.dtype, position, position + array.size, value))
            arrays.append(array.reshape(-1))
            position += array.size
        if position == 0:
            held = getattr(parameters, "__dict__", None)
            if isinstance(held, dict) and any(isinstance(value, np.ndarray) for value in held.values()):
                raise GradcheckError(
                    f"{name} is an object ({type(parameters).__name__}) whose attributes hold arrays. Name those of an object with "
                    f"gradcheck(loss=lambda: ..., gradients=lambda: ..., parameters={name}), whose functions take no arguments.",
                    code="no_parameters",
                )
            raise GradcheckError(
                f"{name} holds no numbers, so there is nothing to check. It should be a dict such as "
                '{"W1": array, "b1": array}, a list of arrays, an array or a number.',
                code="no_parameters",
            )
        # A copy, also of a single array.
        self.vector = np.concatenate(arrays, dtype=np.float64, casting="unsafe")
        self._starts = [leaf.start for leaf in self.leaves]
        self.sizes = [leaf.stop - leaf.start for leaf in self.leaves]
        # A dict of arrays: by far the most frequent structure, which some backends build for every evaluation.
        self._plain = type(parameters) is dict and [leaf.path for leaf in self.leaves] == [(k,) for k in parameters]

    @cached_property
    def _by_path(self) -> dict[Path, Leaf]:
        return {leaf.path: leaf for leaf in self.leaves}

    def unflatten(self, vector: np.ndarray) -> Any:
        """The structure again, with fresh leaves of the person's types that hold ``vector`` (length n)."""
        return self.with_leaves(self.leaves_at(vector))

    def leaves_at(self, vector: np.ndarray) -> list[Any]:
        """Fresh leaves of the person's types that hold ``vector`` (length n)."""
        return [self.leaf_of(leaf, vector[leaf.start : leaf.stop]) for leaf in self.leaves]

    def leaf_of(self, leaf: Leaf, part: np.ndarray) -> Any:
        """A fresh value of the person's type for ``leaf`` that holds ``part`` (its entries)."""
        like = leaf.value
        if self._widened and isinstance(like, (np.ndarray, np.floating)) and leaf.dtype.itemsize < 8:
            like = np.float64(0) if isinstance(like, np.floating) else np.empty(0)
        return self._backend.from_array(part.reshape(leaf.shape), like)

    def _copy_of(self, leaf: Leaf, array: np.ndarray) -> Any:
        if leaf.integral:
            # A setting, such as a number of layers, must stay an integer.
            return array.copy() if isinstance(leaf.value, np.ndarray) else leaf.value
        return self.leaf_of(leaf, array.reshape(-1).astype(np.float64))

    def renew_fixed(self) -> None:
        """Makes new copies of the leaves that are not stepped, for the structures from now on."""
        for path, one in self._fixed.items():
            self._fixed[path] = one._replace(handed=self._copy_of(one.leaf, one.array))

    def fixed_untouched(self) -> bool:
        """Whether the copies of the leaves that are not stepped still are what they were made from."""
        return all(one.untouched() for one in self._fixed.values())

    def position(self, entry: int) -> int:
        """Which leaf (by its place in `leaves`) holds the ``entry`` of the vector."""
        return bisect_right(self._starts, entry) - 1

    def parts(self, entries: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """The leaves that hold ``entries`` (ascending): position, and where in ``entries`` theirs begin and end."""
        start = 0
        while start < len(entries):
            position = self.position(entries[start])
            stop = bisect_left(entries, self.leaves[position].stop, start)
            yield position, start, stop
            start = stop

    def node(self, path: Path) -> Any:
        """What lies at ``path`` in the person's structure."""
        found = self._parameters
        for step in path:
            found = found[step]
        return found

    def with_leaves(self, leaves: list[Any]) -> Any:
        """The structure again, holding ``leaves`` (in the order of `leaves`) as they are."""
        if self._plain:
            return dict(zip(self._parameters, leaves, strict=True))
        given = dict(zip(self._by_path, leaves, strict=True))
        return self._rebuild(self._parameters, (), lambda leaf: given[leaf.path])

    def holds(self, structure: Any, leaves: list[Any]) -> bool:
        """Whether ``structure``, which was made of ``leaves``, still holds those very objects."""
        if self._plain and type(structure) is dict and len(structure) == len(leaves):
            # Most often in their order, too; otherwise they are looked for below.
            same = map(operator.is_, structure.values(), leaves)
            if all(same) and all(map(operator.eq, structure, self._parameters)):
                return True
        try:
            for leaf, value in zip(self.leaves, leaves, strict=True):
                found = structure
                for step in leaf.path:
                    found = found[step]
                if found is not value:
                    return False
        except (KeyError, IndexError, TypeError):
            return False
        return True

    def dtype_of(self, leaf: Leaf) -> np.dtype | None:
        """The dtype that a step of ``leaf`` is rounded to before forward sees it; None for float64."""
        narrow = leaf.dtype.kind == "f" and leaf.dtype.itemsize < 8 and not self._widened
        return leaf.dtype if narrow else None

    def _rebuild(self, node: Any, path: Path, make: Any) -> Any:
        leaf = self._by_path.get(path)
        if leaf is not None:
            return make(leaf)
        fixed = self._fixed.get(path)
        if fixed is not None:
            return self._copy_of(fixed.leaf, fixed.array) if self.afresh else fixed.handed
        if isinstance(node, Mapping):
            rebuilt = {key: self._rebuild(value, (*path, key), make) for key, value in node.items()}
            return rebuilt if type(node) is dict else _same_mapping(node, rebuilt)
        if isinstance(node, (list, tuple)):
            items = [self._rebuild(value, (*path, index), make) for index, value in enumerate(node)]
            if isinstance(node, list):
                return items
            return type(node)(*items) if hasattr(node, "_fields") else tuple(items)
        return node


def _same_mapping(node: Mapping[Any, Any], rebuilt: dict[Any, Any]) -> Any:
    # OrderedDict and friends; an exotic mapping that cannot be made from a dict is served by the dict itself.
    try:
        return type(node)(rebuilt)  # type: ignore[call-arg]
    except TypeError:
        return rebuilt


def _walk(node: Any, path: Path) -> Any:
    if len(path) > _DEEPEST:
        raise GradcheckError(
            "The parameters are nested more than 50 levels deep; do they contain themselves?", code="no_parameters"
        )
    if isinstance(node, Mapping):
        for key, value in node.items():
            if type(value) is np.ndarray:
                yield (*path, key), value
            else:
                yield from _walk(value, (*path, key))
    elif isinstance(node, (list, tuple)):
        for index, value in enumerate(node):
            yield from _walk(value, (*path, index))
    else:
        yield path, node


def _fields(node: Any, path: Path) -> Path:
    """``path`` with the names of fields where it leads through named tuples."""
    if len(path) == 1 and not isinstance(node, tuple):
        return path
    found = []
    for step in path:
        fields = getattr(type(node), "_fields", None) if isinstance(node, tuple) else None
        found.append(fields[step] if fields else step)
        node = node[step]
    return tuple(found)


def _label(path: Path, name: str) -> str:
    if not path:
        return name
    if len(path) == 1 and isinstance(path[0], str) and path[0].strip():
        return path[0][:200]
    label = ""
    for step in path:
        if isinstance(step, str) and step.isidentifier():
            label += f".{step}" if label else step
        elif label or not isinstance(step, str) or not step.strip():
            # Also a name of nothing but blanks, which would read as none.
            label = f"{label or name}[{step!r}]"
        else:
            label = step
    return label[:200]
