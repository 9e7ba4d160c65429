# %%
import numpy as np
rng = np.random.default_rng(90)
sigma = lambda v: 1 / (1 + np.exp(-v))
# %%
def gru_forward(x_t, h_prev, Wz, Wr, Wc):
    xh = np.concatenate([x_t, h_prev])
    z = sigma(Wz @ xh)
    r = sigma(Wr @ xh)
    xrh = np.concatenate([x_t, r * h_prev])
    c = np.tanh(Wc @ xrh)
    h = (1 - z) * h_prev + z * c
    return h, (x_t, h_prev, Wz, Wr, Wc, xh, xrh, z, r, c)
# %%
def gru_backward(dh, cache):
    x_t, h_prev, Wz, Wr, Wc, xh, xrh, z, r, c = cache
    n = x_t.size
    dc = dh * z * (1 - c ** 2)
    dz = dh * (c - h_prev) * z * (1 - z)
    dxrh = Wc.T @ dc
    dr = dxrh[n:] * h_prev * r * (1 - r)
    dxh = Wz.T @ dz + Wr.T @ dr
    dx_t = dxrh[:n] + dxh[:n]
    dh_prev = dh * (1 - z) + dxrh[n:] * r + dxh[n:]
    return dx_t, dh_prev, np.outer(dz, xh), np.outer(dr, xh), np.outer(dc, xrh)
# %%
x_t = rng.normal(size=3)
h_prev = rng.normal(size=4)
Wz, Wr, Wc = (rng.normal(size=(4, 7)) * 0.5 for _ in range(3))
h, cache = gru_forward(x_t, h_prev, Wz, Wr, Wc)
dx_t, dh_prev, dWz, dWr, dWc = gru_backward(np.ones(4), cache)
print(h, dx_t)
