"""The OpenAPI document as it is served: one file, with the contract's schemas put in where it refers to them."""

from __future__ import annotations

import json
import re
from functools import cache

from .. import contract

# On disk openapi.yaml refers to the schema files beside it. Each schema brings its own $id, by which the schemas refer
# to each other, so that nothing else has to be rewritten; and JSON is YAML.
FILE_REFERENCE = re.compile(r'\{ \$ref: "(\w+)\.json" \}')


@cache
def document() -> str:
    """The OpenAPI document, as YAML text."""
    return FILE_REFERENCE.sub(lambda found: json.dumps(contract.schema(found[1])), contract.openapi())
