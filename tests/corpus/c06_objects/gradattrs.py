# %%
import numpy as np
np.random.seed(99)
# %%
class MLP:
    """one hidden layer, gradients kept as attributes"""
    def __init__(self, d, h, k):
        self.W = np.random.randn(h, d) * 0.4
        self.b = np.random.randn(h, 1) * 0.1
        self.V = np.random.randn(k, h) * 0.4
        self.c = np.random.randn(k, 1) * 0.1

    def forward(self, X):
        self.X = X
        self.Z = self.W @ X + self.b
        self.H = np.sin(self.Z)
        self.O = self.V @ self.H + self.c
        return self.O

    def compute_loss(self, Y):
        self.Y = Y
        return np.sum((self.O - Y) ** 2) / (2 * Y.shape[1])

    def backward(self):
        m = self.X.shape[1]
        dO = (self.O - self.Y) / m
        self.dV = dO @ self.H.T
        self.dc = dO.sum(1, keepdims=True)
        dZ = self.V.T @ dO * np.cos(self.Z)
        self.dW = dZ @ self.X.T
        self.db = dZ.sum(1, keepdims=True)

    def update(self, lr):
        for n in "WbVc":
            setattr(self, n, getattr(self, n) - lr * getattr(self, "d" + n))
# %%
X = np.random.randn(3, 14)
Y = np.vstack([np.cos(X[0]), X[1] * X[2]])
mlp = MLP(3, 6, 2)
for i in range(4):
    mlp.forward(X)
    L = mlp.compute_loss(Y)
    mlp.backward()
    mlp.update(0.1)
print(L)
