"""A report for the eye: text for terminals, static HTML for notebooks, plain data for whatever renders it."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from .. import engine

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
    def of(cls, report: engine.Report) -> Report:
        return cls(**{f.name: getattr(report, f.name) for f in fields(engine.Report)})

    def __repr__(self) -> str:
        return text(self)

    def _repr_html_(self) -> str:
        return html_of(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Callable[[], Any]] = {
            "text/plain": lambda: text(self),
            "text/html": lambda: html_of(self),
            MIME: self.to_dict,
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
    lines = [f"{_ICONS[report.verdict]} {report.message}", f"  {_facts(report)}", ""]
    lines += [
        f"  {_ICONS[p.verdict]} {p.name:<{width}}  {shape:<{wide}}  {number(p.relative_difference):>8}  {p.message}{_line(p)}"
        for p, shape in zip(report.parameters, shapes, strict=True)
    ]
    lines += [f"  ! {warning['message']}" for warning in report.warnings]
    return "\n".join(map(_plain, lines))


def html_of(report: engine.Report) -> str:
    """The report as static HTML: no script, no style sheet, every value escaped."""
    rows = "".join(_row(p) for p in report.parameters)
    warnings = "".join(f"<li>{html.escape(w['message'])}</li>" for w in report.warnings)
    return (
        f'<div class="jp-gradcheck-report" style="max-width:60em">'
        f'<p style="margin:0 0 .2em"><strong style="color:{_COLOURS[report.verdict]}">{_ICONS[report.verdict]} '
        f"{html.escape(report.message)}</strong></p>"
        f'<p style="margin:0 0 .6em;opacity:.75">{html.escape(_facts(report))}</p>'
        '<table style="border-collapse:collapse;width:100%"><thead><tr>'
        + "".join(
            f'<th scope="col" style="text-align:{side};padding:.2em .6em">{title}</th>'
            for title, side in (
                ("", "left"),
                ("Parameter", "left"),
                ("Shape", "left"),
                ("Relative difference", "right"),
                ("What it means", "left"),
            )
        )
        + f"</tr></thead><tbody>{rows}</tbody></table>"
        + (f'<ul style="margin:.6em 0 0;opacity:.85">{warnings}</ul>' if warnings else "")
        + "</div>"
    )


def _row(parameter: engine.ParameterReport) -> str:
    tint = "background:rgba(198,40,40,.10);" if parameter.verdict == "fail" else ""
    cells = (
        (
            f'<span style="color:{_COLOURS[parameter.verdict]}" title="{parameter.verdict}">{_ICONS[parameter.verdict]}</span>',
            "left",
        ),
        (f"<code>{html.escape(parameter.name)}</code>", "left"),
        (html.escape(_shape(parameter)), "left"),
        (number(parameter.relative_difference), "right"),
        (html.escape(parameter.message) + html.escape(_line(parameter)), "left"),
    )
    return (
        f'<tr style="{tint}">'
        + "".join(
            f'<td style="text-align:{side};padding:.2em .6em;vertical-align:top">{cell}</td>' for cell, side in cells
        )
        + "</tr>"
    )


def number(value: float | None) -> str:
    """A relative difference to three digits; n/a where there is none."""
    return "n/a" if value is None else "0" if value == 0 else f"{value:.2e}"


def _facts(report: engine.Report) -> str:
    step = "" if report.epsilon is None else f" with epsilon {report.epsilon:g}"
    return (
        f"Relative difference {number(report.relative_difference)}. Every entry checked: {report.evaluations} evaluations in "
        f"{report.precision}, {report.method}{step}, {report.backend}, {report.elapsed_seconds:.2f} s."
    )


def _shape(parameter: engine.ParameterReport) -> str:
    return " x ".join(str(length) for length in parameter.shape) or "number"


def _line(parameter: engine.ParameterReport) -> str:
    source = parameter.source
    return f" (line {source['line']}: {source['text']})" if source and parameter.verdict == "fail" else ""


def _plain(line: str) -> str:
    # A name may hold anything, terminal escapes too.
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)
