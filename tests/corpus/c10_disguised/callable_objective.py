# %%
import numpy as np

class TomographyMisfit:
    """travel time tomography: slowness on a coarse grid, smoothed by a first-difference penalty"""

    def __init__(self, rays, times, mu):
        self.rays, self.times, self.mu = rays, times, mu
        n = rays.shape[1]
        self.R = np.eye(n)[1:] - np.eye(n)[:-1]
        self.ncalls = 0

    def __call__(self, logs):
        self.ncalls += 1
        res = self.rays @ np.exp(logs) - self.times
        rough = self.R @ logs
        return np.sum(np.sqrt(1 + res ** 2) - 1) + 0.5 * self.mu * rough @ rough

    def jac(self, logs):
        s = np.exp(logs)
        res = self.rays @ s - self.times
        return s * (self.rays.T @ (res / np.sqrt(1 + res ** 2))) + self.mu * self.R.T @ (self.R @ logs)

# %%
rg = np.random.RandomState(1906)
rays = rg.rand(12, 7) * (rg.rand(12, 7) > .4)
true_slowness = 0.5 + rg.rand(7)
times = rays @ true_slowness + 0.02 * rg.randn(12)
phi = TomographyMisfit(rays, times, mu=0.3)
logs = rg.randn(7) * 0.3

# %%
def backtracking(f, x, g, t=1.0):
    fx = f(x)
    while f(x - t * g) > fx - 1e-4 * t * g @ g:
        t *= .5
    return x - t * g

m = logs.copy()
for _ in range(5):
    m = backtracking(phi, m, phi.jac(m))
print(phi(logs), phi(m), phi.ncalls)
