"""The line that gives a gradient its value: from where a function returns it, or leaves it, back to where it is made.

Read from the syntax trees alone; nothing is called. Where two functions could be meant, none is named.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from . import source, words
from .bytecode import is_own
from .held import looked_up
from .matching import stems
from .reach import Reach
from .route import Rest
from .scope import Scope, Setting, Steps, base_of, is_beginning, is_part, key_fits, last_name, scope_of

# Functions that are looked into, one called by the other.
_DEEPEST = 4
_MOST_STEPS = 60
# Calls through which a container, or the value itself, passes as it is.
_PASSING = frozenset(
    (
        *("list", "tuple", "reversed", "dict", "array", "asarray", "copy", "deepcopy", "stack", "float", "OrderedDict"),
        *("SimpleNamespace", "defaultdict"),
    )
)
# Methods that give the numbers of an array as they are.
_SAME_NUMBERS = frozenset(("reshape", "ravel", "flatten", "copy", "astype", "squeeze", "tolist", "item"))
_INDEXED = re.compile(r"^(?P<base>.+?)\[(?P<index>\d+)\]$")


@dataclass(frozen=True)
class Spot:
    """A line of a function.

    Attributes:
        code: the function's.
        line: in its cell or file as it was compiled, from 1.
        text: what stands there.
        column: where on the line it begins, to tell apart what is made on one line.
        corrects: how the line changes what another one has made: ``adds`` (regularisation, say), ``scales`` (divides by
            the batch size), or ``changes`` in another way; ``gathers`` where it is one of several that add up, or adds again and
            again; ``fills`` where it makes a part of it; empty where it makes it.
        term: what it adds, as it is written.
        part: the index of the part of the gradient that it sets, as it is written; empty for the whole of it.
    """

    code: CodeType
    line: int
    text: str
    column: int = 0
    corrects: str = ""
    term: str = ""
    part: str = ""


# What the gradient is called that an update reveals by the step it takes.
_STEP = "step of "

# From where the value is handed on to where it is made.
Trail = tuple[Spot, ...]


@dataclass(frozen=True)
class Wanted:
    """A gradient to look for.

    Attributes:
        gradient, parameter: ``dW2`` and ``W2``, as the report calls them.
        steps: the way to it in what the function returns; None where that is not known.
    """

    gradient: str
    parameter: str
    steps: Steps | None = None


def origins(function: Any, wanted: Sequence[Wanted]) -> list[Trail]:
    """For each of ``wanted``, which ``function`` claims together, the lines it comes by, the one that makes it last.

    An empty trail where there is no source, or nothing that fits.
    """
    behind = source.innermost(function)
    if not isinstance(behind, FunctionType) or scope_of(behind.__code__) is None:
        return [()] * len(wanted)
    reading = _Reading(function, behind, wanted)
    return [reading.trail(one, place) for place, one in enumerate(wanted)]


class _Reading:
    def __init__(self, function: Any, behind: FunctionType, wanted: Sequence[Wanted]) -> None:
        self._first, self._wanted = behind, wanted
        self._reached: list[FunctionType] | None = None
        self._function = function
        self._left = 0

    def trail(self, wanted: Wanted, place: int) -> Trail:
        self._left = _MOST_STEPS
        scope = scope_of(self._first.__code__)
        assert scope is not None
        there = _Frame(scope, self._first, 0)
        ways: list[Steps] = [] if wanted.steps is None else [wanted.steps]
        if wanted.steps is None:
            ways += [(wanted.gradient,), (wanted.parameter,), (f".{wanted.gradient}",), (f".{wanted.parameter}",)]
        for steps in ways if not wanted.gradient.startswith(_STEP) else [wanted.steps] if wanted.steps else []:
            if found := self._returned(there, steps):
                return found
        found = self._named(there, wanted)
        if not found and wanted.steps is None:
            found = self._in_order(there, place)
        return found or self._mentioned(there, wanted)

    # From what is returned

    def _returned(self, there: _Frame, steps: Steps) -> Trail:
        for value in reversed(there.scope.returned):
            if found := self._made(there, value, steps, value):
                return found
        return ()

    def _in_order(self, there: _Frame, place: int) -> Trail:
        """The gradient at ``place`` of as many that are returned; a single one is what is returned."""
        if len(self._wanted) == 1 and (found := self._returned(there, ())):
            return found
        for value in reversed(there.scope.returned):
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(self._wanted):
                return self._made(there, value, (place,), value)
        return ()

    def _made(self, there: _Frame, value: ast.expr, steps: Steps, at: ast.expr) -> Trail:
        """Where what lies at ``steps`` in ``value`` is made; ``at`` stands where it is made if that is right there."""
        self._left -= 1
        if self._left < 0:
            return ()
        if not steps and is_beginning(value):
            return ()
        if isinstance(value, ast.Call):
            return self._by_call(there, value, steps, at)
        if isinstance(value, (ast.Name, ast.Attribute)):
            return self._by_name(there, value, steps, at)
        if not steps:
            indexed = isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant)
            return (self._inside(there, value, (), at) if indexed else ()) or (there.spot(at),)
        return self._inside(there, value, steps, at)

    def _inside(self, there: _Frame, value: ast.expr, steps: Steps, at: ast.expr) -> Trail:
        step: Any = steps[0] if steps else None
        rest = steps[1:]
        if isinstance(value, (ast.Tuple, ast.List)):
            if isinstance(step, Rest):
                others = [e for place, e in enumerate(value.elts) if place != step.place]
                whole = others[0] if len(others) == 1 else ast.Tuple(others, ast.Load())
                return self._made(there, whole, rest, at)
            if (
                isinstance(step, int)
                and -len(value.elts) <= step < len(value.elts)
                and not any(isinstance(e, ast.Starred) for e in value.elts)
            ):
                return self._made(there, value.elts[step], rest, value.elts[step])
        elif isinstance(value, ast.Dict):
            return self._in_dict(there, value, step, rest)
        elif isinstance(value, (ast.ListComp, ast.GeneratorExp)):
            return self._made(there, value.elt, rest, value.elt)
        elif isinstance(value, ast.DictComp) and key_fits(value.key, step):
            return self._made(there, value.value, rest, value.key)
        elif isinstance(value, ast.Subscript):
            if isinstance(value.slice, ast.Slice):
                return self._made(there, value.value, steps, at)
            if isinstance(value.slice, ast.Constant):
                return self._made(there, value.value, (value.slice.value, *steps), at)
        elif isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.BitOr)):
            return self._made(there, value.right, steps, at) or self._made(there, value.left, steps, at)
        elif isinstance(value, ast.IfExp):
            return self._made(there, value.body, steps, at) or self._made(there, value.orelse, steps, at)
        return ()

    def _in_dict(self, there: _Frame, value: ast.Dict, step: Any, rest: Steps) -> Trail:
        fitting = [
            (key_fits(key, step), place)
            for place, key in enumerate(value.keys)
            if key is not None and key_fits(key, step)
        ]
        if fitting:
            place = max(fitting)[1]
            key = value.keys[place]
            assert key is not None
            return self._made(there, value.values[place], rest, key)
        for key, held in zip(value.keys, value.values, strict=True):
            if key is None and (found := self._made(there, held, (step, *rest), held)):
                return found
        return ()

    # By way of calls

    def _by_call(self, there: _Frame, call: ast.Call, steps: Steps, at: ast.expr) -> Trail:
        name = last_name(call.func)
        here = (there.spot(at),)
        if steps and call.keywords:
            step = steps[0]
            key = step[1:] if isinstance(step, str) and step.startswith(".") else step
            for keyword in call.keywords:
                if keyword.arg is not None and keyword.arg == key:
                    return self._made(there, keyword.value, steps[1:], keyword.value)
        callee = self._callee(there, call.func)
        if callee is not None:
            # Into a function that is there for gradients, or that returns several; any other is a tool of many.
            told = bool(steps) or not there.scope.settings or self._is_backward(name) or self._is_returned(there, call)
            inside = self._returned(callee, steps) if told else ()
            return (*here, *inside) if inside or not steps else ()
        if isinstance(call.func, ast.Attribute) and name in _SAME_NUMBERS and isinstance(call.func.value, ast.Name):
            # dW.reshape(shape) holds what dW does.
            made = self._made(there, call.func.value, steps, at)
            # In another shape, an index says something else.
            return tuple(replace(spot, part="") for spot in made) or (() if steps else here)
        if name in _PASSING and call.args:
            argument = call.args[0]
            if not steps and isinstance(argument, ast.List) and len(argument.elts) == 1:
                argument = argument.elts[0]
            if steps or isinstance(argument, ast.Name):
                return self._made(there, argument, steps, at) or (() if steps else here)
        if not steps:
            return here
        # A class of the person's, such as a named tuple: by the order of its fields.
        kind = self._value_of(there, call.func)
        fields = getattr(kind, "_fields", None) or list(getattr(kind, "__dataclass_fields__", ()))
        step = steps[0]
        if isinstance(kind, type) and fields:
            named = isinstance(step, str) and step[1:] in fields
            place = list(fields).index(step[1:]) if named else step
            if isinstance(step, Rest):
                return self._made(there, ast.Tuple(call.args, ast.Load()), steps, at)
            if isinstance(place, int) and 0 <= place < len(call.args):
                return self._made(there, call.args[place], steps[1:], call.args[place])
        return ()

    def _is_backward(self, name: str) -> bool:
        return bool(set(words.tokens(name)) & words.BACKWARD)

    def _is_returned(self, there: _Frame, call: ast.Call) -> bool:
        return any(value is call for value in there.scope.returned)

    def _callee(self, there: _Frame, function: ast.expr) -> _Frame | None:
        """The person's function that is called there; None where it is another's, or not certain."""
        if there.depth >= _DEEPEST:
            return None
        if isinstance(function, ast.Name) and function.id in there.scope.inner:
            return _Frame(there.scope.inner[function.id], there.function, there.depth + 1)
        found = self._value_of(there, function)
        if found is None and isinstance(function, ast.Attribute):
            found = self._method(there, function)
        behind = source.innermost(found) if callable(found) and not isinstance(found, type) else None
        if not isinstance(behind, FunctionType) or not is_own(behind.__code__.co_filename):
            return None
        scope = scope_of(behind.__code__)
        return None if scope is None else _Frame(scope, behind, there.depth + 1)

    def _value_of(self, there: _Frame, node: ast.expr) -> Any:
        """What a global or enclosing name is, or a module's member; None for all else. Nothing of the person's is asked."""
        if isinstance(node, ast.Name):
            if node.id in there.scope.arguments or any(_is_name(s.target, node.id) for s in there.scope.settings):
                return None
            for name, cell in zip(there.function.__code__.co_freevars, there.function.__closure__ or (), strict=False):
                if name == node.id:
                    try:
                        return cell.cell_contents
                    except ValueError:
                        return None
            return there.function.__globals__.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self._value_of(there, node.value)
            if isinstance(owner, ModuleType):
                return vars(owner).get(node.attr)
            if isinstance(owner, type):
                return next((_plain(vars(k)[node.attr]) for k in owner.__mro__ if node.attr in vars(k)), None)
        return None

    def _method(self, there: _Frame, function: ast.Attribute) -> FunctionType | None:
        """The method that is called, where within reach there is one of that name, or the class's own has one."""
        named = [f for f in self._within_reach() if f.__name__ == function.attr and "." in f.__qualname__]
        own = there.function.__qualname__.rpartition(".")[0]
        if isinstance(function.value, ast.Name) and there.scope.arguments[:1] == [function.value.id] and own:
            owner = getattr(self._function, "__self__", None)
            for kind in type(owner).__mro__ if owner is not None else ():
                if isinstance(member := _plain(vars(kind).get(function.attr)), FunctionType):
                    return member
            named = [f for f in named if f.__qualname__.rpartition(".")[0] == own] or named
        codes = {f.__code__: f for f in named}
        return next(iter(codes.values())) if len(codes) == 1 else None

    def _within_reach(self) -> list[FunctionType]:
        if self._reached is None:
            self._reached = Reach(self._function, None).functions
        return self._reached

    # By way of names

    def _by_name(self, there: _Frame, value: ast.expr, steps: Steps, at: ast.expr) -> Trail:
        name = ast.unparse(value)
        candidates: list[tuple[int, Setting, Steps]] = []
        for setting in there.scope.settings:
            candidates += self._fits(setting, name, steps)
        exact = [one for one in candidates if one[0] == 2]
        whole = "" if steps else name
        found = self._last(there, exact, whole) or self._last(there, self._of_loops(candidates, steps), whole)
        if found:
            return found
        if isinstance(value, ast.Attribute) and (left := self._left_in(there, value, steps)):
            return (there.spot(at), *left)
        begun = [s for k, s, _ in candidates if k == 2 and s.begins]
        if not steps and begun:
            return (there.spot(begun[-1].at),)
        # A name that is set nowhere here: an argument, say.
        return () if steps else (there.spot(at),)

    def _left_in(self, there: _Frame, value: ast.Attribute, steps: Steps) -> Trail:
        """Where a method has set the attribute that is read here, ``L["Affine1"].db``: a backward, if one of several does.

        Where the object is not known, any class within reach may be meant; nothing where it could be two lines.
        """
        if there.depth >= _DEEPEST:
            return ()
        owner = looked_up(there.scope, value.value, lambda node: self._known(there, node))
        if owner is None:
            methods = [f for f in self._within_reach() if "." in f.__qualname__]
        else:
            members = {n: m for kind in reversed(type(owner).__mro__) for n, m in vars(kind).items()}
            methods = [m for m in map(source.innermost, members.values()) if isinstance(m, FunctionType)]
        found: dict[bool, dict[Spot, Trail]] = {True: {}, False: {}}
        for function in methods:
            scope = scope_of(function.__code__) if is_own(function.__code__.co_filename) else None
            if scope is None or not scope.arguments or scope is there.scope:
                continue
            name = f"{scope.arguments[0]}.{value.attr}"
            if any(s.base == name and not s.begins for s in scope.settings):
                itself = ast.Attribute(ast.Name(scope.arguments[0], ast.Load()), value.attr, ast.Load())
                frame = _Frame(scope, function, there.depth + 1)
                if trail := self._by_name(frame, itself, steps, scope.settings[0].at):
                    found[self._is_backward(function.__name__)][trail[-1]] = trail
        for trails in (found[True], found[False]):
            if trails:
                return next(iter(trails.values())) if len(trails) == 1 else ()
        return ()

    def _known(self, there: _Frame, node: ast.expr) -> Any:
        """What a name is outside of the function; the object itself that the first function is a method of."""
        if isinstance(node, ast.Name) and there.function is self._first and there.scope.arguments[:1] == [node.id]:
            return getattr(self._function, "__self__", None)
        return self._value_of(there, node)

    def _fits(self, setting: Setting, name: str, steps: Steps) -> Iterator[tuple[int, Setting, Steps]]:
        """How well a setting sets what lies at ``steps`` in ``name``, and the steps that are left within its value."""
        target = setting.target
        if ast.unparse(target) == name:
            if setting.kind == "adds":
                if steps and isinstance(steps[0], int):
                    yield 1, setting, steps[1:]
            elif setting.in_place and steps:
                return
            else:
                yield 2, setting, steps
        elif isinstance(target, ast.Subscript) and ast.unparse(target.value) == name:
            if not steps:
                # A part of the array itself.
                yield 2, setting, ()
            elif fit := key_fits(target.slice, steps[0], self._length(name)):
                yield fit, setting, steps[1:]
        elif isinstance(target, ast.Attribute) and ast.unparse(target.value) == name:
            if steps and steps[0] == f".{target.attr}":
                yield 2, setting, steps[1:]
        elif (whole := base_of(target)) is not target and steps:
            # A part of an array in a container: grads["dW"][:, i].
            if isinstance(whole, ast.Subscript) and ast.unparse(whole.value) == name and not steps[1:]:
                if fit := key_fits(whole.slice, steps[0], self._length(name)):
                    yield fit, setting, ()
            elif isinstance(whole, ast.Attribute) and ast.unparse(whole.value) == name and steps == (f".{whole.attr}",):
                yield 2, setting, ()
        elif isinstance(target, ast.Subscript) and steps[1:]:
            # Two steps at once: grads["layer1"]["dW"].
            inner = target.value
            if isinstance(inner, ast.Subscript) and ast.unparse(inner.value) == name:
                fit = min(key_fits(inner.slice, steps[0], self._length(name)), key_fits(target.slice, steps[1]))
                if fit:
                    yield fit, setting, steps[2:]

    def _length(self, name: str) -> int:
        """How many gradients there are in the list ``name``, as far as can be told."""
        places = [
            int(m["index"])
            for w in self._wanted
            if (m := _INDEXED.match(w.gradient)) and m["base"] in (name, f"d{name}")
        ]
        return max(places) + 1 if places else len(self._wanted)

    def _of_loops(self, candidates: list[tuple[int, Setting, Steps]], steps: Steps) -> list[tuple[int, Setting, Steps]]:
        """Of settings whose keys are put together, those that are meant: what stands outside of a loop serves its end."""
        loose = [one for one in candidates if one[0] == 1]
        looped = [one for one in loose if one[1].looped]
        lone = [one for one in loose if not one[1].looped]
        if not looped or not lone or not steps:
            return loose
        place = _number(steps[0])
        numbers = [n for w in self._wanted if (n := _number(w.gradient)) is not None]
        if place is None or not numbers:
            return looped
        end = max(numbers) if lone[0][1].line < looped[0][1].line else min(numbers)
        return lone if place == end else looped

    def _last(self, there: _Frame, candidates: list[tuple[int, Setting, Steps]], whole: str = "") -> Trail:
        """Where the last of them that tells anything is made; ``whole`` is what the gradient as a whole is called."""
        ordered = sorted(candidates, key=lambda one: -one[1].line)
        for place, (_, setting, rest) in enumerate(ordered):
            if setting.begins and not rest:
                continue
            earlier = [s for _, s, r in reversed(ordered[place + 1 :]) if whole and r == rest]
            if found := self._set(there, setting, rest, earlier, whole):
                return found
        return ()

    def _set(
        self, there: _Frame, setting: Setting, rest: Steps, earlier: Sequence[Setting] = (), whole: str = ""
    ) -> Trail:
        """Where what lies at ``rest`` in what is set there is made; ``earlier`` are settings of the same before it."""
        part = "" if rest else _part(setting.target, whole)
        if setting.value is None:
            return (there.spot(setting.at, part=part),)
        if setting.how and not rest:
            return self._changed(there, setting, earlier, whole, part)
        if setting.in_place or self._is_shared(there, setting):
            return (there.spot(setting.at, part=part),)
        inside = (*setting.steps, *rest)
        made = self._made(there, setting.value, inside, setting.at)
        here = there.spot(setting.at, part=part)
        if made and not _same_place(made[0], here):
            return (here, *made)
        if len(made) > 1:
            return (here, *made[1:])
        if part:
            before = self._settings_before(there, setting, earlier)
            return (replace(here, corrects="fills"), *self._before(there, before, whole))
        # What is unpacked from a call that cannot be followed is made there.
        return (here,) if made or not rest else ()

    def _changed(self, there: _Frame, setting: Setting, earlier: Sequence[Setting], whole: str, part: str) -> Trail:
        """A line that goes on from what was there before, and what made that; of an update, ``W -= rate * dW``, what made dW."""
        before = self._settings_before(there, setting, earlier)
        behind = self._before(there, before, whole)
        step = () if behind else self._stepped(there, setting)
        # To what has begun as zero all lines add alike; so does one in a loop, unless it is made anew there each time.
        makers = [s for s in before if not s.how]
        again = (not makers and not step) or (setting.looped and bool(makers) and makers[-1].loop != setting.loop)
        how = "gathers" if setting.how == "adds" and again else setting.how
        # A step of an update adds to the parameter, and not to the gradient.
        here = there.spot(setting.at) if step else there.spot(setting.at, how, setting.term, part)
        return (here, *(behind or step))

    def _before(self, there: _Frame, before: Sequence[Setting], whole: str) -> Trail:
        """What made the value that the last of ``before`` has left."""
        self._left -= 1
        return self._set(there, before[-1], (), before[:-1], whole) if before and self._left >= 0 else ()

    def _settings_before(self, there: _Frame, setting: Setting, earlier: Sequence[Setting]) -> list[Setting]:
        """The settings above ``setting`` of the same, or of a part of it: ``earlier`` and those of the same name."""
        known = {id(one) for one in earlier}
        return [
            s
            for s in there.scope.settings
            if s.line < setting.line and not s.begins and (id(s) in known or s.base == setting.base)
        ]

    def _stepped(self, there: _Frame, update: Setting) -> Trail:
        assert update.value is not None
        base = update.base
        names = {n.id for n in ast.walk(update.value) if isinstance(n, ast.Name) and n.id != base}
        for name in sorted(names):
            if base.rpartition(".")[2].strip("'\"]") in stems(name) and any(
                ast.unparse(s.target) == name for s in there.scope.settings
            ):
                return self._by_name(there, ast.Name(name, ast.Load()), (), update.at)
        return ()

    def _is_shared(self, there: _Frame, setting: Setting) -> bool:
        """Whether something is set to a name that is there for more: dby = dy is where dby is made."""
        value = setting.value
        if not isinstance(value, ast.Name) or there.scope.uses[value.id] < 2:
            return False
        # grads["dW"] = dW is not.
        return isinstance(setting.target, ast.Name) or value.id not in ast.unparse(setting.target)

    # By what it is called

    def _named(self, there: _Frame, wanted: Wanted) -> Trail:
        """The last statement that sets something called as the gradient is: here, or in a function that is called."""
        frames, seen = [there], {there.scope.code}
        for _ in range(3):
            found = [trail for frame in frames if (trail := self._called(frame, wanted))]
            if found:
                return found[0] if len({trail[-1] for trail in found}) == 1 else ()
            following = []
            for frame in frames:
                for call in frame.scope.calls:
                    for callee in self._callees(frame, call.func):
                        if callee.scope.code not in seen:
                            seen.add(callee.scope.code)
                            following.append(callee)
            frames = following
        return ()

    def _callees(self, there: _Frame, function: ast.expr) -> list[_Frame]:
        one = self._callee(there, function)
        if one is not None or not isinstance(function, ast.Attribute):
            return [] if one is None else [one]
        # Of several of one name, the gradient's own name tells.
        named = [f for f in self._within_reach() if f.__name__ == function.attr]
        scopes = [(f, scope_of(f.__code__)) for f in named]
        return [_Frame(s, f, there.depth + 1) for f, s in scopes if s is not None]

    def _called(self, there: _Frame, wanted: Wanted) -> Trail:
        step, base = _last_step(wanted.gradient.removeprefix(_STEP))
        settings = [s for s in there.scope.settings if _sets(s.target, step, base)]
        if step in ("grad", "gradient", "g", "d"):
            # Of parameters that are objects of their own: w.grad.
            last = wanted.parameter.rpartition(".")[2]
            settings = [s for s in settings if re.search(rf"(^|\W){re.escape(last)}$", _owner(s.target))] or settings
        exact = [(2, s, ()) for s in settings if _sets(s.target, step, base) == 2]
        loose: list[tuple[int, Setting, Steps]] = [(1, s, ()) for s in settings if _sets(s.target, step, base) == 1]
        found = self._last(there, exact) or self._last(there, self._of_loops(loose, (wanted.gradient,)))
        if found:
            return found
        for value, at in _literal_values(there.scope.tree, step):
            if not isinstance(value, ast.Constant) and (found := self._made(there, value, (), at)):
                return found
        return (there.spot(settings[-1].at),) if settings else ()

    def _mentioned(self, there: _Frame, wanted: Wanted) -> Trail:
        """The last return statement that names it."""
        for value in reversed(there.scope.returned):
            for node in ast.walk(value):
                name = node.id if isinstance(node, ast.Name) else getattr(node, "value", None)
                if name == wanted.gradient:
                    return (there.spot(node if isinstance(node, ast.expr) else value),)
        return ()


@dataclass(frozen=True)
class _Frame:
    """A function that is looked into, and how many calls lead there."""

    scope: Scope
    function: FunctionType
    depth: int

    def spot(self, at: ast.expr, corrects: str = "", term: str = "", part: str = "") -> Spot:
        return Spot(self.scope.code, *self.scope.line_of(at.lineno), at.col_offset, corrects, term, part)


def _same_place(one: Spot, other: Spot) -> bool:
    return (one.code, one.line, one.column) == (other.code, other.line, other.column)


def _part(target: ast.expr, whole: str) -> str:
    """The index of the part of the gradient that is set there; empty where it is all of it, or cannot be told.

    ``whole`` is what the gradient is called, where that is known: with an index alone, a name may be a list of gradients.
    """
    if not isinstance(target, ast.Subscript):
        return ""
    if not is_part(target.slice) and ast.unparse(target.value) != whole:
        return ""
    return "" if base_of(target.value) is not target.value else ast.unparse(target.slice)


def _is_name(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _plain(member: Any) -> Any:
    if isinstance(member, (staticmethod, classmethod, MethodType)):
        return member.__func__
    return member


def _number(step: Any) -> int | None:
    """The number in a key (2 of dW2), or the index itself."""
    if isinstance(step, int):
        return step
    digits = re.findall(r"\d+", step) if isinstance(step, str) else []
    return int(digits[-1]) if digits else None


def _last_step(gradient: str) -> tuple[Any, str]:
    """``nabla_w[0]`` is (0, "nabla_w"); ``dW1`` is ("dW1", "")."""
    match = _INDEXED.match(gradient)
    return (gradient, "") if match is None else (int(match["index"]), match["base"])


def _sets(target: ast.expr, step: Any, base: str) -> int:
    """How surely the target is called so: 2 by name, 1 by a key that is put together."""
    if isinstance(target, ast.Name):
        return 2 * int(target.id == step)
    if isinstance(target, ast.Attribute):
        return 2 * int(target.attr == step)
    if isinstance(target, ast.Subscript):
        if is_part(target.slice):
            return _sets(target.value, step, base)
        if isinstance(step, str) and _is_plain_index(target.slice):
            return _sets(target.value, step, base)
        if base and last_name(target.value) not in (base, base[1:]):
            return 0
        return key_fits(target.slice, step)
    return 0


def _is_plain_index(key: ast.expr) -> bool:
    """Whether a key is an index into an array: a name or a number, nothing with text in it."""
    return not any(isinstance(n, ast.Constant) and isinstance(n.value, str) for n in ast.walk(key))


def _owner(target: ast.expr) -> str:
    if isinstance(target, (ast.Attribute, ast.Subscript)):
        return re.sub(r"\[['\"]?(\w+)['\"]?\]$", r".\1", ast.unparse(target.value))
    return ""


def _literal_values(tree: ast.AST, step: Any) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Values under the key ``step`` in dicts that are written out, the last one first."""
    found: list[tuple[ast.expr, ast.expr]] = []
    for node in source.own_nodes(tree):
        if isinstance(node, ast.Dict):
            found += [
                (v, k) for k, v in zip(node.keys, node.values, strict=True) if k is not None and key_fits(k, step)
            ]
        elif isinstance(node, ast.Call):
            found += [(k.value, k.value) for k in node.keywords if k.arg == step]
    yield from sorted(found, key=lambda one: -one[1].lineno)
