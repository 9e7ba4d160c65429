# %%
import random
import numpy as np

class CrossEntropyCost(object):
    @staticmethod
    def fn(a, y):
        return np.sum(np.nan_to_num(-y * np.log(a) - (1 - y) * np.log(1 - a)))
    @staticmethod
    def delta(z, a, y):
        return a - y

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))

# %%
class Network(object):
    def __init__(self, sizes, cost=CrossEntropyCost, lmbda=0.0):
        self.num_layers = len(sizes)
        self.sizes = sizes
        self.cost = cost
        self.lmbda = lmbda
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) / np.sqrt(x) for x, y in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(w @ a + b)
        return a

    def total_cost(self, data):
        c = sum(self.cost.fn(self.feedforward(x), y) for x, y in data) / len(data)
        return c + 0.5 * self.lmbda / len(data) * sum(np.linalg.norm(w) ** 2 for w in self.weights)

    def backprop(self, x, y):
        nabla_b, nabla_w = [None] * len(self.biases), [None] * len(self.weights)
        acts, zs = [x], []
        for b, w in zip(self.biases, self.weights):
            zs.append(w @ acts[-1] + b)
            acts.append(sigmoid(zs[-1]))
        delta = self.cost.delta(zs[-1], acts[-1], y)
        for l in range(1, self.num_layers):
            if l > 1:
                delta = (self.weights[-l + 1].T @ delta) * sigmoid_prime(zs[-l])
            nabla_b[-l] = delta
            nabla_w[-l] = delta @ acts[-l - 1].T
        return nabla_b, nabla_w

    def batch_gradient(self, data):
        gb = [np.zeros_like(b) for b in self.biases]
        gw = [self.lmbda / len(data) * w for w in self.weights]
        for x, y in data:
            nb, nw = self.backprop(x, y)
            gb = [g + n / len(data) for g, n in zip(gb, nb)]
            gw = [g + n / len(data) for g, n in zip(gw, nw)]
        return gb, gw

    def SGD(self, data, epochs, mini, eta):
        for _ in range(epochs):
            random.shuffle(data)
            for k in range(0, len(data), mini):
                gb, gw = self.batch_gradient(data[k:k + mini])
                self.weights = [w - eta * g for w, g in zip(self.weights, gw)]
                self.biases = [b - eta * g for b, g in zip(self.biases, gb)]

# %%
np.random.seed(12)
training_data = [(np.random.rand(4, 1), np.eye(2)[:, [i % 2]]) for i in range(8)]
net = Network([4, 5, 2], lmbda=1.2)
print(net.total_cost(training_data))
