# %%
import numpy as np
rng = np.random.default_rng(88)

# %%
samples = rng.uniform(-1, 1, (12, 3))
wanted = samples[:, :1] - samples[:, 1:2] ** 2
A = rng.normal(size=(3, 6)) * 0.5
B = rng.normal(size=(6, 1)) * 0.5
momA, momB = np.zeros_like(A), np.zeros_like(B)
history = []

# %%
for epoch in range(40):
    hid = np.tanh(samples @ A)
    diff = hid @ B - wanted
    history.append(float((diff ** 2).mean()))
    gB = hid.T @ diff * 2 / len(samples)
    gA = samples.T @ ((diff @ B.T) * (1 - hid ** 2)) * 2 / len(samples)
    momA = 0.9 * momA - 0.05 * gA
    momB = 0.9 * momB - 0.05 * gB
    A += momA
    B += momB
print(history[0], history[-1])
