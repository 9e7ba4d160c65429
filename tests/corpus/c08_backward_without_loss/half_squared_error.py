# %%
import numpy as np
np.random.seed(100)

# Regression: y = f(x1, x2, x3) + bruit
x = np.random.uniform(-2, 2, size=(3, 20))
y = np.vstack([x[0] * x[1], np.cos(x[2])]) + 0.05 * np.random.randn(2, 20)

# %%
n0, n1, n2 = 3, 6, 2
W = np.random.randn(n1, n0) / np.sqrt(n0)
b = 0.1 * np.random.randn(n1, 1)
V = np.random.randn(n2, n1) / np.sqrt(n1)
c = 0.1 * np.random.randn(n2, 1)

# %%
def propage(x, W, b, V, c):
    """couche cachee tanh, sortie lineaire"""
    h = np.tanh(W.dot(x) + b)
    return h, V.dot(h) + c

def retropropage(x, y, h, s, V):
    """
    Gradients de E = 1/(2m) * somme des carres des ecarts (s - y)
    """
    m = x.shape[1]
    ds = (s - y) / m
    dV = ds.dot(h.T)
    dc = ds.sum(axis=1, keepdims=True)
    dh = V.T.dot(ds)
    da = dh * (1.0 - h * h)
    dW = da.dot(x.T)
    db = da.sum(axis=1, keepdims=True)
    return dW, db, dV, dc

# %%
pas = 0.05
for k in range(25):
    h, s = propage(x, W, b, V, c)
    dW, db, dV, dc = retropropage(x, y, h, s, V)
    W, b, V, c = W - pas * dW, b - pas * db, V - pas * dV, c - pas * dc

ecart_type = np.std(s - y)
print(ecart_type)
