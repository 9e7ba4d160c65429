"""What is said between the server and the package in a kernel, as pure functions; how it travels: contract.envelope."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .. import contract
from ..contract.envelope import PROGRESS_MIME
from ..contract.install import PACKAGE, install_line
from .errors import (
    GradcheckServerError,
    InvalidReply,
    KernelFailed,
    KernelInterrupted,
    KernelRefused,
    PackageMissing,
    RequestAborted,
    UnsupportedKernel,
)


class Outcome(NamedTuple):
    """A reply that kept the contract."""

    kind: str
    body: dict[str, Any] | None
    text: str
    """The body as JSON. Written once, off the event loop, because a report may have a megabyte."""


class Progress(NamedTuple):
    """How far a check is: evaluations done and planned, and what it is going to do, where that is known (schema Plan)."""

    done: int
    total: int
    plan: dict[str, Any] | None


def read_reply(content: dict[str, Any], language: str) -> Any:
    """The kernel_reply in the content of an execute_reply, not yet held to its schema.

    Raises the error that the content tells of.
    """
    if content.get("status") in ("aborted", "abort"):
        raise RequestAborted(
            "A cell ahead of the check failed or was interrupted, and the kernel dropped what was queued behind it. "
            "Check again."
        )
    expressions = content.get("user_expressions")
    told = expressions.get("gradcheck") if isinstance(expressions, dict) else None
    if isinstance(told, dict) and told.get("status") == "ok":
        return _json_of(told)
    raise _failure(told if isinstance(told, dict) else content, language)


def is_kind(reply: Any, kind: str) -> bool:
    """Whether a reply says that it is of this kind, before it is held to its schema."""
    return isinstance(reply, dict) and reply.get("kind") == kind


def package_missing(executable: str | None) -> PackageMissing:
    """The error for a kernel whose Python lacks the package."""
    where = f"The kernel's Python ({executable[:300]})" if executable else "The kernel's Python"
    line = install_line()
    return PackageMissing(
        f"{where} has no package {PACKAGE}. Run `{line}` in the notebook, restart the kernel and check again.", line
    )


def accept(reply: Any, version: str) -> Outcome:
    """Hold ``reply`` to the contract and note a difference of versions in its report.

    Takes tens of milliseconds for a large report: not for the event loop. Raises InvalidReply, or KernelRefused with
    what the kernel said.
    """
    try:
        contract.validate("kernel_reply", reply)
        if reply["kind"] == "error":
            raise KernelRefused(reply["body"])
        if reply["kind"] == "report":
            _note_skew(reply["body"], reply["package"], version)
        return Outcome(reply["kind"], reply["body"], json.dumps(reply["body"], allow_nan=False))
    except contract.ContractError as error:
        # Only the place: what follows it may quote the person's data.
        raise InvalidReply(_not_understood(f"at {str(error).partition(':')[0]}", reply, version)) from None
    except ValueError:
        raise InvalidReply(_not_understood("a number that is not finite", reply, version)) from None


def read_progress(data: Any, check_id: str) -> Progress | None:
    """How far the check is, where the data of a display_data message tell of this one."""
    told = data.get(PROGRESS_MIME) if isinstance(data, dict) else None
    if told is None:
        return None
    try:
        contract.validate("progress", told)
    except contract.ContractError:
        return None
    return Progress(told["done"], told["total"], told.get("plan")) if told["check_id"] == check_id else None


def _json_of(told: dict[str, Any]) -> Any:
    data = told.get("data")
    if isinstance(data, dict) and "application/json" in data:
        return data["application/json"]
    raise InvalidReply(
        "The package in the kernel answered without JSON. Update it, restart the kernel and check again."
    )


def _failure(told: dict[str, Any], language: str) -> GradcheckServerError:
    name, value = str(told.get("ename", "")), str(told.get("evalue", ""))
    if name == "KeyboardInterrupt":
        return KernelInterrupted("The kernel was interrupted before the check ended. Check again.")
    if language not in ("", "python") or not name:
        return UnsupportedKernel(unsupported(language))
    if name == "ModuleNotFoundError" and PACKAGE in value:
        return package_missing(None)
    return KernelFailed(f"The kernel could not run the check: {name}: {value}"[:2000])


def unsupported(language: str) -> str:
    """The sentence for a kernel that cannot run the package."""
    other = language not in ("", "python")
    why = f"this kernel speaks {language}" if other else "this kernel does not evaluate expressions"
    return f"Gradients are checked in Python (IPython) kernels; {why}."


def _not_understood(what: str, reply: Any, version: str) -> str:
    theirs = reply.get("package") if isinstance(reply, dict) else None
    known = theirs[:64] if isinstance(theirs, str) else "unknown"
    return (
        f"The answer of the package in the kernel (version {known}) is not what this server (version {version}) "
        f"understands: {what}. Install the same version of {PACKAGE} in both, and restart both."
    )


def _note_skew(report: dict[str, Any], theirs: str, ours: str) -> None:
    if theirs.split(".")[:2] == ours.split(".")[:2] or len(report["warnings"]) >= 100:
        return
    message = (
        f"The kernel has {PACKAGE} {theirs}, the server {ours}. "
        "Install the same version in both, so that button and kernel mean the same."
    )
    report["warnings"].append({"code": "version-skew", "message": message})
