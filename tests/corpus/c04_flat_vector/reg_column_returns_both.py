# %%
import numpy as np
np.random.seed(44)

# %%
def mapFeature(x1, x2, degree=3):
    cols = [np.ones(len(x1))]
    for i in range(1, degree + 1):
        for j in range(i + 1):
            cols.append(x1 ** (i - j) * x2 ** j)
    return np.stack(cols, axis=1)

u, v = np.random.uniform(-1, 1, (2, 35))
X = mapFeature(u, v)
y = ((u ** 2 + v ** 2) < 0.6).astype(float).reshape(-1, 1)
initial_theta = np.random.randn(X.shape[1], 1) * 0.5
lam = 3

# %%
def costFunctionReg(theta, X, y, lam):
    m = y.shape[0]
    h = 1 / (1 + np.exp(-X @ theta))
    theta_ = theta.copy()
    theta_[0] = 0
    J = (-1 / m) * (y.T @ np.log(h) + (1 - y).T @ np.log(1 - h)) + lam / (2 * m) * theta_.T @ theta_
    grad = X.T @ (h - y) / m + lam / m * theta_
    return J, grad

# %%
cost, grad = costFunctionReg(initial_theta, X, y, lam)
print('Cost at initial theta:', cost.item())
print('Gradient (first five):', grad[:5].ravel())
