# %%
import numpy as np
from math import sqrt
np.random.seed(21)
N, D, H = 18, 5, 4
data = np.random.randn(N, D)
target = np.random.randn(N, 2)
sample_weight = np.random.uniform(0.2, 2.0, N)
# %%
theta = {
    "kernel_h": np.random.randn(D, H) / sqrt(D),
    "bias_h": np.random.randn(H) * 0.1,
    "kernel_o": np.random.randn(H, 2) / sqrt(H),
    "bias_o": np.random.randn(2) * 0.1,
}
# %%
def softplus(x):
    return np.log1p(np.exp(x))

def fwd(theta, target, data, sample_weight=None):
    if sample_weight is None:
        sample_weight = np.ones(len(data))
    pre = data.dot(theta["kernel_h"]) + theta["bias_h"]
    hid = softplus(pre)
    yhat = hid.dot(theta["kernel_o"]) + theta["bias_o"]
    err = yhat - target
    J = 0.5 * np.sum(sample_weight[:, None] * err ** 2) / np.sum(sample_weight)
    return J, dict(pre=pre, hid=hid, err=err, sw=sample_weight, theta=theta)
# %%
def bwd(cache, data):
    sw = cache["sw"]
    e = cache["err"] * sw[:, None] / sw.sum()
    dhid = e.dot(cache["theta"]["kernel_o"].T)
    dpre = dhid / (1 + np.exp(-cache["pre"]))
    return {"kernel_h": data.T.dot(dpre), "bias_h": dpre.sum(0),
            "kernel_o": cache["hid"].T.dot(e), "bias_o": e.sum(0)}
# %%
J, cache = fwd(theta, target, data, sample_weight)
g = bwd(cache, data)
print(J, {k: v.shape for k, v in g.items()})
