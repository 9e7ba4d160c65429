# %%
import numpy as np

def unpack(theta, arch):
    mats, k = [], 0
    for m, n, has_bias in arch["blocks"]:
        W = theta[k:k + m * n].reshape(m, n); k += m * n
        c = theta[k:k + n] if has_bias else 0
        k += n if has_bias else 0
        mats.append((W, c))
    return mats

# %%
def cost(theta, arch, obs):
    h = obs[arch["inputs"]]
    for W, c in unpack(theta, arch):
        h = np.tanh(h @ W + c)
    return np.mean((h - obs[arch["outputs"]]) ** 2)

def cost_prime(theta, arch, obs):
    acts = [obs[arch["inputs"]]]
    mats = unpack(theta, arch)
    for W, c in mats:
        acts.append(np.tanh(acts[-1] @ W + c))
    d = 2 * (acts[-1] - obs[arch["outputs"]]) / acts[-1].size
    pieces = []
    for i in range(len(mats) - 1, -1, -1):
        d = d * (1 - acts[i + 1] ** 2)
        gc = d.sum(0) if arch["blocks"][i][2] else np.zeros(0)
        pieces.insert(0, np.concatenate([(acts[i].T @ d).ravel(), gc]))
        d = d @ mats[i][0].T
    return np.concatenate(pieces)

# %%
def fit(theta, arch, obs, eta=0.1, n=100):
    for _ in range(n):
        theta = theta - eta * cost_prime(theta, arch, obs)
    return theta
