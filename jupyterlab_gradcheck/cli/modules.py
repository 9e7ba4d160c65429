"""The file of a function that a notebook imports. A report tells its lines and no path; the file is the one that has them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Files beside and below the notebook that are looked into, and folders.
_MOST = 500
_MOST_FOLDERS = 200
# What holds others' code.
_ELSE = {"node_modules", "site-packages", "venv", "env", "__pycache__"}


def module_of(code: dict[str, Any], beside: Path) -> str | None:
    """The path of the file with this ``code`` (the contract's Code), in the folder of ``beside`` or below: as seen from the
    current folder. None where there is none, or more than one."""
    wanted = (code["text"] or "").splitlines()
    if not wanted or code["cell_id"] is not None:
        return None
    first = int(code["line"]) - 1
    found = []
    for path in itertools.islice(_scripts(beside.absolute().parent), _MOST):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        if lines[first : first + len(wanted)] == wanted:
            found.append(path)
    if len(found) != 1:
        return None
    # Of what lies elsewhere, the path is nobody's business.
    relative = os.path.relpath(found[0])
    return found[0].name if relative.startswith("..") else Path(relative).as_posix()


def _scripts(folder: Path) -> Iterator[Path]:
    # The nearest first. A notebook may lie in somebody's home, with all that they have below it.
    for at, (place, folders, files) in enumerate(os.walk(folder)):
        if at == _MOST_FOLDERS:
            return
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _ELSE)
        yield from (Path(place, name) for name in sorted(files) if name.endswith(".py"))
