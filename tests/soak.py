"""`python -m tests.soak`: the heavy versions of what docs/reliability.md promises, in some seven minutes.

Prints a table of the faults that were injected, survived and lost, the figures of a server under load, and how many cases
were made at random. Exits with 1 where anything was lost. Everything runs on this machine: a server on 127.0.0.1 and its kernels.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import warnings
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "kernel"), str(HERE / "server")]

import faults  # noqa: E402
from test_real_server import Server, run  # noqa: E402

WITHIN = 5.0
ENDED = {"done", "error", "cancelled", "aborted", "lost"}
# Parameters that are changed in place, and a loss that is slow enough to be disturbed.
CELLS = """
import numpy as np
w, b = np.linspace(-1, 1, 30), 0.5
calls = 0
x = np.sin(np.arange(120.0)).reshape(4, 30); y = x.sum(axis=1)
def loss():
    global calls
    calls += 1
    sum(range(100_000))
    return np.mean((x @ w + b - y) ** 2)
def gradients():
    r = 2 * (x @ w + b - y) / len(y)
    return {"dw": x.T @ r, "db": r.sum()}
"""
INTACT = "assert (w.tobytes(), b, calls) == (np.linspace(-1, 1, 30).tobytes(), 0.5, 0), (w, b, calls)"
ASKED = {"options": {"backend": "numpy"}}


class Table:
    """What was injected, how much of it was survived, and what was lost."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, int, int]] = []
        self.lost: list[str] = []

    def add(self, what: str, injected: int, lost: list[str]) -> None:
        self.rows.append((what, injected, injected - len(lost)))
        self.lost += [f"{what}: {one}" for one in lost]
        print(f"  {what:<62}{injected:>9}{injected - len(lost):>10}{len(lost):>6}", flush=True)


def state(table: Table, deadline: float) -> None:
    """Interrupts and exceptions at moments all over a check, in this process."""
    for kind, lines, calls in (("tensorflow", 3, 4), ("globals", 60, 200), ("plain", 50, 200), ("object", 25, 200)):
        for error in (KeyboardInterrupt, ValueError):
            if time.monotonic() < deadline:
                ended, lost = faults.at_evaluations(kind, calls, error)
                table.add(f"{kind}: {error.__name__} in an evaluation", len(ended), lost)
        if time.monotonic() < deadline:
            _, lost = faults.bookkeeping(kind, lines)
            table.add(f"{kind}: interrupt in our own bookkeeping", lines, lost)


class Farm:
    """A server in a process of its own, and kernels in it."""

    def __init__(self, home: Path) -> None:
        self.server = Server(home)
        self.home = home
        self.kernels: list[str] = []

    def fill(self, number: int) -> None:
        """Starts so many kernels."""
        with ThreadPoolExecutor(4) as pool:
            self.kernels = list(pool.map(lambda _: self.start(), range(number)))

    def start(self) -> str:
        kernel_id = str(self.server.call("POST", "api/kernels", {"name": "python3"})["id"])
        self.run(kernel_id, CELLS)
        return kernel_id

    def run(self, kernel_id: str, code: str) -> None:
        """Raises AssertionError where the cell does."""
        run(self.home / f"runtime/kernel-{kernel_id}.json", code)

    def check(self, kernel_id: str) -> dict[str, Any]:
        made = self.server.call("POST", f"jupyterlab-gradcheck/kernels/{kernel_id}/checks", ASKED)
        assert isinstance(made, dict)
        return made

    def get(self, check: dict[str, Any]) -> dict[str, Any]:
        told = self.server.call("GET", f"jupyterlab-gradcheck/checks/{check['id']}")
        assert isinstance(told, dict)
        return told

    def until(self, check: dict[str, Any], wanted: Callable[[dict[str, Any]], bool], seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while not wanted(told := self.get(check)):
            assert time.monotonic() < deadline, f"still {told['status']} after {seconds:g} s"
            time.sleep(0.03)
        return told

    def pid(self, kernel_id: str) -> int:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if f"kernel-{kernel_id}.json" in path.read_text():
                    return int(path.parent.name)
        raise AssertionError(f"kernel {kernel_id} has no process")

    def holdings(self) -> tuple[int, int]:
        """File descriptors and threads of the server."""
        place = Path(f"/proc/{self.server.process.pid}")
        return len(os.listdir(place / "fd")), len(os.listdir(place / "task"))


def load(farm: Farm) -> dict[str, str]:
    """200 checks posted at once, and how long the server lets others wait meanwhile."""
    waits: list[float] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            began = time.monotonic()
            farm.server.call("GET", "jupyterlab-gradcheck/health")
            waits.append(time.monotonic() - began)
            time.sleep(0.02)

    def post(kernel_id: str) -> tuple[int, dict[str, Any]]:
        try:
            return 202, farm.check(kernel_id)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    asking = threading.Thread(target=ask)
    asking.start()
    began = time.monotonic()
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(post, farm.kernels * (200 // len(farm.kernels))))
    posted = time.monotonic() - began
    codes = Counter(code for code, _ in answers)
    ended = Counter(farm.until(a, lambda t: t["status"] in ENDED, 60)["status"] for code, a in answers if code == 202)
    took = time.monotonic() - began
    stop.set()
    asking.join()
    waits.sort()
    return {
        f"checks posted at once on {len(farm.kernels)} kernels": f"{len(answers)} in {posted:.1f} s",
        "answers": ", ".join(f"{number} x {code}" for code, number in sorted(codes.items())),
        "ended": ", ".join(f"{number} {status}" for status, number in ended.items()) + f", all within {took:.1f} s",
        "a health request meanwhile": f"median {statistics.median(waits) * 1e3:.0f} ms, "
        f"95 % below {waits[int(0.95 * len(waits))] * 1e3:.0f} ms, longest {waits[-1] * 1e3:.0f} ms ({len(waits)} asked)",
    }


def disturbed(farm: Farm, kernel_id: str, fault: str) -> str:
    """What was lost in one check that ``fault`` meets; nothing, if all is well."""
    made = farm.check(kernel_id)
    farm.until(made, lambda told: told["progress"]["done"] >= 3 or told["status"] in ENDED, 20)
    if fault == "kill":
        os.kill(farm.pid(kernel_id), signal.SIGKILL)
    elif fault == "cancel":
        with contextlib.suppress(json.JSONDecodeError):
            farm.server.call("DELETE", f"jupyterlab-gradcheck/checks/{made['id']}")
    elif fault in ("restart", "interrupt"):
        # Restarting answers when it is over.
        threading.Thread(target=_quietly, args=(farm, "POST", f"api/kernels/{kernel_id}/{fault}")).start()
    elif fault == "shut down":
        threading.Thread(target=_quietly, args=(farm, "DELETE", f"api/kernels/{kernel_id}")).start()
    allowed = {"kill": {"lost"}, "restart": {"lost"}, "shut down": {"lost"}, "none": {"done"}}
    told = farm.until(made, lambda t: t["status"] in ENDED, 60 if fault == "none" else WITHIN)
    if told["status"] not in allowed.get(fault, {"cancelled", "done"}):
        return f"ended as {told['status']} {told['error'] or ''}"
    if fault in ("none", "cancel", "interrupt"):
        try:
            farm.run(kernel_id, INTACT)
        except AssertionError:
            return "the kernel's state is not what it was"
    return ""


def _quietly(farm: Farm, method: str, path: str) -> None:
    with contextlib.suppress(OSError, json.JSONDecodeError):
        farm.server.call(method, path)


def life(farm: Farm, table: Table, deadline: float, number: int = 200) -> dict[str, str]:
    """``number`` checks, each disturbed in some way, several kernels at a time."""
    kinds = ["none", "cancel", "cancel", "interrupt", "none", "cancel", "none", "restart", "none", "cancel"]
    kinds = [*kinds * 3, "kill", "shut down"]
    before = farm.holdings()
    lost: dict[str, list[str]] = {kind: [] for kind in kinds}
    done: Counter[str] = Counter()
    plan = iter([kinds[at % len(kinds)] for at in range(number)])
    lock = threading.Lock()

    def work(at: int) -> None:
        kernel_id = farm.kernels[at]
        while time.monotonic() < deadline:
            with lock:
                fault = next(plan, None)
            if fault is None:
                return
            try:
                trouble = disturbed(farm, kernel_id, fault)
            except (AssertionError, OSError, RuntimeError) as error:
                trouble = f"{type(error).__name__}: {error}"
            with lock:
                done[fault] += 1
                lost[fault] += [trouble] if trouble else []
            if fault in ("kill", "restart", "shut down"):
                if fault != "shut down":
                    _quietly(farm, "DELETE", f"api/kernels/{kernel_id}")
                kernel_id = farm.kernels[at] = farm.start()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    for kind in dict.fromkeys(kinds):
        table.add(f"a check in a real kernel: {'left alone' if kind == 'none' else kind}", done[kind], lost[kind])
    time.sleep(2.0)
    after = farm.holdings()
    return {
        f"the server's file descriptors before and after {sum(done.values())} checks": f"{before[0]}, {after[0]}",
        "its threads": f"{before[1]}, {after[1]}",
    }


def stop(farm: Farm) -> dict[str, str]:
    """SIGTERM with checks under way in all kernels."""
    under_way = 0
    for kernel_id in farm.kernels:
        with contextlib.suppress(OSError):
            farm.check(kernel_id)
            under_way += 1
    began = time.monotonic()
    farm.server.process.terminate()
    code = farm.server.process.wait(60)
    return {f"SIGTERM with {under_way} checks under way": f"exit {code} after {time.monotonic() - began:.1f} s"}


def in_process() -> dict[str, str]:
    """50 kernels that are not there, 200 checks, 20 listeners, 10 MB: counted in the server's own process."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / "server/test_load.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=HERE.parent)
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "nothing"
    return {"50 fake kernels, 200 checks, 20 listeners, 10 MB, the loop below 50 ms (tests/server/test_load.py)": last}


def fuzz(cases: int, lost: list[str]) -> dict[str, str]:
    """Requests from the description, messages, names and namespaces made at random, ``cases`` of each kind."""
    files = [str(HERE / one) for one in ("server/test_fuzz.py", "server/test_protocol.py", "kernel/test_hostile.py")]
    names = str(HERE / "kernel/test_names.py")
    with tempfile.TemporaryDirectory() as home:
        told = Path(home) / "fuzz.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--hypothesis-show-statistics"]
        done = subprocess.run(
            [*command, f"--junitxml={told}", *files, names],
            capture_output=True, text=True, timeout=600, cwd=HERE.parent, env={**os.environ, "GRADCHECK_FUZZ": str(cases)},
        )  # fmt: skip
        found = ElementTree.parse(told).getroot() if told.exists() else ElementTree.Element("none")
    requests = sum(int(one.attrib["value"]) for one in found.iter("property") if one.attrib["name"] == "requests")
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "nothing"
    if done.returncode:
        lost.append(f"fuzzing: {last}")
    figures = {"fuzz: requests made from the description, right and wrong ones and along its links": f"{requests:,}"}
    for test, passing, failing in re.findall(r"^(\S+):\n(?:.*\n)*?.*- (\d+) passing, (\d+) failing", done.stdout, re.M):
        figures[f"fuzz: {test.removeprefix('tests/')}"] = f"{int(passing) + int(failing):,} cases"
    return {**figures, "fuzz: all of these tests, and the hostile namespaces that are written down": last}


def main() -> int:
    """Runs it all."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=280, help="Time for the faults and the load (280).")
    parser.add_argument("--kernels", type=int, default=20, help="Real kernels in the server (20).")
    parser.add_argument("--fuzz", type=int, default=50, help="Cases made at random of each kind (50).")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    began, table, figures = time.monotonic(), Table(), {}
    print(f"  {'fault':<62}{'injected':>9}{'survived':>10}{'lost':>6}")
    state(table, began + 0.45 * given.seconds)
    with tempfile.TemporaryDirectory() as home:
        farm = Farm(Path(home))
        try:
            farm.fill(given.kernels)
            figures.update(load(farm))
            figures.update(life(farm, table, began + 0.85 * given.seconds))
            figures.update(stop(farm))
        finally:
            if farm.server.process.poll() is None:
                farm.server.process.terminate()
                farm.server.process.wait(60)
    figures.update(in_process())
    figures.update(fuzz(given.fuzz, table.lost))
    injected, survived = (sum(row[at] for row in table.rows) for at in (1, 2))
    print(f"  {'together':<62}{injected:>9}{survived:>10}{injected - survived:>6}\n")
    for what, figure in figures.items():
        print(f"  {what}: {figure}")
    print(f"\n  {time.monotonic() - began:.0f} s")
    for one in table.lost[:20]:
        print(f"  LOST {one}")
    return 1 if table.lost else 0


if __name__ == "__main__":
    sys.exit(main())
