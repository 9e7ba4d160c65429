# %%
import numpy as np
rand = np.random.RandomState(45)

ACT = {
    'tanh': (np.tanh, lambda a: 1 - a ** 2),
    'id': (lambda z: z, lambda a: np.ones_like(a)),
    'sigmoid': (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
}

# %%
def layer(n_in, n_out, act):
    return {'W': rand.randn(n_in, n_out) / np.sqrt(n_in), 'b': rand.randn(n_out) * .1, 'act': act}

layers = [layer(3, 5, 'tanh'), layer(5, 4, 'sigmoid'), layer(4, 2, 'id')]

def net(layers, X):
    outs = [X]
    for L in layers:
        outs.append(ACT[L['act']][0](outs[-1] @ L['W'] + L['b']))
    return outs

def mse(layers, X, Y):
    return np.mean((net(layers, X)[-1] - Y) ** 2)

def mse_grad(layers, X, Y):
    outs = net(layers, X)
    delta = 2 * (outs[-1] - Y) / Y.size
    grads = [None] * len(layers)
    for i in range(len(layers) - 1, -1, -1):
        delta = delta * ACT[layers[i]['act']][1](outs[i + 1])
        grads[i] = {'W': outs[i].T @ delta, 'b': delta.sum(0)}
        delta = delta @ layers[i]['W'].T
    return grads

# %%
X = rand.uniform(-1, 1, (20, 3))
Y = np.c_[X[:, 0] ** 2, X[:, 1] * X[:, 2]]
grads = mse_grad(layers, X, Y)
for it in range(10):
    for L, G in zip(layers, mse_grad(layers, X, Y)):
        for k in G:
            L[k] = L[k] - .2 * G[k]
print(mse(layers, X, Y))
