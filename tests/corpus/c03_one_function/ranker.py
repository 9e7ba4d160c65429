# %%
import numpy as np
rng = np.random.default_rng(60)
docs_better = rng.normal(size=(11, 4))
docs_worse = rng.normal(size=(11, 4)) - .2

# %%
def he(n, k): return rng.normal(size=(n, k)) * np.sqrt(2 / n)

A = he(4, 5)
a0 = rng.normal(size=5) * .1
v = he(5, 1)[:, 0]

# %%
def scorer(d, A, a0, v):
    return np.tanh(d @ A + a0) @ v

# %%
def pairwise(A, a0, v, docs_better, docs_worse, margin=0.5):
    hb = np.tanh(docs_better @ A + a0)
    hw = np.tanh(docs_worse @ A + a0)
    diff = hb @ v - hw @ v - margin
    obj = np.logaddexp(0, -diff).mean()
    q = -1 / (1 + np.exp(diff)) / len(diff)
    gv = hb.T @ q - hw.T @ q
    db = np.outer(q, v) * (1 - hb ** 2)
    dw = -np.outer(q, v) * (1 - hw ** 2)
    gA = docs_better.T @ db + docs_worse.T @ dw
    ga0 = db.sum(0) + dw.sum(0)
    return (gv, ga0, gA), obj

# %%
(gv, ga0, gA), obj = pairwise(A, a0, v, docs_better, docs_worse)
print(obj, np.mean(scorer(docs_better, A, a0, v) > scorer(docs_worse, A, a0, v)))
