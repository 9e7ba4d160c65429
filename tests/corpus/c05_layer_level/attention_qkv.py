# %%
import numpy as np
rs = np.random.RandomState(0)

# %%
def _softmax(s):
    e = np.exp(s - s.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)

def attention_forward(q, k, v, causal=True):
    """single head scaled dot-product attention, (B, T, d)"""
    d = q.shape[-1]
    s = q @ k.transpose(0, 2, 1) / np.sqrt(d)
    if causal:
        T = s.shape[-1]
        s = np.where(np.tril(np.ones((T, T), dtype=bool)), s, -1e9)
    p = _softmax(s)
    return p @ v, (q, k, v, p)

def attention_backward(grad_out, cache):
    q, k, v, p = cache
    grad_v = p.transpose(0, 2, 1) @ grad_out
    gp = grad_out @ v.transpose(0, 2, 1)
    gs = p * (gp - (gp * p).sum(-1, keepdims=True))
    gs = gs / np.sqrt(q.shape[-1])
    grad_q = gs @ k
    grad_k = gs.transpose(0, 2, 1) @ q
    return grad_q, grad_k, grad_v

# %%
q = rs.randn(2, 4, 3)
k = rs.randn(2, 4, 3)
v = rs.randn(2, 4, 5)
y, cache = attention_forward(q, k, v)
print(y.shape)

def show_map(p):
    import matplotlib.pyplot as plt
    plt.imshow(p)
    plt.colorbar()
