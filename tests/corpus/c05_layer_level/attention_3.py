# %%
import numpy as np
r = np.random.default_rng(88)
tokens = r.normal(size=(5, 4))
memory = r.normal(size=(6, 4))
Pq, Pk, Pv = (r.normal(size=(4, 3)) * .6 for _ in range(3))

# %%
def attention_fwd(tokens, memory, Pq, Pk, Pv):
    q, k, v = tokens @ Pq, memory @ Pk, memory @ Pv
    s = q @ k.T / np.sqrt(q.shape[1])
    s = np.exp(s - s.max(axis=-1, keepdims=True))
    att = s / s.sum(axis=-1, keepdims=True)
    return att @ v, dict(q=q, k=k, v=v, att=att, tokens=tokens, memory=memory, P=(Pq, Pk, Pv))

def attention_bwd(dout, c):
    Pq, Pk, Pv = c["P"]
    scale = np.sqrt(c["q"].shape[1])
    dv = c["att"].T @ dout
    datt = dout @ c["v"].T
    ds = c["att"] * (datt - (datt * c["att"]).sum(axis=-1, keepdims=True)) / scale
    dq = ds @ c["k"]
    dk = ds.T @ c["q"]
    dPq = c["tokens"].T @ dq
    dPk = c["memory"].T @ dk
    dPv = c["memory"].T @ dv
    dtokens = dq @ Pq.T
    dmemory = dk @ Pk.T + dv @ Pv.T
    return dtokens, dmemory, dPq, dPk, dPv

# %%
ctx, c = attention_fwd(tokens, memory, Pq, Pk, Pv)
ctx.shape, c["att"].sum(axis=1)

# %% quick look with a made-up upstream gradient
upstream = r.normal(size=ctx.shape)
shapes = [z.shape for z in attention_bwd(upstream, c)]
shapes
