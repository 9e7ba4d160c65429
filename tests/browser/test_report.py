"""What a person reads: pictures, numbers, history, and what can be taken along. In a real JupyterLab, in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from lab import EXAMPLES, Lab, check, mend, open_notebook, panel, row, run_all, show_panel, use_theme, write_notebook
from notebooks import FLOAT32, KERNEL, LAYERS
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")


def open_row(page: Page, name: str) -> None:
    row(page, name).locator("button.jp-gradcheck-row").click()
    expect(row(page, name).locator(".jp-gradcheck-details")).to_be_visible()


def violations(page: Page, within: str) -> list[str]:
    """What axe-core has to say against ``within`` at the levels A and AA of WCAG 2.1."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=AXE)
    found = page.evaluate(
        """async within => (await axe.run(within, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})).violations
            .flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html} ${failureSummary}`))""",
        within,
    )
    assert isinstance(found, list)
    return found


def test_an_opened_row_shows_where_and_how_far(page: Page, lab: Lab) -> None:
    write_notebook(lab, "kernel.ipynb", *KERNEL)
    open_notebook(page, lab, "kernel.ipynb")
    run_all(page)
    show_panel(page)
    check(page)
    open_row(page, "K")
    opened = row(page, "K").locator(".jp-gradcheck-details")
    expect(opened.locator(".jp-gradcheck-summary").first).to_have_text("1 of 108 entries wrong")
    first = opened.locator("tbody tr").first
    expect(first.locator("th")).to_have_text("[2, 1, 0, 2]")
    expect(first.locator("td").last).to_have_text("1.5")

    # The map has one strong square; the arrow keys lead to it, across the gaps between slices.
    heat = opened.locator("svg.jp-gradcheck-map")
    expect(heat.locator("path[fill-opacity='1']")).to_have_attribute("d", re.compile(r"^M\d+ \d+h1v1h-1z$"))
    place = heat.locator("path[fill-opacity='1']").get_attribute("d") or ""
    x, y = (int(n) for n in re.findall(r"\d+", place)[:2])
    box = heat.bounding_box()
    assert box is not None
    width, height = (float(n) for n in (heat.get_attribute("viewBox") or "").split()[2:])
    page.mouse.move(box["x"] + (x + 0.5) / width * box["width"], box["y"] + (y + 0.5) / height * box["height"])
    expect(opened.locator(".jp-gradcheck-readout")).to_contain_text("[2, 1, 0, 2] off by")
    heat.focus()
    for key, times in (("ArrowLeft", 60), ("ArrowUp", 60)):
        for _ in range(times):
            page.keyboard.press(key)
    expect(opened.locator(".jp-gradcheck-readout")).to_contain_text("[0, 0, 0, 0]")

    assert opened.locator(".jp-gradcheck-scatter path[data-verdict='fail']").get_attribute("d") != ""
    root = panel(page).locator(".jp-gradcheck-root")
    assert root.evaluate("e => e.scrollWidth <= e.clientWidth")
    # What is right can be opened as well; nothing moves under the pointer as the map loses the focus.
    before = row(page, "b").bounding_box()
    heat.evaluate("e => e.blur()")
    expect(opened.locator(".jp-gradcheck-readout")).to_contain_text("The stronger the colour")
    assert row(page, "b").bounding_box() == before
    open_row(page, "b")
    expect(row(page, "b").locator(".jp-gradcheck-details")).to_contain_text("Each of the 4 entries measured")


def test_the_rows_without_a_mouse(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, "fraud_detection.ipynb")
    run_all(page)
    show_panel(page)
    check(page)
    rows = panel(page).locator("button.jp-gradcheck-row")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(rows.nth(5)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(rows.first).to_have_attribute("aria-expanded", "true")
    expect(rows.first).to_have_accessible_name(re.compile(r"right\s*W1 5 × 4\s*relative difference"))
    panel(page).get_by_label("Only failing").check()
    expect(rows).to_have_count(2)
    panel(page).get_by_label("Order").select_option("name")
    expect(rows.first).to_contain_text("b1")


def test_fixed_is_told_and_the_check_before_can_be_seen(page: Page, lab: Lab) -> None:
    # A notebook of its own, as the history is its kernel's.
    shutil.copy(EXAMPLES / "fraud_detection.ipynb", lab.root / "mended.ipynb")
    open_notebook(page, lab, "mended.ipynb")
    run_all(page)
    show_panel(page)
    check(page)
    mend(page, "dW2 = 2", "dW2 = 1 / m * (dZ2 @ A1.T)")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".jp-InputPrompt", has_text="[*]:")).to_have_count(0)
    check(page)
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("1 of 6 gradients is wrong", timeout=30_000)
    expect(panel(page).locator(".jp-gradcheck-change")).to_contain_text("dW2 fixed, db1 still wrong")
    expect(page.locator(".jp-gradcheck-status-item")).to_contain_text("Gradients: 1 wrong")

    history = panel(page).locator(".jp-gradcheck-history")
    history.locator("summary").click()
    expect(history.get_by_role("listitem")).to_have_count(2)
    history.get_by_role("button").nth(1).click()
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("2 of 6 gradients are wrong")
    expect(panel(page).locator(".jp-gradcheck-stale")).to_contain_text("earlier check")
    panel(page).locator(".jp-gradcheck-newest").click()
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("1 of 6")

    # Another page on the same kernel learns of them from the server.
    page.reload(wait_until="domcontentloaded")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=60_000)
    show_panel(page)
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("1 of 6", timeout=30_000)
    history.locator("summary").click()
    expect(history.get_by_role("listitem")).to_have_count(2, timeout=10_000)


def test_a_restarted_kernel_makes_the_report_old(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, "fraud_detection.ipynb")
    run_all(page)
    show_panel(page)
    check(page)
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Restart Kernel…")).click()
    page.get_by_role("dialog").get_by_role("button", name="Confirm Kernel Restart").click()
    expect(panel(page).locator(".jp-gradcheck-stale")).to_contain_text("has restarted", timeout=30_000)
    expect(page.locator(".jp-gradcheck-status-item")).to_contain_text("check again")


def test_the_step_size_study_teaches_about_float32(page: Page, lab: Lab) -> None:
    write_notebook(lab, "float32.ipynb", *FLOAT32)
    open_notebook(page, lab, "float32.ipynb")
    run_all(page)
    show_panel(page)
    check(page)
    verdict = panel(page).locator(".jp-gradcheck-verdict").inner_text()
    open_row(page, "W")
    row(page, "W").locator(".jp-gradcheck-study").click()
    plot = row(page, "W").locator(".jp-gradcheck-steps-plot")
    expect(plot).to_be_visible(timeout=60_000)
    expect(plot).to_contain_text("float32")
    assert plot.locator(".jp-gradcheck-chosen").count() >= 1
    # The study is no check: what was shown stays, and counts as no further check.
    assert panel(page).locator(".jp-gradcheck-verdict").inner_text() == verdict
    panel(page).locator(".jp-gradcheck-history summary").click()
    expect(panel(page).locator(".jp-gradcheck-history").get_by_role("listitem")).to_have_count(1)


def test_options_and_what_they_would_cost(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, "fraud_detection.ipynb")
    run_all(page)
    show_panel(page)
    panel(page).locator(".jp-gradcheck-choose").first.click()
    options = panel(page).locator(".jp-gradcheck-options")
    options.locator("summary").click()
    options.get_by_label("Method").select_option("central")
    step = options.locator('input[name="epsilon"]')
    step.fill("minus one")
    expect(step).to_have_attribute("aria-invalid", "true")
    step.fill("1e-7")
    expect(step).to_have_attribute("aria-invalid", "false")
    panel(page).locator(".jp-gradcheck-foresee").click()
    expect(panel(page).locator(".jp-gradcheck-chooser")).to_contain_text(re.compile(r"\d+ evaluations"), timeout=30_000)
    panel(page).locator(".jp-gradcheck-check-these").click()
    expect(panel(page).locator(".jp-gradcheck-facts")).to_contain_text("central differences", timeout=60_000)
    expect(panel(page).locator(".jp-gradcheck-difference")).to_contain_text("2.85e-01")


def test_the_report_can_be_taken_along(page: Page, lab: Lab, tmp_path: Path) -> None:
    open_notebook(page, lab, "fraud_detection.ipynb")
    run_all(page)
    show_panel(page)
    check(page)
    for kind in ("json", "html"):
        with page.expect_download() as waiting:
            panel(page).locator(f".jp-gradcheck-save-{kind}").click()
        assert waiting.value.suggested_filename == f"fraud_detection.gradcheck.{kind}"
        waiting.value.save_as(tmp_path / f"report.{kind}")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [p["name"] for p in report["parameters"] if p["verdict"] == "fail"] == ["b1", "W2"]

    saved = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in saved
    assert not re.search(r"(src|href)=", saved)
    alone = page.context.new_page()
    asked: list[str] = []
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto((tmp_path / "report.html").as_uri())
    expect(alone.locator(".jp-gradcheck-verdict")).to_contain_text("2 of 6 gradients are wrong")
    expect(alone.locator("svg.jp-gradcheck-map")).to_have_count(2)
    assert len(asked) == 1
    assert (
        alone.locator(".jp-gradcheck-verdict").evaluate("e => getComputedStyle(e).borderLeftColor")
        == "rgb(211, 47, 47)"
    )


def test_the_magic_shows_the_same_in_the_cell(page: Page, lab: Lab) -> None:
    write_notebook(lab, "magic.ipynb", *KERNEL, "%load_ext jupyterlab_gradcheck\n%gradcheck")
    open_notebook(page, lab, "magic.ipynb")
    run_all(page)
    output = page.locator(".jp-OutputArea-output.jp-gradcheck-output")
    expect(output.locator(".jp-gradcheck-verdict")).to_contain_text("1 of 2 gradients is wrong", timeout=60_000)
    output.locator('[data-parameter="K"] button.jp-gradcheck-row').click()
    expect(output.locator("svg.jp-gradcheck-map")).to_be_visible()
    assert violations(page, ".jp-gradcheck-output") == []


def test_a_check_that_ends_elsewhere_is_told_once(page: Page, lab: Lab) -> None:
    # Long enough for another notebook to be opened meanwhile, also on a loaded machine.
    slow = (
        "import numpy as np, time\nparameters = {'W': np.ones((8, 8))}\n"
        "def forward(parameters):\n    time.sleep(0.08)\n    return float(np.sum(parameters['W'] ** 2))\n"
        "def backward(parameters):\n    return {'dW': 2 * parameters['W']}"
    )
    write_notebook(lab, "elsewhere.ipynb", slow)
    open_notebook(page, lab, "elsewhere.ipynb")
    run_all(page)
    show_panel(page)
    panel(page).locator(".jp-gradcheck-run").first.click()
    expect(panel(page).get_by_role("progressbar")).to_be_visible(timeout=30_000)
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:open', {path: 'fraud_detection.ipynb'})")
    expect(panel(page).locator(".jp-gradcheck-notebook")).to_have_text("fraud_detection.ipynb", timeout=30_000)
    toast = page.locator(".Toastify__toast", has_text="elsewhere.ipynb")
    # A machine that does other work too has taken more than a minute for it.
    expect(toast).to_contain_text("dW agrees", timeout=180_000)
    page.wait_for_timeout(1_500)
    expect(toast).to_have_count(1)
    # And its own panel shows it, when it is current again.
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:open', {path: 'elsewhere.ipynb'})")
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("dW agrees", timeout=30_000)


@pytest.mark.parametrize("theme", THEMES)
def test_everyone_can_use_the_panel(page: Page, lab: Lab, theme: str) -> None:
    write_notebook(lab, "layers.ipynb", *LAYERS)
    open_notebook(page, lab, "layers.ipynb")
    use_theme(page, theme)
    run_all(page)
    show_panel(page)
    assert violations(page, ".jp-gradcheck-panel") == []
    panel(page).locator(".jp-gradcheck-run").first.click()
    expect(panel(page).get_by_role("list", name="What could be checked")).to_be_visible(timeout=30_000)
    panel(page).locator(".jp-gradcheck-options summary").click()
    panel(page).locator(".jp-gradcheck-by-hand summary").click()
    assert violations(page, ".jp-gradcheck-panel") == []
    panel(page).get_by_role("button", name="Check all").click()
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_be_visible(timeout=60_000)
    for opened in panel(page).locator("button.jp-gradcheck-row").all():
        opened.click()
    panel(page).locator(".jp-gradcheck-history summary").click()
    assert violations(page, ".jp-gradcheck-panel") == []
    use_theme(page, THEMES[0])


@pytest.mark.parametrize("width", [250, 400, 900])
def test_the_panel_fits_its_width(page: Page, lab: Lab, width: int) -> None:
    write_notebook(lab, "kernel.ipynb", *KERNEL)
    open_notebook(page, lab, "kernel.ipynb")
    run_all(page)
    show_panel(page)
    check(page)
    handles = [handle.bounding_box() for handle in page.locator(".lm-SplitPanel-handle:visible").all()]
    edge = max((box for box in handles if box and box["height"] > 300), key=lambda box: box["x"])
    page.mouse.move(edge["x"] + edge["width"] / 2, 500)
    page.mouse.down()
    page.mouse.move(1400 - 36 - width, 500, steps=4)
    page.mouse.up()
    for opened in panel(page).locator("button.jp-gradcheck-row").all():
        opened.click()
    root = panel(page).locator(".jp-gradcheck-root")
    assert abs(root.evaluate("e => e.clientWidth") - width) < 20
    assert root.evaluate("e => e.scrollWidth <= e.clientWidth")
