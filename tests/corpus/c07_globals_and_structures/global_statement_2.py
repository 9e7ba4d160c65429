# %%
import numpy as np
np.random.seed(6)

V = np.random.randn(2, 6) * 0.8       # input -> hidden
a = np.random.randn(6) * 0.2
U = np.random.randn(6) * 0.8          # hidden -> output
c = 0.15

xor_in = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float) + 0.1 * np.random.randn(4, 2)
xor_out = np.array([0., 1., 1., 0.])

# %%
def net(x):
    hid = np.sin(x @ V + a)
    return hid, 1 / (1 + np.exp(-(hid @ U + c)))

def mse():
    return np.mean((net(xor_in)[1] - xor_out) ** 2)

def backprop():
    hid, o = net(xor_in)
    e = 2 * (o - xor_out) / len(xor_out) * o * (1 - o)
    dU = hid.T @ e
    dc = e.sum()
    dpre = np.outer(e, U) * np.cos(xor_in @ V + a)
    dV = xor_in.T @ dpre
    da = dpre.sum(axis=0)
    return dV, da, dU, dc

def train(epochs, eta):
    global V, a, U, c
    for _ in range(epochs):
        dV, da, dU, dc = backprop()
        V = V - eta * dV
        a = a - eta * da
        U = U - eta * dU
        c = c - eta * dc
        errs.append(mse())

# %%
errs = []
train(10, 0.5)
print(errs[0], errs[-1], c)
