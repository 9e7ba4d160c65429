# %%
import sys, types
import numpy as np
# mylib normally lives next to the notebook
source = '''
import numpy as np
def hidden(x, p):
    return np.cos(x @ p["omega"] + p["phase"])
def total_loss(x, y, p):
    return np.sum((hidden(x, p) @ p["amp"] - y) ** 2)
def total_grad(x, y, p):
    h = hidden(x, p)
    e = 2 * (h @ p["amp"] - y)
    s = -np.sin(x @ p["omega"] + p["phase"]) * np.outer(e, p["amp"])
    return {"omega": x.T @ s, "phase": s.sum(0), "amp": h.T @ e}
'''
fourier = types.ModuleType("fourier")
exec(source, fourier.__dict__)
sys.modules["fourier"] = fourier
# %%
import fourier as ft
# %%
rng = np.random.default_rng(71)
x = rng.normal(size=(13, 2))
y = np.sin(x[:, 0])
p = {"omega": rng.normal(size=(2, 5)), "phase": rng.uniform(0, 6, 5), "amp": rng.normal(size=5)}
print(ft.total_loss(x, y, p))
for i in range(2):
    g = ft.total_grad(x, y, p)
    p = {k: p[k] - 0.001 * g[k] for k in p}
