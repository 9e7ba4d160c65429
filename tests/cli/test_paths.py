"""Which files the arguments name."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_gradcheck.cli.outcome import Outcome
from jupyterlab_gradcheck.cli.paths import expanded


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("a.ipynb", "b.py", "notes.md", "in/c d.ipynb", "in/deep/é.ipynb", "in/.ipynb_checkpoints/c-checkpoint.ipynb", "[x].ipynb"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "folder.ipynb").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_patterns_take_notebooks_and_scripts_only(folder: Path) -> None:
    assert expanded(["*"]) == ["[x].ipynb", "a.ipynb", "b.py"]
    assert expanded(["**/*.ipynb"]) == ["[x].ipynb", "a.ipynb", "in/c d.ipynb", "in/deep/é.ipynb"]


def test_each_file_comes_once_and_in_order(folder: Path) -> None:
    assert expanded(["b.py", "*.ipynb", "./b.py", str(folder / "a.ipynb")]) == ["b.py", "[x].ipynb", "a.ipynb"]


def test_a_file_named_like_a_pattern_is_that_file(folder: Path) -> None:
    assert expanded(["[x].ipynb"]) == ["[x].ipynb"]


def test_what_is_named_outright_is_looked_at_later(folder: Path) -> None:
    assert expanded(["gone.ipynb", "notes.md", "in"]) == ["gone.ipynb", "notes.md", "in"]


def test_a_pattern_that_matches_nothing_says_so(folder: Path) -> None:
    first, second = expanded(["none/**/*.ipynb", "a.ipynb"])
    assert isinstance(first, Outcome)
    assert first.problem is not None
    assert (first.status, first.problem.message) == ("error", "No notebook or script matches none/**/*.ipynb.")
    assert second == "a.ipynb"
