"""Notebooks that these tests write, and reports to make outcomes of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from jupyterlab_gradcheck.cli.outcome import Check, Outcome, Place, Row, short_name
from jupyterlab_gradcheck.cli.selection import function_of

ROOT = Path(__file__).parents[2]
PYTHON = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}

DATA = "import numpy as np\nr = np.random.default_rng(0)\nX, y, w = r.normal(size=(20, 3)), r.normal(size=20), r.normal(size=3)"
FUNCTIONS = (
    "def loss(w, X, y):\n    return np.mean((X @ w - y) ** 2)\n\n"
    "def grad(w, X, y):\n    dw = {} * X.T @ (X @ w - y) / len(y)\n    return dw"
)
RIGHT = FUNCTIONS.format("2")
WRONG = FUNCTIONS.format("3")
LAYERS = (
    "import numpy as np\nrng = np.random.default_rng(0)\nx, w, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 5)), rng.normal(size=5)\n"
    "dout = rng.normal(size=(4, 5))",
    "def affine_forward(x, w, b):\n    return x @ w + b, (x, w, b)\n\n"
    "def affine_backward(dout, cache):\n    x, w, b = cache\n    dx = dout @ w.T\n    dw = x.T @ dout\n"
    "    db = 2 * dout.sum(axis=0)\n    return dx, dw, db",
    "def tanh_forward(x):\n    out = np.tanh(x)\n    return out, out\n\n"
    "def tanh_backward(dout, cache):\n    return dout * (1 - cache**2)",
)
"""Two layers side by side; db of the first is twice what it should be."""


def write(
    path: Path, *cells: str, tags: Mapping[int, Sequence[str]] | None = None, metadata: Any = PYTHON, text: str = ""
) -> Path:
    """A notebook at ``path`` of these code cells, with a cell of text before them where ``text`` is given."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, id=f"c{at}") for at, source in enumerate(cells)], metadata=metadata
    )
    for at, names in (tags or {}).items():
        notebook.cells[at].metadata["tags"] = list(names)
    if text:
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(text, id="text"))
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def report(name: str) -> dict[str, Any]:
    """One of the reports that the contract's tests hold to be good."""
    told: dict[str, Any] = json.loads((ROOT / f"tests/contract/good/report.{name}.json").read_text(encoding="utf-8"))
    data: dict[str, Any] = told["data"]
    return data


def check(found: dict[str, Any], place: Place | None = None) -> Check:
    """``found`` (a report) with all its sources at ``place``."""
    rows = [
        Row(one, function_of(one, found), short_name(one), place if one["source"] else None)
        for one in found["parameters"]
    ]
    return Check(found, tuple(rows))


def outcome(name: str, path: str = "a.ipynb", place: Place | None = None, **changes: Any) -> Outcome:
    """What becomes of a notebook whose report is the contract's example ``name``."""
    return Outcome(path, (check(report(name), place),), seconds=1.5, kernel="python3", **changes)
