# %%
import numpy as np
r = np.random.RandomState(64)

# %% gated linear unit
def glu_fwd(inp, Wa, Wb, ba, bb):
    lin = inp @ Wa + ba
    gate = 1 / (1 + np.exp(-(inp @ Wb + bb)))
    return lin * gate, (inp, Wa, Wb, lin, gate)

def glu_bwd(dout, cache):
    inp, Wa, Wb, lin, gate = cache
    dlin = dout * gate
    dg = dout * lin * gate * (1 - gate)
    dinp = dlin @ Wa.T + dg @ Wb.T
    return dinp, inp.T @ dlin, inp.T @ dg, dlin.sum(0), dg.sum(0)

# %% embedding lookup
def embedding_fwd(table, ids):
    return table[ids], (ids, table.shape)

def embedding_bwd(dout, cache):
    ids, shape = cache
    dtable = np.zeros(shape)
    np.add.at(dtable, ids, dout)
    return dtable

# %% bilinear form between two sentence vectors: out_nk = l_n' M_k r_n
def bilinear_fwd(left, right, M, bias):
    out = np.einsum('ni,kij,nj->nk', left, M, right) + bias
    return out, (left, right, M)

def bilinear_bwd(dout, cache):
    left, right, M = cache
    dleft = np.einsum('nk,kij,nj->ni', dout, M, right)
    dright = np.einsum('nk,kij,ni->nj', dout, M, left)
    dM = np.einsum('nk,ni,nj->kij', dout, left, right)
    return dleft, dright, dM, dout.sum(0)

# %%
ids = np.array([[0, 3, 3], [5, 1, 0]])
table = r.randn(6, 4)
vecs, emb_cache = embedding_fwd(table, ids)
inp = vecs.reshape(-1, 4)
Wa, Wb, ba, bb = r.randn(4, 3), r.randn(4, 3), r.randn(3), r.randn(3)
h, glu_cache = glu_fwd(inp, Wa, Wb, ba, bb)
left, right = h[:3].copy(), h[3:].copy()
M, bias = r.randn(2, 3, 3), r.randn(2)
s, bl_cache = bilinear_fwd(left, right, M, bias)
print(s)
