# %%
import numpy as np
np.random.seed(31)

# %% two noisy half circles
a = np.random.rand(16) * np.pi
upper = np.c_[np.cos(a[:8]), np.sin(a[:8])]
lower = np.c_[1 - np.cos(a[8:]), .5 - np.sin(a[8:])]
X = np.r_[upper, lower].T + np.random.randn(2, 16) * .1
Y = np.r_[np.zeros(8), np.ones(8)].reshape(1, -1)

# %%
W1 = np.random.randn(4, 2) * .8
b1 = np.random.randn(4, 1) * .2
W2 = np.random.randn(1, 4) * .8
b2 = np.array([[0.1]])
parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

# %%
def sigmoid(s): return 1. / (1. + np.exp(-s))

def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = sigmoid(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def compute_cost(A2, Y, parameters, lambd=0.7):
    n = Y.shape[1]
    ce = -(np.log(A2) @ Y.T + np.log(1 - A2) @ (1 - Y).T).item() / n
    l2 = lambd / (2 * n) * sum(np.sum(np.square(parameters[k])) for k in ("W1", "W2"))
    return ce + l2

def backward_propagation(parameters, cache, X, Y, lambd=0.7):
    n = X.shape[1]
    dZ2 = cache["A2"] - Y
    dW2 = dZ2 @ cache["A1"].T / n + lambd / n * parameters["W2"]
    db2 = dZ2.mean(axis=1, keepdims=True)
    dZ1 = parameters["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
    dW1 = dZ1 @ X.T / n + lambd / n * parameters["W1"]
    db1 = dZ1.mean(axis=1, keepdims=True)
    return {"dW1": dW1, "dW2": dW2, "db1": db1, "db2": db2}

# %%
A2, cache = forward_propagation(X, parameters)
print(compute_cost(A2, Y, parameters))
grads = backward_propagation(parameters, cache, X, Y)
for k in grads: print(k, grads[k].shape)
