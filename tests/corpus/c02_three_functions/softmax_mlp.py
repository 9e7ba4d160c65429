# %%
import numpy as np
np.random.seed(0)

def load_spirals(n=8, k=3):
    X = np.zeros((2, n * k)); y = np.zeros(n * k, dtype=int)
    for j in range(k):
        r = np.linspace(0.1, 1, n)
        t = np.linspace(j * 4, (j + 1) * 4, n) + np.random.randn(n) * 0.2
        X[:, j * n:(j + 1) * n] = np.vstack([r * np.sin(t), r * np.cos(t)]); y[j * n:(j + 1) * n] = j
    return X, y

X, y = load_spirals()
Y = np.eye(3)[y].T

# %%
def init_params(n_x, n_h, n_y):
    return {"W1": np.random.randn(n_h, n_x), "b1": 0.1 * np.random.randn(n_h, 1),
            "W2": np.random.randn(n_y, n_h), "b2": 0.1 * np.random.randn(n_y, 1)}

def leaky(z, a=0.05):
    return np.where(z > 0, z, a * z)

def leaky_prime(z, a=0.05):
    return np.where(z > 0, 1.0, a)

# %%
def forward(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = leaky(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    E = np.exp(Z2 - Z2.max(0))
    A2 = E / E.sum(0)
    cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
    return A2, cache

def compute_cost(A2, Y):
    m = Y.shape[1]
    cost = -np.sum(Y * np.log(A2 + 1e-12)) / m
    return float(np.squeeze(cost))

def backward(Y, X, cache, parameters):
    m = X.shape[1]
    dZ2 = (cache["A2"] - Y) / m
    dW2 = dZ2 @ cache["A1"].T
    db2 = dZ2.sum(axis=1, keepdims=True)
    dZ1 = (parameters["W2"].T @ dZ2) * leaky_prime(cache["Z1"])
    dW1 = dZ1 @ X.T
    db1 = dZ1.sum(axis=1, keepdims=True)
    grads = {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
    return grads

# %%
parameters = init_params(2, 7, 3)

def update(parameters, grads, lr=0.5):
    return {k: parameters[k] - lr * grads["d" + k] for k in parameters}

def accuracy(X, y, parameters):
    A2, _ = forward(X, parameters)
    return (A2.argmax(0) == y).mean()

print("before", accuracy(X, y, parameters))
