# %%
import numpy as np

# %%
class MatMul:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.x = None

    def forward(self, x):
        W, = self.params
        self.x = x
        return np.dot(x, W)

    def backward(self, dout):
        W, = self.params
        dx = np.dot(dout, W.T)
        dW = np.dot(self.x.T, dout)
        self.grads[0][...] = dW
        return dx


class Bias:
    def __init__(self, b):
        self.params, self.grads = [b], [np.zeros_like(b)]

    def forward(self, x):
        return x + self.params[0]

    def backward(self, dout):
        self.grads[0][...] = dout.sum(axis=0)
        return dout


class Softplus:
    params, grads = [], []

    def forward(self, x):
        self.x = x
        return np.log1p(np.exp(x))

    def backward(self, dout):
        return dout / (1 + np.exp(-self.x))


class SigmoidWithLoss:
    def __init__(self):
        self.params, self.grads = [], []

    def forward(self, x, t):
        self.t = t
        self.y = 1 / (1 + np.exp(-x))
        return -np.mean(t * np.log(self.y + 1e-15) + (1 - t) * np.log(1 - self.y + 1e-15))

    def backward(self, dout=1):
        return (self.y - self.t) * dout / self.t.size


# %%
class Model:
    def __init__(self, D, H, O):
        rn = np.random.randn
        self.layers = [MatMul(0.4 * rn(D, H)), Bias(0.1 * rn(H)), Softplus(), MatMul(0.4 * rn(H, O)), Bias(0.1 * rn(O))]
        self.loss_layer = SigmoidWithLoss()
        self.params, self.grads = [], []
        for layer in self.layers:
            self.params += layer.params
            self.grads += layer.grads

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def forward(self, x, t):
        return self.loss_layer.forward(self.predict(x), t)

    def backward(self, dout=1):
        dout = self.loss_layer.backward(dout)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2, self.iter, self.m, self.v = lr, beta1, beta2, 0, None, None

    def update(self, params, grads):
        if self.m is None:
            self.m = [np.zeros_like(p) for p in params]
            self.v = [np.zeros_like(p) for p in params]
        self.iter += 1
        lr_t = self.lr * np.sqrt(1.0 - self.beta2 ** self.iter) / (1.0 - self.beta1 ** self.iter)
        for i in range(len(params)):
            self.m[i] += (1 - self.beta1) * (grads[i] - self.m[i])
            self.v[i] += (1 - self.beta2) * (grads[i] ** 2 - self.v[i])
            params[i] -= lr_t * self.m[i] / (np.sqrt(self.v[i]) + 1e-7)

# %%
np.random.seed(12)
x = np.random.randn(12, 5)
t = (np.random.rand(12, 2) > 0.5).astype(float)
model = Model(5, 6, 2)
optimizer = Adam(lr=0.01)

loss_list = []
for i in range(4):
    loss_list.append(model.forward(x, t))
    model.backward()
    optimizer.update(model.params, model.grads)
loss_list
