# %%
import numpy as np
from collections import OrderedDict
# %%
def softmax(a):
    a = a - a.max(axis=1, keepdims=True)
    return np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)
# %%
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW = self.db = self.x = None
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T

class Swish:
    def forward(self, x):
        self.x, self.s = x, 1 / (1 + np.exp(-x))
        return x * self.s
    def backward(self, dout):
        return dout * (self.s + self.x * self.s * (1 - self.s))

class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t, self.y = t, softmax(x)
        return -np.mean(np.log(self.y[np.arange(len(t)), t] + 1e-9))
    def backward(self, dout=1):
        dx = self.y.copy()
        dx[np.arange(len(self.t)), self.t] -= 1
        return dout * dx / len(self.t)
# %%
class TwoLayerNet:
    def __init__(self, n_in, n_hid, n_out, std=0.3):
        self.params = {"W1": std * np.random.randn(n_in, n_hid), "b1": np.zeros(n_hid),
                       "W2": std * np.random.randn(n_hid, n_out), "b2": np.zeros(n_out)}
        self.layers = OrderedDict()
        self.layers["Affine1"] = Affine(self.params["W1"], self.params["b1"])
        self.layers["Act1"] = Swish()
        self.layers["Affine2"] = Affine(self.params["W2"], self.params["b2"])
        self.last = SoftmaxWithLoss()
    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x
    def loss(self, x, t):
        return self.last.forward(self.predict(x), t)
    def accuracy(self, x, t):
        return np.mean(self.predict(x).argmax(axis=1) == t)
    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.last.backward(1)
        for layer in reversed(list(self.layers.values())):
            dout = layer.backward(dout)
        return {"W1": self.layers["Affine1"].dW, "b1": self.layers["Affine1"].db,
                "W2": self.layers["Affine2"].dW, "b2": self.layers["Affine2"].db}
# %%
np.random.seed(0)
network = TwoLayerNet(5, 7, 3)
x_batch = np.random.rand(9, 5) * 2
t_batch = np.random.randint(0, 3, 9)
grads = network.gradient(x_batch, t_batch)
for key in grads:
    network.params[key] -= 0.1 * grads[key]
print(network.loss(x_batch, t_batch), network.accuracy(x_batch, t_batch))
