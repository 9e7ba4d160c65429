"""Runs a notebook in a kernel of its own and reads what its cells gave."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[2] / "examples"
REPORT = "application/vnd.jupyterlab-gradcheck.report.v1+json"

Outputs = dict[str, list[Any]]  # by cell id


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def source(notebook: Any, cell_id: str) -> str:
    return next(cell.source for cell in notebook.cells if cell.id == cell_id)


def run(path: Path, folder: Path, extra: dict[str, str]) -> Outputs:
    """Outputs by cell id of the notebook with the cells of ``extra`` (id -> source) put at its end. Errors raise."""
    notebook = read(path)
    notebook.cells += [nbformat.v4.new_code_cell(text, id=cell_id) for cell_id, text in extra.items()]
    client = NotebookClient(
        notebook, timeout=120, allow_errors=False, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def printed(outputs: list[Any]) -> str:
    return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")


def figure(outputs: list[Any], label: str) -> float:
    """The number that a cell printed after ``label:``."""
    return float(re.search(rf"^{re.escape(label)}: +(\S+)$", printed(outputs), re.MULTILINE)[1])  # type: ignore[index]


def report(outputs: list[Any]) -> dict[str, Any]:
    (output,) = (output for output in outputs if REPORT in output.get("data", {}))
    assert {"text/html", "text/plain"} <= set(output.data)
    return dict(output.data[REPORT])


def verdicts(found: dict[str, Any]) -> dict[str, str]:
    return {parameter["name"]: parameter["verdict"] for parameter in found["parameters"]}


def factors(found: dict[str, Any]) -> dict[str, float]:
    return {p["name"]: p["cause"]["factor"] for p in found["parameters"] if p["cause"]}


def lines(found: dict[str, Any]) -> dict[str, tuple[int, str]]:
    return {p["name"]: (p["source"]["line"], p["source"]["text"]) for p in found["parameters"] if p["source"]}
