"""A report for the eye: text for terminals, static HTML for notebooks, plain data for whatever renders it."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any

from .. import engine
from ..engine import encodable

MIME = "application/vnd.jupyterlab-gradcheck.report.v1+json"
_ICONS = {"pass": "\N{CHECK MARK}", "fail": "\N{BALLOT X}", "inconclusive": "?"}
_COLOURS = {
    "pass": "var(--jp-success-color1, #2e7d32)",
    "fail": "var(--jp-error-color1, #c62828)",
    "inconclusive": "var(--jp-warn-color1, #b26a00)",
}


class Report(engine.Report):
    """The outcome of a check, which shows itself in notebooks and terminals.

    ``report.verdict``, ``report.relative_difference``, ``report["W2"]``, ``report.to_dict()``,
    ``report.raise_if_failed()``: see `jupyterlab_gradcheck.engine.Report`.
    """

    @classmethod
    def of(cls, report: engine.Report, **changes: Any) -> Report:
        """``report`` with ``changes`` to its fields."""
        return cls(**{**vars(report), **changes})

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
    """The report as static HTML: no script, no style sheet, every value escaped."""
    head = "".join(
        f'<th scope="col" style="text-align:{side};padding:.2em .6em;white-space:nowrap">{title}</th>'
        for title, side in zip(_COLUMNS, _SIDES, strict=True)
    )
    notes = "".join(
        f'<p style="margin:.4em 0 0"><strong>Note:</strong> {_escape(w["message"])}</p>' for w in report.warnings
    )
    return (
        '<div class="jp-gradcheck-report" style="max-width:64em">'
        f'<p style="margin:0 0 .2em;color:{_COLOURS[report.verdict]}"><strong>{_ICONS[report.verdict]} '
        f"{_escape(report.message)}</strong></p>"
        f'<p style="margin:0 0 .6em;opacity:.8">{"<br>".join(map(_escape, _about(report)))}</p>'
        # Jupyter's own style sheet gives every column the same width, and stripes that hide the tint.
        '<table style="border-collapse:collapse;width:100%;table-layout:auto;margin:0">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(map(_row, report.parameters))}</tbody></table>{notes}</div>"
    )


_COLUMNS = ("", "Parameter", "Shape", "Relative difference", "What it means")
_SIDES = ("left", "left", "left", "right", "left")


def _row(parameter: engine.ParameterReport) -> str:
    tint = "rgba(198,40,40,.12)" if parameter.verdict == "fail" else "transparent"
    more = [f"<br><code>{_escape(line)}</code>" for line in _source(parameter)]
    cells = (
        f'<span style="color:{_COLOURS[parameter.verdict]}" title="{parameter.verdict}">{_ICONS[parameter.verdict]}</span>',
        f"<code>{_escape(parameter.name)}</code>",
        _escape(_shape(parameter)),
        number(parameter.relative_difference),
        "".join([_escape(parameter.message), *more]),
    )
    wraps = ("nowrap", "nowrap", "nowrap", "nowrap", "normal")
    return (
        f'<tr style="background:{tint}">'
        + "".join(
            f'<td style="text-align:{side};padding:.2em .6em;vertical-align:top;white-space:{wrap}">{cell}</td>'
            for cell, side, wrap in zip(cells, _SIDES, wraps, strict=True)
        )
        + "</tr>"
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
