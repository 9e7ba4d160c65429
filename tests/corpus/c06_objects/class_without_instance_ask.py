# %%
import numpy as np

# %%
class TinyNet:
    def __init__(self, n_in, n_hidden, n_out, activation, keep_prob):
        self.activation = activation          # pair (f, f_prime)
        self.keep_prob = keep_prob
        self.W1 = np.random.randn(n_in, n_hidden) * .1
        self.W2 = np.random.randn(n_hidden, n_out) * .1

    def loss(self, X, y):
        self.a = X @ self.W1
        self.h = self.activation[0](self.a)
        self.d = self.h @ self.W2 - y
        return 0.5 * np.mean(np.sum(self.d ** 2, axis=1))

    def backward(self, X):
        d = self.d / len(X)
        self.dW2 = self.h.T @ d
        self.dW1 = X.T @ ((d @ self.W2.T) * self.activation[1](self.a))

# %%
relu = (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0)
tanh = (np.tanh, lambda z: 1 - np.tanh(z) ** 2)
# instances will be created in the experiment notebook
