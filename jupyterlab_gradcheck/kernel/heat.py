"""A map of the error over a gradient's entries, in characters: it needs no colour, no script and no style sheet."""

from __future__ import annotations

import numpy as np

from ..engine.judge import Code

ROWS, COLUMNS = 12, 40
# For errors below a thousandth of the largest, a hundredth, a tenth, and above.
_SHADES = "\N{LIGHT SHADE}\N{MEDIUM SHADE}\N{DARK SHADE}\N{FULL BLOCK}"
_RIGHT, _OPEN, _UNKNOWN = "\N{MIDDLE DOT}", "?", " "
LEGEND = (
    f"{_RIGHT} right, {_SHADES} wrong, the fuller the further off, {_OPEN} could not be decided, blank not measured"
)


def heat(error: np.ndarray, codes: np.ndarray) -> tuple[list[str], tuple[int, int]]:
    """The lines of the map, and how many rows and columns of entries one character stands for, at most.

    ``error`` is |g - n| and ``codes`` are the verdicts, of the gradient's shape; a vector makes one line, and of more than
    two axes all but the last go down. A character stands for the worst of its entries.
    """
    width = error.shape[-1] if error.ndim else 1
    verdicts = codes.reshape(-1, width)
    size = np.where(verdicts == Code.FAIL, error.reshape(-1, width), 0.0)
    # What is not finite is as far off as anything.
    known = np.isfinite(size)
    size = np.where(known, size, float(np.max(size, initial=0.0, where=known)) or 1.0)
    for axis, most in ((0, ROWS), (1, COLUMNS)):
        length = verdicts.shape[axis]
        starts = np.unique(np.linspace(0, length, min(most, length), endpoint=False).astype(int))
        size, verdicts = (np.maximum.reduceat(one, starts, axis=axis) for one in (size, verdicts))
    largest = float(size.max())
    lines = [
        "".join(_character(float(e), int(v), largest) for e, v in zip(*row, strict=True))
        for row in zip(size, verdicts, strict=True)
    ]
    height = error.size // width
    return lines, (-(-height // len(lines)), -(-width // len(lines[0])))


def _character(error: float, code: int, largest: float) -> str:
    if code != Code.FAIL:
        return {Code.PASS: _RIGHT, Code.INCONCLUSIVE: _OPEN}.get(code, _UNKNOWN)
    below = np.log10(largest / error) if error > 0 else 3.0
    return _SHADES[3 - min(3, max(0, int(below)))]
