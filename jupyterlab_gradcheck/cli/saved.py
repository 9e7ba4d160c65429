"""``--update-report``: the report kept beside the notebook, and what has changed since."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .. import __version__, contract
from .outcome import CannotCheck, Outcome, gradient_name, some

SUFFIX = ".gradcheck.json"


def file_of(notebook: Path) -> Path:
    """Where the report on ``notebook`` is kept."""
    return notebook.with_name(notebook.name + SUFFIX)


def update(notebook: Path, outcome: Outcome) -> str:
    """Keep the reports of ``outcome``, and tell in a sentence what has changed against those that were kept.

    Raises `CannotCheck` where the file cannot be written. A file that cannot be understood is replaced, which is said.
    """
    file = file_of(notebook)
    reports = [check.report for check in outcome.checks]
    said = _compared(file, reports)
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    told = {"version": 1, "package": __version__, "notebook": notebook.name, "at": now, "reports": reports}
    try:
        write(file, json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    except OSError as error:
        raise CannotCheck(
            "report_not_written", f"The report could not be written to {file.name}: {error.strerror or error}."
        ) from None
    return said


def write(file: Path, text: str) -> None:
    """Write ``text`` to ``file``, whole or not at all. What UTF-8 cannot say, as in some names of files, is spelled out.

    Raises OSError.
    """
    if file.exists() and not file.is_file():
        # A device or a pipe, which cannot be replaced.
        file.write_text(text, encoding="utf-8", errors="backslashreplace")
        return
    target = Path(os.path.realpath(file))
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    try:
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
        # Made for its owner's eyes alone; a result has the rights of any other new file.
        os.chmod(name, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def change(before: dict[str, Any], after: dict[str, Any]) -> tuple[list[str], list[str], list[str]] | None:
    """Names of the gradients that are fixed, newly wrong and still wrong; None where the two did not check the same."""
    earlier = {parameter["name"]: parameter["verdict"] for parameter in before["parameters"]}
    both = [parameter for parameter in after["parameters"] if parameter["name"] in earlier]
    # In a report on several each name says whose it is.
    led = all(": " in parameter["name"] for parameter in both)
    if not both or not (led or _functions(before) == _functions(after)):
        return None
    was = [earlier[parameter["name"]] for parameter in both]
    pairs = [(gradient_name(one), old, one["verdict"]) for one, old in zip(both, was, strict=True)]
    return (
        [name for name, old, new in pairs if new == "pass" and old == "fail"],
        [name for name, old, new in pairs if new == "fail" and old != "fail"],
        [name for name, old, new in pairs if new == old == "fail"],
    )


def _compared(file: Path, reports: list[dict[str, Any]]) -> str:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return f"The report is kept in {file.name}."
    except (OSError, UnicodeDecodeError):
        return f"{file.name} could not be read."
    try:
        told = contract.parse("kept", text)
    except contract.ContractError:
        return f"{file.name} was not a report of this command, and has been replaced."
    at = told["at"]
    pairs = zip(told["reports"], reports, strict=False)
    changes = [found for found in (change(old, new) for old, new in pairs) if found is not None]
    if not changes:
        return f"Since {_spoken(at)}: other functions are checked, nothing can be compared."
    fixed, broken, still = ([name for found in changes for name in found[kind]] for kind in range(3))
    said = [
        f"{some(names)} {what}"
        for names, what in ((fixed, "fixed"), (broken, "newly wrong"), (still, "still wrong"))
        if names
    ]
    return f"Since {_spoken(at)}: {', '.join(said) or 'nothing has changed'}."


def _functions(report: dict[str, Any]) -> tuple[Any, Any]:
    backward = report["backward"]
    return report["forward"]["name"], None if backward is None else backward["name"]


def _spoken(at: str) -> str:
    return at[:16].replace("T", " ") + " UTC"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
