"""A real JupyterLab on loopback, and a real Chromium that looks at it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

OUTPUT = Path(__file__).parents[1] / "output"
EXAMPLES = Path(__file__).parents[2] / "examples"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str:
    """The path of a Chromium. A machine without one skips these tests; in CI that is a failure."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        said = "No Chromium on PATH: install it (Debian: apt-get install chromium) to run the browser tests."
        if os.environ.get("CI"):
            pytest.fail(said)
        pytest.skip(said)
    return found


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab whose root directory is ``root``."""

    url: str
    token: str
    root: Path

    def page_url(self, notebook: str, app: str = "lab/tree") -> str:
        return f"{self.url}/{app}/{notebook}?token={self.token}&reset"

    def get(self, path: str) -> object:
        request = urllib.request.Request(f"{self.url}/{path}", headers={"Authorization": f"token {self.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@contextlib.contextmanager
def running_lab(root: Path) -> Iterator[Lab]:
    """Starts JupyterLab on a free port with settings of its own, and stops it in the end."""
    for notebook in EXAMPLES.glob("*.ipynb"):
        shutil.copy(notebook, root)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lab = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(8), root)
    private = root.parent / "private"
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        "IPYTHONDIR": str(private / "ipython"),
    }
    # No question about news in the corner of the page.
    settings = private / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={lab.token}",
        f"--ServerApp.root_dir={root}", "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    log = root.parent / "lab.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        try:
            _wait_for(lab, process, log)
            yield lab
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(lab: Lab, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            lab.get("api/status")
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield started
        finally:
            started.close()


def open_notebook(page: Page, lab: Lab, notebook: str) -> None:
    """Opens ``notebook`` and waits until its kernel is idle."""
    page.goto(lab.page_url(notebook), wait_until="domcontentloaded")
    expect(page.locator(".jp-Notebook")).to_be_visible(timeout=90_000)
    # Before the kernel is connected, Run All would ask for one.
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=60_000)


def run_all(page: Page) -> None:
    """Run > Run All Cells, and waits until the kernel has nothing left to do."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-CodeCell").last.locator(".jp-InputPrompt")
    expect(last).to_have_text(re.compile(r"\[\d+\]:"), timeout=120_000)


def write_notebook(lab: Lab, name: str, *cells: str) -> None:
    """Puts a notebook with these code cells where the server looks."""
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    spec = {"name": "python3", "display_name": "Python 3"}
    notebook = {
        "cells": [{**code, "id": f"cell-{n}", "source": source} for n, source in enumerate(cells)],
        "metadata": {"kernelspec": spec},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    Path(lab.root, name).write_text(json.dumps(notebook), encoding="utf-8")


def use_theme(page: Page, name: str) -> None:
    """Changes JupyterLab's theme, and waits until it is there."""
    page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})", name)
    expect(page.locator(f'body[data-jp-theme-name="{name}"]')).to_be_attached(timeout=20_000)
    # The sheets of the theme come after its name.
    page.wait_for_timeout(500)


def panel(page: Page) -> Locator:
    return page.locator(".jp-gradcheck-panel")


def row(page: Page, name: str) -> Locator:
    """The row of a parameter."""
    return panel(page).locator(f'[data-parameter="{name}"]')


def show_panel(page: Page) -> None:
    """Opens the panel, unless the layout that was restored has it open."""
    expect(page.get_by_role("tab", name="Gradient check")).to_be_visible()
    if panel(page).is_visible():
        return
    page.get_by_role("tab", name="Gradient check").click()


def check(page: Page) -> None:
    """Clicks, and waits for the verdict."""
    panel(page).locator(".jp-gradcheck-run").first.click()
    expect(panel(page).locator(".jp-gradcheck-verdict")).to_be_visible(timeout=60_000)


def mend(page: Page, wrong: str, right: str) -> None:
    """Types ``right`` in place of ``wrong`` in the notebook's editors, as a person would."""
    line = page.locator(".cm-line", has_text=wrong).first
    if not line.count():
        # JupyterLab 4.2 has no lines of a cell that is out of sight; the panel leads there.
        panel(page).locator("button.jp-gradcheck-source", has_text=wrong).click()
    line.scroll_into_view_if_needed()
    line.click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type(right)
