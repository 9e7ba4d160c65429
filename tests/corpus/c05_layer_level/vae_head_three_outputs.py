# %%
# variational encoder head: mean and log-variance from one hidden layer, reparametrised sample
import numpy as np
g = np.random.default_rng(19)

# %%
def vae_head(h, Wm, Wv, noise):
    mean = h @ Wm
    logvar = h @ Wv
    z = mean + np.exp(0.5 * logvar) * noise
    return z, mean, logvar, (h, Wm, Wv, noise, logvar)

def vae_head_back(dz, dmean, dlogvar, cache):
    h, Wm, Wv, noise, logvar = cache
    dm = dz + dmean
    dv = dz * noise * 0.5 * np.exp(0.5 * logvar) + dlogvar
    return {"dh": dm @ Wm.T + dv @ Wv.T, "dWm": h.T @ dm, "dWv": h.T @ dv}

# %%
h = g.normal(size=(6, 4))
Wm, Wv = g.normal(size=(4, 2)), g.normal(size=(4, 2)) * 0.5
noise = g.normal(size=(6, 2))

z, mean, logvar, cache = vae_head(h, Wm, Wv, noise)
# KL part gives the two direct gradients
dmean = mean / len(h)
dlogvar = 0.5 * (np.exp(logvar) - 1) / len(h)
dz = g.normal(size=z.shape)
print({k: v.shape for k, v in vae_head_back(dz, dmean, dlogvar, cache).items()})
