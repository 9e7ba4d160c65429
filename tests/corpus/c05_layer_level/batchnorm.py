# %%
import numpy as np
# %%
def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    D = x.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(D))
    running_var = bn_param.get("running_var", np.zeros(D))
    if bn_param["mode"] == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
        inv = 1 / np.sqrt(var + eps)
        xhat = (x - mean) * inv
        out = gamma * xhat + beta
        cache = (xhat, inv, gamma)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    else:
        out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
        cache = None
    return out, cache
# %%
def batchnorm_backward(dout, cache):
    xhat, inv, gamma = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dxhat = dout * gamma
    dx = inv / N * (N * dxhat - dxhat.sum(axis=0) - xhat * (dxhat * xhat).sum(axis=0))
    return dx, dgamma, dbeta
# %%
np.random.seed(3)
N, D = 6, 4
x = 5 * np.random.randn(N, D) + 12
gamma = np.random.randn(D)
beta = np.random.randn(D)
bn_param = {"mode": "train"}
dout = np.random.randn(N, D)
a, cache = batchnorm_forward(x, gamma, beta, bn_param)
print("means", a.mean(axis=0), "stds", a.std(axis=0))
dx, dgamma, dbeta = batchnorm_backward(dout, cache)
