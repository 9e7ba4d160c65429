# %%
import time
import functools
import numpy as np

# %%
timings = {}

def timed(func):
    """collect wall times per function"""
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        t0 = time.perf_counter()
        out = func(*args, **kwargs)
        timings.setdefault(func.__name__, []).append(time.perf_counter() - t0)
        return out
    return wrapper

# %%
rng = np.random.default_rng(123)
X = rng.normal(size=(6, 16))          # features x samples
Y = np.eye(3)[:, rng.integers(0, 3, 16)]

def init_params(nx=6, nh=4, ny=3):
    return {
        "W1": rng.normal(size=(nh, nx)) * 0.4, "b1": rng.normal(size=(nh, 1)) * 0.1,
        "W2": rng.normal(size=(ny, nh)) * 0.4, "b2": rng.normal(size=(ny, 1)) * 0.1,
    }

# %%
@timed
def forward(X, params):
    Z1 = params["W1"] @ X + params["b1"]
    A1 = np.where(Z1 > 0, Z1, 0.01 * Z1)
    Z2 = params["W2"] @ A1 + params["b2"]
    e = np.exp(Z2 - Z2.max(axis=0))
    return e / e.sum(axis=0), (X, Z1, A1)

@timed
def cost(probs, Y):
    return -np.sum(Y * np.log(probs + 1e-300)) / Y.shape[1]

@timed
def backward(probs, Y, cache, params):
    X, Z1, A1 = cache
    m = Y.shape[1]
    dZ2 = (probs - Y) / m
    dZ1 = (params["W2"].T @ dZ2) * np.where(Z1 > 0, 1, 0.01)
    return {
        "W1": dZ1 @ X.T, "b1": dZ1.sum(axis=1, keepdims=True),
        "W2": dZ2 @ A1.T, "b2": dZ2.sum(axis=1, keepdims=True),
    }

# %%
params = init_params()
for it in range(4):
    probs, cache = forward(X, params)
    grads = backward(probs, Y, cache, params)
    for k in params:
        params[k] -= 0.1 * grads[k]
    print(it, cost(probs, Y))
{k: sum(v) for k, v in timings.items()}
