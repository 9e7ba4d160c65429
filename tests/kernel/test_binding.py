"""Who is who among the arguments, where a wrong reading would call right code wrong, or worse, wrong code right."""

from __future__ import annotations

import functools
import timeit
import types
from collections import Counter, namedtuple
from typing import Any

import numpy as np
import pytest
from namespaces import run

from jupyterlab_gradcheck import GradcheckError, gradcheck
from jupyterlab_gradcheck.engine import Options
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.binding import Binding, bind
from jupyterlab_gradcheck.kernel.copies import copied, same, same_array
from jupyterlab_gradcheck.kernel.discovery import Wanted, discover
from jupyterlab_gradcheck.kernel.display import Report

START = """
import numpy as np
r = np.random.default_rng(3)
X, Y = r.standard_normal((4, 6)), r.standard_normal((2, 6))
params = {"w": r.standard_normal((2, 4))}
"""


def checked(*cells: str, wanted: Wanted | None = None) -> Report:
    found = discover(run(START, *cells), wanted, trial)
    assert found.certain, found.reason
    return check(found.bindings[0], Options())


def test_what_forward_returns_outranks_a_stale_variable_of_that_name() -> None:
    report = checked(
        "def forward(X, Y, params):\n    A = params['w'] @ X\n    return .5 * np.sum((A - Y) ** 2), A",
        "def backward(X, Y, A):\n    return {'w': (A - Y) @ X.T}",
        "A = forward(X, Y, params)[1] * 7",
    )
    assert report.verdict == "pass"


def test_the_last_open_argument_is_what_forward_returns() -> None:
    report = checked(
        "def forward(X, Y, params):\n    A = params['w'] @ X\n    return .5 * np.sum((A - Y) ** 2), (A, 1)",
        "def backward(X, Y, values):\n    return {'w': (values[0] - Y) @ X.T}",
        "values = (0 * Y, 0)",
    )
    assert report.verdict == "pass"


def test_several_values_returned_are_taken_by_their_names() -> None:
    report = checked(
        "def forward(X, Y, params):\n    A = params['w'] @ X\n    E = A - Y\n    return A, .5 * np.sum(E ** 2), E",
        "def backward(E, X):\n    return {'w': E @ X.T}",
    )
    assert report.verdict == "pass"


def test_one_sample_leaves_the_loss_the_loss() -> None:
    report = checked(
        "x = X[:, :1]\nparams = {'w': params['w'][:1]}",
        "def forward(x, params):\n    A = params['w'] @ x\n    cost = np.sum(A ** 2)\n    return A, cost",
        "def backward(x, params):\n    return {'w': 2 * (params['w'] @ x) @ x.T}",
    )
    assert report.verdict == "pass"


def test_a_setting_that_backward_takes_reaches_forward_too() -> None:
    report = checked(
        "lambd = 0.7",
        "def forward(X, params, lambd=0.0):\n    return np.sum((params['w'] @ X) ** 2) + lambd * np.sum(params['w'] ** 2)",
        "def backward(X, params, lambd):\n    return {'w': 2 * params['w'] @ X @ X.T + 2 * lambd * params['w']}",
    )
    assert report.verdict == "pass"


def test_a_default_that_hides_the_notebooks_value_is_told_of() -> None:
    found = discover(
        run(
            START,
            "lambd = 0.7",
            "def forward(X, params, lambd=0.0):\n    return np.sum((params['w'] @ X) ** 2) + lambd * np.sum(params['w'] ** 2)",
            "def backward(X, params, lambd=0.0):\n    return {'w': 2 * params['w'] @ X @ X.T + 99 * lambd * params['w']}",
        )
    )
    assert found.bindings[0].notes == (
        "forward was called with lambd=0.0, its default, although the notebook has a variable lambd.",
    )


def test_data_are_taken_in_the_order_given() -> None:
    cells = (
        "def forward(a, b, params):\n    return np.sum((params['w'] @ a - b) ** 2)",
        "def backward(a, b, params):\n    return {'w': 2 * (params['w'] @ a - b) @ a.T}",
    )
    assert checked(*cells, wanted=Wanted(data=["X", "Y"])).verdict == "pass"
    for names in (["X", "Y", "X"], ["X", "X", "X", "X"]):
        found = discover(run(START, *cells), Wanted(data=names), trial)
        assert found.code == "unbound_argument"
        assert "takes 2 arguments beside the parameters" in found.reason


def test_backward_may_write_into_its_data() -> None:
    report = checked(
        "def forward(X, params):\n    return np.sum((params['w'] @ X) ** 2)",
        "def backward(X, params):\n    g = 2 * params['w'] @ X @ X.T\n    X *= 3\n    return {'w': g}",
    )
    assert report.verdict == "pass"


@pytest.mark.parametrize("kind", [tuple, list])
def test_data_in_a_tuple_stay_as_they_are(kind: Any) -> None:
    x = np.arange(3.0)
    batch = kind((x, 2.0))

    def forward(batch: Any, theta: Any) -> Any:
        values, factor = batch
        values -= 0.1
        return float(factor * np.sum(values * theta))

    gradcheck(forward, lambda batch, theta: batch[1] * np.sum(batch[0] - 0.1), 1.5, batch)
    assert x.tolist() == [0, 1, 2]


def test_a_generator_handed_in_is_neither_used_up_nor_random() -> None:
    generator = np.random.default_rng(5)
    before = generator.bit_generator.state

    def forward(rng: Any, w: Any) -> Any:
        return np.sum(rng.random(3) * w**2)

    assert gradcheck(forward, lambda rng, w: 2 * rng.random(3) * w, np.ones(3), generator).verdict == "pass"
    assert generator.bit_generator.state == before


@pytest.mark.parametrize(
    ("parameters", "gradients"),
    [
        ({"w": np.array([1.0, 2.0])}, {"w": [2.0, 4.0]}),
        ({"w": np.array([1.0, 2.0])}, {"dw": np.array([2.0, 4.0], dtype=object)}),
        ({"w": [1.0, 2.0], "b": 0.5}, {"w": np.array([2.0, 4.0]), "b": 1.0}),
        ([np.array([1.0, 2.0]), 0.5], (np.array([2.0, 4.0]), 1.0)),
        ({"t": 2.0, "dt": 0.5}, {"t": 4.0, "dt": 1.0}),
        ({"t": 2.0, "dt": 0.5}, {"dt": 4.0, "ddt": 1.0}),
    ],
)
def test_gradients_in_many_shapes(parameters: Any, gradients: Any) -> None:
    def squares(node: Any) -> Any:
        if isinstance(node, dict):
            return sum(squares(value) for value in node.values())
        return sum(squares(value) for value in node) if isinstance(node, list) else np.sum(np.square(node))

    # These gradients are those of this point alone.
    report = gradcheck(squares, lambda node: gradients, parameters, points=0)
    assert report.verdict == "pass", report
    if isinstance(gradients, dict) and "t" in gradients:
        assert gradcheck(squares, lambda node: {"t": 77.0, "dt": 1.0}, parameters, points=0)["t"].verdict == "fail"


def test_gradients_of_other_things_too_are_not_taken_by_position() -> None:
    with pytest.raises(GradcheckError, match="a tuple of 3 values"):
        gradcheck(lambda p: float(np.sum(p[0] ** 2) + p[1]), lambda p: (np.ones(4), 2 * p[0], 1.0), [np.ones(2), 0.5])


def test_what_is_no_function_is_said_to_be_none() -> None:
    with pytest.raises(GradcheckError, match="forward is a int, not a function"):
        gradcheck(3, None, 1.0)  # type: ignore[arg-type]


def test_a_function_that_ends_the_interpreter_does_not_end_the_check() -> None:
    def forward(p: Any) -> Any:
        raise SystemExit(3)

    with pytest.raises(GradcheckError, match="SystemExit"):
        gradcheck(forward, lambda p: p, 1.0)


def bound(forward: Any, backward: Any, parameters: Any, available: dict[str, Any], argument: str = "params") -> Binding:
    return bind(("forward", forward), ("backward", backward), (argument, parameters), available, argument)


def test_the_loss_is_found_again_when_forward_returns_something_else_for_once() -> None:
    def forward(params: Any) -> Any:
        if params > 2:
            return {"hidden": 1}, params
        return (params, 7) if params > 1 else (["A"], ["B"], params) if params > 0 else params

    loss = bound(forward, None, 1.5, {}).problem().forward
    assert [loss(p) for p in (1.5, 0.5, 1.25, -1.0, 3.0, 0.75)] == [1.5, 0.5, 1.25, -1.0, 3.0, 0.75]


@pytest.mark.parametrize("kind", [np.float64, float, np.float32, np.asarray])
@pytest.mark.parametrize("forms", [1, 2, 4])
def test_a_series_of_calls_finds_the_loss_in_whatever_forward_returns(kind: Any, forms: int) -> None:
    def forward(X: Any, params: Any) -> Any:
        loss = kind(np.sum(np.sin(params["w"]) * X))
        # Not the same at every step, and without a counter, which a check would put back.
        form = int(1e9 * abs(params["w"]).sum()) % forms
        return [(loss, {"X": X}), (loss, {"X": X}, [1]), ({"X": X}, loss), loss][form]

    def backward(X: Any, params: Any) -> Any:
        return {"w": np.cos(params["w"]) * X}

    X, w = np.linspace(1, 2, 12), np.linspace(-1, 1, 12)
    for options in ({}, {"method": "central", "epsilon": 1e-5}):
        assert gradcheck(forward, backward, {"w": w.copy()}, X, **options, lift=False).verdict == "pass"


def test_the_loss_may_be_one_of_several_numbers_of_which_the_first_is_none() -> None:
    def forward(X: Any, params: Any) -> Any:
        loss = np.sum(np.sin(params["w"]) * X)
        accuracy = np.float64(0.5)
        return accuracy, loss

    def backward(X: Any, params: Any) -> Any:
        return {"w": np.cos(params["w"]) * X}

    X, w = np.linspace(1, 2, 12), np.linspace(-1, 1, 12)
    assert gradcheck(forward, backward, {"w": w}, X).verdict == "pass"


def test_arguments_go_where_they_belong_however_they_are_taken() -> None:
    class Net:
        def method(self, a: Any, params: Any, /, b: Any, *, c: Any, d: Any = 5) -> Any:
            return a, params, b, c, d

    def middle(a: Any, params: Any, b: Any) -> Any:
        return a, params, b

    def keyword(a: Any, *, params: Any, b: Any) -> Any:
        return a, params, b

    def last(a: Any, b: Any, params: Any) -> Any:
        return a, params, b

    given = {"a": [1], "b": [2], "c": [3]}
    for function in (middle, keyword, last, functools.partial(middle), Net().method):
        expected: tuple[Any, ...] = ([1], 0.5, [2])
        if function == Net().method or isinstance(function, types.MethodType):
            expected = ([1], 0.5, [2], [3], 5)
        seen = []

        @functools.wraps(function)
        def recorded(*args: Any, function: Any = function, seen: Any = seen, **kwargs: Any) -> Any:
            seen.append(function(*args, **kwargs))
            return 1.0

        problem = bound(recorded, None, 0.5, given).problem()
        assert [problem.forward(0.5) for _ in range(3)] == [1.0] * 3
        assert seen == [expected] * 3


def test_it_is_told_which_argument_is_written_into_and_by_whom() -> None:
    def forward(X: Any, lists: Any, params: Any) -> Any:
        X -= 1.0
        lists[0] += 1
        return np.sum(X * params) + lists[0]

    def backward(X: Any, Y: Any, params: Any) -> Any:
        Y[0] = 9.0
        return X - 1.0

    X, Y, lists = np.arange(3.0), np.ones(2), [0]
    binding = bound(forward, backward, np.ones(3), {"X": X, "Y": Y, "lists": lists})
    problem = binding.problem()
    assert [problem.forward(np.ones(3)) for _ in range(3)] == [1.0] * 3
    assert binding.observed == ["forward writes into X, lists"]
    assert [problem.backward(np.ones(3)).tolist() for _ in range(3)] == [[-1.0, 0.0, 1.0]] * 3  # type: ignore[misc]
    assert binding.observed == ["forward writes into X, lists", "backward writes into Y"]
    assert problem.forward(np.ones(3)) == 1.0
    assert (X.tolist(), Y.tolist(), lists) == ([0, 1, 2], [1, 1], [0])


def test_a_forward_that_raises_half_way_through_writing_gets_fresh_data_again() -> None:
    def forward(X: Any, params: Any) -> Any:
        X += 1
        if params < 0:
            raise ValueError("below zero")
        return float(X[0])

    loss = bound(forward, None, 1.0, {"X": np.zeros(2)}).problem().forward
    with pytest.raises(ValueError, match="below zero"):
        loss(-1.0)
    assert [loss(1.0), loss(1.0)] == [1.0, 1.0]


def test_settings_are_the_numbers_beside_the_parameters() -> None:
    def forward(X: Any, lambd: Any, m: Any, params: Any, keep_prob: Any = 0.8, verbose: Any = False) -> Any:
        return params

    def backward(X: Any, alpha: Any, params: Any) -> Any:
        return 1.0

    available = {"X": np.ones(3), "lambd": np.float32(0.0), "m": 3, "alpha": np.array(0.25)}
    settings = bound(forward, backward, 1.0, available).problem().settings
    assert settings == {"lambd": 0.0, "m": 3.0, "keep_prob": 0.8, "alpha": 0.25}


def test_objects_of_the_persons_own_are_not_copied_and_structures_keep_their_kind() -> None:
    class Model:
        def __deepcopy__(self, memo: Any) -> Any:
            raise AssertionError("copied")

        __copy__ = __reduce_ex__ = __deepcopy__

    Pair = namedtuple("Pair", "x y")
    model = Model()
    shared = np.ones(2)
    given = {"model": model, "twice": [shared, shared], "pair": Pair(np.ones(1), model), "count": Counter("aab")}
    given["loop"] = [given["twice"]]
    given["loop"].append(given["loop"])
    seen = copied(given)
    assert seen["model"] is model
    assert type(seen["pair"]) is Pair
    assert seen["pair"].y is model
    assert seen["pair"].x is not given["pair"].x
    assert seen["twice"][0] is seen["twice"][1]
    assert seen["twice"][0] is not shared
    assert type(seen["count"]) is Counter
    assert seen["loop"][1] is seen["loop"]
    assert seen["loop"][0] is seen["twice"]
    assert same(given["twice"], seen["twice"])
    seen["twice"][1][0] = np.nan
    assert not same(given["twice"], seen["twice"])


@pytest.mark.parametrize("length", [10, 1 << 19])
def test_arrays_are_the_same_by_their_bits(length: int) -> None:
    array = np.full(length, np.nan)
    other = array.copy()
    assert same_array(array, other)
    other[-1] = -0.0
    array[-1] = 0.0
    assert not same_array(array, other)


def test_a_call_costs_next_to_nothing_above_the_function_itself() -> None:
    def forward(X: Any, Y: Any, params: Any) -> Any:
        return 1.0, (X, Y)

    loss = bound(forward, None, {}, {"X": np.ones(3), "Y": np.ones(3)}).problem().forward
    loss({})
    above = min(timeit.repeat(lambda: loss({}), number=2000, repeat=15)) - min(
        timeit.repeat(lambda: forward(1, 2, {}), number=2000, repeat=15)
    )
    # 0.2 us on an idle machine.
    assert above / 2000 < 2e-6


def test_how_functions_are_read_is_remembered_by_their_code_and_nothing_else() -> None:
    def made(factor: float) -> tuple[Any, Any]:
        def forward(X: Any, Y: Any, params: Any) -> Any:
            A = params["w"] @ X
            return factor * np.sum((A - Y) ** 2), A

        def backward(X: Any, Y: Any, A: Any) -> Any:
            return {"w": 2 * factor * (A - Y) @ X.T}

        return forward, backward

    rng = np.random.default_rng(3)
    X, Y, params = rng.normal(size=(4, 6)), rng.normal(size=(2, 6)), {"w": rng.normal(size=(2, 4))}
    losses = [gradcheck(*made(factor), params, X, Y, method="central", epsilon=1e-7) for factor in (1.0, 3.0)]
    assert [report.verdict for report in losses] == ["pass", "pass"]
    # The same code with other values in its closure.
    assert losses[1].loss == pytest.approx(3 * losses[0].loss)
    forward, backward = made(1.0)
    with pytest.raises(GradcheckError, match="takes 2 arguments beside the parameters"):
        gradcheck(forward, backward, params, X, Y, Y)
    with pytest.raises(GradcheckError, match="Y"):
        gradcheck(forward, backward, params, X)
    # The same code with a default is another function.
    forward.__defaults__ = (params,)
    assert gradcheck(forward, backward, params, X, Y).verdict == "pass"


def test_the_classic_rule_calls_forward_once_for_the_loss_and_backward() -> None:
    calls = []

    def forward(X: Any, params: Any) -> Any:
        calls.append(1)
        A = params["w"] @ X
        return np.sum(A**2), A

    def quiet_forward(X: Any, params: Any) -> Any:
        A = params["w"] @ X
        return np.sum(A**2), A

    def random_forward(X: Any, params: Any) -> Any:
        mask = np.random.rand(2, 6) > 0.5
        return np.sum((params["w"] @ X * mask) ** 2), (params["w"] @ X * mask, mask)

    def backward(X: Any, A: Any) -> Any:
        return {"w": 2 * A @ X.T}

    def random_backward(X: Any, cache: Any) -> Any:
        return {"w": 2 * (cache[0] * cache[1]) @ X.T}

    rng = np.random.default_rng(3)
    X, params = rng.normal(size=(4, 6)), {"w": rng.normal(size=(2, 4))}
    classic: dict[str, Any] = {"method": "central", "epsilon": 1e-7}
    assert gradcheck(quiet_forward, backward, params, X, **classic).evaluations == 1 + 2 * 8
    # What forward draws, or changes elsewhere, is put back before backward; so it is called again. Where something was changed
    # elsewhere, it takes three calls more to see whether a second call gives the same.
    for one, its, more in ((random_forward, random_backward, 0), (forward, backward, 3)):
        before = np.random.get_state()
        report = gradcheck(one, its, params, X, **classic)
        assert report.verdict == "pass"
        assert report.evaluations == 2 + 2 * 8 + more
        np.testing.assert_array_equal(np.random.get_state()[1], before[1])
    assert calls == []


def test_what_forward_leaves_where_nobody_sees_it_reaches_backward_in_the_classic_mode_too() -> None:
    class Net:
        def size(self) -> int:
            return len(vars(self))

    net = Net()

    def forward(X: Any, params: Any) -> Any:
        setattr(net, "A", params["w"] @ X)  # noqa: B010
        return np.sum(net.A**2), X  # type: ignore[attr-defined]

    def backward(X: Any, cache: Any) -> Any:
        return {"w": 2 * vars(net)["A"] @ cache.T}

    rng = np.random.default_rng(3)
    X, params = rng.normal(size=(4, 6)), {"w": rng.normal(size=(2, 4))}
    for options in ({"method": "central", "epsilon": 1e-7}, {}):
        assert gradcheck(forward, backward, params, X, **options).verdict == "pass"  # type: ignore[arg-type]
    assert vars(net) == {}


def test_what_can_be_read_once_is_refused_and_left_alone() -> None:
    batches = (np.ones(2) * at for at in range(3))
    with pytest.raises(GradcheckError, match="generator, which can be read once only") as caught:
        gradcheck(lambda p, batches: sum(p @ b for b in batches), lambda p, batches: p, np.ones(2), batches)
    assert caught.value.code == "one_pass_data"
    assert len(list(batches)) == 3
