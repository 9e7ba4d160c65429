# %%
import numpy as np

def softmax(u):
    u = u - u.max(axis=-1, keepdims=True)
    return np.exp(u) / np.exp(u).sum(axis=-1, keepdims=True)

# %%
class TwoLayer:
    def __init__(self, n_in, n_hidden, n_out, seed=0):
        g = np.random.default_rng(seed)
        self.params = {
            "W1": g.normal(0, .5, (n_in, n_hidden)), "b1": g.normal(0, .1, n_hidden),
            "W2": g.normal(0, .5, (n_hidden, n_out)), "b2": g.normal(0, .1, n_out)}

    def predict(self, x):
        self.z = x @ self.params["W1"] + self.params["b1"]
        self.h = self.z / (1 + np.exp(-self.z))
        return softmax(self.h @ self.params["W2"] + self.params["b2"])

    def loss(self, x, t):
        y = self.predict(x)
        return -np.sum(t * np.log(y)) / len(x)

    def accuracy(self, x, t):
        return np.mean(self.predict(x).argmax(1) == t.argmax(1))

    def numerical_gradient(self, x, t):
        out = {}
        for key, arr in self.params.items():
            num = np.zeros_like(arr)
            for idx in np.ndindex(arr.shape):
                keep = arr[idx]
                arr[idx] = keep + 1e-4
                up = self.loss(x, t)
                arr[idx] = keep - 1e-4
                down = self.loss(x, t)
                arr[idx] = keep
                num[idx] = (up - down) / 2e-4
            out[key] = num
        return out

    def gradient(self, x, t):
        y = self.predict(x)
        dy = (y - t) / len(x)
        sig = 1 / (1 + np.exp(-self.z))
        dz = (dy @ self.params["W2"].T) * (sig + self.h * (1 - sig))
        grads = {}
        grads["W2"] = self.h.T @ dy
        grads["b2"] = dy.sum(0)
        grads["W1"] = x.T @ dz
        grads["b1"] = dz.sum(0)
        return grads

# %%
rng = np.random.default_rng(5)
x_train, x_test = rng.normal(size=(12, 4)), rng.normal(size=(5, 4))
t_train, t_test = np.eye(3)[rng.integers(0, 3, 12)], np.eye(3)[rng.integers(0, 3, 5)]
network = TwoLayer(4, 5, 3)

# %%
g_bp, g_num = network.gradient(x_train, t_train), network.numerical_gradient(x_train, t_train)
for key in g_bp:
    print(key, np.abs(g_bp[key] - g_num[key]).mean())
for i in range(10):
    batch = rng.choice(12, 6)
    for key, gval in network.gradient(x_train[batch], t_train[batch]).items():
        network.params[key] -= .1 * gval
network.accuracy(x_test, t_test)
