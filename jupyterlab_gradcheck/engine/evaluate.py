"""One evaluation: fresh parameters in, one float out. Counts, reports progress, can be stopped in between."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from . import gradients
from .backend import Backend
from .errors import GradcheckError, raised_in
from .flatten import Flat, Path
from .problem import Problem

OnProgress = Callable[[int, int], None]


class Evaluator:
    """Calls a problem's functions, always on fresh copies of the parameters.

    Attributes:
        flat: the parameters as a vector.
        refusal: what forward raised at a point near by, where it did.
        settings: names of integer leaves that turned out to be no parameters.
        evaluations: calls of forward so far.
        planned: how many are foreseen, for the progress.
        loss_dtype: dtype of the last loss.
    """

    def __init__(self, problem: Problem, backend: Backend, on_progress: OnProgress | None = None) -> None:
        self._problem = problem
        self._backend = backend
        self._on_progress = on_progress
        self._random_state = backend.random_state()
        self._draws = False
        self._errstate: Any = np.geterr()
        self.flat = Flat(problem.parameters, backend, problem.parameters_name)
        self.refusal: str | None = None
        self.settings: list[str] = []
        self.evaluations = 0
        self.planned = 0
        self.loss_dtype = np.dtype(np.float64)

    def loss(self, vector: np.ndarray) -> float:
        """The loss at ``vector`` (length n); NaN where forward raises, infinities as they are.

        The step is ours, so leaving forward's domain (a logarithm of a negative number) is no fault of the person's:
        nobody is warned, and `refusal` keeps the first exception.

        Raises `GradcheckError` where forward returns something else than one number, and whatever the progress callback
        raises.
        """
        # Putting the generators back costs more than a small network's forward; most draw nothing.
        if self._draws:
            self._random_state.restore()
        with np.errstate(all="ignore"):
            try:
                return self._evaluate(vector)
            except GradcheckError as error:
                if error.code != "function_raised":
                    raise
                self.refusal = self.refusal or str(error.__cause__ or error)[:300]
                return math.nan

    def _evaluate(self, vector: np.ndarray) -> float:
        self._tick()
        parameters = self.flat.unflatten(vector)
        try:
            value = self._problem.forward(parameters)
        except GradcheckError:
            raise
        except (Exception, SystemExit) as error:
            raise raised_in(self._problem.forward_name, error) from error
        array = self.one_number(value)
        self.loss_dtype = array.dtype
        return float(array)

    def one_number(self, value: Any) -> np.ndarray:
        """The loss that forward returned as a 0-d real array.

        Raises `GradcheckError` where it is none.
        """
        name = self._problem.forward_name
        if value is None:
            raise GradcheckError(
                f"{name} returned None instead of the loss. Does it end with a return statement?",
                code="loss_not_scalar",
            )
        array = self._backend.to_array(value)
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

    def claims(self) -> list[gradients.Claim]:
        """What backward claims at the base point, one claim for each leaf.

        Integer leaves without a gradient (``n_layers`` among the weights) are settings, and leave `flat`.
        """
        backward = self._problem.backward
        if backward is None:
            return self._autodiff_claims()
        parameters = self.flat.unflatten(self.flat.vector)
        self._random_state.restore()
        self.evaluations += self._problem.backward_evaluates
        try:
            with np.errstate(**self._errstate):
                claimed = backward(parameters)
        except GradcheckError:
            raise
        except (Exception, SystemExit) as error:
            raise raised_in(self._problem.backward_name, error) from error
        claims = gradients.match(claimed, self.flat, self._backend, self._problem.backward_name)
        settings = frozenset(
            leaf.path
            for leaf, claim in zip(self.flat.leaves, claims, strict=True)
            if leaf.integral and not claim.present
        )
        if settings and len(settings) < len(self.flat.leaves):
            self.settings = [leaf.name for leaf in self.flat.leaves if leaf.path in settings]
            self._leave_out(settings)
            claims = gradients.match(claimed, self.flat, self._backend, self._problem.backward_name)
        return claims

    def complex_loss(self, vector: np.ndarray) -> Any:
        """What forward returns at the complex ``vector`` (length n).

        Raises `GradcheckError` where forward raises, or drops the imaginary part with NumPy's warning.
        """
        self._tick()
        parameters = self.flat.unflatten(vector)
        self._random_state.restore()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                return self._problem.forward(parameters)
        except Exception as error:
            said = raised_in(self._problem.forward_name, error)
            raise GradcheckError(
                f"method='complex-step' needs a forward that works with complex numbers: {said} Or use method='central'.",
                code="method_unsuitable",
            ) from error

    def autodiff(self) -> list[np.ndarray | None]:
        """The gradient by automatic differentiation, one array a leaf."""
        self._random_state.restore()
        self.evaluations += 1
        return self._backend.differentiate(
            lambda leaves: self._problem.forward(self.flat.with_leaves(leaves)), self.flat.fresh_leaves()
        )

    def restore_random_state(self) -> None:
        """Puts the global random generators back to where they were when the check began."""
        self._random_state.restore()

    def _tick(self) -> None:
        if self._on_progress is not None:
            # Until the plan is made, nobody knows how many there will be.
            self._on_progress(self.evaluations, max(self.planned, self.evaluations + 1) if self.planned else 0)
        self.evaluations += 1

    def _autodiff_claims(self) -> list[gradients.Claim]:
        return [
            gradients.Claim(f"d{leaf.name}"[:200], array is not None, array)
            for leaf, array in zip(self.flat.leaves, self.autodiff(), strict=True)
        ]

    def _leave_out(self, settings: frozenset[Path]) -> None:
        self.flat = Flat(self._problem.parameters, self._backend, self._problem.parameters_name, settings)

    def base_loss(self) -> float:
        """The loss at the base point, evaluated three times.

        Raises `GradcheckError` where it is not finite, or differs between calls that had the same random state: then
        a difference of losses says nothing about a gradient.
        """
        values = []
        for _ in range(3):
            self._random_state.restore()
            with np.errstate(**self._errstate):
                values.append(self._evaluate(self.flat.vector))
            self._draws = self._draws or self._random_state.drawn()
        name = self._problem.forward_name
        if not all(math.isfinite(value) for value in values):
            bad = next(value for value in values if not math.isfinite(value))
            raise GradcheckError(
                f"{name} returned {bad} at the parameters as they are now. Look for a logarithm of zero, a division by "
                "zero or an overflow, and check again when the loss is a finite number.",
                code="loss_not_finite",
            )
        scale = max(abs(value) for value in values)
        if max(values) - min(values) > 1e-3 * scale:
            raise GradcheckError(
                f"{name} is random: the same parameters gave losses from {min(values):.6g} to {max(values):.6g}. Give "
                "its random generator a fixed seed inside the function, or turn dropout off, and check again.",
                code="forward_random",
            )
        return values[0]
