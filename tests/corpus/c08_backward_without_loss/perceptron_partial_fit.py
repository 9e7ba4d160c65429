# %%
import numpy as np

# %%
class AdalineGD:
    """ADAptive LInear NEuron. `partial_fit` makes one batch step, `losses_` keeps the half mean squared error."""

    def __init__(self, eta: float = 0.05, random_state: int = 1):
        self.eta = eta
        self.random_state = random_state

    def initialise(self, n_features: int):
        rgen = np.random.RandomState(self.random_state)
        self.coef_ = rgen.normal(scale=0.3, size=n_features)
        self.intercept_ = np.zeros(1)
        self.losses_ = []
        return self

    def net_input(self, X):
        return np.dot(X, self.coef_) + self.intercept_

    def partial_fit(self, X, y):
        errors = y - self.net_input(X)
        self.coef_ += self.eta * X.T.dot(errors) / X.shape[0]
        self.intercept_ += self.eta * errors.mean()
        self.losses_.append(0.5 * (errors ** 2).mean())
        return self

    def fit(self, X, y, n_iter=50):
        self.initialise(X.shape[1])
        for _ in range(n_iter):
            self.partial_fit(X, y)
        return self

    def half_mse(self, X, y):
        return 0.5 * np.mean((y - self.net_input(X)) ** 2)

    def predict(self, X):
        return np.where(self.net_input(X) >= 0.0, 1, -1)

# %%
rs = np.random.RandomState(12)
X = rs.randn(30, 4)
y = np.sign(X @ [1, -1, .5, 0] + .2).astype(int)
X_std = (X - X.mean(0)) / X.std(0)

ada = AdalineGD(eta=0.1).initialise(4)
for _ in range(3):
    ada.partial_fit(X_std, y)
print(ada.losses_, (ada.predict(X_std) == y).mean())
