# %%
import numpy as np
rng = np.random.default_rng(5)
X = rng.normal(size=(30, 3))
y = np.sin(X[:, 0]) + X[:, 1]
theta = rng.normal(size=16) * 0.3
# %%
def predict(theta, X):
    W = theta[:12].reshape(3, 4)
    return np.tanh(X @ W) @ theta[12:]
def loss(theta, X, y):
    return np.mean((predict(theta, X) - y) ** 2)
# %%
def random_search(theta, n=200, sigma=0.1):
    best = loss(theta, X, y)
    for _ in range(n):
        cand = theta + sigma * rng.normal(size=theta.size)
        val = loss(cand, X, y)
        if val < best:
            theta, best = cand, val
    return theta, best
theta, best = random_search(theta)
print(best)
