"""The one door for the server: a request as JSON text, a reply as plain data. See the contract's kernel_request."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from .. import __version__
from ..engine import Cancelled, GradcheckError, Options, Plan, said
from . import interrupts, session
from .cells import cells
from .discovery import Wanted
from .display import carried

PROGRESS_MIME = "application/vnd.jupyterlab-gradcheck.progress.v1+json"
# Seconds between two messages of progress.
_PAUSE = 0.1

# Checks that someone wants stopped. Another thread (a subshell) may add to it while a check runs.
_cancelled: set[str] = set()
# The check that runs, and what is held to say so or to act on it.
_running = ""
_lock = threading.Lock()


class Reply:
    """Carries plain data through IPython's display machinery, as real JSON."""

    def __init__(self, kind: str, body: Any) -> None:
        self.data = carried({"version": 1, "package": __version__, "kind": kind, "body": body})

    def __repr__(self) -> str:
        return f"<gradcheck {self.data['kind']}>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"application/json": self.data, "text/plain": repr(self)}


def answer(text: str) -> Reply:
    """Does what the JSON ``text`` asks and tells the outcome; the server has held it to the contract.

    Only an interrupt gets out as an exception.
    """
    from IPython.core.getipython import get_ipython

    request = json.loads(text)
    kind, check_id = request["kind"], request.get("check_id", "")
    if kind == "cancel":
        _cancel(check_id)
        return Reply("accepted", None)
    shell = get_ipython()
    cells.watch(shell)
    _set_running(check_id)
    try:
        if kind == "probe":
            return Reply("candidates", session.probe(shell).to_dict())
        return _check(shell, check_id, request.get("request", {}))
    except Cancelled:
        return Reply("cancelled", None)
    except session.CannotChoose as error:
        return Reply("error", {**_problem(error), "candidates": error.discovery.to_dict()})
    except GradcheckError as error:
        return Reply("error", _problem(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # A defect of ours, or something hostile in the namespace. The kernel must go on, and the person must know.
        message = f"The check itself failed with {said(error)}"[:3900]
        return Reply("error", {"message": message, "reason": "internal error", "code": "internal_error"})
    finally:
        _set_running("")
        _cancelled.discard(check_id)


def _set_running(check_id: str) -> None:
    global _running
    with _lock:
        _running = check_id
    # An interrupt that was sent before that arrives now, and not in somebody's next cell.
    time.sleep(0)


def _cancel(check_id: str) -> None:
    """Has the check end at its next evaluation; asked for again, also where an evaluation does not return."""
    with _lock:
        again = check_id in _cancelled
        _cancelled.add(check_id)
        if again and check_id and check_id == _running:
            interrupts.strike()


def _check(shell: Any, check_id: str, request: dict[str, Any]) -> Reply:
    """Checks; or says what a check would do, or studies its steps, where that is asked for instead."""
    wanted = Wanted(
        request.get("forward") or request.get("loss"),
        request.get("backward") or request.get("gradients"),
        request.get("parameters"),
        request.get("data", []),
        request.get("all", False),
    )
    given = dict(request.get("options", {}))
    backend = given.pop("backend", "auto")
    options = Options(**given)
    progress = _Progress(check_id, shell.display_pub.publish)
    progress(0, 0)
    if request.get("plan", False):
        return Reply("plan", asdict(session.plan(shell, wanted, options, backend, progress)))
    if "steps" in request:
        return Reply("steps", session.steps(shell, wanted, request["steps"], options, backend, progress).to_dict())
    return Reply("report", session.check(shell, wanted, options, backend, progress, progress.tell_plan).to_dict())


class _Progress:
    """Publishes how far the check is, seldom enough, and ends it where someone asked for that."""

    def __init__(self, check_id: str, publish: Callable[..., None]) -> None:
        self._check_id = check_id
        self._publish = publish
        self._last = -1.0
        self._plan: dict[str, Any] = {}

    def __call__(self, done: int, total: int) -> None:
        if self._check_id in _cancelled:
            raise Cancelled
        now = time.monotonic()
        if now - self._last < _PAUSE:
            return
        self._last = now
        told = {"version": 1, "check_id": self._check_id, "done": done, "total": total, **self._plan}
        self._publish(data={PROGRESS_MIME: told})

    def tell_plan(self, plan: Plan) -> None:
        """From the next message on, which then waits for nothing, tell the plan as well."""
        self._plan = {"plan": asdict(plan)}
        self._last = -1.0


def _problem(error: GradcheckError) -> dict[str, Any]:
    return {"message": str(error)[:4000], "reason": error.code.replace("_", " "), "code": error.code}
