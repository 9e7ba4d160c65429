# %%
import numpy as np
np.random.seed(33)
images = np.random.rand(9, 10)      # 9 pixels, 10 patches
# %%
n_vis, n_hid = 9, 4
bound = np.sqrt(6 / (n_vis + n_hid + 1))
weights = dict(We=np.random.uniform(-bound, bound, (n_hid, n_vis)), be=np.zeros((n_hid, 1)),
               Wd=np.random.uniform(-bound, bound, (n_vis, n_hid)), bd=np.zeros((n_vis, 1)))
rho, beta, lam = 0.1, 0.3, 1e-2
# %%
def logistic(u):
    return 1.0 / (1.0 + np.exp(-u))
# %%
def encode_decode(batch, weights):
    code = logistic(weights["We"] @ batch + weights["be"])
    recon = logistic(weights["Wd"] @ code + weights["bd"])
    return recon, (batch, code, recon)
# %%
def reconstruction_cost(recon, batch, weights, cache, rho, beta, lam):
    m = batch.shape[1]
    rho_hat = cache[1].mean(axis=1)
    kl = np.sum(rho * np.log(rho / rho_hat) + (1 - rho) * np.log((1 - rho) / (1 - rho_hat)))
    decay = np.sum(weights["We"] ** 2) + np.sum(weights["Wd"] ** 2)
    return np.sum((recon - batch) ** 2) / (2 * m) + lam / 2 * decay + beta * kl
# %%
def reconstruction_backward(weights, cache, rho, beta, lam):
    batch, code, recon = cache
    m = batch.shape[1]
    delta3 = (recon - batch) * recon * (1 - recon)
    rho_hat = code.mean(axis=1, keepdims=True)
    sparse = beta * (-rho / rho_hat + (1 - rho) / (1 - rho_hat))
    delta2 = (weights["Wd"].T @ delta3 + sparse) * code * (1 - code)
    return dict(We=delta2 @ batch.T / m + lam * weights["We"], be=delta2.mean(axis=1, keepdims=True),
                Wd=delta3 @ code.T / m + lam * weights["Wd"], bd=delta3.mean(axis=1, keepdims=True))
# %%
recon, cache = encode_decode(images, weights)
print(reconstruction_cost(recon, images, weights, cache, rho, beta, lam))
