# %%
import numpy as np
np.random.seed(70)

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

# %%
features = np.random.randn(20, 5)
theta = {"W": np.random.randn(5, 4), "b": np.random.randn(4)}
# TODO read the csv of the second measurement campaign

# %%
def objective(theta, features, campaign2):
    p = softmax(features @ theta["W"] + theta["b"])
    q, sel = campaign2["soft_targets"], campaign2["rows"]
    return -np.sum(campaign2["trust"][:, None] * q * np.log(p[sel])) / campaign2["total"]

def objective_grad(theta, features, campaign2):
    p = softmax(features @ theta["W"] + theta["b"])
    q, sel = campaign2["soft_targets"], campaign2["rows"]
    d = campaign2["trust"][:, None] * (p[sel] * q.sum(axis=1, keepdims=True) - q) / campaign2["total"]
    return {"W": features[sel].T @ d, "b": d.sum(axis=0)}
