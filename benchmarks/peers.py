"""The same job for every checker at hand, side by side: ``python -m benchmarks.peers [TOOL ...]``.

Each tool is given the same hand-written NumPy backward function, right or with a mistake planted, and has to say whether
it is wrong. Tools with a rule of their own are run with it as it comes; those that only compute derivatives are given the
comparison that their documentation shows. A tool that is not installed is left out and said so; none of them is a
dependency of this project.

Every tool runs in a process of its own with one thread. Exit code 0 if the figures of this project were reached.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import inspect
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import course, nets, table
from .clock import Timed, interleaved, repeated
from .nets import Net
from .parts import Part, collect, here

RIGHT, WRONG, UNDECIDED = "right", "wrong", "undecided"
Judge = Callable[[Net], str]

# Seeds by number of parameters.
TRIALS = {"289": 5, "10,161": 3}
# Where every tool goes through every entry, in less than a second.
SMALL = "289"
TIMEOUT = 300.0
# Random draws of a tool itself.
SEED = 1


@dataclass(frozen=True)
class Tool:
    """A checker.

    Attributes:
        package: what has to be installed for it; None where nothing has.
        rule: when it calls a gradient wrong.
        judge: makes the function that tells `RIGHT`, `WRONG` or `UNDECIDED` of a net's backward. Imports the package.
        every_entry: whether it goes through all entries one by one: too slow for many trials on a large net.
    """

    package: str | None
    rule: str
    judge: Callable[[], Judge]
    every_entry: bool = False


# The tools -------------------------------------------------------------------------------------------------------------


def ours(**options: Any) -> Callable[[], Judge]:
    def made() -> Judge:
        from jupyterlab_gradcheck import gradcheck

        said = {"pass": RIGHT, "fail": WRONG, "inconclusive": UNDECIDED}

        def judge(net: Net) -> str:
            report = gradcheck(net.forward, net.backward, net.parameters, net.X, net.Y, **options)
            return said[report.verdict]

        return judge

    return made


def ours_with_tensorflow() -> Judge:
    import tensorflow as tf

    tf.constant(1.0) + 1.0  # its runtime starts with the first operation
    return ours()()


def torch(fast: bool) -> Callable[[], Judge]:
    """`torch.autograd.gradcheck` of a custom `Function` that calls NumPy."""

    def made() -> Judge:
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)

        def judge(net: Net) -> str:
            class Loss(torch.autograd.Function):
                @staticmethod
                def forward(ctx, *tensors):
                    parameters = {n: t.detach().numpy() for n, t in zip(net.parameters, tensors, strict=True)}
                    loss, ctx.cache = net.forward(net.X, net.Y, parameters)
                    return torch.tensor(loss, dtype=tensors[0].dtype)

                @staticmethod
                def backward(ctx, seed):
                    gradients = net.backward(net.X, net.Y, ctx.cache)
                    return tuple(seed * torch.from_numpy(gradients[f"d{name}"]) for name in net.parameters)

            tensors = tuple(torch.tensor(value, requires_grad=True) for value in net.parameters.values())
            right = torch.autograd.gradcheck(Loss.apply, tensors, fast_mode=fast, raise_exception=False)
            return RIGHT if right else WRONG

        return judge

    return made


def jax_check_grads() -> Judge:
    """`jax.test_util.check_grads` in reverse mode, of a `custom_vjp` that calls NumPy."""
    jax = importlib.import_module("jax")
    check_grads = importlib.import_module("jax.test_util").check_grads
    jax.config.update("jax_enable_x64", True)

    def judge(net: Net) -> str:
        dtype = net.parameters["W1"].dtype
        number = jax.ShapeDtypeStruct((), dtype)
        like = {name: jax.ShapeDtypeStruct(value.shape, dtype) for name, value in net.parameters.items()}

        def run(parameters: Any) -> Any:
            return net.forward(net.X, net.Y, {name: np.asarray(value) for name, value in parameters.items()})

        def value(parameters: Any) -> Any:
            return np.asarray(run(parameters)[0], dtype)

        def value_and_gradients(parameters: Any) -> Any:
            loss, cache = run(parameters)
            gradients = net.backward(net.X, net.Y, cache)
            return np.asarray(loss, dtype), {name: gradients[f"d{name}"] for name in parameters}

        @jax.custom_vjp
        def loss(parameters):
            return jax.pure_callback(value, number, parameters)

        loss.defvjp(
            lambda parameters: jax.pure_callback(value_and_gradients, (number, like), parameters),
            lambda gradients, seed: ({name: seed * gradient for name, gradient in gradients.items()},),
        )
        try:
            check_grads(loss, (jax.tree.map(jax.numpy.asarray, net.parameters),), order=1, modes=("rev",))
        except AssertionError:
            return WRONG
        return RIGHT

    return judge


def tensorflow_compute_gradient() -> Judge:
    """`tf.test.compute_gradient` of a `tf.custom_gradient` that calls NumPy, compared by `assertAllClose`'s defaults."""
    tf = importlib.import_module("tensorflow")

    def judge(net: Net) -> str:
        dtype = net.parameters["W1"].dtype

        @tf.custom_gradient
        def loss(*tensors):
            parameters = {name: tensor.numpy() for name, tensor in zip(net.parameters, tensors, strict=True)}
            value, cache = net.forward(net.X, net.Y, parameters)

            def backward(seed):
                gradients = net.backward(net.X, net.Y, cache)
                return [seed * tf.constant(gradients[f"d{name}"]) for name in net.parameters]

            return tf.constant(value, dtype), backward

        found = tf.test.compute_gradient(loss, list(net.parameters.values()))
        close = all(np.allclose(a, b, rtol=1e-6, atol=1e-6) for a, b in zip(*found, strict=True))
        return RIGHT if close else WRONG

    return judge


def _on_vectors(net: Net) -> tuple[np.ndarray, Callable[[np.ndarray], Any], Callable[[np.ndarray], np.ndarray]]:
    """The parameters as one vector, and the loss and the claimed gradient as functions of it."""

    def loss(vector: np.ndarray) -> Any:
        return net.forward(net.X, net.Y, course.vector_to_dictionary(vector, net.parameters))[0]

    def gradient(vector: np.ndarray) -> np.ndarray:
        _, cache = net.forward(net.X, net.Y, course.vector_to_dictionary(vector, net.parameters))
        return course.gradients_to_vector(net.backward(net.X, net.Y, cache), net.parameters)[:, 0]

    return course.dictionary_to_vector(net.parameters)[:, 0], loss, gradient


def scipy_approx_derivative() -> Judge:
    approx_derivative = importlib.import_module("scipy.optimize._numdiff").approx_derivative

    def judge(net: Net) -> str:
        vector, loss, gradient = _on_vectors(net)
        return RIGHT if np.allclose(approx_derivative(loss, vector, method="3-point"), gradient(vector)) else WRONG

    return judge


def scipy_check_grad(direction: str) -> Callable[[], Judge]:
    def made() -> Judge:
        check_grad = importlib.import_module("scipy.optimize").check_grad
        # SciPy 1.15 renamed the argument.
        argument = "rng" if "rng" in inspect.signature(check_grad).parameters else "seed"
        random = {argument: SEED} if direction == "random" else {}

        def judge(net: Net) -> str:
            vector, loss, gradient = _on_vectors(net)
            return WRONG if check_grad(loss, gradient, vector, direction=direction, **random) > 1e-5 else RIGHT

        return judge

    return made


def numdifftools_gradient() -> Judge:
    differentiated = importlib.import_module("numdifftools").Gradient

    def judge(net: Net) -> str:
        vector, loss, gradient = _on_vectors(net)
        return RIGHT if np.allclose(differentiated(loss)(vector), gradient(vector)) else WRONG

    return judge


def course_rule() -> Judge:
    def judge(net: Net) -> str:
        difference = course.gradient_check_n(net.parameters, net.gradients(), net.forward, net.X, net.Y)
        return WRONG if difference > course.THRESHOLD else RIGHT

    return judge


_ALLCLOSE = "np.allclose with the claimed gradient"
TOOLS: dict[str, Tool] = {
    "ours": Tool(None, "by error bounds", ours(backend="numpy")),
    "ours+TF": Tool("tensorflow", "by error bounds", ours_with_tensorflow),
    "course": Tool(None, "difference > 2e-7, epsilon 1e-7", course_rule, every_entry=True),
    "torch slow": Tool("torch", "its own, as it comes", torch(fast=False), every_entry=True),
    "torch fast": Tool("torch", "its own, fast_mode=True", torch(fast=True)),
    "jax": Tool("jax", "its own, as it comes, modes=('rev',)", jax_check_grads),
    "tf": Tool("tensorflow", "assertAllClose as it comes", tensorflow_compute_gradient, every_entry=True),
    "scipy 3pt": Tool("scipy", f"3-point, {_ALLCLOSE}", scipy_approx_derivative, every_entry=True),
    "check_grad": Tool("scipy", "check_grad > 1e-5", scipy_check_grad("all"), every_entry=True),
    "cg random": Tool("scipy", "check_grad > 1e-5, direction='random'", scipy_check_grad("random")),
    "numdifftools": Tool("numdifftools", _ALLCLOSE, numdifftools_gradient, every_entry=True),
}


# The job ---------------------------------------------------------------------------------------------------------------


MAKERS: dict[str, Callable[..., Net]] = {"289": nets.small, "10,161": nets.middle}
CORRECT: dict[str, Callable[[Callable[..., Net], int], Net]] = {
    "tanh, float64": lambda make, seed: make("tanh", seed),
    "ReLU, float64": lambda make, seed: make("ReLU", seed),
    "tanh, float32": lambda make, seed: nets.single(make("tanh", seed)),
    "ReLU, float32": lambda make, seed: nets.single(make("ReLU", seed)),
    "after 500 steps of training": lambda make, seed: nets.trained(make("tanh", seed)),
    "loss + 1000": lambda make, seed: nets.offset(make("tanh", seed)),
    "loss x 1e-8": lambda make, seed: nets.tiny(make("tanh", seed)),
    "loss x 1e+8": lambda make, seed: nets.huge(make("tanh", seed)),
}


def wrong(make: Callable[..., Net], seed: int) -> list[tuple[str, Net]]:
    """One net of every kind of mistake."""
    net = make("tanh", seed)
    planted = [(mistake.name, mistake.into(net)) for mistake in nets.mistakes(net, seed)]
    for other, variant in (
        ("ReLU", make("ReLU", seed)),
        ("float32", nets.single(net)),
        ("loss x 1e-8", nets.tiny(net)),
    ):
        planted.append((f"1 entry zeroed, {other}", nets.zeroed(variant, 1, seed).into(variant)))
    return planted


KINDS = [kind for kind, _ in wrong(nets.small, 0)]


def job(tool: Tool, part: Part) -> None:
    """Everything one tool has to do; ``part.data`` gets what it said: counts by net and kind, and what it cost."""
    warnings.simplefilter("ignore")  # torch warns of float32 at every call
    judge = tool.judge()
    data: dict[str, Any] = {"version": _version(tool), "said": {}, "cost": {}}
    for size, make in MAKERS.items():
        data["cost"][size] = _cost(judge, make(), size == SMALL)
        if tool.every_entry and size != "289":
            continue
        said = data["said"][size] = {}
        for kind, net in _cases(make, TRIALS[size]):
            counts = said.setdefault(kind, {RIGHT: 0, WRONG: 0, UNDECIDED: 0})
            counts[judge(net)] += 1
    part.data = data


def _cases(make: Callable[..., Net], trials: int) -> Iterable[tuple[str, Net]]:
    for seed in range(trials):
        yield from ((kind, right(make, seed)) for kind, right in CORRECT.items())
        yield from wrong(make, seed)


def _cost(judge: Judge, net: Net, in_turns: bool) -> list[float]:
    """Evaluations for correct code, and the time over 2n forwards as long as those in there were; ``in_turns`` also over 2n
    forwards that took turns with it.

    The first is of a forward that keeps its times. It is more than a computation, so no checker can call it at many points at
    once; the second is of the person's own.
    """
    judge(nets.small())  # what is started or compiled at the first call is no cost of the second
    timed = Timed(net.forward)
    ratio = timed.overhead(lambda: judge(replace(net, forward=timed.forward)), 2 * net.size)
    if not in_turns:
        return [timed.calls, ratio]
    times = interleaved(lambda: judge(net), repeated(net.loss, 2 * net.size), rounds=5)
    return [timed.calls, ratio, times.ratio(0, 1).quickest]


def _version(tool: Tool) -> str:
    if tool.package is None:
        return f"NumPy {np.__version__}"
    return f"{tool.package} {importlib.metadata.version(tool.package)}"


# The tables ------------------------------------------------------------------------------------------------------------


def tell(told: dict[str, dict[str, Any]]) -> None:
    """Prints what the tools said and cost, and the figures."""
    for size in MAKERS:
        names = [name for name in told if size in told[name]["said"]]
        if not names:
            continue
        for title, kinds in (("false alarms on correct code", list(CORRECT)), ("mistakes flagged", KINDS)):
            rows = [[kind, *(_share(told[name]["said"][size][kind]) for name in names)] for kind in kinds]
            left = [name for name in told if name not in names]
            note = f" (not run, being too slow for it: {', '.join(left)})" if left else ""
            table.show(
                f"{size} parameters, {title}: % of {TRIALS[size]} seeds; ? = undecided rather than right{note}",
                ["backward", *names],
                rows,
            )
    rows = []
    for name, data in told.items():
        costs = [cell if isinstance(cell, int) else f"{cell:.3g}" for size in MAKERS for cell in data["cost"][size]]
        rows.append([name, data["version"], TOOLS[name].rule, *costs])
    columns = [
        cell
        for size in MAKERS
        for cell in (
            f"evaluations at {size}",
            "time / (2n forwards inside)",
            *(["time / (2n forwards in turns)"] if size == SMALL else []),
        )
    ]
    table.show("Cost of a verdict on correct code (tanh, float64)", ["tool", "version", "says wrong", *columns], rows)
    faultless = [name for name, data in told.items() if _faultless(data["said"])]
    print(f"\nWithout a miss or a false alarm in all of the above: {', '.join(faultless) or 'none'}", flush=True)
    _figures(told)


def _share(counts: dict[str, int]) -> str:
    total = sum(counts.values())
    undecided = f" {100 * counts[UNDECIDED] / total:.0f}?" if counts[UNDECIDED] else ""
    return f"{100 * counts[WRONG] / total:.0f}{undecided}"


def _figures(told: dict[str, dict[str, Any]]) -> None:
    for name in ("ours", "ours+TF"):
        if name not in told:
            continue
        for size, said in told[name]["said"].items():
            flagged, planted = _sum(said, KINDS)
            alarms, right = _sum(said, CORRECT)
            table.figure(
                f"{name}, {size} parameters, mistakes flagged", flagged == planted, f"{flagged} of {planted}", "all"
            )
            table.figure(f"{name}, {size} parameters, false alarms", alarms == 0, f"{alarms} of {right}", "0")


def _sum(said: dict[str, dict[str, int]], kinds: Iterable[str]) -> tuple[int, int]:
    """How many nets of ``kinds`` were called wrong, and how many there were."""
    return sum(said[kind][WRONG] for kind in kinds), sum(sum(said[kind].values()) for kind in kinds)


def _faultless(by_size: dict[str, dict[str, dict[str, int]]]) -> bool:
    return all(_sum(said, CORRECT)[0] == 0 and len(set(_sum(said, KINDS))) == 1 for said in by_size.values())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="Gradient checkers side by side.")
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=f"some of: {', '.join(TOOLS)}; all if none is named")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = [name for name in options.tools if name not in TOOLS]
    if unknown:
        parser.error(f"no tool is called {', '.join(unknown)}; there are {', '.join(TOOLS)}")
    if options.here:
        here(lambda part: job(TOOLS[options.tools[0]], part))
        return 0
    told: dict[str, dict[str, Any]] = {}
    for name in options.tools or TOOLS:
        package = TOOLS[name].package
        if package is not None and importlib.util.find_spec(package) is None:
            print(f"{name}: {package} is not installed", flush=True)
            continue
        part = collect("benchmarks.peers", name, TIMEOUT)
        if isinstance(part, str):
            print(f"{name}: {part}", flush=True)
            if name.startswith("ours"):
                table.figure(name, False, part, "an end")
            continue
        told[name] = part.data
        print(f"{name}: done", flush=True)
    if told:
        tell(told)
    # Of the peers alone nothing is asked.
    return table.finish() if any(name.startswith("ours") for name in options.tools or TOOLS) else 0


if __name__ == "__main__":
    sys.exit(main())
