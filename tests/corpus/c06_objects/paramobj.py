# %%
import numpy as np
# %%
class Param:
    def __init__(self, value):
        self.value = value
        self.grad = np.zeros_like(value)

class DenseLayer:
    def __init__(self, n_input, n_output, rs):
        self.W = Param(0.5 * rs.randn(n_input, n_output))
        self.B = Param(0.1 * rs.randn(n_output))
        self.X = None
    def forward(self, X):
        self.X = X
        return X @ self.W.value + self.B.value
    def backward(self, d_out):
        self.W.grad += self.X.T @ d_out
        self.B.grad += d_out.sum(axis=0)
        return d_out @ self.W.value.T

class Softplus:
    def forward(self, X):
        self.X = X
        return np.logaddexp(0, X)
    def backward(self, d_out):
        return d_out / (1 + np.exp(-self.X))
# %%
class Net:
    def __init__(self, rs, reg=0.01):
        self.fc1, self.act, self.fc2 = DenseLayer(4, 5, rs), Softplus(), DenseLayer(5, 3, rs)
        self.reg = reg
    def params(self):
        return {"W1": self.fc1.W, "B1": self.fc1.B, "W2": self.fc2.W, "B2": self.fc2.B}
    def compute_loss_and_gradients(self, X, y):
        for p in self.params().values():
            p.grad = np.zeros_like(p.value)
        s = self.fc2.forward(self.act.forward(self.fc1.forward(X)))
        s = s - s.max(axis=1, keepdims=True)
        prob = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        loss = -np.log(prob[np.arange(len(y)), y]).mean()
        d = prob
        d[np.arange(len(y)), y] -= 1
        self.fc1.backward(self.act.backward(self.fc2.backward(d / len(y))))
        for name in ("W1", "W2"):
            p = self.params()[name]
            loss += self.reg * np.sum(p.value ** 2)
            p.grad += 2 * self.reg * p.value
        return loss
# %%
rs = np.random.RandomState(42)
X, y = rs.randn(7, 4), rs.randint(0, 3, 7)
mynet = Net(rs)
loss = mynet.compute_loss_and_gradients(X, y)
print(loss)
