"""What comes of calling the person's functions once: on copies, in a limited time, with everything put back."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..engine import said
from . import source
from .bytecode import uses
from .copies import copied
from .interrupts import calls_out
from .inventory import is_container, is_leaf, usable, visible
from .limit import TimeIsUp, within
from .matching import Leaf, Output, outputs_of
from .places import Place, has_places, is_object, nowhere, places_in
from .reach import Reach
from .route import Call, pick
from .survey import Known, functions_of, reaches_out
from .world import World, generators_within

# Seconds that all trial calls of one discovery may take, and a single one.
_PATIENCE, _ONE = 6.0, 2.0
# Arrays above so many bytes are handed to trial calls as they are, but locked.
_BIG = 16 << 20
_MOST_LEAVES = 3_000


class Missing(Exception):
    """Arguments for which there is nothing, by function."""

    def __init__(self, known: Known, arguments: Sequence[str]) -> None:
        super().__init__(known.name, *arguments)
        self.known = known
        self.arguments = list(arguments)


@dataclass
class Draft:
    """Calls that have been found to belong together, in order, with what each returned names for."""

    calls: list[Call] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)

    def copy(self) -> Draft:
        return Draft(list(self.calls), list(self.known))

    def place(self, known: Known) -> int | None:
        return next((i for i, k in enumerate(self.known) if k.name == known.name), None)


@dataclass(frozen=True)
class Outcome:
    """What a trial of calls brought: the results, or why there are none."""

    results: tuple[Any, ...] = ()
    error: str = ""
    at: str = ""
    places: tuple[Leaf, ...] = ()
    after: Mapping[tuple[Any, ...], np.ndarray] = field(default_factory=dict)


class Trials:
    """The functions of one namespace, and trial calls of them.

    Attributes:
        namespace: names -> values.
        functions: the person's own, by name.
        data: what could be handed to them, by variable or expression.
        failures: functions that raised when they were tried, and what.
        slow: functions that did not return in time, and are not called again.
    """

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self.namespace = namespace
        self.functions = functions_of(namespace)
        self.data: dict[str, Any] = usable(namespace)
        self.data.update(
            {name: value for name, value in visible(namespace) if name not in self.data and holds(is_object, value)}
        )
        self.failures: list[tuple[str, str]] = []
        self.slow: set[str] = set()
        self._outcomes: dict[Any, Outcome] = {}
        self._globals: dict[str, list[str]] = {}
        self._outward: dict[str, bool] = {}
        self._deadline = time.monotonic() + _PATIENCE

    def globals_of(self, known: Known) -> list[str]:
        """Variables that hold arrays and that a function, or one that it calls, reads without being handed them."""
        if known.name in self._globals:
            return self._globals[known.name]
        found: dict[str, None] = {}
        seen: set[Any] = set()

        def visit(function: Any, depth: int) -> None:
            code = source.code(function)
            if code is None or code in seen or depth > 4:
                return
            seen.add(code)
            inner = source.innermost(function)
            names = getattr(inner, "__globals__", {})
            for name in sorted(uses(code).reads.globals):
                value = names.get(name)
                if name in self.functions:
                    visit(self.functions[name].function, depth + 1)
                elif self.namespace.get(name) is value and any(
                    holds(question, value) for question in (is_leaf, is_container, has_places)
                ):
                    found[name] = None

        visit(known.function, 0)
        # Kept, because a function may put other values there.
        self._globals[known.name] = list(found)
        return self._globals[known.name]

    def run(self, draft: Draft, upstreams: Mapping[str, Any] | None = None) -> Outcome:
        """Calls the functions of ``draft`` once, on copies, and puts everything back."""
        key = (
            tuple((call.name, call.wires) for call in draft.calls),
            tuple((upstreams or {}).items()) and id(upstreams),
        )
        if key not in self._outcomes:
            self._outcomes[key] = self._run(draft, upstreams or {})
        return self._outcomes[key]

    def _run(self, draft: Draft, upstreams: Mapping[str, Any]) -> Outcome:
        left = self._deadline - time.monotonic()
        if left <= 0:
            return Outcome(error="The time for trial calls is up.")
        outward = next((known.name for known in draft.known if self._reaches_out(known)), None)
        if outward is not None:
            return Outcome(error=f"{outward} reaches out of the notebook.", at=outward)
        slow = next((call.name for call in draft.calls if call.name in self.slow), None)
        if slow is not None:
            return Outcome(error=f"{slow} did not return in time.", at=slow)
        for known in draft.known:
            # Before a function puts others there.
            self.globals_of(known)
        names = {w.key for call in draft.calls for w in call.wires if w.origin == "data"}
        data = {name: _lent(self.data[name]) for name in names}
        results: list[Any] = []
        name = ""
        try:
            reach = Reach([call.function for call in draft.calls], None, [self.data[n] for n in names])
            world, generators = World(reach), generators_within(reach)
        except Exception as error:
            return Outcome(error=said(error)[:500])
        try:
            with within(min(left, _ONE)), np.errstate(all="ignore"):
                for call in draft.calls:
                    name = call.name
                    results.append(_called(call, results, data, upstreams))
            places = tuple(self._after(draft))
            # Copies: what lies in the objects is put back in a moment.
            after = {x.paths[0]: _snapshot(x.value) for x in places if _bytes(x.value) < _BIG}
            for wire in (w for call in draft.calls for w in call.wires if w.origin == "data"):
                if holds(is_container, data[wire.key]) or holds(is_leaf, data[wire.key]):
                    lent = places_in(data[wire.key], write=nowhere)
                    after.update({(wire.key, *p.steps): _snapshot(p.value) for p in lent if _bytes(p.value) < _BIG})
            return Outcome(tuple(results), places=places, after=after)
        except TimeIsUp:
            self.slow.add(name)
            self.failures.append((name, f"it did not return within {min(left, _ONE):.0f} seconds"))
            return Outcome(tuple(results), "It took too long.", name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # Whatever a function raises, SystemExit and asyncio's CancelledError included.
            self.failures.append((name, said(error)[:500]))
            return Outcome(tuple(results), said(error)[:500], name)
        finally:
            world.changed()
            world.restore()
            generators.restore()

    def _reaches_out(self, known: Known) -> bool:
        if known.name not in self._outward:
            self._outward[known.name] = reaches_out(known.function)
        return self._outward[known.name]

    def _after(self, draft: Draft) -> Iterator[Leaf]:
        """What lies in the objects once the calls are done: gradients that backward has left there."""
        for name in dict.fromkeys(
            n for known in draft.known for n in (*self.globals_of(known), *stored_globals(known))
        ):
            read = _global_reader(draft, name)
            for place in places_in(read(), write=nowhere):
                yield Leaf(((name, *(_plain(s) for s in place.steps)),), place.value, place=replace(place, read=read))
        for name, value in self.objects_of(draft):
            for place in places_in(value):
                # The value is kept as it is now; in a moment the object is put back.
                path = (name, *(s[1:] if isinstance(s, str) and s.startswith(".") else s for s in place.steps))
                yield Leaf((path,), place.value, place=place)

    def objects_of(self, draft: Draft) -> list[tuple[str, Any]]:
        """Objects that the calls work on: the owners of methods, what is handed over, what is read as a global."""
        found: dict[int, tuple[str, Any]] = {}
        for known in draft.known:
            if known.owner is not None:
                found.setdefault(id(known.owner), (known.prefix or known.name, known.owner))
        for call in draft.calls:
            for wire in call.wires:
                if wire.origin == "data" and holds(has_places, self.data[wire.key]):
                    found.setdefault(id(self.data[wire.key]), (wire.key, self.data[wire.key]))
        for known in draft.known:
            for name in self.globals_of(known):
                if holds(has_places, self.namespace[name]):
                    found.setdefault(id(self.namespace[name]), (name, self.namespace[name]))
        return list(found.values())

    def leaves_of(self, draft: Draft, integers: bool = False) -> list[Leaf]:
        """Everything that the calls could take for parameters: arguments, globals, attributes; ``integers`` too, if asked for."""
        leaves: list[Leaf] = []
        paths: dict[int, list[tuple[Any, ...]]] = {}
        seen: set[str] = set()
        read = self._read_elsewhere(draft)
        for call in draft.calls:
            for wire in call.wires:
                value = self.data.get(wire.key) if wire.origin == "data" else None
                if value is None or wire.key in seen or holds(has_places, value):
                    continue
                seen.add(wire.key)
                for place in places_in(value, write=nowhere):
                    steps = place.steps
                    path = (wire.argument if not steps else wire.key, *(_plain(s) for s in steps))
                    also = ((wire.key,),) if not steps and wire.key != wire.argument else ()
                    # Handed over, and changed where it lies as well, if the functions also read it by way of a view.
                    both = in_place(place) if shares(place.value, read) else None
                    leaves.append(Leaf((path, *also), place.value, root=wire.key, steps=steps, place=both))
                    if len(leaves) > _MOST_LEAVES:
                        return leaves
        for name in dict.fromkeys(n for known in draft.known for n in self.globals_of(known)):
            value = self.namespace[name]
            if name in seen or holds(has_places, value):
                continue
            for place in places_in(value, write=_global_writer(draft, name), read=_global_reader(draft, name)):
                leaves.append(Leaf(((name, *(_plain(s) for s in place.steps)),), place.value, place=place))
        bases = {id(array.base) for array in read if array.base is not None} - {id(leaf.value) for leaf in leaves}
        for name, value in self.namespace.items() if bases else ():
            # The vector that others are views of.
            if id(value) in bases and type(value) is np.ndarray:
                leaves += [Leaf(((name,),), value, place=in_place(place)) for place in places_in(value)]
        for name, value in self.objects_of(draft):
            for place in places_in(value):
                path = (name, *(_plain(s) for s in place.steps))
                if isinstance(place.value, np.ndarray):
                    known_paths = paths.setdefault(id(place.value), [])
                    known_paths.append(path)
                    if len(known_paths) > 1:
                        continue
                leaves.append(Leaf((path,), place.value, place=place))
                if len(leaves) > _MOST_LEAVES:
                    break
        # An argument that an object keeps as well goes by its own name first.
        return [
            replace(leaf, paths=(*(leaf.paths if leaf.root else ()), *paths[id(leaf.value)]))
            if leaf.place and id(leaf.value) in paths
            else leaf
            for leaf in leaves
            if floating(leaf.value) or (integers and _whole(leaf.value))
        ]

    def reads_elsewhere(self, known: Known, values: Any) -> bool:
        """Whether a function reads an array of ``values`` that lies in a structure also without being handed it."""
        read = self._read_elsewhere(Draft(known=[known]))
        return any(shares(place.value, read) for place in places_in(values, write=nowhere))

    def _read_elsewhere(self, draft: Draft) -> list[np.ndarray]:
        """Arrays that the functions read without being handed them."""
        names = dict.fromkeys(n for known in draft.known for n in self.globals_of(known))
        values = [*(self.namespace[n] for n in names), *(value for _, value in self.objects_of(draft))]
        return [p.value for v in values for p in places_in(v, write=nowhere) if isinstance(p.value, np.ndarray)]

    def outputs_of(self, draft: Draft, outcome: Outcome, call: int) -> list[Output]:
        """What call number ``call`` returned; ``return self`` returns nothing."""
        if draft.known[call].owner is not None and outcome.results[call] is draft.known[call].owner:
            return []
        return outputs_of(outcome.results[call], draft.known[call], call)


@calls_out
def _called(call: Call, results: list[Any], data: Mapping[str, Any], upstreams: Mapping[str, Any]) -> Any:
    positional, by_keyword = [], {}
    for wire in call.wires:
        if wire.origin == "result":
            value = pick(results[wire.call], wire.steps)
        else:
            value = data[wire.key] if wire.origin == "data" else upstreams[wire.key]
        if wire.by_keyword:
            by_keyword[wire.argument] = value
        else:
            positional.append(value)
    return call.function(*positional, **by_keyword)


def _snapshot(value: Any) -> np.ndarray:
    return np.array(value.numpy() if hasattr(value, "numpy") else value)


def _bytes(value: Any) -> int:
    return 8 * int(np.prod([int(n) for n in getattr(value, "shape", ())]))


def _lent(value: Any) -> Any:
    """A copy for a trial; of what is big, the thing itself under lock."""
    if isinstance(value, np.ndarray) and value.nbytes > _BIG:
        view = value.view()
        view.flags.writeable = False
        return view
    return copied(value)


def floating(value: Any) -> bool:
    """Whether a leaf holds floating point numbers, so that a step makes sense; an array without entries is one all the same."""
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        return isinstance(value, float)
    name = getattr(dtype, "name", str(dtype))
    return "float" in name


def _whole(value: Any) -> bool:
    """Whether a leaf holds integers, in whose place floats can be put."""
    if not isinstance(value, np.ndarray):
        return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return value.dtype.kind in "iu" and value.size > 0


def holds(question: Any, value: Any) -> bool:
    """Whether ``question`` says yes to ``value``, which may be any object and do as it likes when it is looked at."""
    try:
        return bool(question(value))
    except Exception:
        # What it does then says that it is nothing for us.
        return False


def shares(value: Any, others: Sequence[np.ndarray]) -> bool:
    """Whether an array is one of ``others``, or lies in the same memory as a view."""
    return isinstance(value, np.ndarray) and any(
        value is other or np.may_share_memory(value, other) for other in others
    )


def in_place(place: Place) -> Place:
    """``place`` of an array, which is written into and never replaced."""
    array = place.value

    def fill(value: Any) -> None:
        array[...] = value

    return Place(place.steps, array, fill, lambda: array)


def _plain(step: Any) -> Any:
    return step[1:] if isinstance(step, str) and step.startswith(".") and len(step) > 1 else step


def stored_globals(known: Known) -> list[str]:
    """Global names that a function binds anew."""
    code = source.code(known.function)
    return [] if code is None else sorted(uses(code).stores.globals)


def _global_reader(draft: Draft, name: str) -> Any:
    for known in draft.known:
        names = getattr(source.innermost(known.function), "__globals__", None)
        if isinstance(names, dict) and name in names:
            return lambda: names.get(name)
    return lambda: None


def _global_writer(draft: Draft, name: str) -> Any:
    owners: list[dict[str, Any]] = []
    for known in draft.known:
        names = getattr(source.innermost(known.function), "__globals__", None)
        if isinstance(names, dict) and name in names and all(names is not other for other in owners):
            owners.append(names)

    def write(value: Any) -> None:
        for names in owners:
            names[name] = value

    return write
