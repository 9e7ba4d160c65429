# %%
import numpy as np
import warnings

rng = np.random.default_rng(7)

# %%
class MLPRegressor:
    def __init__(self, n_in, n_hidden, n_out):
        self.W1 = rng.normal(0, 0.5, (n_hidden, n_in))
        self.b1 = rng.normal(0, 0.1, (n_hidden, 1))
        self.W2 = rng.normal(0, 0.5, (n_out, n_hidden))
        self.b2 = np.zeros((n_out, 1))
        self.grad_W1 = self.grad_b1 = self.grad_W2 = self.grad_b2 = None

    def forward(self, X):
        # samples in columns
        self.X = X
        self.Z1 = self.W1 @ X + self.b1
        self.A1 = np.tanh(self.Z1)
        self.Yhat = self.W2 @ self.A1 + self.b2
        return self.Yhat

    def mse(self, Y):
        return float(np.mean((self.Yhat - Y) ** 2))

    def backward(self, Y):
        assert self.Yhat.shape == Y.shape, "call forward() on the same batch first"
        dY = 2 * (self.Yhat - Y) / Y.size
        self.grad_W2 = dY @ self.A1.T
        self.grad_b2 = dY.sum(axis=1, keepdims=True)
        dA1 = self.W2.T @ dY
        dZ1 = dA1 * (1 - self.A1 ** 2)
        self.grad_W1 = dZ1 @ self.X.T
        self.grad_b1 = dZ1.sum(axis=1, keepdims=True)

    def step(self, lr=1e-2):
        for p in ("W1", "b1", "W2", "b2"):
            setattr(self, p, getattr(self, p) - lr * getattr(self, "grad_" + p))

# %%
X_train = rng.uniform(-1, 1, (3, 25))
Y_train = np.vstack([np.sin(X_train.sum(0)), X_train[0] * X_train[1]])
X_test = rng.uniform(-1, 1, (3, 9))
Y_test = np.vstack([np.sin(X_test.sum(0)), X_test[0] * X_test[1]])

# %%
model = MLPRegressor(3, 6, 2)
losses = []
for epoch in range(15):
    model.forward(X_train)
    losses.append(model.mse(Y_train))
    model.backward(Y_train)
    model.step(lr=0.05)
losses[-1]

# %%
# how does it do on unseen points?
pred = model.forward(X_test)
print("test mse", model.mse(Y_test))
