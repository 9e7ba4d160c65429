"""In a real kernel: which cell a line belongs to, known by its id once the package watches, and by its hash before."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

# Kernel asks the service, and holds every answer to the contract.
from test_kernel import Kernel

from jupyterlab_gradcheck.kernel.cells import Cells

FORWARD = "\n\n  \ndef forward(parameters):\n    W = parameters['W']\n    return float(np.sum(W ** 3)), W"
BACKWARD = "# the gradient\ndef backward(W):\n    dW = 2 * W ** 2\n    return {'dW': dW}"
DATA = "import numpy as np\nparameters = {'W': np.linspace(0.5, 1.5, 6).reshape(2, 3)}"
# What another package computes of a cell's source is no business of ours; what the kernel calls its file is.
NAME_OF = "get_ipython().compile.get_code_name({0!r}, {0!r}, 0).rpartition('/')[2].removesuffix('.py')"

NAMES = "sorted(name for name in globals() if not name.startswith('_'))"


@pytest.fixture
def fresh() -> Iterator[Kernel]:
    manager, client = start_new_kernel(startup_timeout=120)
    try:
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.context.destroy(linger=0)


def run_cell(kernel: Kernel, code: str, cell_id: str) -> None:
    """Runs ``code`` as JupyterLab does, which tells the id of the cell."""
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = kernel.client.session.msg("execute_request", content, metadata={"cellId": cell_id})
    kernel.client.shell_channel.send(message)
    while True:
        reply = kernel.client.get_shell_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            assert reply["content"]["status"] == "ok", reply["content"]
            return


def test_cells_by_id_and_by_hash(fresh: Kernel) -> None:
    for code, cell_id in ((DATA, "c-data"), (FORWARD, "c-forward"), (BACKWARD, "c-backward")):
        run_cell(fresh, code, cell_id)
    before = fresh.value(NAMES)
    told = fresh.ask("check")[0]["body"]
    # Nobody was watching when the cells ran: the hash tells, and where in the cell the line is.
    assert [(one["name"], one["line"], one["cell_id"]) for one in told["code"]] == [
        ("forward", 4, None),
        ("backward", 2, None),
    ]
    assert [one["cell_hash"] for one in told["code"]] == [
        fresh.value(NAME_OF.format(code)).strip("'") for code in (FORWARD, BACKWARD)
    ]
    assert told["code"][1]["text"] == BACKWARD.partition("\n")[2]
    source = told["parameters"][0]["source"]
    assert source == {"cell_id": None, "line": 3, "text": "dW = 2 * W ** 2", "code": 1}
    # The service watches since it was first used.
    run_cell(fresh, FORWARD, "c-forward")
    run_cell(fresh, BACKWARD, "c-backward")
    told = fresh.ask("check")[0]["body"]
    assert [(one["cell_id"], one["line"]) for one in told["code"]] == [("c-forward", 4), ("c-backward", 2)]
    assert told["forward"] == {"name": "forward", "cell_id": "c-forward", "line": 4, "code": 0}
    assert told["parameters"][0]["source"]["cell_id"] == "c-backward"
    # Run again elsewhere, it is that cell's.
    run_cell(fresh, BACKWARD, "c-copy")
    assert fresh.ask("check")[0]["body"]["backward"]["cell_id"] == "c-copy"
    # Code that is the same but for a comment is that of the cell that ran last.
    remarked = BACKWARD.replace("** 2", "** 2  # really?")
    run_cell(fresh, remarked, "c-backward")
    told = fresh.ask("check")[0]["body"]
    assert told["code"][1]["cell_hash"] == fresh.value(NAME_OF.format(remarked)).strip("'")
    assert told["parameters"][0]["source"]["text"] == "dW = 2 * W ** 2  # really?"
    assert fresh.value(NAMES) == before


def test_a_cell_below_its_own_magic_and_a_module(fresh: Kernel, tmp_path: Any) -> None:
    (tmp_path / "mine.py").write_text(f"import numpy as np\n{BACKWARD}\n", encoding="utf-8")
    fresh.run("%load_ext jupyterlab_gradcheck", f"import sys; sys.path.insert(0, {str(tmp_path)!r})", DATA, FORWARD)
    run_cell(fresh, f"%%gradcheck\n\n{BACKWARD}", "c-magic")
    told = fresh.ask("check")[0]["body"]
    assert (told["backward"]["cell_id"], told["backward"]["line"]) == ("c-magic", 4)
    assert told["parameters"][0]["source"]["line"] == 5
    fresh.run("from mine import backward")
    told = fresh.ask("check")[0]["body"]
    assert told["code"][1]["cell_hash"] is None
    assert told["code"][1]["text"].startswith("def backward(W):")
    assert (told["code"][1]["line"], told["parameters"][0]["source"]["line"]) == (3, 4)


def test_unloading_leaves_nothing_behind(fresh: Kernel) -> None:
    count = "len(get_ipython().events.callbacks['pre_run_cell'])"
    before = fresh.value(count)
    fresh.run("%load_ext jupyterlab_gradcheck", "%reload_ext jupyterlab_gradcheck")
    assert int(fresh.value(count)) == int(before) + 1
    fresh.run("%unload_ext jupyterlab_gradcheck")
    assert fresh.value(count) == before


class Shell:
    """As much of a shell as `Cells` asks for."""

    def __init__(self) -> None:
        self.callbacks: dict[str, list[Any]] = {"pre_run_cell": []}
        self.events = self
        self.compile = SimpleNamespace(get_code_name=lambda raw, code, number: f"/tmp/ipykernel_1/{len(raw)}.py")

    def register(self, event: str, callback: Any) -> None:
        self.callbacks[event].append(callback)

    def unregister(self, event: str, callback: Any) -> None:
        self.callbacks[event].remove(callback)

    def run(self, raw: str, cell_id: Any) -> None:
        for callback in self.callbacks["pre_run_cell"]:
            callback(SimpleNamespace(raw_cell=raw, cell_id=cell_id))


def test_what_is_remembered_is_bounded() -> None:
    shell, cells = Shell(), Cells()
    cells.watch(shell)
    cells.watch(shell)
    assert len(shell.callbacks["pre_run_cell"]) == 1
    for number in range(3000):
        shell.run(f"x = {number}" + " " * 5000, f"id{number}")
    assert len(cells._ran) <= 1000
    assert sum(len(ran.raw) for ran in cells._ran) <= 4_000_000
    shell.run("x" * 300_000, "long")
    shell.run("", "empty")
    shell.run("y = 1", 7)
    assert [ran.cell_id for ran in cells._ran][-2:] == ["id2999", None]
    cells.forget()
    assert not shell.callbacks["pre_run_cell"]
    assert not cells._ran


def test_a_cell_that_is_timed(fresh: Kernel) -> None:
    run_cell(fresh, DATA, "c-data")
    # Nobody watches yet.
    run_cell(fresh, f"\n%%time\n{FORWARD}", "c-forward")
    fresh.ask("probe")
    run_cell(fresh, f"%%time\n{BACKWARD}", "c-backward")
    told = fresh.ask("check")[0]["body"]
    assert [(one["name"], one["line"], one["cell_id"]) for one in told["code"]] == [
        ("forward", 6, None),
        ("backward", 3, "c-backward"),
    ]
    assert told["code"][0]["text"].startswith("def forward(parameters):\n    W = parameters")
    (wrong,) = told["parameters"]
    assert (wrong["gradient"], wrong["source"]["line"], wrong["source"]["text"]) == ("dW", 4, "dW = 2 * W ** 2")
    assert wrong["source"]["cell_id"] == "c-backward"


def test_of_two_timed_cells_the_one_that_made_the_function(fresh: Kernel) -> None:
    run_cell(fresh, DATA, "c-data")
    fresh.ask("probe")
    run_cell(fresh, f"%%time\n{FORWARD.strip()}", "c-forward")
    run_cell(fresh, f"%%time\n{BACKWARD}", "c-backward")
    run_cell(fresh, f"%%time\nkept = backward\n{BACKWARD.replace('2 * W', '3 * W')}", "c-right")
    run_cell(fresh, "backward = kept", "c-again")
    told = fresh.ask("check")[0]["body"]
    assert told["verdict"] == "fail"
    assert told["parameters"][0]["source"]["cell_id"] == "c-backward"


def test_how_a_timed_cell_calls_the_functions_is_read(fresh: Kernel) -> None:
    cells = [
        DATA,
        FORWARD.strip().replace("(parameters)", "(parameters, factor)").replace("float(", "factor * float("),
        "def backward(W, factor):\n    return {'dW': 3 * factor * W ** 2}",
        "%%time\nscale, other = 2.0, 3.0\ncost, W = forward(parameters, scale)\nbackward(W, scale)",
    ]
    for number, cell in enumerate(cells):
        run_cell(fresh, cell, f"c{number}")
    told = fresh.ask("check")[0]["body"]
    assert told.get("verdict") == "pass", told


def test_a_lambda_of_a_cell_that_is_timed_the_second_time(fresh: Kernel) -> None:
    data = f"{DATA}\nforward = lambda parameters: float(np.sum(parameters['W'] ** 3))"
    cell = "backward = lambda parameters: {'dW': 3 * parameters['W'] ** 2}"
    run_cell(fresh, data, "c-data")
    run_cell(fresh, cell, "c-backward")
    assert fresh.ask("check")[0]["body"]["verdict"] == "pass"
    run_cell(fresh, f"%%time\n{cell}", "c-backward")
    assert fresh.ask("check")[0]["body"]["verdict"] == "pass"
