"""A JupyterLab and a browser for each module, and a page for each test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

# lab.py is a helper of these tests, not a package.
sys.path.insert(0, str(Path(__file__).parent))

from lab import OUTPUT, Lab, browser, running_lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    root = tmp_path_factory.mktemp("lab") / "root"
    root.mkdir()
    with running_lab(root) as running:
        yield running


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def page(chrome: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chrome.new_context(viewport={"width": 1400, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    # Notebook 7 has errors of its own, with or without the extension.
    opened.on(
        "pageerror", lambda error: errors.append(str(error)) if "jupyterlab-gradcheck" in (error.stack or "") else None
    )
    try:
        yield opened
        assert errors == []
    finally:
        # What a failing test saw last.
        opened.screenshot(path=OUTPUT / f"{request.node.name}.png")
        context.close()
