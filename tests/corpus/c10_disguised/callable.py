# %%
import numpy as np
class LennardJones:
    """energy of a cluster; calling the object gives the energy"""
    def __init__(self, n, eps=1.0, sigma=1.0):
        self.n, self.eps, self.sigma = n, eps, sigma
        self.i, self.j = np.triu_indices(n, 1)
    def __call__(self, coords):
        r = coords.reshape(self.n, 3)
        d = np.linalg.norm(r[self.i] - r[self.j], axis=1)
        s6 = (self.sigma / d) ** 6
        return 4 * self.eps * np.sum(s6 ** 2 - s6)
    def jac(self, coords):
        r = coords.reshape(self.n, 3)
        dr = r[self.i] - r[self.j]
        d = np.linalg.norm(dr, axis=1)
        s6 = (self.sigma / d) ** 6
        dE = 4 * self.eps * (-12 * s6 ** 2 + 6 * s6) / d ** 2
        g = np.zeros_like(r)
        np.add.at(g, self.i, dE[:, None] * dr)
        np.add.at(g, self.j, -dE[:, None] * dr)
        return g.ravel()
# %%
rng = np.random.default_rng(0)
grid = 1.2 * np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
coords = (grid + 0.05 * rng.normal(size=(4, 3))).ravel()
energy = LennardJones(4)
step = coords - 1e-3 * energy.jac(coords)
print(energy(coords), energy(step))
