"""What a check can end with instead of a report."""

from __future__ import annotations

import os
import traceback
from pathlib import Path


class GradcheckError(Exception):
    """Something cannot be checked. The message says what is wrong, where, and what to do next.

    A wrong gradient is never an error: it is a verdict in the report.

    Attributes:
        code: the same for programs, for instance ``forward_raised``; the values are those of the HTTP interface.
    """

    def __init__(self, message: str, *, code: str = "cannot_check") -> None:
        super().__init__(encodable(message))
        self.code = code

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines in place of a traceback: the frames would be ours, and the message already names
        # the person's line.
        return [f"GradcheckError: {self}"]


class Cancelled(Exception):
    """The check was stopped between two evaluations because someone asked for it."""


def said(error: BaseException) -> str:
    """The kind of ``error`` and what it says, as far as it can: an exception of the person's own may raise when asked."""
    try:
        text = encodable(str(error))
    except KeyboardInterrupt:
        raise
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def encodable(text: str) -> str:
    """``text`` without halves of characters, which a key of a dict may hold and no message can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def raised_in(function: str, error: BaseException) -> GradcheckError:
    """The error for a person's ``function`` that raised ``error``: their exception, and their line."""
    place = place_of(error)
    return GradcheckError(
        f"{function} raised {said(error)[:600]}{place and f' ({place})'}. Run the cell that calls it, and check again when it works.",
        code="function_raised",
    )


def place_of(error: BaseException) -> str:
    """``line 3: cost = np.log(A)``, of the innermost frame that is the person's code, no library's and not ours; or nothing."""
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.line and not any(mark in frame.filename for mark in _NOT_THE_PERSONS)
    ]
    if not own or own[-1].lineno is None:
        return ""
    return f"line {own[-1].lineno}: {(own[-1].line or '').strip()[:200]}"


_NOT_THE_PERSONS = ("site-packages", "dist-packages", str(Path(__file__).parents[1]), str(Path(os.__file__).parent))
