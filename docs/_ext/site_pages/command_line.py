"""What the command line writes for programs, from the schemas of the contract."""

from __future__ import annotations

from jupyterlab_gradcheck import contract

from . import schema


def markdown() -> str:
    parts = (
        part for name in ("results", "kept") for part in schema.described(name.capitalize(), contract.schema(name))
    )
    return "\n".join(parts)
