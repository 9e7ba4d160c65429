# %%
import numpy as np
rg = np.random.default_rng(14)
n_in, n_hid, n_out = 3, 4, 2
samples = rg.normal(size=(9, n_in))
responses = rg.normal(size=(9, n_out))

# %%
def unroll(vec, n_in, n_hid, n_out):
    i = n_hid * (n_in + 1)
    T1 = vec[:i].reshape(n_hid, n_in + 1)
    T2 = vec[i:].reshape(n_out, n_hid + 1)
    return T1, T2

def roll(*mats):
    return np.concatenate([q.ravel() for q in mats])[:, None]

# %%
def net_cost_grad(samples, responses, vec, sizes=(3, 4, 2), lamb=0.3):
    T1, T2 = unroll(vec.ravel(), *sizes)
    n = len(samples)
    a1 = np.c_[np.ones(n), samples]
    z2 = a1 @ T1.T
    a2 = np.c_[np.ones(n), np.arctan(z2)]
    out = a2 @ T2.T
    d3 = out - responses
    E = (d3 ** 2).sum() / (2 * n) + lamb / 2 / n * ((T1[:, 1:] ** 2).sum() + (T2[:, 1:] ** 2).sum())
    d2 = (d3 @ T2[:, 1:]) / (1 + z2 ** 2)
    G1 = d2.T @ a1 / n
    G2 = d3.T @ a2 / n
    G1[:, 1:] += lamb / n * T1[:, 1:]
    G2[:, 1:] += lamb / n * T2[:, 1:]
    return E, roll(G1, G2)

# %%
nn_weights = rg.uniform(-.8, .8, size=(n_hid * (n_in + 1) + n_out * (n_hid + 1), 1))
E, G = net_cost_grad(samples, responses, nn_weights)
E, G.shape

# %%
w = nn_weights.copy()
trace = []
for _ in range(25):
    E, G = net_cost_grad(samples, responses, w)
    w = w - .2 * G
    trace.append(E)
print(trace[0], trace[-1])
