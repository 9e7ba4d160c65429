"""The HTTP interface, from contract/openapi.yaml and the schemas beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from jupyterlab_gradcheck import contract

from . import schema
from .table import table

Node = dict[str, Any]
METHODS = ("get", "post", "delete")


def markdown() -> str:
    document = yaml.safe_load(contract.openapi())
    return "\n".join([document["info"]["description"], "", *calls(document), *schemas(document)])


def calls(document: Node) -> Iterator[str]:
    yield "## Calls\n"
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield from call(document, method.upper(), path, item[method], item.get("parameters", []))


def call(document: Node, method: str, path: str, operation: Node, shared: list[Node]) -> Iterator[str]:
    yield f"### {method} `{path.removeprefix('/')}`\n"
    yield f"{operation['summary']} {operation.get('description', '')}\n"
    parameters = [resolved(document, one) for one in [*shared, *operation.get("parameters", [])]]
    yield table(
        ["parameter", "in", "type", "meaning"],
        ((f"`{p['name']}`", p["in"], schema.kind(p["schema"]), p.get("description", "")) for p in parameters),
    )
    if "requestBody" in operation:
        body = operation["requestBody"]["content"]["application/json"]
        yield f"Body: {schema.kind(body['schema'])}. For example:\n"
        examples = [(None, body["example"])] if "example" in body else [
            (title, one["value"]) for title, one in body["examples"].items()
        ]  # fmt: skip
        for title, example in examples:
            said = f" ({title})" if title else ""
            yield f"- `{json.dumps(example)}`{said}"
        yield ""
    yield table(
        ["status", "body", "meaning"],
        ((f"`{status}`", answer(r), r["description"]) for status, r in responses(document, operation)),
    )


def responses(document: Node, operation: Node) -> Iterator[tuple[str, Node]]:
    for status, response in operation["responses"].items():
        yield status, resolved(document, response)


def answer(response: Node) -> str:
    bodies = response.get("content", {})
    return (
        ", ".join("YAML" if "yaml" in media else schema.kind(one["schema"]) for media, one in bodies.items()) or "none"
    )


def resolved(document: Node, node: Node) -> Node:
    """``node``, or what it refers to inside of ``document``."""
    if "$ref" not in node:
        return node
    found = document
    for key in node["$ref"].removeprefix("#/").split("/"):
        found = found[key]
    return found


def schemas(document: Node) -> Iterator[str]:
    yield "## Bodies\n"
    yield "A star marks what is always there.\n"
    for name, node in document["components"]["schemas"].items():
        whole = contract.schema(node["$ref"].removesuffix(".json")) if "$ref" in node else node
        yield from schema.described(name, whole)
