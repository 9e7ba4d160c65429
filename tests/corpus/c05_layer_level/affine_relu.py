# %%
import numpy as np
np.random.seed(231)
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
def leaky_relu_forward(x, slope=0.01):
    return np.where(x > 0, x, slope * x), (x, slope)

def leaky_relu_backward(dout, cache):
    x, slope = cache
    return dout * np.where(x > 0, 1.0, slope)
# %%
x = np.random.randn(4, 2, 3)
w = np.random.randn(6, 5)
b = np.random.randn(5)
dout = np.random.randn(4, 5)
out, cache = affine_forward(x, w, b)
dx, dw, db = affine_backward(dout, cache)
r, rcache = leaky_relu_forward(out)
print(out.shape, dx.shape, dw.shape, db.shape, r.min())
