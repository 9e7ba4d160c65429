"""The ways in which people write a loss and its gradient, one module each. `CONVENTIONS` lists them.

A convention proposes: given a function that may compute gradients, it yields every full reading that fits it. Which one is
meant, `discovery` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..search import Search
from ..survey import Known
from . import implied, layer, linked, pullback, tape, update
from .candidate import Candidate

Convention = Callable[[Search, Known], Iterator[Candidate]]

# In the order of preference, should two read the same function.
CONVENTIONS: dict[str, Convention] = {
    "linked": linked.propose,
    "layer": layer.propose,
    "pullback": pullback.propose,
    "tape": tape.propose,
    "update": update.propose,
    "implied": implied.propose,
}
