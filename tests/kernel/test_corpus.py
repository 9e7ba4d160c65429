"""Notebooks as many people write them: each is understood unaided, or asked about; none is read wrongly."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import tomllib

from benchmarks.discovery import CORPUS, Outcome, judge

NOTEBOOKS = sorted(CORPUS.rglob("*.py"))
# Of the notebooks that need no question, how many must be understood without one. Steps and gradients without a loss are the
# hardest: there, what is missing is asked for.
LEAST = {"c08_backward_without_loss": 0.75}

_outcomes: dict[Path, Outcome] = {}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_notebook_is_understood_or_asked_about(path: Path) -> None:
    needs = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8")).get("needs", [])
    if not all(importlib.util.find_spec(name) for name in needs):
        pytest.skip(f"it needs {', '.join(needs)}")
    # The benchmark puts in every mistake; one of each notebook is enough to see that mistakes are told.
    outcome = _outcomes[path] = judge(path, mistakes=1)
    assert outcome.kind != "wrong", f"{outcome.said} {outcome.problems}"


@pytest.mark.parametrize("folder", sorted({path.parent.name for path in NOTEBOOKS}))
def test_most_of_a_convention_is_understood_unaided(folder: str) -> None:
    outcomes = [outcome for path, outcome in _outcomes.items() if path.parent.name == folder]
    unaided = [o for o in outcomes if o.kind != "asked as it should"]
    if len(unaided) < 5:
        pytest.skip("too few of its notebooks have run")
    asked = [f"{o.name}: {o.said}" for o in unaided if o.kind == "asked"]
    assert len(asked) <= (1 - LEAST.get(folder, 0.9)) * len(unaided), asked
    # Where code is wrong, what is wrong in it is told, or a question asked: seldom is the answer another.
    told, mistakes = sum(o.caught for o in outcomes), sum(o.mistakes for o in outcomes)
    assert told >= 0.85 * mistakes, [f"{o.name}: {o.problems}" for o in outcomes if o.problems]
