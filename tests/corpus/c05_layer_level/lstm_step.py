# %%
import numpy as np
rnd = np.random.RandomState(55)

def sg(v):
    return 1 / (1 + np.exp(-v))

# %%
def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    ai, af, ao, ag = np.split(a, 4, axis=1)
    i, f, o, g = sg(ai), sg(af), sg(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    tc = np.tanh(next_c)
    next_h = o * tc
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tc)
    return next_h, next_c, cache

def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tc = cache
    dc = dnext_c + dnext_h * o * (1 - tc ** 2)
    do = dnext_h * tc
    da = np.concatenate([dc * g * i * (1 - i),
                         dc * prev_c * f * (1 - f),
                         do * o * (1 - o),
                         dc * i * (1 - g ** 2)], axis=1)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dprev_c = dc * f
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db

# %%
N_, D_, H_ = 3, 4, 2
x = rnd.randn(N_, D_)
prev_h = rnd.randn(N_, H_)
prev_c = rnd.randn(N_, H_)
Wx = rnd.randn(D_, 4 * H_) * .6
Wh = rnd.randn(H_, 4 * H_) * .6
b = rnd.randn(4 * H_) * .2
next_h, next_c, cache = lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
print(next_h, next_c, sep="\n")
