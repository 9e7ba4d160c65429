# %%
from dataclasses import dataclass
import numpy as np
# %%
@dataclass
class SpringParams:
    k: float
    gamma: float
    x0: float
    drift: np.ndarray
# %%
dt, steps = 0.05, 20
rng = np.random.default_rng(4)
measured = np.cos(1.4 * dt * np.arange(steps + 1)) + 0.02 * rng.normal(size=steps + 1)
guess = SpringParams(k=1.5, gamma=0.2, x0=0.9, drift=np.array([0.1, -0.05]))
# %%
def simulate(p):
    x, v = np.zeros(steps + 1), np.zeros(steps + 1)
    x[0] = p.x0
    for n in range(steps):
        v[n + 1] = v[n] + dt * (-p.k * x[n] - p.gamma * v[n] + p.drift[1])
        x[n + 1] = x[n] + dt * (v[n] + p.drift[0])
    return x, v

def misfit(p, measured):
    x, _ = simulate(p)
    return 0.5 * np.sum((x - measured) ** 2)
# %%
def adjoint(p, measured):
    x, v = simulate(p)
    r = x - measured
    lx, lv = r[steps], 0.0
    gk = gg = 0.0
    gd = np.zeros(2)
    for n in range(steps - 1, -1, -1):
        gk += lv * dt * -x[n]
        gg += lv * dt * -v[n]
        gd += dt * np.array([lx, lv])
        lx, lv = r[n] + lx - dt * p.k * lv, lv * (1 - dt * p.gamma) + dt * lx
    return SpringParams(k=gk, gamma=gg, x0=lx, drift=gd)
# %%
print(misfit(guess, measured), adjoint(guess, measured))
