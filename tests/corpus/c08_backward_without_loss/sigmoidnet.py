# %%
import numpy as np
np.random.seed(101)
X = np.random.randn(3, 16)
Y = (np.random.rand(1, 16) < 0.4).astype(float)
# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
# %%
def init_params(n0, n1, n2):
    return {"W1": np.random.randn(n1, n0) * 0.5, "b1": np.random.randn(n1, 1) * 0.1,
            "W2": np.random.randn(n2, n1) * 0.5, "b2": np.random.randn(n2, 1) * 0.1}
parameters = init_params(3, 4, 1)
# %%
def forward(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    A2 = sigmoid(parameters["W2"] @ A1 + parameters["b2"])
    return A2, {"A1": A1, "A2": A2}
# %%
def backward(X, Y, parameters, cache):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
    return {"dW1": dZ1 @ X.T / m, "db1": dZ1.sum(axis=1, keepdims=True) / m,
            "dW2": dZ2 @ cache["A1"].T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m}
# %%
def train(X, Y, parameters, lr=0.5, steps=4):
    for _ in range(steps):
        A2, cache = forward(X, parameters)
        grads = backward(X, Y, parameters, cache)
        parameters = {k: v - lr * grads["d" + k] for k, v in parameters.items()}
    return parameters
parameters = train(X, Y, parameters)
print("acc", np.mean((forward(X, parameters)[0] > .5) == Y))
