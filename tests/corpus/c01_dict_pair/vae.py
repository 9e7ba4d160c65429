# %%
import numpy as np
rng = np.random.default_rng(1312)
# %%
digits = rng.random((8, 6))
digits_valid = rng.random((3, 6))
eps = rng.normal(size=(8, 2))
net = {k: rng.normal(size=s) * 0.4 for k, s in dict(We=(6, 5), Wm=(5, 2), Wv=(5, 2), Wd=(2, 5), Wo=(5, 6)).items()}
# %%
def elbo_forward(digits, eps, net, kl_weight=1.0):
    h = np.tanh(digits @ net["We"])
    mu, logvar = h @ net["Wm"], h @ net["Wv"]
    std = np.exp(0.5 * logvar)
    z = mu + std * eps
    g = np.tanh(z @ net["Wd"])
    logits = g @ net["Wo"]
    rec = np.sum(np.logaddexp(0, logits) - digits * logits)
    kl = -0.5 * np.sum(1 + logvar - mu ** 2 - np.exp(logvar))
    return (rec + kl_weight * kl) / len(digits), (h, mu, logvar, std, z, g, logits, kl_weight)
# %%
def elbo_backward(digits, eps, net, cache):
    h, mu, logvar, std, z, g, logits, kl_weight = cache
    n = len(digits)
    dlog = (1 / (1 + np.exp(-logits)) - digits) / n
    dg = dlog @ net["Wo"].T * (1 - g ** 2)
    dz = dg @ net["Wd"].T
    dmu = dz + kl_weight * mu / n
    dlv = dz * eps * 0.5 * std + kl_weight * 0.5 * (np.exp(logvar) - 1) / n
    dh = (dmu @ net["Wm"].T + dlv @ net["Wv"].T) * (1 - h ** 2)
    return {"We": digits.T @ dh, "Wm": h.T @ dmu, "Wv": h.T @ dlv, "Wd": z.T @ dg, "Wo": g.T @ dlog}
# %%
for step in range(3):
    loss, cache = elbo_forward(digits, eps, net, kl_weight=0.5)
    grads = elbo_backward(digits, eps, net, cache)
    net = {k: net[k] - 0.05 * grads[k] for k in net}
print(loss)
