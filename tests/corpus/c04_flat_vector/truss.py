# %% energy of a hanging chain of springs, coordinates stacked in q = (x1..xn, z1..zn)
import numpy as np

n = 5
left, right = (0.0, 0.0), (3.0, 0.4)
mass = np.array([1.0, .5, 2.0, .7, 1.1])
stiff = 40.0
rest = 0.45
g0 = 9.81

# %%
def bars(q):
    x = np.concatenate([[left[0]], q[:n], [right[0]]])
    z = np.concatenate([[left[1]], q[n:], [right[1]]])
    return np.diff(x), np.diff(z)

def potential(q):
    dx, dz = bars(q)
    length = np.hypot(dx, dz)
    return 0.5 * stiff * np.sum((length - rest) ** 2) + g0 * np.dot(mass, q[n:])

def forces(q):
    """derivative of the potential"""
    dx, dz = bars(q)
    length = np.hypot(dx, dz)
    t = stiff * (length - rest) / length
    fx = t[:-1] * dx[:-1] - t[1:] * dx[1:]
    fz = t[:-1] * dz[:-1] - t[1:] * dz[1:] + g0 * mass
    return np.concatenate([fx, fz])

# %%
q = np.concatenate([np.linspace(.4, 2.6, n), -.3 * np.ones(n)])
q = q + .05 * np.random.default_rng(1).normal(size=2 * n)
print(potential(q))

# %%
relaxed = q.copy()
for it in range(300):
    relaxed -= 0.004 * forces(relaxed)
print(potential(relaxed), np.abs(forces(relaxed)).max())
