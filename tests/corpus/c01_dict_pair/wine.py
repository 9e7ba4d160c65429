# %%
import numpy as np
rng = np.random.default_rng(11)

# %% fake wine table: 14 bottles, 5 measurements, 3 cultivars
measures = rng.normal(size=(14, 5))
cultivar = rng.integers(0, 3, size=14)
targets = np.eye(3)[cultivar]

# %%
def init(n_in, n_hid, n_out, seed=2):
    r = np.random.default_rng(seed)
    return dict(U=r.normal(size=(n_in, n_hid)) * 0.6, c=r.normal(size=n_hid) * 0.1,
                V=r.normal(size=(n_hid, n_out)) * 0.6, d=r.normal(size=n_out) * 0.1)

def softplus(t):
    return np.log1p(np.exp(t))

def softplus_prime(t):
    return 1.0 / (1.0 + np.exp(-t))

# %%
def forward(params, x, t, weight_decay=0.05):
    pre = x @ params["U"] + params["c"]
    act = softplus(pre)
    logits = act @ params["V"] + params["d"]
    logits = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    nll = -np.mean(np.sum(t * np.log(p), axis=1))
    reg = 0.5 * weight_decay * (np.sum(params["U"] ** 2) + np.sum(params["V"] ** 2))
    return nll + reg, (pre, act, p, weight_decay)

def backward(params, x, t, saved):
    pre, act, p, lam = saved
    n = x.shape[0]
    dlogits = (p - t) / n
    gV = act.T @ dlogits + lam * params["V"]
    gd = dlogits.sum(axis=0)
    dpre = (dlogits @ params["V"].T) * softplus_prime(pre)
    gU = x.T @ dpre + lam * params["U"]
    gc = dpre.sum(axis=0)
    return {"U": gU, "c": gc, "V": gV, "d": gd}

# %%
params = init(5, 4, 3)
value, saved = forward(params, measures, targets)
print("start", value)

# %%
def fit(params, x, t, steps=20, lr=0.1):
    params = {k: v.copy() for k, v in params.items()}
    history = []
    for _ in range(steps):
        v, s = forward(params, x, t)
        g = backward(params, x, t, s)
        for k in params:
            params[k] -= lr * g[k]
        history.append(v)
    return params, history

trained, history = fit(params, measures, targets)
history[-1]
