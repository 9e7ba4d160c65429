# %%
import numpy as np
rng = np.random.default_rng(17)

# %%
class Dense:
    def __init__(self, fan_in, fan_out):
        self.W = rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in)
        self.b = rng.normal(size=(1, fan_out)) * .1
        self.dW = np.zeros_like(self.W)
        self.db = np.zeros_like(self.b)

    def forward(self, inp):
        self.inp = inp
        return inp @ self.W + self.b

    def backward(self, delta):
        self.dW = self.inp.T @ delta
        self.db = delta.sum(axis=0, keepdims=True)
        return delta @ self.W.T


class ELU:
    def forward(self, inp):
        self.out = np.where(inp > 0, inp, np.expm1(np.minimum(inp, 0)))
        return self.out

    def backward(self, delta):
        return delta * np.where(self.out > 0, 1.0, self.out + 1.0)


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, a):
        for layer in self.layers:
            a = layer.forward(a)
        return a

    def backward(self, delta):
        for layer in reversed(self.layers):
            delta = layer.backward(delta)
        return delta


class HuberCriterion:
    def __init__(self, delta=1.0):
        self.delta = delta

    def forward(self, guess, truth):
        self.r = guess - truth
        a = np.abs(self.r)
        return np.where(a < self.delta, .5 * a ** 2, self.delta * (a - .5 * self.delta)).mean()

    def backward(self):
        return np.clip(self.r, -self.delta, self.delta) / self.r.size

# %%
model = Sequential(Dense(3, 6), ELU(), Dense(6, 4), ELU(), Dense(4, 1))
criterion = HuberCriterion(.7)
inputs = rng.normal(size=(15, 3))
labels = np.sin(inputs.sum(1, keepdims=True)) * 2

# %%
print(criterion.forward(model.forward(inputs), labels))
model.backward(criterion.backward())
print([np.linalg.norm(l.dW) for l in model.layers if hasattr(l, "dW")])

# %%
def sgd(net, lr):
    for l in net.layers:
        if isinstance(l, Dense):
            l.W -= lr * l.dW
            l.b -= lr * l.db
sgd(model, .05)
