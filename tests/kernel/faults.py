"""Notebooks that have much to lose, what there is of them to the last bit, and ways to disturb a check at any moment.

Used by the tests and by `python -m tests.soak`.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import signal
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from namespaces import run

from jupyterlab_gradcheck.engine import GradcheckError, Options
from jupyterlab_gradcheck.kernel import session
from jupyterlab_gradcheck.kernel.discovery import Wanted

# Everything that could go wrong at once: dropout from three generators, counters, lists, caches, prints, warnings.
PLAIN = """
import random, warnings
import numpy as np
np.random.seed(3); random.seed(4); rng = np.random.default_rng(5); old = np.random.RandomState(6); calls = 0; log = []
class Memory: pass
memory = Memory(); memory.last = np.zeros(3); seen = {"losses": [1.0]}
X = rng.standard_normal((3, 4)); Y = np.array([[1.0, 0.0, 1.0, 1.0]])
params = {"W": rng.standard_normal((2, 3)), "b": np.zeros((2, 1)), "v": rng.standard_normal((1, 2))}
def hook(): pass
def forward(X, Y, params):
    global calls
    hook()
    calls += 1
    log.append(calls)
    seen["losses"].append(float(calls))
    memory.last[:] = calls
    memory.new = calls
    print("forward")
    warnings.warn("look here")
    mask = (np.random.rand(2, 1) < 2) * (random.random() < 2) * (rng.random((2, 1)) < 2) * (old.rand() < 2)
    A = np.tanh(params["W"] @ X + params["b"]) * mask
    out = params["v"] @ A
    return 0.5 * np.sum((out - Y) ** 2), (A, out)
def backward(X, Y, params, cache):
    A, out = cache
    log.append("backward")
    d = out - Y
    dZ = params["v"].T @ d * (1 - A ** 2)
    return {"dW": dZ @ X.T, "db": dZ.sum(axis=1, keepdims=True), "dv": 2 * d @ A.T}
"""

# Parameters that lie in an object, shared with its layers, and gradients that are left there.
OBJECT = """
import numpy as np
rng = np.random.default_rng(1)
def hook(): pass
class Layer:
    def __init__(self, W, b): self.W, self.b, self.dW = W, b, None
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, d):
        self.dW, self.db = self.x.T @ d, d.sum(axis=0)
        return d @ self.W.T
class Net:
    def __init__(self):
        self.params = {"W1": rng.standard_normal((3, 2)), "b1": np.zeros(2), "W2": rng.standard_normal((2, 1)), "b2": np.zeros(1)}
        self.layers = [Layer(self.params["W1"], self.params["b1"]), Layer(self.params["W2"], self.params["b2"])]
        self.calls = 0
    def predict(self, x):
        hook()
        self.calls += 1
        return self.layers[1].forward(np.tanh(self.layers[0].forward(x)))
    def loss(self, x, t):
        self.y = self.predict(x)
        return 0.5 * np.sum((self.y - t) ** 2)
    def gradient(self, x, t):
        self.loss(x, t)
        h = self.layers[1].x
        self.layers[0].backward(self.layers[1].backward(self.y - t) * (1 - h ** 2))
        return {"W1": self.layers[0].dW, "b1": self.layers[0].db, "W2": 2 * self.layers[1].dW, "b2": self.layers[1].db}
net = Net()
x = rng.standard_normal((5, 3)); t = rng.standard_normal((5, 1))
"""

# Parameters that are globals: numbers, which are bound anew, and an array, which is written into.
GLOBALS = """
import numpy as np
x = np.linspace(-1, 1, 9); y = 2 * x + 1
w, b = 0.3, -0.2
history = []
def hook(): pass
def loss():
    hook()
    history.append(w)
    return np.mean((w * x + b - y) ** 2)
def gradients():
    r = 2 * (w * x + b - y) / len(x)
    return {"dw": r @ x, "db": 2 * r.sum()}
"""

TENSORFLOW = """
import tensorflow as tf
tf.random.set_seed(3)
W = tf.Variable([[0.3, -0.2], [0.5, 0.1]], dtype=tf.float64); b = tf.Variable([0.1, -0.4], dtype=tf.float64)
calls = tf.Variable(0); moving = tf.Variable([0.0, 0.0], dtype=tf.float64)
x = tf.constant([[1.0, 2.0], [0.5, -1.0], [0.2, 0.3]], dtype=tf.float64)
def hook(): pass
def loss():
    hook()
    calls.assign_add(1)
    mask = tf.cast(tf.random.uniform((2,)) < 2, tf.float64)
    out = tf.tanh(x @ W + b) * mask
    moving.assign(0.9 * moving + 0.1 * tf.reduce_mean(out, axis=0))
    return tf.reduce_sum(out ** 2)
def gradients():
    out = tf.tanh(x @ W + b)
    d = 2 * out * (1 - out ** 2)
    return {"dW": 2 * tf.transpose(x) @ d, "db": tf.reduce_sum(d, axis=0)}
"""

NOTEBOOKS = {"plain": PLAIN, "object": OBJECT, "globals": GLOBALS, "tensorflow": TENSORFLOW}


class Notebook:
    """A namespace, checked as the button does it, but in this process, where it can be disturbed at a given moment."""

    def __init__(self, kind: str) -> None:
        self.names = run(NOTEBOOKS[kind])
        # The service takes these of IPython's shell; a whole one would make this process its own.
        self.shell = types.SimpleNamespace(user_ns=self.names, user_ns_hidden=set(), display_pub=object())

    def check(self, **options: Any) -> str:
        """How a check ended: a verdict, the code of a refusal, or ``interrupted``."""
        watch = options.pop("on_progress", None)
        try:
            return session.check(self.shell, Wanted(), Options(**options), "auto", watch).verdict
        except GradcheckError as error:
            return error.code
        except KeyboardInterrupt:
            return "interrupted"

    def picture(self) -> dict[str, Any]:
        """Everything that there is to lose."""
        told = {
            "names": list(self.names),
            "values": {name: bits(value, {}) for name, value in self.names.items() if name != "__builtins__"},
            "random": random.getstate(),
            "numpy": [repr(part) if i != 1 else part.tobytes() for i, part in enumerate(np.random.get_state())],
            "errors": np.geterr(),
            "filters": (id(warnings.filters), list(warnings.filters), id(warnings.showwarning)),
            "streams": (id(sys.stdout), id(sys.stderr), id(self.shell.display_pub)),
            "signals": (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)),
            "alarm": signal.getitimer(signal.ITIMER_REAL)[0] > 0,
            "place": os.getcwd(),
        }
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            told["settings"] = dict(pyplot.rcParams)
            told["figures"] = [
                (number, [len(axes.lines) for axes in pyplot.figure(number).axes]) for number in pyplot.get_fignums()
            ]
        context = sys.modules.get("tensorflow.python.eager.context")
        if context is not None:
            seeds = getattr(context.context(), "_rng", None)
            told["seeds"] = None if seeds is None else seeds.getstate()
        return told


def bits(value: Any, seen: dict[int, str]) -> Any:
    """``value`` down to the bytes of its arrays, with who is who."""
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes, np.generic)):
        return type(value).__name__, repr(value)
    if id(value) in seen:
        return "again", id(value)
    seen[id(value)] = ""
    if isinstance(value, np.ndarray):
        return id(value), value.dtype.str, value.shape, value.tobytes(), value.flags.writeable
    if isinstance(value, dict):
        return id(value), [(key, bits(item, seen)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return id(value), [bits(item, seen) for item in value]
    if isinstance(value, np.random.Generator):
        return id(value), repr(value.bit_generator.state)
    if isinstance(value, np.random.RandomState):
        return id(value), repr(value.get_state())
    if hasattr(value, "numpy") and hasattr(value, "assign"):
        return id(value), value.numpy().tobytes()
    if isinstance(value, (types.ModuleType, type, types.FunctionType)):
        return id(value)
    return id(value), bits(vars(value), seen) if hasattr(value, "__dict__") else None


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What of a picture is other than it was, in words that fit in a table."""
    found = [key for key in before if key != "values" and before[key] != after[key]]
    names = {*before["values"], *after["values"]}
    return [*found, *sorted(n for n in names if before["values"].get(n) != after["values"].get(n))]


# To the package these two must look like a library's: it keeps account of what the person's own code changes, and lets an
# interrupt strike only while that is at work.
_HOOK = """
def hook():
    count[0] += 1
    if count[0] == at:
        raise error()
"""


def raising(names: dict[str, Any], call: int, error: Callable[[], BaseException]) -> list[int]:
    """From now on ``error()`` is raised in the loss, the ``call``-th time that it is called. Gives the count of calls."""
    count = [0]
    space: dict[str, Any] = {"count": count, "at": call, "error": error}
    exec(compile(_HOOK, np.__file__, "exec"), space)
    names["hook"] = space["hook"]
    return count


_TRACER = """
def tracer(frame, event, arg):
    name = frame.f_code.co_filename
    if "jupyterlab_gradcheck" not in name and not name.endswith("contextlib.py"):
        return None
    if event in ("line", "return"):
        count[0] += 1
        if count[0] == at:
            interrupt()
    return tracer
"""


@contextlib.contextmanager
def interrupted(at: int) -> Iterator[list[int]]:
    """Meanwhile a SIGINT arrives at line number ``at`` of those that the package executes, as the system would send it.

    Gives the count of lines so far, in a list.
    """
    import _thread

    count = [0]
    space: dict[str, Any] = {"count": count, "at": at, "interrupt": _thread.interrupt_main}
    exec(compile(_TRACER, np.__file__, "exec"), space)
    before = sys.gettrace()
    sys.settrace(space["tracer"])
    try:
        yield count
    finally:
        sys.settrace(before)


def at_every(lines: int, points: int, seed: int = 0) -> list[int]:
    """``points`` of ``lines`` moments, one in each stretch of equal length."""
    rng = random.Random(seed)
    stretch = max(1.0, lines / points)
    return [min(lines, int(start * stretch + rng.random() * stretch) + 1) for start in range(min(points, lines))]


def bookkeeping(kind: str, points: int, seed: int = 0) -> tuple[int, list[str]]:
    """Interrupts a check of ``kind`` at so many moments within the package's own code.

    Returns how many checks were interrupted, and what was lost, moment by moment.
    """
    notebook = Notebook(kind)
    notebook.check()
    with interrupted(-1) as count:
        notebook.check()
    stopped, lost = 0, []
    for at in at_every(count[0], points, seed):
        before = notebook.picture()
        threads = threading.active_count()
        ended = "interrupted"
        try:
            with interrupted(at):
                ended = notebook.check()
        except KeyboardInterrupt:
            # It came while the tracer was being taken away.
            pass
        gc.collect()
        stopped += ended == "interrupted"
        changed = differences(before, notebook.picture())
        if changed or threading.active_count() > threads:
            lost.append(f"line {at} of {count[0]}: {', '.join(changed)}")
            notebook = Notebook(kind)
    return stopped, lost


def at_evaluations(kind: str, points: int, error: Callable[[], BaseException]) -> tuple[list[str], list[str]]:
    """Raises ``error`` in the person's function at so many of its calls (at each of them, if there are no more).

    Returns how the checks ended, and what was lost.
    """
    notebook = Notebook(kind)
    calls = raising(notebook.names, -1, error)
    notebook.check()
    total = calls[0]
    ended, lost = [], []
    for call in range(1, total + 1) if total <= points else at_every(total, points):
        raising(notebook.names, call, error)
        before = notebook.picture()
        try:
            ended.append(notebook.check())
        except SystemExit:
            ended.append("exit")
        changed = differences(before, notebook.picture())
        if changed:
            lost.append(f"call {call} of {total}: {', '.join(changed)}")
            notebook = Notebook(kind)
    return ended, lost
