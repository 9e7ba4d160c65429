# %%
import numpy as np
# %%
class QuadraticCost:
    @staticmethod
    def fn(a, y):
        return 0.5 * np.linalg.norm(a - y) ** 2
    @staticmethod
    def delta(z, a, y):
        return (a - y) * sigmoid_prime(z)

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))
def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
# %%
class Network:
    def __init__(self, sizes, cost=QuadraticCost):
        rng = np.random.RandomState(30)
        self.num_layers = len(sizes)
        self.sizes = sizes
        self.cost = cost
        self.biases = [rng.randn(y, 1) for y in sizes[1:]]
        self.weights = [rng.randn(y, x) / np.sqrt(x) for x, y in zip(sizes[:-1], sizes[1:])]

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(w @ a + b)
        return a

    def total_cost(self, data):
        return sum(self.cost.fn(self.feedforward(x), y) for x, y in data) / len(data)

    def batch_gradient(self, data):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in data:
            db, dw = self.backprop(x, y)
            nabla_b = [nb + d / len(data) for nb, d in zip(nabla_b, db)]
            nabla_w = [nw + d / len(data) for nw, d in zip(nabla_w, dw)]
        return nabla_b, nabla_w

    def backprop(self, x, y):
        db, dw = [None] * len(self.biases), [None] * len(self.weights)
        activation, activations, zs = x, [x], []
        for b, w in zip(self.biases, self.weights):
            zs.append(w @ activation + b)
            activation = sigmoid(zs[-1])
            activations.append(activation)
        delta = self.cost.delta(zs[-1], activations[-1], y)
        db[-1], dw[-1] = delta, delta @ activations[-2].T
        for l in range(2, self.num_layers):
            delta = (self.weights[-l + 1].T @ delta) * sigmoid_prime(zs[-l])
            db[-l], dw[-l] = delta, delta @ activations[-l - 1].T
        return db, dw

    def SGD(self, data, epochs, eta):
        for _ in range(epochs):
            nb, nw = self.batch_gradient(data)
            self.weights = [w - eta * d for w, d in zip(self.weights, nw)]
            self.biases = [b - eta * d for b, d in zip(self.biases, nb)]
# %%
r = np.random.RandomState(2)
training_data = [(r.randn(3, 1), np.eye(2)[:, [i % 2]]) for i in range(6)]
net = Network([3, 4, 2])
net.SGD(training_data, 2, 0.5)
print(net.total_cost(training_data))
