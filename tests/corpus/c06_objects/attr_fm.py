# %%
import numpy as np

class FactorizationMachine:
    def __init__(self, n_features, k, reg=0.05, random_state=None):
        rng = np.random.RandomState(random_state)
        self.w0 = np.array([0.1])
        self.w = 0.3 * rng.randn(n_features)
        self.V = 0.4 * rng.randn(n_features, k)
        self.reg = reg

    def decision_function(self, X):
        xv = X @ self.V
        inter = 0.5 * (xv ** 2 - (X ** 2) @ (self.V ** 2)).sum(1)
        return self.w0 + X @ self.w + inter

    def objective(self, X, y):
        m = y * self.decision_function(X)
        return np.logaddexp(0, -m).mean() + self.reg * (self.w @ self.w + np.sum(self.V ** 2))

    def fit_gradient(self, X, y):
        m = y * self.decision_function(X)
        c = -y / (1 + np.exp(m)) / len(y)
        self.d_w0 = np.array([c.sum()])
        self.d_w = X.T @ c + 2 * self.reg * self.w
        self.d_V = X.T @ (c[:, None] * (X @ self.V)) - self.V * ((X ** 2).T @ c)[:, None]
        self.d_V += 2 * self.reg * self.V
        return self

    def predict(self, X):
        return np.sign(self.decision_function(X))

# %%
rs = np.random.RandomState(2010)
X = rs.binomial(1, .4, size=(20, 6)).astype(float) * rs.uniform(.5, 1.5, (20, 6))
y = np.where(X[:, 0] * X[:, 1] > X[:, 2], 1., -1.)
fm = FactorizationMachine(6, 2, random_state=3)
print('acc', np.mean(fm.predict(X) == y), 'obj', fm.objective(X, y))
fm_big = FactorizationMachine(6, 4, random_state=4)
