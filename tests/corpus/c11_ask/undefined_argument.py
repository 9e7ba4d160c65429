# %%
import numpy as np
np.random.seed(12)

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def weighted_forward(X, Y, parameters, class_weights):
    A = np.tanh(parameters["W1"].dot(X) + parameters["b1"])
    P = sigmoid(parameters["W2"].dot(A) + parameters["b2"])
    wts = class_weights[1] * Y + class_weights[0] * (1 - Y)
    cost = -np.mean(wts * (Y * np.log(P) + (1 - Y) * np.log(1 - P)))
    return cost, (A, P, wts)

def weighted_backward(X, Y, parameters, cache):
    A, P, wts = cache
    dZ2 = wts * (P - Y) / Y.shape[1]
    dZ1 = parameters["W2"].T.dot(dZ2) * (1 - A ** 2)
    return {"dW2": dZ2.dot(A.T), "db2": dZ2.sum(1, keepdims=True),
            "dW1": dZ1.dot(X.T), "db1": dZ1.sum(1, keepdims=True)}

# %%
X = np.random.randn(3, 12)
Y = (np.random.rand(1, 12) > 0.8).astype(float)
parameters = {"W1": np.random.randn(4, 3), "b1": np.zeros((4, 1)),
              "W2": np.random.randn(1, 4), "b2": np.zeros((1, 1))}
