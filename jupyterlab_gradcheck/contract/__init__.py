"""The contract: JSON Schemas (2020-12) of everything that crosses a boundary, and one way to hold data to them.

The schemas are the ``*.json`` files beside this module; the front end's TypeScript types are generated from the same
files. jsonschema is imported at the first validation, so that looking at the package stays quick.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any

__all__ = ["SCHEMA_NAMES", "ContractError", "openapi", "parse", "schema", "validate"]

SCHEMA_NAMES = (
    "candidates",
    "check",
    "error",
    "event",
    "kept",
    "kernel_reply",
    "kernel_request",
    "probe",
    "progress",
    "report",
    "request",
    "results",
    "steps",
)


# Mistakes in one piece of data that are looked at: whoever sends a list of 60,000 of them must not keep a server busy.
_ERRORS = 100


class ContractError(ValueError):
    """Data that does not keep the contract. The message names the place in the data and what was expected there."""


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema called ``name`` (one of `SCHEMA_NAMES`), as a dict. Treat it as read-only."""
    text = (resources.files(__name__) / f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def openapi() -> str:
    """The OpenAPI document of the HTTP interface, as YAML text."""
    return (resources.files(__name__) / "openapi.yaml").read_text(encoding="utf-8")


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator, validators
    from referencing import Registry, Resource

    every_item = Draft202012Validator.VALIDATORS["items"]

    def items(validator: Any, wanted: Any, data: Any, rules: Any) -> Any:
        # A list that is too long is refused for that (maxItems); tens of thousands of items are not looked at as well.
        return () if isinstance(data, list) and len(data) > rules.get("maxItems", len(data)) else every_item(
            validator, wanted, data, rules
        )  # fmt: skip

    registry: Any = Registry().with_resources(
        (schema(n)["$id"], Resource.from_contents(schema(n))) for n in SCHEMA_NAMES
    )
    return validators.extend(Draft202012Validator, {"items": items})(schema(name), registry=registry)


def validate(name: str, data: Any) -> None:
    """Hold ``data`` to the schema ``name``.

    Raises `ContractError` with the place (``data.options.epsilon``) and the violated rule.
    """
    from jsonschema.exceptions import best_match

    error = best_match(islice(_validator(name).iter_errors(data), _ERRORS))
    if error is None:
        return
    place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path)
    said = error.message if len(error.message) <= 300 else f"{error.message[:300]}..."
    raise ContractError(f"{schema(name)['title']}{place}: {said}")


def parse(name: str, raw: bytes | str) -> Any:
    """The data in the JSON text ``raw``, held to the schema ``name``.

    NaN and Infinity, which Python's parser would let through although JSON has no such numbers, are refused.
    Raises `ContractError`.
    """
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        data = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ContractError(f"the body is not valid JSON: {error}") from None
    validate(name, data)
    return data


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not a JSON number")
