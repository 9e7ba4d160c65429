"""The magic where code comes from elsewhere than a notebook's cells: scripts, modules under %autoreload, a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import jupyterlab_gradcheck

MODULE = """import numpy as np

def loss(w, X, y):
    return np.mean((X @ w - y) ** 2)

def grad(w, X, y):
    dw = FACTOR * X.T @ (X @ w - y) / len(y)
    return dw
"""
DATA = "r = np.random.default_rng(0); X, y, w = r.normal(size=(20, 3)), r.normal(size=20), r.normal(size=3)\n"
TELL = "print('SAID', r.verdict, r.backward['line'], (r.parameters[0].source or {}).get('line'))\n"


def said(folder: Path, lines: str) -> list[str]:
    """What a plain IPython in a terminal prints after SAID, of lines typed into it."""
    root = str(Path(jupyterlab_gradcheck.__file__).parents[1])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    ran = subprocess.run(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--no-confirm-exit", "--colors=NoColor", "--no-banner"],
        input="%load_ext jupyterlab_gradcheck\nimport numpy as np\n" + lines + "\n",
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        env={**os.environ, "PYTHONPATH": path, "IPYTHONDIR": str(folder / "ipython"), "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    told = [line.split("SAID ", 1)[1].strip() for line in ran.stdout.splitlines() if "SAID " in line]
    assert told, ran.stdout + ran.stderr
    return told


def test_functions_that_run_has_defined(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(MODULE.replace("FACTOR", "1") + DATA)
    assert said(tmp_path, f"%run script.py\nr = %gradcheck\n{TELL}") == ["fail 6 7"]


def test_a_module_that_is_edited_after_its_import(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MODULE.replace("FACTOR", "1"))
    edits = [
        MODULE.replace("FACTOR", "2"),
        MODULE.replace("FACTOR", "3").replace("    dw", "    # three times\n    dw"),
        # What is reloaded is what has changed; the rest only stands elsewhere.
        "import os\n\n" + MODULE.replace("FACTOR", "3").replace("    dw", "    # three times\n    dw"),
    ]
    lines = f"%load_ext autoreload\n%autoreload 2\nimport mine, os\n{DATA}r = %gradcheck\n{TELL}"
    for number, text in enumerate(edits, 1):
        (tmp_path / f"edit{number}").write_text(text)
        # Files that are written within one second look the same to %autoreload.
        lines += f"os.replace('edit{number}', 'mine.py'); os.utime('mine.py', (2e9 + {number}, 2e9 + {number}))\n\n"
        lines += f"r = %gradcheck\n{TELL}"
    assert said(tmp_path, lines) == ["fail 6 7", "pass 6 None", "fail 6 8", "fail 8 10"]


def test_the_cell_magic_in_a_terminal(tmp_path: Path) -> None:
    cell = "%%gradcheck\n" + MODULE.replace("FACTOR", "2").replace("\n\n", "\n")
    assert said(tmp_path, f"{DATA}\n{cell}\n\nr = _\n{TELL}") == ["pass 4 None"]
