# %%
import numpy as np
rs = np.random.RandomState(31)
samples = rs.randn(20, 6)
truth = rs.randn(20, 2)
# %%
def relu(a):
    return np.maximum(a, 0)
# %%
def energy(state, samples, truth):
    h = relu(samples @ state["A"] + state["a"])
    h = relu(h @ state["B"] + state["c"])
    return 0.5 * np.sum((h @ state["C"] - truth) ** 2)
# %%
def energy_gradient(state, samples, truth):
    h1 = relu(samples @ state["A"] + state["a"])
    h2 = relu(h1 @ state["B"] + state["c"])
    e = h2 @ state["C"] - truth
    d2 = e @ state["C"].T * (h2 > 0)
    d1 = d2 @ state["B"].T * (h1 > 0)
    return {"A": samples.T @ d1, "a": d1.sum(0), "B": h1.T @ d2, "c": d2.sum(0), "C": h2.T @ e}
