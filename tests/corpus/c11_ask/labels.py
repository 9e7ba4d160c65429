# %%
import numpy as np
np.random.seed(8)
X = np.random.randn(4, 20)
# labels come from the annotation export, still waiting for the file
# %%
def sigmoid(z): return 1 / (1 + np.exp(-z))
parameters = {"W1": np.random.randn(5, 4) * .3, "b1": np.zeros((5, 1)), "W2": np.random.randn(1, 5) * .3, "b2": np.zeros((1, 1))}
# %%
def forward(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = sigmoid(parameters["W2"] @ A1 + parameters["b2"])
    return A2, (A1, A2)
def compute_cost(A2, annotations):
    return -np.mean(annotations * np.log(A2) + (1 - annotations) * np.log(1 - A2))
def backward(parameters, cache, X, annotations):
    A1, A2 = cache
    m = X.shape[1]
    d2 = (A2 - annotations) / m
    d1 = parameters["W2"].T @ d2 * (1 - A1 ** 2)
    return {"W1": d1 @ X.T, "b1": d1.sum(1, keepdims=True), "W2": d2 @ A1.T, "b2": d2.sum(1, keepdims=True)}
# %%
A2, cache = forward(X, parameters)
print(A2.shape)
