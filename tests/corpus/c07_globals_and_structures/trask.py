# %%
import numpy as np
np.random.seed(1)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1
# %%
def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))
# %%
def think():
    l1 = nonlin(X @ syn0)
    l2 = nonlin(l1 @ syn1)
    return l1, l2

def error():
    l1, l2 = think()
    return 0.5 * np.sum((y - l2) ** 2)

def gradients():
    l1, l2 = think()
    l2_delta = (l2 - y) * nonlin(l2, deriv=True)
    l1_delta = l2_delta @ syn1.T * nonlin(l1, True)
    return X.T @ l1_delta, l1.T @ l2_delta
# %%
for j in range(20):
    g0, g1 = gradients()
    syn0 -= g0
    syn1 -= g1
print(error())
