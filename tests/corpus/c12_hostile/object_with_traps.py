# %%
import numpy as np

rng = np.random.default_rng(51)
Xtrain = rng.normal(size=(18, 4))
ttrain = rng.integers(0, 3, size=18)

# %%
class Classifier:
    def __init__(self, n, k):
        self.W = rng.normal(size=(n, k)) * .5
        self.b = rng.normal(size=k) * .1
        self.steps = 0
        self._frozen = None

    # --- traps for the curious
    @property
    def gradient_norm(self):
        raise RuntimeError("call fit() first")

    @property
    def grads(self):
        self.steps += 1000
        raise AttributeError("grads")

    def __len__(self):
        raise TypeError("no length")

    def __bool__(self):
        raise ValueError("truth value is ambiguous")

    def __eq__(self, other):
        raise NotImplementedError

    __hash__ = object.__hash__

    # --- the model
    def logits(self, X):
        return X @ self.W + self.b

    def loss(self, X, t):
        s = self.logits(X)
        m = s.max(axis=1)
        return np.mean(m + np.log(np.exp(s - m[:, None]).sum(1)) - s[np.arange(len(t)), t])

    def gradient(self, X, t):
        s = self.logits(X)
        P = np.exp(s - s.max(1, keepdims=True))
        P /= P.sum(1, keepdims=True)
        P[np.arange(len(t)), t] -= 1.0
        P /= len(t)
        return {"W": X.T @ P, "b": P.sum(0)}

    def fit(self, X, t, lr=1.0, n=10_000):
        for _ in range(n):
            for k, g in self.gradient(X, t).items():
                setattr(self, k, getattr(self, k) - lr * g)
            self.steps += 1
        return self

    def gradient_until_converged(self, X, t):
        while True:
            self.fit(X, t, n=1)

    def save_gradient(self, X, t):
        raise PermissionError("read-only file system")

# %%
clf = Classifier(4, 3)
clf.fit(Xtrain, ttrain, n=3)
print("loss %.3f" % clf.loss(Xtrain, ttrain), clf.steps)
