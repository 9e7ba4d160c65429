"""What is sent to a kernel and what its answers mean: pure functions, no kernel."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server_api import REPORT
from tornado.web import HTTPError

from jupyterlab_gradcheck import contract
from jupyterlab_gradcheck.contract import envelope
from jupyterlab_gradcheck.server import errors, protocol


@given(st.dictionaries(st.text(), st.text()))
def test_a_request_is_a_literal_in_a_constant_expression(data: dict[str, str]) -> None:
    expression = envelope.execute_content(data)["user_expressions"]["gradcheck"]
    before, after = envelope.EXPRESSION.split("{literal}")
    assert expression.isascii()
    assert expression.startswith(before)
    literal = expression[len(before) : -len(after)]
    assert json.loads(eval(literal, {"__builtins__": {}})) == data


def test_an_execution_leaves_no_trace_and_aborts_nobody() -> None:
    content = envelope.execute_content({})
    assert (content["code"], content["silent"], content["store_history"]) == ("", True, False)
    assert not content["allow_stdin"]
    assert not content["stop_on_error"]


def failed(ename: str, evalue: str = "") -> dict[str, Any]:
    return {"status": "ok", "user_expressions": {"gradcheck": {"status": "error", "ename": ename, "evalue": evalue}}}


@pytest.mark.parametrize(
    ("content", "language", "expected"),
    [
        ({"status": "aborted"}, "python", errors.RequestAborted),
        (failed("KeyboardInterrupt"), "python", errors.KernelInterrupted),
        ({"status": "error", "ename": "KeyboardInterrupt", "evalue": ""}, "python", errors.KernelInterrupted),
        (failed("ModuleNotFoundError", "No module named 'jupyterlab_gradcheck'"), "python", errors.PackageMissing),
        (failed("ModuleNotFoundError", "No module named 'jupyterlab_gradcheck.kernel'"), "", errors.PackageMissing),
        (failed("ModuleNotFoundError", "No module named 'numpy'"), "python", errors.KernelFailed),
        (failed("SyntaxError", "unexpected symbol"), "julia", errors.UnsupportedKernel),
        ({"status": "ok"}, "python", errors.UnsupportedKernel),
        ({"status": "ok", "user_expressions": {}}, "bash", errors.UnsupportedKernel),
        ({"status": "ok", "user_expressions": []}, "", errors.UnsupportedKernel),
        ({"status": "ok", "user_expressions": {"gradcheck": {"status": "ok"}}}, "python", errors.InvalidReply),
    ],
)
def test_answers_that_are_none(content: dict[str, Any], language: str, expected: type[Exception]) -> None:
    with pytest.raises(expected) as caught:
        protocol.read_reply(content, language)
    assert type(caught.value) is expected
    contract.validate("error", errors.problem(caught.value))


def reply(kind: str = "report", body: Any = REPORT, package: str = "1.2.3") -> dict[str, Any]:
    return {"version": 1, "package": package, "kind": kind, "body": copy.deepcopy(body)}


def test_a_report_is_taken_and_written_once() -> None:
    outcome = protocol.accept(reply(), "1.2.9")
    assert outcome.kind == "report"
    assert json.loads(outcome.text) == REPORT


@pytest.mark.parametrize(("theirs", "noted"), [("1.2.0", False), ("1.3.0", True), ("2.2.3", True), ("nonsense", True)])
def test_other_versions_are_noted(theirs: str, noted: bool) -> None:
    body = protocol.accept(reply(package=theirs), "1.2.3").body
    assert body is not None
    contract.validate("report", body)
    assert [warning["code"] for warning in body["warnings"]] == ["version-skew"] * noted


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "text",
        {},
        reply("reports"),
        reply(body={**REPORT, "verdict": "SECRET"}),
        reply(body={**REPORT, "loss": float("inf")}),
        reply(body={**REPORT, "loss": float("nan")}),
        reply("cancelled", {"SECRET": 1}),
    ],
)
def test_a_broken_contract_is_told_without_data(broken: Any) -> None:
    with pytest.raises(errors.InvalidReply) as caught:
        protocol.accept(broken, "1.2.3")
    assert "SECRET" not in str(caught.value)


def test_what_the_package_says_is_handed_on() -> None:
    body = {"message": "Name one.", "reason": None, "code": "ambiguous", "candidates": None}
    with pytest.raises(errors.KernelRefused) as caught:
        protocol.accept(reply("error", body), "1.2.3")
    assert errors.answer(caught.value) == (422, body)


def test_the_interpreter_is_read() -> None:
    told = {"user_expressions": {"executable": {"status": "ok", "data": {"text/plain": "'/opt/it\\'s/python'"}}}}
    assert envelope.read_executable(told) == "/opt/it's/python"
    assert envelope.read_executable({"status": "aborted"}) is None
    assert "/opt/python" in errors.problem(protocol.package_missing("/opt/python"))["message"]


@pytest.mark.parametrize("kind", sorted(errors.ANSWERS, key=lambda kind: kind.__name__))
def test_every_error_is_told_as_the_contract_has_it(kind: type[BaseException]) -> None:
    error = {
        errors.PackageMissing: lambda: errors.PackageMissing("m", "%pip install x"),
        errors.KernelRefused: lambda: errors.KernelRefused({"message": "m", "reason": None, "code": "c"}),
    }.get(kind, lambda: kind("m"))()
    status, body = errors.answer(error)
    assert status == errors.ANSWERS[kind].status
    contract.validate("error", body)


def test_every_error_of_the_tree_has_a_status() -> None:
    def below(kind: type[BaseException]) -> list[type[BaseException]]:
        return [kind] + [deeper for child in kind.__subclasses__() for deeper in below(child)]

    abstract = {errors.GradcheckServerError, errors.KernelUnavailable}
    assert set(below(errors.GradcheckServerError)) - abstract <= set(errors.ANSWERS)


def test_tornados_errors_are_told_formatted() -> None:
    status, body = errors.answer(HTTPError(418, "no %s here", "tea"))
    assert (status, body["message"], body["code"]) == (418, "no tea here", "http_418")
    contract.validate("error", body)
    assert errors.answer(ValueError("somebody's data"))[1]["message"].startswith("Unexpected error")
