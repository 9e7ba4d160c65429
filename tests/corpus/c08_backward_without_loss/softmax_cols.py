# %%
import numpy as np
np.random.seed(64)
X = np.random.randn(5, 12)
labels = np.random.randint(0, 4, 12)
Y = np.eye(4)[:, labels]

# %%
params = {"W1": np.random.randn(6, 5) * .5, "b1": np.random.randn(6, 1) * .1,
          "W2": np.random.randn(4, 6) * .5, "b2": np.random.randn(4, 1) * .1}

def ReLU(Z):
    return np.maximum(Z, 0)

def ReLU_deriv(Z):
    return Z > 0

def softmax(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)

# %%
def forward_prop(params, X):
    Z1 = params["W1"] @ X + params["b1"]
    A1 = ReLU(Z1)
    Z2 = params["W2"] @ A1 + params["b2"]
    return Z1, A1, Z2, softmax(Z2)

def backward_prop(params, X, Y):
    m = Y.shape[1]
    Z1, A1, Z2, A2 = forward_prop(params, X)
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = params["W2"].T @ dZ2 * ReLU_deriv(Z1)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

# %%
def gradient_descent(params, X, Y, alpha, iters):
    params = {k: v.copy() for k, v in params.items()}
    for i in range(iters):
        g = backward_prop(params, X, Y)
        for k in params:
            params[k] -= alpha * g[k]
        if i % 10 == 0:
            pred = forward_prop(params, X)[-1].argmax(0)
            print(i, (pred == labels).mean())
    return params

fitted = gradient_descent(params, X, Y, .2, 30)
