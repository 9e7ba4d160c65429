# %%
import numpy as np

# %%
def dense_fwd(x, W, b):
    return x @ W + b, (x, W)

def dense_bwd(g, cache):
    x, W = cache
    return g @ W.T, x.T @ g, g.sum(axis=0)

# %%
def prelu_fwd(x, a):
    return np.where(x > 0, x, a * x), (x, a)

def prelu_bwd(g, cache):
    x, a = cache
    gx = np.where(x > 0, g, a * g)
    ga = (g * np.minimum(x, 0)).sum(axis=0)
    return gx, ga

# %%
def dense_prelu_fwd(x, W, b, a):
    z, c1 = dense_fwd(x, W, b)
    y, c2 = prelu_fwd(z, a)
    return y, (c1, c2)

def dense_prelu_bwd(g, cache):
    c1, c2 = cache
    gz, ga = prelu_bwd(g, c2)
    gx, gW, gb = dense_bwd(gz, c1)
    return gx, gW, gb, ga

# %%
rng = np.random.default_rng(12)
x = rng.normal(size=(7, 4))
W = rng.normal(size=(4, 4))
b = rng.normal(size=4)
a = np.array([0.1, 0.25, 0.4, -0.3])

y, _ = dense_prelu_fwd(x, W, b, a)
print(y.shape)
