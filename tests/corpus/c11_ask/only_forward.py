# %%
import numpy as np
np.random.seed(2)

# %%
def relu(z):
    return np.maximum(0, z)

def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)

def forward_propagation(X, Y, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = relu(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = softmax(Z2)
    cost = -np.sum(Y * np.log(A2)) / X.shape[1]
    return cost, (Z1, A1, Z2, A2)

# %%
X = np.random.randn(4, 10)
Y = np.eye(3)[:, np.random.randint(0, 3, 10)]
parameters = {"W1": np.random.randn(5, 4), "b1": np.zeros((5, 1)), "W2": np.random.randn(3, 5), "b2": np.zeros((3, 1))}
cost, cache = forward_propagation(X, Y, parameters)
cost

# %%
# tomorrow: backward_propagation(X, Y, cache)
