"""The gradient that TensorFlow's tape gives of a person's forward, whatever their parameters are made of.

Tensors and variables go in as they are. NumPy arrays go in lifted (see `lifting`), and where the code wants plain tensors
(`tf.constant` takes nothing else) as those. A forward that puts its parameters into variables of its own, as a Keras
layer's, is followed to these: their gradients are what an optimiser would use.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..engine import GradcheckError, raised_in
from ..engine.backend import Derivative
from ..engine.randomness import RandomState
from .lifted_numpy import Unfollowed, tf
from .lifting import Lifted, lifting
from .silence import silent

Loss = Callable[[list[Any]], Any]
# Of a tensor that is watched and the leaf that it stands for: what forward gets.
Passed = Callable[[Any, Any], Any]


class _Run:
    """One call of forward under a tape.

    Attributes:
        loss: the loss, a tensor.
        sources: what the tape watches, one tensor or variable a leaf.
        variables: further variables that forward read.
    """

    def __init__(self, loss: Loss, leaves: list[Any], passed: Passed | None) -> None:
        self.sources = [_source(leaf, lifted=passed is not None) for leaf in leaves]
        with tf.GradientTape() as self.tape, lifting() as session, silent():
            self.tape.watch(self.sources)
            try:
                given = [
                    source if passed is None or is_tensor(leaf) else passed(source, leaf)
                    for source, leaf in zip(self.sources, leaves, strict=True)
                ]
                self.loss = session.tensor_of(loss(given))
            except (Exception, SystemExit) as error:
                raise _Failed(error, session.by_tensorflow) from error
        if not self.loss.dtype.is_floating or self.loss.shape.num_elements() != 1:
            raise _Failed(Unfollowed(f"a loss of {self.loss.dtype.name} and shape {tuple(self.loss.shape)}"), False)
        self.variables = [
            variable for variable in self.tape.watched_variables() if all(variable is not s for s in self.sources)
        ]

    def gradient(self, sources: list[Any]) -> list[Any]:
        """The gradient with respect to ``sources``; to be asked once.

        Raises `_Failed` where a custom gradient raises.
        """
        try:
            with silent():
                found: list[Any] = self.tape.gradient(self.loss, sources)
        except (Exception, SystemExit) as error:
            raise _Failed(error, True) from error
        return found


class _Failed(Exception):
    """A run that came to nothing: why, and whether TensorFlow had a part in it."""

    def __init__(self, reason: BaseException, by_tensorflow: bool) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.by_tensorflow = by_tensorflow or any(
            f"/{name}/" in frame.filename.replace("\\", "/")
            for frame in traceback.extract_tb(reason.__traceback__, limit=-200)
            for name in ("tensorflow", "keras")
        )


def derivative(loss: Loss, leaves: list[Any], random_state: Callable[[], RandomState]) -> Derivative:
    """The loss at ``leaves`` and its gradient, one array a leaf (None where none is connected).

    Raises `GradcheckError` where no way leads through forward.
    """
    state = random_state()
    failures: list[_Failed] = []
    for passed in _ways(leaves):
        if failures:
            if not failures[-1].by_tensorflow and not any(map(is_tensor, leaves)):
                break
            state.restore()
        try:
            run = _Run(loss, leaves, passed)
            found = run.gradient(run.sources)
        except _Failed as failure:
            failures.append(failure)
            continue
        lifted = passed is _lifted
        if run.variables and any(gradient is None for gradient in found):
            found = _by_variables(loss, leaves, passed, found)
        gradients = [_array(gradient) for gradient in found]
        dtypes = [run.loss.dtype.as_numpy_dtype, *(gradient.dtype for gradient in gradients if gradient is not None)]
        lowest = min(map(np.dtype, dtypes), key=lambda dtype: dtype.itemsize)
        return Derivative(float(tf.reshape(run.loss, [])), gradients, lifted, lowest.name)
    raise _refusal(failures)


def _ways(leaves: list[Any]) -> Iterator[Passed | None]:
    """How NumPy leaves are passed, the likeliest first; None passes the watched tensors themselves."""
    if all(map(is_tensor, leaves)):
        yield None
        return
    yield _lifted
    yield None
    if any(not is_tensor(leaf) and np.asarray(leaf).dtype == np.float64 for leaf in leaves):
        yield _in_float32


def _lifted(source: Any, leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray) and type(leaf) is not np.ndarray:
        # A matrix multiplies otherwise, a masked array leaves entries out.
        raise Unfollowed(f"a parameter is a {type(leaf).__name__}")
    return Lifted(source, np.asarray(leaf).dtype)


def _in_float32(source: Any, leaf: Any) -> Any:
    # tf.constant(W, dtype=tf.float32) rounds an array, but refuses a tensor of float64.
    return tf.cast(source, tf.float32)


def _source(leaf: Any, lifted: bool) -> Any:
    if isinstance(leaf, tf.Variable):
        return leaf
    if tf.is_tensor(leaf) or not lifted:
        return tf.convert_to_tensor(leaf)
    return tf.convert_to_tensor(np.asarray(leaf, dtype=np.float64))


def is_tensor(leaf: Any) -> bool:
    """Whether ``leaf`` is TensorFlow's: a tensor or a variable."""
    return isinstance(leaf, tf.Variable) or bool(tf.is_tensor(leaf))


def _array(gradient: Any) -> np.ndarray | None:
    if gradient is None:
        return None
    found: np.ndarray = tf.convert_to_tensor(gradient).numpy()
    return found


def _by_variables(loss: Loss, leaves: list[Any], passed: Passed | None, found: list[Any]) -> list[Any]:
    """``found``, its gaps filled by the gradients of variables into which forward puts the leaves.

    Which variable takes which leaf shows at a point nearby, where no two leaves are alike.
    """
    nearby = [_nudged(leaf, place) for place, leaf in enumerate(leaves)]
    try:
        there = _Run(loss, nearby, passed)
        takes = {
            place: [index for index, variable in enumerate(there.variables) if _holds(variable, leaf)]
            for place, leaf in enumerate(nearby)
            if found[place] is None
        }
        here = _Run(loss, leaves, passed)
        if len(there.variables) != len(here.variables):
            return found
        places = {
            place: here.variables[indices[0]]
            for place, indices in takes.items()
            if len(indices) == 1 and _holds(here.variables[indices[0]], leaves[place])
        }
        gradients = here.gradient([*places.values()])
    except _Failed:
        return found
    return [dict(zip(places, gradients, strict=True)).get(place, gradient) for place, gradient in enumerate(found)]


def _nudged(leaf: Any, place: int) -> Any:
    values = _values(leaf)
    moved = (values + 1e-3 * (1 + place) * (1 + np.abs(values))).astype(values.dtype)
    if isinstance(leaf, tf.Variable):
        return tf.Variable(moved, dtype=leaf.dtype, trainable=leaf.trainable)
    return tf.constant(moved, dtype=leaf.dtype) if tf.is_tensor(leaf) else moved


def _values(leaf: Any) -> np.ndarray:
    return np.asarray(leaf.numpy() if is_tensor(leaf) else leaf)


def _holds(variable: Any, leaf: Any) -> bool:
    values = _values(leaf)
    now = variable.numpy()
    return now.shape == values.shape and bool(np.array_equal(now, values.astype(now.dtype)))


def _refusal(failures: list[_Failed]) -> GradcheckError:
    # The last way tried is the one that TensorFlow's own code takes.
    reasons = [failure.reason for failure in failures]
    plain = next((reason for reason in reversed(reasons) if not isinstance(reason, Unfollowed)), None)
    if plain is None or isinstance(plain.__cause__, Unfollowed):
        why = "it leaves TensorFlow (by .numpy(), float() or a NumPy function)"
        if len(reasons) == 1:
            why = f"{why}: {plain.__cause__ if plain else reasons[0]}"
        message = f"Automatic differentiation cannot follow this forward: {why}. Use method='central'."
    else:
        message = f"Automatic differentiation calls forward with tensors: {raised_in('forward', plain)}"
    error = GradcheckError(message, code="method_unsuitable")
    error.__cause__ = reasons[-1]
    return error
