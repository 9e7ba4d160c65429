"""How a request travels to the package in a kernel, whoever sends it: the server, or the command.

A request travels as data inside one constant expression, which the kernel evaluates as a *user expression* of an
otherwise empty, silent execution: nothing enters the history or the namespace, and the answer comes back as real JSON.
"""

from __future__ import annotations

import ast
import json
from typing import Any

EXPRESSION = '__import__("jupyterlab_gradcheck.kernel.service", fromlist=("answer",)).answer({literal})'
"""The only code that is ever sent for a check, a probe or a cancellation."""

PROGRESS_MIME = "application/vnd.jupyterlab-gradcheck.progress.v1+json"


def execute_content(request: dict[str, Any]) -> dict[str, Any]:
    """Content of the execute_request that carries ``request`` (schema ``kernel_request``)."""
    # Encoded twice: the inner text is JSON in ASCII, the outer one is a string literal to JSON and Python alike.
    return silent_content(gradcheck=EXPRESSION.format(literal=json.dumps(json.dumps(request))))


def executable_content() -> dict[str, Any]:
    """Content of the execute_request that asks which Python the kernel runs."""
    return silent_content(executable='__import__("sys").executable')


def silent_content(**expressions: str) -> dict[str, Any]:
    """Content of an execute_request that leaves no trace, and aborts nobody's cells when it fails."""
    return {
        "code": "",
        "silent": True,
        "store_history": False,
        "user_expressions": expressions,
        "allow_stdin": False,
        "stop_on_error": False,
    }


def read_executable(content: dict[str, Any]) -> str | None:
    """The path in the answer to `executable_content`, if there is one."""
    try:
        path = ast.literal_eval(content["user_expressions"]["executable"]["data"]["text/plain"])
    except (KeyError, TypeError, ValueError, SyntaxError):
        return None
    return path if isinstance(path, str) else None
