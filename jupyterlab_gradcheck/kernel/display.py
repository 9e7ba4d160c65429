"""A report for the eye: text for terminals, static HTML for notebooks, plain data for whatever renders it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import engine
from ..engine import encodable
from .comparison import Comparison, compare
from .figure import figure_of
from .frame import frame_of, frame_of_entries
from .heat import LEGEND, heat

MIME = "application/vnd.jupyterlab-gradcheck.report.v1+json"
_ICONS = {"pass": "\N{CHECK MARK}", "fail": "\N{BALLOT X}", "inconclusive": "?"}
# Of marks, never of text: where Jupyter's own colours are missing, these stand out from a light and from a dark page.
_COLOURS = {
    "pass": "var(--jp-success-color1, #3d9a50)",
    "fail": "var(--jp-error-color1, #d9534f)",
    "inconclusive": "var(--jp-warn-color1, #c77700)",
}
_WORDS = {"pass": "right", "fail": "wrong", "inconclusive": "undecided"}
_POWER = re.compile(r"[-+]?\d+(?:\.\d+)?e[-+]\d+")
# Parameters that are shown entry by entry, and the entries of each.
_OPENED = 12
_ENTRIES = 6


class Report(engine.Report):
    """The outcome of a check, which shows itself in notebooks and terminals.

    ``report.verdict``, ``report.relative_difference``, ``report["W2"]``, ``report.to_dict()``,
    ``report.raise_if_failed()``: see `jupyterlab_gradcheck.engine.Report`. It pickles and copies.
    """

    @classmethod
    def of(cls, report: engine.Report, **changes: Any) -> Report:
        """``report`` with ``changes`` to its fields; what it has not made yet stays to be made."""
        made = object.__new__(cls)
        vars(made).update({**vars(report), **changes})
        return made

    def to_json(self, indent: int | None = None) -> str:
        """The report as JSON text that keeps the contract's schema, below 1 MB without ``indent``."""
        return json.dumps(carried(self.to_dict()), ensure_ascii=False, allow_nan=False, indent=indent)

    def to_html(self) -> str:
        """The report as a page of its own: static, without scripts or anything from elsewhere."""
        return page_of(self)

    def to_frame(self, parameter: str | None = None) -> Any:
        """A ``pandas.DataFrame``: one row a parameter; or, of one ``parameter``, one for each entry that was measured.

        Raises `GradcheckError` where pandas is missing or nothing could be compared, `KeyError` for an unknown name.
        """
        return frame_of(self) if parameter is None else frame_of_entries(self[parameter])

    def plot(self, parameter: str | None = None) -> Any:
        """A ``matplotlib.figure.Figure`` of one parameter, by default the first that does not pass: its errors over its shape,
        and its claimed against its numerical gradient. It belongs to no window: show it as a cell's result, or save it.

        Raises `GradcheckError` where matplotlib is missing or nothing could be compared, `KeyError` for an unknown name.
        """
        if parameter is not None:
            return figure_of(self[parameter])
        return figure_of(next((p for p in self.parameters if p.verdict != "pass"), self.parameters[0]))

    def compare(self, before: engine.Report) -> Comparison:
        """What has changed since the report ``before``: fixed, newly wrong, still wrong, new and gone; its ``text`` says so.

        Raises `TypeError` where ``before`` is no report.
        """
        if not isinstance(before, engine.Report):
            raise TypeError(f"compare takes another Report, not a {type(before).__name__}.")
        return compare(before, self)

    def __repr__(self) -> str:
        return text(self)

    def _repr_html_(self) -> str:
        return html_of(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Callable[[], Any]] = {
            "text/plain": lambda: text(self),
            "text/html": lambda: html_of(self),
            MIME: lambda: carried(self.to_dict()),
        }
        return {
            mime: make()
            for mime, make in bundle.items()
            if (not include or mime in include) and not (exclude and mime in exclude)
        }


def text(report: engine.Report) -> str:
    """The report as lines of text, one a parameter."""
    width = max(len(p.name) for p in report.parameters)
    shapes = [_shape(p) for p in report.parameters]
    wide = max(len(shape) for shape in shapes)
    lines = [f"{_ICONS[report.verdict]} {report.message}", *(f"  {line}" for line in _about(report)), ""]
    for p, shape in zip(report.parameters, shapes, strict=True):
        lines.append(
            f"  {_ICONS[p.verdict]} {p.name:<{width}}  {shape:<{wide}}  {number(p.relative_difference):>8}  {p.message}"
        )
        lines += [f"  {'':<{width + wide + 14}}  {more}" for more in _source(p)]
    lines += [f"  Note: {warning['message']}" for warning in report.warnings]
    return "\n".join(map(plain, lines))


def html_of(report: engine.Report) -> str:
    """The report as static HTML: no script, no style sheet, every value escaped.

    What colours say, words or marks say as well: some that show notebooks leave every style out.
    """
    notes = "".join(
        f'<p style="margin:.4em 0 0"><strong>Note:</strong> {_sentence(w["message"])}</p>' for w in report.warnings
    )
    opened = {id(p) for p in [p for p in report.parameters if p.verdict != "pass" and p.worst(1)][:_OPENED]}
    rows = "".join(_row(p, id(p) in opened) for p in report.parameters)
    return (
        f'<div class="jp-gradcheck-report" style="max-width:64em;border-left:4px solid {_COLOURS[report.verdict]};'
        'padding-left:.8em">'
        f'<p style="margin:0 0 .2em"><strong>{_icon(report.verdict)} {_sentence(report.message)}</strong></p>'
        f'<p style="margin:0 0 .6em;opacity:.8">{"<br>".join(map(_sentence, _about(report)))}</p>'
        # Jupyter's own style sheet gives every column the same width, and stripes that hide the tint.
        '<table style="border-collapse:collapse;width:100%;table-layout:auto;margin:0">'
        f"{_head(_COLUMNS, _SIDES)}<tbody>{rows}</tbody></table>{notes}</div>"
    )


def page_of(report: engine.Report) -> str:
    """The report as an HTML document."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Gradient check: {_escape(report.verdict)}</title>\n</head>\n"
        '<body style="font-family:system-ui,sans-serif;margin:1.5em;color-scheme:light dark">\n'
        f'<h1 style="font-size:1.3em">Gradient check</h1>\n{html_of(report)}\n</body>\n</html>\n'
    )


_COLUMNS = ("Verdict", "Parameter", "Shape", "Relative difference", "What it means")
_SIDES = ("left", "left", "left", "right", "left")
_ENTRY_COLUMNS = ("Entry", "Claimed", "Numerical", "Error bound", "Verdict")
_ENTRY_SIDES = ("left", "right", "right", "right", "left")


def _row(parameter: engine.ParameterReport, opened: bool) -> str:
    tint = "rgba(217,83,79,.12)" if parameter.verdict == "fail" else "transparent"
    more = [f"<br><code>{_escape(line)}</code>" for line in _source(parameter)]
    cells = (
        f"{_icon(parameter.verdict)} {_WORDS[parameter.verdict]}",
        f"<code>{_escape(parameter.name)}</code>",
        _escape(_shape(parameter)),
        number(parameter.relative_difference),
        "".join([_sentence(parameter.message), *more]),
    )
    wraps = ("nowrap", "nowrap", "nowrap", "nowrap", "normal")
    details = (
        f'<tr style="background:{tint}"><td colspan="5" style="text-align:left;padding:0 .6em .4em">' if opened else ""
    )
    details += f"{_details(parameter)}</td></tr>" if opened else ""
    return f'<tr style="background:{tint}">{_cells(cells, _SIDES, wraps)}</tr>{details}'


def _details(parameter: engine.ParameterReport) -> str:
    """The worst entries, and where in the gradient the wrong ones lie; folded."""
    worst = parameter.worst(_ENTRIES)
    rows = "".join(
        f"<tr>{_cells(_entry(entry), _ENTRY_SIDES, ('nowrap',) * len(_ENTRY_SIDES))}</tr>" for entry in worst
    )
    table = (
        f'<table style="border-collapse:collapse;margin:.2em 0">{_head(_ENTRY_COLUMNS, _ENTRY_SIDES)}'
        f"<tbody>{rows}</tbody></table>"
    )
    return (
        f"<details><summary>Worst entries of {_escape(parameter.gradient)}</summary>{table}{_map(parameter)}</details>"
    )


def _entry(entry: engine.Entry) -> tuple[str, ...]:
    index = f"[{', '.join(map(str, entry.index))}]" if entry.index else "the number"
    numbers = (f"{value:.6g}" for value in (entry.analytic, entry.numerical))
    return (index, *numbers, f"{entry.error_bound:.1e}", f"{_icon(entry.verdict)} {_WORDS[entry.verdict]}")


def _map(parameter: engine.ParameterReport) -> str:
    if parameter.size < 2 or parameter.analytic is None or parameter.numerical is None or parameter.codes is None:
        return ""
    with np.errstate(all="ignore"):
        lines, (rows, columns) = heat(np.abs(parameter.analytic - parameter.numerical), parameter.codes)
    stands = (
        "" if rows == columns == 1 else f" One character stands for up to {rows} by {columns} entries, by the worst."
    )
    return (
        f'<p style="margin:.4em 0 0">Where: {LEGEND}.{stands}</p>'
        f'<pre role="img" aria-label="Map of the wrong entries of {_escape(parameter.name)}" '
        f'style="line-height:1.1;margin:.2em 0">{chr(10).join(lines)}</pre>'
    )


def _icon(verdict: str) -> str:
    return f'<span style="color:{_COLOURS[verdict]}" aria-hidden="true">{_ICONS[verdict]}</span>'


def _head(columns: Sequence[str], sides: Sequence[str]) -> str:
    cells = "".join(
        f'<th scope="col" style="text-align:{side};padding:.2em .6em;white-space:nowrap">{title}</th>'
        for title, side in zip(columns, sides, strict=True)
    )
    return f"<thead><tr>{cells}</tr></thead>"


def _cells(cells: Sequence[str], sides: Sequence[str], wraps: Sequence[str]) -> str:
    return "".join(
        f'<td style="text-align:{side};padding:.2em .6em;vertical-align:top;white-space:{wrap}">{cell}</td>'
        for cell, side, wrap in zip(cells, sides, wraps, strict=True)
    )


def number(value: float | None) -> str:
    """A relative difference to three digits; n/a where there is none."""
    return "n/a" if value is None else "0" if value == 0 else f"{value:.2e}"


def _about(report: engine.Report) -> list[str]:
    """How the verdict was made, in sentences: what was looked at, with what means, and of which functions."""
    step = "" if report.epsilon is None else f", epsilon {report.epsilon:g}"
    library = {"numpy": "NumPy", "tensorflow": "TensorFlow"}[report.backend]
    computed = report.precision if report.lifted is None else f"{report.precision} instead of {report.lifted}"
    count = f"{report.evaluations:,} evaluation{'' if report.evaluations == 1 else 's'}"
    backward = "automatic differentiation" if report.backward is None else report.backward["name"]
    return [
        f"Relative difference {number(report.relative_difference)}, from {count} in {computed} "
        f"({report.method}{step}, {library}, {report.elapsed_seconds:.2f} s).",
        *([] if report.coverage is None else [report.coverage.message]),
        f"Checked: {report.forward['name']} with {backward}.",
    ]


def _source(parameter: engine.ParameterReport) -> list[str]:
    source = parameter.source
    return [] if source is None else [f"line {source['line']}: {source['text']}"]


def _shape(parameter: engine.ParameterReport) -> str:
    return " \N{MULTIPLICATION SIGN} ".join(str(length) for length in parameter.shape) or "number"


def carried(data: Any) -> Any:
    """``data`` as messages can carry it. A kernel that cannot encode its answer sends none at all, for ever."""
    text = json.dumps(data, ensure_ascii=False, default=float)
    whole = encodable(text)
    return data if whole == text else json.loads(whole)


def plain(line: str) -> str:
    """``line`` with what does not print made visible: a name may hold terminal escapes, or marks that turn text round."""
    return "".join(
        one
        if one.isprintable()
        else f"\N{MATHEMATICAL LEFT ANGLE BRACKET}U+{ord(one):04X}\N{MATHEMATICAL RIGHT ANGLE BRACKET}"
        for one in line
    )


def _escape(text: str) -> str:
    return html.escape(plain(text))


def _sentence(text: str) -> str:
    """``text`` with numbers such as 1.5e-05 kept in one line: browsers would break them at their sign."""
    return _POWER.sub(r'<span style="white-space:nowrap">\g<0></span>', _escape(text))
