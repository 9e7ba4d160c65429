"""The HTTP interface: read, call, answer. What went wrong is told in one place, `GradcheckHandler.write_error`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeVar, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, authenticated

from .. import contract
from . import errors, protocol
from .checks import Checks
from .kernels import Kernels
from .openapi import document

PREFIX = "jupyterlab-gradcheck"
API_VERSION = 1

KERNEL_ID = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"
CHECK_ID = r"(?P<check_id>[0-9A-Za-z_-]{1,64})"


Verb = TypeVar("Verb", bound=Callable[..., Any])


def may_execute(verb: Verb) -> Verb:
    """Only for those who may run code in kernels: the right that a kernel's websocket asks for."""
    authorize: Callable[[Verb], Verb] = authorized("execute", resource="kernels")
    return cast(Verb, authenticated(authorize(verb)))


class GradcheckHandler(APIHandler):
    """Base of the handlers: what they are given, bodies held to the contract, errors as the contract has them."""

    auth_resource = "gradcheck"

    def initialize(self, kernels: Kernels, checks: Checks, version: str, body_limit: int) -> None:
        """Take what all handlers share."""
        self.kernels, self.checks, self.version, self.body_limit = kernels, checks, version, body_limit

    def set_default_headers(self) -> None:
        """Answers tell a state of now: no cache may keep them."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def read_body(self, schema: str) -> dict[str, Any]:
        """The body, held to ``schema``. Raises BodyTooLarge or ContractError."""
        if len(self.request.body) > self.body_limit:
            raise errors.BodyTooLarge(
                f"The body has {len(self.request.body)} bytes; at most {self.body_limit} are taken."
            )
        if not self.request.body.strip():
            raise contract.ContractError("The body is empty: send a JSON object, {} to have everything discovered.")
        body: dict[str, Any] = contract.parse(schema, self.request.body)
        return body

    def check_url(self, check_id: str) -> str:
        """Where a check is to be found, from the root of the host."""
        return url_path_join(self.base_url, PREFIX, "checks", check_id)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Tell any error as ``{"message", "reason", "code"}``."""
        error = kwargs["exc_info"][1] if "exc_info" in kwargs else HTTPError(status_code)
        status, body = errors.answer(error)
        self.set_status(status)
        self.finish(json.dumps(body))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log the unforeseen with its traceback; the foreseen is the caller's business."""
        if not isinstance(value, errors.GradcheckServerError | contract.ContractError):
            super().log_exception(typ, value, tb)


class HealthHandler(GradcheckHandler):
    """Whether the extension is there, and which."""

    @authenticated
    @authorized
    def get(self) -> None:
        """The versions of the package and of this interface."""
        self.finish(json.dumps({"version": self.version, "api": API_VERSION}))


class OpenApiHandler(GradcheckHandler):
    """This interface, described."""

    @authenticated
    @authorized
    def get(self) -> None:
        """The OpenAPI document."""
        self.finish(document(), set_content_type="application/yaml; charset=utf-8")


class ProbeHandler(GradcheckHandler):
    """What a kernel has to check."""

    @may_execute
    async def post(self, kernel_id: str) -> None:
        """The candidates and the guess."""
        self.read_body("probe")
        reply = await self.kernels.probe(kernel_id)
        outcome = await asyncio.to_thread(protocol.accept, reply, self.version)
        self.finish(outcome.text)


class KernelChecksHandler(GradcheckHandler):
    """Checks in a kernel."""

    @may_execute
    async def post(self, kernel_id: str) -> None:
        """Start one."""
        check = self.checks.start(kernel_id, self.read_body("request"))
        self.set_status(202)
        self.set_header("Location", self.check_url(check.id))
        self.finish(check.to_json())


class ChecksHandler(GradcheckHandler):
    """All checks."""

    @authenticated
    @authorized
    def get(self) -> None:
        """List them, newest first, without their reports."""
        checks = self.checks.list(self.get_query_argument("kernel_id", None))
        self.finish(f"[{', '.join(check.to_json(whole=False) for check in checks)}]")


class CheckHandler(GradcheckHandler):
    """One check."""

    @authenticated
    @authorized
    def get(self, check_id: str) -> None:
        """How it stands."""
        self.finish(self.checks.get(check_id).to_json())

    @may_execute
    def delete(self, check_id: str) -> None:
        """Cancel it."""
        cancelling = self.checks.cancel(check_id)
        self.set_status(202 if cancelling else 204)
        self.finish(self.checks.get(check_id).to_json() if cancelling else None)


class UnknownPathHandler(GradcheckHandler):
    """Whatever else is asked for below the prefix."""

    @authenticated
    @authorized
    def get(self) -> None:
        """There is nothing here, told in JSON."""
        raise HTTPError(404, "There is nothing at this address; openapi.yaml lists what there is.")

    head = post = put = patch = delete = get


def routes() -> list[tuple[str, type[GradcheckHandler]]]:
    """Paths below the base URL, and who answers there; the first that matches is taken."""
    return [
        (rf"/{PREFIX}/health", HealthHandler),
        (rf"/{PREFIX}/openapi\.yaml", OpenApiHandler),
        (rf"/{PREFIX}/kernels/{KERNEL_ID}/probe", ProbeHandler),
        (rf"/{PREFIX}/kernels/{KERNEL_ID}/checks", KernelChecksHandler),
        (rf"/{PREFIX}/checks", ChecksHandler),
        (rf"/{PREFIX}/checks/{CHECK_ID}", CheckHandler),
        (rf"/{PREFIX}(?:/.*)?", UnknownPathHandler),
    ]
