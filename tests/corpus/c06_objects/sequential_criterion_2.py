# %%
import numpy as np
np.random.seed(60)

# %%
class Module:
    def forward(self, inp): raise NotImplementedError
    def backward(self, inp, gradOutput): raise NotImplementedError
    def __call__(self, inp): return self.forward(inp)

class Linear(Module):
    def __init__(self, n_in, n_out):
        s = 1. / np.sqrt(n_in)
        self.W = np.random.uniform(-s, s, size=(n_out, n_in))
        self.b = np.random.uniform(-s, s, size=n_out)
        self.gradW = np.zeros_like(self.W)
        self.gradb = np.zeros_like(self.b)

    def forward(self, inp):
        self.output = inp @ self.W.T + self.b
        return self.output

    def backward(self, inp, gradOutput):
        self.gradW += gradOutput.T @ inp
        self.gradb += gradOutput.sum(axis=0)
        return gradOutput @ self.W

class ELU(Module):
    def __init__(self, alpha=1.0):
        self.alpha = alpha
    def forward(self, inp):
        self.output = np.where(inp > 0, inp, self.alpha * np.expm1(inp))
        return self.output
    def backward(self, inp, gradOutput):
        return gradOutput * np.where(inp > 0, 1, self.alpha * np.exp(inp))

class Sequential(Module):
    def __init__(self, *mods):
        self.modules = list(mods)
    def forward(self, inp):
        self.y = [inp]
        for mod in self.modules:
            self.y.append(mod.forward(self.y[-1]))
        return self.y[-1]
    def backward(self, inp, gradOutput):
        for mod, x in zip(self.modules[::-1], self.y[-2::-1]):
            gradOutput = mod.backward(x, gradOutput)
        return gradOutput
    def zeroGrad(self):
        for mod in self.modules:
            if isinstance(mod, Linear):
                mod.gradW.fill(0); mod.gradb.fill(0)

class NLLCriterion:
    def forward(self, scores, target):
        z = scores - scores.max(1, keepdims=True)
        self.logp = z - np.log(np.exp(z).sum(1, keepdims=True))
        return -(target * self.logp).sum() / len(scores)
    def backward(self, scores, target):
        return (np.exp(self.logp) - target) / len(scores)

# %%
X = np.random.randn(10, 3)
Y = np.eye(3)[np.random.randint(0, 3, 10)]
net = Sequential(Linear(3, 5), ELU(0.7), Linear(5, 3))
criterion = NLLCriterion()

net.zeroGrad()
pred = net.forward(X)
loss = criterion.forward(pred, Y)
net.backward(X, criterion.backward(pred, Y))
print(loss)
