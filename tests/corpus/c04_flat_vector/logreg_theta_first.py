# %%
import numpy as np

# %% exam scores (synthetic)
rs = np.random.RandomState(0)
m = 30
scores = rs.uniform(30, 100, size=(m, 2))
admitted = (scores.sum(axis=1) + 10 * rs.randn(m) > 130).astype(int)

def featureNormalize(X):
    mu = X.mean(axis=0)
    sigma = X.std(axis=0)
    return (X - mu) / sigma, mu, sigma

Xn, mu, sigma = featureNormalize(scores)
X = np.c_[np.ones(m), Xn]
y = admitted
theta = np.array([-0.3, 0.5, 0.2])

# %%
def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def costFunction(theta, X, y):
    h = sigmoid(X.dot(theta))
    return (-y.dot(np.log(h)) - (1 - y).dot(np.log(1 - h))) / len(y)

def gradient(theta, X, y):
    return X.T.dot(sigmoid(X.dot(theta)) - y) / len(y)

# %%
def predict(theta, X):
    return (sigmoid(X @ theta) >= 0.5).astype(int)

def gradientDescent(theta, X, y, alpha, iters):
    J = []
    for _ in range(iters):
        theta = theta - alpha * gradient(theta, X, y)
        J.append(costFunction(theta, X, y))
    return theta, J

theta_opt, J = gradientDescent(theta, X, y, 0.5, 50)
print(theta_opt, J[-1], predict(theta_opt, X).mean())
