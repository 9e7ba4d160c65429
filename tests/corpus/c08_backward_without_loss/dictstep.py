# %%
import numpy as np
np.random.seed(61)
moons = np.random.randn(24, 2)
cls = (moons[:, :1] ** 2 - moons[:, 1:] > 0.3).astype(float)
model = {"W1": np.random.randn(2, 5), "b1": np.random.randn(1, 5) * .2, "W2": np.random.randn(5, 1), "b2": np.random.randn(1, 1) * .2}
lr = 0.3
# %%
def expit(v): return 1 / (1 + np.exp(-v))

def propagate(model, x):
    a = np.tanh(x @ model["W1"] + model["b1"])
    return a, expit(a @ model["W2"] + model["b2"])
# %%
def train_step(model, x, y, lr):
    a, p = propagate(model, x)
    d3 = (p - y) / len(x)
    d2 = d3 @ model["W2"].T * (1 - a ** 2)
    new = dict(model)
    new["W2"] = model["W2"] - lr * a.T @ d3
    new["b2"] = model["b2"] - lr * d3.sum(0, keepdims=True)
    new["W1"] = model["W1"] - lr * x.T @ d2
    new["b1"] = model["b1"] - lr * d2.sum(0, keepdims=True)
    return new
# %%
for k in range(5):
    model = train_step(model, moons, cls, lr)
print(np.mean((propagate(model, moons)[1] > 0.5) == cls))
