# %%
import numpy as np

# %% config
cfg = {
    "dims": {"in": 6, "hidden": 5, "out": 2},
    "optim": {"lr": 0.05, "weight_decay": 0.2},
    "seed": 2024,
}
rng = np.random.default_rng(cfg["seed"])

# %%
def dense_init(fan_in, fan_out):
    return {"W": rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in), "b": rng.normal(size=fan_out) * 0.1}

params = {
    "encoder": dense_init(cfg["dims"]["in"], cfg["dims"]["hidden"]),
    "head": dense_init(cfg["dims"]["hidden"], cfg["dims"]["out"]),
}
params_init = {k: {kk: vv.copy() for kk, vv in v.items()} for k, v in params.items()}

# %%
def gelu_ish(z):
    """z * sigmoid(1.702 z)"""
    return z / (1 + np.exp(-1.702 * z))

def gelu_ish_grad(z):
    s = 1 / (1 + np.exp(-1.702 * z))
    return s + 1.702 * z * s * (1 - s)

def apply(params, x):
    z = x @ params["encoder"]["W"] + params["encoder"]["b"]
    h = gelu_ish(z)
    out = h @ params["head"]["W"] + params["head"]["b"]
    return out, (z, h)

def loss_fn(params, batch, weight_decay=cfg["optim"]["weight_decay"]):
    out, _ = apply(params, batch["x"])
    mse = np.mean(np.sum((out - batch["y"]) ** 2, axis=-1))
    l2 = sum(np.sum(p["W"] ** 2) for p in params.values())
    return mse + 0.5 * weight_decay * l2

def grad_fn(params, batch, weight_decay=cfg["optim"]["weight_decay"]):
    x, y = batch["x"], batch["y"]
    out, (z, h) = apply(params, x)
    d_out = 2.0 * (out - y) / x.shape[0]
    d_z = (d_out @ params["head"]["W"].T) * gelu_ish_grad(z)
    return {
        "encoder": {"W": x.T @ d_z + weight_decay * params["encoder"]["W"], "b": d_z.sum(axis=0)},
        "head": {"W": h.T @ d_out + weight_decay * params["head"]["W"], "b": d_out.sum(axis=0)},
    }

def sgd(params, grads, lr):
    return {m: {k: params[m][k] - lr * grads[m][k] for k in params[m]} for m in params}

# %%
batch = {"x": rng.normal(size=(10, 6)), "y": rng.normal(size=(10, 2))}
for step in range(3):
    grads = grad_fn(params, batch)
    params = sgd(params, grads, cfg["optim"]["lr"])
    print(step, round(loss_fn(params, batch), 5))
