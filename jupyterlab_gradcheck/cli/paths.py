"""The notebooks and scripts that the arguments name, patterns among them."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path

from .outcome import CannotCheck, Outcome

KINDS = {".ipynb", ".py"}
CHECKPOINTS = ".ipynb_checkpoints"


def expanded(arguments: Iterable[str]) -> list[str | Outcome]:
    """The paths that ``arguments`` name, each once, in order; for a pattern that matches nothing, what is to be said of it.

    A pattern takes notebooks and scripts only, and ``**`` any depth of folders. A file whose own name looks like a pattern
    is that file.
    """
    found: dict[Path, str | Outcome] = {}
    for argument in arguments:
        for path in _matches(argument):
            found.setdefault(Path(path).resolve(), path)
        if not _matches(argument):
            message = f"No notebook or script matches {argument}."
            found[Path(argument).absolute()] = Outcome(argument, problem=CannotCheck("not_found", message).problem)
    return list(found.values())


def _matches(argument: str) -> list[str]:
    if Path(argument).exists() or not glob.has_magic(argument):
        return [argument]
    return sorted(
        path
        for path in glob.glob(argument, recursive=True)
        if Path(path).suffix in KINDS and Path(path).is_file() and CHECKPOINTS not in Path(path).parts
    )
