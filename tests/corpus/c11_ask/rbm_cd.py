# %%
import numpy as np
rng = np.random.RandomState(1986)

n_visible, n_hidden = 6, 4
W = 0.3 * rng.randn(n_visible, n_hidden)
a = 0.1 * rng.randn(n_visible)
b = 0.1 * rng.randn(n_hidden)
data = (rng.rand(16, n_visible) > 0.5).astype(float)

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

# %%
def sample_h(v, W, b):
    p = sigmoid(v @ W + b)
    return p, (rng.rand(*p.shape) < p).astype(float)

def sample_v(h, W, a):
    p = sigmoid(h @ W.T + a)
    return p, (rng.rand(*p.shape) < p).astype(float)

def cd1(data, W, a, b):
    ph, h = sample_h(data, W, b)
    pv, v = sample_v(h, W, a)
    ph2, _ = sample_h(v, W, b)
    n = len(data)
    dW = (data.T @ ph - v.T @ ph2) / n
    da = (data - v).mean(0)
    db = (ph - ph2).mean(0)
    return dW, da, db

# %%
for epoch in range(5):
    dW, da, db = cd1(data, W, a, b)
    W += 0.1 * dW; a += 0.1 * da; b += 0.1 * db
    pv, _ = sample_v(sample_h(data, W, b)[1], W, a)
    print(epoch, np.mean((data - pv) ** 2))
