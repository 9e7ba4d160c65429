"""JSON Schemas of the contract in words: a table of properties for each object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .table import table, value

Schema = dict[str, Any]


def properties(schema: Schema) -> str:
    """The table of an object's properties."""
    needed = set(schema.get("required", ()))
    return table(
        ["property", "type", "meaning"],
        (
            (f"`{name}`{' *' if name in needed else ''}", kind(node), note(node))
            for name, node in schema.get("properties", {}).items()
        ),
    )


def definitions(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The named schemas inside of ``schema``, as they stand."""
    yield from schema.get("$defs", {}).items()


def kind(node: Any) -> str:
    """The type of a value, in words."""
    if not isinstance(node, dict):
        return "anything"
    if "$ref" in node:
        return f"*{node['$ref'].rpartition('/')[2].removesuffix('.json')}*"
    for word in ("oneOf", "anyOf"):
        if word in node:
            return " or ".join(kind(one) for one in node[word])
    if "const" in node:
        return value(node["const"])
    if "enum" in node:
        return ", ".join(map(value, node["enum"]))
    types = node.get("type", "anything")
    if types == "array":
        return f"list of {kind(node.get('items', {}))}"
    return types if isinstance(types, str) else " or ".join(types)


def note(node: Any) -> str:
    """The description and the limits of a value."""
    if not isinstance(node, dict):
        return ""
    limits = [
        f"{words} {node[key]:,}"
        for key, words in (
            ("minimum", "at least"), ("exclusiveMinimum", "more than"),
            ("maximum", "at most"), ("exclusiveMaximum", "less than"),
        )
        if key in node
    ]  # fmt: skip
    said = node.get("description", "")
    return f"{said} ({', '.join(limits)})" if limits else said


def described(title: str, schema: Schema, level: str = "###") -> Iterator[str]:
    """``schema`` under a heading: what it is, its properties, and the objects inside of it."""
    yield from _one(title, schema, level)
    for _, inner in definitions(schema):
        if inner.get("properties"):
            yield from _one(inner.get("title", "?"), inner, f"{level}#")


def _one(title: str, schema: Schema, level: str) -> Iterator[str]:
    yield f"{level} {title}\n"
    if schema.get("description"):
        yield f"{schema['description']}\n"
    yield properties(schema)
