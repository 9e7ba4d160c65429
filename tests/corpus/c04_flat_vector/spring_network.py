# %%
"""Equilibrium of a planar spring network, nodes 0 and 4 are fixed by stiff anchors"""
import numpy as np

# %%
nodes0 = np.array([[0., 0.], [1., .2], [2., -.1], [3., .1], [4., 0.], [2., 1.]])
springs = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [1, 5], [5, 3], [2, 5]])
rng = np.random.RandomState(8)
k_spring = rng.uniform(5, 10, len(springs))
rest_len = np.linalg.norm(nodes0[springs[:, 0]] - nodes0[springs[:, 1]], axis=1) * 0.9
mass = np.full(len(nodes0), 0.2)
g_acc = 9.81
pos = (nodes0 + 0.05 * rng.randn(*nodes0.shape)).ravel()

# %%
def spring_lengths(pos, springs):
    p = pos.reshape(-1, 2)
    d = p[springs[:, 0]] - p[springs[:, 1]]
    return d, np.sqrt((d ** 2).sum(1))

def energy(pos, springs, k_spring, rest_len, mass):
    _, L = spring_lengths(pos, springs)
    p = pos.reshape(-1, 2)
    anchors = 50 * np.sum((p[[0, 4]] - nodes0[[0, 4]]) ** 2)
    return 0.5 * np.sum(k_spring * (L - rest_len) ** 2) + g_acc * np.sum(mass * p[:, 1]) + anchors

def energy_gradient(pos, springs, k_spring, rest_len, mass):
    d, L = spring_lengths(pos, springs)
    t = (k_spring * (L - rest_len) / L)[:, None] * d
    p = pos.reshape(-1, 2)
    out = np.zeros_like(p)
    np.add.at(out, springs[:, 0], t)
    np.add.at(out, springs[:, 1], -t)
    out[:, 1] += g_acc * mass
    out[[0, 4]] += 100 * (p[[0, 4]] - nodes0[[0, 4]])
    return out.ravel()

def forces(pos):
    return -energy_gradient(pos, springs, k_spring, rest_len, mass).reshape(-1, 2)

# %%
def relax(pos, steps=300, h=2e-3):
    q = pos.copy()
    for _ in range(steps):
        q = q + h * forces(q).ravel()
    return q

print(energy(pos, springs, k_spring, rest_len, mass), np.abs(forces(relax(pos))).max())
