"""A report for the eye: static, small, safe, and as plain in words as in colours."""

from __future__ import annotations

import html
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyterlab_gradcheck import gradcheck
from jupyterlab_gradcheck.engine.judge import Code
from jupyterlab_gradcheck.kernel.display import _sentence
from jupyterlab_gradcheck.kernel.heat import COLUMNS, ROWS, heat


def net(layers: int = 3, width: int = 8) -> Any:
    random = np.random.default_rng(5)
    point = {f"W{i}": random.normal(size=(width, width + i)) for i in range(layers)}
    point["<b>&"] = random.normal(size=3)

    def forward(parameters: Any) -> Any:
        return sum(float(np.sum(np.sin(value))) for value in parameters.values()), parameters

    def backward(parameters: Any) -> Any:
        gradients = {f"d{name}": np.cos(value) for name, value in parameters.items()}
        gradients["dW0"] = 2 * gradients["dW0"]
        gradients["dW1"][2, 3] += 1
        gradients["d<b>&"][0] = np.nan
        return gradients

    return gradcheck(forward, backward, point)


def test_a_number_keeps_to_one_line() -> None:
    # A browser would break it at the sign of its exponent.
    assert _sentence("off by 1.5e-05 & no more") == (
        'off by <span style="white-space:nowrap">1.5e-05</span> &amp; no more'
    )


def test_static_html_says_in_words_what_it_says_in_colours() -> None:
    report = net()
    shown = report._repr_html_()
    assert len(shown) < 50_000
    assert not re.search(r"<(script|style|link|iframe|svg|img)|\son\w+=|javascript:", shown)
    plain = html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</?span[^>]*>", "", shown)))
    for parameter in report.parameters:
        assert parameter.message in plain
    assert plain.count("Worst entries of") == 3
    assert set(re.findall(r"</span> ([a-z]+)</td>", shown)) == {"right", "wrong"}
    # The one entry that is wrong, in the table and on the map.
    assert "[2, 3]" in plain
    assert "\N{MIDDLE DOT}\N{MIDDLE DOT}\N{FULL BLOCK}\N{MIDDLE DOT}" in plain
    assert "<b>&" not in re.sub(r"</?[a-z][^>]*>", "", shown)
    tags = re.findall(r"<(/?)([a-z]+)[^>]*>", shown)
    opened: list[str] = []
    for closing, name in tags:
        if name == "br":
            continue
        if closing:
            assert opened.pop() == name
        else:
            opened.append(name)
    assert not opened


def test_a_report_of_many_parameters_stays_readable() -> None:
    assert len(net(layers=40, width=3)._repr_html_()) < 50_000


def test_passing_parameters_are_not_opened() -> None:
    report = gradcheck(lambda p: p**2, lambda p: 2 * p, 1.5)
    assert "<details>" not in report._repr_html_()


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), max_size=4), st.integers(0, 99))
def test_a_map_is_small_and_shows_the_worst(shape: list[int], seed: int) -> None:
    while np.prod(shape) > 20_000:
        shape = shape[:-1]
    random = np.random.default_rng(seed)
    codes = random.choice([Code.UNKNOWN, Code.PASS, Code.INCONCLUSIVE, Code.FAIL], size=shape).astype(np.int8)
    error = np.asarray(random.exponential(size=shape))
    lines, (rows, columns) = heat(error, np.asarray(codes))
    assert 1 <= len(lines) <= ROWS
    assert len({len(line) for line in lines}) == 1
    assert 1 <= len(lines[0]) <= COLUMNS
    assert len(lines) * rows * len(lines[0]) * columns >= error.size
    text = "".join(lines)
    assert ("\N{FULL BLOCK}" in text) == bool(np.any(codes == Code.FAIL))
    assert set(text) <= set(" ?\N{MIDDLE DOT}\N{LIGHT SHADE}\N{MEDIUM SHADE}\N{DARK SHADE}\N{FULL BLOCK}")


@pytest.mark.parametrize("worst", [np.nan, np.inf])
def test_what_is_not_finite_is_on_the_map(worst: float) -> None:
    lines, _ = heat(np.array([0.0, worst, 1.0]), np.array([Code.PASS, Code.FAIL, Code.FAIL], dtype=np.int8))
    assert lines == ["\N{MIDDLE DOT}\N{FULL BLOCK}\N{FULL BLOCK}"]
