# %%
import numpy as np

class MLPRegressor:
    """one hidden layer, squared error"""

    def __init__(self, n_in, n_hidden, n_out, learning_rate=0.05, seed=None):
        rs = np.random.RandomState(seed)
        self.W1 = rs.normal(0, 0.8, (n_in, n_hidden))
        self.b1 = rs.normal(0, 0.2, n_hidden)
        self.W2 = rs.normal(0, 0.8, (n_hidden, n_out))
        self.b2 = rs.normal(0, 0.2, n_out)
        self.learning_rate = learning_rate

    def predict(self, X):
        self.h_ = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        return self.h_ @ self.W2 + self.b2

    def partial_fit(self, X, y):
        error = self.predict(X) - y
        n = X.shape[0]
        delta_hidden = (error @ self.W2.T) * self.h_ * (1 - self.h_)
        self.W2 -= self.learning_rate * self.h_.T @ error / n
        self.b2 -= self.learning_rate * error.sum(axis=0) / n
        self.W1 -= self.learning_rate * X.T @ delta_hidden / n
        self.b1 -= self.learning_rate * delta_hidden.sum(axis=0) / n
        return self

    def score(self, X, y):
        res = ((y - self.predict(X)) ** 2).sum()
        return 1 - res / ((y - y.mean(axis=0)) ** 2).sum()

# %%
rng = np.random.RandomState(44)
X_all = rng.uniform(-2, 2, (24, 2))
y_all = np.c_[np.sin(X_all[:, 0]), X_all.prod(axis=1)]
X_train, X_test = X_all[:18], X_all[18:]
y_train, y_test = y_all[:18], y_all[18:]
reg = MLPRegressor(2, 5, 2, seed=45)
for _ in range(50):
    reg.partial_fit(X_train, y_train)
print(reg.score(X_train, y_train), reg.score(X_test, y_test))
