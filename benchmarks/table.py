"""Tables and summary lines that all benchmarks print the same way.

A benchmark makes one `Summary`, tells it every figure it was asked to reach, and ends with its exit code::

    summary = Summary()
    show("False alarms", ["class", "runs", "fail"], [["float64", 300, 0]])
    summary.figure("correct code: false alarms", failed == 0, str(failed), "0")
    sys.exit(summary.finish())

`figure` and `finish` of the module do the same on one summary shared by the process.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One figure to reach: what was measured and what was wanted, in words."""

    name: str
    reached: bool
    measured: str
    wanted: str

    def line(self) -> str:
        return f"{'reached' if self.reached else 'not reached':<12} {self.name}: {self.measured} (wanted {self.wanted})"


@dataclass
class Summary:
    """The figures of one run, in the order they were told."""

    figures: list[Figure] = field(default_factory=list)

    def figure(self, name: str, reached: bool, measured: str, wanted: str) -> None:
        """Keep a figure for `finish`."""
        self.figures.append(Figure(name, bool(reached), measured, wanted))

    def finish(self) -> int:
        """Print one line per figure. Returns 0 where all were reached, else 1; a run without a figure reaches none."""
        print()
        for one in self.figures:
            print(one.line())
        return 0 if self.figures and all(one.reached for one in self.figures) else 1


_summary = Summary()
figure = _summary.figure
finish = _summary.finish


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """``rows`` under ``columns`` as text; a column of numbers is set flush right. Cells are shown by `cell`."""
    cells = [[cell(value) for value in row] for row in rows]
    lines = [list(columns), *cells]
    widths = [max(len(line[k]) for line in lines) for k in range(len(columns))]
    right = [bool(cells) and all(_is_number(row[k]) for row in cells) for k in range(len(columns))]

    def laid(line: Sequence[str]) -> str:
        return "  ".join(
            text.rjust(width) if flush else text.ljust(width)
            for text, width, flush in zip(line, widths, right, strict=True)
        ).rstrip()

    return "\n".join([laid(columns), "  ".join("-" * width for width in widths), *(laid(row) for row in cells)])


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table below its title, at once: a run may take minutes."""
    print(f"\n{title}\n{table(columns, rows)}", flush=True)


def cell(value: object) -> str:
    """A cell's text: three significant digits for a float, ``-`` for None, anything else as it is."""
    if value is None:
        return "-"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _is_number(text: str) -> bool:
    try:
        float(text.rstrip("%x"))
    except ValueError:
        return text == "-"
    return True
