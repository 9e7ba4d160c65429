# %%
import numpy as np
np.random.seed(12)

tide_t = np.linspace(0, 24, 20)
tide_h = 1.3 * np.cos(.5 * tide_t + .4) + .3 * np.cos(1.01 * tide_t - 1) + 2 + .05 * np.random.randn(20)

# %%
amp = np.array([1.0, .5])
omega = np.array([.48, 1.05])
phase = np.array([.2, -.7])
level = np.array([1.8])

# %%
def tide():
    return level + np.cos(np.outer(tide_t, omega) + phase) @ amp

def mse():
    return np.mean((tide() - tide_h) ** 2)

def mse_gradients():
    arg = np.outer(tide_t, omega) + phase
    e = 2 * (level + np.cos(arg) @ amp - tide_h) / tide_h.size
    g_amp = np.cos(arg).T @ e
    back = -np.sin(arg) * amp * e[:, None]
    g_omega = tide_t @ back
    g_phase = back.sum(axis=0)
    g_level = np.array([e.sum()])
    return g_amp, g_omega, g_phase, g_level

# %%
print("mse", mse())
print(mse_gradients())

# %%
def describe():
    for a, o, p in zip(amp, omega, phase):
        print(f"{a:.2f} cos({o:.2f} t + {p:.2f})")
describe()
