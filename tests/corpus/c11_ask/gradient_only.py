# %%
import numpy as np
rs = np.random.RandomState(29)
theta = rs.randn(6)
C = rs.randn(6, 6)

# %%
def grad_energy(theta, C):
    """gradient of the energy, from the paper, eq. 14"""
    A = C + C.T
    s = np.tanh(theta)
    return A @ s * (1 - s ** 2) + 0.3 * np.arctanh(0.9 * s) - 0.1 * theta ** 3

def langevin(theta, n=20, dt=.01, T=.1):
    path = [theta]
    for _ in range(n):
        theta = theta - dt * grad_energy(theta, C) + np.sqrt(2 * T * dt) * rs.randn(theta.size)
        path.append(theta)
    return np.array(path)

# %%
walk = langevin(theta)
print(walk.mean(0), walk.std(0))
