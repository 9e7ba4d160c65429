# %%
import numpy as np

def relu(z): return np.maximum(z, 0)
def drelu(z): return (z > 0).astype(float)

# %%
class Net:
    def __init__(self, dims, seed=0):
        g = np.random.default_rng(seed)
        self.dims = dims
        n0, n1, n2 = dims
        self.W1 = g.standard_normal((n0, n1)) * np.sqrt(2 / n0)
        self.b1 = g.standard_normal(n1) * 0.1
        self.W2 = g.standard_normal((n1, n2)) * np.sqrt(2 / n1)
        self.b2 = g.standard_normal(n2) * 0.1

    def forward(self, X):
        self.cache = dict(X=X)
        self.cache["z1"] = X @ self.W1 + self.b1
        self.cache["h"] = relu(self.cache["z1"])
        return self.cache["h"] @ self.W2 + self.b2

    def loss(self, X, Y):
        R = self.forward(X) - Y
        self.cache["R"] = R
        return 0.5 * (R ** 2).sum() / len(X)

    def backward(self):
        c = self.cache
        dout = c["R"] / len(c["X"])
        self.dW2 = c["h"].T @ dout
        self.db2 = dout.sum(0)
        dz = dout @ self.W2.T * drelu(c["z1"])
        self.dW1 = c["X"].T @ dz
        self.db1 = dz.sum(0)

    def update(self, lr):
        self.W1 -= lr * self.dW1
        self.b1 -= lr * self.db1
        self.W2 -= lr * self.dW2
        self.b2 -= lr * self.db2

# %% toy problem first (xor), to see whether it trains at all
toy = Net((2, 4, 1), seed=3)
for _ in range(5):
    toy.loss(np.array([[0, 0], [0, 1], [1, 0], [1, 1.]]), np.array([[0, 1, 1, 0.]]).T)
    toy.backward()
    toy.update(0.1)

# %% now the real one
g = np.random.default_rng(11)
features = g.standard_normal((14, 6))
targets = features @ g.standard_normal((6, 3)) + 0.1 * g.standard_normal((14, 3))

mlp = Net((6, 8, 3), seed=5)
print(mlp.loss(features, targets))
mlp.backward()
print(np.abs(mlp.dW1).max(), np.abs(mlp.dW2).max())
