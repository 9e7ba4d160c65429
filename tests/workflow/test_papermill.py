"""Notebooks that are run without a front end stop at a wrong gradient, and say which."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

NET = """import numpy as np
random = np.random.default_rng(1)
X, y = random.normal(size=(30, 4)), random.normal(size=30)
parameters = {"w": random.normal(size=4), "b": np.zeros(1)}

def forward(X, y, parameters):
    error = X @ parameters["w"] + parameters["b"] - y
    return np.mean(error**2), error

def backward(X, y, cache):
    dw = FACTOR * X.T @ cache / len(y)
    db = np.array([2 * np.mean(cache)])
    return {"dw": dw, "db": db}
"""


def notebook(factor: int, line: str) -> Any:
    made = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    cells = ["%load_ext jupyterlab_gradcheck", NET.replace("FACTOR", str(factor)), line, "print('reached the end')"]
    made.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    return made


def run(folder: Path, made: Any) -> str:
    """What papermill says of the notebook's end; empty where it ran through."""
    papermill = pytest.importorskip("papermill")
    nbformat.write(made, folder / "in.ipynb")
    try:
        papermill.execute_notebook(
            str(folder / "in.ipynb"), str(folder / "out.ipynb"), progress_bar=False, log_output=False, cwd=str(folder)
        )
    except papermill.PapermillExecutionError as error:
        return str(error)
    return ""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_planted_mistake_stops_papermill(tmp_path: Path) -> None:
    said = run(tmp_path, notebook(4, "%gradcheck --raise"))
    assert "GradientsWrong: 1 of 2 gradients is wrong: dw." in said
    assert "dw is 2 x the numerical gradient" in said
    assert "line 11 of backward's cell: dw = 4 * X.T @ cache / len(y)" in said
    out = nbformat.read(tmp_path / "out.ipynb", 4)
    # The report is in the notebook, and what comes after was not run.
    kinds = [output["output_type"] for cell in out.cells for output in cell.get("outputs", ())]
    assert kinds.count("display_data") >= 1
    assert "reached the end" not in "".join(o.get("text", "") for cell in out.cells for o in cell.get("outputs", ()))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_right_gradients_let_papermill_go_on(tmp_path: Path) -> None:
    assert run(tmp_path, notebook(2, "%gradcheck --raise=inconclusive")) == ""
    out = nbformat.read(tmp_path / "out.ipynb", 4)
    assert out.cells[-1].outputs[0]["text"] == "reached the end\n"


def test_a_planted_mistake_stops_nbclient() -> None:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    with pytest.raises(CellExecutionError) as caught:
        NotebookClient(notebook(4, "%gradcheck --raise --only w"), timeout=120).execute()
    assert caught.value.ename == "GradientsWrong"
    assert "dw is 2 x the numerical gradient" in str(caught.value)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nothing_to_check_stops_papermill_and_says_so(tmp_path: Path) -> None:
    made = notebook(2, "%gradcheck --raise")
    del made.cells[1]
    said = run(tmp_path, made)
    assert "GradcheckError: Found no functions to check" in said
