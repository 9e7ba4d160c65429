# %%
import numpy as np

np.random.seed(123)
def one_hot(y, num_classes):
    out = np.zeros((len(y), num_classes), dtype=np.float32)
    out[np.arange(len(y)), y] = 1
    return out

# fake "images"
x_train = np.random.rand(32, 10).astype(np.float32)
y_train = np.random.randint(0, 4, 32)
x_val = np.random.rand(8, 10).astype(np.float32)
y_val = np.random.randint(0, 4, 8)
T_train = one_hot(y_train, 4)

# %%
network = {}
network['W1'] = (np.random.randn(10, 7) * 0.5).astype(np.float32)
network['b1'] = np.full(7, 0.05, dtype=np.float32)
network['W2'] = (np.random.randn(7, 4) * 0.5).astype(np.float32)
network['b2'] = np.full(4, -0.05, dtype=np.float32)

# %%
def leaky(z):
    return np.where(z > 0, z, z * 0.1)

def loss(x, t, network):
    z1 = np.dot(x, network['W1']) + network['b1']
    a1 = leaky(z1)
    z2 = np.dot(a1, network['W2']) + network['b2']
    z2 = z2 - np.max(z2, axis=1, keepdims=True)
    y = np.exp(z2) / np.sum(np.exp(z2), axis=1, keepdims=True)
    return -np.sum(t * np.log(y + 1e-7)) / x.shape[0], (z1, a1, y)

def gradient(x, t, network, cache):
    z1, a1, y = cache
    grads = {}
    batch_num = x.shape[0]
    dy = (y - t) / batch_num
    grads['W2'] = np.dot(a1.T, dy)
    grads['b2'] = np.sum(dy, axis=0)
    dz1 = np.dot(dy, network['W2'].T) * np.where(z1 > 0, 1, 0.1).astype(np.float32)
    grads['W1'] = np.dot(x.T, dz1)
    grads['b1'] = np.sum(dz1, axis=0)
    return grads

# %%
def numerical_gradient(f, w):
    h = 1e-2
    grad = np.zeros_like(w)
    it = np.nditer(w, flags=['multi_index'])
    while not it.finished:
        idx = it.multi_index
        tmp = w[idx]
        w[idx] = tmp + h; fp = f()
        w[idx] = tmp - h; fm = f()
        grad[idx] = (fp - fm) / (2 * h)
        w[idx] = tmp
        it.iternext()
    return grad

val, cache = loss(x_train, T_train, network)
grads = gradient(x_train, T_train, network, cache)
ng = numerical_gradient(lambda: loss(x_train, T_train, network)[0], network['b2'])
print(val, np.abs(ng - grads['b2']).max())
