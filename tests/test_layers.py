"""The rules of the house: imports point one way, nothing goes round in a circle, heavy things come in when used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import jupyterlab_gradcheck

ROOT = Path(jupyterlab_gradcheck.__file__).parent
ALLOWED = {
    "engine": set(),
    "contract": set(),
    "backends": {"engine"},
    "kernel": {"backends", "engine", "contract"},
    "server": {"contract"},
    "cli": {"contract"},
    "pytest_plugin": {"kernel"},
}
FOREIGN = {
    "engine": {"numpy"},
    "contract": {"jsonschema", "referencing"},
    "backends": {"numpy"},
    "kernel": {"numpy", "IPython"},
    "server": {"jupyter_server", "jupyter_client", "jupyter_events", "tornado", "traitlets", "zmq"},
    "cli": {"jupyter_client", "nbclient", "nbformat"},
    "pytest_plugin": {"pytest"},
}
# Libraries that one module is there for, which imports them when somebody asks for what it makes.
OWN = {
    "jupyterlab_gradcheck.kernel.figure": {"matplotlib"},
    "jupyterlab_gradcheck.kernel.frame": {"pandas"},
    "jupyterlab_gradcheck.kernel.keras_callback": {"keras"},
}
# The package's front door, which may be asked for the version.
FRONT = {"__version__", "_version"}


def modules() -> list[Path]:
    return [
        path for path in sorted(ROOT.rglob("*.py")) if "labextension" not in path.parts and path.name != "_version.py"
    ]


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    """Full names of everything that ``path`` imports anywhere, those of this package resolved."""
    name = dotted(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{origin}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", modules(), ids=dotted)
def test_imports_point_one_way(path: Path) -> None:
    layer = dotted(path).split(".")[1] if "." in dotted(path) else None
    if layer is None:
        return
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "jupyterlab_gradcheck":
            assert rest[0] in {layer, *ALLOWED[layer], *FRONT}, f"{dotted(path)} imports {name}"
        elif top not in sys.stdlib_module_names:
            assert top in FOREIGN[layer] | OWN.get(dotted(path), set()), f"{dotted(path)} imports {name}"


def test_no_module_imports_itself_in_a_circle() -> None:
    known = {dotted(path) for path in modules()}
    arrows = {}
    for path in modules():
        found = set()
        for name in imports(path):
            target = name if name in known else name.rpartition(".")[0]
            # A module may import its own package's front door only from outside of it.
            if target in known and target != dotted(path) and target != "jupyterlab_gradcheck":
                found.add(target)
        arrows[dotted(path)] = found
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail, module])
        if module not in done:
            for target in arrows[module]:
                visit(target, (*trail, module))
            done.add(module)

    for module in arrows:
        visit(module, ())


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import jupyterlab_gradcheck", ["numpy", "jupyter_server", "tensorflow", "IPython", "jsonschema"]),
        ("from jupyterlab_gradcheck import gradcheck; gradcheck(lambda p: p**2, lambda p: 2*p, 1.0)", ["jupyter_server", "tensorflow", "jsonschema", "matplotlib", "pandas", "keras"]),
        ("from jupyterlab_gradcheck import assert_gradients, every, keras_callback", ["tensorflow", "keras", "pandas", "matplotlib"]),
        ("import jupyterlab_gradcheck.pytest_plugin", ["numpy", "tensorflow", "IPython"]),
        ("import jupyterlab_gradcheck.server.app", ["numpy", "tensorflow", "IPython.core.interactiveshell"]),
        ("import jupyterlab_gradcheck.cli.main, jupyterlab_gradcheck.cli.run", ["numpy", "tensorflow", "jupyter_server", "jupyterlab_gradcheck.engine", "jupyterlab_gradcheck.kernel"]),
    ],
)  # fmt: skip
def test_heavy_imports_wait_until_they_are_used(statement: str, absent: list[str]) -> None:
    code = f"{statement}\nimport sys\nprint([name for name in {absent!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
