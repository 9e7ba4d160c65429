"""The command as a person runs it, with real kernels: one process for many notebooks, so that this stays quick."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.cli.run import how_to_choose

from .examples import DATA, LAYERS, RIGHT, ROOT, WRONG, write

COMMAND = [sys.executable, "-m", "jupyterlab_gradcheck.cli"]
PARENT = "import os\nopen('pid', 'w').write(str(os.getpid()))"
DEAF = "import time\nwhile True:\n    try:\n        time.sleep(100)\n    except KeyboardInterrupt:\n        pass"


def environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    # The width of the table is that of the terminal.
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100", **more}


def command(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=200,
    )


def told(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    """By path, the notebooks in a result as JSON."""
    assert done.stdout, done.stderr
    results = contract.parse("results", done.stdout)
    assert results["exit_code"] == done.returncode
    return {one["path"]: one for one in results["notebooks"]}


def verdicts(notebook: Mapping[str, Any]) -> dict[str, str]:
    return {one["name"]: one["verdict"] for each in notebook["checks"] for one in each["gradients"]}


def message(notebook: Mapping[str, Any]) -> str:
    return "" if notebook["error"] is None else str(notebook["error"]["message"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    write(folder / "wrong.ipynb", DATA, WRONG, text="# Text is no cell to run")
    write(folder / "sub dir" / "né eds data.ipynb", DATA, "assert open('data.txt').read() == 'here'", RIGHT)
    (folder / "sub dir" / "data.txt").write_text("here")
    write(folder / "right.ipynb", DATA, RIGHT)
    write(folder / "layers.ipynb", *LAYERS)
    write(folder / "raises.ipynb", DATA, WRONG, "def helper():\n    return 1 / 0", "x = 1\nhelper()", "late = 1")
    write(folder / "nothing.ipynb", "x = 1")
    write(folder / "empty.ipynb", text="# No code")
    write(folder / "dies.ipynb", "import os\nos._exit(3)")
    write(
        folder / "nokernel.ipynb",
        DATA,
        RIGHT.replace("loss", "cost"),
        "print('x' * 1000 + '\\n', end='')\n" * 3,
        metadata={},
    )
    write(folder / "unknown.ipynb", "x = 1", metadata={"kernelspec": {"name": "myenv", "display_name": "mine"}})
    write(folder / "julia.ipynb", "x = 1", metadata={"language_info": {"name": "julia"}})
    write(folder / "params.ipynb", "factor = 2", DATA, RIGHT.replace("2 *", "factor *"), tags={0: ["parameters"]})
    script = f"import sys\n{DATA}\n\n\n{WRONG}\n\n\nif __name__ == '__main__':\n    assert sys.argv == [__file__]\n    sys.exit(0)\n"
    (folder / "a script.py").write_text(script)
    (folder / "corrupt.ipynb").write_text('{"cells": [')
    return folder


def stamps(folder: Path) -> dict[Path, tuple[bytes, int]]:
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def everything(folder: Path) -> subprocess.CompletedProcess[str]:
    """All of them in one command."""
    before = stamps(folder)
    done = command(
        folder, "**/*.ipynb", "*.py", "gone.ipynb", "sub dir", "-n", "2", "--format", "json", "-p", "factor=3"
    )
    assert stamps(folder) == before, "the command wrote into the folder"
    return done


class TestEverything:
    def test_exit_code_is_the_worst(self, everything: subprocess.CompletedProcess[str]) -> None:
        assert everything.returncode == 1

    def test_progress_is_a_line_a_notebook_on_the_standard_error(
        self, everything: subprocess.CompletedProcess[str]
    ) -> None:
        lines = everything.stderr.splitlines()
        assert len(lines) == len(told(everything)) == 16
        assert any(line.endswith("wrong.ipynb: FAIL", 0, line.rindex(" (")) for line in lines)
        assert "\x1b" not in everything.stderr

    def test_a_wrong_gradient_with_its_cause_cell_and_line(self, everything: subprocess.CompletedProcess[str]) -> None:
        notebook = told(everything)["wrong.ipynb"]
        (check,) = notebook["checks"]
        contract.validate("report", check["report"])
        assert (notebook["status"], notebook["kernel"], verdicts(notebook)) == ("fail", "python3", {"dw": "fail"})
        assert check["report"]["parameters"][0]["cause"]["factor"] == pytest.approx(1.5)
        assert (check["gradients"][0]["place"]["cell"], check["gradients"][0]["place"]["line"]) == (2, 5)

    def test_the_line_in_the_file(self, everything: subprocess.CompletedProcess[str], folder: Path) -> None:
        place = told(everything)["wrong.ipynb"]["checks"][0]["gradients"][0]["place"]
        line = (folder / "wrong.ipynb").read_text().splitlines()[place["file_line"] - 1]
        assert line.strip().startswith('"    dw = 3 *')

    def test_runs_in_the_notebooks_own_folder(self, everything: subprocess.CompletedProcess[str]) -> None:
        assert told(everything)["sub dir/né eds data.ipynb"]["status"] == "pass"

    def test_everything_that_stands_side_by_side_is_checked(self, everything: subprocess.CompletedProcess[str]) -> None:
        found = verdicts(told(everything)["layers.ipynb"])
        assert {name: found[name] for name in ("dx", "dw", "db")} == {"dx": "pass", "dw": "pass", "db": "fail"}
        assert len(found) == 4

    def test_a_cell_that_raises(self, everything: subprocess.CompletedProcess[str]) -> None:
        notebook = told(everything)["raises.ipynb"]
        assert (notebook["status"], notebook["checks"]) == ("error", [])
        assert message(notebook).startswith(
            "In[4], line 2 raised ZeroDivisionError: division by zero (in In[3], line 2)."
        )
        assert "--allow-errors" in message(notebook)

    @pytest.mark.parametrize(
        ("path", "code", "said"),
        [
            ("nothing.ipynb", "nothing_found", "Found no functions to check"),
            ("empty.ipynb", "nothing_found", "has no code to run"),
            ("dies.ipynb", "kernel_died", "The kernel died while In[1] ran"),
            ("unknown.ipynb", "unknown_kernel", "There is no kernel 'myenv' here. There are: "),
            ("julia.ipynb", "unsupported_kernel", "this one speaks julia"),
            ("corrupt.ipynb", "not_a_notebook", "is not a notebook, or damaged"),
            ("gone.ipynb", "not_found", "There is no file gone.ipynb"),
            ("sub dir", "is_folder", "is a folder"),
        ],
    )
    def test_what_cannot_be_checked_says_why(
        self, everything: subprocess.CompletedProcess[str], path: str, code: str, said: str
    ) -> None:
        notebook = told(everything)[path]
        assert (notebook["status"], notebook["error"]["code"]) == ("error", code)
        assert said in message(notebook)

    def test_a_notebook_that_names_no_kernel_runs_in_python(self, everything: subprocess.CompletedProcess[str]) -> None:
        notebook = told(everything)["nokernel.ipynb"]
        assert (notebook["status"], notebook["kernel"]) == ("pass", "python3")

    def test_parameters_come_after_the_tagged_cell(self, everything: subprocess.CompletedProcess[str]) -> None:
        notebook = told(everything)["params.ipynb"]
        assert verdicts(notebook) == {"dw": "fail"}
        # The number is the one that Jupyter shows without the injected cell.
        assert notebook["checks"][0]["gradients"][0]["place"]["cell"] == 3

    def test_a_parameter_that_a_notebook_does_not_know_is_told(
        self, everything: subprocess.CompletedProcess[str]
    ) -> None:
        notebooks = told(everything)
        assert notebooks["params.ipynb"]["notes"] == []
        assert notebooks["wrong.ipynb"]["notes"] == ["-p factor: wrong.ipynb has nothing of that name."]

    def test_a_script_has_its_own_lines(self, everything: subprocess.CompletedProcess[str], folder: Path) -> None:
        notebook = told(everything)["a script.py"]
        place = notebook["checks"][0]["gradients"][0]["place"]
        line = (folder / "a script.py").read_text().splitlines()[place["line"] - 1]
        assert (place["cell"], line.split(" = ")[0]) == (None, "    dw")
        assert place["file_line"] == place["line"]


def test_options_reach_the_check_and_errors_are_allowed(folder: Path, tmp_path: Path) -> None:
    """And the result goes to a file, while the table goes to people."""
    done = command(
        folder, "raises.ipynb", "--allow-errors", "--method", "central", "--epsilon", "1e-5", "--threshold", "0.5",
        "--format", "junit", "-o", str(tmp_path / "r.xml"),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "raises.ipynb: FAIL" in done.stdout
    assert "Note: In[4], line 2 raised ZeroDivisionError" in done.stdout
    root = ElementTree.parse(tmp_path / "r.xml").getroot()
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert "raises.ipynb, In[2], line 5: dw = 3 *" in (failure.text or "")


def test_select_one_of_two_layers_and_update_nothing_else(folder: Path) -> None:
    done = command(folder, "layers.ipynb", "--select", "tanh_*", "--format", "json")
    (notebook,) = told(done).values()
    assert (done.returncode, notebook["status"]) == (0, "pass")
    (check,) = notebook["checks"]
    # The other layer was not even looked at.
    assert check["report"]["backward"]["name"] == "tanh_backward"
    assert len(check["gradients"]) == 1


OF_AN_INPUT = """import numpy as np
r = np.random.default_rng(0)
X, W, y = r.normal(size=(4, 4)), r.normal(size=(4, 4)), r.normal(size=4)
def loss(X, W, y): return np.mean((np.tanh(X @ W).sum(1) - y) ** 2)
def gradient(X, W, y):
    h = np.tanh(X @ W)
    return (2 * (h.sum(1) - y) / len(y))[:, None] * (1 - h**2) @ W.T"""


def test_what_no_option_answers_is_answered_in_the_notebook(tmp_path: Path) -> None:
    write(tmp_path / "asked.ipynb", OF_AN_INPUT)
    done = command(tmp_path, "asked.ipynb", "--format", "json")
    assert done.returncode == 2
    message = told(done)["asked.ipynb"]["error"]["message"]
    assert message.endswith("That line can stand in a cell of the notebook: %gradcheck --raise fails it.")
    assert "%gradcheck loss gradient X" in message


@pytest.mark.parametrize(
    ("pairs", "advice"),
    [
        ([("loss", "steep")], "Here that is --select steep."),
        ([("loss", "steep"), ("cost", "slope")], "Here that is --select with one of them, as in --select steep."),
        ([("loss", "steep"), ("cost", "steep")], "That line can stand in a cell"),
        ([], "That line can stand in a cell"),
    ],
)
def test_an_option_is_named_where_it_settles_the_question(pairs: list[tuple[str, str]], advice: str) -> None:
    assert how_to_choose(pairs).startswith(advice)


def test_the_report_is_kept_and_compared(everything: subprocess.CompletedProcess[str], tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb.gradcheck.json"
    reports = [each["report"] for each in told(everything)["wrong.ipynb"]["checks"]]
    kept = {"version": 1, "package": "0.1.0", "notebook": "n.ipynb", "at": "2026-01-02T03:04:05+00:00"}
    file.write_text(json.dumps({**kept, "reports": reports}))
    done = command(tmp_path, str(write(tmp_path / "n.ipynb", DATA, RIGHT)), "--update-report")
    assert done.returncode == 0
    assert "Note: Since 2026-01-02 03:04 UTC: dw fixed." in done.stdout
    assert json.loads(file.read_text())["reports"][0]["verdict"] == "pass"


# Nothing that takes long to import, as the limit on a cell's time is short. Slow only where it is checked: discovery has a limit
# of its own.
SLOW_LOSS = (
    "import time\nw = 3.0",
    "def loss(w):\n    time.sleep(0 if w == 3 else 60)\n    return w * w\n\ndef grad(w):\n    dw = 2 * w\n    return dw",
)


def test_hanging_notebooks_end_and_with_them_what_they_started(tmp_path: Path) -> None:
    sleeper = "import subprocess\nchild = subprocess.Popen(['sleep', '600'])\nopen('child', 'w').write(str(child.pid))"
    write(tmp_path / "deaf.ipynb", PARENT, sleeper, DEAF)
    write(tmp_path / "slow_loss.ipynb", *SLOW_LOSS)
    done = command(tmp_path, "deaf.ipynb", "slow_loss.ipynb", "--timeout", "3", "--format", "json", "-n", "2")
    notebooks = told(done)
    assert done.returncode == 2
    assert message(notebooks["deaf.ipynb"]) == "In[3] took longer than 3 s and was interrupted."
    assert notebooks["slow_loss.ipynb"]["error"]["code"] == "check_timeout"
    assert_ended(int((tmp_path / "pid").read_text()))
    assert_ended(int((tmp_path / "child").read_text()))


def test_a_cell_that_lets_itself_be_interrupted_ends_alone_where_errors_are_allowed(tmp_path: Path) -> None:
    write(tmp_path / "slow.ipynb", DATA, WRONG, "import time\ntime.sleep(600)")
    # As long as NumPy may take to be imported while everything else runs.
    done = command(tmp_path, "slow.ipynb", "--timeout", "10", "--allow-errors", "--format", "json")
    (notebook,) = told(done).values()
    assert (notebook["status"], notebook["error"]) == ("fail", None)
    assert notebook["notes"] == ["In[3] took longer than 10 s and was interrupted."]


def test_a_kernel_without_the_package_and_one_that_does_not_start(tmp_path: Path) -> None:
    kernels = {
        "lacking": "import sys; sys.modules['jupyterlab_gradcheck'] = None\nfrom ipykernel import kernelapp; kernelapp.launch_new_instance()",
        "broken": "raise SystemExit('I am broken')",
    }
    for name, code in kernels.items():
        (tmp_path / "kernels" / name).mkdir(parents=True)
        spec = {
            "argv": [sys.executable, "-c", code, "-f", "{connection_file}"],
            "display_name": name,
            "language": "python",
        }
        (tmp_path / "kernels" / name / "kernel.json").write_text(json.dumps(spec))
    (tmp_path / "kernels" / "r").mkdir()
    (tmp_path / "kernels" / "r" / "kernel.json").write_text('{"argv": ["R"], "display_name": "R", "language": "R"}')
    for name in (*kernels, "r"):
        metadata = {"kernelspec": {"name": name, "display_name": name}}
        write(tmp_path / f"{name}.ipynb", DATA, RIGHT, metadata=metadata)
    done = command(tmp_path, "*.ipynb", "-n", "2", "--format", "json", JUPYTER_PATH=str(tmp_path))
    assert done.returncode == 2
    notebooks = told(done)
    assert notebooks["lacking.ipynb"]["error"]["code"] == "kernel_package_missing"
    assert f"({sys.executable}) has no package jupyterlab_gradcheck" in message(notebooks["lacking.ipynb"])
    assert "-m pip install" in message(notebooks["lacking.ipynb"])
    assert "did not start" in message(notebooks["broken.ipynb"])
    assert "I am broken" in message(notebooks["broken.ipynb"])
    assert "speaks R" in message(notebooks["r.ipynb"])


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="the peak of memory is read there")
def test_much_output_stays_out_of_memory_and_out_of_the_result(tmp_path: Path) -> None:
    write(tmp_path / "loud.ipynb", DATA, "for _ in range(30_000):\n    print('x' * 1000)", RIGHT)
    code = (
        "import sys\nfrom jupyterlab_gradcheck.cli.main import main\n"
        "code = main(['loud.ipynb'])\nprint(open('/proc/self/status').read().split('VmHWM:')[1].split()[0], file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "xxx" not in done.stdout + done.stderr
    # Not what getrusage tells: that begins with the size of the process that started this one.
    assert int(done.stderr.split()[-1]) < 400_000


@pytest.mark.skipif(os.name == "nt", reason="there is no process group to signal")
def test_ctrl_c_ends_kernels_and_prints_what_is_known(tmp_path: Path) -> None:
    write(tmp_path / "a.ipynb", DATA, WRONG)
    write(tmp_path / "b.ipynb", PARENT, DEAF)
    write(tmp_path / "c.ipynb", DATA, RIGHT)
    process = subprocess.Popen(
        [*COMMAND, "a.ipynb", "b.ipynb", "c.ipynb"], cwd=tmp_path, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(tmp_path / "pid")
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130, err
    assert "a.ipynb: FAIL" in out
    assert out.count("Stopped before it was checked.") == 2
    assert "Traceback" not in err
    assert_ended(int((tmp_path / "pid").read_text()))


def test_a_reader_that_has_enough(folder: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "gone.ipynb", "corrupt.ipynb"], cwd=folder, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 2
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device here")
@pytest.mark.parametrize(("closing", "said"), [(">/dev/full", "No space left"), (">&-", "is closed")])
@pytest.mark.parametrize(("file", "code"), [("right.ipynb", 2), ("wrong.ipynb", 1)])
def test_an_output_that_takes_nothing(folder: Path, closing: str, said: str, file: str, code: int) -> None:
    line = f"{shlex.join([*COMMAND, file])} {closing}"
    done = subprocess.run(
        ["sh", "-c", line], cwd=folder, env=environment(), text=True, capture_output=True, timeout=120
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert f"{file}: {'pass' if code == 2 else 'FAIL'}" in done.stderr
    assert "jupyter gradcheck: error: the standard output" in done.stderr
    assert said in done.stderr


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("wrong.ipynb", "which are never written to"),
        ("sub dir", "is a folder"),
        ("none/r.xml", "There is no folder none"),
    ],
)
def test_a_result_that_could_not_be_written_is_refused_before_anything_runs(
    folder: Path, output: str, said: str
) -> None:
    done = command(folder, "wrong.ipynb", "-o", output)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "FAIL" not in done.stderr


def test_letters_that_the_terminal_does_not_have(folder: Path) -> None:
    done = command(folder, "né.ipynb", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert "There is no file n\\xe9.ipynb." in done.stdout


def test_a_mistake_in_a_module_is_placed_in_its_file(tmp_path: Path) -> None:
    module = f"# A helper.\nimport numpy as np\n\n\n{WRONG}\n"
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "helper.py").write_text(module)
    write(tmp_path / "work" / "imported.ipynb", DATA, "from helper import loss, grad")
    at = next(number for number, line in enumerate(module.splitlines(), 1) if "dw =" in line)
    done = command(tmp_path, "work/imported.ipynb", "--format", "json")
    (check,) = told(done)["work/imported.ipynb"]["checks"]
    assert check["gradients"][0]["place"] == {"cell": None, "line": at, "file_line": at, "file": "work/helper.py"}
    assert f"file=work/helper.py,line={at}," in command(tmp_path, "work/imported.ipynb", "--format", "github").stdout
    assert f"work/helper.py, line {at}: dw =" in command(tmp_path, "work/imported.ipynb").stdout


def test_the_planted_mistakes_of_the_example_are_found() -> None:
    done = command(ROOT / "examples", "fraud_detection.ipynb")
    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    wrong = [line.split()[0] for line in lines if " FAIL " in line]
    assert wrong == ["db1", "dW2"]
    notebook = nbformat.read(ROOT / "examples/fraud_detection.ipynb", 4)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    for line in (line.strip() for line in lines if line.strip().startswith("In[")):
        place, _, text = line.partition(": ")
        cell, number = (int(part) for part in place.removeprefix("In[").split("], line "))
        assert code[cell - 1].splitlines()[number - 1].strip() == text


def wait_for(file: Path) -> None:
    for _ in range(600):
        if file.exists() and file.read_text():
            return
        time.sleep(0.1)
    raise AssertionError(f"{file} did not come")


def assert_ended(pid: int) -> None:
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        # What nobody waits for is no process any more either.
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.1)
    raise AssertionError(f"process {pid} still runs")
