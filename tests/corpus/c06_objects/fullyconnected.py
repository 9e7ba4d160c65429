# %%
import numpy as np
def affine_relu_forward(x, w, b):
    a = x @ w + b
    return np.maximum(0, a), (x, w, a)
def affine_relu_backward(dout, cache):
    x, w, a = cache
    da = dout * (a > 0)
    return da @ w.T, x.T @ da, da.sum(0)
# %%
class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=5, num_classes=4, reg=0.0, weight_scale=0.3, seed=None):
        rs = np.random.RandomState(seed)
        self.reg, self.num_layers = reg, 1 + len(hidden_dims)
        self.params = {}
        dims = [input_dim] + list(hidden_dims) + [num_classes]
        for i in range(self.num_layers):
            self.params["W%d" % (i + 1)] = weight_scale * rs.randn(dims[i], dims[i + 1])
            self.params["b%d" % (i + 1)] = 0.05 * rs.randn(dims[i + 1])

    def loss(self, X, y=None):
        h, caches = X, []
        for i in range(1, self.num_layers):
            h, c = affine_relu_forward(h, self.params["W%d" % i], self.params["b%d" % i])
            caches.append(c)
        L = self.num_layers
        scores = h @ self.params["W%d" % L] + self.params["b%d" % L]
        if y is None:
            return scores
        p = np.exp(scores - scores.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        loss = -np.log(p[np.arange(len(y)), y]).mean()
        loss += 0.5 * self.reg * sum(np.sum(self.params["W%d" % (i + 1)] ** 2) for i in range(L))
        p[np.arange(len(y)), y] -= 1
        p /= len(y)
        grads = {"W%d" % L: h.T @ p, "b%d" % L: p.sum(0)}
        dh = p @ self.params["W%d" % L].T
        for i in range(L - 1, 0, -1):
            dh, grads["W%d" % i], grads["b%d" % i] = affine_relu_backward(dh, caches[i - 1])
        for i in range(1, L + 1):
            grads["W%d" % i] += self.reg * self.params["W%d" % i]
        return loss, grads
# %%
np.random.seed(231)
X = np.random.randn(6, 5)
y = np.random.randint(4, size=6)
fcn = FullyConnectedNet([7, 6], reg=0.4, weight_scale=0.7, seed=4)
loss, grads = fcn.loss(X, y)
print("Initial loss:", loss)
