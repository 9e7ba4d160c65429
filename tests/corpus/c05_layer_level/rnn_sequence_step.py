# %%
import numpy as np
rng = np.random.default_rng(100)

# %%
def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h ** 2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)

# %%
def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache, prev = [], h0
    for t in range(T):
        prev, c = rnn_step_forward(x[:, t], prev, Wx, Wh, b)
        h[:, t] = prev
        cache.append(c)
    return h, cache

def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    dprev = np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dprev, a, c, e = rnn_step_backward(dh[:, t] + dprev, cache[t])
        dWx += a
        dWh += c
        db += e
    return dx, dprev, dWx, dWh, db

# %%
N, D, T, H = 2, 3, 4, 5
x = rng.normal(size=(N, T, D))
h0 = rng.normal(size=(N, H))
Wx = rng.normal(size=(D, H)) * 0.5
Wh = rng.normal(size=(H, H)) * 0.5
b = rng.normal(size=H)
h, cache = rnn_forward(x, h0, Wx, Wh, b)
dh = rng.normal(size=h.shape)
dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
print([g.shape for g in (dx, dh0, dWx, dWh, db)])
