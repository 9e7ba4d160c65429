"""A server with the extension, real kernels in it, and a stand-in for the package's service inside them."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

# The plugin's own, which the conftest above puts out of the other tests' way.
from pytest_jupyter.jupyter_server import jp_asyncio_loop as jp_asyncio_loop
from pytest_jupyter.jupyter_server import jp_server_cleanup as jp_server_cleanup
from server_api import Api, Kernel
from traitlets.config import Config

from jupyterlab_gradcheck import contract


@pytest.fixture
def extra_config() -> dict[str, Any]:
    """Overridden by tests that configure more."""
    return {}


@pytest.fixture
def jp_server_config(extra_config: dict[str, Any]) -> Config:
    extensions = {"jupyterlab_gradcheck": True, "jupyter_server_terminals": False}
    config = Config({"ServerApp": {"jpserver_extensions": extensions}})
    # A verb that forgot its authentication then fails, as pytest turns jupyter_server's warning into an error.
    config.ServerApp.allow_unauthenticated_access = False
    config.merge(Config(extra_config))
    return config


@pytest.fixture
def api(jp_fetch: Any) -> Api:
    return Api(jp_fetch)


@pytest.fixture
def start_kernel(jp_serverapp: Any, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Any:
    started: list[Kernel] = []

    async def start(*cells: str) -> Kernel:
        kernels = jp_serverapp.kernel_manager
        kernel_id = await kernels.start_kernel()
        manager = kernels.get_kernel(kernel_id)
        session = manager.session.clone()
        session.session = uuid4().hex
        client = manager.client(session=session)
        client.start_channels()
        kernel = Kernel(manager, kernel_id, client)
        started.append(kernel)
        await client.wait_for_ready(timeout=30)
        for cell in cells:
            reply = await kernel.run(cell)
            assert reply["status"] == "ok", reply
        return kernel

    async def stop() -> None:
        for kernel in started:
            kernel.client.stop_channels()
            # One that has died is being started again, and jupyter_client cannot shut down what is half started.
            kernel.manager.stop_restarter()
            for _ in range(100):
                if kernel.manager.ready.done():
                    break
                await asyncio.sleep(0.1)
            if kernel.id in jp_serverapp.kernel_manager:
                await jp_serverapp.kernel_manager.shutdown_kernel(kernel.id, now=True)

    yield start
    jp_asyncio_loop.run_until_complete(stop())


@pytest.fixture
def events(jp_serverapp: Any) -> list[dict[str, Any]]:
    """What the extension told on the event bus."""
    told: list[dict[str, Any]] = []

    async def hear(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        told.append({key: value for key, value in data.items() if not key.startswith("__")})

    jp_serverapp.event_logger.add_listener(schema_id=contract.schema("event")["$id"], listener=hear)
    return told
