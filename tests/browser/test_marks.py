"""The lines that wrong gradients come from, marked in the cells. In a real JupyterLab, in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lab import OUTPUT, Lab, check, open_notebook, panel, row, run_all, show_panel, use_theme, write_notebook
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

SETUP = (
    "import numpy as np\n\nrng = np.random.default_rng(0)\n"
    "X = rng.standard_normal((20, 6))\nY = rng.standard_normal((20, 3))\n"
    "parameters = {'W': rng.standard_normal((6, 3)), 'b': rng.standard_normal(3)}"
)
FORWARD = (
    "def forward(X, Y, parameters):\n    Z = X @ parameters['W'] + parameters['b']\n"
    "    return 0.5 * np.mean((np.tanh(Z) - Y) ** 2)"
)
BACKWARD = (
    "def backward(X, Y, parameters):\n    A = np.tanh(X @ parameters['W'] + parameters['b'])\n"
    "    dZ = (A - Y) * (1 - A**2) / A.size\n    dW = 2 * (X.T @ dZ)\n    db = 3 * dZ.sum(axis=0)\n"
    "    return {'dW': dW, 'db': db}"
)
WRONG = ["dW = 2 * (X.T @ dZ)", "db = 3 * dZ.sum(axis=0)"]
SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden)"


def marks(page: Page, within: str = SHOWN) -> Locator:
    return page.locator(f"{within} .jp-gradcheck-mark")


def cell(page: Page, text: str) -> Locator:
    return page.locator(f"{SHOWN} .jp-CodeCell", has_text=text)


def command(page: Page, name: str, **arguments: object) -> None:
    page.evaluate("([name, args]) => void window.jupyterapp.commands.execute(name, args)", [name, arguments])


def checked(page: Page, lab: Lab, name: str, *cells: str) -> None:
    """A notebook whose gradients have been checked and found wrong."""
    write_notebook(lab, name, *(cells or (SETUP, FORWARD, BACKWARD)))
    open_notebook(page, lab, name)
    run_all(page)
    show_panel(page)
    check(page)


def type_at_start(page: Page, text: str) -> None:
    """Types at the start of the cell that defines backward."""
    cell(page, "def backward").locator(".cm-line").first.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type(text)


def test_the_wrong_lines_are_marked_and_nothing_else(page: Page, lab: Lab) -> None:
    write_notebook(lab, "marks.ipynb", SETUP, FORWARD, BACKWARD)
    open_notebook(page, lab, "marks.ipynb")
    run_all(page)
    heights = "cells => cells.map(cell => cell.getBoundingClientRect().height)"
    before = page.locator(".jp-CodeCell").evaluate_all(heights)
    show_panel(page)
    check(page)

    expect(marks(page)).to_have_text(WRONG)
    # The underline is one, whatever the colours of the line.
    assert marks(page).first.evaluate("e => getComputedStyle(e).textDecorationStyle") == "wavy"
    expect(page.locator(".jp-gradcheck-gutter")).to_have_count(1)
    icons = cell(page, "def backward").locator(".jp-gradcheck-gutter-icon")
    expect(icons).to_have_count(2)
    expect(icons.first).to_have_attribute("title", re.compile("dW is wrong\ndW is 2 x the numerical gradient"))
    assert page.locator(".jp-CodeCell").evaluate_all(heights) == before

    explanation = page.locator(".jp-gradcheck-tooltip")
    page.screenshot(path=OUTPUT / "marks_light.png")
    marks(page).nth(1).hover()
    expect(explanation).to_contain_text("db is wrong")
    expect(explanation).to_contain_text("db is 3 x the numerical gradient")
    expect(explanation).to_contain_text("Relative difference 5.00e-01")
    page.screenshot(path=OUTPUT / "marks_tooltip_light.png")
    cell(page, "def forward").locator(".cm-line").first.hover()
    expect(explanation).to_have_count(0)

    use_theme(page, "JupyterLab Dark")
    marks(page).first.hover()
    expect(explanation).to_contain_text("dW is wrong")
    page.screenshot(path=OUTPUT / "marks_tooltip_dark.png")
    use_theme(page, "JupyterLab Light")

    cell(page, "def forward").locator(".cm-line").first.hover()
    expect(explanation).to_have_count(0)
    command(page, "viewmenu:line-numbering")
    expect(cell(page, "def forward").locator(".cm-lineNumbers")).to_be_visible()
    page.screenshot(path=OUTPUT / "marks_numbers.png")
    icons.first.click()
    expect(explanation).to_contain_text("dW is wrong")
    page.keyboard.press("ArrowUp")
    expect(explanation).to_have_count(0)


def test_without_a_mouse(page: Page, lab: Lab) -> None:
    checked(page, lab, "keys.ipynb")
    explanation = page.locator(".jp-gradcheck-tooltip")
    cell(page, "import numpy").locator(".cm-line").first.click()
    for text, name in zip(WRONG, ("dW", "db"), strict=True):
        page.keyboard.press("Alt+F8")
        expect(explanation).to_contain_text(f"{name} is wrong")
        page.wait_for_function("text => getSelection().toString() === text", arg=text, timeout=10_000)
    page.screenshot(path=OUTPUT / "marks_keys.png")
    page.keyboard.press("Escape")
    expect(explanation).to_have_count(0)
    page.keyboard.press("Alt+F8")
    expect(explanation).to_contain_text("dW is wrong")


def test_marks_stay_with_their_lines(page: Page, lab: Lab) -> None:
    checked(page, lab, "edits.ipynb")
    expect(marks(page)).to_have_text(WRONG)

    type_at_start(page, "# one\n# two\nscale = 1\n\n")
    expect(marks(page)).to_have_text(WRONG)
    expect(cell(page, "def backward").locator(".cm-line").nth(7).locator(".jp-gradcheck-mark")).to_have_text(WRONG[0])

    command(page, "notebook:move-cell-up")
    expect(page.locator(".jp-CodeCell").nth(1)).to_contain_text("def backward")
    expect(marks(page)).to_have_text(WRONG)
    expect(page.locator(".jp-CodeCell").nth(1).locator(".jp-gradcheck-gutter-icon")).to_have_count(2)

    # What is split off below takes its marks along.
    line = cell(page, "def backward").locator(".cm-line", has_text="def backward")
    line.click()
    page.keyboard.press("Home")
    command(page, "notebook:split-cell-at-cursor")
    expect(page.locator(".jp-CodeCell")).to_have_count(4)
    expect(marks(page)).to_have_text(WRONG)
    expect(cell(page, "scale = 1").locator(".jp-gradcheck-gutter")).to_have_count(0)


def test_a_function_that_was_edited_has_no_marks_until_undone(page: Page, lab: Lab) -> None:
    checked(page, lab, "stale.ipynb")
    cell(page, "def backward").locator(".cm-line", has_text="dZ = ").click()
    page.keyboard.press("End")
    page.keyboard.type(" + 0")
    expect(marks(page)).to_have_count(0)
    expect(page.locator(".jp-gradcheck-gutter")).to_have_count(0)

    row(page, "W").locator(".jp-gradcheck-source").click()
    expect(page.locator(".Toastify__toast")).to_contain_text("The code of backward has changed since this check.")
    page.screenshot(path=OUTPUT / "marks_stale.png")

    cell(page, "def backward").locator(".cm-line", has_text="dZ = ").click()
    for _ in range(6):
        if marks(page).count():
            break
        page.keyboard.press("Control+z")
        page.wait_for_timeout(200)
    expect(marks(page)).to_have_text(WRONG)


def test_marks_survive_scrolling_away_and_are_gone_to_from_afar(page: Page, lab: Lab) -> None:
    filler = [f"# {n}\n" + "\n".join(f"x_{n}_{line} = {line}" for line in range(12)) for n in range(70)]
    checked(page, lab, "long.ipynb", SETUP, FORWARD, BACKWARD, *filler)
    expect(marks(page)).to_have_text(WRONG)
    last = page.locator(f"{SHOWN} .jp-WindowedPanel-outer")
    for _ in range(2):
        last.evaluate("e => e.scrollTo(0, e.scrollHeight)")
        expect(cell(page, "x_69_1 = 1")).to_be_visible(timeout=20_000)
        expect(cell(page, "def backward")).not_to_be_in_viewport()
        page.wait_for_timeout(500)
        last.evaluate("e => e.scrollTo(0, 0)")
        expect(cell(page, "def backward")).to_be_in_viewport(timeout=20_000)
        expect(marks(page)).to_have_text(WRONG)

    # From the far end.
    last.evaluate("e => e.scrollTo(0, e.scrollHeight)")
    expect(cell(page, "x_69_1 = 1")).to_be_visible(timeout=20_000)
    row(page, "b").locator(".jp-gradcheck-source").click()
    expect(cell(page, "def backward")).to_be_in_viewport(timeout=20_000)
    page.wait_for_function("text => getSelection().toString() === text", arg=WRONG[1], timeout=10_000)


def test_marks_go_when_the_function_is_defined_anew(page: Page, lab: Lab) -> None:
    checked(page, lab, "again.ipynb", SETUP, FORWARD, BACKWARD, "backward(X, Y, parameters)\nbackward = backward")
    expect(marks(page)).to_have_count(2)
    cell(page, "def forward").locator(".cm-line").first.click()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(1_000)
    expect(marks(page)).to_have_count(2)

    cell(page, "def backward").locator(".cm-line").first.click()
    page.keyboard.press("Control+Enter")
    expect(marks(page)).to_have_count(0)
    check(page)
    expect(marks(page)).to_have_text(WRONG)

    # Another cell binds the name.
    cell(page, "backward = backward").locator(".cm-line").first.click()
    page.keyboard.press("Control+Enter")
    expect(marks(page)).to_have_count(0)


def test_marks_go_with_the_kernel_they_are_of(page: Page, lab: Lab) -> None:
    checked(page, lab, "restart.ipynb")
    expect(marks(page)).to_have_count(2)
    command(page, "notebook:restart-kernel")
    page.get_by_role("dialog").get_by_role("button", name="Restart", exact=False).last.click()
    expect(marks(page)).to_have_count(0, timeout=30_000)
    expect(page.locator(".jp-gradcheck-gutter")).to_have_count(0)


def test_marks_can_be_switched_off(page: Page, lab: Lab) -> None:
    checked(page, lab, "setting.ipynb")
    expect(marks(page)).to_have_count(2)
    command(page, "settingeditor:open", query="Gradient check")
    switch = page.get_by_label("Mark wrong lines")
    switch.scroll_into_view_if_needed(timeout=30_000)
    switch.uncheck()
    everywhere = page.locator(".jp-gradcheck-mark")
    expect(everywhere).to_have_count(0, timeout=10_000)
    expect(page.locator(".jp-gradcheck-gutter")).to_have_count(0)
    switch.check()
    expect(everywhere).to_have_count(2, timeout=10_000)


def test_notebooks_side_by_side_keep_their_own_marks(page: Page, lab: Lab) -> None:
    mended = BACKWARD.replace("3 * dZ", "dZ")
    checked(page, lab, "first.ipynb")
    expect(marks(page)).to_have_text(WRONG)
    # Much like a copy of the first: its cells have the same ids.
    write_notebook(lab, "second.ipynb", SETUP, FORWARD, mended)
    command(page, "docmanager:open", path="second.ipynb", options={"mode": "split-right"})
    panels = page.locator(SHOWN)
    expect(panels).to_have_count(2)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=60_000)
    second = panels.filter(has_text="db = dZ.sum")
    second.locator(".cm-line").first.click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(second.locator(".jp-InputPrompt").last).to_have_text(re.compile(r"\[\d+\]:"), timeout=60_000)
    check(page)
    expect(second.locator(".jp-gradcheck-mark")).to_have_text(WRONG[:1], timeout=30_000)
    first = panels.filter(has_text="db = 3")
    expect(first.locator(".jp-gradcheck-mark")).to_have_text(WRONG)
    page.screenshot(path=OUTPUT / "marks_side_by_side.png")


def test_a_line_that_is_folded_away_is_gone_to(page: Page, lab: Lab) -> None:
    write_notebook(lab, "folded.ipynb", SETUP, FORWARD, BACKWARD)
    path = Path(lab.root, "folded.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    heading = {"cell_type": "markdown", "id": "heading", "source": "# The network", "metadata": {}}
    notebook["cells"].insert(2, heading)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    open_notebook(page, lab, "folded.ipynb")
    run_all(page)
    show_panel(page)
    check(page)
    cell(page, "def backward").locator(".jp-InputPrompt").click()
    command(page, "notebook:hide-cell-code")
    command(page, "notebook:collapse-all-headings")
    expect(cell(page, "def backward")).not_to_be_visible()
    row(page, "W").locator(".jp-gradcheck-source").click()
    expect(cell(page, "def backward")).to_be_visible(timeout=20_000)
    page.wait_for_function("text => getSelection().toString() === text", arg=WRONG[0], timeout=10_000)
    expect(marks(page)).to_have_text(WRONG)


def test_copies_of_a_function_are_not_guessed_from(page: Page, lab: Lab) -> None:
    checked(page, lab, "copies.ipynb", SETUP, FORWARD, BACKWARD, BACKWARD)
    expect(panel(page).locator("[data-parameter]")).to_have_count(2)
    page.wait_for_timeout(500)
    expect(marks(page)).to_have_count(0)
    row(page, "W").locator(".jp-gradcheck-source").click()
    expect(page.locator(".Toastify__toast")).to_contain_text("Several cells hold this code of backward")


def test_copies_are_told_apart_where_the_package_was_loaded_before(page: Page, lab: Lab) -> None:
    load = "%load_ext jupyterlab_gradcheck"
    checked(page, lab, "copies_loaded.ipynb", load, SETUP, FORWARD, BACKWARD, BACKWARD)
    expect(marks(page)).to_have_text(WRONG)
    # The one that ran last.
    expect(cell(page, "def backward").last.locator(".jp-gradcheck-mark")).to_have_text(WRONG)


def test_a_function_of_a_module_is_said_to_be_elsewhere(page: Page, lab: Lab) -> None:
    Path(lab.root, "network_of_mine.py").write_text(f"import numpy as np\n\n\n{BACKWARD}\n", encoding="utf-8")
    checked(page, lab, "module.ipynb", SETUP, FORWARD, "from network_of_mine import backward")
    row(page, "W").locator(".jp-gradcheck-source").click()
    expect(page.locator(".Toastify__toast")).to_contain_text("backward is in another file")
    expect(marks(page)).to_have_count(0)


def test_names_that_look_like_markup_are_text(page: Page, lab: Lab) -> None:
    setup = "import numpy as np\nparameters = {'<img src=x>': np.ones(3)}"
    forward = "def forward(parameters):\n    return float(np.sum(parameters['<img src=x>'] ** 2))"
    backward = (
        "def backward(parameters):\n    grads = {}\n"
        "    grads['d<img src=x>'] = 3 * parameters['<img src=x>']\n    return grads"
    )
    checked(page, lab, "markup.ipynb", setup, forward, backward)
    expect(marks(page)).to_have_text(["grads['d<img src=x>'] = 3 * parameters['<img src=x>']"])
    marks(page).first.hover()
    expect(page.locator(".jp-gradcheck-tooltip")).to_contain_text("d<img src=x> is wrong")
    expect(page.locator(".jp-gradcheck-tooltip img")).to_have_count(0)


def test_in_notebook_7(page: Page, lab: Lab) -> None:
    write_notebook(lab, "classic.ipynb", SETUP, FORWARD, BACKWARD)
    page.goto(lab.page_url("classic.ipynb", "notebooks"), wait_until="domcontentloaded")
    expect(page.locator(".jp-Notebook")).to_be_visible(timeout=90_000)
    page.wait_for_timeout(3_000)
    run_all(page)
    page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name=gradcheck] jp-button").click()
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("2 of 2", timeout=60_000)
    expect(marks(page)).to_have_text(WRONG)
    row(page, "b").locator(".jp-gradcheck-source").click()
    page.wait_for_function("text => getSelection().toString() === text", arg=WRONG[1], timeout=10_000)
    page.screenshot(path=OUTPUT / "marks_notebook_7.png")
