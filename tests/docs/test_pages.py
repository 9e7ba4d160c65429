"""Every Python example of the docs is run, a page at a time, and gives what the page shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
RUN_PAGE = Path(__file__).with_name("run_page.py")


def pages() -> list[Path]:
    sources = [path for path in sorted(DOCS.rglob("*.md")) if not {"_build", "examples"} & set(path.parts[:-1])]
    return [path for path in sources if "```python\n" in path.read_text(encoding="utf-8")]


def run(page: Path) -> subprocess.CompletedProcess[str]:
    """Runs ``page`` in a process of its own: what is found and used depends on what is loaded."""
    return subprocess.run(
        [sys.executable, "-W", "error", RUN_PAGE, page],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_examples_give_what_the_page_shows(page: Path) -> None:
    done = run(page)
    assert done.returncode == 0, done.stderr


def test_each_guide_and_explanation_has_examples() -> None:
    without = {path.stem for folder in ("howto", "explanation") for path in (DOCS / folder).glob("*.md")} - {
        path.stem for path in pages()
    }
    # The figures of that page are those of the benchmarks.
    assert without <= {"comparison"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```python\nprint(1)\n```\n```text\n2\n```\n", "-2"),
        ("```python\nx = 3\n```\n\n```python\nx\n```\n```text\n4\n```\n", "+3"),
        ("Some text.\n\n```python\n1 / 0\n```\n", "line 4: ZeroDivisionError"),
        ("```python\nimport warnings\nwarnings.warn('old')\n```\n", "old"),
        ("```ipython3\n%nothing\n```\n", "UsageError"),
    ],
    ids=["output", "value", "error", "warning", "magic"],
)
def test_a_page_that_is_wrong_is_found_out(tmp_path: Path, text: str, said: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    done = run(page)
    assert done.returncode == 1
    assert said in done.stderr


def test_seconds_and_rounding_may_differ(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```python\nprint('1.19e-09 from 233 evaluations in 0.05 s, 12 of them')\n```\n"
        "```text\n3.2e-11 from 1,230 evaluations in 7 ms, ...\n```\n",
        encoding="utf-8",
    )
    assert run(page).returncode == 0
