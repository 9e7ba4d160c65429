"""Pictures of a gradient's errors by matplotlib, which is imported when one is asked for. Nothing of pyplot is touched."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from ..engine import GradcheckError, ParameterReport
from ..engine.judge import NAMES, Code

# Cells of a map to a side, and entries of the other picture; more are no more to see.
_SIDE = 400
_POINTS = 5_000
# Told apart by their shapes as well as by colours that all eyes can tell apart.
_MARKS = {"pass": ("o", "#0072b2"), "inconclusive": ("s", "#e69f00"), "fail": ("X", "#d55e00")}


def figure_of(parameter: ParameterReport) -> Any:
    """A ``matplotlib.figure.Figure``: the errors over the parameter's shape, and its claimed against its numerical gradient.

    Raises `GradcheckError` where matplotlib is missing, or there is nothing to draw.
    """
    matplotlib = _matplotlib()
    if parameter.analytic is None or parameter.numerical is None or parameter.codes is None or not parameter.size:
        raise GradcheckError(f"There is nothing to draw of {parameter.name}: {parameter.message}", code="cannot_check")

    class Picture(matplotlib.figure.Figure):  # type: ignore[misc, name-defined]
        """A figure that notebooks show without pyplot."""

        def _repr_png_(self) -> bytes:
            buffer = io.BytesIO()
            self.savefig(buffer, format="png")
            return buffer.getvalue()

    figure = Picture(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    figure.suptitle(f"{parameter.gradient or parameter.name}: {parameter.verdict}")
    with np.errstate(all="ignore"):
        _draw_map(figure, left, parameter)
        _draw_values(right, parameter)
    return figure


def _draw_map(figure: Any, axes: Any, parameter: ParameterReport) -> None:
    matplotlib = _matplotlib()
    error = np.abs(np.asarray(parameter.analytic) - np.asarray(parameter.numerical))
    plane = error.reshape(error.shape[0], -1) if error.ndim > 1 else error.reshape(1, -1)
    rows, columns = (max(1, -(-length // _SIDE)) for length in plane.shape)
    shown = _worst(plane, rows, columns)
    colours = matplotlib.colormaps["viridis"].with_extremes(bad="#bbbbbb")
    extent = (-0.5, plane.shape[1] - 0.5, plane.shape[0] - 0.5, -0.5)
    image = axes.imshow(
        np.ma.masked_invalid(shown), cmap=colours, aspect="auto", interpolation="nearest", extent=extent, vmin=0
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.get_major_locator().set_params(integer=True)
    bar = figure.colorbar(image, ax=axes)
    bar.set_label("|claimed - numerical|")
    grey = bool(np.any(~np.isfinite(shown)))
    axes.set_title(f"Error by entry{' (grey: not measured, or not finite)' if grey else ''}", fontsize="medium")
    axes.set_xlabel("entry" if error.ndim < 2 else "axis 1" if error.ndim == 2 else "axes 1 and on")
    if error.ndim > 1:
        axes.set_ylabel("axis 0")
    else:
        axes.set_yticks([])


def _worst(plane: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """``plane`` (two axes) by the worst of blocks of ``rows`` by ``columns``."""
    pad = [(0, -plane.shape[0] % rows), (0, -plane.shape[1] % columns)]
    even = np.pad(plane, pad, constant_values=np.nan)
    blocks = even.reshape(even.shape[0] // rows, rows, even.shape[1] // columns, columns)
    # Of entries that were not measured, NaN, the maximum is that of the others.
    return np.asarray(np.fmax.reduce(np.fmax.reduce(blocks, axis=3), axis=1))


def _draw_values(axes: Any, parameter: ParameterReport) -> None:
    claimed, numerical, codes = (
        np.asarray(one).ravel() for one in (parameter.analytic, parameter.numerical, parameter.codes)
    )
    seen = np.isfinite(claimed) & np.isfinite(numerical) & (codes != Code.UNKNOWN)
    # The worst first, so that they are among those that are drawn.
    order = np.flatnonzero(seen)[np.argsort(-np.abs(claimed - numerical)[seen], kind="stable")][:_POINTS]
    for name in ("pass", "inconclusive", "fail"):
        chosen = order[[NAMES[int(code)] == name for code in codes[order]]] if order.size else order
        if chosen.size:
            mark, colour = _MARKS[name]
            axes.plot(
                numerical[chosen], claimed[chosen], mark, color=colour, label=f"{name} ({chosen.size:,})", alpha=0.7
            )
    if order.size:
        ends = [float(np.min(numerical[order])), float(np.max(numerical[order]))]
        axes.plot(ends, ends, "-", color="0.4", linewidth=1, label="claimed = numerical")
        axes.legend(fontsize="small")
    axes.set_xlabel("numerical gradient")
    axes.set_ylabel("claimed gradient")
    axes.set_title("Claimed against numerical", fontsize="medium")


def _matplotlib() -> Any:
    try:
        import matplotlib
        import matplotlib.figure
    except ImportError as error:
        raise GradcheckError(
            f"A picture needs matplotlib, and importing it failed: {error}. Run %pip install matplotlib.",
            code="not_installed",
        ) from None
    return matplotlib
