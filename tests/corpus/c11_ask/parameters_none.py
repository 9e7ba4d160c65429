# %%
import numpy as np
np.random.seed(2)

# %%
def initialize(n_x, n_h):
    W1 = np.random.randn(n_h, n_x) * 0.1
    W2 = np.random.randn(1, n_h) * 0.1
    params = {"W1": W1, "W2": W2}

def loss(params, X, y):
    h = np.tanh(params["W1"] @ X)
    return np.mean((params["W2"] @ h - y) ** 2)

def grads(params, X, y):
    h = np.tanh(params["W1"] @ X)
    d = 2 * (params["W2"] @ h - y) / y.size
    return {"W2": d @ h.T, "W1": (params["W2"].T @ d * (1 - h ** 2)) @ X.T}

# %%
X = np.random.randn(3, 10)
y = np.random.randn(1, 10)
params = initialize(3, 5)
