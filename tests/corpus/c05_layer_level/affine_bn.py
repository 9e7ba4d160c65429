# %%
import numpy as np
np.random.seed(2)

# %%
def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    return out, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db

# %%
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    inv = 1 / np.sqrt(var + eps)
    xhat = (x - mu) * inv
    return gamma * xhat + beta, (xhat, inv, gamma)

def batchnorm_backward(dout, cache):
    xhat, inv, gamma = cache
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = dout.sum(axis=0)
    dxhat = dout * gamma
    dx = inv * (dxhat - dxhat.mean(axis=0) - xhat * np.mean(dxhat * xhat, axis=0))
    return dx, dgamma, dbeta

# %%
x = np.random.randn(6, 2, 3)
w = np.random.randn(6, 4)
b = np.random.randn(4)
out, cache = affine_forward(x, w, b)

# %%
gamma = np.random.rand(4) + .5
beta = np.random.randn(4)
bn_out, bn_cache = batchnorm_forward(out, gamma, beta)
print(bn_out.mean(0), bn_out.std(0))
dout = np.random.randn(6, 4)
dx, dgamma, dbeta = batchnorm_backward(dout, bn_cache)
dx, dw, db = affine_backward(dx, cache)
