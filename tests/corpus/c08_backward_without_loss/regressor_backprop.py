# %%
import numpy as np
np.random.seed(83)
t = np.linspace(0, 3, 18).reshape(-1, 1)
wave = np.sin(2 * t) * np.exp(-0.3 * t)
# %%
class Regressor:
    def __init__(self, hidden=5):
        self.W1 = np.random.randn(1, hidden)
        self.b1 = np.random.randn(hidden) * 0.5
        self.W2 = np.random.randn(hidden, 1) * 0.5
        self.b2 = np.zeros(1)

    def forward(self, x):
        self.h = np.tanh(x @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def backward(self, x, y_true, y_pred):
        dy = 2 * (y_pred - y_true) / y_true.size
        dh = dy @ self.W2.T * (1 - self.h ** 2)
        return {"W1": x.T @ dh, "b1": dh.sum(axis=0), "W2": self.h.T @ dy, "b2": dy.sum(axis=0)}

    def fit(self, x, y, lr=0.1, epochs=3):
        for _ in range(epochs):
            g = self.backward(x, y, self.forward(x))
            for k, v in g.items():
                setattr(self, k, getattr(self, k) - lr * v)
        return self
# %%
reg = Regressor().fit(t, wave)
print(np.abs(reg.forward(t) - wave).max())
