# %%
import numpy as np
np.random.seed(70)

# %%
def relu6(z):
    return np.minimum(np.maximum(z, 0), 6)

def relu6_derivative(z):
    return ((z > 0) & (z < 6)).astype(float)

# data: rows = samples
inputs = np.random.randn(18, 4) * 2
labels = (inputs[:, 0] * inputs[:, 1] > 0).astype(float)[:, None]

layers = dict(W1=np.random.randn(4, 6), b1=np.random.randn(6), W2=np.random.randn(6, 1), b2=np.random.randn(1))
gamma_focal = 2.0

# %%
def forward(labels, inputs, layers):
    """focal loss for a binary classifier"""
    z = inputs @ layers["W1"] + layers["b1"]
    a = relu6(z)
    logit = np.clip((a @ layers["W2"] + layers["b2"]) * 0.3, -20, 20)
    p = 1 / (1 + np.exp(-logit))
    pt = labels * p + (1 - labels) * (1 - p)
    cost = np.mean(-(1 - pt) ** gamma_focal * np.log(pt))
    cache = dict(z=z, a=a, p=p, pt=pt, labels=labels, inputs=inputs, layers=layers)
    return cache, cost

def backward(cache):
    pt, p, labels = cache["pt"], cache["p"], cache["labels"]
    dpt = gamma_focal * (1 - pt) ** (gamma_focal - 1) * np.log(pt) - (1 - pt) ** gamma_focal / pt
    dlogit = dpt * (2 * labels - 1) * p * (1 - p) / labels.size * 0.3
    grads = {"W2_grad": cache["a"].T @ dlogit, "b2_grad": dlogit.sum(axis=0)}
    dz = dlogit @ cache["layers"]["W2"].T * relu6_derivative(cache["z"])
    grads["W1_grad"] = cache["inputs"].T @ dz
    grads["b1_grad"] = dz.sum(axis=0)
    dinputs = dz @ cache["layers"]["W1"].T
    return grads, dinputs

# %%
cache, cost = forward(labels, inputs, layers)
grads, saliency = backward(cache)
print(cost, np.abs(saliency).mean(axis=0))
