# %% generic MLP, list of (W, b) tuples
import numpy as np

def init_layer(rng, m, n, scale=0.7):
    return rng.standard_normal((m, n)) * scale, rng.standard_normal(n) * scale * 0.3

def init_network(sizes, rng):
    return [init_layer(rng, m, n) for m, n in zip(sizes[:-1], sizes[1:])]

def swish(x):
    return x / (1 + np.exp(-x))

def dswish(x):
    s = 1 / (1 + np.exp(-x))
    return s + x * s * (1 - s)

# %%
def loss(net, batch):
    inputs, targets = batch
    a = inputs
    for W, b in net[:-1]:
        a = swish(a @ W + b)
    W, b = net[-1]
    out = a @ W + b
    # log-cosh
    return np.mean(np.log(np.cosh(out - targets)))

def grad_loss(net, batch):
    inputs, targets = batch
    tape, a = [], inputs
    for k, (W, b) in enumerate(net):
        pre = a @ W + b
        tape.append((a, pre))
        a = swish(pre) if k < len(net) - 1 else pre
    g = np.tanh(a - targets) / targets.size
    grads = []
    for k in range(len(net) - 1, -1, -1):
        a_in, pre = tape[k]
        if k < len(net) - 1:
            g = g * dswish(pre)
        grads.insert(0, (a_in.T @ g, g.sum(axis=0)))
        g = g @ net[k][0].T
    return grads

def update(net, batch, step_size=0.05):
    return [(W - step_size * dW, b - step_size * db) for (W, b), (dW, db) in zip(net, grad_loss(net, batch))]

# %%
rng = np.random.default_rng(31)
xs = rng.uniform(-2, 2, (13, 2))
ys = np.stack([np.sin(xs[:, 0]), xs[:, 0] * xs[:, 1]], 1)
batch = (xs, ys)
net = init_network([2, 4, 4, 2], rng)
for i in range(5):
    net = update(net, batch)
print(loss(net, batch))
