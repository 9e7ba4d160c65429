"""What the README shows is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    """The code block that follows ``<!-- mark -->``."""
    found = re.search(rf"<!-- {mark} -->\n```bash\n(.*?)```", README, re.DOTALL)
    assert found is not None, mark
    return found.group(1)


def test_the_classic_figures_are_printed() -> None:
    command = block("classic")
    assert command.startswith('python -c "')
    code = command.removeprefix('python -c "').rstrip().removesuffix('"')
    # The shell must hand it over as it stands.
    assert not set('"$`!\\') & set(code)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    right, wrong = done.stdout.split()
    assert wrong == "0.28509315678"
    # Rounding noise: the digits beyond the second belong to the machine.
    assert float(right) == pytest.approx(1.1890913e-07, rel=2e-2)


def test_the_two_commands_name_what_is_there() -> None:
    assert (ROOT / "examples" / "fraud_detection.ipynb").is_file()
    assert "examples/fraud_detection.ipynb" in block("start")
    assert "&& .venv/bin/pytest" in block("test")


def test_pictures_and_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
