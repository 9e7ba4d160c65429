# %%
import numpy as np
key = np.random.default_rng(5150)

# jax-like pytree of parameters
params = {
    "encoder": {"w": key.normal(size=(4, 3)) * .5, "b": key.normal(size=3) * .1},
    "latent": {"mu": {"w": key.normal(size=(3, 2)) * .5}, "logvar": {"w": key.normal(size=(3, 2)) * .3}},
    "decoder": {"w": key.normal(size=(2, 4)) * .5, "b": key.normal(size=4) * .1},
}
batch = (key.random((9, 4)) > .5).astype(float)
noise = key.normal(size=(9, 2))

# %%
def tree_map(f, tree):
    return {k: tree_map(f, v) if isinstance(v, dict) else f(v) for k, v in tree.items()}

def vae_forward(params, batch, noise):
    h = np.tanh(batch @ params["encoder"]["w"] + params["encoder"]["b"])
    mu = h @ params["latent"]["mu"]["w"]
    lv = h @ params["latent"]["logvar"]["w"]
    z = mu + noise * np.exp(.5 * lv)
    logits = z @ params["decoder"]["w"] + params["decoder"]["b"]
    return h, mu, lv, z, logits

def vae_loss(params, batch, noise, beta=1.5):
    _, mu, lv, _, logits = vae_forward(params, batch, noise)
    rec = (np.logaddexp(0, logits) - batch * logits).sum(1)
    kld = -.5 * (1 + lv - mu ** 2 - np.exp(lv)).sum(1)
    return np.mean(rec + beta * kld)

def vae_grads(params, batch, noise, beta=1.5):
    h, mu, lv, z, logits = vae_forward(params, batch, noise)
    n = len(batch)
    dlogits = (1 / (1 + np.exp(-logits)) - batch) / n
    dz = dlogits @ params["decoder"]["w"].T
    dmu = dz + beta * mu / n
    dlv = dz * noise * .5 * np.exp(.5 * lv) + beta * .5 * (np.exp(lv) - 1) / n
    dh = dmu @ params["latent"]["mu"]["w"].T + dlv @ params["latent"]["logvar"]["w"].T
    da = dh * (1 - h * h)
    return {"encoder": {"w": batch.T @ da, "b": da.sum(0)},
            "latent": {"mu": {"w": h.T @ dmu}, "logvar": {"w": h.T @ dlv}},
            "decoder": {"w": z.T @ dlogits, "b": dlogits.sum(0)}}

# %%
g = vae_grads(params, batch, noise)
print(vae_loss(params, batch, noise), tree_map(lambda a: a.shape, g))
