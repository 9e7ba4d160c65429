# %%
import numpy as np
rng = np.random.default_rng(909)

# %%
def highway_fwd(inp, Wt, bt, Wh, bh):
    t = 1 / (1 + np.exp(-(inp @ Wt + bt)))
    h = np.maximum(inp @ Wh + bh, 0)
    tape = (inp, Wt, Wh, t, h)
    return tape, t * h + (1 - t) * inp

def highway_rev(tape, upstream):
    inp, Wt, Wh, t, h = tape
    dt = upstream * (h - inp) * t * (1 - t)
    dh = upstream * t * (h > 0)
    return dict(
        inp=upstream * (1 - t) + dt @ Wt.T + dh @ Wh.T,
        Wt=inp.T @ dt, bt=dt.sum(0),
        Wh=inp.T @ dh, bh=dh.sum(0),
    )

# %%
feat = 4
inp = rng.normal(size=(5, feat))
Wt = rng.normal(size=(feat, feat)) * 0.5
Wh = rng.normal(size=(feat, feat)) * 0.5
bt = np.full(feat, -1.0)
bh = rng.normal(size=feat) * 0.1
tape, res = highway_fwd(inp, Wt, bt, Wh, bh)
upstream = rng.normal(size=res.shape)
rev = highway_rev(tape, upstream)
print(sorted(rev), res.mean())
