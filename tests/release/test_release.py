"""What is released: a source distribution and a wheel that install without Node.js, work, and leave nothing behind."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import yaml

from jupyterlab_gradcheck import __version__

ROOT = Path(__file__).parents[2]
INSTALLED = Path(__file__).with_name("installed.py")
USER_CODE = """
from jupyterlab_gradcheck import GradcheckError, Report, gradcheck


def loss(w: float) -> float:
    return w * w


def gradient(w: float) -> float:
    return 2 * w


report: Report = gradcheck(loss, gradient, 3.0, strict=True, max_seconds=1)
verdict: str = report.verdict
difference: float | None = report.relative_difference
cause = report["w"].cause
if cause is not None and cause.factor is not None:
    print(cause.kind.upper(), cause.factor + 1.0)
for entry in report["w"].worst(3):
    print(entry.index, entry.analytic - entry.numerical)
try:
    report.raise_if_failed()
except GradcheckError as error:
    print(error.code.upper())
"""


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    """The output of ``command``, which must succeed."""
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=240, env={**os.environ, **environment}
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that was built from it without Node.js."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--sdist", "--outdir", folder, ROOT)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    nothing = folder / "no-programs"
    nothing.mkdir()
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, unpacked, PATH=str(nothing))
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("*.whl")
    return found


def test_both_pass_the_checks_of_an_index(dist: Path, wheel: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist)
    run(sys.executable, "-m", "check_wheel_contents", wheel)


def test_the_wheel_has_what_it_needs_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = Parser().parsestr(archive.read(next(n for n in names if n.endswith("METADATA"))).decode())
    tops = {re.sub(r"-[\d.a-z]+\.(data|dist-info)$", r".\1", name.split("/")[0]) for name in names}
    assert tops == {"jupyterlab_gradcheck", "jupyterlab_gradcheck.data", "jupyterlab_gradcheck.dist-info"}
    for needed in (
        "jupyterlab_gradcheck/py.typed",
        "jupyterlab_gradcheck/contract/openapi.yaml",
        "jupyterlab_gradcheck/contract/report.json",
        "/licenses/LICENSE",
        "/data/share/jupyter/labextensions/jupyterlab-gradcheck/install.json",
        "/data/share/jupyter/labextensions/jupyterlab-gradcheck/schemas/jupyterlab-gradcheck/plugin.json",
        "/data/etc/jupyter/jupyter_server_config.d/jupyterlab_gradcheck.json",
    ):
        assert any(name.endswith(needed) for name in names), needed
    assert any(re.search(r"labextensions/jupyterlab-gradcheck/static/remoteEntry\.\w+\.js$", name) for name in names)
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert metadata["Description-Content-Type"] == "text/markdown"


def test_the_version_is_the_one_in_package_json(wheel: Path) -> None:
    version = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["version"]
    assert wheel.name == f"jupyterlab_gradcheck-{version}-py3-none-any.whl"
    assert __version__ == version
    with zipfile.ZipFile(wheel) as archive:
        (front_end,) = (n for n in archive.namelist() if n.endswith("labextensions/jupyterlab-gradcheck/package.json"))
        assert json.loads(archive.read(front_end))["version"] == version
        assert f"'{version}'" in archive.read("jupyterlab_gradcheck/_version.py").decode()
    assert f"\n## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_other_file_states_it() -> None:
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "version" not in yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_same_sources_make_the_same_wheel(dist: Path, wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, ROOT)
    assert digest(tmp_path / wheel.name) == digest(wheel)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own, with the libraries of this one in sight and nothing of ours."""
    folder = tmp_path_factory.mktemp("environment") / "fresh"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    # A line in a .pth file adds the folder, and not what its own .pth files add, such as an editable install.
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (site / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def before(environment: Path) -> set[Path]:
    """What is in the environment before we come."""
    return set(environment.rglob("*"))


@pytest.fixture(scope="module")
def python(environment: Path, before: set[Path], wheel: Path) -> Path:
    """The environment's Python, with the wheel installed."""
    found = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip(found, "install", "--no-deps", "--no-index", "--ignore-installed", str(wheel))
    return found


def pip(python: Path, *arguments: str) -> None:
    run(sys.executable, "-m", "pip", "--python", python, *arguments, PYTHONPATH="")


class TestInstalled:
    def test_it_works_without_node(self, python: Path, environment: Path) -> None:
        jupyter = environment.parent / "jupyter"
        said = run(
            python,
            INSTALLED,
            # Keeps the other environment, its Node.js and the user's own files out.
            PATH=str(python.parent),
            PYTHONPATH="",
            JUPYTER_CONFIG_DIR=str(jupyter / "config"),
            JUPYTER_DATA_DIR=str(jupyter / "data"),
            IPYTHONDIR=str(jupyter / "ipython"),
        )
        assert [line.split()[0] for line in said.strip().split("\n")] == ["ok"] * 8
        assert "6 gradients checked, wrong: W2, b1" in said

    def test_a_users_code_is_strictly_typed(self, python: Path, tmp_path: Path) -> None:
        code = tmp_path / "user.py"
        code.write_text(USER_CODE, encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--python-executable={python}"]
        command += [f"--cache-dir={tmp_path / 'cache'}", str(code)]
        # From elsewhere: in the checkout, mypy would find the sources themselves.
        run(*command, cwd=tmp_path, PYTHONPATH="", MYPYPATH="")
        # And the types are told: without py.typed, anything would do.
        code.write_text(USER_CODE.replace("verdict: str", "verdict: int"), encoding="utf-8")
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""}
        )
        assert "Incompatible types in assignment" in done.stdout

    def test_uninstalling_leaves_nothing(self, python: Path, environment: Path, before: set[Path]) -> None:
        assert any("gradcheck" in path.name for path in environment.rglob("*"))
        pip(python, "uninstall", "--yes", "jupyterlab_gradcheck")
        left = set(environment.rglob("*")) - before
        assert {path for path in left if "gradcheck" in str(path.relative_to(environment))} == set()
        # Folders such as share/jupyter may stay empty: others put things there as well.
        assert {path for path in left if path.is_file()} == set()


def test_the_workflows_and_forms_are_in_order() -> None:
    github = ROOT / ".github"
    files = sorted(github.rglob("*.yml"))
    names = {file.relative_to(github).as_posix() for file in files}
    assert {f"workflows/{name}.yml" for name in ("build", "check-release", "prep-release", "publish-release")} <= names
    assert {f"ISSUE_TEMPLATE/{name}.yml" for name in ("wrong-verdict", "discovery", "idea", "config")} <= names
    for file in files:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        if file.parent.name == "workflows":
            # YAML 1.1 reads the key `on` as true.
            assert content["name"]
            assert content[True]
            for job in content["jobs"].values():
                assert job["runs-on"]
                assert all("uses" in step or "run" in step for step in job["steps"])
        elif file.name != "config.yml":
            ids = [field["id"] for field in content["body"] if "id" in field]
            assert content["name"]
            assert len(ids) == len(set(ids)) > 0


def test_paths_that_the_workflows_and_guides_name_are_there() -> None:
    texts = [*(ROOT / ".github").rglob("*.yml"), ROOT / "CONTRIBUTING.md", ROOT / "RELEASE.md"]
    for file in texts:
        for name in re.findall(
            r"(?<![\w/.-])(?:tests|docs|examples|benchmarks|labextension|\.ci)/[\w./-]*\w",
            file.read_text(encoding="utf-8"),
        ):
            built = name.startswith("docs/_build")
            assert built or (ROOT / name).exists(), f"{file.name} names {name}"


def test_no_index_is_named() -> None:
    for file in [
        *ROOT.glob("*.md"),
        *(ROOT / ".github").rglob("*.yml"),
        *(ROOT / "examples" / "ci").glob("*.yml"),
        *(ROOT / "docs").rglob("*.md"),
    ]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\b(pypi|npmjs|yarnpkg|anaconda|conda-forge)\.(org|com|io)\b", text), file.name
