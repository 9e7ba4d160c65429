# %%
import numpy as np
rng = np.random.default_rng(512)

# %%
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    inv = 1 / np.sqrt(var + eps)
    xhat = (x - mu) * inv
    return gamma * xhat + beta, (xhat, inv, gamma)

def layernorm_backward(dout, cache):
    xhat, inv, gamma = cache
    dgamma = (dout * xhat).sum(axis=0)
    dbeta = dout.sum(axis=0)
    d = dout * gamma
    dx = inv * (d - d.mean(axis=1, keepdims=True) - xhat * (d * xhat).mean(axis=1, keepdims=True))
    return dx, dgamma, dbeta

# %%
def spatial_groupnorm_forward(u, scale, shift, G, gn_param):
    N, C, H, W = u.shape
    eps = gn_param.get('eps', 1e-5)
    v = u.reshape(N, G, -1)
    m = v.mean(2, keepdims=True)
    sd = np.sqrt(v.var(2, keepdims=True) + eps)
    vhat = ((v - m) / sd)
    out = scale * vhat.reshape(u.shape) + shift
    return out, (vhat, sd, scale, G)

def spatial_groupnorm_backward(dout, cache):
    vhat, sd, scale, G = cache
    N = dout.shape[0]
    dscale = (dout * vhat.reshape(dout.shape)).sum(axis=(0, 2, 3), keepdims=True)
    dshift = dout.sum(axis=(0, 2, 3), keepdims=True)
    dv = (dout * scale).reshape(N, G, -1)
    du = (dv - dv.mean(2, keepdims=True) - vhat * np.mean(dv * vhat, 2, keepdims=True)) / sd
    return du.reshape(dout.shape), dscale, dshift

# %%
x = 3 * rng.normal(size=(4, 6)) + 1
gamma, beta = rng.normal(size=6), rng.normal(size=6)
ln_param = {}
y, _ = layernorm_forward(x, gamma, beta, ln_param)
print(y.mean(1), y.std(1))
u = rng.normal(size=(2, 4, 3, 2))
scale, shift = rng.normal(size=(1, 4, 1, 1)), rng.normal(size=(1, 4, 1, 1))
G, gn_param = 2, {'eps': 1e-4}
z, gn_cache = spatial_groupnorm_forward(u, scale, shift, G, gn_param)
