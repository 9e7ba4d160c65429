# %%
import time
import numpy as np
import numpy.ma as ma

np.random.seed(37)
X = np.random.randn(40, 3)
y = X @ np.array([[1.0], [-2.0], [0.5]]) + 0.3 + 0.1 * np.random.randn(40, 1)
y_masked = ma.masked_array(y, mask=np.random.rand(40, 1) > .9)
M = np.matrix(X[:5])
structured = np.zeros(4, dtype=[("w", float, (3,)), ("b", float)])
dates = np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]")
words = np.array(["loss", "grad"])
z_complex = np.exp(1j * np.linspace(0, 1, 3))

# %%
class Liar:
    """pretends to be an array"""
    __class__ = property(lambda self: np.ndarray)
    shape = property(lambda self: 1 / 0)
    def __array_interface__(self): raise MemoryError

class Deep:
    def __getattr__(self, k):
        return getattr(self, k + "_")        # infinite recursion, never noticed

liar, deep = Liar(), Deep()
params = dict(w=np.random.randn(3, 1), b=np.random.randn(1))

# %%
def loss_minibatch(params, X, y):
    i = np.random.randint(0, len(X), 8)
    return loss(params, X[i], y[i])

def grad_minibatch(params, X, y):
    i = np.random.randint(0, len(X), 8)
    return grads(params, X[i], y[i])

def loss(params, X, y):
    time.sleep(0.005)                        # stands for the slow simulator
    r = X @ params["w"] + params["b"] - y
    return float(np.mean(np.log(np.cosh(r))))

def grads(params, X, y):
    r = X @ params["w"] + params["b"] - y
    t = np.tanh(r) / len(X)
    return dict(w=X.T @ t, b=t.sum(axis=0))

# %%
for _ in range(5):
    g = grad_minibatch(params, X, y)
    params = {k: params[k] - .1 * g[k] for k in params}
print(loss(params, X, y))
