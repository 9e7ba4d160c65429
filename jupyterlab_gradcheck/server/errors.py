"""What can go wrong, and the one table that turns it into an HTTP answer or the error of a check.

::

    GradcheckServerError
    ├── BodyTooLarge
    ├── UnknownKernel, UnknownCheck
    ├── CheckActive, TooManyChecks, KernelRestarting
    ├── UnsupportedKernel
    │   └── GatewayKernel
    ├── KernelUnavailable       nothing came back; asking again may help
    │   ├── KernelUnreachable, KernelBusy
    │   └── KernelLost, RequestAborted, KernelInterrupted, KernelStuck, CheckOverdue
    ├── KernelRefused           the package in the kernel said why it cannot
    └── KernelFailed            the kernel answered with an exception
        ├── PackageMissing
        └── InvalidReply, ReplyTooLarge
"""

from __future__ import annotations

from http.client import responses
from typing import Any, NamedTuple

from tornado.web import HTTPError

from ..contract import ContractError


class GradcheckServerError(Exception):
    """Base of this module's errors. Its text is for the reader: what is wrong, and what to do next."""


class BodyTooLarge(GradcheckServerError):
    """The body of a request is larger than the server takes."""


class UnknownKernel(GradcheckServerError):
    """There is no kernel of that id."""


class UnknownCheck(GradcheckServerError):
    """There is no check of that id; it may have left the history."""


class CheckActive(GradcheckServerError):
    """The kernel has a check that has not ended."""


class TooManyChecks(GradcheckServerError):
    """As many checks as this server allows have not ended."""


class KernelRestarting(GradcheckServerError):
    """The kernel is on its way down."""


class UnsupportedKernel(GradcheckServerError):
    """The kernel cannot run a check: it does not speak Python."""


class GatewayKernel(UnsupportedKernel):
    """The kernel runs behind a gateway, where control messages do not arrive."""


class KernelUnavailable(GradcheckServerError):
    """Nothing came back from the kernel."""


class KernelUnreachable(KernelUnavailable):
    """The kernel does not answer on its control channel."""


class KernelBusy(KernelUnavailable):
    """The kernel is occupied and did not answer in time."""


class KernelLost(KernelUnavailable):
    """The kernel restarted or died before it answered."""


class RequestAborted(KernelUnavailable):
    """The kernel dropped the request because a cell ahead of it failed or was interrupted."""


class KernelInterrupted(KernelUnavailable):
    """Somebody interrupted the kernel while it worked for us."""


class KernelStuck(KernelUnavailable):
    """The kernel did not stop although it was interrupted."""


class CheckOverdue(KernelUnavailable):
    """The check took longer than this server allows, and was stopped."""


class KernelRefused(GradcheckServerError):
    """The package in the kernel says why it cannot; ``body`` is its error, as the contract has it."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body["message"])
        self.body = body


class KernelFailed(GradcheckServerError):
    """The kernel answered the request with an exception."""


class PackageMissing(KernelFailed):
    """The kernel's Python has no package jupyterlab_gradcheck; ``install`` is the line that changes this."""

    def __init__(self, message: str, install: str) -> None:
        super().__init__(message)
        self.install = install


class InvalidReply(KernelFailed):
    """The kernel's answer does not keep the contract."""


class ReplyTooLarge(InvalidReply):
    """The kernel's answer is larger than the server takes."""


class Answer(NamedTuple):
    """How an error is told over HTTP."""

    status: int
    code: str
    reason: str


ANSWERS: dict[type[BaseException], Answer] = {
    ContractError: Answer(400, "invalid_request", "Bad Request"),
    BodyTooLarge: Answer(413, "body_too_large", "Request Entity Too Large"),
    UnknownKernel: Answer(404, "unknown_kernel", "Not Found"),
    UnknownCheck: Answer(404, "unknown_check", "Not Found"),
    CheckActive: Answer(409, "check_active", "Conflict"),
    TooManyChecks: Answer(429, "too_many_checks", "Too Many Requests"),
    KernelRestarting: Answer(409, "kernel_restarting", "Conflict"),
    UnsupportedKernel: Answer(501, "unsupported_kernel", "Not Implemented"),
    GatewayKernel: Answer(501, "gateway_kernel", "Not Implemented"),
    KernelUnreachable: Answer(503, "kernel_unreachable", "Service Unavailable"),
    KernelBusy: Answer(503, "kernel_busy", "Service Unavailable"),
    KernelLost: Answer(503, "kernel_lost", "Service Unavailable"),
    RequestAborted: Answer(503, "aborted", "Service Unavailable"),
    KernelInterrupted: Answer(503, "kernel_interrupted", "Service Unavailable"),
    KernelStuck: Answer(503, "kernel_stuck", "Service Unavailable"),
    CheckOverdue: Answer(504, "check_overdue", "Gateway Timeout"),
    KernelRefused: Answer(422, "refused", "Unprocessable Entity"),
    PackageMissing: Answer(424, "kernel_package_missing", "Failed Dependency"),
    KernelFailed: Answer(502, "kernel_error", "Bad Gateway"),
    InvalidReply: Answer(502, "invalid_reply", "Bad Gateway"),
    ReplyTooLarge: Answer(502, "reply_too_large", "Bad Gateway"),
    Exception: Answer(500, "internal_error", "Internal Server Error"),
}
"""Every error this server answers with, looked up by the exception's class and then by its bases."""

NO_TOKEN = (
    "The server's token is missing or wrong: send the header `Authorization: token <token>`, "
    "or from a browser session the _xsrf cookie's value as X-XSRFToken."
)
HTTP_CODES = {400: "bad_request", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}


def answer(error: BaseException) -> tuple[int, dict[str, Any]]:
    """The HTTP status and the body (schema ``error``) that tell of ``error``."""
    if isinstance(error, HTTPError):
        return error.status_code, _told_by_tornado(error)
    found = next(ANSWERS[base] for base in type(error).__mro__ if base in ANSWERS)
    if isinstance(error, KernelRefused):
        return found.status, error.body
    # What an unforeseen exception says may quote somebody's data; the server's log has it.
    text = str(error) if found.code != "internal_error" else "Unexpected error in the server; its log tells more."
    body: dict[str, Any] = {"message": text[:4000], "reason": found.reason, "code": found.code}
    if isinstance(error, PackageMissing):
        body["install"] = error.install
    return found.status, body


def problem(error: BaseException) -> dict[str, Any]:
    """The body alone: the ``error`` of a check that could not be made."""
    return answer(error)[1]


def _told_by_tornado(error: HTTPError) -> dict[str, Any]:
    reason = error.reason or responses.get(error.status_code, "Unknown Error")
    message = error.get_message() or reason
    if error.status_code == 403 and "_xsrf" in message:
        # Whoever sends neither is asked for the browser's proof before anything else: a program wants the token.
        message = f"{message}. {NO_TOKEN}"
    return {
        "message": message[:4000],
        "reason": reason[:200],
        "code": HTTP_CODES.get(error.status_code, f"http_{error.status_code}"),
    }
