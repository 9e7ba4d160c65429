# %%
import numpy as np
np.random.seed(21)
X = np.hstack([np.ones((18, 1)), np.random.randn(18, 3)])
y = (X[:, 1] - X[:, 2] + .5 * np.random.randn(18) > 0).astype(int)
lam = 0.5

# %%
def h(theta, X):
    return 1.0 / (1.0 + np.exp(-X @ theta))

def costFunctionReg(theta, X, y, lam):
    m = len(y)
    p = h(theta, X)
    return (-(y @ np.log(p)) - (1 - y) @ np.log(1 - p)) / m + lam / (2 * m) * theta[1:] @ theta[1:]

def gradientReg(theta, X, y, lam):
    m = len(y)
    g = X.T @ (h(theta, X) - y) / m
    g[1:] = g[1:] + lam / m * theta[1:]
    return g

# %%
initial_theta = np.array([0.3, -0.4, 0.8, 0.1])
print(costFunctionReg(initial_theta, X, y, lam))

# %%
theta = initial_theta.copy()
for _ in range(40):
    theta = theta - 0.5 * gradientReg(theta, X, y, lam)
print(theta, costFunctionReg(theta, X, y, lam))

def map_feature(u, w, degree=2):
    return np.array([u ** (i - j) * w ** j for i in range(degree + 1) for j in range(i + 1)])
