# %%
import numpy as np
rng = np.random.RandomState(7)
exam = rng.uniform(30, 100, (30, 2))
passed = (exam.sum(1) + rng.randn(30) * 8 > 130).astype(float)
X = np.hstack([np.ones((30, 1)), (exam - exam.mean(0)) / exam.std(0)])
y = passed
# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
# %%
def cost(theta, X, y, lam):
    m = len(y)
    h = sigmoid(X @ theta)
    J = -(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / m
    return J + lam / (2 * m) * np.sum(theta[1:] ** 2)
# %%
def gradient(theta, X, y, lam):
    m = len(y)
    g = X.T @ (sigmoid(X @ theta) - y) / m
    g[1:] += lam / m * theta[1:]
    return g
# %%
def predict(theta, X):
    return (sigmoid(X @ theta) >= 0.5).astype(int)
initial_theta = np.array([0.3, -0.2, 0.6])
lam = 1.0
print(cost(initial_theta, X, y, lam))
theta = initial_theta.copy()
for i in range(10):
    theta -= 0.5 * gradient(theta, X, y, lam)
print(np.mean(predict(theta, X) == y))
