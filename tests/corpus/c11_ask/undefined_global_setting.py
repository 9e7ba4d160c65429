# %%
import numpy as np
np.random.seed(0)

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cost_reg(theta, X, y):
    h = sigmoid(X @ theta)
    return -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h)) + ridge_strength * theta @ theta

def grad_reg(theta, X, y):
    return X.T @ (sigmoid(X @ theta) - y) / len(y) + 2 * ridge_strength * theta

# %%
X = np.c_[np.ones(20), np.random.randn(20, 2)]
y = (X[:, 1] + X[:, 2] > 0).astype(float)
theta = np.array([0.1, 0.2, -0.3])
