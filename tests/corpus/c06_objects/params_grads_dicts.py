# %%
from collections import OrderedDict
import numpy as np

class BatchNormNet:
    """x -> W1 -> batchnorm -> softsign -> W2 ; poisson output"""
    def __init__(self, D, H, seed=0):
        g = np.random.RandomState(seed)
        self.params = OrderedDict()
        self.params['W1'] = g.randn(D, H)
        self.params['gamma'] = 1 + 0.2 * g.randn(H)
        self.params['beta'] = 0.2 * g.randn(H)
        self.params['W2'] = 0.5 * g.randn(H)
        self.params['b2'] = 0.1 * g.randn(1)
        self.grads = OrderedDict()
        self.eps = 1e-5

    def _hidden(self, X):
        p = self.params
        u = X @ p['W1']
        self.mean, self.var = u.mean(0), u.var(0)
        self.xhat = (u - self.mean) / np.sqrt(self.var + self.eps)
        self.v = p['gamma'] * self.xhat + p['beta']
        return self.v / (1 + np.abs(self.v))

    def rate(self, X):
        self.h = self._hidden(X)
        return np.exp(self.h @ self.params['W2'] + self.params['b2'])

    def loss(self, X, counts):
        lam = self.rate(X)
        return np.mean(lam - counts * np.log(lam))

    def compute_gradients(self, X, counts):
        p, n = self.params, len(X)
        lam = self.rate(X)
        ds = (lam - counts) / n
        self.grads['W2'] = self.h.T @ ds
        self.grads['b2'] = np.array([ds.sum()])
        dv = np.outer(ds, p['W2']) / (1 + np.abs(self.v)) ** 2
        self.grads['gamma'] = (dv * self.xhat).sum(0)
        self.grads['beta'] = dv.sum(0)
        dxh = dv * p['gamma']
        du = (dxh - dxh.mean(0) - self.xhat * (dxh * self.xhat).mean(0)) / np.sqrt(self.var + self.eps)
        self.grads['W1'] = X.T @ du

    def step(self, X, counts, lr):
        self.compute_gradients(X, counts)
        for k in self.params:
            self.params[k] = self.params[k] - lr * self.grads[k]

# %%
rng = np.random.default_rng(90)
X_trn = rng.normal(size=(14, 3))
spikes = rng.poisson(np.exp(0.5 * X_trn[:, 0] + 0.3))
neuron = BatchNormNet(3, 4)
before = neuron.loss(X_trn, spikes)
neuron.step(X_trn, spikes, 0.1)
print(before, neuron.loss(X_trn, spikes))
