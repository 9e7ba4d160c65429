# %%
import numpy as np
rng = np.random.default_rng(11)

# %%
# toy blobs, 3 classes
n_per, d, k = 15, 2, 3
centres = rng.normal(size=(k, d)) * 2
data = np.vstack([c + rng.normal(size=(n_per, d)) for c in centres])
labels = np.repeat(np.arange(k), n_per)
perm = rng.permutation(len(data))
data, labels = data[perm], labels[perm]
X_train, X_test = data[:30], data[30:]
y_train, y_test = labels[:30], labels[30:]

# %%
params = {
    "w_hid": rng.normal(size=(d, 6)) * 0.7,
    "c_hid": rng.normal(size=6) * 0.1,
    "w_out": rng.normal(size=(6, k)) * 0.7,
    "c_out": rng.normal(size=k) * 0.1,
}

def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

# %%
def objective(params, xb, yb, reg=1e-2):
    h = np.tanh(xb @ params["w_hid"] + params["c_hid"])
    p = softmax(h @ params["w_out"] + params["c_out"])
    nll = -np.log(p[np.arange(len(yb)), yb]).mean()
    return nll + 0.5 * reg * sum((params[q] ** 2).sum() for q in ("w_hid", "w_out"))

def objective_grad(params, xb, yb, reg=1e-2):
    n = len(yb)
    h = np.tanh(xb @ params["w_hid"] + params["c_hid"])
    p = softmax(h @ params["w_out"] + params["c_out"])
    ds = p.copy()
    ds[np.arange(n), yb] -= 1
    ds /= n
    g = {}
    g["w_out"] = h.T @ ds + reg * params["w_out"]
    g["c_out"] = ds.sum(axis=0)
    dh = (ds @ params["w_out"].T) * (1 - h * h)
    g["w_hid"] = xb.T @ dh + reg * params["w_hid"]
    g["c_hid"] = dh.sum(axis=0)
    return g

# %%
def predict(params, x):
    h = np.tanh(x @ params["w_hid"] + params["c_hid"])
    return (h @ params["w_out"] + params["c_out"]).argmax(axis=1)

def accuracy(params, x, y):
    return np.mean(predict(params, x) == y)

def sgd(params, x, y, lr=0.2, steps=30):
    for _ in range(steps):
        g = objective_grad(params, x, y)
        for key in params:
            params[key] = params[key] - lr * g[key]
    return params

print("before training:", accuracy(params, X_test, y_test))
