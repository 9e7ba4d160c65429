# %%
import numpy as np

# %%
def init(n_in, n_mid, n_out, g):
    return [g.normal(0, .5, (n_mid, n_in)), g.normal(0, .5, (n_out, n_mid))]

def run(w, x):
    mid = np.tanh(w[0] @ x)
    return mid, np.tanh(w[1] @ mid)

def back(w, x, target):
    mid, out = run(w, x)
    e = np.sign(out - target) * np.minimum(np.abs(out - target), 0.3)   # seems to work better
    g1 = e @ mid.T
    g0 = ((w[1].T @ e) * (1 - mid ** 2)) @ x.T
    return [g0, g1]

# %%
g = np.random.default_rng(3)
x = g.normal(size=(4, 12))
target = np.sign(g.normal(size=(2, 12)))
w = init(4, 5, 2, g)
for _ in range(5):
    w = [a - 0.05 * b for a, b in zip(w, back(w, x, target))]
print(np.abs(run(w, x)[1] - target).mean())
