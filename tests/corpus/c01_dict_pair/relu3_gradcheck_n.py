# %% [markdown]
# Week 1 - three layer net and N-dimensional check

# %%
import numpy as np

def relu(x):
    return np.maximum(0, x)

def sigmoid(x):
    return 1. / (1. + np.exp(-x))

# %%
def initialize_parameters(dims, seed=1):
    np.random.seed(seed)
    parameters = {}
    for l in range(1, len(dims)):
        parameters["W%d" % l] = np.random.randn(dims[l], dims[l - 1]) / np.sqrt(dims[l - 1])
        parameters["b%d" % l] = 0.1 * np.random.randn(dims[l], 1)
    return parameters

# %%
def forward_n(X, Y, parameters):
    """Returns the cost over the m examples, and what backward needs."""
    m = Y.shape[1]
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]

    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)

    cost = -np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) / m
    cache = (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)
    return cost, cache

# %%
def backward_n(X, Y, cache):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache

    dZ3 = (A3 - Y) / m
    dW3 = np.dot(dZ3, A2.T)
    db3 = np.sum(dZ3, axis=1, keepdims=True)

    dA2 = np.dot(W3.T, dZ3)
    dZ2 = dA2 * (A2 > 0)
    dW2 = np.dot(dZ2, A1.T)
    db2 = np.sum(dZ2, axis=1, keepdims=True)

    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1 * (A1 > 0)
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True)

    gradients = {"dZ3": dZ3, "dW3": dW3, "db3": db3,
                 "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2,
                 "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}
    return gradients

# %%
def dictionary_to_vector(d, keys=("W1", "b1", "W2", "b2", "W3", "b3")):
    return np.concatenate([d[k].reshape(-1, 1) for k in keys])

def gradients_to_vector(g):
    return dictionary_to_vector(g, ("dW1", "db1", "dW2", "db2", "dW3", "db3"))

# %%
X = np.random.RandomState(3).randn(4, 9)
Y = (np.random.RandomState(4).rand(1, 9) > 0.5).astype(float)
parameters = initialize_parameters([4, 5, 3, 1])
cost, cache = forward_n(X, Y, parameters)
gradients = backward_n(X, Y, cache)
print("cost =", cost)
