# %%
import numpy as np

np.random.seed(1)
parameters = {
    "Waa": np.random.randn(3, 3) * 0.6,
    "Wax": np.random.randn(3, 2),
    "ba": np.random.randn(3, 1) * 0.3,
}
x = np.random.randn(2, 4, 5)
a0 = np.random.randn(3, 4)

# %%
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    return a_next, (a_next, a_prev, xt, parameters)

def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = (1 - a_next ** 2) * da_next
    return {"dxt": parameters["Wax"].T @ dz, "da_prev": parameters["Waa"].T @ dz,
            "dWax": dz @ xt.T, "dWaa": dz @ a_prev.T, "dba": dz.sum(1, keepdims=True)}

# %%
def rnn_seq_forward(x, a0, parameters):
    caches, a = [], np.zeros((a0.shape[0],) + x.shape[1:])
    at = a0
    for t in range(x.shape[2]):
        at, c = rnn_cell_forward(x[:, :, t], at, parameters)
        a[:, :, t] = at
        caches.append(c)
    return a, caches

def rnn_seq_backward(da, caches):
    dx = np.zeros((caches[0][2].shape[0],) + da.shape[1:])
    total = {"dWax": 0, "dWaa": 0, "dba": 0}
    carry = 0
    for t in reversed(range(da.shape[2])):
        g = rnn_cell_backward(da[:, :, t] + carry, caches[t])
        carry = g["da_prev"]
        dx[:, :, t] = g["dxt"]
        for k in total:
            total[k] = total[k] + g[k]
    return {"dx": dx, "da0": carry, **total}

# %%
a, caches = rnn_seq_forward(x, a0, parameters)
da = np.random.randn(*a.shape)
gradients = rnn_seq_backward(da, caches)
for k in gradients:
    print(k, gradients[k].shape)
xt, a_prev = x[:, :, 0].copy(), a0
