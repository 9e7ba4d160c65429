# %%
from functools import partial, wraps
import numpy as np

evaluations = []

def recorded(fn):
    @wraps(fn)
    def inner(*args, **kwargs):
        value = fn(*args, **kwargs)
        evaluations.append((fn.__name__, float(np.linalg.norm(value))))
        return value
    return inner

# %%
@recorded
def potential(r, box, eps, sigma):
    """Lennard-Jones energy, periodic box; r is (n, 2)"""
    n = len(r)
    u = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            d = r[i] - r[j]
            d -= box * np.round(d / box)
            s6 = (sigma ** 2 / (d @ d)) ** 3
            u += 4 * eps * (s6 ** 2 - s6)
    return u

@recorded
def potential_grad(r, box, eps, sigma):
    f = np.zeros_like(r)
    for i in range(len(r)):
        for j in range(i + 1, len(r)):
            d = r[i] - r[j]
            d -= box * np.round(d / box)
            d2 = d @ d
            s6 = (sigma ** 2 / d2) ** 3
            w = -24 * eps * (2 * s6 ** 2 - s6) / d2 * d
            f[i] += w
            f[j] -= w
    return f

# %%
box = 4.0
energy = partial(potential, box=box, eps=1.0, sigma=0.9)
gradient = partial(potential_grad, box=box, eps=1.0, sigma=0.9)

np.random.seed(39)
r = np.array([[i, j] for i in range(3) for j in range(3)]) * 1.3 + 0.12 * np.random.randn(9, 2)
def steepest_descent(r, steps=5, h=2e-3):
    for _ in range(steps):
        r = r - h * gradient(r)
    return r
relaxed = steepest_descent(r)
print(energy(r), energy(relaxed), len(evaluations))
