"""Functions that hard-code float32 are made again in float64: same loss, exact gradients, nothing of the person's changed."""

from __future__ import annotations

import collections
import dataclasses
import functools
import importlib
import inspect
import json
import math
import os
import random
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from jupyterlab_gradcheck.backends.library import Unwidenable
from jupyterlab_gradcheck.backends.widen import Widener, widen_functions, widen_value
from jupyterlab_gradcheck.kernel.binding import bind


@pytest.fixture(scope="module")
def tf() -> Any:
    import tensorflow

    return tensorflow


X = np.random.default_rng(0).normal(size=(5, 3))
Y = np.array([[0, 1], [1, 0], [1, 1], [0, 1], [0, 0]])
W = np.random.default_rng(1).normal(size=(3, 2)).astype(np.float32)
B = np.random.default_rng(2).normal(size=(1, 2)).astype(np.float32)

# A layer and the squared error. Each case says how its types are spelled; what is not said is as here.
NUMPY = """
import numpy as np
{before}

def forward(X, Y, parameters):
    {inside}
    X, Y = {data}
    W, b = {weights}
    Z = X @ W + b
    A = {activation}
    loss = {loss}
    return loss, (A, Z)

def backward(X, Y, cache):
    {inside}
    A, Z = cache
    X, Y = {data}
    dZ = {slope}
    return {{"dW": X.T @ dZ, "db": np.sum(dZ, axis=0, keepdims=True)}}
"""
NUMPY_DEFAULTS = {
    "before": "",
    "inside": "pass",
    "data": "np.float32(X), np.float32(Y)",
    "weights": 'np.float32(parameters["W"]), np.float32(parameters["b"])',
    "activation": "np.tanh(Z)",
    "loss": "np.mean((A - Y) ** 2)",
    "slope": "2 * (A - Y) * (1 - A**2) / Y.size",
}
NUMPY_CASES: dict[str, dict[str, str]] = {
    "np.float32(x)": {},
    "astype(np.float32)": {"data": "X.astype(np.float32), Y.astype(np.float32)"},
    "astype('float32')": {"data": "X.astype('float32'), Y.astype('float32')"},
    "astype('f')": {"data": "X.astype('f'), Y.astype(dtype='single')"},
    "astype('<f4')": {"data": "X.astype('<f4'), Y.astype('f4')"},
    "np.array(x, 'f4')": {"data": "np.array(X, 'f4'), np.asarray(Y, 'f')"},
    "dtype='float32'": {"data": "np.array(X, dtype='float32'), np.array(Y, dtype='single')"},
    "np.dtype": {"data": "np.array(X, dtype=np.dtype('float32')), np.asarray(Y, np.dtype(np.float32))"},
    "np.single, np.half": {"data": "np.single(X), np.half(Y)"},
    "a type in a global": {"before": "T = np.float32", "data": "X.astype(T), T(Y)"},
    "a dtype in a global": {"before": "T = np.dtype('float32')", "data": "X.astype(T), np.array(Y, T)"},
    "a name of a type in a global": {"before": "T = 'float32'", "data": "X.astype(T), np.array(Y, T)"},
    "types in a dict": {"before": "C = {'type': np.float32}", "data": "X.astype(C['type']), Y.astype(C['type'])"},
    "from numpy import float32": {
        "before": "from numpy import float32 as f32, tanh, asarray",
        "data": "asarray(X, f32), f32(Y)",
        "activation": "tanh(Z)",
    },
    "imported inside": {
        "inside": "import numpy as xp; from numpy import float32; import numpy.linalg as la",
        "data": "xp.asarray(X, float32), float32(Y)",
        "loss": "la.norm(A - Y) ** 2 / Y.size",
    },
    "a buffer of zeros": {"activation": "np.add(np.zeros(Z.shape, dtype=np.float32), np.tanh(Z))"},
    "empty, full, out=": {
        "inside": "out = np.empty((5, 2), np.float32); half = np.full((5, 2), 0.5, dtype='float32')",
        "activation": "np.tanh(Z * half * 2, out=out).copy()",
    },
    "a ufunc's dtype": {"activation": "np.tanh(Z, dtype=np.float32)", "loss": "np.mean((A - Y) ** 2, dtype='f4')"},
    "a ufunc's methods": {"loss": "np.add.reduce(np.square(A - Y).ravel()) / Y.size"},
    "asked what it is": {
        "inside": "assert np.float32 == X.dtype or X.dtype == 'float64' or X.dtype == 'float32'",
        "activation": "np.tanh(Z) if isinstance(Z, np.ndarray) and Z.dtype == np.float32 else 1 / 0",
    },
    "an exception of NumPy": {
        "inside": "\n    try:\n        np.linalg.inv(np.zeros((2, 2)))\n    except np.linalg.LinAlgError:\n        pass",
        "loss": "np.mean((A - Y)[np.newaxis] ** 2) + 0 * np.pi",
    },
    "a float32 array in a global": {
        "before": "S = np.float32([[0.1, 2.3]])",
        "activation": "np.tanh(S * Z)",
        "slope": "2 * (A - Y) * (1 - A**2) * S / Y.size",
    },
    "a helper, and one in its closure": {
        "before": "def outer(g):\n    def f(z):\n        return np.float32(g(z))\n    return f\nact = outer(lambda z: np.tanh(z.astype('float32')))",
        "activation": "act(Z)",
    },
    "helpers that call each other": {
        "before": "def even(z, n):\n    return np.tanh(np.float32(z)) if n == 0 else odd(z, n - 1)\ndef odd(z, n):\n    return even(np.float32(z), n - 1)",
        "activation": "even(Z, 4)",
    },
    "a default and a keyword default": {
        "before": "S = np.float32([[0.1, 2.3]])\ndef act(z, s=S, *, t=np.float32(0.5), d='float32'):\n    return np.tanh((t * s * z).astype(d))",
        "activation": "act(Z)",
        "slope": "2 * (A - Y) * (1 - A**2) * (np.float32(0.5) * S) / Y.size",
    },
    "functools.partial": {
        "before": "import functools\nscaled = functools.partial(lambda s, z, t: np.tanh(s * z * t), np.float32([[0.125, 1.5]]), t=np.float32(2))",
        "activation": "scaled(Z)",
        "slope": "2 * (A - Y) * (1 - A**2) * 2 * np.float32([[0.125, 1.5]]) / Y.size",
    },
    "functools.lru_cache": {
        "before": "import functools\n@functools.lru_cache(maxsize=4)\ndef scale(n):\n    return np.full((1, 2), 1.5, np.float32) * n",
        "activation": "np.tanh(scale(2) * Z)",
        "slope": "2 * (A - Y) * (1 - A**2) * scale(2) / Y.size",
    },
    "a decorator of the person's": {
        "before": "import functools\ndef in32(f):\n    @functools.wraps(f)\n    def run(*a):\n        return f(*(v.astype(np.float32) for v in a))\n    return run\n@in32\ndef act(z):\n    return np.tanh(z)",
        "activation": "act(Z)",
    },
    "a decorator of NumPy's": {
        "before": "@np.errstate(all='ignore')\ndef act(z):\n    return np.tanh(z.astype(np.float32))",
        "activation": "act(Z)",
    },
    "a context manager": {
        "before": "import contextlib\n@contextlib.contextmanager\ndef scale():\n    yield np.float32([[0.1, 2.3]])",
        "inside": "\n    with scale() as S:\n        pass",
        "activation": "np.tanh(S * Z)",
        "slope": "2 * (A - Y) * (1 - A**2) * S / Y.size",
    },
    "np.vectorize": {
        "before": "import math\n@np.vectorize\ndef act(z):\n    return np.float32(math.tanh(z))\nslope = np.vectorize(lambda a: 1 - a * a, otypes='f')",
        "activation": "act(Z)",
        "slope": "2 * (A - Y) * slope(A) / Y.size",
    },
    "an object's attributes and methods": {
        "before": "class Layer:\n    kind = np.float32\n    def __init__(self):\n        self.s = np.float32([[0.1, 2.3]])\n    def __call__(self, z):\n        return np.tanh(self.scaled(z).astype(self.kind))\n    def scaled(self, z):\n        return self.s * np.float32(z)\nlayer = Layer()",
        "activation": "layer(Z)",
        "slope": "2 * (A - Y) * (1 - A**2) * layer.s / Y.size",
    },
    "a class and its base, with super()": {
        "before": "class Base:\n    def act(self, z):\n        return np.tanh(z.astype('f4'))\nclass Layer(Base):\n    def act(self, z):\n        return super().act(np.float32(z))\n    @staticmethod\n    def one():\n        return np.float32(1)\n    @classmethod\n    def make(cls):\n        return cls()\n    @property\n    def n(self):\n        return np.float32(self.one())",
        "activation": "Layer.make().act(Z) * Layer().n",
    },
    "a dataclass, a namedtuple": {
        "before": "import dataclasses, collections\n@dataclasses.dataclass(frozen=True, slots=True)\nclass C:\n    s: object\n    t: str = 'float32'\nP = collections.namedtuple('P', 'c')\nconf = P(C(np.float32([[0.1, 2.3]])))",
        "activation": "np.tanh((conf.c.s * Z).astype(conf.c.t))",
        "slope": "2 * (A - Y) * (1 - A**2) * conf.c.s / Y.size",
    },
    "global written": {
        "before": "seen = np.zeros((5, 2), np.float32)\ncount = 0",
        "inside": "global seen, count; count += 1",
        "activation": "np.tanh(Z)",
        "loss": "np.mean((A - Y) ** 2); seen = seen + A; seen[0] = 0",
    },
    "a comprehension, a nested function, a lambda": {
        "inside": "def cast(v): return [np.float32(r) for r in v]",
        "data": "np.stack(cast(X)), (lambda v: v.astype('float32'))(Y)",
    },
    "eps of a clip": {
        "before": "EPS = np.float32(1e-6)",
        "activation": "np.clip(1 / (1 + np.exp(-Z)), EPS, 1 - EPS)",
        "loss": "-np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))",
        "slope": "(A - Y) / Y.size",
    },
    "small integers": {
        "inside": "bits = np.exp(np.array([[1, 2]], dtype=np.int16))",
        "activation": "np.tanh(Z * bits.astype(np.float32))",
        "slope": "2 * (A - Y) * (1 - A**2) * bits.astype(np.float32) / Y.size",
        "loss": "np.mean((A - Y) ** 2)",
    },
}

TENSORFLOW = """
import numpy as np
import tensorflow as tf
{before}

def forward(X, Y, parameters):
    {inside}
    X, Y = {data}
    W, b = {weights}
    Z = {linear}
    A = {activation}
    loss = {loss}
    return {returned}, (A, Z)

def backward(X, Y, cache):
    {inside}
    A, Z = cache
    X, Y = {data}
    dZ = {slope}
    return {{"dW": tf.matmul(X, dZ, transpose_a=True).numpy(), "db": tf.reduce_sum(dZ, axis=0, keepdims=True)}}
"""
TENSORFLOW_DEFAULTS = {
    "before": "",
    "inside": "pass",
    "data": "tf.constant(X, dtype=tf.float32), tf.constant(Y, dtype=tf.float32)",
    "weights": "(tf.constant(parameters[k], dtype=tf.float32) for k in ('W', 'b'))",
    "linear": "X @ W + b",
    "activation": "tf.tanh(Z)",
    "loss": "tf.reduce_mean(tf.square(A - Y))",
    "returned": "loss.numpy()",
    "slope": "2.0 * (A - Y) * (1.0 - A**2) / tf.cast(tf.size(Y), tf.float32)",
}
SCALED = "2.0 * (A - Y) * (1.0 - A**2) * S / tf.cast(tf.size(Y), tf.float32)"
TENSORFLOW_CASES: dict[str, dict[str, str]] = {
    "tf.constant(x, dtype=tf.float32)": {},
    "tf.constant(x, tf.float32), tensors returned": {
        "data": "tf.constant(X, tf.float32), tf.constant(Y, tf.float32)",
        "returned": "loss",
    },
    "dtype='float32'": {"data": "tf.constant(X, dtype='float32'), tf.cast(Y, 'float32')"},
    "tf.convert_to_tensor, tf.cast": {
        "data": "tf.convert_to_tensor(X, tf.dtypes.float32), tf.cast(Y, dtype=tf.dtypes.as_dtype('float32'))"
    },
    "NumPy's float32": {"data": "tf.constant(X.astype(np.float32)), tf.constant(Y, dtype=np.float32)"},
    "tf.Variable": {"weights": "(tf.Variable(parameters[k], dtype=tf.float32) for k in ('W', 'b'))"},
    "the mask of a relu": {
        "activation": "tf.nn.relu(Z)",
        "slope": "2.0 * (A - Y) * tf.cast(A > 0, tf.float32) / tf.cast(tf.size(Y), tf.float32)",
    },
    "a leaky relu": {
        "activation": "tf.nn.leaky_relu(Z, 0.1)",
        "slope": "2.0 * (A - Y) * tf.where(Z > 0, 1.0, 0.1) / tf.cast(tf.size(Y), tf.float32)",
    },
    "sigmoid, its entropy": {
        "activation": "tf.sigmoid(Z)",
        "loss": "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=Y, logits=Z))",
        "slope": "(A - Y) / tf.cast(tf.size(Y), tf.float32)",
    },
    "from tensorflow import float32": {
        "before": "from tensorflow import float32 as f32, constant\nfrom tensorflow.math import tanh",
        "data": "constant(X, f32), constant(Y, f32)",
        "activation": "tanh(Z)",
    },
    "imported inside": {
        "inside": "import tensorflow as t; from tensorflow import float32",
        "data": "t.constant(X, float32), t.constant(Y, t.float32)",
    },
    "a type in a global": {"before": "T = tf.float32", "data": "tf.constant(X, T), tf.constant(Y, dtype=T)"},
    "a tensor in a global": {
        "before": "S = tf.constant([[0.1, 2.3]])",
        "activation": "tf.tanh(S * Z)",
        "slope": SCALED,
    },
    "a variable in a global": {
        "before": "S = tf.Variable([[0.1, 2.3]], trainable=False)",
        "inside": "S.assign(S * 1.0); S.assign_add([[0.0, 0.0]])",
        "activation": "tf.tanh(S * Z)",
        "slope": SCALED,
    },
    "tf.zeros, tf.ones, tf.eye, tf.fill": {
        "inside": "S = tf.zeros((1, 2)) + tf.ones([2]) * tf.fill([1, 2], 0.1) @ tf.eye(2)",
        "activation": "tf.tanh(S * Z)",
        "slope": SCALED,
    },
    "numbers without a type": {
        "inside": "S = tf.constant([[0.1, 2.3]]) * tf.Variable(1.1) + tf.convert_to_tensor(0.1) * tf.sqrt(2.1)",
        "activation": "tf.tanh(S * Z)",
        "slope": SCALED,
    },
    "more numbers without a type": {
        "inside": "S = tf.stack([0.1, 2.3]) + tf.reduce_mean([0.1, 0.7]) + tf.where([True, False], 0.1, 0.2) + tf.linspace(0.1, 0.3, 2) + tf.range(0.1, 2.0) + tf.cast(0.1, tf.float32)",
        "activation": "tf.tanh(S * Z)",
        "slope": SCALED,
    },
    "tf.one_hot": {
        "data": "tf.constant(X, tf.float32), tf.one_hot([0, 1, 1, 0, 1], 2) * tf.one_hot([0, 0, 1, 0, 1], 2, dtype=tf.float32)"
    },
    "tf.function": {
        "before": "@tf.function\ndef act(z):\n    return tf.tanh(tf.cast(z, tf.float32))\n@tf.function(reduce_retracing=True)\ndef slope(a):\n    return 1.0 - tf.cast(a, tf.float32) ** 2",
        "activation": "act(Z)",
        "slope": "2.0 * (A - Y) * slope(A) / tf.cast(tf.size(Y), tf.float32)",
    },
    "tf.function inside": {
        "inside": "act = tf.function(lambda z: tf.tanh(tf.cast(z, tf.float32)))",
        "activation": "act(Z)",
    },
    "a tape": {
        "inside": "\n    with tf.GradientTape() as tape:\n        S = tf.constant([[0.1, 2.3]]); tape.watch(S); square = tf.reduce_sum(S**2)\n    S = tape.gradient(square, S)",
        "activation": "tf.tanh(S * Z)",
        "slope": SCALED,
    },
    "tf.custom_gradient": {
        "before": "@tf.custom_gradient\ndef act(z, s=np.float32(0.3)):\n    a = tf.tanh(tf.cast(z, tf.float32) * s)\n    return a, lambda upstream: upstream * (1.0 - a**2) * s",
        "inside": "\n    def slope(z):\n        with tf.GradientTape() as tape:\n            tape.watch(z)\n            a = act(z)\n        return tape.gradient(a, z)",
        "activation": "act(Z)",
        "slope": "2.0 * (A - Y) * slope(Z) / tf.cast(tf.size(Y), tf.float32)",
    },
    "a tf.Module": {
        "before": "class Scale(tf.Module):\n    def __init__(self):\n        super().__init__()\n        self.s = tf.Variable([[0.1, 2.3]])\n        self.more = [tf.Variable(1.0)]\n        self.by_name = {'one': tf.constant(1.0)}\n    @tf.function\n    def __call__(self, z):\n        return tf.cast(z, tf.float32) * self.s * self.more[0] * self.by_name['one']\nscale = Scale()",
        "activation": "tf.tanh(scale(Z))",
        "slope": SCALED.replace("S", "scale.s"),
    },
    "asked what it is": {
        "inside": "assert isinstance(tf.Variable(1.0), tf.Variable) and tf.float32.is_floating and not isinstance(X, tf.Variable)",
        "activation": "tf.tanh(Z) if isinstance(Z, tf.Tensor) and Z.dtype == tf.float32 else None",
    },
    "control flow and mapping": {
        "activation": "tf.map_fn(lambda z: tf.tanh(tf.cast(z, tf.float32)), Z, fn_output_signature=tf.float32)",
        "loss": "tf.while_loop(lambda i, t: i < 5, lambda i, t: (i + 1, t + tf.reduce_sum((A[i] - Y[i]) ** 2)), (0, tf.constant(0.0)))[1] / 10.0",
    },
    "a TensorArray, a py_function": {
        "inside": "store = tf.TensorArray(tf.float32, size=1)",
        "activation": "tf.squeeze(store.write(0, tf.py_function(lambda z: tf.tanh(z), [Z], tf.float32)).stack(), 0)",
    },
    "a convolution": {
        "linear": "tf.nn.conv2d(X[tf.newaxis, :, tf.newaxis, :], W[tf.newaxis, tf.newaxis], 1, 'VALID')[0, :, 0, :] + b",
    },
    "dropout with a seed": {
        "inside": "tf.random.set_seed(3); mask = tf.nn.dropout(tf.ones((5, 2)), 0.4, seed=1)",
        "activation": "tf.tanh(Z * mask)",
        "slope": "2.0 * (A - Y) * (1.0 - A**2) * mask / tf.cast(tf.size(Y), tf.float32)",
    },
    "random numbers with seeds": {
        "inside": "tf.random.set_seed(3); S = tf.random.normal([1, 2], 0.1, 2.0) + tf.random.uniform([2], -1, 1, tf.float32, 5) + tf.random.truncated_normal([2], stddev=0.1, dtype='float32') + tf.random.stateless_normal([2], [1, 2]) + tf.random.stateless_uniform([2], seed=[1, 2], maxval=0.1) + tf.random.normal((2,), seed=1)",
        "activation": "tf.tanh(S * Z)",
        "slope": SCALED,
    },
    "a layer and a loss of Keras": {
        "before": "layer = tf.keras.layers.Dense(2, activation='tanh'); layer(np.zeros((1, 2), 'float32'))\nlayer.set_weights([np.float32([[0.1, 0.2], [-0.3, 0.7]]), np.float32([0.1, 0.2])])\nmse = tf.keras.losses.MeanSquaredError()",
        "inside": "\n    def slope(z, y):\n        with tf.GradientTape() as tape:\n            tape.watch(z)\n            loss = mse(y, layer(z))\n        return tape.gradient(loss, z)",
        "activation": "layer(Z)",
        "loss": "mse(Y, A)",
        "slope": "slope(Z, Y)",
    },
    "a model of Keras and its variables": {
        "before": "variables = None\nmodel = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(2, activation='tanh', kernel_initializer='ones')])\nvariables = model.trainable_variables",
        "inside": "variables[1].assign([0.1, 0.2])",
        "activation": "model(Z)",
        "slope": "(2.0 * (A - Y) * (1.0 - A**2) / 10.0) @ tf.ones((2, 2))",
    },
    "a model of the person's": {
        "before": "class Scale(tf.keras.layers.Layer):\n    def __init__(self, by, **kw):\n        super().__init__(**kw)\n        self.by = by\n    def build(self, shape):\n        self.s = self.add_weight(shape=(2,), initializer='ones')\n    def call(self, z):\n        return tf.cast(z, tf.float32) * self.s * self.by\nclass Net(tf.keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.scale, self.rest = Scale(0.3), tf.keras.Sequential([tf.keras.Input((2,)), Scale(0.7)])\n    def call(self, z):\n        return tf.tanh(self.rest(self.scale(tf.cast(z, 'float32'))))\nnet = Net(); net(np.zeros((1, 2), 'float32')); net.scale.s.assign([0.1, 2.3])",
        "activation": "net(Z)",
        "slope": SCALED.replace("S /", "0.3 * 0.7 * net.scale.s /"),
    },
    "a model made inside": {
        "inside": "net = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(2, kernel_initializer='identity'), tf.keras.layers.Rescaling(0.25)])",
        "activation": "tf.tanh(net(Z))",
        "slope": SCALED.replace("S /", "0.25 /"),
    },
    "made by Keras inside": {
        "inside": "mse = tf.keras.losses.MeanSquaredError(); scale = tf.keras.layers.Rescaling(0.25); one = tf.keras.backend.cast_to_floatx(1.0)",
        "activation": "tf.keras.activations.tanh(scale(Z)) * tf.cast(one, tf.keras.backend.floatx())",
        "loss": "mse(Y, A)",
        "slope": "2.0 * (A - Y) * (1.0 - A**2) * 0.25 / tf.cast(tf.size(Y), tf.float32)",
    },
    "a layer of the person's": {
        "before": "class Scale(tf.keras.layers.Layer):\n    def build(self, shape):\n        self.s = self.add_weight(shape=(2,), initializer='ones')\n    def call(self, z):\n        return tf.cast(z, tf.float32) * self.s\nscale = Scale(); scale(np.zeros((1, 2), 'float32')); scale.s.assign([0.1, 2.3])",
        "activation": "tf.tanh(scale(Z))",
        "slope": SCALED.replace("S", "scale.s"),
    },
}


def run_cell(text: str, **fields: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(text.format(**fields), namespace)
    return namespace


def fingerprint(value: Any, seen: dict[int, Any] | None = None) -> Any:
    """What there is to change about ``value``, down to the bytes of its arrays and variables."""
    seen = {} if seen is None else seen
    if id(value) in seen:
        return "again"
    # Kept, so that no other object gets its identity meanwhile.
    seen[id(value)] = value
    if isinstance(value, types.FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        parts = (value.__defaults__, value.__kwdefaults__, vars(value), cells)
        return id(value), id(value.__code__), id(value.__globals__), fingerprint(parts, seen)
    if isinstance(value, (dict, types.MappingProxyType)):
        # Asked for its annotations, as TensorFlow does, a class makes itself an empty dict of them.
        left_out = ("__builtins__", "__annotations__")
        return [(str(key), fingerprint(part, seen)) for key, part in value.items() if key not in left_out]
    if isinstance(value, (list, tuple, set, collections.deque)):
        return type(value).__name__, [fingerprint(part, seen) for part in value]
    if isinstance(value, np.ndarray):
        return id(value), str(value.dtype), value.tobytes()
    if hasattr(value, "numpy"):
        return id(value), str(value.dtype), np.asarray(value.numpy()).tobytes()
    if isinstance(value, type) or (hasattr(value, "__dict__") and type(value).__module__ == "__main__"):
        return id(value), fingerprint(vars(value), seen)
    return id(value), str(value) if isinstance(value, (int, float, str)) else ""


def differences(loss: Callable[[dict[str, Any]], Any], at: dict[str, Any], step: float = 1e-5) -> dict[str, Any]:
    """Central differences of ``loss``, with Richardson's extrapolation, at NumPy's float64 arrays."""

    def slope(name: str, index: tuple[int, ...], by: float) -> float:
        values = []
        for sign in (1, -1):
            moved = {key: value.copy() for key, value in at.items()}
            moved[name][index] += sign * by
            values.append(float(loss(moved)))
        return (values[0] - values[1]) / (2 * by)

    found = {}
    for name, value in at.items():
        found[name] = np.empty_like(value)
        for index in np.ndindex(value.shape):
            found[name][index] = (4 * slope(name, index, 10 * step) - slope(name, index, 20 * step)) / 3
    return found


def assert_lifted(namespace: dict[str, Any], of_the_person: dict[str, Any] | None = None) -> None:
    """The copies compute the same loss in float64, their gradients are its slopes, and nothing has changed."""
    watched = namespace if of_the_person is None else of_the_person
    forward, backward = namespace["forward"], namespace["backward"]
    parameters = {"W": W.copy(), "b": B.copy()}
    original, cache = forward(X, Y, parameters)
    assert np.asarray(original).dtype == np.float32
    claimed = backward(X, Y, cache)
    before = fingerprint(watched)
    lifted = widen_functions([forward, backward])
    assert lifted is not None
    wide_forward, wide_backward = lifted
    wide = widen_value(parameters)
    loss, wide_cache = wide_forward(X, Y, wide)
    assert np.asarray(loss).dtype == np.float64
    assert float(loss) == pytest.approx(float(original), rel=2e-6)
    assert float(loss) != float(original)
    gradients = wide_backward(X, Y, wide_cache)
    numerical = differences(lambda at: wide_forward(X, Y, at)[0], wide)
    for name, expected in numerical.items():
        found = np.asarray(gradients[f"d{name}"])
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8 * np.abs(expected).max())
        np.testing.assert_allclose(found, np.asarray(claimed[f"d{name}"]), rtol=1e-4, atol=1e-5)
    assert fingerprint(watched) == before
    assert parameters["W"].dtype == np.float32
    assert parameters["W"].tobytes() == W.tobytes()
    assert str(inspect.signature(wide_forward)) == "(X, Y, parameters)"


@pytest.mark.parametrize("case", NUMPY_CASES.values(), ids=list(NUMPY_CASES))
def test_numpy_code_in_float32(case: dict[str, str]) -> None:
    assert_lifted(run_cell(NUMPY, **{**NUMPY_DEFAULTS, **case}))


@pytest.mark.parametrize("case", TENSORFLOW_CASES.values(), ids=list(TENSORFLOW_CASES))
def test_tensorflow_code_in_float32(tf: Any, case: dict[str, str]) -> None:
    assert_lifted(run_cell(TENSORFLOW, **{**TENSORFLOW_DEFAULTS, **case}))


def test_the_network_of_the_example_notebook(tf: Any) -> None:
    cells = json.loads(Path("examples/fraud_detection_tensorflow.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in code[:4]:
        exec("\n".join(line for line in cell.splitlines() if not line.startswith(("%", "print"))), namespace)
    names = ("forward_propagation_n", "backward_propagation_n")
    lifted = widen_functions([namespace[name] for name in names])
    assert lifted is not None
    forward, backward = lifted
    data, parameters = (namespace["X"], namespace["Y"]), namespace["parameters"]
    loss, cache = forward(*data, parameters)
    assert float(loss) == pytest.approx(2.40783338983437, abs=1e-14)
    gradients = backward(*data, cache)
    numerical = differences(lambda at: forward(*data, at)[0], parameters)
    found = np.concatenate([gradients[f"d{name}"].ravel() for name in parameters])
    expected = np.concatenate([numerical[name].ravel() for name in parameters])
    assert np.linalg.norm(found - expected) / np.linalg.norm(found + expected) < 1e-10


@pytest.fixture
def helpers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    """A module beside the notebook, which imports another."""
    (tmp_path / "scales_of_mine.py").write_text("import numpy as np\nS = np.float32([[0.1, 2.3]])\ncalls = 0\n")
    (tmp_path / "helpers_of_mine.py").write_text(
        "import numpy as np\nimport scales_of_mine as scales\nfrom scales_of_mine import S\n"
        "def act(z):\n    scales.calls = scales.calls + 1\n"
        "    return np.tanh(np.asarray(S, 'f') * 0.5 * z + scales.S.astype('float32') * 0.5 * z)\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield importlib.import_module("helpers_of_mine")
    for name in ("helpers_of_mine", "scales_of_mine"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    "how",
    [
        {"before": "import helpers_of_mine as h", "activation": "h.act(Z)"},
        {"before": "from helpers_of_mine import act", "activation": "act(Z)"},
        {"inside": "import helpers_of_mine", "activation": "helpers_of_mine.act(Z)"},
        {"inside": "from helpers_of_mine import act", "activation": "act(Z)"},
    ],
)
def test_helpers_from_the_persons_own_modules(helpers: types.ModuleType, how: dict[str, str]) -> None:
    case = {**how, "slope": "2 * (A - Y) * (1 - A**2) * S / Y.size"}
    case["before"] = how.get("before", "") + "\nfrom scales_of_mine import S"
    namespace = run_cell(NUMPY, **{**NUMPY_DEFAULTS, **case})
    modules = {name: vars(sys.modules[name]) for name in ("helpers_of_mine", "scales_of_mine")}
    # The original counts its calls; the copies count theirs.
    namespace["forward"](X, Y, {"W": W, "b": B})
    counted = modules["scales_of_mine"]["calls"]
    assert_lifted(namespace, {**namespace, "calls": None, "module": helpers.act.__code__})
    assert modules["scales_of_mine"]["calls"] == counted + 1
    assert modules["scales_of_mine"]["S"].dtype == np.float32
    assert modules["helpers_of_mine"]["np"] is np


def test_functions_share_what_the_originals_share() -> None:
    namespace = run_cell(
        "import numpy as np\nstore = {{}}\ndef make():\n    n = np.float32(0)\n"
        "    def forward(p):\n        nonlocal n\n        n = n + np.float32(0.1)\n        store['p'] = p\n        return np.float32(p) * n\n"
        "    def backward(p):\n        return n * np.float32(store['p'] == p)\n    return forward, backward\n"
        "forward, backward = make()"
    )
    lifted = widen_functions([namespace["forward"], namespace["backward"]])
    assert lifted is not None
    forward, backward = lifted
    assert forward(0.3) == 0.3 * 0.1
    assert backward(0.3) == 0.1
    assert namespace["store"] == {}
    assert namespace["forward"].__closure__[0].cell_contents.dtype == np.float32


def test_methods_partials_and_callable_objects() -> None:
    namespace = run_cell(
        "import numpy as np\nclass Net:\n    def __init__(self):\n        self.s = np.float32(0.1)\n"
        "    def forward(self, x, p, k=np.float32(2)):\n        self.last = np.float32(p) * x\n        return k * self.s * self.last\n"
        "    __call__ = forward\nnet = Net()"
    )
    net = namespace["net"]
    before = fingerprint(vars(net))
    for function in (net.forward, net, functools.partial(net.forward, k=np.float32(2)), functools.partial(net, k=2)):
        lifted = widen_functions([function])
        assert lifted is not None
        result = lifted[0](3.0, 0.7)
        assert result.dtype == np.float64
        assert result == 2 * np.float64(np.float32(0.1)) * (0.7 * 3)
        assert list(inspect.signature(lifted[0]).parameters)[:2] == ["x", "p"]
    assert fingerprint(vars(net)) == before


def test_random_numbers_are_those_of_the_original() -> None:
    namespace = run_cell(
        "import numpy as np, random\nrng = np.random.default_rng(3)\n"
        "def forward(p):\n    return np.float32(p) * np.float32(np.random.rand() + rng.normal() + random.random())"
    )
    forward, rng = namespace["forward"], namespace["rng"]
    states = random.getstate(), np.random.get_state(), rng.bit_generator.state

    def rewind() -> None:
        random.setstate(states[0])
        np.random.set_state(states[1])
        rng.bit_generator.state = states[2]

    lifted = widen_functions([forward])
    assert lifted is not None
    assert random.getstate() == states[0]
    assert rng.bit_generator.state == states[2]
    original = forward(0.3)
    after = rng.bit_generator.state
    rewind()
    assert lifted[0](0.3) == pytest.approx(original, rel=1e-6)
    assert rng.bit_generator.state == after
    rewind()


def test_making_layers_again_draws_no_numbers(tf: Any) -> None:
    layer = tf.keras.layers.Dense(3)
    layer(np.zeros((1, 2), np.float32))
    tf.random.set_seed(5)
    states = random.getstate(), repr(np.random.get_state())
    first = tf.random.normal([3])
    tf.random.set_seed(5)
    assert widen_value(layer).kernel.dtype == "float64"
    assert tf.keras.config.dtype_policy().name == "float32"
    assert (random.getstate(), repr(np.random.get_state())) == states
    assert np.array_equal(tf.random.normal([3]), first)


REFUSED = {
    "a compiled function": "import math\nforward = math.cosh",
    "a ufunc made of Python": "f = np.frompyfunc(lambda p: np.float32(p), 1, 1)\ndef forward(p): return f(p)",
    "a class that registers its heirs": "class A:\n    def __init_subclass__(cls): seen.append(cls)\nseen = []\nclass C(A): pass\ndef forward(p): return np.float32(p) if C() else 0",
    "records": "S = np.zeros(2, dtype=[('a', 'f4')])\ndef forward(p): return S['a'].sum() * np.float32(p)",
    "a wrapper of another library": "import functools\n@functools.singledispatch\ndef f(p): return np.float32(p)\ndef forward(p): return f(p)",
    "a layer without a configuration": "import keras\nclass L(keras.layers.Layer):\n    def __init__(self, f):\n        super().__init__()\n        self.f = f\nlayer = L(lambda z: z)\ndef forward(p): return layer(np.float32(p))",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_made_again(tf: Any, text: str) -> None:
    namespace = run_cell("import numpy as np\n" + text.replace("{", "{{").replace("}", "}}"))
    before = fingerprint(namespace)
    assert widen_functions([namespace["forward"]]) is None
    with pytest.raises(Unwidenable):
        Widener().function(namespace["forward"])
    assert fingerprint(namespace) == before


STAYING = {
    "an array of bytes": "def forward(p): return np.sum(np.frombuffer(b'0123', '>u2').view('>u2').astype(chr(102))) * p",
    "a type spelled at run time": "def forward(p): return (p * np.ones(2)).astype('float%d' % bits).sum()",
    "caught by the person": "def forward(p):\n    try:\n        return np.sum((p * np.ones(2)).astype('float%d' % bits))\n    except Exception:\n        return p * 1.0",
    "in the cache": "def forward(p): return p * 1.0, {'a': [(p * np.ones(2)).astype('float%d' % bits)]}",
    "TensorFlow's images": "import tensorflow as tf\ndef forward(p): return tf.reduce_sum(tf.image.resize(p * tf.ones((1, 2, 2, 1)), (4, 4)))",
    "read from a data set": "import tensorflow as tf\ndata = tf.data.Dataset.from_tensors(np.float32(0.1))\ndef forward(p): return p * tf.reduce_sum(next(iter(data)))",
}


@pytest.mark.parametrize("text", STAYING.values(), ids=list(STAYING))
def test_what_stays_in_float32_is_refused_when_it_shows(tf: Any, text: str) -> None:
    namespace = run_cell("import numpy as np\nbits = 32\n" + text.replace("{", "{{").replace("}", "}}"))
    namespace["forward"](np.float32(0.3))
    lifted = widen_functions([namespace["forward"]])
    assert lifted is not None
    with pytest.raises(Unwidenable, match="float32"):
        lifted[0](np.float64(0.3))


def test_narrow_arguments_are_refused() -> None:
    lifted = widen_functions([lambda p: p["a"] * 1])
    assert lifted is not None
    assert lifted[0]({"a": np.ones(2)}).sum() == 2
    with pytest.raises(Unwidenable, match="was given a value of type float32"):
        lifted[0]({"a": np.ones(2, np.float32)})


def test_values_are_copied_in_float64(tf: Any) -> None:
    @dataclasses.dataclass
    class Layer:
        W: Any
        name: str = "first"

    Pair = collections.namedtuple("Pair", "a b")
    W32 = np.float32([[0.1, 0.2]])
    given = {
        "dict": collections.OrderedDict(a=W32, n=3, s="x", t=True, none=None),
        "list": [np.float16(0.1), (np.float32(0.1), [W32])],
        "pair": Pair(W32, tf.constant(0.1)),
        "data": Layer(W32),
        "space": types.SimpleNamespace(W=W32),
        "objects": np.array([W32, None, "a"], dtype=object),
        "tensors": [tf.constant([0.1], tf.bfloat16), tf.Variable([0.1], trainable=False), tf.constant([1])],
        "numpy": [np.arange(3), np.ones(2), np.complex64(1j), W32[:, ::-1], np.asfortranarray(np.ones((2, 2), "f4"))],
        "bfloat16": np.ones(2, tf.bfloat16.as_numpy_dtype),
        "keras": tf.keras.Variable([0.1]),
    }
    given["itself"] = given
    before = fingerprint(given)
    made = widen_value(given)
    assert fingerprint(given) == before
    assert made["itself"] is made
    wide = W32.astype(np.float64)
    for found in (
        made["dict"]["a"],
        made["list"][1][1][0],
        made["pair"].a,
        made["data"].W,
        made["space"].W,
        made["objects"][0],
    ):
        assert found.dtype == np.float64
        assert np.array_equal(found, wide)
    assert type(made["dict"]) is collections.OrderedDict
    assert list(made["dict"].items())[1:] == [("n", 3), ("s", "x"), ("t", True), ("none", None)]
    assert type(made["pair"]) is Pair
    assert made["data"].name == "first"
    assert type(made["list"][0]) is np.float64
    assert made["list"][0] == np.float16(0.1)
    assert [value.dtype.name for value in made["tensors"]] == ["float64", "float64", "int32"]
    assert isinstance(made["tensors"][1], tf.Variable)
    assert not made["tensors"][1].trainable
    assert [str(value.dtype) for value in made["numpy"]] == ["int64", "float64", "complex128", "float64", "float64"]
    assert made["numpy"][4].flags.f_contiguous
    assert not any(np.shares_memory(new, old) for new, old in zip(made["numpy"], given["numpy"], strict=True))
    assert made["bfloat16"].dtype == np.float64
    assert made["keras"].dtype == "float64"
    # Shared stays shared.
    assert made["dict"]["a"] is made["pair"].a is made["data"].W


def test_a_sparse_matrix_of_another_library_is_asked_for_float64() -> None:
    class Sparse:
        dtype = np.dtype(np.float32)

        def astype(self, dtype: Any) -> tuple[str, Any]:
            return "sparse", dtype

    Sparse.__module__ = "json.sparse"
    sys.modules["json.sparse"] = types.ModuleType("json.sparse")
    try:
        assert widen_value([Sparse()]) == [("sparse", np.float64)]
        del Sparse.astype
        with pytest.raises(Unwidenable, match="astype"):
            widen_value([Sparse()])
    finally:
        del sys.modules["json.sparse"]


def test_code_without_float32_gives_the_same_numbers() -> None:
    namespace = run_cell("import numpy as np\ndef forward(p):\n    return np.mean(np.tanh(p @ np.ones((2, 3))) ** 2)")
    lifted = widen_functions([namespace["forward"]])
    assert lifted is not None
    p = np.array([[0.3, -0.7]])
    assert lifted[0](p) == namespace["forward"](p)
    assert math.isfinite(lifted[0](p))


X32, W32 = np.float32([[0.1, 0.7]]).astype(float), np.float32([[0.5], [-0.7]]).astype(float)


@pytest.mark.parametrize("make", ["np.float32", "tf.constant", "tf.Variable"])
def test_a_bound_problem_in_float64(tf: Any, make: str) -> None:
    namespace = run_cell(
        "import numpy as np, tensorflow as tf\nX = np.float32([[0.1, 0.7]])\nrate = np.float32(0.3)\n"
        f"parameters = {{{{'W': {make}(np.float32([[0.5], [-0.7]]))}}}}\n"
        "def forward(X, parameters, rate):\n    Z = tf.cast(X, 'float32') @ tf.cast(parameters['W'], tf.float32)\n"
        "    return tf.reduce_sum(Z**2) * rate, Z\n"
        "def backward(X, Z, rate):\n    return {{'dW': 2.0 * rate * tf.transpose(tf.constant(X, tf.float32)) @ Z}}"
    )
    forward, backward = ((name, namespace[name]) for name in ("forward", "backward"))
    binding = bind(forward, backward, ("parameters", namespace["parameters"]), namespace, "parameters")
    before = fingerprint(namespace)
    problem = binding.problem()
    assert problem.widen is not None
    widened = problem.widen()
    assert widened is not None
    assert widened.parameters["W"].dtype in (np.float64, tf.float64)
    assert type(widened.parameters["W"]) is type(namespace["parameters"]["W"])
    wide, narrow = widened.forward(widened.parameters), problem.forward(problem.parameters)
    assert (wide.dtype, narrow.dtype) == (tf.float64, tf.float32)
    assert float(wide) == pytest.approx(float(narrow), rel=1e-6)
    assert float(wide) == float(np.float64(np.float32(0.3)) * ((X32 @ W32) ** 2).item())
    assert widened.backward is not None
    np.testing.assert_allclose(
        widened.backward(widened.parameters)["dW"], 2 * np.float64(np.float32(0.3)) * X32.T @ (X32 @ W32), rtol=1e-14
    )
    assert (widened.forward_name, widened.backward_name) == ("forward", "backward")
    assert widened.settings == problem.settings == {"rate": float(np.float32(0.3))}
    assert fingerprint(namespace) == before


def test_a_bound_problem_that_cannot_be_widened() -> None:
    namespace = {"forward": lambda parameters: math.fsum(parameters), "backward": math.fsum, "parameters": [1.0]}
    binding = bind(
        ("forward", namespace["forward"]), ("backward", None), ("parameters", [1.0]), namespace, "parameters"
    )
    widen = dataclasses.replace(binding, forward=math.fsum).problem().widen
    assert widen is not None
    with pytest.raises(Unwidenable, match="fsum is not made of Python code"):
        widen()
