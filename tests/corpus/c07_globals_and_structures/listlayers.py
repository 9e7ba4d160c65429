# %%
import numpy as np
rng = np.random.default_rng(88)
sizes = [3, 5, 4, 1]
# %%
weights = [rng.normal(size=(a, b)) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
biases = [rng.normal(size=b) * 0.1 for b in sizes[1:]]
xs = rng.normal(size=(12, 3))
ts = np.exp(-np.sum(xs ** 2, axis=1, keepdims=True))
# %%
def run(x, weights, biases):
    acts = [x]
    for i, (w, b) in enumerate(zip(weights, biases)):
        z = acts[-1] @ w + b
        acts.append(z if i == len(weights) - 1 else np.arctan(z))
    return acts
# %%
def mse(x, t, weights, biases):
    return np.mean((run(x, weights, biases)[-1] - t) ** 2)
# %%
def backprop(x, t, weights, biases):
    acts = run(x, weights, biases)
    dw, db = [0] * len(weights), [0] * len(biases)
    g = 2 * (acts[-1] - t) / t.size
    for i in range(len(weights) - 1, -1, -1):
        dw[i] = acts[i].T @ g
        db[i] = g.sum(axis=0)
        if i:
            g = g @ weights[i].T * np.cos(acts[i]) ** 2
    return dw, db
# %%
for it in range(5):
    dw, db = backprop(xs, ts, weights, biases)
    weights = [w - 0.1 * g for w, g in zip(weights, dw)]
    biases = [b - 0.1 * g for b, g in zip(biases, db)]
print(mse(xs, ts, weights, biases))
