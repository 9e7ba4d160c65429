"""The panel's settings, from labextension/schema/plugin.json."""

from __future__ import annotations

import json
from pathlib import Path

from . import schema
from .table import table, value

FILE = Path(__file__).parents[3] / "labextension" / "schema" / "plugin.json"


def markdown() -> str:
    plugin = json.loads(FILE.read_text(encoding="utf-8"))
    keys = table(
        ["keys", "command"],
        (
            (" ".join(f"`{key}`" for key in one["keys"]), f"`{one['command']}`")
            for one in plugin["jupyter.lab.shortcuts"]
        ),
    )
    listed = table(
        ["setting", "values", "default", "meaning"],
        (
            (f"`{name}`", schema.kind(node), value(node["default"]), f"**{node['title']}.** {schema.note(node)}")
            for name, node in plugin["properties"].items()
        ),
    )
    return f"{listed}\n## Keys\n\n{keys}"
