# %%
import warnings
import numpy as np

np.random.seed(66)
D, H, C = 4, 5, 3
train_x = np.random.randn(20, D); train_y = np.random.randint(0, C, 20)
valid_x = np.random.randn(8, D); valid_y = np.random.randint(0, C, 8)

net = {"W1": np.random.randn(D, H) * .5, "b1": np.random.randn(H) * .1, "W2": np.random.randn(H, C) * .5, "b2": np.random.randn(C) * .1}
calls = 0

# %%
def forward(x, net):
    global calls
    calls += 1
    print("forward call no.", calls, "batch", x.shape)
    z = x @ net["W1"] + net["b1"]
    h = np.maximum(z, 0)
    if (h == 0).mean() > 0.3:
        warnings.warn("many dead units in this batch")
    o = h @ net["W2"] + net["b2"]
    o = o - o.max(1, keepdims=True)
    logp = o - np.log(np.exp(o).sum(1, keepdims=True))
    return logp, (x, z, h)

def nll(logp, y):
    return -logp[np.arange(len(y)), y].mean()

def backward(logp, y, cache, net):
    x, z, h = cache
    print("backward", len(y))
    d = np.exp(logp)
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    grads = {"W2": h.T @ d, "b2": d.sum(0)}
    dz = (d @ net["W2"].T) * (z > 0)
    grads["W1"] = x.T @ dz
    grads["b1"] = dz.sum(0)
    return grads

# %%
def train(net, x, y, epochs=100, lr=0.1):
    for e in range(epochs):
        logp, cache = forward(x, net)
        g = backward(logp, y, cache, net)
        for k in net:
            net[k] -= lr * g[k]
        print("epoch", e, "loss", nll(logp, y), "-" * 40)
    return nll(forward(x, net)[0], y), g

def fit(net, x, y):
    """full training, returns (loss, grads) of the last epoch"""
    return train(net, x, y, epochs=500, lr=0.5)

def evaluate(net, x, y):
    return (forward(x, net)[0].argmax(1) == y).mean()

# %%
last_loss, grads = train(net, train_x, train_y, epochs=3)
evaluate(net, valid_x, valid_y)
