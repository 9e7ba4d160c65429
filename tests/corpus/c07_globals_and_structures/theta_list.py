# %%
import numpy as np
from numpy import tanh, exp, log, dot

R = np.random.RandomState(1337)

# %%
def init(sizes):
    th = []
    for a, b in zip(sizes, sizes[1:]):
        th.append(R.randn(b, a) / a ** .5)
        th.append(R.randn(b) * .1)
    return th

theta = init([5, 4, 1])
x_tr, y_tr = R.randn(22, 5), R.randint(0, 2, 22)
x_va, y_va = R.randn(7, 5), R.randint(0, 2, 7)

# %%
def net(theta, x):
    W, b, W2, b2 = theta
    h = tanh(dot(x, W.T) + b)
    return h, (dot(h, W2.T) + b2)[:, 0]

def nll(theta, x, y):
    _, s = net(theta, x)
    return np.mean(log(1 + exp(-(2 * y - 1) * s)))

def dnll(theta, x, y):
    W, b, W2, b2 = theta
    h, s = net(theta, x)
    t = 2 * y - 1
    ds = -t / (1 + exp(t * s)) / len(y)
    dh = np.outer(ds, W2[0]) * (1 - h * h)
    return [dot(dh.T, x), dh.sum(0), dot(ds, h)[None, :], np.array([ds.sum()])]

def acc(theta, x, y):
    return ((net(theta, x)[1] > 0) == y).mean()

# %%
momentum = [np.zeros_like(p) for p in theta]
for k in range(30):
    g = dnll(theta, x_tr, y_tr)
    for i in range(len(theta)):
        momentum[i] = .9 * momentum[i] + g[i]
        theta[i] = theta[i] - .05 * momentum[i]
print(nll(theta, x_tr, y_tr), nll(theta, x_va, y_va), acc(theta, x_va, y_va))
