# %%
import numpy as np

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def initialize(n_x, n_h, n_y):
    np.random.seed(2)
    return {"W1": np.random.randn(n_h, n_x) * 0.5,
            "b1": np.random.randn(n_h, 1) * 0.1,
            "W2": np.random.randn(n_y, n_h) * 0.5,
            "b2": np.zeros((n_y, 1))}

# %%
def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = sigmoid(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y              # sigmoid + cross-entropy simplifies nicely
    dW2 = (1 / m) * dZ2 @ A1.T
    db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = parameters["W2"].T @ dZ2 * (1 - A1 ** 2)
    dW1 = (1 / m) * dZ1 @ X.T
    db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}

def update_parameters(parameters, grads, lr=1.2):
    return {k: parameters[k] - lr * grads["d" + k] for k in parameters}

def predict(X, parameters):
    return (forward_propagation(X, parameters)[0] > 0.5).astype(int)

# %%
np.random.seed(10)
X = np.random.randn(2, 40)
Y = (X[0:1] * X[1:2] > 0).astype(int)      # labels 0 / 1
parameters = initialize(2, 4, 1)

for i in range(10):
    A2, cache = forward_propagation(X, parameters)
    grads = backward_propagation(parameters, cache, X, Y)
    parameters = update_parameters(parameters, grads)
print("train accuracy", np.mean(predict(X, parameters) == Y))
