# %%
import numpy as np
np.random.seed(44)
Xmat = np.matrix(np.c_[np.ones(16), np.random.randn(16, 2)])
yvec = np.matrix((np.random.rand(16, 1) > 0.5).astype(float))
theta = np.matrix([[0.2, -0.4, 0.7]])
# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def costReg(theta, X, y, learningRate):
    first = np.multiply(-y, np.log(sigmoid(X * theta.T)))
    second = np.multiply((1 - y), np.log(1 - sigmoid(X * theta.T)))
    reg = (learningRate / (2 * len(X))) * np.sum(np.power(theta[:, 1:], 2))
    return np.sum(first - second) / len(X) + reg
# %%
def gradientReg(theta, X, y, learningRate):
    error = sigmoid(X * theta.T) - y
    grad = np.matrix(np.zeros(theta.shape))
    for i in range(theta.shape[1]):
        term = np.multiply(error, X[:, i])
        grad[0, i] = np.sum(term) / len(X)
        if i > 0:
            grad[0, i] += learningRate / len(X) * theta[0, i]
    return grad
# %%
learningRate = 1.5
print(costReg(theta, Xmat, yvec, learningRate), gradientReg(theta, Xmat, yvec, learningRate))
