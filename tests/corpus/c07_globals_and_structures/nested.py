# %%
import numpy as np
r = np.random.RandomState(66)
params = {
    "encoder": {"W": r.randn(6, 3) * 0.5, "b": r.randn(3) * 0.1},
    "decoder": {"W": r.randn(3, 6) * 0.5, "b": r.randn(6) * 0.1},
}
batch = r.randn(10, 6)
other_batch = r.randn(4, 6)
# %%
def encode(params, x):
    return np.tanh(x @ params["encoder"]["W"] + params["encoder"]["b"])
def decode(params, z):
    return z @ params["decoder"]["W"] + params["decoder"]["b"]
# %%
def recon_loss(params, x):
    return np.mean(np.sum((decode(params, encode(params, x)) - x) ** 2, axis=1))
# %%
def recon_grads(params, x):
    z = encode(params, x)
    dxh = 2 * (decode(params, z) - x) / len(x)
    dz = dxh @ params["decoder"]["W"].T
    da = dz * (1 - z ** 2)
    return {"encoder": {"W": x.T @ da, "b": da.sum(0)}, "decoder": {"W": z.T @ dxh, "b": dxh.sum(0)}}
# %%
def sgd(params, grads, lr):
    return {k: {j: params[k][j] - lr * grads[k][j] for j in params[k]} for k in params}
for _ in range(3):
    params = sgd(params, recon_grads(params, batch), 0.02)
print(recon_loss(params, batch), recon_loss(params, other_batch))
