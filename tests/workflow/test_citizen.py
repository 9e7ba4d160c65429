"""The report as a table, a page, a text, a picture; copied, pickled, and compared with another."""

from __future__ import annotations

import copy
import html
import json
import pickle
import re
import subprocess
import sys

import nets
import numpy as np
import pytest

from jupyterlab_gradcheck import GradcheckError, Report, gradcheck
from jupyterlab_gradcheck.contract import validate


def checked(backward: nets.Backward, **options: object) -> Report:
    parameters, X, Y = nets.data()
    return gradcheck(nets.forward, backward, parameters, X, Y, **options)  # type: ignore[arg-type]


def test_a_table_of_parameters_and_of_entries() -> None:
    pytest.importorskip("pandas")
    report = checked(nets.wrong)
    frame = report.to_frame()
    assert list(frame.index) == ["W1", "b1", "W2", "b2"]
    assert list(frame["verdict"]) == ["fail", "pass", "pass", "pass"]
    assert frame.loc["W1", "cause"] == "scale"
    assert frame.loc["W1", "fail"] + frame.loc["W1", "pass"] == frame.loc["W1", "size"] == 18
    assert frame.loc["W1", "line"] == report["W1"].source["line"]  # type: ignore[index]
    entries = report.to_frame("W1")
    assert entries.shape == (18, 4)
    assert np.allclose(entries["claimed"], 2 * entries["numerical"], rtol=1e-5)
    worst = report["W1"].worst(1)[0]
    assert entries.loc[worst.index, "claimed"] == worst.analytic
    with pytest.raises(KeyError, match="W9"):
        report.to_frame("W9")


def test_only_what_was_measured_is_in_the_table() -> None:
    pytest.importorskip("pandas")
    parameters = {"w": np.linspace(-1, 1, 3_000)}
    report = gradcheck(lambda p: np.sum(np.exp(p["w"])), lambda p: {"w": np.exp(p["w"])}, parameters, backend="numpy")
    assert 0 < len(report.to_frame("w")) < 3_000
    number = gradcheck(lambda p: p**2, lambda p: 2 * p, 1.5)
    assert number.to_frame(number.parameters[0].name).shape == (1, 4)


def test_a_page_of_its_own() -> None:
    page = checked(nets.wrong).to_html()
    assert page.startswith("<!DOCTYPE html>")
    assert not re.search(r"<(script|link|iframe|img)|https?:|\son\w+=", page)
    assert "dW1 is 2 x the numerical gradient" in html.unescape(page)


def test_text_that_keeps_the_contract() -> None:
    report = checked(nets.wrong)
    plain = json.loads(report.to_json(indent=2))
    validate("report", plain)
    assert plain == report.to_dict()
    # Where files lie is told on this machine alone.
    assert "nets.py" not in report.to_json()
    assert report.code[0]["file"].endswith("nets.py")


@pytest.mark.parametrize("backward", [nets.backward, nets.wrong])
def test_copies_are_the_same(backward: nets.Backward) -> None:
    for make in (copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))):
        report = checked(backward)
        made = make(report)
        assert type(made) is Report
        assert made.to_json() == report.to_json()
        assert repr(made) == repr(report)


def test_a_copy_is_equal_and_another_report_is_not() -> None:
    report, other = checked(nets.wrong), checked(nets.backward)
    same = pickle.loads(pickle.dumps(report))
    assert same == report
    assert same["W1"] == report["W1"]
    assert report != other
    assert report["W1"] != other["W1"]
    assert report != "report"


def test_another_process_can_read_a_pickle() -> None:
    code = "import pickle, sys; print(pickle.load(sys.stdin.buffer)['W1'].cause.factor)"
    report = pickle.dumps(checked(nets.wrong))
    done = subprocess.run([sys.executable, "-c", code], input=report, capture_output=True, timeout=120, check=True)
    assert done.stdout.decode().strip() == "2.0"


def test_what_has_changed_between_two_reports() -> None:
    right, wrong, more = checked(nets.backward), checked(nets.wrong), checked(nets.also_wrong)

    def told(after: Report, before: Report) -> str:
        found = after.compare(before)
        return found.text.removesuffix(" (the reports are about different functions)")

    assert told(right, wrong) == "dW1 fixed"
    assert told(wrong, more) == "db2 fixed, dW1 still wrong"
    assert told(more, wrong) == "db2 newly wrong, dW1 still wrong"
    assert told(right, right) == "nothing has changed"
    assert not right.compare(right)
    some = checked(nets.backward, only=["W1", "b2"])
    assert told(some, right) == "db1, dW2 gone"
    assert told(right, some) == "db1, dW2 new"
    assert right.compare(wrong).same_functions is False
    assert right.compare(right).same_functions is True
    assert wrong.compare(right).newly_wrong == ("dW1",)
    with pytest.raises(TypeError, match="another Report"):
        right.compare({})  # type: ignore[arg-type]


def test_a_picture_leaves_pyplot_alone() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\nimport nets\nfrom jupyterlab_gradcheck import gradcheck\n"
        "parameters, X, Y = nets.data()\nreport = gradcheck(nets.forward, nets.wrong, parameters, X, Y)\n"
        "assert 'matplotlib' not in sys.modules\nfigure = report.plot()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\nprint(figure._repr_png_()[:4], figure.get_suptitle())"
    )
    folder = str(nets.__file__).rpartition("nets.py")[0]
    done = subprocess.run(
        [sys.executable, "-c", code, folder], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == r"b'\x89PNG' dW1: fail", done.stderr


def test_a_picture_shows_the_errors() -> None:
    report = checked(nets.wrong)
    left, right, *_ = report.plot("W1").axes
    error = np.abs(report["W1"].analytic - report["W1"].numerical)
    assert np.allclose(left.images[0].get_array(), error)
    (points, line) = right.lines
    assert sorted(points.get_ydata()) == sorted(report["W1"].analytic.ravel())
    assert np.array_equal(line.get_xdata(), line.get_ydata())


def test_a_large_gradient_is_drawn_by_the_worst_of_blocks() -> None:
    point = np.random.default_rng(0).normal(size=(900, 30, 3))

    def gradient(w: np.ndarray) -> np.ndarray:
        claimed = np.cos(w)
        claimed[777, 5, 2] += 1
        return claimed

    report = gradcheck(lambda w: np.sum(np.sin(w)), gradient, point, backend="numpy", points=0)
    assert report.verdict == "fail"
    left = report.plot().axes[0]
    shown = left.images[0].get_array()
    assert max(shown.shape) <= 400
    assert float(shown.max()) == pytest.approx(1, rel=1e-4)


def test_of_a_missing_gradient_there_is_no_picture() -> None:
    report = checked(nets.incomplete)
    with pytest.raises(GradcheckError, match="nothing to draw of b1"):
        report.plot()
    pytest.importorskip("pandas")
    with pytest.raises(GradcheckError, match="no entries to list"):
        report.to_frame("b1")


@pytest.mark.parametrize(("library", "ask"), [("pandas", "to_frame"), ("matplotlib", "plot")])
def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, library: str, ask: str) -> None:
    report = checked(nets.wrong)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(GradcheckError, match=rf"needs {library}, .*%pip install {library}"):
        getattr(report, ask)()
