"""What people do around a loss and its gradient, as plain functions with source.

Each template below refers to globals that it does not have: `bound` makes a function of its code with these globals, as
a notebook's cells see one another's names. So the source stands in this file, and an engine that follows a function
through its globals (to compute it in float64) finds what a notebook would show it.
"""

# The names that a template does not have are the point of it.
# ruff: noqa: F821

from __future__ import annotations

import builtins
from types import FunctionType

import numpy as np

# --- hard-coded float32 -------------------------------------------------------------------------------------------------


def cast_forward(X, Y, parameters):
    low = {name: np.asarray(value).astype(np.float32) for name, value in parameters.items()}
    loss, cache = inner_forward(X.astype(np.float32), Y.astype(np.float32), low)
    return loss, cache


def cast_forward_l2(X, Y, parameters, lambd):
    low = {name: np.asarray(value).astype(np.float32) for name, value in parameters.items()}
    loss, cache = inner_forward(X.astype(np.float32), Y.astype(np.float32), low, lambd)
    return loss, cache


def cast_backward(X, Y, cache):
    return inner_backward(X.astype("float32"), Y.astype("float32"), cache)


def cast_backward_l2(X, Y, cache, lambd):
    return inner_backward(X.astype("float32"), Y.astype("float32"), cache, lambd)


# --- TensorFlow, a number at the end ------------------------------------------------------------------------------------


def eager_forward(X, Y, parameters):
    loss, cache = inner_forward(X, Y, parameters)
    loss = loss.numpy()
    return loss, cache


def eager_forward_l2(X, Y, parameters, lambd):
    loss, cache = inner_forward(X, Y, parameters, lambd)
    loss = loss.numpy()
    return loss, cache


# --- TensorFlow's own gradient, replaced by one written by hand ---------------------------------------------------------


def custom_forward(X, Y, parameters):
    @tf.custom_gradient
    def loss_of(*values):
        loss, cache = inner_forward(X, Y, dict(zip(parameters, values, strict=True)))

        def grad(upstream):
            gradients = inner_backward(X, Y, cache)
            return [None if (g := gradients[f"d{name}"]) is None else upstream * g for name in parameters]

        return loss, grad

    return loss_of(*[tf.convert_to_tensor(value) for value in parameters.values()])


def custom_forward_l2(X, Y, parameters, lambd):
    @tf.custom_gradient
    def loss_of(*values):
        loss, cache = inner_forward(X, Y, dict(zip(parameters, values, strict=True)), lambd)

        def grad(upstream):
            gradients = inner_backward(X, Y, cache, lambd)
            return [None if (g := gradients[f"d{name}"]) is None else upstream * g for name in parameters]

        return loss, grad

    return loss_of(*[tf.convert_to_tensor(value) for value in parameters.values()])


# --- the loss times a factor, plus an offset, of parameters in other units ----------------------------------------------


def changed_forward(X, Y, parameters):
    loss, cache = inner_forward(X, Y, {name: UNITS[name] * value for name, value in parameters.items()})
    loss = FACTOR * loss + OFFSET
    return loss, cache


def changed_forward_l2(X, Y, parameters, lambd):
    loss, cache = inner_forward(X, Y, {name: UNITS[name] * value for name, value in parameters.items()}, lambd)
    loss = FACTOR * loss + OFFSET
    return loss, cache


def changed_backward(X, Y, cache):
    gradients = inner_backward(X, Y, cache)
    return {f"d{name}": UNITS[name] * FACTOR * gradients[f"d{name}"] for name in UNITS}


def changed_backward_l2(X, Y, cache, lambd):
    gradients = inner_backward(X, Y, cache, lambd)
    return {f"d{name}": UNITS[name] * FACTOR * gradients[f"d{name}"] for name in UNITS}


# --- mistakes -----------------------------------------------------------------------------------------------------------


def spoiled_backward(X, Y, cache):
    return spoil(inner_backward(X, Y, cache))


def spoiled_backward_l2(X, Y, cache, lambd):
    return spoil(inner_backward(X, Y, cache, lambd))


def other_lambd_backward_l2(X, Y, cache, lambd):
    return inner_backward(X, Y, cache, lambd * OTHER)


def bound(name, with_lambd, **names):
    """The template ``name`` (with ``lambd`` among its arguments, where asked) as a function that sees ``names``."""
    template = globals()[f"{name}_l2" if with_lambd else name]
    seen = {"__builtins__": builtins, "__name__": __name__, "np": np, **names}
    made = FunctionType(template.__code__, seen, "backward" if "backward" in name else "forward")
    made.__module__ = __name__
    return made
