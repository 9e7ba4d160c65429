"""What a person does: run the notebook, click, read, mend, click again. In a real JupyterLab, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lab import OUTPUT, Lab, check, mend, open_notebook, panel, row, run_all, show_panel, write_notebook
from notebooks import LAYERS
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_the_main_job(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, "fraud_detection.ipynb")
    run_all(page)
    show_panel(page)
    check(page)

    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("2 of 6 gradients are wrong")
    expect(panel(page).locator(".jp-gradcheck-difference")).to_contain_text("2.85e-01")
    failing = {"W2": "dW2 is 2 x the numerical gradient", "b1": "db1 is 4 x the numerical gradient"}
    for name in ("W1", "b1", "W2", "b2", "W3", "b3"):
        expect(row(page, name)).to_have_attribute("data-verdict", "fail" if name in failing else "pass")
    for name, sentence in failing.items():
        expect(row(page, name)).to_contain_text(sentence)
        assert row(page, name).evaluate("e => getComputedStyle(e).backgroundColor") != row(page, "W1").evaluate(
            "e => getComputedStyle(e).backgroundColor"
        )
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts()

    mend(page, "dW2 = 2", "dW2 = 1 / m * (dZ2 @ A1.T)")
    mend(page, "db1 = 4", "db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".jp-InputPrompt", has_text="[*]:")).to_have_count(0)
    check(page)
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("All 6 gradients agree", timeout=30_000)
    for name in ("W1", "b1", "W2", "b2", "W3", "b3"):
        expect(row(page, name)).to_have_attribute("data-verdict", "pass")

    # The check leaves no trace in the notebook: one more execution count, the cell that was mended.
    numbers = [int(n) for text in prompts if (n := re.sub(r"\D", "", text))]
    after = [
        int(n) for t in page.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts() if (n := re.sub(r"\D", "", t))
    ]
    assert max(after) == max(numbers) + 1


def test_the_toolbar_button_opens_the_panel_and_checks(page: Page, lab: Lab) -> None:
    open_notebook(page, lab, "fraud_detection.ipynb")
    run_all(page)
    page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name=gradcheck] jp-button").click()
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("2 of 6", timeout=60_000)
    magic = page.locator(".jp-OutputArea-output .jp-gradcheck-report").first
    expect(magic).to_contain_text("gradients")


def test_a_notebook_without_a_kernel(page: Page, lab: Lab) -> None:
    write_notebook(lab, "shut.ipynb", "1")
    open_notebook(page, lab, "shut.ipynb")
    show_panel(page)
    expect(panel(page).locator('[data-state="idle"]')).to_be_visible(timeout=30_000)
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Shut Down Kernel", exact=True).click()

    expect(panel(page).locator(".jp-gradcheck-empty")).to_contain_text("This notebook has no kernel.", timeout=30_000)
    page.screenshot(path=OUTPUT / "no_kernel.png")
    dialog = page.get_by_role("dialog")
    # The button of the toolbar leads to the same choice as the panel's.
    page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name=re.compile("^Check gradients")).click()
    expect(dialog).to_contain_text("Select Kernel")
    dialog.get_by_role("button", name=re.compile("^(Cancel|No Kernel)")).first.click()
    expect(dialog).to_have_count(0)
    expect(panel(page).locator(".jp-gradcheck-empty")).to_contain_text("This notebook has no kernel.")
    panel(page).locator(".jp-gradcheck-change-kernel").click()
    dialog.get_by_role("button", name=re.compile("Select")).click()
    expect(panel(page).locator('[data-state="idle"]')).to_be_visible(timeout=60_000)
    expect(panel(page).locator(".jp-gradcheck-run")).to_be_visible()


def test_whatever_names_and_exceptions_say_stays_within_the_panel(page: Page, lab: Lab) -> None:
    write_notebook(
        lab,
        "names.ipynb",
        "import numpy as np\n"
        "parameters = {'W\\u202eleft': np.ones(2), 'b' * 120: np.ones(2)}\n"
        "def forward(parameters):\n    return float(sum(np.sum(v ** 2) for v in parameters.values()))\n"
        "def backward(parameters):\n    return {'d' + k: 3 * v for k, v in parameters.items()}",
    )
    open_notebook(page, lab, "names.ipynb")
    run_all(page)
    show_panel(page)
    check(page)
    root = panel(page).locator(".jp-gradcheck-root")
    expect(root.locator("[data-parameter]")).to_have_count(2)
    expect(root.locator(".jp-gradcheck-name").first).to_have_text("W⟨U+202E⟩left")
    assert root.evaluate("e => !e.textContent.includes('\\u202e')")
    assert root.evaluate("e => e.scrollWidth <= e.clientWidth")

    write_notebook(
        lab,
        "raises.ipynb",
        "import numpy as np\nparameters = {'W': np.ones(2)}\n"
        "def forward(parameters):\n    raise ValueError('x' * 300 + ' and so on' * 100)\n"
        "def backward(parameters):\n    return {'dW': parameters['W']}",
    )
    open_notebook(page, lab, "raises.ipynb")
    run_all(page)
    show_panel(page)
    panel(page).locator(".jp-gradcheck-run").first.click()
    message = root.locator(".jp-gradcheck-message").first
    expect(message).to_contain_text("and so on", timeout=30_000)
    assert message.evaluate("e => e.clientHeight < 300 && e.scrollWidth <= e.clientWidth")
    assert root.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_layers_side_by_side_are_listed_and_checked_all_at_once(page: Page, lab: Lab) -> None:
    write_notebook(lab, "layers.ipynb", *LAYERS)
    open_notebook(page, lab, "layers.ipynb")
    run_all(page)
    show_panel(page)
    panel(page).locator(".jp-gradcheck-run").first.click()

    found = panel(page).get_by_role("list", name="What could be checked")
    expect(found.get_by_role("listitem")).to_have_count(2, timeout=30_000)
    expect(found.get_by_role("listitem").nth(0)).to_contain_text("affine_backward of affine_forward")
    expect(found.get_by_role("listitem").nth(0)).to_contain_text("x, w, b")
    expect(found.get_by_role("listitem").nth(1)).to_contain_text("tanh_backward of tanh_forward")
    expect(panel(page).locator("select").first).not_to_be_visible()
    root = panel(page).locator(".jp-gradcheck-root")
    assert root.evaluate("e => e.scrollWidth <= e.clientWidth")

    panel(page).get_by_role("button", name="Check all").click()
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("1 of 4 gradients is wrong", timeout=60_000)
    right = [f"affine_backward: {name}" for name in "xw"] + ["tanh_backward: x"]
    for name in right:
        expect(row(page, name)).to_have_attribute("data-verdict", "pass")
    wrong = row(page, "affine_backward: b")
    expect(wrong).to_have_attribute("data-verdict", "fail")
    expect(wrong).to_contain_text("2 x the numerical gradient")
    tint = "e => getComputedStyle(e).backgroundColor"
    assert wrong.evaluate(tint) != row(page, right[0]).evaluate(tint)

    # One of them by itself, from the choice that can be asked for; no mouse.
    panel(page).locator(".jp-gradcheck-choose").click()
    one = panel(page).get_by_role("button", name="Check tanh_backward")
    one.focus()
    page.keyboard.press("Enter")
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("agree", timeout=60_000)
    expect(panel(page).locator("[data-parameter]")).to_have_count(1)
    expect(row(page, "x")).to_have_attribute("data-verdict", "pass")


def test_an_empty_notebook_is_told_what_to_do(page: Page, lab: Lab) -> None:
    empty = '{"cells": [], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}, "nbformat": 4, "nbformat_minor": 5}'
    Path(lab.root, "empty.ipynb").write_text(empty)
    open_notebook(page, lab, "empty.ipynb")
    show_panel(page)
    panel(page).locator(".jp-gradcheck-run").first.click()
    expect(panel(page)).to_contain_text("Found no functions to check", timeout=30_000)


def test_a_slow_check_shows_its_progress_and_stops(page: Page, lab: Lab) -> None:
    cell = (
        "import numpy as np, time\\nparameters = {'W': np.ones((30, 30))}\\n"
        "def forward(parameters):\\n    time.sleep(0.02)\\n    return float(np.sum(parameters['W'] ** 2))\\n"
        "def backward(parameters):\\n    return {'dW': 2 * parameters['W']}"
    )
    notebook = (
        '{"cells": [{"cell_type": "code", "id": "slow", "execution_count": null, "metadata": {}, "outputs": [], "source": "%s"}],'
        ' "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}, "nbformat": 4, "nbformat_minor": 5}'
    )
    Path(lab.root, "slow.ipynb").write_text(notebook % cell)
    open_notebook(page, lab, "slow.ipynb")
    run_all(page)
    show_panel(page)
    panel(page).locator(".jp-gradcheck-run").first.click()
    bar = panel(page).get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"[1-9]\d*"), timeout=30_000)
    panel(page).locator(".jp-gradcheck-stop").click()
    expect(bar).to_have_count(0, timeout=5_000)
    expect(
        panel(page).locator('[data-state="cancelled"]').or_(page.locator('.jp-gradcheck-panel[data-state="cancelled"]'))
    ).to_be_visible()


def test_notebook_7(page: Page, lab: Lab) -> None:
    page.goto(lab.page_url("fraud_detection.ipynb", "notebooks"), wait_until="domcontentloaded")
    expect(page.locator(".jp-Notebook")).to_be_visible(timeout=90_000)
    expect(page.locator(".jp-NotebookKernelStatus, .jp-Toolbar-kernelStatus").first).to_be_attached(timeout=60_000)
    page.wait_for_timeout(3_000)
    run_all(page)
    page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name=gradcheck] jp-button").click()
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_contain_text("2 of 6", timeout=60_000)
