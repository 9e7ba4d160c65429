"""The interface as its own description says, asked at random: no answer is a server error, none is one not described.

schemathesis makes the requests, right ones and wrong ones, from openapi.yaml as the server tells it, and follows the links
in it: what was started is asked for, listed and cancelled. ``GRADCHECK_FUZZ`` sets how many of each kind are made.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from server_api import INSTALL_FAKE
from test_real_server import Server, run

CASES = int(os.environ.get("GRADCHECK_FUZZ", "15"))
PACE = settings(
    max_examples=CASES,
    stateful_step_count=8,
    deadline=None,
    # The same requests in every run of the tests; others where somebody asks for many.
    derandomize="GRADCHECK_FUZZ" not in os.environ,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
CONFIG = {
    # Only the links of the description itself.
    "phases": {"stateful": {"inference": {"algorithms": []}}},
    # DELETE cancels a check, and a check that was cancelled can be asked for like any other.
    "checks": {"use_after_free": {"enabled": False}},
}
NETWORK = """
import sys
sys.modules["tensorflow"] = None  # options may ask for it, and it takes a while to come
import numpy as np
def forward(X, parameters):
    return float(np.sum(parameters["W"] * X)) ** 2, (X, parameters)
def backward(X, cache):
    X, parameters = cache
    return {"dW": 2 * np.sum(parameters["W"] * X) * X}
X, parameters = np.ones(3), {"W": np.arange(3.0)}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("fuzz"))
    yield running
    running.process.terminate()
    running.process.wait(30)


@pytest.fixture(scope="module")
def described(server: Server) -> dict[str, Any]:
    """The description as it is served, about kernels that there are and one that there is not."""
    kernels = [str(server.call("POST", "api/kernels", {"name": "python3"})["id"]) for _ in range(2)]
    for kernel_id, cell in zip(kernels, (NETWORK, INSTALL_FAKE), strict=True):
        run(server.log.parent / f"runtime/kernel-{kernel_id}.json", cell)
    told: dict[str, Any] = yaml.safe_load(server.read("jupyterlab-gradcheck/openapi.yaml"))
    paths = {}
    for path, item in told["paths"].items():
        if "{kernel_id}" not in path:
            paths[path] = item
            continue
        for number, kernel_id in enumerate([*kernels, str(uuid4())]):
            post = {**item["post"], "operationId": f"{item['post']['operationId']}{number}"}
            paths[path.replace("{kernel_id}", kernel_id)] = {"post": post}
    return {**told, "paths": paths}


@pytest.fixture
def schema(described: dict[str, Any]) -> Any:
    return schemathesis.openapi.from_dict(described, config=SchemathesisConfig.from_dict(CONFIG))


@pytest.fixture
def address(server: Server) -> dict[str, Any]:
    return {
        "base_url": f"http://127.0.0.1:{server.port}/jupyterlab-gradcheck",
        "headers": {"Authorization": f"token {server.token}"},
        "timeout": 20,
    }


@pytest.fixture(autouse=True)
def quiet_server(server: Server) -> Iterator[None]:
    """Nothing of all this is an error to the server's log either."""
    before = server.log.stat().st_size
    yield
    with server.log.open(encoding="utf-8") as log:
        log.seek(before)
        told = log.read()
    assert "Traceback" not in told, told
    assert "\n[E " not in told, told


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_call(mode: GenerationMode, schema: Any, address: dict[str, Any], request: pytest.FixtureRequest) -> None:
    seen: Counter[tuple[str, int]] = Counter()

    def asked(operation: Any) -> None:
        @PACE
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Any) -> None:
            answer = case.call_and_validate(**address)
            seen[operation.label.split()[0], answer.status_code] += 1

        one()

    for operation in (found.ok() for found in schema.get_all_operations()):
        # There is no wrong way to ask where there is nothing to say.
        if mode is GenerationMode.POSITIVE or operation.body or operation.path_parameters:
            asked(operation)
    request.node.user_properties.append(("requests", seen.total()))
    assert not [code for _, code in seen if code >= 500]
    expected = {200, 202, 404} if mode is GenerationMode.POSITIVE else {400}
    assert {code for verb, code in seen if verb == "POST"} >= expected, seen


def test_every_way_through(schema: Any, address: dict[str, Any], request: pytest.FixtureRequest) -> None:
    seen: Counter[tuple[str, int]] = Counter()

    class Ways(schema.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return address

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            seen[f"{case.method} {case.path.split('/')[-1]}", response.status_code] += 1
            super().validate_response(response, case, **more)

    Ways.run(settings=PACE)
    request.node.user_properties.append(("requests", seen.total()))
    assert not [code for _, code in seen if code >= 500]
    # What was started was found again, and cancelled.
    assert {("POST checks", 202), ("GET {check_id}", 200), ("GET checks", 200)} <= set(seen), seen
    assert {("DELETE {check_id}", 202), ("DELETE {check_id}", 204)} & set(seen), seen
