# %%
import numpy as np

class Network(object):

    def __init__(self, sizes, seed=1):
        rs = np.random.RandomState(seed)
        self.sizes = sizes
        self.biases = [.3 * rs.randn(k, 1) for k in sizes[1:]]
        self.weights = [rs.randn(k, j) / np.sqrt(j) for j, k in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = squash(w @ a + b)
        return a

    def total_cost(self, pairs):
        return sum(.5 * np.sum((self.feedforward(x) - y) ** 2) for x, y in pairs) / len(pairs)

    def backprop(self, x, y):
        nb = [None] * len(self.biases)
        nw = [None] * len(self.weights)
        acts = [x]
        for b, w in zip(self.biases, self.weights):
            acts.append(squash(w @ acts[-1] + b))
        err = (acts[-1] - y) * acts[-1] * (1 - acts[-1])
        for k in range(len(self.weights) - 1, -1, -1):
            nb[k] = err
            nw[k] = err @ acts[k].T
            if k:
                err = self.weights[k].T @ err * acts[k] * (1 - acts[k])
        return nb, nw

    def batch_gradient(self, pairs):
        sb = [np.zeros_like(b) for b in self.biases]
        sw = [np.zeros_like(w) for w in self.weights]
        for x, y in pairs:
            nb, nw = self.backprop(x, y)
            sb = [p + q for p, q in zip(sb, nb)]
            sw = [p + q for p, q in zip(sw, nw)]
        return [p / len(pairs) for p in sb], [p / len(pairs) for p in sw]

    def update(self, pairs, eta):
        sb, sw = self.batch_gradient(pairs)
        self.biases = [b - eta * g for b, g in zip(self.biases, sb)]
        self.weights = [w - eta * g for w, g in zip(self.weights, sw)]

def squash(z):
    return 1.0 / (1.0 + np.exp(-z))

# %%
rs = np.random.RandomState(3)
training_data = [(rs.randn(4, 1), np.eye(2)[:, [rs.randint(2)]]) for _ in range(8)]
net = Network([4, 5, 2])
print(net.total_cost(training_data))
net.update(training_data, 1.5)
print(net.total_cost(training_data))
