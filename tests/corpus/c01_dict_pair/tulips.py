# %%
import numpy as np
np.random.seed(4)
X = np.random.randn(3, 12)
Y = (X[0:1] - X[1:2] > 0).astype(float)
# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
# %%
def init(nx, nh, ny):
    return {"W1": np.random.randn(nh, nx) * 0.5, "b1": np.random.randn(nh, 1) * 0.1,
            "W2": np.random.randn(ny, nh) * 0.5, "b2": np.zeros((ny, 1))}
parameters = init(3, 5, 1)
# %%
def forward_prop(X, Y, parameters):
    m = X.shape[1]
    W1, b1, W2, b2 = parameters["W1"], parameters["b1"], parameters["W2"], parameters["b2"]
    Z1 = W1 @ X + b1
    A1 = np.tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = sigmoid(Z2)
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
    return cost, (Z1, A1, W2, A2)
# %%
def backward_prop(X, Y, cache):
    Z1, A1, W2, A2 = cache
    m = X.shape[1]
    dZ2 = A2 - Y
    grads = {}
    grads["dW2"] = dZ2 @ A1.T / m
    grads["db2"] = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * (1 - A1 ** 2)
    grads["dW1"] = dZ1 @ X.T / m
    grads["db1"] = dZ1.sum(axis=1, keepdims=True) / m
    return grads
# %%
def predict(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    return sigmoid(parameters["W2"] @ A1 + parameters["b2"]) > 0.5
cost, cache = forward_prop(X, Y, parameters)
print("cost", cost, "acc", np.mean(predict(X, parameters) == Y))
