# %%
import numpy as np

np.random.seed(0)
X = np.random.randn(4, 12)
Y = np.random.randn(1, 12)
parameters = {
    "W1": np.random.randn(10, 4) * 0.5, "b1": np.random.randn(10, 1) * 0.1,
    "W2": np.random.randn(1, 10) * 0.5, "b2": np.array([[0.2]]),
}
keep_prob = 0.75

# %%
def forward(X, Y, parameters, keep_prob):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    mask = (np.random.rand(*A1.shape) < keep_prob) / keep_prob
    H = A1 * mask
    out = parameters["W2"] @ H + parameters["b2"]
    cost = np.mean((out - Y) ** 2)
    return cost, {"A1": A1, "mask": mask, "H": H, "out": out}

def backward(X, Y, parameters, cache):
    m = Y.shape[1]
    dout = 2 * (cache["out"] - Y) / m
    dH = parameters["W2"].T @ dout
    dZ1 = dH * cache["mask"] * (1 - cache["A1"] ** 2)
    return {
        "dW2": dout @ cache["H"].T, "db2": dout.sum(axis=1, keepdims=True),
        "dW1": dZ1 @ X.T, "db1": dZ1.sum(axis=1, keepdims=True),
    }

# %%
costs = []
for i in range(3):
    cost, cache = forward(X, Y, parameters, keep_prob)
    costs.append(cost)     # differs every time, of course
costs
