"""The OpenAPI document as it is served: one file, with the contract's schemas put in where it refers to them."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from .. import contract

# On disk the components of openapi.yaml refer to the schema files beside it.
COMPONENT = re.compile(r'(?P<name>\w+): \{ \$ref: "(?P<file>\w+)\.json" \}')
HOME = "#/components/schemas"


@cache
def document() -> str:
    """The OpenAPI document, as YAML text."""
    text = contract.openapi()
    homes = {contract.schema(found["file"])["$id"]: f"{HOME}/{found['name']}" for found in COMPONENT.finditer(text)}

    def put_in(found: re.Match[str]) -> str:
        schema = _moved(contract.schema(found["file"]), f"{HOME}/{found['name']}", homes)
        return f"{found['name']}: {json.dumps(schema)}"  # JSON is YAML

    return COMPONENT.sub(put_in, text)


def _moved(node: Any, home: str, homes: dict[str, str]) -> Any:
    """``node`` with its references as they read from within the document: few tools follow a schema's own ``$id``."""
    if isinstance(node, list):
        return [_moved(item, home, homes) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _moved(value, home, homes) for key, value in node.items() if key not in ("$id", "$schema")}
    if isinstance(reference := kept.get("$ref"), str):
        address, _, pointer = reference.partition("#")
        kept["$ref"] = (homes[address] if address else home) + pointer
    return kept
