"""What a notebook shows of itself in a real kernel is the same before and after a check, however that ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from faults import PLAIN
from jupyter_client.manager import start_new_kernel
from test_kernel import Kernel

# What the loss does, the fifth time that it is called or whenever it is.
HOOKS = {
    "report": "pass",
    "refused": "raise ValueError('no')",
    "memory": "raise MemoryError",
    "exits": "raise SystemExit",
    "cancelled": "import jupyterlab_gradcheck.kernel.service as s; s._cancelled.add('c1')",
    "interrupted": "import signal; signal.raise_signal(signal.SIGINT)",
    "displays": "display('something'); print('x' * 1000); import sys; print('y', file=sys.stderr)",
}
PICTURE = """
import sys as _s, warnings as _w, random as _r, signal as _g
_shell = get_ipython()
_p = {
    'names': sorted(k for k in globals() if not k.startswith('_') or k == '__warningregistry__'),
    'values': [params['W'].tobytes(), X.tobytes(), Y.tobytes(), calls, list(log), dict(seen), memory.last.tobytes(), sorted(vars(memory))],
    'random': [repr(np.random.get_state()), hash(_r.getstate()), repr(rng.bit_generator.state), repr(old.get_state())],
    'filters': list(map(str, _w.filters)), 'showwarning': repr(_w.showwarning),
    'streams': [type(_s.stdout).__name__, type(_s.stderr).__name__, type(_shell.display_pub).__name__, repr(_s.displayhook)],
    'figures': [len(a.lines) for a in plt.figure(3).axes], 'rc': hash(str(dict(plt.rcParams))), 'fignums': plt.get_fignums(),
    'signals': [repr(_g.getsignal(_g.SIGINT)), repr(_g.getsignal(_g.SIGALRM)), _g.getitimer(_g.ITIMER_REAL)],
    'outputs': sorted(Out), 'inputs': len(In), 'last': [repr(_), repr(__), repr(___)],
    'history': len(list(_shell.history_manager.get_range())), 'count': _shell.execution_count,
    'threads': sorted(t.name for t in __import__('threading').enumerate()),
}
import hashlib as _h
print(repr({k: _h.sha256(repr(v).encode()).hexdigest()[:12] for k, v in _p.items()}))
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    manager, client = start_new_kernel(startup_timeout=120)
    try:
        running = Kernel(client)
        running.run(
            "import matplotlib; matplotlib.use('agg')\nfrom matplotlib import pyplot as plt\nplt.figure(3).gca().plot([1, 2]);",
            PLAIN,
            "'the last'",
        )
        yield running
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.context.destroy(linger=0)


def picture(kernel: Kernel) -> dict[str, str]:
    """Of everything a digest. Asked for silently, as it must not change what it tells of."""
    _, heard = kernel.execute(PICTURE, silent=True, store_history=False)
    told = "".join(m["content"]["text"] for m in heard if m["msg_type"] == "stream")
    return eval(told)  # type: ignore[no-any-return]


def ended(kernel: Kernel) -> tuple[str, list[str]]:
    """How a check ends, and the kinds of what it publishes."""
    try:
        reply, heard = kernel.ask("check")
    except AssertionError as error:
        # An interrupt gets out of the service as an exception; the server knows what it means.
        return "interrupted" if "KeyboardInterrupt" in str(error) else str(error), []
    mimes = [m["content"].get("data", {}) for m in heard if m["msg_type"] == "display_data"]
    kinds = [m["msg_type"] for m in heard if m["msg_type"] == "stream"] + [
        k for d in mimes for k in d if "progress" not in k
    ]
    return reply["body"]["verdict"] if reply["kind"] == "report" else reply["kind"], kinds


@pytest.mark.parametrize(
    ("hook", "call", "end"),
    [
        ("report", "== 5", "fail"),
        # Near by, an error is a step lost; at the parameters, there is nothing to check.
        ("refused", "== 5", "fail"),
        ("refused", "> 0", "error"),
        ("memory", "== 5", "fail"),
        ("memory", "> 0", "error"),
        ("exits", "== 5", "fail"),
        ("exits", "> 0", "error"),
        ("cancelled", "== 5", "cancelled"),
        ("interrupted", "== 5", "interrupted"),
        ("displays", "> 0", "fail"),
    ],
)
def test_the_notebook_is_as_it_was(kernel: Kernel, hook: str, call: str, end: str) -> None:
    define = (
        f"import itertools as _i\n_count = _i.count(1)\ndef hook():\n    if next(_count) {call}:\n        {HOOKS[hook]}"
    )
    kernel.execute(define, silent=True, store_history=False)
    before = picture(kernel)
    assert ended(kernel) == (end, [])
    assert picture(kernel) == before
    assert kernel.value("_") == "'the last'"
    kernel.run("'the last'")


def test_the_picture_tells_a_difference(kernel: Kernel) -> None:
    before = picture(kernel)
    kernel.execute(
        "params['W'][0, 0] += 1e-15; rng.random(); plt.plot([1]); new = 1; 5", silent=True, store_history=False
    )
    after: Any = picture(kernel)
    assert {key for key in before if before[key] != after[key]} >= {"names", "values", "random", "figures"}
    kernel.run("6")
    assert {key for key in before if after[key] != picture(kernel)[key]} >= {
        "outputs",
        "inputs",
        "last",
        "history",
        "count",
    }
