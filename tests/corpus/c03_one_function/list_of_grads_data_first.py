# %%
import numpy as np

rng = np.random.RandomState(40)
obs_in = rng.randn(13, 3)
obs_out = np.sign(obs_in[:, :1] * obs_in[:, 1:2])

W_a = rng.randn(3, 4) * .8
W_b = rng.randn(4, 4) * .8
W_c = rng.randn(4, 1) * .8
l2 = 5e-3

# %%
def compute(obs_in, obs_out, W_a, W_b, W_c, l2=0., return_grads=True):
    h1 = np.sin(obs_in @ W_a)
    h2 = np.sin(h1 @ W_b)
    f = h2 @ W_c
    viol = np.maximum(0, 1 - obs_out * f)
    cost = np.mean(viol ** 2) + l2 * sum(np.sum(W ** 2) for W in (W_a, W_b, W_c))
    if not return_grads:
        return cost
    df = -2 * obs_out * viol / len(f)
    dh2 = df @ W_c.T * np.cos(h1 @ W_b)
    dh1 = dh2 @ W_b.T * np.cos(obs_in @ W_a)
    return cost, [obs_in.T @ dh1 + 2 * l2 * W_a, h1.T @ dh2 + 2 * l2 * W_b, h2.T @ df + 2 * l2 * W_c]

# %%
def adam_init(ws):
    return [np.zeros_like(w) for w in ws], [np.zeros_like(w) for w in ws]

m1, m2 = adam_init((W_a, W_b, W_c))
cost, grads = compute(obs_in, obs_out, W_a, W_b, W_c, l2)
print(cost, [g.shape for g in grads])
