"""What the package in a kernel answers, held to the contract."""

from __future__ import annotations

from typing import Any

from .. import __version__, contract
from ..contract.install import PACKAGE, install_line
from .kernelspecs import unsupported
from .outcome import CannotCheck

WATCH = '__import__("jupyterlab_gradcheck.kernel.cells", fromlist=("cells",)).cells.watch(get_ipython())'
"""Has the package note from now on which cell ran what. Imports neither NumPy nor anything else that a cell may want to
prepare for."""


def read(content: dict[str, Any], language: str = "") -> tuple[str, Any]:
    """Kind and body of the kernel_reply in the content of an execute_reply.

    Raises `CannotCheck`: what the package said why it cannot, or what else came instead of an answer.
    """
    told = content.get("user_expressions", {}).get("gradcheck")
    if not isinstance(told, dict) or told.get("status") != "ok":
        raise failure(told if isinstance(told, dict) else content, language)
    reply = told.get("data", {}).get("application/json")
    try:
        contract.validate("kernel_reply", reply)
    except contract.ContractError as error:
        theirs = reply.get("package") if isinstance(reply, dict) else "unknown"
        raise CannotCheck(
            "invalid_reply",
            f"The answer of the package in the kernel (version {theirs}) is not what this command (version {__version__}) "
            f"understands: at {str(error).partition(':')[0]}. Install the same version of {PACKAGE} in both.",
        ) from None
    kind, body = str(reply["kind"]), reply["body"]
    if kind == "error":
        readings = (body.get("candidates") or {}).get("readings", [])
        raise CannotCheck(body["code"], body["message"], pairs=[(r["forward"], r["backward"]) for r in readings])
    return kind, body


def failure(told: dict[str, Any], language: str = "") -> CannotCheck:
    """The error that stands in place of an answer."""
    name, value = str(told.get("ename", "")), str(told.get("evalue", ""))
    if lacks_package(told):
        return package_missing(None)
    if not name or language not in ("", "python"):
        return unsupported(language or "something else: it does not evaluate expressions")
    return CannotCheck("kernel_error", f"The kernel could not run the check: {name}: {value}"[:2000])


def lacks_package(told: dict[str, Any]) -> bool:
    """Whether an expression failed because the kernel's Python does not have the package."""
    return told.get("ename") == "ModuleNotFoundError" and f"'{PACKAGE}" in str(told.get("evalue", ""))


def package_missing(executable: str | None) -> CannotCheck:
    """The error for a kernel whose Python lacks the package."""
    where = f"The kernel's Python ({executable})" if executable else "The kernel's Python"
    line = install_line()
    python = executable or "python"
    return CannotCheck(
        "kernel_package_missing",
        f"{where} has no package {PACKAGE}. Install it there: `{python} -m {line.lstrip('%')}`, or `{line}` in the notebook.",
    )
