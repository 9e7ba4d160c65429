"""Quiet for attempts that are ours: tracing and lifting may fail, which is nobody's business but ours."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def silent() -> Iterator[None]:
    """No warnings of Python and NumPy, and no remarks of TensorFlow's logger, until it is left."""
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
