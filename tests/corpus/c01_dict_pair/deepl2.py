# %% 
import numpy as np
rng = np.random.default_rng(11)
# %%
layer_dims = [4, 6, 5, 3]
params = {}
for l in range(1, len(layer_dims)):
    params["W" + str(l)] = rng.normal(size=(layer_dims[l], layer_dims[l-1])) * np.sqrt(1 / layer_dims[l-1])
    params["b" + str(l)] = rng.normal(size=(layer_dims[l], 1)) * 0.05
train_x = rng.normal(size=(4, 15))
labels = rng.integers(0, 3, 15)
train_y = np.eye(3)[labels].T
lambd = 0.7
# %%
def relu(z): return np.maximum(z, 0)
def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)
# %%
def model_forward(params, X, Y, lambd):
    L = len(params) // 2
    caches = {"A0": X}
    A = X
    reg = 0
    for l in range(1, L + 1):
        Z = params[f"W{l}"] @ A + params[f"b{l}"]
        A = relu(Z) if l < L else softmax(Z)
        caches[f"Z{l}"] = Z
        caches[f"A{l}"] = A
        reg += np.sum(params[f"W{l}"] ** 2)
    m = X.shape[1]
    cost = -np.sum(Y * np.log(A + 1e-12)) / m + lambd / (2 * m) * reg
    return cost, caches
# %%
def model_backward(params, caches, X, Y, lambd):
    L = len(params) // 2
    m = X.shape[1]
    out = {}
    dZ = caches[f"A{L}"] - Y
    for l in range(L, 0, -1):
        out[f"dW{l}"] = dZ @ caches[f"A{l-1}"].T / m + lambd / m * params[f"W{l}"]
        out[f"db{l}"] = np.mean(dZ, axis=1, keepdims=True)
        if l > 1:
            dZ = (params[f"W{l}"].T @ dZ) * (caches[f"Z{l-1}"] > 0)
    return out
# %%
def update(params, grads, lr):
    for k in params:
        params[k] = params[k] - lr * grads["d" + k]
    return params
costs = []
for i in range(3):
    c, caches = model_forward(params, train_x, train_y, lambd)
    g = model_backward(params, caches, train_x, train_y, lambd)
    params = update(params, g, 0.05)
    costs.append(c)
print(costs)
