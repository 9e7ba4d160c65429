"""`keras_callback`: a quick look at the gradients of a Keras model while it is fitted. Keras is imported when it is called."""

from __future__ import annotations

import sys
from typing import Any

from ..engine import GradcheckError
from .api import gradcheck
from .display import Report
from .training import QUICK, THOROUGH, Every, OnWrong, refuse

# Rows of a batch: the loss is evaluated some dozen times.
_ROWS = 32


def keras_callback(
    n: int,
    x: Any,
    y: Any = None,
    *,
    rows: int = _ROWS,
    on_wrong: OnWrong = "warn",
    max_evaluations: int = QUICK,
    thorough: int = THOROUGH,
    **options: Any,
) -> Any:
    """A callback for ``model.fit(..., callbacks=[keras_callback(100, x, y)])``.

    At every n-th batch of training, the gradients that TensorFlow gives of the model's loss (those of ``tf.custom_gradient`` in
    its layers, or in its loss, included) are held against numerical ones, on the first ``rows`` of ``x`` and ``y``. Weights,
    the optimiser, metrics and random generators are afterwards as they were.

    Args:
        n: how often, at least 1.
        x, y: data as for ``model.fit``: arrays or tensors, or lists, tuples or dicts of them.
        rows: how many rows of them a look takes.
        on_wrong, max_evaluations, thorough, options: as for `every`.

    Returns:
        a ``keras.callbacks.Callback``; its ``watch`` is the `Every` with the reports.

    Raises `GradcheckError` where Keras is missing, or runs on something else than TensorFlow.
    """
    refuse(n, on_wrong)
    keras = _keras()
    batch = _first(x, rows), _first(y, rows)

    class GradientCheck(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.watch = Every(n, self._check, on_wrong, max_evaluations, thorough)

        def _check(self, *, max_evaluations: int) -> Report:
            return _checked(self.model, *batch, max_evaluations=max_evaluations, **options)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.watch()

    return GradientCheck()


def _checked(model: Any, x: Any, y: Any, **options: Any) -> Report:
    """The check of ``model``'s loss by its trainable weights."""
    keras, tf = sys.modules["keras"], sys.modules["tensorflow"]
    variables = model.trainable_variables
    if not variables:
        raise GradcheckError("The model has no trainable weights, so there is nothing to check.", code="no_parameters")
    parameters = {name: tf.constant(v.numpy()) for name, v in zip(_names(variables), variables, strict=True)}

    def loss(parameters: Any) -> Any:
        # What the model assigns meanwhile (averages, metrics, seeds) stays in the scope and is dropped with it.
        mapping = list(zip(variables, parameters.values(), strict=True))
        with keras.StatelessScope(state_mapping=mapping):
            return model.compute_loss(x=x, y=y, y_pred=model(x, training=True), sample_weight=None)

    return gradcheck(loss, None, parameters, points=0, backend="tensorflow", **options)


def _names(variables: list[Any]) -> list[str]:
    """A name for each variable: its path in the model, without the model's own name where all begin with it."""
    paths = [str(getattr(variable, "path", variable.name)) for variable in variables]
    first = {path.partition("/")[0] for path in paths}
    if len(first) == 1 and all("/" in path.partition("/")[2] for path in paths):
        paths = [path.partition("/")[2] for path in paths]
    return paths if len(set(paths)) == len(paths) else [f"{path}:{place}" for place, path in enumerate(paths)]


def _first(data: Any, rows: int) -> Any:
    if isinstance(data, dict):
        return {name: _first(value, rows) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return type(data)(_first(value, rows) for value in data)
    return None if data is None else data[:rows]


def _keras() -> Any:
    try:
        import keras
    except ImportError as error:
        raise GradcheckError(
            f"keras_callback needs Keras, and importing it failed: {error}. Run %pip install keras tensorflow.",
            code="tensorflow_missing",
        ) from error
    if keras.backend.backend() != "tensorflow":
        raise GradcheckError(
            f"Keras runs on {keras.backend.backend()} here, and gradients are checked on TensorFlow: set "
            "KERAS_BACKEND=tensorflow before Keras is imported.",
            code="method_unsuitable",
        )
    return keras
