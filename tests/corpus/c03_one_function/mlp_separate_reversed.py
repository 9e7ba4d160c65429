# %%
# XOR, vierte Version. w's and b's as loose variables
import numpy as np
rs = np.random.RandomState(1234)
pts = np.array([[0., 0, 1, 1], [0, 1, 0, 1]])
xor = np.array([[0., 1, 1, 0]])
w1 = rs.randn(3, 2)
b1 = rs.randn(3, 1) * 0.5
w2 = rs.randn(1, 3)
b2 = -0.2
mu = 0.01

# %%
def net_cost(w1, b1, w2, b2, pts, xor):
    h = 1 / (1 + np.exp(-(w1 @ pts + b1)))
    o = w2 @ h + b2
    e = o - xor
    C = np.mean(e ** 2) + mu * (np.sum(w1 ** 2) + np.sum(w2 ** 2))
    # backwards, last layer first
    do = 2 * e / e.size
    gb2 = float(do.sum())
    gw2 = do @ h.T + 2 * mu * w2
    dh = w2.T @ do * h * (1 - h)
    gb1 = dh.sum(1, keepdims=True)
    gw1 = dh @ pts.T + 2 * mu * w1
    return C, gb2, gw2, gb1, gw1

# %%
C, *_ = net_cost(w1, b1, w2, b2, pts, xor)
print(C)
def train(w1, b1, w2, b2, n=500, lr=.5):
    for _ in range(n):
        C, gb2, gw2, gb1, gw1 = net_cost(w1, b1, w2, b2, pts, xor)
        w1 = w1 - lr * gw1; b1 = b1 - lr * gb1; w2 = w2 - lr * gw2; b2 = b2 - lr * gb2
    return w1, b1, w2, b2, C
print(train(w1, b1, w2, b2)[-1])
