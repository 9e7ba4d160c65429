# %%
import numpy as np

np.random.seed(21)
B, L, D, K = 3, 5, 4, 3
tokens = np.random.randn(B, L, D)
labels = np.array([2, 0, 1])
onehot = np.eye(K)[labels]
w = {
    "Wq": np.random.randn(D) * 0.8,
    "Wk": np.random.randn(D, D) * 0.6,
    "Wv": np.random.randn(D, D) * 0.6,
    "Wo": np.random.randn(D, K),
    "bo": np.random.randn(K) * 0.2,
}
settings = {"temperature": 1.3, "smoothing": 0.1}

# %%
def softmax(x, axis=-1):
    x = x - x.max(axis=axis, keepdims=True)
    ex = np.exp(x)
    return ex / ex.sum(axis=axis, keepdims=True)

def attend(w, tokens, onehot, temperature=1.0, smoothing=0.0):
    k = tokens @ w["Wk"]
    v = tokens @ w["Wv"]
    score = k @ w["Wq"] / (temperature * np.sqrt(w["Wk"].shape[1]))
    att = softmax(score)
    ctx = np.einsum("bl,bld->bd", att, v)
    p = softmax(ctx @ w["Wo"] + w["bo"])
    soft = onehot * (1 - smoothing) + smoothing / onehot.shape[1]
    loss = -(soft * np.log(p)).sum(1).mean()
    return loss, (k, v, att, ctx, p, soft)

def attend_backward(saved, tokens, w, temperature=1.0):
    k, v, att, ctx, p, soft = saved
    dlog = (p - soft) / len(p)
    g = {"Wo": ctx.T @ dlog, "bo": dlog.sum(0)}
    dctx = dlog @ w["Wo"].T
    dv = att[:, :, None] * dctx[:, None, :]
    datt = np.einsum("bd,bld->bl", dctx, v)
    dscore = att * (datt - (att * datt).sum(1, keepdims=True))
    dscore = dscore / (temperature * np.sqrt(w["Wk"].shape[1]))
    g["Wq"] = np.einsum("bl,bld->d", dscore, k)
    dk = dscore[..., None] * w["Wq"]
    g["Wk"] = np.einsum("bli,blj->ij", tokens, dk)
    g["Wv"] = np.einsum("bli,blj->ij", tokens, dv)
    return g

# %%
loss, saved = attend(w, tokens, onehot, **settings)
print(loss, saved[2].round(2))
g = attend_backward(saved, tokens, w, settings["temperature"])
