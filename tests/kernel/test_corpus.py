"""Notebooks as many people write them: each is understood unaided, or asked about; none is read wrongly."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import tomllib

from benchmarks.discovery import CORPUS, judge

FOLDERS = sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir())
# Of the notebooks that need no question, how many must be understood without one. Steps and gradients without a loss are the
# hardest: there, what is missing is asked for.
LEAST = {"c08_backward_without_loss": 0.8}


def notebooks(folder: str) -> list[Path]:
    found = []
    for path in sorted((CORPUS / folder).glob("*.py")):
        needs = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8")).get("needs", [])
        if all(importlib.util.find_spec(name) for name in needs):
            found.append(path)
    return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("folder", FOLDERS)
def test_notebooks_are_understood(folder: str) -> None:
    paths = notebooks(folder)
    if not paths:
        pytest.skip("none of them runs without TensorFlow")
    outcomes = [judge(path) for path in paths]
    wrong = [f"{o.name}: {o.said} {o.problems}" for o in outcomes if o.kind == "wrong"]
    assert not wrong
    unaided = [o for o in outcomes if o.kind != "asked as it should"]
    asked = [f"{o.name}: {o.said}" for o in unaided if o.kind == "asked"]
    assert len(asked) <= (1 - LEAST.get(folder, 0.9)) * max(len(unaided), 1), asked
    # Where code is wrong, what is wrong in it is told, or a question asked: seldom is the answer another.
    mistakes = sum(o.mistakes for o in outcomes)
    assert sum(o.caught for o in outcomes) >= 0.85 * mistakes, [
        f"{o.name}: {o.problems}" for o in outcomes if o.problems
    ]
