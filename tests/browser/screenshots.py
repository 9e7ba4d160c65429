"""Takes the pictures in docs/ from the running product: ``python tests/browser/screenshots.py``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lab import (
    Lab,
    browser,
    check,
    open_notebook,
    panel,
    row,
    run_all,
    running_lab,
    show_panel,
    use_theme,
    write_notebook,
)
from notebooks import FLOAT32, LAYERS
from playwright.sync_api import Browser, Locator, Page, expect

DOCS = Path(__file__).parents[2] / "docs"
SIZE = {"width": 1270, "height": 952}


def opened(chrome: Browser, lab: Lab, notebook: str) -> Page:
    """A page with ``notebook`` run and the panel in sight."""
    page = chrome.new_context(viewport=SIZE, device_scale_factor=1.5).new_page()
    open_notebook(page, lab, notebook)
    run_all(page)
    show_panel(page)
    return page


def open_row(page: Page, name: str) -> Locator:
    found = row(page, name)
    found.locator("button.jp-gradcheck-row").click()
    found.evaluate("e => e.scrollIntoView({block: 'start'})")
    return found


def shoot(page: Page, name: str) -> None:
    # A pointer leaves its traces.
    page.mouse.move(5, 5)
    page.wait_for_timeout(600)
    page.screenshot(path=DOCS / f"{name}.png")
    print(DOCS / f"{name}.png")


def course(chrome: Browser, lab: Lab) -> None:
    page = opened(chrome, lab, "fraud_detection.ipynb")
    check(page)
    shoot(page, "panel")
    panel(page).locator("button.jp-gradcheck-source").last.click()
    page.wait_for_timeout(1_000)
    shoot(page, "marked")
    open_row(page, "W2")
    shoot(page, "opened")
    use_theme(page, "JupyterLab Dark")
    panel(page).evaluate("e => e.scrollTo(0, 0)")
    shoot(page, "dark")
    use_theme(page, "JupyterLab Light")
    page.context.close()


def step_sizes(chrome: Browser, lab: Lab) -> None:
    write_notebook(lab, "float32.ipynb", *FLOAT32)
    page = opened(chrome, lab, "float32.ipynb")
    check(page)
    weights = open_row(page, "W")
    weights.locator(".jp-gradcheck-study").click()
    expect(weights.locator(".jp-gradcheck-steps-plot")).to_be_visible(timeout=60_000)
    weights.locator(".jp-gradcheck-steps-plot").evaluate("e => e.scrollIntoView({block: 'end'})")
    shoot(page, "steps")
    page.context.close()


def asking(chrome: Browser, lab: Lab) -> None:
    write_notebook(lab, "layers.ipynb", *LAYERS)
    page = opened(chrome, lab, "layers.ipynb")
    panel(page).locator(".jp-gradcheck-run").first.click()
    expect(panel(page).get_by_role("list", name="What could be checked")).to_be_visible(timeout=30_000)
    shoot(page, "asking")
    page.context.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        root.mkdir()
        with running_lab(root) as lab, browser() as chrome:
            course(chrome, lab)
            step_sizes(chrome, lab)
            asking(chrome, lab)


if __name__ == "__main__":
    main()
