# %%
import numpy as np

# %%
class Linear:
    def __init__(self, inDim, outDim, rng):
        self.w = rng.normal(0, 1 / np.sqrt(inDim), size=(outDim, inDim))
        self.b = np.zeros((outDim, 1)) + 0.05
        self.gradW = np.zeros_like(self.w)
        self.gradB = np.zeros_like(self.b)

    def forward(self, x):
        self.lastX = x
        return self.w @ x + self.b

    def backward(self, gradOut):
        self.gradW += gradOut @ self.lastX.T
        self.gradB += gradOut.sum(axis=1, keepdims=True)
        return self.w.T @ gradOut

    def parameters(self):
        yield self.w, self.gradW
        yield self.b, self.gradB


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, gradOut):
        return gradOut * self.y * (1 - self.y)

    def parameters(self):
        return iter(())


class MSELoss:
    def forward(self, prediction, target):
        self.diff = prediction - target
        return np.sum(self.diff ** 2) / self.diff.shape[1]

    def backward(self):
        return 2 * self.diff / self.diff.shape[1]


class Net:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad):
        for layer in self.layers[::-1]:
            grad = layer.backward(grad)
        return grad

    def parameters(self):
        for layer in self.layers:
            yield from layer.parameters()

    def zeroGrad(self):
        for _, g in self.parameters():
            g[...] = 0

# %%
rng = np.random.default_rng(88)
inputs = rng.random((4, 11))
wanted = np.vstack([inputs.sum(0) / 4, inputs.prod(0)])
network = Net([Linear(4, 5, rng), Sigmoid(), Linear(5, 2, rng)])
lossFunction = MSELoss()

def trainEpoch(learningRate=0.2):
    network.zeroGrad()
    loss = lossFunction.forward(network.forward(inputs), wanted)
    network.backward(lossFunction.backward())
    for p, g in network.parameters():
        p -= learningRate * g
    return loss

lossHistory = [trainEpoch() for _ in range(6)]
print(lossHistory)
