"""Parts of a benchmark, each run in a process of its own and told to this one as plain data.

A part must not see what another imported (TensorFlow changes how a check is made) or how much memory it took, and a
library that crashes or hangs should take its own part with it only.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import table

TIMEOUT = 240.0
# One thread for everything: two libraries with thread pools of their own would not be comparable.
_ONE_THREAD = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu",
}  # fmt: skip
_MARK = "benchmarks.parts "


@dataclass
class Part:
    """What a part has to tell: tables and figures in their order, and data for whoever ran it."""

    tables: list[tuple[str, Sequence[str], list[Sequence[Any]]]] = field(default_factory=list)
    figures: list[tuple[str, bool, str, str]] = field(default_factory=list)
    data: Any = None

    def show(self, title: str, columns: Sequence[str], rows: list[Sequence[Any]]) -> None:
        self.tables.append((title, columns, rows))

    def figure(self, name: str, reached: bool, measured: str, wanted: str) -> None:
        self.figures.append((name, bool(reached), measured, wanted))


def here(work: Callable[[Part], None]) -> None:
    """Runs ``work`` in this process and prints what it has to tell for `run` to read."""
    part = Part()
    work(part)
    print(_MARK + json.dumps([part.tables, part.figures, part.data]), flush=True)


def run(module: str, name: str, timeout: float = TIMEOUT) -> Any:
    """Runs ``python -m module --here name``, prints its tables and keeps its figures. Returns its data.

    A part that fails is a figure not reached; then there is no data.
    """
    part = collect(module, name, timeout)
    if isinstance(part, str):
        table.figure(f"part {name}", False, part, "an end")
        print(f"\n{name}: {part}", flush=True)
        return None
    for title, columns, rows in part.tables:
        table.show(title, columns, rows)
    for one in part.figures:
        table.figure(*one)
    return part.data


def collect(module: str, name: str, timeout: float = TIMEOUT) -> Part | str:
    """What the part has to tell, or why it told nothing."""
    command = [sys.executable, "-m", module, "--here", name]
    try:
        done = subprocess.run(
            command, env={**os.environ, **_ONE_THREAD}, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return f"took more than {timeout:.0f} s"
    told = [line for line in done.stdout.splitlines() if line.startswith(_MARK)]
    if done.returncode or not told:
        return f"ended with code {done.returncode}: {_error(done.stderr)[:200]}"
    return Part(*json.loads(told[-1][len(_MARK) :]))


def _error(stderr: str) -> str:
    """The line that names the exception; its message may run over several."""
    lines = stderr.strip().splitlines() or ["no message"]
    return next((line for line in reversed(lines) if re.match(r"[\w.]+(Error|Exception|Interrupt)\b", line)), lines[-1])
