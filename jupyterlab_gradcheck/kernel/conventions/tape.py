"""What TensorFlow's own tape gives: functions with `tf.custom_gradient`, layers, models and losses of Keras."""

from __future__ import annotations

from collections.abc import Iterator

from ..search import Search
from ..survey import Known
from .candidate import Candidate


def propose(search: Search, gradient: Known) -> Iterator[Candidate]:
    """Readings in which ``gradient`` has its gradient from a `tf.custom_gradient`."""
    yield from ()
