# %% tiny tied autoencoder on "images"
import numpy as np
rng = np.random.default_rng(123)
imgs = rng.random((10, 8))
noise = rng.random((10, 8)) < 0.3
corrupted = imgs * ~noise

# %%
def init_ae(nv, nh):
    return {"W": rng.normal(0, .5, (nv, nh)), "bh": rng.normal(0, .1, nh), "bv": rng.normal(0, .1, nv)}

def sig(a):
    return 1 / (1 + np.exp(-a))

# %%
def encode_decode(batch, net):
    code = sig(batch @ net["W"] + net["bh"])
    recon = sig(code @ net["W"].T + net["bv"])
    return recon, (batch, code, recon)

def recon_error(recon, clean):
    """mean over samples of the squared distance"""
    return np.sum((recon - clean) ** 2) / len(clean)

def grad_ae(net, clean, cache):
    batch, code, recon = cache
    do = 2 * (recon - clean) / len(clean) * recon * (1 - recon)
    dcode = do @ net["W"] * code * (1 - code)
    gW = batch.T @ dcode + do.T @ code
    return dict(W=gW, bh=dcode.sum(axis=0), bv=do.sum(axis=0))

# %%
net = init_ae(8, 3)
r, cache = encode_decode(corrupted, net)
print("denoising error", recon_error(r, imgs))
before = recon_error(corrupted, imgs)
g = grad_ae(net, imgs, cache)
new_net = {k: net[k] - .5 * g[k] for k in net}
print(recon_error(encode_decode(corrupted, new_net)[0], imgs))
