# %%
import numpy as np

class LogitModel:
    def __init__(self, n_features, eta=0.05, seed=0):
        gen = np.random.RandomState(seed)
        self.eta = eta
        self.coef = gen.randn(n_features) * .5
        self.inter = gen.randn(n_features, n_features) * .3
        self.intercept = np.array(.1)

    def proba(self, X):
        score = X @ self.coef + np.sum((X @ self.inter) * X, axis=1) + self.intercept
        return 1 / (1 + np.exp(-score))

    def partial_fit(self, X, y):
        """one step of batch gradient descent on the log loss"""
        err = self.proba(X) - y
        self.coef = self.coef - self.eta * X.T @ err / len(y)
        self.inter = self.inter - self.eta * (X * err[:, None]).T @ X / len(y)
        self.intercept = self.intercept - self.eta * err.mean()
        return self

    def score(self, X, y):
        return np.mean((self.proba(X) > .5) == y)

# %%
gen = np.random.RandomState(10)
clinic = gen.randn(25, 3)
relapse = (clinic[:, 0] * clinic[:, 1] > 0).astype(float)
model = LogitModel(3)

# %%
for _ in range(20):
    model.partial_fit(clinic, relapse)
print(model.score(clinic, relapse), model.coef)
