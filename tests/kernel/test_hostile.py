"""Whatever lies in a namespace: discovery ends, does not raise, finds the net beside it, and leaves everything as it was."""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import time
import types
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hostile import CELLS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jupyter_client.manager import start_new_kernel
from namespaces import net, run

from jupyterlab_gradcheck.contract import validate
from jupyterlab_gradcheck.engine import GradcheckError
from jupyterlab_gradcheck.kernel.api import trial
from jupyterlab_gradcheck.kernel.discovery import Discovery, Wanted, discover
from jupyterlab_gradcheck.kernel.sieve import is_calm, sifted

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
PATIENCE = 20  # seconds; a hang, not a race
NET = ("forward_propagation_n", "backward_propagation_n", "parameters")


class Hangs(BaseException):
    """Discovery did not end."""


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    def end(*_: Any) -> None:
        raise Hangs

    # The limit of time for a trial uses SIGALRM's timer and puts ours back.
    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    # What was left open is complained of here, where that is expected, and not in the middle of another test.
    gc.collect()


def found(namespace: dict[str, Any], *cells: str, wanted: Wanted | None = None) -> Discovery:
    """What is found; everything that must hold of any discovery has been looked at."""
    held = dict(namespace)
    python, numpy = random.getstate(), np.random.get_state()
    filters = list(warnings.filters)
    discovery = discover(namespace, wanted, trial, cells)
    told = discovery.to_dict()
    validate("candidates", told)
    json.dumps(told, allow_nan=False).encode()
    assert list(namespace) == list(held)
    assert all(namespace[name] is value for name, value in held.items())
    assert random.getstate() == python
    assert all(np.array_equal(a, b) for a, b in zip(np.random.get_state(), numpy, strict=True))
    assert list(warnings.filters) == filters
    return discovery


@pytest.mark.parametrize("name", CELLS)
def test_the_net_is_found_beside_it(name: str) -> None:
    # Apart, because what shadows a builtin name shadows it for the net's functions too, and they then raise.
    namespace = {**run(CELLS[name]), **run(*net(True))}
    discovery = found(namespace, CELLS[name], *net(True))
    assert discovery.certain, discovery.reason
    (one,) = discovery.bindings
    assert (one.forward_name, one.backward_name) == NET[:2]


@pytest.mark.parametrize("name", CELLS)
def test_alone_it_is_nothing_to_check(name: str) -> None:
    assert not found(run(CELLS[name]), CELLS[name]).certain


@pytest.mark.parametrize("name", CELLS)
def test_asked_for_by_name_it_is_refused_in_words(name: str) -> None:
    """No other exception gets out, and nothing hangs, when a request names such an object in any place."""
    namespace = {**run(CELLS[name]), **run(*net(True))}
    for hostile in [n for n in namespace if n.startswith("h_")]:
        for wanted in (
            Wanted(forward=hostile),
            Wanted(backward=hostile),
            Wanted(parameters=hostile),
            Wanted(NET[0], NET[1], "parameters", [hostile, "Y"]),
        ):
            try:
                found(namespace, wanted=wanted)
            except GradcheckError as error:
                str(error).encode()


def test_names_that_nobody_could_type_are_left_out() -> None:
    namespace: dict[Any, Any] = {"a": 1, "not a name": 1, "": 1, "class": 1, "\ud800": 1, "<b>": 1, 3: 1, None: 1}
    assert sifted(namespace) == {"a": 1}
    assert sifted({"model.W": 1, "x": 2}, ["model.W"]) == {"model.W": 1, "x": 2}


class AttributesAreKeys(dict):  # type: ignore[type-arg]
    __getattr__ = dict.__getitem__


@pytest.mark.parametrize(
    "value",
    [
        AttributesAreKeys(W1=np.ones(2)),
        types.SimpleNamespace(W=1.0),
        [[1.0] * 100] * 100,
        {"layers": [{"W": np.ones((3, 3))}, None]},
        np.ma.masked_array([1.0, 2.0]),
        np.random.default_rng(0),
        AttributesAreKeys,
        np,
        lambda x: x,
        dict.fromkeys(range(5000), 1.0),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_usual_is_looked_at(value: Any) -> None:
    assert is_calm(value)


def test_many_that_hang_take_a_bounded_time() -> None:
    namespace = run("""
class Hangs:
    @property
    def shape(self):
        while True:
            pass
for i in range(200):
    globals()[f"h{i}"] = Hangs()
""")
    began = time.perf_counter()
    assert "h0" not in sifted(namespace)
    assert time.perf_counter() - began < 8


def test_an_interrupt_gets_out() -> None:
    class Interrupted:
        @property
        def shape(self) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        is_calm(Interrupted())


ODD = st.one_of(
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=5),
    st.none(),
    st.booleans(),
    st.complex_numbers(),
    st.builds(object),
    st.builds(lambda shape, value: np.full(shape, value), st.lists(st.integers(0, 3), max_size=3), st.floats()),
    st.sampled_from([np, random, int, dict, Exception, NotImplemented, ..., iter([1]), range(3), len, print]),
)
VALUES = st.recursive(
    ODD,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.text(max_size=6), st.integers(), st.none()), inner, max_size=4),
        st.tuples(inner, inner),
        st.builds(lambda value: types.SimpleNamespace(W=value, b=1.0), inner),
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        *("x", "X", "y", "Y", "W", "b", "theta", "parameters", "params", "cache", "grads", "loss", "cost", "forward"),
        *(
            "backward",
            "model",
            "net",
            "dW",
            "data",
            "gradient",
            "forward_propagation",
            "backward_propagation",
            "J",
            "é",
        ),
    ]
)
ARGUMENTS = st.lists(
    st.sampled_from(["x", "X", "y", "W", "theta", "parameters", "cache", "self", "n"]), max_size=4, unique=True
)
BODIES = st.sampled_from(
    [
        "return 1.0",
        "return None",
        "return {0}",
        "return {{'dW': {0}}}",
        "return np.sum({0}) ** 2",
        "return np.sum({0} ** 2), ({0},)",
        "return 2 * {0}",
        "return {0}['W'], {0}['b']",
        "return [2 * v for v in {0}.values()]",
        "{0} += 1\n    return {0}",
        "raise ValueError({0})",
        "raise SystemExit",
        "raise BaseException({0})",
        "yield {0}",
        "return parameters",
        "global counter\n    counter = 3\n    return {0}",
        "return random.random() * np.random.rand()",
        "np.random.seed(1); random.seed(1)\n    return np.sum({0})",
        "warnings.simplefilter('error')\n    return 1 / 0",
        "return forward({0})",
        "del {0}",
        "import nothing_of_this_name",
        "return lambda: {0}",
        "pass",
    ]
)  # fmt: skip


@st.composite
def functions(draw: st.DrawFn) -> str:
    name, arguments = draw(NAMES), draw(ARGUMENTS)
    spelled = ", ".join([*arguments, *draw(st.sampled_from([[], ["*args"], ["**kwargs"], ["k=3"], ["*", "k=None"]]))])
    body = draw(BODIES).format(arguments[0] if arguments else "W")
    return f"def {name}({spelled}):\n    {body}\n"


@st.composite
def classes(draw: st.DrawFn) -> str:
    methods = "".join(
        f"    def {draw(NAMES)}(self, x=None):\n        self.W = 1.0\n        {body}\n"
        for body in draw(
            st.lists(
                st.sampled_from(["return self.W", "return {'dW': self.W}", "raise SystemExit", "pass"]), max_size=3
            )
        )
    )
    return f"class Made:\n    W = 2.0\n{methods}{draw(NAMES)} = Made()\n"


def test_filters_of_a_function_that_raises_are_put_back() -> None:
    cells = [
        "import warnings, numpy as np\ndef loss(w):\n    return np.sum(w ** 2)\nw = np.ones(3)",
        "def grad(w):\n    warnings.simplefilter('error')\n    return 1 / 0",
    ]
    found(run(*cells), *cells)


@settings(
    max_examples=int(os.environ.get("GRADCHECK_FUZZ", "60")), deadline=None, suppress_health_check=list(HealthCheck)
)
@given(st.lists(st.one_of(functions(), classes()), max_size=4), st.dictionaries(NAMES, VALUES, max_size=6))
def test_generated_namespaces(cells: list[str], values: dict[str, Any]) -> None:
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    # The functions come last, where they are the more interesting of two that have one name.
    namespace = {**values, **run("import numpy as np, random, warnings\n", *cells)}
    before = {name: repr(value) for name, value in values.items() if namespace[name] is value}
    found(namespace, *cells)
    assert {name: repr(values[name]) for name in before} == before


def test_a_kernel_full_of_it_is_checked_and_probed() -> None:
    from test_kernel import Kernel, verdicts

    manager, client = start_new_kernel(startup_timeout=120)
    try:
        kernel = Kernel(client)
        # What shadows builtins would break the net itself.
        for name, cell in CELLS.items():
            if name != "builtins":
                content, _ = kernel.execute(cell)
                assert content["status"] == "ok", (name, content)
        kernel.run(*net(True))
        names = "sorted(k for k in dir() if not k.startswith('_'))"
        before = kernel.value(names)
        reply, _ = kernel.ask("probe")
        assert reply["kind"] == "candidates"
        assert reply["body"]["guess"]["parameters"] == "parameters"
        reply, _ = kernel.ask("check")
        assert verdicts(reply)["W2"] == "fail"
        assert kernel.value(names) == before
        # The same under names that hide what Python calls its own.
        kernel.run(CELLS["builtins"])
        reply, _ = kernel.ask("probe")
        assert reply["kind"] == "candidates"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.context.destroy(linger=0)
