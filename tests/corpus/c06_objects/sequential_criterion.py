# %%
import numpy as np
np.random.seed(42)

# %% layers
class Layer:
    def __init__(self):
        self.params = {}
        self.grads = {}

    def forward(self, x):
        raise NotImplementedError

    def backward(self, grad_output):
        raise NotImplementedError


class Dense(Layer):
    def __init__(self, n_in, n_out):
        super().__init__()
        lim = np.sqrt(6. / (n_in + n_out))
        self.params['W'] = np.random.uniform(-lim, lim, (n_in, n_out))
        self.params['b'] = np.random.uniform(-.1, .1, (1, n_out))

    def forward(self, x):
        self._input = x
        return x @ self.params['W'] + self.params['b']

    def backward(self, grad_output):
        self.grads['W'] = self._input.T @ grad_output
        self.grads['b'] = grad_output.sum(axis=0, keepdims=True)
        return grad_output @ self.params['W'].T


class LeakyReLU(Layer):
    def __init__(self, alpha=0.1):
        super().__init__()
        self.alpha = alpha

    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, self.alpha * x)

    def backward(self, grad_output):
        return np.where(self.mask, grad_output, self.alpha * grad_output)


class Tanh(Layer):
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad_output):
        return grad_output * (1 - self.y ** 2)


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x

    def backward(self, grad):
        for l in reversed(self.layers):
            grad = l.backward(grad)
        return grad

    __call__ = forward


class CrossEntropy:
    """softmax + NLL, integer targets"""
    def forward(self, logits, target):
        z = logits - logits.max(1, keepdims=True)
        self.logp = z - np.log(np.exp(z).sum(1, keepdims=True))
        self.target = target
        return -self.logp[np.arange(len(target)), target].mean()

    def backward(self):
        g = np.exp(self.logp)
        g[np.arange(len(self.target)), self.target] -= 1
        return g / len(self.target)


class SGD:
    def __init__(self, net, lr=0.05):
        self.net, self.lr = net, lr

    def step(self):
        for l in self.net.layers:
            for k in l.params:
                l.params[k] -= self.lr * l.grads[k]

# %% data
x = np.random.randn(20, 4)
y = (x[:, 0] + x[:, 1] > 0).astype(int) + (x[:, 2] > 0.5)

net = Sequential(Dense(4, 7), LeakyReLU(0.1), Dense(7, 5), Tanh(), Dense(5, 3))
criterion = CrossEntropy()
optimizer = SGD(net)

# %% a few steps
for it in range(10):
    out = net.forward(x)
    loss = criterion.forward(out, y)
    net.backward(criterion.backward())
    optimizer.step()
print('loss', loss, 'acc', (net(x).argmax(1) == y).mean())
