# %%
import numpy as np
np.random.seed(808)

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

# %%
X = np.random.randn(3, 14)
Y = (X[0:1] + X[1:2] * X[2:3] > 0).astype(int)
params = {"W1": np.random.randn(4, 3), "b1": np.random.randn(4, 1) * 0.2,
          "W2": np.random.randn(1, 4), "b2": np.random.randn(1, 1) * 0.2}

# %%
def forward(X, params):
    Z1 = params["W1"] @ X + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = params["W2"] @ A1 + params["b2"]
    A2 = sigmoid(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def backward(params, cache, X, Y):
    # cross-entropy with sigmoid output
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = params["W2"].T @ dZ2 * (1 - A1 ** 2)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}

def predict(X, params):
    return (forward(X, params)[0] > 0.5).astype(int)

# %%
A2, cache = forward(X, params)
grads = backward(params, cache, X, Y)
print("train acc", (predict(X, params) == Y).mean())
