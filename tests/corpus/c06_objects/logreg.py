# %%
import numpy as np
# %%
class LogisticRegression:
    def __init__(self, n_features, l2=0.1, seed=0):
        gen = np.random.default_rng(seed)
        self.coef_ = gen.normal(size=n_features) * 0.3
        self.intercept_ = 0.1
        self.l2 = l2

    def decision(self, X):
        return X @ self.coef_ + self.intercept_

    def predict_proba(self, X):
        return 1 / (1 + np.exp(-self.decision(X)))

    def objective(self, X, y):
        s = np.where(y == 1, 1, -1)
        return np.log1p(np.exp(-s * self.decision(X))).mean() + 0.5 * self.l2 * self.coef_ @ self.coef_

    def gradients(self, X, y):
        err = self.predict_proba(X) - y
        return {"coef_": X.T @ err / len(y) + self.l2 * self.coef_, "intercept_": err.mean()}

    def fit(self, X, y, steps=10, lr=0.3):
        for _ in range(steps):
            g = self.gradients(X, y)
            self.coef_ = self.coef_ - lr * g["coef_"]
            self.intercept_ = self.intercept_ - lr * g["intercept_"]
        return self

    def score(self, X, y):
        return np.mean((self.predict_proba(X) > 0.5) == y)
# %%
gen = np.random.default_rng(5)
X = gen.normal(size=(30, 4))
y = (X[:, 0] + 0.5 * X[:, 2] > 0.2).astype(int)
X_train, X_test, y_train, y_test = X[:20], X[20:], y[:20], y[20:]
clf = LogisticRegression(4).fit(X_train, y_train, steps=3)
print(clf.score(X_test, y_test), clf.objective(X_train, y_train))
