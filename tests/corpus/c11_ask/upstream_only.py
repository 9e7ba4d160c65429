# %%
import numpy as np
rs = np.random.RandomState(3)
Wq, Wk = rs.randn(4, 3), rs.randn(4, 3)
tokens = rs.randn(6, 4)
# %%
# second half of the attention block, the forward is in the other notebook
def head_backward(dctx, saved):
    q, k, probs, v = saved
    dprobs = dctx @ v.T
    dv = probs.T @ dctx
    ds = probs * (dprobs - np.sum(dprobs * probs, axis=-1, keepdims=True)) / np.sqrt(q.shape[-1])
    return ds @ k, ds.T @ q, dv
# %%
def layer_stats(a):
    return a.mean(), a.std()
print(layer_stats(tokens), Wq.shape, Wk.shape)
