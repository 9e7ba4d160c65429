# %%
import numpy as np
import functools

rng = np.random.default_rng(6)
D = rng.normal(size=(22, 5)); s = rng.integers(0, 2, 22)
wts = {"in": rng.normal(size=(5, 4)) * .5, "out": rng.normal(size=4) * .5}

def costo(wts, D, s):
    # versión 1: error cuadrático
    p = 1 / (1 + np.exp(-np.tanh(D @ wts["in"]) @ wts["out"]))
    return 0.5 * np.mean((p - s) ** 2)

def derivada(wts, D, s):
    h = np.tanh(D @ wts["in"])
    p = 1 / (1 + np.exp(-h @ wts["out"]))
    e = (p - s) * p * (1 - p) / len(s)
    return {"in": D.T @ (np.outer(e, wts["out"]) * (1 - h * h)), "out": h.T @ e}

# %%
prueba = costo(wts, D, s), derivada(wts, D, s)      # aprende muy lento

# %%
def registro(f):
    """guarda cuántas veces se llama"""
    @functools.wraps(f)
    def g(*a, **k):
        g.llamadas += 1
        return f(*a, **k)
    g.llamadas = 0
    return g

@registro
def costo(wts, D, s):
    # versión 2: entropía cruzada
    a = np.tanh(D @ wts["in"]) @ wts["out"]
    return np.mean(np.logaddexp(0, a) - s * a)

@registro
def derivada(wts, D, s):
    h = np.tanh(D @ wts["in"])
    err = (1 / (1 + np.exp(-h @ wts["out"])) - s) / len(s)
    return {"in": D.T @ (np.outer(err, wts["out"]) * (1 - h ** 2)), "out": h.T @ err}

# %%
for paso in range(6):
    dg = derivada(wts, D, s)
    wts = {k: wts[k] - 0.5 * dg[k] for k in wts}
    print(paso, costo(wts, D, s))
