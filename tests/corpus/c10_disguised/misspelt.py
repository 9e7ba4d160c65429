# %%
import numpy as np
np.random.seed(14)
trainig_x = np.random.randn(3, 13)
lables = (np.random.rand(1, 13) > .5) * 1
# %%
def sigmiod(z): return 1/(1+np.exp(-z))
def initalize(n=4):
    return {"wieghts1": np.random.randn(n, 3)*.5, "bais1": np.random.randn(n, 1)*.1, "wieghts2": np.random.randn(1, n), "bais2": np.zeros((1, 1))}
paramters = initalize()
# %%
def foward_propogation(x, paramters):
    z1 = paramters["wieghts1"] @ x + paramters["bais1"]
    a1 = sigmiod(z1)
    z2 = paramters["wieghts2"] @ a1 + paramters["bais2"]
    a2 = sigmiod(z2)
    return a2, {"a1": a1, "a2": a2}
# %%
def compute_coast(a2, lables):
    return -np.mean(lables*np.log(a2) + (1-lables)*np.log(1-a2))
# %%
def bakward_propogation(paramters, chache, x, lables):
    m = x.shape[1]
    a1, a2 = chache["a1"], chache["a2"]
    dz2 = a2 - lables
    dz1 = paramters["wieghts2"].T @ dz2 * a1 * (1 - a1)
    return {"dwieghts1": dz1 @ x.T / m, "dbais1": np.sum(dz1, axis=1, keepdims=True) / m,
            "dwieghts2": dz2 @ a1.T / m, "dbais2": np.sum(dz2, axis=1, keepdims=True) / m}
# %%
a2, chache = foward_propogation(trainig_x, paramters)
print("coast", compute_coast(a2, lables))
gradiants = bakward_propogation(paramters, chache, trainig_x, lables)
