# %%
import numpy as np
rng = np.random.default_rng(123)
# %%
class Module:
    def params(self): return []
    def grads(self): return []

class Linear(Module):
    def __init__(self, i, o):
        self.weight = rng.normal(size=(i, o)) / np.sqrt(i)
        self.bias = rng.normal(size=o) * 0.1
        self.grad_weight = np.zeros((i, o))
        self.grad_bias = np.zeros(o)
    def forward(self, x):
        self.inp = x
        return x @ self.weight + self.bias
    def backward(self, g):
        self.grad_weight[...] = self.inp.T @ g
        self.grad_bias[...] = g.sum(0)
        return g @ self.weight.T
    def params(self): return [self.weight, self.bias]
    def grads(self): return [self.grad_weight, self.grad_bias]

class Tanh(Module):
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out
    def backward(self, g):
        return g * (1 - self.out ** 2)
# %%
class Sequential(Module):
    def __init__(self, *mods): self.mods = mods
    def forward(self, x):
        for m in self.mods: x = m.forward(x)
        return x
    def backward(self, g):
        for m in reversed(self.mods): g = m.backward(g)
        return g
    def params(self): return [p for m in self.mods for p in m.params()]
    def grads(self): return [p for m in self.mods for p in m.grads()]

class MSELoss:
    def forward(self, pred, target):
        self.diff = pred - target
        return np.mean(self.diff ** 2)
    def backward(self):
        return 2 * self.diff / self.diff.size
# %%
model = Sequential(Linear(3, 6), Tanh(), Linear(6, 2))
criterion = MSELoss()
inputs, targets = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
# %%
for epoch in range(3):
    loss = criterion.forward(model.forward(inputs), targets)
    model.backward(criterion.backward())
    for p, g in zip(model.params(), model.grads()):
        p -= 0.05 * g
print(loss)
