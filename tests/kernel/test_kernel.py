"""The magic and the service in a real IPython kernel: the right verdict, and nothing of the person's touched."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from typing import Any

import pytest
from live import Kernel, started
from namespaces import net, tensorflow_net

from jupyterlab_gradcheck.contract import validate

PROGRESS = "application/vnd.jupyterlab-gradcheck.progress.v1+json"
REPORT = "application/vnd.jupyterlab-gradcheck.report.v1+json"
STATE = """
import random, warnings, hashlib
(hashlib.sha256(b"".join(p.tobytes() for p in parameters.values()) + X.tobytes() + Y.tobytes()).hexdigest(),
 repr(np.random.get_state()), hash(random.getstate()), list(warnings.filters) == FILTERS, sorted(k for k in dir() if not k.startswith("_")))
"""

needs_tensorflow = pytest.mark.skipif(importlib.util.find_spec("tensorflow") is None, reason="it is about TensorFlow")


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    with started() as kernel:
        yield kernel


@pytest.fixture
def net_kernel(kernel: Kernel) -> Kernel:
    kernel.run("%reset -f", *net(True), "import warnings; FILTERS = list(warnings.filters)")
    return kernel


def verdicts(reply: dict[str, Any]) -> dict[str, str]:
    assert reply["kind"] == "report", reply
    return {p["name"]: p["verdict"] for p in reply["body"]["parameters"]}


def test_the_service_finds_the_two_mistakes(net_kernel: Kernel) -> None:
    reply, heard = net_kernel.ask("check")
    assert verdicts(reply) == {"W1": "pass", "b1": "fail", "W2": "fail", "b2": "pass", "W3": "pass", "b3": "pass"}
    by_name = {p["name"]: p for p in reply["body"]["parameters"]}
    assert by_name["W2"]["cause"]["factor"] == 2
    assert by_name["b1"]["cause"]["factor"] == 4
    assert by_name["W2"]["source"]["text"] == "dW2 = dZ2 @ kept[1].T / m * 2"
    # Prints stay away; progress comes, with the contract's shape.
    assert not [m for m in heard if m["msg_type"] == "stream"]
    progress = [m["content"]["data"][PROGRESS] for m in heard if m["msg_type"] == "display_data"]
    assert progress
    for one in progress:
        validate("progress", one)
    # What it is going to do is told once it is known, and from then on.
    assert "plan" not in progress[0]
    assert progress[-1]["plan"]["kind"] == "every-entry"
    assert reply["body"]["plan"] == progress[-1]["plan"]


def test_the_person_finds_everything_as_it_was(net_kernel: Kernel) -> None:
    net_kernel.run("42")
    before = (
        net_kernel.value(STATE),
        net_kernel.value("len(In), list(get_ipython().history_manager.get_range())[-1][1]"),
    )
    net_kernel.ask("check")
    net_kernel.ask("probe")
    net_kernel.ask("check", options={"epsilon": 1e-7, "method": "central"})
    net_kernel.ask("check", forward="nobody")
    after = (
        net_kernel.value(STATE),
        net_kernel.value("len(In) - 2, list(get_ipython().history_manager.get_range())[-3][1]"),
    )
    assert after == before
    # `_` is what the person's own last cell left, not ours.
    net_kernel.run("7 * 6")
    net_kernel.ask("check")
    assert net_kernel.value("_") == "42"


def test_the_service_probes(net_kernel: Kernel) -> None:
    reply, _ = net_kernel.ask("probe")
    assert reply["kind"] == "candidates"
    assert reply["body"]["guess"]["data"] == ["X", "Y"]


@pytest.mark.parametrize(
    ("cell", "request_", "code", "said"),
    [
        ("", {"forward": "nobody"}, "unknown_name", "no variable nobody"),
        ("", {"forward": "X"}, "not_a_function", "ndarray, not a function"),
        ("parameters['W1'] = parameters['W1'][:, :2]", {}, "function_raised", "ValueError"),
        ("def forward_propagation_n(X, Y, parameters): return parameters['W1'], ()", {}, "loss_not_scalar", "shape (5, 4)"),
        ("def forward_propagation_n(X, Y, parameters): input(); return 1.0, ()", {}, "function_raised", "EOFError"),
        ("del Y", {}, "unbound_argument", "needs Y"),
        ("%reset -f", {}, "nothing_found", "Found no functions"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_explained(
    net_kernel: Kernel, cell: str, request_: dict[str, Any], code: str, said: str
) -> None:
    net_kernel.run(cell)
    reply, _ = net_kernel.ask("check", **request_)
    assert reply["kind"] == "error"
    assert reply["body"]["code"] == code
    assert said in reply["body"]["message"]
    assert "Traceback" not in reply["body"]["message"]


def test_a_cancelled_check_ends(net_kernel: Kernel) -> None:
    reply, _ = net_kernel.ask("cancel")
    assert reply["kind"] == "accepted"
    reply, _ = net_kernel.ask("check")
    assert reply["kind"] == "cancelled"
    reply, _ = net_kernel.ask("check")
    assert reply["kind"] == "report"


def test_the_magic_in_a_notebook(net_kernel: Kernel) -> None:
    net_kernel.run("%load_ext jupyterlab_gradcheck")
    _, heard = net_kernel.execute("%gradcheck")
    (result,) = [m["content"]["data"] for m in heard if m["msg_type"] == "execute_result"]
    assert "2 of 6 gradients are wrong: db1, dW2." in result["text/plain"]
    assert "dW2 is 2 x the numerical gradient" in result["text/html"]
    assert "<script" not in result["text/html"]
    validate("report", result[REPORT])
    assert not [m for m in heard if m["msg_type"] == "stream"]


def test_the_magic_takes_names_and_options(net_kernel: Kernel) -> None:
    net_kernel.run("%load_ext jupyterlab_gradcheck")
    line = "forward_propagation_n backward_propagation_n parameters X Y --method central --epsilon 1e-7"
    assert net_kernel.value(f"r = %gradcheck {line}\nround(r.relative_difference, 9)") == "0.285093157"
    assert net_kernel.value("r.verdict, r.epsilon, r['W2'].cause.factor") == "('fail', 1e-07, 2.0)"


def test_the_magic_takes_the_options_of_the_engine(net_kernel: Kernel) -> None:
    net_kernel.run("%load_ext jupyterlab_gradcheck")
    options = "--tolerance 1e-5 --strict --max-evaluations 400 --max-seconds 60 --points 0 --no-lift"
    said = net_kernel.value(f"r = %gradcheck {options}\nr.tolerance, r.strict, r.coverage.points, r.evaluations <= 400")
    assert said == "(1e-05, True, 0, True)"
    assert net_kernel.value("r = %gradcheck\nr.tolerance, r.strict, r.coverage.points") == "(0.0001, False, 2)"
    for wrong in ("--points 21", "--tolerance 2", "--max-evaluations 0", "--max-seconds -1"):
        content, _ = net_kernel.execute(f"%gradcheck {wrong}")
        assert content["ename"] == "GradcheckError"
        assert wrong.split()[0].strip("-").replace("-", "_") in content["evalue"]


def test_the_service_takes_the_options_of_the_engine(net_kernel: Kernel) -> None:
    options = {
        "tolerance": 1e-5,
        "strict": True,
        "max_evaluations": 400,
        "max_seconds": 60.5,
        "points": 0,
        "lift": False,
    }
    reply, _ = net_kernel.ask("check", options=options)
    assert verdicts(reply)["W2"] == "fail"
    assert (reply["body"]["tolerance"], reply["body"]["strict"]) == (1e-5, True)
    assert reply["body"]["coverage"]["points"] == 0
    assert reply["body"]["evaluations"] <= 400


def printed(heard: list[dict[str, Any]]) -> str:
    return "".join(m["content"]["text"] for m in heard if m["msg_type"] == "stream")


COUNTED = """
inner, calls = forward_propagation_n, []
def forward_propagation_n(X, Y, parameters):
    calls.append(1)
    time.sleep(PAUSE)
    return inner(X, Y, parameters)
import time
PAUSE = 0
"""


def test_the_magic_tells_its_plan_and_checks_nothing(net_kernel: Kernel) -> None:
    net_kernel.run("%load_ext jupyterlab_gradcheck", COUNTED)
    _, heard = net_kernel.execute("%gradcheck --plan")
    assert re.fullmatch(
        r"About \d+ evaluations, under a second: [^\n]*47 entries[^\n]*2 points nearby\.\n", printed(heard)
    )
    assert not [m for m in heard if m["msg_type"] == "execute_result"]
    assert int(net_kernel.value("len(calls)")) < 40
    content, _ = net_kernel.execute("%gradcheck nobody --plan")
    assert content["ename"] == "GradcheckError"


def test_the_magic_studies_steps(net_kernel: Kernel) -> None:
    net_kernel.run("%load_ext jupyterlab_gradcheck", "study = %gradcheck --steps W2")
    told = net_kernel.value("study")
    assert told.startswith("In float64, a step of 1e-07 would be off by ")
    assert told.count("<- the step that a check takes") == 1
    assert net_kernel.value("type(study).__name__") == "'StepStudy'"
    _, heard = net_kernel.execute("%gradcheck --steps W9")
    (error,) = [m["content"] for m in heard if m["msg_type"] == "error"]
    assert "W1, b1, W2, b2, W3, b3" in error["evalue"]
    by_expressions = "%gradcheck --steps W1 --loss forward_propagation_n(X,Y,parameters)[0] "
    by_expressions += (
        "--gradients backward_propagation_n(X,Y,forward_propagation_n(X,Y,parameters)[1]) --parameters parameters"
    )
    assert "W1 at [" in net_kernel.value(by_expressions)


def test_the_service_studies_steps_and_tells_plans(net_kernel: Kernel) -> None:
    before = net_kernel.value(STATE)
    reply, heard = net_kernel.ask("check", steps="W2", options={"max_seconds": 60})
    assert reply["kind"] == "steps"
    assert reply["body"]["analytic"] == pytest.approx(2 * reply["body"]["derivative"], rel=1e-6)
    assert [m for m in heard if m["msg_type"] == "display_data"]
    reply, _ = net_kernel.ask("check", plan=True)
    assert (reply["kind"], reply["body"]["kind"]) == ("plan", "every-entry")
    assert net_kernel.value(STATE) == before


def test_a_check_that_takes_long_says_so_before_it_begins(net_kernel: Kernel) -> None:
    net_kernel.run("%load_ext jupyterlab_gradcheck", COUNTED)
    _, heard = net_kernel.execute("PAUSE = 0.01\n%gradcheck --points 0")
    assert re.fullmatch(r"About \d+ evaluations, \d+ s: [^\n]*47 entries\.\n", printed(heard))
    kinds = [m["msg_type"] for m in heard]
    assert kinds.index("stream") < kinds.index("execute_result")


def test_a_report_says_what_it_looked_at_and_nothing_twice(net_kernel: Kernel) -> None:
    net_kernel.run("%load_ext jupyterlab_gradcheck", "r = %gradcheck")
    for shown in ("str(r)", "__import__('html').unescape(r._repr_html_())"):
        assert net_kernel.value(f"{shown}.count(r.coverage.message)") == "1"
    # What no point could test is noted once for all gradients, and the panel has the particulars.
    net_kernel.run("r = %gradcheck --points 0")
    assert net_kernel.value("[w['code'] for w in r.warnings]") == "['blind-spot']"
    for shown in ("str(r)", "__import__('html').unescape(r._repr_html_())"):
        assert net_kernel.value(f"{shown}.count(r.warnings[0]['message'])") == "1"


def test_a_report_names_the_precision_that_was_replaced(kernel: Kernel) -> None:
    kernel.run(
        "%reset -f",
        "import numpy as np\nfrom jupyterlab_gradcheck import gradcheck\nw = np.linspace(-1, 1, 6, dtype=np.float32)",
        "r = gradcheck(lambda w: np.sum(np.sin(w) ** 2), lambda w: np.sin(2 * w), w)",
    )
    assert kernel.value("r.verdict, r.precision, r.lifted") == "('pass', 'float64', 'float32')"
    assert kernel.value("'in float64 instead of float32' in str(r), 'instead of' in r._repr_html_()") == "(True, True)"
    kernel.run("r = gradcheck(lambda w: np.sum(np.sin(w) ** 2), lambda w: np.sin(2 * w), w, lift=False)")
    assert kernel.value("r.lifted, 'instead of' in str(r)") == "(None, False)"


def test_the_cell_magic_runs_the_cell_first(net_kernel: Kernel) -> None:
    net_kernel.run("%load_ext jupyterlab_gradcheck")
    _, heard = net_kernel.execute("%%gradcheck\n" + net(False)[2])
    (result,) = [m["content"]["data"] for m in heard if m["msg_type"] == "execute_result"]
    assert "All 6 gradients agree" in result["text/plain"]


def test_the_magic_explains_what_it_cannot_check(net_kernel: Kernel) -> None:
    net_kernel.run("%load_ext jupyterlab_gradcheck")
    content, heard = net_kernel.execute("%gradcheck nobody")
    assert content["status"] == "error"
    assert content["ename"] == "GradcheckError"
    (error,) = [m["content"] for m in heard if m["msg_type"] == "error"]
    assert len(error["traceback"]) == 1


def test_names_in_reports_are_inert(net_kernel: Kernel) -> None:
    hostile = "<script>alert(1)</script>\\x1b[31m"
    net_kernel.run(
        f"from jupyterlab_gradcheck import gradcheck\nr = gradcheck(lambda p: sum(p.values()), lambda p: {{k: 2.0 for k in p}}, {{'{hostile}': 1.0}})"
    )
    assert "<script>" not in net_kernel.value("r._repr_html_()")
    assert net_kernel.value("'\\x1b' in str(r) or '\\x1b' in r._repr_html_()") == "False"


@needs_tensorflow
@pytest.mark.parametrize("wrong", [False, True])
def test_tensorflow_in_float32(kernel: Kernel, wrong: bool) -> None:
    kernel.run("%reset -f", *tensorflow_net(wrong))
    reply, _ = kernel.ask("check")
    failing = {name for name, verdict in verdicts(reply).items() if verdict == "fail"}
    assert failing == ({"W2"} if wrong else set())
    assert reply["body"]["backend"] == "tensorflow"
    assert (reply["body"]["precision"], reply["body"]["lifted"]) == ("float64", "float32")


@needs_tensorflow
def test_tensorflow_is_left_in_float32_where_that_is_asked_for(kernel: Kernel) -> None:
    kernel.run("%reset -f", *tensorflow_net(True))
    reply, _ = kernel.ask("check", options={"lift": False})
    assert verdicts(reply)["W2"] == "fail"
    assert "fail" not in {verdict for name, verdict in verdicts(reply).items() if name != "W2"}
    assert (reply["body"]["precision"], reply["body"]["lifted"]) == ("float32", None)


def test_figures_that_forward_opens_are_closed(net_kernel: Kernel) -> None:
    net_kernel.run(
        "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\n_ = plt.figure(7)",
        "inner = forward_propagation_n\ndef forward_propagation_n(X, Y, parameters):\n    plt.figure()\n    plt.plot([1, 2])\n    return inner(X, Y, parameters)",
    )
    reply, _ = net_kernel.ask("check")
    assert verdicts(reply)["W2"] == "fail"
    assert net_kernel.value("plt.get_fignums()") == "[7]"
