"""What the person's functions draw from or change beside their arguments is, at every evaluation and afterwards, as it was."""

from __future__ import annotations

import contextlib
import copy
import itertools
import random
import sys
import types
from collections import Counter, OrderedDict, deque
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from namespaces import run

from jupyterlab_gradcheck import GradcheckError, gradcheck
from jupyterlab_gradcheck.kernel import world
from jupyterlab_gradcheck.kernel.binding import bind
from jupyterlab_gradcheck.kernel.reach import Reach
from jupyterlab_gradcheck.kernel.world import World

START = """
import random
import numpy as np
r = np.random.default_rng(3)
X = r.standard_normal((4, 6))
params = {"W": r.standard_normal((3, 4)), "v": r.standard_normal((1, 3))}
"""

# Dropout as the course has it: the mask is in the cache.
CACHED = """
def forward(X, params):
    A = np.tanh(params["W"] @ X)
    D = (DRAW) < 0.6
    return np.sum((params["v"] @ (A * D)) ** 2), (A, D)

def backward(X, params, cache):
    A, D = cache
    out = params["v"] @ (A * D)
    dA = params["v"].T @ (2 * out) * D
    return {"dW": (dA * (1 - A ** 2)) @ X.T, "dv": 2 * out @ (A * D).T}
"""

# And as others do: backward draws the same mask again.
DRAWN_AGAIN = """
def forward(X, params):
    A = np.tanh(params["W"] @ X)
    D = (DRAW) < 0.6
    return np.sum((params["v"] @ (A * D)) ** 2)

def backward(X, params):
    A = np.tanh(params["W"] @ X)
    D = (DRAW) < 0.6
    out = params["v"] @ (A * D)
    dA = params["v"].T @ (2 * out) * D
    return {"dW": (dA * (1 - A ** 2)) @ X.T, "dv": 2 * out @ (A * D).T}
"""


def drawing(cell: str, draw: str) -> str:
    return cell.replace("DRAW", draw)


def checked(n: dict[str, Any], **options: Any) -> Any:
    return gradcheck(n["forward"], n["backward"], n["params"], n["X"], **options)


@pytest.mark.parametrize("cell", [CACHED, DRAWN_AGAIN], ids=["cached", "drawn again"])
@pytest.mark.parametrize(
    ("made", "draw"),
    [
        ("rng = np.random.default_rng(7)", "rng.random(A.shape)"),
        ("rng = np.random.Generator(np.random.MT19937(7))", "rng.random(A.shape)"),
        ("rng = np.random.Generator(np.random.Philox(7))", "rng.random(A.shape)"),
        ("rng = np.random.RandomState(7)", "rng.rand(*A.shape)"),
        ("rng = np.random.RandomState(7); rng.randn()", "rng.randn(3)[:, None] + 0 * A"),
        ("rng = random.Random(7)", "np.array([[rng.random() for _ in row] for row in A])"),
        ("rng = random.Random(7)", "rng.gauss(0.5, 0.5) + 0 * A"),
        ("draw = np.random.default_rng(7).random", "draw(A.shape)"),
        ("class Layer:\n    def __init__(self): self.rng = np.random.default_rng(7)\nlayers = [Layer()]",
         "layers[0].rng.random(A.shape)"),
        ("def make(rng):\n    return lambda shape: rng.random(shape)\ndraw = make(np.random.default_rng(7))", "draw(A.shape)"),
        ("np.random.seed(7)", "np.random.rand(*A.shape)"),
        ("np.random.seed(7); np.random.randn()", "np.random.randn(3)[:, None] + 0 * A"),
        ("random.seed(7)", "np.array([[random.random() for _ in row] for row in A])"),
        ("", "np.random.RandomState(7).rand(*A.shape)"),
    ],
)  # fmt: skip
def test_dropout_is_frozen_for_forward_and_backward_alike(cell: str, made: str, draw: str) -> None:
    n, other = (run(START, made, drawing(cell, draw)) for _ in range(2))
    states = random.getstate(), np.random.get_state()
    report = checked(n)
    assert report.verdict == "pass", report
    random.setstate(states[0])
    after: Any = np.random.get_state()
    assert all(np.array_equal(a, b) for a, b in zip(states[1], after, strict=True))
    assert random.getstate() == states[0]
    # The next number is the one that it would have been without a check.
    first = n["forward"](n["X"], n["params"])
    random.setstate(states[0])
    np.random.set_state(states[1])
    expected = other["forward"](other["X"], other["params"])
    loss = first[0] if isinstance(first, tuple) else first
    assert loss == (expected[0] if isinstance(expected, tuple) else expected)


@pytest.mark.parametrize(
    "draw",
    [
        "np.random.default_rng().random(A.shape)",
        "np.array([[random.SystemRandom().random() for _ in row] for row in A])",
    ],
)
def test_true_randomness_is_called_random_and_not_a_wrong_gradient(draw: str) -> None:
    n = run(START, drawing(CACHED, draw))
    with pytest.raises(GradcheckError, match="random") as caught:
        checked(n)
    assert caught.value.code == "forward_random"


PLAIN = """
def forward(X, params):
    CHANGE
    return np.sum((params["v"] @ np.tanh(params["W"] @ X)) ** 2)

def backward(X, params):
    A = np.tanh(params["W"] @ X)
    out = params["v"] @ A
    CHANGE
    return {"dW": (params["v"].T @ (2 * out) * (1 - A ** 2)) @ X.T, "dv": 2 * out @ A.T}
"""


@pytest.mark.parametrize(
    ("made", "change", "seen"),
    [
        ("calls = 0", "global calls; calls += 1", "calls"),
        ("calls = 0.1", "global calls; calls *= 1.1", "calls"),
        ("calls = np.int64(3)", "global calls; calls = calls + 1", "calls"),
        ("state = None", "global state; state = [1]", "state"),
        ("def noted(x):\n    global last\n    last = x", "noted(X)", "globals().get('last', 'nothing')"),
        ("losses = []", "losses.append(len(losses))", "losses"),
        ("losses = {}", "losses[len(losses)] = 1", "losses"),
        ("losses = {'b': 1, 'a': 2}", "losses['b'] = losses.pop('b') + 1", "list(losses.items())"),
        ("losses = {'all': [1.0]}", "losses['all'].append(2.0)", "losses"),
        ("losses = set()", "losses.add(len(losses))", "losses"),
        ("losses = collections.deque([1], maxlen=3)", "losses.append(len(losses))", "losses"),
        ("losses = collections.OrderedDict(a=1, b=2)", "losses.move_to_end('a'); losses['c'] = len(losses)", "losses"),
        ("losses = collections.Counter()", "losses['f'] += 1", "losses"),
        ("losses = bytearray(b'ab')", "losses[0] = 99", "losses"),
        ("buffer = np.zeros(5)", "buffer[2] += 1", "buffer.tolist()"),
        ("buffer = np.full((2, 3), np.nan, order='F')", "buffer[1] = -0.0", "buffer.tobytes()"),
        ("buffer = np.zeros((1000, 100))", "buffer[2] += 1", "buffer.sum()"),
        ("buffer = np.zeros(6)[::2]", "buffer[:] += 1", "buffer.tolist()"),
        ("buffer = np.array([None, [1]], dtype=object)", "buffer[0] = 3; buffer[1].append(2)", "buffer.tolist()"),
        ("buffer = np.ma.masked_array(np.zeros(3), [0, 1, 0])", "buffer[0] = np.ma.masked; buffer[1] = 7", "str(buffer)"),
        ("buffer = np.zeros(3)", "np.add(buffer, 1, out=buffer)", "buffer.tolist()"),
        ("def made():\n    n = 0\n    def count():\n        nonlocal n\n        n += 1\n        return n\n    return count\n"
         "count = made()", "count()", "count.__closure__[0].cell_contents"),
        ("def seen(x, before=[]):\n    before.append(x)", "seen(1)", "seen.__defaults__"),
        ("def seen(x, *, before={}):\n    before[len(before)] = x", "seen(1)", "seen.__kwdefaults__"),
        ("def note(): note.calls = getattr(note, 'calls', 0) + 1", "note()", "vars(note)"),
        ("class Count:\n    calls = 0", "Count.calls += 1", "Count.calls"),
        ("class Net:\n    def __init__(self): self.n = 0\n    def step(self): self.n += 1; self.new = 1\nnet = Net()",
         "net.step()", "vars(net)"),
        ("class Net:\n    __slots__ = ('n', 'new')\n    def step(self): self.new = self.n = getattr(self, 'n', 0) + 1\n"
         "net = Net()", "net.step()", "hasattr(net, 'new')"),
        ("import types; net = types.SimpleNamespace(n=0)", "net.n += 1", "net"),
        ("class Log(list):\n    def note(self, x): self.append(x); self.last = x\nlog = Log()",
         "log.note(1)", "(list(log), vars(log))"),
        ("import functools\nlosses = []\nnote = functools.partial(losses.append, 3)", "note()", "losses"),
        ("class Note:\n    def __init__(self): self.n = 0\n    def __call__(self): self.n += 1\nnote = Note()",
         "note()", "note.n"),
    ],
)  # fmt: skip
def test_what_functions_change_is_put_back(made: str, change: str, seen: str) -> None:
    n = run(START, "import collections", made, PLAIN.replace("CHANGE", change))
    before = copy.deepcopy(eval(seen, n))
    names = set(n)
    assert checked(n).verdict == "pass"
    assert repr(eval(seen, n)) == repr(before)
    assert set(n) - {"__warningregistry__"} == names
    # The change is one, and is seen.
    n["forward"](n["X"], n["params"])
    assert repr(eval(seen, n)) != repr(before)


def test_what_functions_change_is_named() -> None:
    n = run(
        START,
        "calls = 0; losses = []; best = 1; other = [1]; rng = np.random.default_rng(1)",
        "class Net:\n    def __init__(self): self.mask = None\n    def step(self): self.mask = rng.random()\nnet = Net()",
        PLAIN.replace("CHANGE", "global calls; calls += 1; losses.append(best + other[0]); net.step()"),
    )
    made = World(Reach(n["forward"], n["backward"]))
    assert (made.drawn(), made.changed()) == (False, [])
    n["forward"](n["X"], n["params"])
    assert made.drawn()
    made.restore()
    assert not made.drawn()
    assert sorted(made.changed()) == ["the global calls", "the global losses", "the global net"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_midway_leaves_nothing_changed(error: type[BaseException]) -> None:
    n = run(
        START,
        "calls = 0; losses = []; rng = np.random.default_rng(1)",
        PLAIN.replace("CHANGE", "global calls; calls += 1; losses.append(rng.random()); stop(calls, X)"),
    )
    # An iterator is not put back.
    count = itertools.count(1)

    def stop(calls: int, X: Any) -> None:
        if next(count) == 40:
            raise error

    n["stop"] = stop
    before = copy.deepcopy(n["rng"].bit_generator.state)
    with contextlib.suppress(GradcheckError, KeyboardInterrupt):
        checked(n)
    assert next(count) > 40
    assert (n["calls"], n["losses"], n["rng"].bit_generator.state) == (0, [], before)


def test_every_evaluation_begins_with_the_same_world() -> None:
    n = run(
        START,
        "average = 0.0; history = [0.0]; scale = np.ones(1)",
        """
def forward(X, params):
    global average
    average = 0.9 * average + 0.1
    history[0] += 1
    scale[0] *= 1.5
    return (average + history[0] + scale[0]) * np.sum((params["v"] @ params["W"] @ X) ** 2)

def backward(X, params):
    out = params["v"] @ params["W"] @ X
    return {"dW": 2.6 * 2 * params["v"].T @ out @ X.T, "dv": 2.6 * 2 * out @ (params["W"] @ X).T}
""",
    )
    assert checked(n).verdict == "pass"
    assert (n["average"], n["history"], n["scale"].tolist()) == (0.0, [0.0], [1.0])


NET = """
class Net:
    def __init__(self):
        self.calls = 0
        self.grads = {}
        self.rng = np.random.default_rng(5)

    def forward(self, X, params):
        self.calls += 1
        self.X, self.A = X, np.tanh(params["W"] @ X)
        self.D = self.rng.random(self.A.shape) < 0.6
        self.params = params
        return np.sum((params["v"] @ (self.A * self.D)) ** 2)

    def backward(self):
        out = self.params["v"] @ (self.A * self.D)
        dA = self.params["v"].T @ (2 * out) * self.D
        self.grads["dW"] = (dA * (1 - self.A ** 2)) @ self.X.T
        self.grads["dv"] = 2 * out @ (self.A * self.D).T
        return self.grads

net = Net()
"""


def test_backward_finds_what_forward_has_left_in_self() -> None:
    n = run(START, NET)
    net = n["net"]
    assert gradcheck(net.forward, net.backward, n["params"], n["X"]).verdict == "pass"
    assert sorted(vars(net)) == ["calls", "grads", "rng"]
    assert (net.calls, net.grads) == (0, {})
    assert net.rng.bit_generator.state == np.random.default_rng(5).bit_generator.state
    # Also where forward ran before, at other parameters.
    net.forward(n["X"], {"W": 2 * n["params"]["W"], "v": n["params"]["v"]})
    left = dict(vars(net))
    assert gradcheck(net.forward, net.backward, n["params"], n["X"]).verdict == "pass"
    assert all(vars(net)[name] is value for name, value in left.items())
    n["Net"].backward = lambda self: {"dW": self.params["W"], "dv": self.params["v"]}
    assert gradcheck(net.forward, net.backward, n["params"], n["X"]).verdict == "fail"


def test_a_backward_that_draws_its_mask_again_after_forward_has_spoken_to_it_draws_the_same() -> None:
    n = run(
        START,
        "rng = np.random.default_rng(4); np.random.seed(4)",
        """
class Net:
    def forward(self, X, params):
        self.shape = X.shape
        return np.sum((params["v"] @ params["W"] @ (X * (rng.random(X.shape) < .5) * np.random.rand())) ** 2)
    def backward(self, X, params):
        X = X * (rng.random(self.shape) < .5) * np.random.rand()
        out = params["v"] @ params["W"] @ X
        return {"dW": 2 * params["v"].T @ out @ X.T, "dv": 2 * out @ (params["W"] @ X).T}
net = Net()
""",
    )
    assert Reach(n["net"].forward, n["net"].backward).speaks
    assert gradcheck(n["net"].forward, n["net"].backward, n["params"], n["X"]).verdict == "pass"


@pytest.mark.parametrize(
    ("cell", "speaks"),
    [
        ("def f(p): return p\ndef b(p): return p", False),
        ("def f(p):\n    global A\n    A = p\ndef b(p): return A", True),
        ("A = {}\ndef f(p): A['a'] = p\ndef b(p): return A['a']", True),
        ("A = []\ndef f(p): A.append(p)\ndef b(p): return A[0]", True),
        ("A = np.ones(3)\ndef f(p): np.add(p, 1, out=A)\ndef b(p): return A", True),
        ("A = 3.0\ndef f(p):\n    d = {}\n    d['x'] = A * p\ndef b(p): return A", False),
        ("n = 0\ndef f(p):\n    global n\n    n += 1\n    return p\ndef b(p): return f(p)", False),
        ("def keep(p): keep.A = p\ndef f(p): keep(p)\ndef b(p): return keep.A", True),
        ("def both():\n    A = 0\n    def f(p):\n        nonlocal A\n        A = p\n    def b(p): return A\n    return f, b\nf, b = both()", True),
        ("def both():\n    A = 0\n    def f(p): return A * p\n    def b(p): return A\n    return f, b\nf, b = both()", False),
        ("class N:\n    def f(self, p): self.A = p\n    def b(self): return self.A\nn = N()\nf, b = n.f, n.b", True),
        ("class N:\n    def f(self, p): self.n = p\n    def b(self): return self.A\nn = N()\nf, b = n.f, n.b", False),
        ("class N:\n    def f(self, p): self.c['A'] = p\n    def b(self): return self.c['A']\nn = N()\nf, b = n.f, n.b", True),
    ],
)  # fmt: skip
def test_whether_forward_speaks_to_backward_beside_what_it_returns(cell: str, speaks: bool) -> None:
    n = run("import numpy as np", cell)
    assert Reach(n["f"], n["b"]).speaks is speaks
    binding = bind(("f", n["f"]), ("b", n["b"]), ("p", 1.0), {}, "p")
    assert binding.problem().backward_evaluates is speaks


def test_objects_of_unknown_kind_are_left_alone() -> None:
    # With it in the process, the backend is chosen by what the functions name as well.
    pytest.importorskip("tensorflow")
    n = run(START, PLAIN.replace("CHANGE", "other, hostile, thing, stream"))

    class Hostile:
        def __getattribute__(self, name: str) -> Any:
            raise RuntimeError(name)

        __eq__ = __hash__ = __len__ = __iter__ = __deepcopy__ = __copy__ = __getattribute__  # type: ignore[assignment]

    class Mapping(dict):  # type: ignore[type-arg]
        __len__ = __iter__ = clear = update = keys = values = Hostile.__getattribute__  # type: ignore[assignment]

    n.update(other=Path(), hostile=Hostile(), thing=Mapping(a=1), stream=sys.stderr)
    assert checked(n).verdict == "pass"
    assert dict.__len__(n["thing"]) == 1


def test_data_that_are_not_copied_are_put_back_too() -> None:
    n = run(
        START,
        "class Model:\n    def __init__(self): self.n = 0; self.rng = np.random.default_rng(1)\nmodel = Model()",
        """
def forward(model, params):
    model.n += 1
    return np.sum(params["W"] ** 2) * model.rng.random()

def backward(model, params):
    return {"dW": 2 * params["W"] * model.rng.random(), "dv": 0 * params["v"]}
""",
    )
    assert gradcheck(n["forward"], n["backward"], n["params"], n["model"]).verdict == "pass"
    assert n["model"].n == 0
    assert n["model"].rng.random() == np.random.default_rng(1).random()


def test_an_own_module_is_followed_and_a_library_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_layers.py").write_text("calls = 0\nseen = []\ndef note():\n    global calls\n    calls += 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    n = run(
        START, "import my_layers", PLAIN.replace("CHANGE", "my_layers.note(); my_layers.seen.append(1); np.size(X)")
    )
    labels = {found.label for found in Reach(n["forward"], n["backward"]).found}
    assert "the global calls" in labels
    assert "my_layers.seen" in labels
    assert not any("numpy" in label for label in labels)
    assert checked(n).verdict == "pass"
    assert (n["my_layers"].calls, n["my_layers"].seen) == (0, [])
    monkeypatch.delitem(sys.modules, "my_layers")


def test_iterators_and_large_arrays_are_named_though_they_cannot_be_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "_COPIED", 1000)
    n = run(
        START,
        "import itertools\ncount, batches, made = itertools.count(), iter([1, 2, 3]), (i for i in range(9))",
        "large, small = np.zeros(1000), np.zeros(10)",
        PLAIN.replace("CHANGE", "next(count), next(batches), next(made); large[0] += 1; small[0] += 1"),
    )
    state = World(Reach(n["forward"], n["backward"]))
    assert state.changed() == []
    n["forward"](n["X"], n["params"])
    assert sorted(state.changed()) == [f"the global {name}" for name in ("batches", "count", "large", "made", "small")]
    state.restore()
    assert (n["large"][0], n["small"][0], next(n["batches"])) == (1, 0, 2)


def test_a_large_array_that_changes_seldom_is_put_back_at_the_end() -> None:
    n = run(
        START, "large, calls = np.zeros(100_000), [0]", PLAIN.replace("CHANGE", "calls[0] += 1; large[calls[0]] = 1")
    )
    state = World(Reach(n["forward"], n["backward"]))
    n["calls"][0] = 1
    assert state.drawn()
    n["large"][5] = 1
    state.restore()
    state.changed()
    state.restore()
    assert n["calls"] == [0]
    assert not n["large"].any()


def test_the_walk_ends_however_much_there_is() -> None:
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]
    deep.append(deep)
    n = run(START, PLAIN.replace("CHANGE", "deep, wide, many"))
    n.update(deep=deep, wide=list(range(100_000)), many=[[i] for i in range(900)] * 3)
    state = World(Reach(n["forward"], n["backward"]))
    n["wide"].append(1)
    assert state.changed() == ["the global wide"]
    state.restore()
    assert len(n["wide"]) == 100_000


def test_decorated_functions_and_those_in_classes_are_followed() -> None:
    n = run(
        START,
        "import functools, contextlib\na, b, c, d, e = [], [], [], [], []",
        """
def logged(f):
    @functools.wraps(f)
    def inner(*args):
        a.append(1)
        return f(*args)
    return inner

@contextlib.contextmanager
def phase():
    b.append(1)
    yield

@functools.lru_cache
def once(n): e.append(n)

class Layer:
    @staticmethod
    def go(): c.append(1)
    @property
    def on(self): d.append(1)
""",
        PLAIN.replace("CHANGE", "Layer.go(); Layer().on; enter = phase().__enter__(); logged(len)(X); once(3)"),
    )
    assert checked(n).verdict == "pass"
    assert [n[name] for name in "abcde"] == [[]] * 5


def test_kinds_of_containers_keep_their_order_and_kind() -> None:
    values: list[Any] = [
        OrderedDict(a=1, b=2),
        deque([1, 2], maxlen=2),
        Counter("aab"),
        {1, 2},
        {"b": 1, "a": 2},
        [0.5],
    ]
    before = copy.deepcopy(values)
    function = types.FunctionType(compile("values", "<cell>", "eval"), {"values": values})
    state = World(Reach(function, None))
    values[0].move_to_end("a")
    values[1].append(3)
    values[2]["c"] = 9
    values[3].add(3)
    values[4]["b"] = values[4].pop("b")
    values[5][0] = -0.0
    assert state.drawn()
    state.restore()
    assert repr(values) == repr(before)
    assert not state.drawn()


def test_it_costs_next_to_nothing_where_there_is_nothing(benchmark_clock: Any) -> None:
    n = run(START, PLAIN.replace("CHANGE", "pass"))
    state = World(Reach(n["forward"], n["backward"]))
    assert benchmark_clock(state.restore) < 5e-6
    assert benchmark_clock(lambda: World(Reach(n["forward"], n["backward"]))) < 1e-3


@pytest.fixture
def benchmark_clock() -> Any:
    import timeit

    return lambda function: min(timeit.repeat(function, number=200, repeat=7)) / 200
