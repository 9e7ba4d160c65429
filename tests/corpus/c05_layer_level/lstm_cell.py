# %%
import numpy as np

def sigm(v):
    return 1 / (1 + np.exp(-v))

# %%
def lstm_cell_forward(xt, h_prev, c_prev, Wx, Wh, b):
    H = h_prev.shape[1]
    a = xt @ Wx + h_prev @ Wh + b
    i, f, o = sigm(a[:, :H]), sigm(a[:, H:2 * H]), sigm(a[:, 2 * H:3 * H])
    g = np.tanh(a[:, 3 * H:])
    c_next = f * c_prev + i * g
    h_next = o * np.tanh(c_next)
    cache = (xt, h_prev, c_prev, Wx, Wh, i, f, o, g, c_next)
    return h_next, c_next, cache

def lstm_cell_backward(dh_next, dc_next, cache):
    xt, h_prev, c_prev, Wx, Wh, i, f, o, g, c_next = cache
    tc = np.tanh(c_next)
    dc = dc_next + dh_next * o * (1 - tc ** 2)
    di = dc * g * i * (1 - i)
    df = dc * c_prev * f * (1 - f)
    do = dh_next * tc * o * (1 - o)
    dg = dc * i * (1 - g ** 2)
    da = np.hstack([di, df, do, dg])
    return da @ Wx.T, da @ Wh.T, dc * f, xt.T @ da, h_prev.T @ da, da.sum(0)

# %%
np.random.seed(1997)
N, D, H = 3, 4, 2
xt = np.random.randn(N, D)
h_prev, c_prev = np.random.randn(N, H), np.random.randn(N, H)
Wx, Wh, b = np.random.randn(D, 4 * H), np.random.randn(H, 4 * H), np.random.randn(4 * H)
h_next, c_next, cache = lstm_cell_forward(xt, h_prev, c_prev, Wx, Wh, b)
dh_next = np.random.randn(*h_next.shape)
dc_next = np.random.randn(*c_next.shape)
dxt, dh_prev, dc_prev, dWx, dWh, db = lstm_cell_backward(dh_next, dc_next, cache)
