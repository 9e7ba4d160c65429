# %%
import numpy as np
np.random.seed(29)
def make(n_in, n_out): return np.random.randn(n_out, n_in) * np.sqrt(2 / n_in), 0.1 * np.random.randn(n_out)
theta = (make(4, 6), make(6, 3))
imgs = np.random.rand(10, 4); digits = np.random.randint(0, 3, 10)
# %%
def log_softmax(s):
    s = s - s.max(1, keepdims=True)
    return s - np.log(np.exp(s).sum(1, keepdims=True))
# %%
def value(theta, imgs, digits):
    (Wa, ba), (Wb, bb) = theta
    h = np.maximum(imgs @ Wa.T + ba, 0) ** 2
    return -log_softmax(h @ Wb.T + bb)[range(len(digits)), digits].sum()

def value_gradient(theta, imgs, digits):
    (Wa, ba), (Wb, bb) = theta
    u = np.maximum(imgs @ Wa.T + ba, 0)
    h = u ** 2
    e = np.exp(log_softmax(h @ Wb.T + bb))
    e[range(len(digits)), digits] -= 1
    du = e @ Wb * 2 * u
    return (du.T @ imgs, du.sum(0)), (e.T @ h, e.sum(0))
# %%
lr = 0.01
before = value(theta, imgs, digits)
g = value_gradient(theta, imgs, digits)
theta = tuple(tuple(p - lr * d for p, d in zip(layer, gl)) for layer, gl in zip(theta, g))
print(before, "->", value(theta, imgs, digits))
