# %%
import numpy as np

# %%
class LogisticRegressionGD:
    """Binary logistic regression trained by plain gradient descent.

    Parameters
    ----------
    eta : float
        learning rate
    n_iter : int
        passes over the training set
    l2 : float
        ridge strength (bias not penalised)
    """

    def __init__(self, eta=0.1, n_iter=30, l2=0.01, random_state=1):
        self.eta = eta
        self.n_iter = n_iter
        self.l2 = l2
        self.random_state = random_state

    def fit(self, X, y):
        rgen = np.random.RandomState(self.random_state)
        self.w_ = rgen.normal(loc=0.0, scale=0.1, size=X.shape[1])
        self.b_ = np.array(0.0)
        self.cost_ = []
        for _ in range(self.n_iter):
            dw, db = self.gradient(X, y)
            self.w_ = self.w_ - self.eta * dw
            self.b_ = self.b_ - self.eta * db
            self.cost_.append(self.cost(X, y))
        return self

    def net_input(self, X):
        return X @ self.w_ + self.b_

    def activation(self, z):
        return 1. / (1. + np.exp(-np.clip(z, -250, 250)))

    def cost(self, X, y):
        p = self.activation(self.net_input(X))
        ll = y * np.log(p) + (1 - y) * np.log(1 - p)
        return -ll.mean() + self.l2 / 2 * self.w_ @ self.w_

    def gradient(self, X, y):
        err = self.activation(self.net_input(X)) - y
        grad_w = X.T @ err / len(y) + self.l2 * self.w_
        grad_b = err.mean()
        return grad_w, grad_b

    def predict_proba(self, X):
        return self.activation(self.net_input(X))

    def predict(self, X):
        return np.where(self.net_input(X) >= 0.0, 1, 0)

    def score(self, X, y):
        return np.mean(self.predict(X) == y)

# %%
rng = np.random.RandomState(3)
X = np.vstack([rng.normal(-.5, 1, (25, 4)), rng.normal(.6, 1, (25, 4))])
y = np.r_[np.zeros(25), np.ones(25)]

idx = rng.permutation(50)
X_train, X_test = X[idx[:35]], X[idx[35:]]
y_train, y_test = y[idx[:35]], y[idx[35:]]

# standardise
mu, sigma = X_train.mean(axis=0), X_train.std(axis=0)
X_train_std = (X_train - mu) / sigma
X_test_std = (X_test - mu) / sigma

# %%
lrgd = LogisticRegressionGD(eta=0.3, n_iter=8, l2=0.5)
lrgd.fit(X_train_std, y_train)
print(lrgd.score(X_test_std, y_test), lrgd.cost_[-3:])
