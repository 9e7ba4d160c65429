# %%
import numpy as np
rng = np.random.default_rng(404)

# %%
x_tr, x_va = rng.normal(size=(6, 15)), rng.normal(size=(6, 5))
y_tr, y_va = rng.normal(size=(1, 15)), rng.normal(size=(1, 5))

def new_params(n_in=6, n_hid=7):
    return {
        "W1": rng.normal(size=(n_hid, n_in)) / np.sqrt(n_in),
        "b1": 0.1 * rng.normal(size=(n_hid, 1)),
        "g1": np.ones((n_hid, 1)) + 0.1 * rng.normal(size=(n_hid, 1)),
        "W2": rng.normal(size=(1, n_hid)) / np.sqrt(n_hid),
        "b2": np.zeros((1, 1)),
    }

# %%
def forward_train(x, params, drop=0.25, seed=0):
    r = np.random.default_rng(seed)
    Z1 = params["W1"] @ x + params["b1"]
    A1 = params["g1"] * np.tanh(Z1)
    M = (r.random(A1.shape) >= drop) / (1 - drop)
    out = params["W2"] @ (A1 * M) + params["b2"]
    return out, {"Z1": Z1, "A1": A1, "M": M, "x": x}

def forward_infer(x, params):
    A1 = params["g1"] * np.tanh(params["W1"] @ x + params["b1"])
    return params["W2"] @ A1 + params["b2"]

def mse_cost(out, y):
    return float(np.mean((out - y) ** 2))

def backward(out, y, cache, params):
    d = 2 * (out - y) / y.size
    dH = params["W2"].T @ d * cache["M"]
    T = np.tanh(cache["Z1"])
    dZ1 = dH * params["g1"] * (1 - T ** 2)
    return {
        "dW2": d @ (cache["A1"] * cache["M"]).T,
        "db2": d.sum(1, keepdims=True),
        "dg1": (dH * T).sum(1, keepdims=True),
        "dW1": dZ1 @ cache["x"].T,
        "db1": dZ1.sum(1, keepdims=True),
    }

# %%
params = new_params()
for epoch in range(2):
    out, cache = forward_train(x_tr, params, seed=epoch)
    print(epoch, mse_cost(out, y_tr), mse_cost(forward_infer(x_va, params), y_va))
