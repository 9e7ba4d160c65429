# %%
import numpy as np

# %%
# copied from my old repo, the forward part still lives in model.py on the cluster
def backprop(dlogits, acts, theta):
    grads = {}
    d = dlogits
    for i in (2, 1, 0):
        grads[f"dW{i}"] = acts[i].T @ d
        grads[f"db{i}"] = d.sum(axis=0)
        if i:
            d = (d @ theta[f"W{i}"].T) * (acts[i] > 0)
    return grads

def clip(grads, limit=5.0):
    return {k: np.clip(v, -limit, limit) for k, v in grads.items()}

# %%
rng = np.random.default_rng(0)
sizes = [6, 8, 5, 2]
theta = {}
for i in range(3):
    theta[f"W{i}"] = rng.normal(size=(sizes[i], sizes[i + 1]))
    theta[f"b{i}"] = np.zeros(sizes[i + 1])
acts = [np.abs(rng.normal(size=(4, s))) for s in sizes[:-1]]
dlogits = rng.normal(size=(4, 2))
g = clip(backprop(dlogits, acts, theta))
print({k: v.shape for k, v in g.items()})
