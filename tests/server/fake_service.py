"""Stands in for the package's service inside a kernel: the name given as ``forward`` says how it behaves.

Not imported by the tests: its text is run in a kernel (see conftest.py), where it takes the service's place.
"""

import json
import time

CANCELLED = set()
REPORT = {}
STEPS = {}
PROGRESS_MIME = "application/vnd.jupyterlab-gradcheck.progress.v1+json"


class Reply:
    def __init__(self, kind, body, package="0.1.0"):
        self.told = {"version": 1, "package": package, "kind": kind, "body": body}

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/json": self.told, "text/plain": "reply"}


PLAN = {"kind": "every-entry", "evaluations": 2, "seconds": 0.1, "message": "About 2 evaluations: every entry."}


def publish(check_id, done, total, **more):
    from IPython.display import publish_display_data

    told = {"version": 1, "check_id": check_id, "done": done, "total": total, **more}
    publish_display_data({PROGRESS_MIME: told, "text/plain": ""})


def answer(text):
    request = json.loads(text)
    if request["kind"] == "cancel":
        CANCELLED.add(request["check_id"])
        return Reply("accepted", None)
    if request["kind"] == "probe":
        empty = {"functions": [], "parameters": [], "data": [], "guess": None}
        return Reply("candidates", {"version": 1, **empty, "certain": False, "reason": "Nothing is defined."})
    asked = request["request"]
    behave = globals().get("do_" + asked.get("forward", "quick"), do_quick)
    return behave(request["check_id"])


def do_quick(check_id):
    if check_id in CANCELLED:
        return Reply("cancelled", None)
    publish(check_id, 1, 2, plan=PLAN)
    return Reply("report", REPORT)


def do_steps(check_id):
    return Reply("steps", STEPS)


def do_plan(check_id):
    return Reply("plan", PLAN)


def do_breaks_steps(check_id):
    return Reply("steps", dict(STEPS, series=[]))


def do_slow(check_id):
    for done in range(500):
        if check_id in CANCELLED:
            return Reply("cancelled", None)
        if done % 5 == 0:
            publish(check_id, done, 500)
        time.sleep(0.02)
    return Reply("report", REPORT)


def do_deaf(check_id):
    time.sleep(60)


def do_swallows(check_id):
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        return Reply("cancelled", None)


def do_raises(check_id):
    raise RuntimeError("no \U0001f600 'quotes' \"here\"\n")


def do_lacks_numpy(check_id):
    raise ModuleNotFoundError("No module named 'numpy'", name="numpy")


def do_refuses(check_id):
    return Reply("error", {"message": "Nothing to check.", "reason": None, "code": "nothing_found"})


def do_breaks_contract(check_id):
    return Reply("report", dict(REPORT, verdict="SECRET-VALUE"))


def do_not_finite(check_id):
    return Reply("report", dict(REPORT, loss=float("nan")))


def do_huge(check_id):
    return Reply("report", dict(REPORT, message="x" * 3_000_000))


def do_skewed(check_id):
    return Reply("report", REPORT, package="9.9.0")


def do_text(check_id):
    return "no JSON at all"
