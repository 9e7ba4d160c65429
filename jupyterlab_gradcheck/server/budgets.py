"""What a check may take, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Budgets:
    """Limits that whoever runs the server sets; 0 is for none.

    Attributes:
        seconds: that a check may work, once its turn has come.
        evaluations: of forward in one check.
        concurrent: checks that have not ended, in all kernels.
        history: checks that are remembered.
        history_bytes: of the reports that are remembered.
    """

    seconds: float = 3600.0
    evaluations: int = 0
    concurrent: int = 100
    history: int = 50
    history_bytes: int = 50_000_000

    def within(self, request: dict[str, Any]) -> dict[str, Any]:
        """``request`` (schema request) with no more time and evaluations than there may be.

        The package in the kernel keeps to them, covers what it can and says what it left out.
        """
        options = dict(request.get("options", {}))
        for name, most in (("max_seconds", self.seconds), ("max_evaluations", self.evaluations)):
            if most:
                asked = options.get(name)
                options[name] = most if asked is None else min(asked, most)
        return {**request, "options": options} if options else request
