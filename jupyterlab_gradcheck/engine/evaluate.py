"""One evaluation: parameters in, one float out. Counts, reports progress, keeps to its budget, can be stopped in between."""

from __future__ import annotations

import difflib
import math
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from . import draws, gradients, naming, scale
from .backend import Backend, Derivative
from .errors import GradcheckError, raised_in
from .flatten import Flat, Leaf, Path
from .problem import Direct, Problem
from .randomness import Combined, RandomState
from .report import some

OnProgress = Callable[[int, int], None]
# From the seconds that it would save to a backend that differentiates, or None.
Assistant = Callable[[float], Backend | None]
Move = tuple[slice, np.ndarray]
# Entries of a large array that a glance takes in.
_GLANCE = 4096
# Parameters so few are looked at all at once.
_SMALL = 100_000
# Leaves without a gradient of which it is asked whether the loss moves with them, and how far away, in the quadratic means
# of the parameters.
_IDLE = 16
_ELSEWHERE = (0.0, 0.1, 1.0)
# Seconds of an evaluation from which on they are made one by one, since in between a check can be stopped.
_SLOW = 0.05
# A batch takes at most this fraction of the time of single evaluations where it is worth anything.
_OF_SINGLE = 0.25
# Evaluations that the check itself needs at least.
_REST = 24


class Batch(NamedTuple):
    """``losses(entries, values)`` for many evaluations at a time, None where they cannot be made together; and whether they are
    `exact` (see `backend.Batched`)."""

    losses: Callable[[np.ndarray, np.ndarray], np.ndarray | None]
    exact: bool


class Evaluator:
    """Calls a problem's functions at and around one point, always on private copies of the parameters.

    Copying a large network's parameters for every evaluation costs as much as evaluating it, so one set of copies is
    held, stepped in place and put back. It is compared with the point after each series; a forward that writes into its
    parameters gets fresh copies from then on.

    Attributes:
        flat: the parameters' structure.
        base: the point (length n).
        refusal: what forward raised at a point near by, where it did.
        settings: names of integer leaves that turned out to be no parameters.
        called_settings: names of others without a gradient that are called as settings are.
        idle: names of others without a gradient with which the loss does not move.
        left_out: names of the parameters that are not to be checked.
        writes, backward_writes: whether forward, or backward, writes into its parameters.
        batches: whether evaluations are made many at a time where that can be done; to be cleared where they came out otherwise.
        evaluations: calls of forward so far.
        planned: how many are foreseen, for the progress.
        seconds: the shortest time that an evaluation at the point took.
        loss_dtype: dtype of the last loss that was no Python float.
    """

    def __init__(
        self,
        problem: Problem,
        backend: Backend,
        on_progress: OnProgress | None = None,
        widened: bool = False,
        state: RandomState | None = None,
        assistant: Assistant | None = None,
        only: tuple[str, ...] | None = None,
    ) -> None:
        """``widened`` hands out float64 for narrower arrays; ``assistant`` is as in `check`. ``only`` names the parameters that
        are stepped; the others stay where they are.

        Raises `GradcheckError` where nothing is a parameter, or something of ``only`` is none.
        """
        self.assistant = assistant
        self.differentiated_by = backend.name
        self.problem = problem
        self.backend = backend
        self._forward = problem.forward
        self._on_progress = on_progress
        self.state: RandomState = state if state is not None else _state_of(problem, backend)
        self._draws = False
        # Backward may have drawn random numbers, or changed something, where forward did not.
        self.backward_draws = False
        self._backward: Callable[[], Any] | None = None
        self._errstate: Any = np.geterr()
        self._widened = widened
        self.flat = Flat(problem.parameters, backend, problem.parameters_name, widened=widened)
        # What the claims are brought together with: all parameters, also those that are not stepped.
        self._claimed_of = self.flat
        self.only = only
        self.left_out: list[str] = []
        if only is not None:
            fixed = _others(self.flat.leaves, only)
            self.left_out = [leaf.name for leaf in self.flat.leaves if leaf.path in fixed]
            self.flat = Flat(problem.parameters, backend, problem.parameters_name, widened=widened, fixed=fixed)
        self.base = self.flat.vector
        self._floors: dict[int, tuple[float, float, float]] = {}
        self._hold()
        self._spoilt = False
        self.refusal: str | None = None
        self.settings: list[str] = []
        self._settings: frozenset[Path] = frozenset()
        self.called_settings: list[str] = []
        self.idle: list[str] = []
        self._fixed: frozenset[Path] = frozenset()
        self._asked = False
        self.writes = False
        self.backward_writes = False
        self.batches = True
        self.evaluations = 0
        self.planned = 0
        self.seconds = math.inf
        self._limit: float = math.inf
        self._deadline = math.inf
        self.loss_dtype = np.dtype(np.float64)

    def allow(self, evaluations: int | None, deadline: float) -> None:
        """Sets the budget: calls of forward in all, and the moment (of `time.perf_counter`) to stop at."""
        self._limit = math.inf if evaluations is None else evaluations
        self._deadline = deadline

    def affords(self, evaluations: int) -> bool:
        """Whether the budget has room for so many more calls."""
        return self.evaluations + evaluations <= self._limit and time.perf_counter() < self._deadline

    def affords_batch(self, evaluations: int) -> bool:
        """Whether the budget has room for so many more calls, and time for them in batches, which are not broken off."""
        ends = time.perf_counter() + _OF_SINGLE * evaluations * min(self.seconds, _SLOW)
        return self.evaluations + evaluations <= self._limit and ends < self._deadline

    @property
    def left(self) -> float:
        """Calls of forward that the budget still allows."""
        return max(0.0, self._limit - self.evaluations) if time.perf_counter() < self._deadline else 0.0

    def continue_from(self, other: Evaluator) -> None:
        """Takes over what ``other`` has counted and promised."""
        self.evaluations, self.planned, self._limit, self._deadline = (
            other.evaluations, other.planned, other._limit, other._deadline,
        )  # fmt: skip

    def step_as(self, other: Evaluator) -> None:
        """Sets aside what ``other``, of the same parameters, has found to be none."""
        if self.only is not None:
            return
        if other._settings:
            self._leave_out(other._settings)
        self.idle, self.called_settings = list(other.idle), list(other.called_settings)
        self._fixed, self._asked = other._fixed, other._asked
        if self._fixed:
            self._step_what_is_left()

    def go(self, vector: np.ndarray) -> None:
        """Moves the point to ``vector`` (length n)."""
        self.base, self._backward = vector, None
        if all(isinstance(view, np.ndarray) for view in self._views) and self.flat.holds(self._structure, self._leaves):
            # The copies that are there will do.
            self._floors = {}
            for leaf, view in zip(self.flat.leaves, self._views, strict=True):
                np.copyto(view, vector[leaf.start : leaf.stop], casting="same_kind")
            self._home = [_bytes_of(view) for view in self._views]
        else:
            self._hold()

    def loss(self, vector: np.ndarray) -> float:
        """The loss at ``vector`` (length n); NaN where forward raises, infinities as they are.

        The step is ours, so leaving forward's domain (a logarithm of a negative number) is no fault of the person's:
        nobody is warned, and `refusal` keeps the first exception.

        Raises `GradcheckError` where forward returns something else than one number, and whatever the progress callback
        raises.
        """
        return self._near(self.flat.unflatten(vector))

    def loss_here(self) -> float:
        """The loss at the point, as `loss` gives it."""
        found = self._near(self._structure)
        self.intact(thorough=False)
        return found

    def stepped(self, entries: list[int], ups: list[float], downs: list[float]) -> np.ndarray:
        """The losses with one of ``entries`` (of the whole vector, ascending) replaced by one of ``ups``, then of ``downs``;
        shape (k, 2).

        NaN where forward raises, as with `loss`.
        """
        if self._draws or self._on_progress is not None:
            return self._carefully_stepped(entries, ups, downs)
        found: list[Any] = []
        keep = found.append
        # A small network's forward takes 14 us: what is done beside it is done outside of the loop.
        call, length, place, pick = self._directly()
        structure, plain, number = self._structure, np.float64, self._number
        homes = self.base[entries].tolist()
        repeated = 0
        for position, start, stop in self.flat.parts(entries):
            view, first = self._views[position], self.flat.leaves[position].start
            if view is None:
                part = slice(start, stop)
                found += self._carefully_stepped(entries[part], ups[part], downs[part]).reshape(-1).tolist()
                repeated += 2 * (stop - start)
                continue
            if not self._is_home(position):
                # Written into while other leaves were stepped: what was measured of those is spoilt, which `intact` tells.
                self._spoilt = True
                view[...] = self.base[first : self.flat.leaves[position].stop]
            while (done := len(found) // 2) < stop:
                entry, home = entries[done] - first, homes[done]
                try:
                    for entry, home, up, down in zip(
                        [e - first for e in entries[done:stop]], homes[done:stop], ups[done:stop], downs[done:stop],
                        strict=True,
                    ):  # fmt: skip
                        view[entry] = up
                        result = call(structure)
                        loss = result[place] if type(result) is tuple and len(result) == length else result
                        # Read before the step is taken back: it may be a view of the parameters.
                        keep(loss if type(loss) is plain else number(pick(result)))
                        # Its arrays' memory is used again by the next call.
                        del result
                        view[entry] = down
                        result = call(structure)
                        loss = result[place] if type(result) is tuple and len(result) == length else result
                        keep(loss if type(loss) is plain else number(pick(result)))
                        del result
                        view[entry] = home
                except (Exception, SystemExit):
                    # Once more, and with care.
                    view[entry] = home
                    left = (down,) if len(found) % 2 else (up, down)
                    found += [self._one_stepped(position, entry, value) for value in left]
                    repeated += len(left) - 1
                finally:
                    # However the loop was left.
                    view[entry] = home
        self.evaluations += len(found) - repeated
        return np.fromiter(found, np.float64, len(found)).reshape(-1, 2)

    def _carefully_stepped(self, entries: list[int], ups: list[float], downs: list[float]) -> np.ndarray:
        found = np.empty((len(entries), 2))
        for position, start, stop in self.flat.parts(entries):
            first = self.flat.leaves[position].start
            for k, values in enumerate((ups, downs)):
                found[start:stop, k] = [
                    self._one_stepped(position, entries[at] - first, values[at]) for at in range(start, stop)
                ]
        return found

    def _directly(self) -> Direct:
        direct = getattr(self._forward, "direct", None)
        found: Direct | None = None if direct is None else direct()
        return found or Direct(self._forward, -1, 0, _itself)

    def _one_stepped(self, position: int, entry: int, value: float) -> float:
        leaf, view = self.flat.leaves[position], self._views[position]
        base = self.base[leaf.start : leaf.stop]
        if view is None:
            part = base.copy()
            part[entry] = value
            return self._near(self._with({position: part}))
        view[entry] = value
        try:
            return self._near(self._structure)
        finally:
            view[entry] = base[entry]

    @contextmanager
    def line(self, moves: list[Move]) -> Iterator[Callable[[float], float]]:
        """The loss along a line through the point: ``loss(factor)`` adds ``factor`` times each of ``moves``.

        A move is a slice of the vector, which must not reach over the end of a leaf, and what to add there.
        """
        targets: list[tuple[Any, ...]] = []
        rest = []
        for part, move in moves:
            position = self.flat.position(part.start)
            leaf, view = self.flat.leaves[position], self._views[position]
            local = slice(part.start - leaf.start, part.stop - leaf.start, part.step)
            if isinstance(view, np.ndarray) and view.dtype == np.float64:
                # A network of a million parameters is evaluated in the time of a few such passes over them.
                target, base, step = view[local], self.base[part], view[local]
                if not target.flags.c_contiguous:
                    # Every entry takes a line of the cache to itself: so it is written to once for each loss.
                    base, step = base.copy(), np.empty_like(move)
                targets += _in_blocks(target, base, move, step)
            else:
                rest.append((position, local, move))
        multiply, add = np.multiply, np.add

        def loss(factor: float) -> float:
            for target, base, move, step in targets:
                multiply(move, factor, step)
                add(step, base, target)
            if not rest:
                return self._near(self._structure)
            parts: dict[int, np.ndarray] = {}
            for position, local, move in rest:
                leaf = self.flat.leaves[position]
                changed = parts.setdefault(position, self.base[leaf.start : leaf.stop].copy())
                changed[local] += factor * move
            return self._near(self._with(parts))

        try:
            yield loss
        finally:
            for target, base, *_ in targets:
                np.copyto(target, base)

    def floor(self, position: int) -> float:
        """The length scale of the small entries of leaf ``position`` at the point (see `scale.floor`)."""
        return self._sizes(position)[0]

    def floor_of_all(self) -> float:
        """What no leaf's `floor` is below; quickly told, and most often far below."""
        size = np.abs(self.base)
        least = float(np.minimum.reduce(size) or size[size > 0].min(initial=math.inf))
        # Where a parameter is NaN, so is this.
        return min(least / math.sqrt(max(self.flat.sizes)), 1.0)

    def outgrown(self, position: int) -> bool:
        """Whether some entries of leaf ``position`` are larger than that."""
        floor, largest, _ = self._sizes(position)
        return largest > floor

    def root_mean_square(self, position: int) -> float:
        """The quadratic mean of the entries of leaf ``position`` at the point."""
        return self._sizes(position)[2]

    def _sizes(self, position: int) -> tuple[float, float, float]:
        if position not in self._floors:
            leaves = self.flat.leaves
            if self.base.size <= _SMALL and all(leaf.size for leaf in leaves):
                starts = [leaf.start for leaf in leaves]
                self._floors = dict(enumerate(scale.sizes_of_parts(self.base, starts)))
            else:
                part = self.base[leaves[position].start : leaves[position].stop]
                self._floors[position] = scale.sizes(part)
        return self._floors[position]

    def intact(self, thorough: bool = True) -> bool:
        """Whether the held copies are still the point; where they are not, fresh ones are given from now on.

        If not ``thorough``, of very large arrays only some thousand entries are looked at.
        """
        whole = self._untouched(1 if thorough else _GLANCE) and not self._spoilt
        self._spoilt = False
        if not whole:
            self.writes = True
            self._hold()
        return whole

    def base_loss(self, repeats: int = 3) -> float:
        """The loss at the point, evaluated ``repeats`` times.

        Raises `GradcheckError` where it is not finite, or differs between calls that had the same random state: then
        a difference of losses says nothing about a gradient.
        """
        values: list[float] = []
        for _ in range(repeats):
            self.state.restore()
            started = time.perf_counter()
            with np.errstate(**self._errstate):
                values.append(self._first(repeats == 1) if not values else self._evaluate(self._structure))
            self.seconds = min(self.seconds, time.perf_counter() - started)
            self._draws = self._draws or self.state.drawn()
            self.intact(thorough=len(values) == 1)
        name = self.problem.forward_name
        if not all(math.isfinite(value) for value in values):
            bad = next(value for value in values if not math.isfinite(value))
            spoilt = [
                leaf.name for leaf in self.flat.leaves if not np.isfinite(self.base[leaf.start : leaf.stop]).all()
            ]
            if spoilt:
                raise GradcheckError(
                    f"{name} returned {bad}, and {', '.join(spoilt[:4])} holds numbers that are not finite (NaN or infinity). "
                    "Give the parameters values again, and check again.",
                    code="loss_not_finite",
                )
            raise GradcheckError(
                f"{name} returned {bad} at the parameters as they are now. Look for a logarithm of zero, a division by "
                "zero or an overflow, and check again when the loss is a finite number.",
                code="loss_not_finite",
            )
        scale = max(abs(value) for value in values)
        if max(values) - min(values) > 1e-3 * scale:
            raise _unsteady(name, values, self.state.changed())
        return values[0]

    def _first(self, with_backward: bool) -> float:
        """The loss, with whole numbers among the parameters as floats; as they are, where forward cannot do with floats (a
        depth, indices)."""
        try:
            return self._evaluate(self._structure, with_backward)
        except GradcheckError:
            leaves = self.flat.leaves
            whole = frozenset(leaf.path for leaf in leaves if leaf.integral)
            if self._asked or self.only is not None or not 0 < len(whole) < len(leaves):
                raise
            before = self._claimed_of, self.flat, self.base, self._settings, self.settings
            self._leave_out(whole)
            self.state.restore()
            try:
                return self._evaluate(self._structure, with_backward)
            except GradcheckError:
                self._claimed_of, self.flat, self.base, self._settings, self.settings = before
                self._hold()
            raise

    def in_training(self, rewind: bool = True) -> tuple[float, list[gradients.Claim]]:
        """The loss and the claims at the point, as a training loop has them: with what earlier calls left behind, random
        generators excepted, unless they are not put back either. Raises as `base_loss` and `claims` do, but for a loss that is
        not finite."""
        if rewind:
            self.state.rewind()
        loss = self._evaluate(self._structure, with_backward=True)
        return loss, self.claims(anew=False)

    def claims(self, copy: bool = True, anew: bool = True) -> list[gradients.Claim]:
        """What backward claims at the point, one claim for each leaf; without ``copy``, good until it is called again. Unless
        ``anew``, nothing is put back before.

        Integer leaves without a gradient (``n_layers`` among the weights) are settings, and so are others with which the loss
        does not move, or that are called as settings are: they leave `flat`.
        """
        backward, name = self.problem.backward, self.problem.backward_name
        if backward is None:
            return self._autodiff_claims()
        # What forward has changed beside is put back, and backward may read it: then both are called anew.
        at_hand, self._backward = None if self._draws and anew else self._backward, None
        if at_hand is None and anew:
            self.state.restore()
        self.evaluations += self.problem.backward_evaluates and at_hand is None
        try:
            with np.errstate(**self._errstate):
                claimed = backward(self._structure) if at_hand is None else at_hand()
        except GradcheckError:
            raise
        except (Exception, SystemExit) as error:
            raise raised_in(name, error) from error
        self.backward_draws = self.backward_draws or (not self._draws and self.state.drawn())
        claims = gradients.match(claimed, self._claimed_of, self.backend, name, copy)
        if not self._asked:
            settings = frozenset(
                leaf.path
                for leaf, claim in zip(self._claimed_of.leaves, claims, strict=True)
                if self._is_set(leaf, claim)
            )
            if settings and len(settings) < len(claims):
                self._leave_out(settings)
                claims = gradients.match(claimed, self._claimed_of, self.backend, name)
            self._asked = True
            if self.only is None:
                self._set_aside(claims)
        if len(self.flat.leaves) < len(claims):
            stepped = {leaf.path for leaf in self.flat.leaves}
            claims = [
                claim for leaf, claim in zip(self._claimed_of.leaves, claims, strict=True) if leaf.path in stepped
            ]
        if not self._untouched(_GLANCE):
            self.backward_writes = True
            self._hold()
        return claims

    def complex_loss(self, vector: np.ndarray) -> Any:
        """What forward returns at the complex ``vector`` (length n).

        Raises `GradcheckError` where forward raises, or drops the imaginary part with NumPy's warning.
        """
        self._require_open("complex-step")
        self._tick()
        parameters = self.flat.unflatten(vector)
        self.state.restore()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                return self._forward(parameters)
        except (Exception, SystemExit) as error:
            said = raised_in(self.problem.forward_name, error)
            raise GradcheckError(
                f"method='complex-step' needs a forward that works with complex numbers: {said} Or use method='central'.",
                code="method_unsuitable",
            ) from error

    def extended_loss(self, vector: np.ndarray) -> np.longdouble | None:
        """The loss at ``vector`` (length n, of `numpy.longdouble`) in more digits than float64 has; None where forward does
        not give them: they were lost on the way, or there are none on this machine.
        """
        leaves = []
        if self.problem.sealed:
            return None
        for leaf in self.flat.leaves:
            part = vector[leaf.start : leaf.stop].reshape(leaf.shape)
            if type(leaf.value) not in (np.ndarray, float, np.float64) or np.finfo(np.longdouble).eps >= 2.0**-52:
                return None
            leaves.append(part.copy() if isinstance(leaf.value, np.ndarray) else part[()])
        self.evaluations += 1
        self.state.restore()
        try:
            value = self._forward(self.flat.with_leaves(leaves))
        except (Exception, SystemExit):
            # Code that was not written for these numbers may raise anything.
            return None
        array = np.asarray(value)
        # A last float() rounds the loss, and not what it was made of.
        return np.longdouble(array.reshape(())[()]) if array.size == 1 and array.dtype.kind == "f" else None

    def autodiff(self, saves: float = math.inf) -> Derivative:
        """The gradient by automatic differentiation at the point, which saves so many seconds of other work; for minus
        infinity, no other backend is asked for it.

        Raises `GradcheckError` where no backend can differentiate this forward.
        """
        self._require_open("autodiff")
        differentiating = self.backend
        if self.backend.name == "numpy" and self.assistant is not None and saves > -math.inf:
            differentiating = self.assistant(saves) or self.backend

        def loss(leaves: list[Any]) -> Any:
            self.evaluations += 1
            self.state.restore()
            return self._forward(self.flat.with_leaves(leaves))

        found = differentiating.derivative(loss, self.flat.leaves_at(self.base))
        self.differentiated_by = differentiating.name
        return found

    def batched(self) -> Batch | None:
        """The losses at the point with one entry replaced each, many at a time; None where there is no such way.

        Counted and reported as that many evaluations.
        """
        if not self.batches or self._draws or self.writes or self.problem.sealed or self.seconds > _SLOW:
            return None
        batch = self.backend.batch(
            self._forward, self.flat.with_leaves, self.flat.leaves_at(self.base), self.problem.pure
        )
        if batch is None:
            return None

        def losses(entries: np.ndarray, values: np.ndarray) -> np.ndarray | None:
            parts = []
            for start in range(0, entries.size, batch.chunk):
                part = slice(start, start + batch.chunk)
                self._tick()
                found = batch.steps(self.base, entries[part], values[part])
                if found is None:
                    return None
                parts.append(found)
                self.evaluations += found.size - 1
            return np.concatenate(parts)

        return Batch(losses, batch.exact)

    def _require_open(self, method: str) -> None:
        if self.problem.sealed:
            raise GradcheckError(
                f"method={method!r} cannot follow parameters that {self.problem.forward_name} reads from an object, a global "
                "or a variable. Leave method out.",
                code="method_unsuitable",
            )

    def restore(self) -> None:
        """Puts everything outside the parameters back to where it was when the check began."""
        # It looks at everything once more, also at what is too large to be looked at between evaluations.
        self.state.changed()
        self.state.restore()

    def _near(self, structure: Any) -> float:
        # Putting the generators back costs more than a small network's forward; most draw nothing.
        if self._draws:
            self.state.restore()
        try:
            return self._evaluate(structure)
        except GradcheckError as error:
            if error.code != "function_raised":
                raise
            self.refusal = self.refusal or str(error.__cause__ or error)[:300]
            return math.nan

    def _evaluate(self, structure: Any, with_backward: bool = False) -> float:
        """The loss of ``structure``; ``with_backward`` keeps what forward hands to backward, for the next `claims`."""
        self._backward = None
        if self._on_progress is not None:
            self._tick()
        else:
            self.evaluations += 1
        try:
            if with_backward and self.problem.both is not None:
                value, self._backward = self.problem.both(structure)
            else:
                value = self._forward(structure)
        except GradcheckError:
            raise
        except (Exception, SystemExit) as error:
            raise raised_in(self.problem.forward_name, error) from error
        return self._number(value)

    def _number(self, value: Any) -> float:
        if isinstance(value, float):
            return float(value)
        array = self._one_number(value)
        self.loss_dtype = array.dtype
        return float(array)

    def _one_number(self, value: Any) -> np.ndarray:
        """The loss that forward returned as a 0-d real array.

        Raises `GradcheckError` where it is none.
        """
        name = self.problem.forward_name
        if value is None:
            raise GradcheckError(
                f"{name} returned None instead of the loss. Does it end with a return statement?",
                code="loss_not_scalar",
            )
        array = self.backend.to_array(value)
        if array is None:
            raise GradcheckError(
                f"{name} returned a {type(value).__name__} instead of the loss as one number.", code="loss_not_scalar"
            )
        if array.size != 1:
            raise GradcheckError(
                f"{name} returned an array of shape {array.shape} instead of the loss as one number. Gradients are "
                "checked of a scalar: return its sum or mean.",
                code="loss_not_scalar",
            )
        if array.dtype.kind == "c":
            raise GradcheckError(
                f"{name} returned a complex loss. A gradient check needs a real one.", code="loss_not_scalar"
            )
        return array.reshape(())

    def _tick(self) -> None:
        if self._on_progress is not None:
            # Until the plan is made, nobody knows how many there will be.
            self._on_progress(self.evaluations, max(self.planned, self.evaluations + 1) if self.planned else 0)
        self.evaluations += 1

    def _hold(self) -> None:
        """Makes the copies that are stepped in place: arrays of which a flat view can be had."""
        self._floors = {}
        # The old copies go first: there is not always room for both.
        self._leaves, self._structure = [], None
        self._views: list[Any] = []
        self.flat.renew_fixed()
        self.flat.afresh = False
        self._leaves = self.flat.leaves_at(self.base)
        self._structure = self.flat.with_leaves(self._leaves)
        self.flat.afresh = writes = getattr(self, "writes", False)
        self._views = [None if writes else _flat_view(leaf) for leaf in self._leaves]
        self._shapes = [leaf.shape for leaf in self.flat.leaves]
        # What small ones hold, since that is looked at again and again.
        self._home = [_bytes_of(view) for view in self._views]

    def _with(self, parts: dict[int, np.ndarray]) -> Any:
        """The structure at the point with fresh leaves, those of ``parts`` (by position) holding other values."""
        leaves = self.flat.leaves_at(self.base) if self.writes else list(self._leaves)
        for position, part in parts.items():
            leaves[position] = self.flat.leaf_of(self.flat.leaves[position], part)
        return self.flat.with_leaves(leaves)

    def _untouched(self, glance: int) -> bool:
        leaves = self._leaves
        if None not in self._home:
            # All of them are small arrays: at once.
            same = [leaf.tobytes() for leaf in leaves] == self._home and [leaf.shape for leaf in leaves] == self._shapes
        else:
            same = all(self._is_home(position, glance) for position in range(len(leaves)))
        return same and self.flat.holds(self._structure, leaves) and self.flat.fixed_untouched()

    def _is_home(self, position: int, glance: int = 1) -> bool:
        """Whether the held copy of a leaf has the point's values; of a very large one every so many-th, for a ``glance``."""
        leaf, held = self.flat.leaves[position], self._leaves[position]
        if not isinstance(held, np.ndarray):
            return True
        if held.shape != leaf.shape:
            return False
        home = self._home[position]
        if home is not None:
            return bool(held.tobytes() == home)
        stride = max(1, leaf.size // glance) if glance > 1 else 1
        # The held copy has the person's dtype: compare what it was made from.
        values = self.base[leaf.start : leaf.stop : stride].astype(held.dtype, copy=False)
        now = held.reshape(-1)[::stride]
        # The bytes of a small array are compared in a tenth of the time, those of a large one need room.
        return now.tobytes() == values.tobytes() if _is_small(now) else np.array_equal(now, values)

    def _autodiff_claims(self) -> list[gradients.Claim]:
        if not self._asked:
            self._asked = True
            claims = self._differentiated()
            if not any(claim.present for claim in claims):
                moves = [self._moves(leaf) for leaf in self.flat.leaves[:_IDLE]]
                if all(one is False for one in moves):
                    raise GradcheckError(
                        f"What {self.problem.forward_name} returns does not depend on the parameters that it is given. Let it "
                        "compute with its argument; where the parameters are a model's own, name the functions instead: "
                        "gradcheck(loss=..., gradients=..., parameters=...).",
                        code="no_gradients",
                    )
            elif self.only is None:
                self._set_aside(claims)
        return self._differentiated()

    def _differentiated(self) -> list[gradients.Claim]:
        return [
            # A path of Keras's is no name that a letter could stand before.
            gradients.Claim((leaf.name if "/" in leaf.name else f"d{leaf.name}")[:200], array is not None, array)
            for leaf, array in zip(self.flat.leaves, self.autodiff(-math.inf).gradients, strict=True)
        ]

    def _is_set(self, leaf: Leaf, claim: gradients.Claim) -> bool:
        """Whether ``leaf`` is a whole number, or an array of them, that has no gradient and needs none. Zero is what a bias
        begins with: where the loss moves with it, its gradient is missing."""
        if not leaf.integral or claim.present or (self.only is not None and leaf.name in self.only):
            return False
        if self.only is not None or naming.is_setting(leaf.name, leaf.size):
            return True
        return bool(np.any(self.base[leaf.start : leaf.stop])) or self._moves(leaf) is not True

    def _set_aside(self, claims: list[gradients.Claim]) -> None:
        """Steps no leaf any more that has no gradient and needs none."""
        absent = [leaf for leaf, claim in zip(self.flat.leaves, claims, strict=True) if not claim.present]
        if len(absent) == len(claims):
            return
        called = [leaf for leaf in absent if naming.is_setting(leaf.name, leaf.size)]
        others = [leaf for leaf in absent if not naming.is_setting(leaf.name, leaf.size)]
        idle = [leaf for leaf in others[:_IDLE] if self._moves(leaf) is False]
        if not called and not idle:
            return
        self.called_settings, self.idle = [leaf.name for leaf in called], [leaf.name for leaf in idle]
        self._fixed = frozenset(leaf.path for leaf in (*called, *idle))
        self._step_what_is_left()

    def _moves(self, leaf: Leaf) -> bool | None:
        """Whether the loss changes, in its last digit at least, with the values of ``leaf``: here, or where all else is moved,
        since a weight of zero may hide others at this point. None where that cannot be told."""
        if not self.affords(2 * len(_ELSEWHERE) + _REST):
            return None
        told = False
        own = slice(leaf.start, leaf.stop)
        size = np.concatenate(
            [np.full(one.size, self.root_mean_square(at) or 1.0) for at, one in enumerate(self.flat.leaves)]
        )
        for number, radius in enumerate(_ELSEWHERE):
            point = self.base + radius * size * draws.weights(self.base.size, (41, number))
            losses = []
            for move in (0.05, 1.0):
                moved = point.copy()
                moved[own] += move * size[own] * draws.weights(leaf.size, (43, number))
                losses.append(self.loss(moved))
            if all(map(math.isfinite, losses)):
                if losses[0] != losses[1]:
                    return True
                told = told or radius > 0
            elif not radius:
                return None
        return False if told else None

    def _leave_out(self, settings: frozenset[Path]) -> None:
        flat, self._settings = self._claimed_of, settings
        self._claimed_of = Flat(
            self.problem.parameters, self.backend, self.problem.parameters_name, settings, widened=self._widened
        )
        if self.only is not None:
            # Those that are stepped were named: none of them is a setting.
            return
        self.settings = [leaf.name for leaf in flat.leaves if leaf.path in settings]
        self._step_what_is_left()

    def _step_what_is_left(self) -> None:
        problem, before = self.problem, self.flat
        self.flat = Flat(
            problem.parameters, self.backend, problem.parameters_name, self._settings, self._widened, self._fixed
        )  # fmt: skip
        left = {leaf.path for leaf in self.flat.leaves}
        self.base = np.concatenate([self.base[leaf.start : leaf.stop] for leaf in before.leaves if leaf.path in left])
        self._backward = None
        self._hold()


def _others(leaves: list[Leaf], only: tuple[str, ...]) -> frozenset[Path]:
    """Where the leaves lie that ``only`` does not name.

    Raises `GradcheckError` for a name in ``only`` that is no leaf's.
    """
    names = [leaf.name for leaf in leaves]
    for name in only:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise GradcheckError(
                f"There is no parameter {name[:80]!r}: there are {some(names)}.{hint}", code="unknown_parameter"
            )
    return frozenset(leaf.path for leaf in leaves if leaf.name not in only)


def _state_of(problem: Problem, backend: Backend) -> RandomState:
    state = backend.random_state()
    return state if problem.world is None else Combined([state, problem.world()])


def _flat_view(leaf: Any) -> Any:
    if type(leaf) is not np.ndarray or leaf.dtype.kind != "f":
        return None
    return leaf.reshape(-1) if leaf.flags.c_contiguous else leaf.flat


def _itself(value: Any) -> Any:
    return value


def _is_small(array: np.ndarray) -> bool:
    # The bytes of an extended float hold more than its value.
    return array.size <= _GLANCE and array.itemsize <= 8


def _bytes_of(view: Any) -> bytes | None:
    """The bytes of a flat view of a small array; None for any other."""
    return view.tobytes() if type(view) is np.ndarray and _is_small(view) else None


def _in_blocks(*vectors: np.ndarray) -> list[tuple[Any, ...]]:
    """``vectors`` of one length, in pieces that fit the cache."""
    size = vectors[0].size
    if size <= draws.BLOCK:
        return [vectors]
    return [tuple(one[start : start + draws.BLOCK] for one in vectors) for start in range(0, size, draws.BLOCK)]


def _unsteady(name: str, values: list[float], changed: list[str]) -> GradcheckError:
    low, high = min(values), max(values)
    if changed:
        return GradcheckError(
            f"{name} depends on something that it changes itself ({', '.join(changed[:4])}): the same parameters gave "
            f"losses from {low:.6g} to {high:.6g}. Let it take what it reads as an argument, and check again.",
            code="forward_random",
        )
    return GradcheckError(
        f"{name} is random: the same parameters gave losses from {low:.6g} to {high:.6g}. Give "
        "its random generator a fixed seed inside the function, or turn dropout off, and check again.",
        code="forward_random",
    )
