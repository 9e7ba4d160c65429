# %%
import numpy as np

# %%
class DeepNetwork():
    def __init__(self, sizes, epochs=3, l_rate=0.1):
        self.sizes = sizes
        self.epochs = epochs
        self.l_rate = l_rate
        self.params = self.initialization()

    def sigmoid(self, x, derivative=False):
        if derivative:
            return np.exp(-x) / ((np.exp(-x) + 1) ** 2)
        return 1 / (1 + np.exp(-x))

    def softmax(self, x):
        exps = np.exp(x - x.max())
        return exps / np.sum(exps, axis=0)

    def initialization(self):
        rnd = np.random.RandomState(26)
        s0, s1, s2, s3 = self.sizes
        return {
            'W1': rnd.randn(s1, s0) * np.sqrt(1. / s0),
            'W2': rnd.randn(s2, s1) * np.sqrt(1. / s1),
            'W3': rnd.randn(s3, s2) * np.sqrt(1. / s2),
        }

    def forward_pass(self, x_train):
        p = self.params
        p['A0'] = x_train
        p['Z1'] = np.dot(p['W1'], p['A0'])
        p['A1'] = self.sigmoid(p['Z1'])
        p['Z2'] = np.dot(p['W2'], p['A1'])
        p['A2'] = self.sigmoid(p['Z2'])
        p['Z3'] = np.dot(p['W3'], p['A2'])
        p['A3'] = self.softmax(p['Z3'])
        return p['A3']

    def cross_entropy(self, output, y_train):
        return -np.sum(y_train * np.log(output))

    def backward_pass(self, y_train, output):
        p = self.params
        change_w = {}
        error = output - y_train
        change_w['W3'] = np.outer(error, p['A2'])
        error = np.dot(p['W3'].T, error) * self.sigmoid(p['Z2'], derivative=True)
        change_w['W2'] = np.outer(error, p['A1'])
        error = np.dot(p['W2'].T, error) * self.sigmoid(p['Z1'], derivative=True)
        change_w['W1'] = np.outer(error, p['A0'])
        return change_w

    def update_network_parameters(self, changes_to_w):
        for key, value in changes_to_w.items():
            self.params[key] -= self.l_rate * value

    def compute_accuracy(self, x_val, y_val):
        return np.mean([np.argmax(self.forward_pass(x)) == np.argmax(y) for x, y in zip(x_val, y_val)])

    def train(self, x_train, y_train, x_val, y_val):
        for it in range(self.epochs):
            for x, y in zip(x_train, y_train):
                output = self.forward_pass(x)
                self.update_network_parameters(self.backward_pass(y, output))
            print('Epoch: {0}, Accuracy: {1:.2f}%'.format(it + 1, 100 * self.compute_accuracy(x_val, y_val)))

# %%
rnd = np.random.RandomState(1)
x_train, x_val = rnd.rand(20, 7), rnd.rand(6, 7)
y_train, y_val = np.eye(3)[rnd.randint(3, size=20)], np.eye(3)[rnd.randint(3, size=6)]

dnn = DeepNetwork(sizes=[7, 5, 4, 3])
dnn.train(x_train, y_train, x_val, y_val)

# %%
x, y = x_train[4], y_train[4]
out = dnn.forward_pass(x)
print(dnn.cross_entropy(out, y))
print({k: v.shape for k, v in dnn.backward_pass(y, out).items()})
