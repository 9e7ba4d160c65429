# %%
import numpy as np

try:
    from numba import njit
except ImportError:
    class njit:
        """no numba on this machine: plain Python, same interface"""
        def __init__(self, func):
            self.py_func = func
            self.calls = 0
        def __call__(self, *a):
            self.calls += 1
            return self.py_func(*a)

# %%
@njit
def energy(pos, eps, sigma):
    """pair potential of a small cluster, pos: (n, 3)"""
    n = pos.shape[0]
    e = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            r2 = 0.0
            for k in range(3):
                r2 += (pos[i, k] - pos[j, k]) ** 2
            s6 = (sigma * sigma / r2) ** 3
            e += 4 * eps * (s6 * s6 - s6)
    return e

@njit
def energy_gradient(pos, eps, sigma):
    n = pos.shape[0]
    g = np.zeros((n, 3))
    for i in range(n):
        for j in range(i + 1, n):
            d = pos[i] - pos[j]
            r2 = np.sum(d * d)
            s6 = (sigma * sigma / r2) ** 3
            fac = -24 * eps * (2 * s6 * s6 - s6) / r2
            g[i] += fac * d
            g[j] -= fac * d
    return g

# %%
np.random.seed(5)
base = np.array([[0, 0, 0], [1.1, 0, 0], [0, 1.1, 0], [0, 0, 1.1], [1.1, 1.1, 1.1]])
pos = base + 0.05 * np.random.randn(5, 3)
eps, sigma = 1.0, 1.0

print('before', energy(pos, eps, sigma))
for it in range(5):
    pos = pos - 1e-3 * energy_gradient(pos, eps, sigma)
print('after', energy(pos, eps, sigma))
