"""Shared by all tests."""

from __future__ import annotations

import pytest

pytest_plugins = ("pytest_jupyter.jupyter_server",)


# The plugin would make a server application, and an event loop, for every test of the project. Only tests/server wants
# them, and takes the plugin's own fixtures back.
@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    return


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    return
