# %%
import sys, types
import numpy as np

# our shared helpers (normally in nnlib.py, pasted here so that the notebook runs alone)
_SRC = '''
import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def feedforward(x, W1, b1, W2, b2):
    h = sigmoid(x @ W1 + b1)
    return h, h @ W2 + b2

def mse_loss(pred, target):
    return ((pred - target) ** 2).mean()

def mse_backward(x, target, h, pred, W1, W2):
    d = 2.0 * (pred - target) / pred.size
    gW2 = h.T @ d
    gb2 = d.sum(axis=0)
    dh = d @ W2.T * h * (1.0 - h)
    gW1 = x.T @ dh
    gb1 = dh.sum(axis=0)
    return gW1, gb1, gW2, gb2

def mae_loss(pred, target):
    return abs(pred - target).mean()
'''
nnlib = types.ModuleType("nnlib")
exec(_SRC, nnlib.__dict__)
sys.modules["nnlib"] = nnlib

# %%
from nnlib import feedforward, mse_loss, mse_backward

# %%
np.random.seed(77)
x = np.random.rand(14, 3)
target = np.stack([x.sum(1), x.prod(1)], axis=1)
W1, b1 = np.random.randn(3, 6), np.random.randn(6) * 0.1
W2, b2 = np.random.randn(6, 2), np.random.randn(2) * 0.1

# %%
for i in range(10):
    h, pred = feedforward(x, W1, b1, W2, b2)
    gW1, gb1, gW2, gb2 = mse_backward(x, target, h, pred, W1, W2)
    W1 -= .1 * gW1; b1 -= .1 * gb1; W2 -= .1 * gW2; b2 -= .1 * gb2
    if i % 5 == 0:
        print(i, mse_loss(pred, target))
