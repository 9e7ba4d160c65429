"""The line that makes a gradient, in the many ways to write one."""

from __future__ import annotations

import itertools
import linecache
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import CellType, CodeType, FunctionType
from typing import Any

import numpy as np
import pytest

from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel import api
from jupyterlab_gradcheck.kernel.binding import bind
from jupyterlab_gradcheck.kernel.origin import Wanted, origins
from jupyterlab_gradcheck.kernel.route import Rest

_NUMBERS = itertools.count()


def run(text: str) -> dict[str, Any]:
    """The namespace of a cell, its source kept as IPython keeps it."""
    text = textwrap.dedent(text).lstrip("\n")
    name = f"<origin {next(_NUMBERS)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"np": np, "__name__": "a_notebook_of_a_test"}
    exec(compile(text, name, "exec"), namespace)
    return namespace


def found(text: str, *wanted: Wanted, function: str = "backward") -> list[str]:
    """The texts of the lines that make ``wanted``; each is the file's line of that number."""
    behind = run(text)[function]
    texts = []
    for trail in origins(behind, wanted):
        if trail:
            lines = linecache.cache[trail[-1].code.co_filename][2]
            assert lines[trail[-1].line - 1].strip() == trail[-1].text
        texts.append(trail[-1].text if trail else "")
    return texts


ONE = Wanted("dW1", "W1")
SHAPES = {
    "a name": ("def backward(a, b):\n    dW1 = a @ b\n    return {'dW1': dW1}", "dW1 = a @ b"),
    "an annotated name": ("def backward(a, b):\n    dW1: float = a @ b\n    return {'dW1': dW1}", "dW1: float = a @ b"),
    "a key": ("def backward(a):\n    grads = {}\n    grads['dW1'] = a * 2\n    return grads", "grads['dW1'] = a * 2"),
    "a key with a name": (
        "def backward(a):\n    grads = {}\n    x = a * 2\n    grads['dW1'] = x\n    return grads",
        "x = a * 2",
    ),
    "a tuple": ("def backward(a):\n    dx, dW1, db = a, a * 2, a\n    return dx, dW1, db", "dx, dW1, db = a, a * 2, a"),
    "a tuple over lines": (
        "def backward(a):\n    (dx,\n     dW1,\n     db) = f(a)\n    return {'dW1': dW1}\ndef f(a): return np.split(a, 3)",
        "dW1,",
    ),
    "an attribute": ("def backward(self, a):\n    self.dW1 = a * 2", "self.dW1 = a * 2"),
    "setattr": ("def backward(self, a):\n    setattr(self, 'dW1', a * 2)", "setattr(self, 'dW1', a * 2)"),
    "a dict that is returned": ("def backward(a):\n    return {\n        'db1': a,\n        'dW1': a @ a,\n    }", "'dW1': a @ a,"),
    "a dict by keywords": ("def backward(a):\n    return dict(\n        db1=a,\n        dW1=a @ a)", "dW1=a @ a)"),
    "a dict in a name": ("def backward(a):\n    grads = {'db1': a,\n             'dW1': a @ a}\n    return grads", "'dW1': a @ a}"),
    "an update": ("def backward(a):\n    g = {}\n    g.update({'dW1': a @ a})\n    return g", "g.update({'dW1': a @ a})"),
    "an update by keywords": ("def backward(a):\n    g = {}\n    g.update(dW1=a @ a)\n    return g", "g.update(dW1=a @ a)"),
    "a key put together": (
        "def backward(a):\n    g = {}\n    for l in (1, 2):\n        g['dA' + str(l)] = a\n        g['dW' + str(l)] = a * 2\n    return g",
        "g['dW' + str(l)] = a * 2",
    ),
    "a formatted key": (
        "def backward(a):\n    g = {}\n    for l in (1, 2):\n        g[f'dA{l}'] = a\n        g[f'dW{l}'] = a * 2\n    return g",
        "g[f'dW{l}'] = a * 2",
    ),
    "a key with a percent sign": (
        "def backward(a):\n    g = {}\n    for l in (1, 2):\n        g['dW%d' % l] = a * 2\n    return g",
        "g['dW%d' % l] = a * 2",
    ),
    "a key by format": (
        "def backward(a):\n    g = {}\n    for l in (1, 2):\n        g['dW{}'.format(l)] = a * 2\n    return g",
        "g['dW{}'.format(l)] = a * 2",
    ),
    "None first": ("def backward(a):\n    dW1 = a * 2\n    if a is None:\n        dW1 = None\n    return {'dW1': dW1}", "dW1 = a * 2"),
    "zeros first": (
        "def backward(a):\n    dW1 = np.zeros(3)\n    for i in range(3):\n        dW1[i] = a[i]\n    return {'dW1': dW1}",
        "dW1[i] = a[i]",
    ),
    "zeros and a sum": (
        "def backward(a):\n    dW1 = np.zeros_like(a)\n    for x in a:\n        dW1 += x\n    return {'dW1': dW1}",
        "dW1 += x",
    ),
    "zeros alone": ("def backward(a):\n    dW1 = np.zeros_like(a)\n    return {'dW1': dW1}", "dW1 = np.zeros_like(a)"),
    "a part in a dict": (
        "def backward(a):\n    g = {'dW1': np.zeros(3)}\n    g['dW1'][1:] = a[1:]\n    return g",
        "g['dW1'][1:] = a[1:]",
    ),
    "added at rows": (
        "def backward(a, rows):\n    dW1 = np.zeros((9, 2))\n    np.add.at(dW1, rows, a)\n    return {'dW1': dW1}",
        "np.add.at(dW1, rows, a)",
    ),
    "the last of two": ("def backward(a):\n    dW1 = a\n    dW1 = a * 3\n    return {'dW1': dW1}", "dW1 = a * 3"),
    "reshaped": ("def backward(a):\n    dW1 = a * 3\n    return {'dW1': dW1.reshape(3, 1)}", "dW1 = a * 3"),
    "a name that is there for more": (
        "def backward(a):\n    d = a - 1\n    dx = d * 2\n    dW1 = d\n    return {'dx': dx, 'dW1': dW1}",
        "dW1 = d",
    ),
    "a helper": (
        "def helper(a):\n    dW = a @ a\n    return a, dW\ndef backward(a):\n    g = {}\n    g['dA'], g['dW1'] = helper(a)\n    return g",
        "dW = a @ a",
    ),
    "two helpers deep": (
        "def inner(a):\n    return a, a @ a\ndef middle(a):\n    d = a * 2\n    return inner(d)\n"
        "def backward(a):\n    x, dW1 = middle(a)\n    return {'dW1': dW1}",
        "return a, a @ a",
    ),
    "a helper that fills": (
        "def fill(g, a):\n    g['dW1'] = a * 2\ndef backward(a):\n    g = {}\n    fill(g, a)\n    return g",
        "g['dW1'] = a * 2",
    ),
    "an inner function": (
        "def backward(a):\n    def grads_of(a):\n        dW = a * 2\n        return dW, a\n    dW1, db = grads_of(a)\n    return {'dW1': dW1}",
        "dW = a * 2",
    ),
    "a tool is not looked into": (
        "def total(a):\n    return a.sum()\ndef backward(a):\n    dW1 = total(a)\n    return {'dW1': dW1}",
        "dW1 = total(a)",
    ),
    "nothing of it": ("def backward(a):\n    return np.load(a)", "return np.load(a)"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_the_line_that_makes_a_gradient(shape: str) -> None:
    text, expected = SHAPES[shape]
    assert found(text, ONE) == [expected]


def test_a_list_by_its_indices() -> None:
    text = """
        def backprop(x, zs):
            nabla_w = [None, None]
            delta = x * 2
            nabla_w[-1] = delta @ x
            for l in range(2, 3):
                delta = delta * zs[-l]
                nabla_w[-l] = delta
            return nabla_w
    """
    wanted = [Wanted("nabla_w[0]", "w[0]", (0,)), Wanted("nabla_w[1]", "w[1]", (1,))]
    assert found(text, *wanted, function="backprop") == ["nabla_w[-l] = delta", "nabla_w[-1] = delta @ x"]


def test_a_list_that_grows() -> None:
    text = """
        def backward(layers, d):
            grads = []
            for layer in reversed(layers):
                d, dW = layer(d), d @ d
                grads.append(dW)
            return grads[::-1]
    """
    wanted = [Wanted("grads[0]", "w[0]", (0,)), Wanted("grads[1]", "w[1]", (1,))]
    assert found(text, *wanted) == ["d, dW = layer(d), d @ d"] * 2


def test_the_last_layer_before_the_loop_over_the_others() -> None:
    text = """
        def backward(caches, L):
            grads = {}
            grads["dW" + str(L)], grads["db" + str(L)] = caches[-1], 1
            for l in reversed(range(L - 1)):
                grads["dW" + str(l + 1)] = caches[l]
            return grads
    """
    lines = ['grads["dW" + str(l + 1)] = caches[l]', 'grads["dW" + str(L)], grads["db" + str(L)] = caches[-1], 1']
    assert found(text, Wanted("dW1", "W1"), Wanted("dW2", "W2")) == lines


def test_gradients_without_names_are_found_by_their_order() -> None:
    text = """
        def backward(a):
            g = a * 2
            return [a @ a,
                    g]
    """
    assert found(text, Wanted("dW", "W"), Wanted("db", "b")) == ["return [a @ a,", "g = a * 2"]


def test_methods_and_what_they_leave_in_objects() -> None:
    text = '''
        class Layer:
            def backward(self, d):
                """Text that stands<>further out."""
                self.dW = self.x.T @ d
                self._rest(d)
            def _rest(self, d):
                self.db = d.sum(0)
        class Net:
            def __init__(self):
                self.layer = Layer()
            def backward(self, d):
                self.layer.backward(d)
        net = Net()
        backward = net.backward
    '''
    text = textwrap.dedent(text).replace("<>", "\n")
    assert found(text, Wanted("dW", "layer.W"), Wanted("db", "layer.b")) == [
        "self.dW = self.x.T @ d",
        "self.db = d.sum(0)",
    ]


def test_where_two_classes_could_be_meant_none_is_named() -> None:
    text = """
        class One:
            def backward(self, d):
                self.dW = d
        class Two:
            def backward(self, d):
                self.dW = d * 2
        class Net:
            def __init__(self):
                self.layers = [One(), Two()]
            def backward(self, d):
                for layer in self.layers:
                    layer.backward(d)
        backward = Net().backward
    """
    assert found(text, Wanted("dW", "layers[0].W")) == [""]


def test_parameters_that_hold_their_gradients() -> None:
    text = """
        def backward(m, d):
            m.w.grad = d * 2
            m.b.grad = d * 3
    """
    assert found(text, Wanted("grad", "m.w"), Wanted("grad", "m.b")) == ["m.w.grad = d * 2", "m.b.grad = d * 3"]


def test_an_update_is_traced_to_its_gradient() -> None:
    text = """
        def step(self, x, rate):
            gw = x * 2
            self.w -= rate * gw
    """
    assert found(text, Wanted("step of w", "w"), function="step") == ["gw = x * 2"]


def test_code_without_a_source_has_no_lines() -> None:
    assert origins(eval("lambda p: p"), [ONE]) == [()]
    assert origins(np.sum, [ONE]) == [()]


def functions_of(code: CodeType) -> Iterator[FunctionType]:
    """Every function within ``code``, not one of them run."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield FunctionType(inner, {"np": np}, closure=tuple(CellType() for _ in inner.co_freevars))
            yield from functions_of(inner)


def test_no_notebook_is_too_much() -> None:
    """Whatever the code of many people: lines of theirs come back, or none."""
    wanted = [
        Wanted("dW1", "W1"),
        Wanted("grads[1]", "w[1]", (1,)),
        Wanted("b", "layers[0].b", (0, "b")),
        Wanted("gradient of v", "v", (Rest(0), 1)),
        Wanted("step of w", "w", (".w",)),
        Wanted("grad", "net.W"),
    ]
    paths = sorted((Path(__file__).parents[1] / "corpus").rglob("*.py"))[::3]
    assert len(paths) > 40
    placed = 0
    for path in paths:
        text = path.read_text(encoding="utf-8")
        linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
        lines = text.splitlines()
        for function in functions_of(compile(text, str(path), "exec")):
            for trail in origins(function, wanted):
                placed += bool(trail)
                for spot in trail:
                    assert lines[spot.line - 1].strip() == spot.text, (path.name, function, spot)
    assert placed > 300


def checked(text: str, parameters: dict[str, Any]) -> Any:
    namespace = run(text)
    forward, backward = namespace["forward"], namespace["backward"]
    binding = bind(("forward", forward), ("backward", backward), ("p", parameters), {}, "p")
    return api.check(binding, Options())


PAIR = """
def layer(d, x, scale=1.0):
    return x * d * scale, d
def forward(p):
    return p["W1"] ** 2 + p["W2"] ** 3, p
def backward(p):
    grads = {{}}
    grads["W1"], first = layer({first}, 1.0)
    grads["W2"], second = layer({second}, 1.0)
    return grads
"""


def test_a_line_that_makes_another_gradient_right_is_not_to_blame() -> None:
    """The helper is right, since W2 is: then it is how it is called for W1."""
    report = checked(PAIR.format(first='3 * p["W1"]', second='3 * p["W2"] ** 2'), {"W1": 1.5, "W2": 0.7})
    assert report["W1"].source["text"] == 'grads["W1"], first = layer(3 * p["W1"], 1.0)'
    assert report["W2"].source is None
    both = checked(PAIR.format(first='3 * p["W1"]', second='9 * p["W2"] ** 2'), {"W1": 1.5, "W2": 0.7})
    assert {both[name].source["text"] for name in ("W1", "W2")} == {"return x * d * scale, d"}


REGULARISED = """
def forward(p):
    return np.sum(np.sin(p["w"])) + 0.5 * np.sum(p["w"] ** 2), p
def backward(p):
    dw = {main}
    dw += {penalty} * p["w"]
    return {{"dw": dw}}
"""


@pytest.mark.parametrize(
    ("main", "penalty", "expected"),
    [
        ('np.cos(p["w"])', "3.0", 'dw += 3.0 * p["w"]'),
        ('np.cos(p["w"]) ** 2', "1.0", 'dw = np.cos(p["w"]) ** 2'),
    ],
)
def test_what_is_added_is_to_blame_where_the_cause_says_so(main: str, penalty: str, expected: str) -> None:
    report = checked(REGULARISED.format(main=main, penalty=penalty), {"w": np.linspace(0.2, 1.3, 7)})
    assert report["w"].source["text"] == expected


def test_a_report_tells_the_functions_that_it_points_into() -> None:
    report = checked(PAIR.format(first='3 * p["W1"]', second='9 * p["W2"] ** 2'), {"W1": 1.5, "W2": 0.7})
    told = report.to_dict()
    assert [one["name"] for one in told["code"]] == ["forward", "backward", "layer"]
    assert told["forward"]["code"] == 0
    assert told["backward"]["code"] == 1
    assert told["code"][2] == {
        "name": "layer",
        "line": 1,
        "cell_id": None,
        "cell_hash": None,
        "text": "def layer(d, x, scale=1.0):\n    return x * d * scale, d",
    }
    assert {p["source"]["code"] for p in told["parameters"]} == {2}
