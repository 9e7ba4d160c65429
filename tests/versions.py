"""`python -m tests.versions [NAME...]`: the built wheel in environments of other versions than the newest.

For each, a new environment is made in a temporary folder, the wheel is installed in it, and the tests of real kernels, a
real server and (with ``--browser``) a real JupyterLab are run against what was installed. Prints a table, and exits with 1 where a
test failed. Needs PyPI and some minutes for each.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
TESTS = [
    "tests/kernel/test_kernel.py",
    "tests/kernel/test_notebook_state.py",
    "tests/kernel/test_front_ends.py",
    "tests/server/test_real_kernel_side.py",
    "tests/server/test_life_cycle.py",
    "tests/server/test_queue.py",
    "tests/server/test_http.py",
]
BROWSER = ["tests/browser/test_panel.py"]
# What the tests use beside the package itself.
TOOLS = ["hypothesis", "matplotlib", "nbclient", "playwright", "pytest", "pytest-jupyter[server]", "pytest-timeout"]
TOLD = ["ipykernel", "jupyter-client", "jupyter-server", "jupyterlab", "notebook", "numpy", "tensorflow"]


@dataclass(frozen=True)
class Environment:
    """A Python and what is pinned in it."""

    name: str
    pythons: tuple[str, ...]
    pins: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def wanted() -> list[str]:
    """What the package asks for, and what it shows itself in."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["lab"]]


def oldest(requirement: str) -> str:
    """``numpy>=1.26`` as ``numpy==1.26.*``."""
    found = re.fullmatch(r"([\w-]+)>=([\d.]+).*", requirement)
    assert found is not None, requirement
    return f"{found[1]}=={found[2]}.*"


ENVIRONMENTS = [
    Environment("oldest", ("python3.10",), tuple(oldest(one) for one in wanted())),
    Environment("newest", ("python3.13", "python3.12")),
    Environment("ipykernel 6", ("python3.12", "python3.11"), ("ipykernel==6.*",)),
    Environment("no TensorFlow", ("python3.13", "python3.12"), without=("tensorflow",)),
]


def python_of(environment: Environment) -> str:
    for name in environment.pythons:
        found = shutil.which(name)
        # One that is on PATH may be no more than a pointer to a version that is not chosen.
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return found
    print(f"{environment.name}: none of {', '.join(environment.pythons)} can be started; {sys.executable} is taken.")
    return sys.executable


def run(environment: Environment, wheel: Path, root: Path, tests: list[str]) -> tuple[str, bool]:
    """The line of the table, and whether all passed."""
    subprocess.run([python_of(environment), "-m", "venv", root / "venv"], check=True)
    python = root / "venv/bin/python"
    asked = [one for one in wanted() if not one.startswith(environment.without or ("-",))]
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*install, *asked, *environment.pins, *TOOLS], check=True)
    subprocess.run([*install, "--no-deps", wheel], check=True)
    for part in ("tests", "examples", "pyproject.toml", "README.md"):
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, root / part)
    # Warnings of other versions' own are not ours to mend.
    ended = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--override-ini", "filterwarnings=default", *tests],
        cwd=root,
        env={**os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        print(ended.stdout[-20_000:], ended.stderr[-2_000:], sep="\n")
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"], check=True, capture_output=True, text=True
    ).stdout.replace("_", "-")
    version = subprocess.run([python, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    versions = [one.replace("==", " ") for one in listed.splitlines() if one.partition("==")[0] in TOLD]
    outcome = ended.stdout.strip().splitlines()[-1] if ended.stdout.strip() else "nothing was run"
    return f"{environment.name}: {outcome}\n    {', '.join([version, *versions])}", ended.returncode == 0


def main() -> int:
    """Exit code: 1 where a test failed."""
    names = [environment.name for environment in ENVIRONMENTS]
    parser = argparse.ArgumentParser(prog="python -m tests.versions", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which of {', '.join(names)}; all where none is named"
    )
    parser.add_argument("--browser", action="store_true", help="the tests of the panel in Chromium as well")
    parser.add_argument("-k", default="", help="only tests that match, as for pytest")
    given = parser.parse_args()
    if unknown := set(given.names) - set(names):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    lines, good = [], True
    with tempfile.TemporaryDirectory() as temporary:
        built = Path(temporary, "wheel")
        subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", built, ROOT], check=True)
        (wheel,) = built.glob("*.whl")
        for environment in ENVIRONMENTS:
            if given.names and environment.name not in given.names:
                continue
            root = Path(temporary, environment.name.replace(" ", "-"))
            tests = [*TESTS, *(BROWSER if given.browser else []), *(["-k", given.k] if given.k else [])]
            line, passed = run(environment, wheel, root, tests)
            print(line, flush=True)
            lines.append(line)
            good &= passed
            shutil.rmtree(root)
    print("", *lines, sep="\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
