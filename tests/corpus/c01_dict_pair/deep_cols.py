# %%
import numpy as np

np.random.seed(4)
m = 9
X_train = np.random.randn(6, m)
Y_train = (np.random.rand(1, m) > 0.45).astype(float)
X_test = np.random.randn(6, 4)
Y_test = (np.random.rand(1, 4) > 0.45).astype(float)

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def leaky(z, alpha=0.1):
    return np.where(z > 0, z, alpha * z)

def d_leaky(z, alpha=0.1):
    return np.where(z > 0, 1.0, alpha)

# %%
layer_dims = [6, 5, 3, 1]

def initialize(layer_dims):
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * np.sqrt(2 / layer_dims[l - 1])
        parameters["b" + str(l)] = 0.1 * np.random.randn(layer_dims[l], 1)
    return parameters

parameters = initialize(layer_dims)

# %%
def model_forward(X, Y, parameters):
    A = X
    cache = {"A0": X}
    L = len(parameters) // 2
    for l in range(1, L + 1):
        Z = parameters[f"W{l}"] @ A + parameters[f"b{l}"]
        A = sigmoid(Z) if l == L else leaky(Z)
        cache[f"Z{l}"] = Z
        cache[f"A{l}"] = A
        cache[f"W{l}"] = parameters[f"W{l}"]
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / Y.shape[1]
    return cost, cache

# %%
def model_backward(X, Y, cache):
    gradients = {}
    n = X.shape[1]
    L = max(int(k[1:]) for k in cache if k[0] == "W")
    dZ = cache[f"A{L}"] - Y
    for l in range(L, 0, -1):
        gradients[f"dW{l}"] = dZ @ cache[f"A{l-1}"].T / n
        gradients[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True) / n
        if l > 1:
            dA = cache[f"W{l}"].T @ dZ
            dZ = dA * d_leaky(cache[f"Z{l-1}"])
    return gradients

# %%
def predict(X, parameters):
    dummy = np.zeros((1, X.shape[1]))
    _, cache = model_forward(X, dummy, parameters)
    return (cache["A3"] > 0.5).astype(int)

print("test acc", np.mean(predict(X_test, parameters) == Y_test))
