# %%
import numpy as np
rng = np.random.default_rng(0)
n, d, k = 14, 6, 4
feats = rng.normal(size=(n, d))
cls = rng.integers(0, k, size=n)
# %%
model = {"W": rng.normal(size=(d, k)) * 0.4, "b": rng.normal(size=k) * 0.2}
reg = 0.2
# %%
def scores(model, feats):
    s = feats @ model["W"] + model["b"]
    return s, (feats, model)
# %%
def multiclass_hinge(s, cls, model, reg):
    correct = s[np.arange(len(cls)), cls][:, None]
    margins = np.maximum(0, s - correct + 1.0)
    margins[np.arange(len(cls)), cls] = 0
    return margins.sum() / len(cls) + reg * np.sum(model["W"] ** 2)
# %%
def hinge_backward(s, cls, cache, reg):
    feats, model = cache
    N = len(cls)
    correct = s[np.arange(N), cls][:, None]
    ds = ((s - correct + 1.0) > 0).astype(float)
    ds[np.arange(N), cls] = 0
    ds[np.arange(N), cls] = -ds.sum(axis=1)
    ds /= N
    return {"W": feats.T @ ds + 2 * reg * model["W"], "b": ds.sum(axis=0)}
# %%
s, cache = scores(model, feats)
print(multiclass_hinge(s, cls, model, reg))
accuracy = lambda: np.mean(np.argmax(scores(model, feats)[0], axis=1) == cls)
print("train acc", accuracy())
dmodel = hinge_backward(s, cls, cache, reg)
