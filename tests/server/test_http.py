"""The HTTP interface itself: rights, bodies, addresses, and its description."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from jsonschema import Draft202012Validator
from jupyter_server.auth import Authorizer, IdentityProvider, User
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.gateway.managers import GatewayMappingKernelManager
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from server_api import BASE, INSTALL_FAKE, Api

import jupyterlab_gradcheck
from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.server import handlers
from jupyterlab_gradcheck.server.openapi import document

KERNEL = str(uuid4())
EVERY_CALL = [
    ("GET", "health"),
    ("GET", "openapi.yaml"),
    ("GET", "checks"),
    ("GET", "checks/x"),
    ("DELETE", "checks/x"),
    ("POST", f"kernels/{KERNEL}/checks"),
    ("POST", f"kernels/{KERNEL}/probe"),
    ("GET", "nowhere"),
    ("POST", "nowhere"),
]
CONTRACT_EXAMPLES = Path(__file__).parent.parent / "contract"
RUNS_CODE = {call for call in EVERY_CALL if call[0] in ("POST", "DELETE") and call[1] != "nowhere"}


async def test_health(api: Api) -> None:
    answer = await api("GET", "health")
    assert answer.json == {"version": jupyterlab_gradcheck.__version__, "api": 1}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("authorization", ["", "token wrong"])
@pytest.mark.parametrize("extra_config", [{}, {"ServerApp": {"allow_unauthenticated_access": True}}])
async def test_strangers_are_kept_out(api: Api, authorization: str, extra_config: Any) -> None:
    for method, path in EVERY_CALL:
        body = {} if method == "POST" else None
        answer = await api(method, path, body, headers={"Authorization": authorization}, follow_redirects=False)
        assert (answer.code, answer.json["code"]) == (403, "forbidden"), (method, path)
        if "_xsrf" in answer.json["message"]:
            assert "token is missing or wrong" in answer.json["message"]
            assert "Authorization: token" in answer.json["message"]


class ReadOnly(Authorizer):
    """Everything but running code."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return (action, resource) != ("execute", "kernels")


class NothingHere(Authorizer):
    """Everything but this extension's own resource."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource != "gradcheck"


@pytest.mark.parametrize("extra_config", [{"ServerApp": {"authorizer_class": ReadOnly}}])
async def test_running_code_needs_the_right_to_execute(api: Api, extra_config: Any) -> None:
    for method, path in EVERY_CALL:
        answer = await api(method, path, {} if method == "POST" else None)
        assert (answer.code == 403) == ((method, path) in RUNS_CODE), (method, path)


@pytest.mark.parametrize("extra_config", [{"ServerApp": {"authorizer_class": NothingHere}}])
async def test_reading_needs_the_right_to_read(api: Api, extra_config: Any) -> None:
    for method, path in EVERY_CALL:
        answer = await api(method, path, {} if method == "POST" else None)
        assert (answer.code == 403) == ((method, path) not in RUNS_CODE), (method, path)


class LoggedIn(IdentityProvider):
    """Everybody comes with a session instead of a token, as a browser does."""

    def get_user(self, handler: Any) -> User:
        return User("somebody")


@pytest.mark.parametrize("extra_config", [{"ServerApp": {"identity_provider_class": LoggedIn}}])
async def test_a_browser_session_needs_the_xsrf_token(api: Api, extra_config: Any) -> None:
    path = f"kernels/{KERNEL}/checks"
    token = f"2|{'00' * 4}|{'00' * 16}|1"
    refused = await api("POST", path, {}, headers={"Authorization": ""})
    assert refused.code == 403
    assert "_xsrf" in refused.json["message"]
    headers = {"Authorization": "", "Cookie": f"_xsrf={token}", "X-XSRFToken": token}
    assert (await api("POST", path, {}, headers=headers)).json["code"] == "unknown_kernel"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "send a JSON object"),
        (b"  \n", "send a JSON object"),
        (b"[]", "not of type 'object'"),
        (b"null", "not of type 'object'"),
        (b'"text"', "not of type 'object'"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[" * 50_000, "not valid JSON"),
        (b'{"forward": 1}', "CheckRequest.forward"),
        (b'{"options": {"epsilon": NaN}}', "NaN"),
        (b'{"options": {"epsilon": 1e999}}', "CheckRequest.options.epsilon"),
        (b'{"nonsense": 1}', "'nonsense' was unexpected"),
        (b'{"forward": "f()"}', "CheckRequest.forward"),
        (b"{\"forward\": \"__import__('os').system('true')\"}", "CheckRequest.forward"),
        (b'{"backward": "x\\ny"}', "CheckRequest.backward"),
        (b'{"parameters": "\\u202eabc"}', "CheckRequest.parameters"),
        (b'{"data": ["lambda: 0"]}', "CheckRequest.data[0]"),
        (b'{"forward": ""}', "CheckRequest.forward"),
    ],
)
async def test_bodies_outside_the_contract(api: Api, raw: bytes, expected: str) -> None:
    answer = await api("POST", f"kernels/{KERNEL}/checks", raw=raw)
    assert (answer.code, answer.json["code"]) == (400, "invalid_request")
    assert expected in answer.json["message"]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"forward": "f"}'])
async def test_a_probe_takes_an_empty_object_only(api: Api, raw: bytes) -> None:
    answer = await api("POST", f"kernels/{KERNEL}/probe", raw=raw)
    assert (answer.code, answer.json["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("extra_config", [{"GradcheckApp": {"body_limit_bytes": 1000}}])
async def test_large_bodies(api: Api, extra_config: Any) -> None:
    answer = await api("POST", f"kernels/{KERNEL}/checks", raw=b" " * 998 + b"{}")
    assert answer.code == 404
    answer = await api("POST", f"kernels/{KERNEL}/checks", raw=b" " * 999 + b"{}")
    assert (answer.code, answer.json["code"]) == (413, "body_too_large")


async def test_names_travel_as_data(api: Api, start_kernel: Any) -> None:
    """Names that pass the contract reach the package as they are, whatever they look like."""
    kernel = await start_kernel(INSTALL_FAKE)
    seen = "import sys; _s = sys.modules['jupyterlab_gradcheck.kernel.service']; _a = _s.answer; _s.seen = []\n"
    await kernel.run(seen + "_s.answer = lambda text: (_s.seen.append(__import__('json').loads(text)), _a(text))[1]")
    names = {"backward": "m['\"#{}%s\\u2028😀']", "parameters": "прямой", "data": ["exec", "a.b[0]['x; y']"]}
    names["backward"] = names["backward"].replace("\\u2028", "")
    assert (await api.check(kernel.id, **names))["status"] == "done"
    reply = await kernel.run(f"assert _s.seen[-1]['request'] == {names!r}, _s.seen")
    assert reply["status"] == "ok", reply


async def test_addresses_and_verbs_there_are_not(api: Api) -> None:
    for method, path in (("GET", "nowhere"), ("GET", ""), ("POST", "checks/x/y"), ("GET", "kernels/x/checks")):
        answer = await api(method, path, {} if method == "POST" else None)
        assert (answer.code, answer.json["code"]) == (404, "not_found"), (method, path)
    for method, path in (("PUT", "health"), ("POST", "checks"), ("GET", f"kernels/{KERNEL}/checks")):
        answer = await api(method, path, {} if method in ("PUT", "POST") else None)
        assert (answer.code, answer.json["code"]) == (405, "method_not_allowed"), (method, path)
    for method in ("GET", "DELETE"):
        answer = await api(method, "checks/x")
        assert (answer.code, answer.json["code"]) == (404, "unknown_check")


@pytest.fixture
def fresh_gateway_client() -> Iterator[None]:
    GatewayClient.clear_instance()
    yield
    GatewayClient.clear_instance()


@pytest.mark.usefixtures("fresh_gateway_client")
@pytest.mark.parametrize("extra_config", [{"GatewayClient": {"url": "http://127.0.0.1:9"}}])
async def test_kernels_behind_a_gateway(api: Api, jp_serverapp: Any, extra_config: Any) -> None:
    assert isinstance(jp_serverapp.kernel_manager, GatewayMappingKernelManager)
    for path in ("checks", "probe"):
        answer = await api("POST", f"kernels/{KERNEL}/{path}", {})
        assert (answer.code, answer.json["code"]) == (501, "gateway_kernel")


async def test_kernels_of_another_language(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel()
    kernel.manager.kernel_spec.language = "R"
    for path in ("checks", "probe"):
        answer = await api("POST", f"kernels/{kernel.id}/{path}", {})
        assert (answer.code, answer.json["code"]) == (501, "unsupported_kernel")
        assert "r" in answer.json["message"].split()[-1]


async def test_a_kernel_that_does_not_answer(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    await kernel.manager.signal_kernel(19)  # SIGSTOP
    api_app = kernel.manager.parent.parent.web_app.settings["jupyterlab_gradcheck"]
    api_app._kernels._ready_seconds = 0.5
    try:
        told = await api.check(kernel.id)
        assert (told["status"], told["error"]["code"]) == ("error", "kernel_unreachable")
        answer = await api("POST", f"kernels/{kernel.id}/probe", {})
        assert (answer.code, answer.json["code"]) == (503, "kernel_unreachable")
    finally:
        await kernel.manager.signal_kernel(18)  # SIGCONT
    assert (await api.check(kernel.id))["status"] == "done"


async def test_the_loop_is_not_blocked_by_a_large_report(api: Api, start_kernel: Any) -> None:
    kernel = await start_kernel(INSTALL_FAKE)
    await kernel.run(
        "import sys; r = sys.modules['jupyterlab_gradcheck.kernel.service'].REPORT\n"
        "r['parameters'] = [dict(p, name=p['name'] + str(i)) for i in range(60) for p in r['parameters']]"
    )
    made = await api.start(kernel.id)
    loop, longest = asyncio.get_running_loop(), 0.0
    while (await api.get(made))["status"] != "done":
        before = loop.time()
        await asyncio.sleep(0.001)
        longest = max(longest, loop.time() - before)
    told = await api.get(made)
    assert 300_000 < len(json.dumps(told["report"])) < 1_000_000
    assert longest < 0.25


def openapi() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(document())
    return loaded


async def test_the_description_is_served(api: Api) -> None:
    answer = await api("GET", "openapi.yaml")
    assert answer.headers["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(answer.text) == openapi()


def test_the_description_has_every_route_and_no_other() -> None:
    described = {(path, verb) for path, item in openapi()["paths"].items() for verb in item if verb != "parameters"}
    routed = set()
    for pattern, handler in handlers.routes():
        path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern).replace("\\", "").removeprefix(f"/{BASE}")
        verbs = (verb for verb in ("get", "post", "put", "patch", "delete") if verb in vars(handler))
        if handler is not handlers.UnknownPathHandler:
            routed |= {(path, verb) for verb in verbs}
    assert described == routed


def test_the_description_refers_to_nothing_outside_itself() -> None:
    told = openapi()

    def walk(node: Any) -> None:
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            assert node["$ref"].startswith("#/"), node["$ref"]
            place = told
            for key in node["$ref"][2:].split("/"):
                place = place[key]
        for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            walk(value)

    walk(told)


def test_the_described_schemas_are_the_contracts() -> None:
    """What is in the document judges the examples as the contract does."""
    told = openapi()
    resource = Resource(contents=told, specification=DRAFT202012)
    registry: Any = Registry().with_resource("doc:", resource)
    names = {"request": "CheckRequest", "check": "Check", "report": "Report", "steps": "StepStudy"}
    names |= {"error": "GradcheckProblem", "candidates": "Candidates"}
    examples = [(path, "good") for path in CONTRACT_EXAMPLES.glob("good/*.json")]
    examples += [(path, "bad") for path in CONTRACT_EXAMPLES.glob("bad/*.json")]
    for path, kind in examples:
        example = json.loads(path.read_text(encoding="utf-8"))
        if example["schema"] in names:
            schema = {"$ref": f"doc:#/components/schemas/{names[example['schema']]}"}
            valid = Draft202012Validator(schema, registry=registry).is_valid(example["data"])
            assert valid == (kind == "good"), path.name


def test_the_description_keeps_its_own_examples() -> None:
    for item in openapi()["paths"].values():
        for verb, operation in item.items():
            if verb != "parameters" and "requestBody" in operation:
                media = operation["requestBody"]["content"]["application/json"]
                name = {"ProbeRequest": "probe", "CheckRequest": "request"}[media["schema"]["$ref"].rpartition("/")[2]]
                shown = media.get("examples", {"only": {"value": media.get("example")}})
                for example in shown.values():
                    contract.validate(name, example["value"])
