# %%
import numpy as np

# %%
class SoftmaxRegression:
    """Multinomial regression; trained with mini-batches."""

    def __init__(self, n_features, n_classes, learning_rate=0.05, penalty=0.1, seed=0):
        rs = np.random.RandomState(seed)
        self.W = 0.3 * rs.randn(n_features, n_classes)
        self.b = 0.1 * rs.randn(n_classes)
        self.learning_rate = learning_rate
        self.penalty = penalty

    def scores(self, X):
        return X @ self.W + self.b

    def proba(self, X):
        s = self.scores(X)
        e = np.exp(s - s.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def cost(self, X, T):
        return -(T * np.log(self.proba(X))).sum() / len(X) + self.penalty * (self.W ** 2).sum()

    def train_on_batch(self, X, T):
        delta = (self.proba(X) - T) / len(X)
        dW = X.T @ delta + 2 * self.penalty * self.W
        db = delta.sum(axis=0)
        self.W -= self.learning_rate * dW
        self.b -= self.learning_rate * db

    def fit(self, X, T, epochs=10, batch=8, shuffle_seed=0):
        order = np.random.RandomState(shuffle_seed)
        for _ in range(epochs):
            perm = order.permutation(len(X))
            for i in range(0, len(X), batch):
                self.train_on_batch(X[perm[i:i + batch]], T[perm[i:i + batch]])
        return self

    def accuracy(self, X, T):
        return (self.scores(X).argmax(1) == T.argmax(1)).mean()

# %%
rs = np.random.RandomState(9)
centres = rs.randn(3, 4) * 2
which = rs.randint(0, 3, 32)
X = centres[which] + rs.randn(32, 4)
T = np.eye(3)[which]
X_train, X_test, T_train, T_test = X[:24], X[24:], T[:24], T[24:]

clf = SoftmaxRegression(4, 3).fit(X_train, T_train, epochs=2)
clf.cost(X_train, T_train), clf.accuracy(X_test, T_test)
