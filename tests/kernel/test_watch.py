"""What the magic does with the outcome: fails the cell, keeps the report, checks again. In a real kernel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from live import Kernel, started
from namespaces import net

REPORT = "application/vnd.jupyterlab-gradcheck.report.v1+json"


@pytest.fixture(scope="module")
def shared() -> Iterator[Kernel]:
    with started() as kernel:
        yield kernel


@pytest.fixture
def kernel(shared: Kernel) -> Kernel:
    shared.run("%reload_ext jupyterlab_gradcheck", "%reset -f", *net(True))
    return shared


def shown(heard: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reports that were displayed or evaluated to."""
    data = [m["content"].get("data", {}) for m in heard if m["msg_type"] in ("display_data", "execute_result")]
    return [one[REPORT] for one in data if REPORT in one]


def printed(heard: list[dict[str, Any]]) -> str:
    return "".join(m["content"]["text"] for m in heard if m["msg_type"] == "stream")


def define(wrong: bool) -> str:
    """The cell that defines backward."""
    return next(cell for cell in net(wrong) if "def backward_propagation_n" in cell)


def test_the_cell_fails_where_that_is_asked_for(kernel: Kernel) -> None:
    content, heard = kernel.execute("%gradcheck --raise -o report")
    assert (content["status"], content["ename"]) == ("error", "GradientsWrong")
    told = "\n".join(content["traceback"])
    assert told.startswith("GradientsWrong: 2 of 6 gradients are wrong: db1, dW2.\n")
    assert "dW2 is 2 x the numerical gradient" in told
    assert "'s cell: dW2 = dZ2 @ kept[1].T / m * 2" in told
    # The numbers stand below each other.
    table = [line for line in told.splitlines() if line.endswith(("verdict", "fail"))]
    assert len(table) == 3
    assert len({line.index("  fail" if "fail" in line else "  verdict") for line in table}) == 1
    # The notebook has the report all the same.
    assert [report["verdict"] for report in shown(heard)] == ["fail"]
    assert kernel.value("report.verdict, report['b1'].cause.factor") == "('fail', 4.0)"


def test_the_cell_goes_on_where_nothing_is_wrong(kernel: Kernel) -> None:
    _, heard = kernel.execute("%gradcheck --raise=inconclusive --only W1,b2")
    (report,) = shown(heard)
    assert report["verdict"] == "pass"
    assert [p["name"] for p in report["parameters"]] == ["W1", "b2"]
    assert "left-out" in [w["code"] for w in report["warnings"]]


def test_inconclusive_fails_the_cell_only_where_that_is_asked_for(kernel: Kernel) -> None:
    # Noise hides what there is to see; it is the same for the same parameters.
    noisy = (
        "import numpy as np\n"
        "def loss(w): return float(np.sum(w**2) + 1e-3 * np.sin(1e9 * np.sum(w)))\n"
        "def gradient(w): return 2 * w\n"
        "w = np.array([1.0, 2.0])"
    )
    kernel.run("%reset -f", noisy)
    content, heard = kernel.execute("%gradcheck loss gradient w --raise")
    assert content["status"] == "ok", content
    assert shown(heard)[0]["verdict"] == "inconclusive"
    content, _ = kernel.execute("%gradcheck loss gradient w --raise=inconclusive")
    assert content["ename"] == "GradientsWrong"
    assert "ould not be decided" in content["traceback"][0]


def test_an_unknown_parameter_is_told_with_those_that_there_are(kernel: Kernel) -> None:
    content, _ = kernel.execute("%gradcheck --only w2")
    assert content["ename"] == "GradcheckError"
    assert content["evalue"] == "There is no parameter 'w2': there are W1, b1, W2, b2, W3, b3."


def test_a_redefinition_is_checked_and_nothing_else(kernel: Kernel) -> None:
    _, heard = kernel.execute("%gradcheck --watch")
    assert len(shown(heard)) == 1
    assert "Watching backward_propagation_n, forward_propagation_n" in printed(heard)
    for cell in ("1 + 1", "X = X * 1.0", "%gradcheck", "def other(): return 3", "1 / 0"):
        _, heard = kernel.execute(cell)
        assert len(shown(heard)) == (cell == "%gradcheck"), cell
        assert printed(heard) == "", cell
    _, heard = kernel.execute(define(False))
    assert [report["verdict"] for report in shown(heard)] == ["pass"]
    assert printed(heard) == "Since the check before: db1, dW2 fixed.\n"
    # Defined anew in a cell that checks by itself, once is enough.
    _, heard = kernel.execute("%%gradcheck\n" + define(True))
    assert len(shown(heard)) == 1
    _, heard = kernel.execute("0")
    assert not shown(heard)


def test_a_watch_survives_what_cannot_be_checked(kernel: Kernel) -> None:
    kernel.run("%gradcheck --watch")
    content, heard = kernel.execute("def backward_propagation_n(X, Y, cache): raise ValueError('not yet')")
    assert content["status"] == "ok"
    assert printed(heard).startswith("Not checked again: ")
    assert "ValueError: not yet" in printed(heard)
    _, heard = kernel.execute("def backward_propagation_n(X, Y, cache): raise KeyError('later')\n1 / 0")
    assert "KeyError: 'later'" in printed(heard)
    kernel.run("%reset -f")
    for cell in net(False):
        _, heard = kernel.execute(cell)
    assert [report["verdict"] for report in shown(heard)] in ([], ["pass"])
    _, heard = kernel.execute(define(True))
    assert [report["verdict"] for report in shown(heard)] == ["fail"]


def test_a_helper_counts_as_part_of_the_functions(kernel: Kernel) -> None:
    kernel.run(
        "%reset -f",
        "import numpy as np\nw = np.array([0.5, -1.0])",
        "def slope(z): return np.cos(z)",
        "def loss(w): return np.sum(np.sin(w))\ndef gradient(w): return slope(w)",
        "%gradcheck loss gradient w --watch",
    )
    _, heard = kernel.execute("def slope(z): return -np.cos(z)")
    assert [report["verdict"] for report in shown(heard)] == ["fail"]


@pytest.mark.parametrize("end", ["%gradcheck --unwatch", "%unload_ext jupyterlab_gradcheck"])
def test_a_watch_ends(kernel: Kernel, end: str) -> None:
    kernel.run("%gradcheck --watch", "%gradcheck --watch", end)
    _, heard = kernel.execute(define(False))
    assert not shown(heard)
    assert (
        kernel.value("len([f for f in get_ipython().events.callbacks['post_run_cell'] if 'Watch' in repr(f)])") == "0"
    )


def test_the_watch_of_nothing(kernel: Kernel) -> None:
    _, heard = kernel.execute("%gradcheck --unwatch")
    assert printed(heard) == "Nothing was being watched.\n"
    content, _ = kernel.execute("%gradcheck nobody --watch")
    assert content["ename"] == "GradcheckError"
    _, heard = kernel.execute("%gradcheck --unwatch")
    assert printed(heard) == "Nothing was being watched.\n"


def test_a_plan_of_expressions_is_one_of_these(kernel: Kernel) -> None:
    line = "--loss forward_propagation_n(X,Y,parameters)[0] --parameters parameters['W3'] "
    line += "--gradients [backward_propagation_n(X,Y,forward_propagation_n(X,Y,parameters)[1])['dW3']]"
    _, heard = kernel.execute(f"%gradcheck --plan -o plan {line}")
    assert "each of the 3 entries" in printed(heard)
    assert kernel.value("plan.kind") == "'every-entry'"


def test_the_tab_key_in_a_kernel(kernel: Kernel) -> None:
    def offered(line: str) -> list[str]:
        kernel.client.complete(line)
        return list(kernel.client.get_shell_msg(timeout=60)["content"]["matches"])

    assert offered("%gradcheck --max") == ["--max-evaluations", "--max-seconds"]
    assert offered("r = %gradcheck --method a") == ["auto", "autodiff"]
    assert offered("%gradcheck --only W1,") == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert "forward_propagation_n" in offered("%gradcheck for")
    kernel.run("%unload_ext jupyterlab_gradcheck")
    assert "--method" not in offered("%gradcheck --m")
