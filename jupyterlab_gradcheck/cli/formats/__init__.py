"""The result in the forms that people and programs read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..outcome import Outcome
from . import github, json_, junit, text

FORMATS: dict[str, Callable[[Sequence[Outcome]], str]] = {
    "text": text.render,
    "json": json_.render,
    "junit": junit.render,
    "github": github.render,
}
"""By the name that ``--format`` has for it: what makes the text, line end included, of some outcomes."""
