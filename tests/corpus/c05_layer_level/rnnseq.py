# %%
import numpy as np
rs = np.random.RandomState(14)
# %%
def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    return a_next, (a_next, a_prev, xt, parameters)

def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 - a_next ** 2)
    return {"dxt": parameters["Wax"].T @ dz, "dWax": dz @ xt.T, "da_prev": parameters["Waa"].T @ dz,
            "dWaa": dz @ a_prev.T, "dba": dz.sum(axis=1, keepdims=True)}
# %%
def rnn_forward(x, a0, parameters):
    caches = []
    a = np.zeros((a0.shape[0], x.shape[1], x.shape[2]))
    a_next = a0
    for t in range(x.shape[2]):
        a_next, c = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        caches.append(c)
    return a, (caches, x)

def rnn_backward(da, caches):
    caches, x = caches
    p = caches[0][3]
    dx = np.zeros_like(x)
    dWax, dWaa, dba = np.zeros_like(p["Wax"]), np.zeros_like(p["Waa"]), np.zeros_like(p["ba"])
    da_prevt = np.zeros(da.shape[:2])
    for t in reversed(range(da.shape[2])):
        g = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])
        dx[:, :, t] = g["dxt"]
        da_prevt = g["da_prev"]
        dWax += g["dWax"]; dWaa += g["dWaa"]; dba += g["dba"]
    return {"dx": dx, "da0": da_prevt, "dWax": dWax, "dWaa": dWaa, "dba": dba}
# %%
x = rs.randn(3, 4, 5)
a0 = rs.randn(2, 4)
parameters = {"Wax": 0.4 * rs.randn(2, 3), "Waa": 0.7 * rs.randn(2, 2), "ba": 0.2 * rs.randn(2, 1)}
a, caches = rnn_forward(x, a0, parameters)
da = rs.randn(*a.shape)
gradients = rnn_backward(da, caches)
print({k: v.shape for k, v in gradients.items()})
