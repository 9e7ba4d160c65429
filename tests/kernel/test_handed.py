"""What a cell handed to a function under another name is what the function is checked with."""

from __future__ import annotations

import pytest
from namespaces import run

from jupyterlab_gradcheck.engine import Options, Report
from jupyterlab_gradcheck.kernel.api import check, trial
from jupyterlab_gradcheck.kernel.discovery import Discovery, Wanted, discover

START = "import numpy as np\nr = np.random.default_rng(0)\n"

MADE = """
def crea(dim, seme=0):
    g = np.random.default_rng(seme)
    return [{"peso": g.normal(size=(a, b)), "soglia": np.zeros(b)} for a, b in zip(dim[:-1], dim[1:])]
def costo_e_gradiente(strati, ingressi, bersagli):
    att = [ingressi]
    for s in strati: att.append(np.tanh(att[-1] @ s["peso"] + s["soglia"]))
    d, grad = (att[-1] - bersagli) / len(ingressi), []
    costo = np.sum((att[-1] - bersagli) ** 2) / 2 / len(ingressi)
    for k in reversed(range(len(strati))):
        d = d * (1 - att[k + 1] ** 2)
        grad.insert(0, {"peso": FACTOR * att[k].T @ d, "soglia": d.sum(0)})
        d = d @ strati[k]["peso"].T
    return grad, costo
ingressi, bersagli = r.normal(size=(9, 3)), r.normal(size=(9, 2))
rete = crea(SIZES)
g, c = costo_e_gradiente(rete, ingressi, bersagli)
"""

STALE = """
def squash(raw): return 1 / (1 + np.exp(-raw))
def cost(p, t): return np.sum((squash(p) - t) ** 2)
def cost_gradient(p, t, q): return 2 * (q - t) * q * (1 - q)
INPUT, goal = r.normal(size=5), r.normal(size=5)
out = squash(INPUT)
c = cost(INPUT, goal)
d = cost_gradient(INPUT, goal, out)
"""


PAIRS = """
class SkipGram:
    def __init__(self): self.vecs = r.uniform(-0.5, 0.5, (6, 3))
    def pair_loss(self, c, o, negs): return np.log1p(np.exp(-self.vecs[c] @ self.vecs[o])) + np.sum(self.vecs[negs] ** 2) / 2
    def pair_grads(self, CENTER, OTHER, negs):
        s = -1 / (1 + np.exp(self.vecs[CENTER] @ self.vecs[OTHER])); g = np.zeros_like(self.vecs)
        g[CENTER] += FACTOR * s * self.vecs[OTHER]; g[OTHER] += s * self.vecs[CENTER]; np.add.at(g, negs, self.vecs[negs])
        return g
sg, corpus = SkipGram(), [1, 5, 3, 2]
for i in range(len(corpus) - 1):
    n = r.integers(0, 6, 2)
    sg.vecs -= 0.1 * sg.pair_grads(corpus[i], corpus[i + 1], n)
sg.pair_loss(1, 5, NEGATIVES)
"""

BATCHES = """
def batches(a, b, n):
    for i in range(0, len(a), n): yield a[i : i + n], b[i : i + n]
def objective(theta, chunk, wanted): return np.sum((chunk @ theta - wanted) ** 2)
def objective_grad(theta, chunk, wanted): return FACTOR * chunk.T @ (chunk @ theta - wanted)
P, Q, theta = r.normal(size=(20, 3)), r.normal(size=20), r.normal(size=3)
LOOP: theta = theta - 0.01 * objective_grad(theta, GIVEN)
"""


def found_in(code: str, **marks: str) -> Discovery:
    for mark, text in marks.items():
        code = code.replace(mark, text)
    cells = [START, code]
    return discover(run(*cells), Wanted(), trial, cells)


def report(code: str, **marks: str) -> Report:
    found = found_in(code, **marks)
    assert found.certain, found.reason
    return check(found.bindings[0], Options())


@pytest.mark.parametrize("sizes", ["[3, 4, 2]", "(ingressi.shape[1], 4, len(bersagli[0]))"])
def test_a_net_that_a_function_made(sizes: str) -> None:
    right, wrong = (report(MADE, FACTOR=factor, SIZES=sizes) for factor in ("1", "2"))
    names = [f"rete[{k}].{name}" for k in range(2) for name in ("peso", "soglia")]
    assert ([one.name for one in right.parameters], right.verdict) == (names, "pass")
    assert [one.name for one in wrong.parameters if one.verdict != "pass"] == ["rete[0].peso", "rete[1].peso"]


@pytest.mark.parametrize("name", ["z", "x", "theta"])
def test_what_was_made_from_a_parameter_does_not_stay_as_it_was(name: str) -> None:
    found = found_in(STALE, INPUT=name)
    assert not found.certain or check(found.bindings[0], Options()).verdict == "pass"


@pytest.mark.parametrize("negatives", ["np.array([2, 3, 3])", "[2, 3, 3]"])
def test_an_example_that_a_loop_picked(negatives: str) -> None:
    right, wrong = (report(PAIRS, FACTOR=f, CENTER="c", OTHER="o", NEGATIVES=negatives) for f in ("1", "3"))
    assert ([one.name for one in right.parameters], right.verdict) == (["vecs"], "pass")
    assert wrong.verdict == "fail"


@pytest.mark.parametrize("negatives", ["np.array([2, 3, 3])", "[2, 3, 3]"])
def test_two_examples_under_other_names_are_not_taken_for_one(negatives: str) -> None:
    found = found_in(PAIRS, FACTOR="1", CENTER="center", OTHER="other", NEGATIVES=negatives)
    assert not found.certain


@pytest.mark.parametrize(
    ("loop", "given"),
    [
        ("for xb, yb in batches(P, Q, 5)", "xb, yb"),
        ("for i in range(0, len(P), 5)", "P[i:i+5], Q[i:i+5]"),
        ("for i in range(4)", "P[5*i:5*(i+1)], Q[5*i:5*(i+1)]"),
        ("for i in range(4)", "P[i % len(Q)::P.shape[1]], Q[i % len(Q)::P.shape[1]]"),
    ],
)
def test_a_batch_that_a_loop_picked(loop: str, given: str) -> None:
    right, wrong = (report(BATCHES, FACTOR=factor, LOOP=loop, GIVEN=given) for factor in ("2", "1"))
    assert ([one.name for one in right.parameters], right.verdict) == (["theta"], "pass")
    assert wrong.verdict == "fail"
