# %%
import numpy as np

np.random.seed(55)
raw = np.ones((5000, 5000))            # 200 MB, the unreduced design matrix
raw_mean = float(raw[:100].mean())

# %% sweep results, one variable per run (I know...)
for i in range(1000):
    globals()["run_%d_score" % i] = float(np.random.rand())
    globals()["run_%d_w" % i] = np.random.randn(5)

# %%
class RidgeNet:
    pass

x = np.random.randn(16, 5) * 0.4
y = np.random.randn(16)
w = np.random.randn(5)
u = np.random.randn(5, 4)
v = np.random.randn(4)

# %%
def objective(u, v, x, y, lam=0.3):
    h = x @ u
    r = (h * h) @ v - y
    return 0.5 * np.mean(r ** 2) + lam * (np.sum(u ** 2) + np.sum(v ** 2))

def objective_grad(u, v, x, y, lam=0.3):
    h = x @ u
    r = (h * h) @ v - y
    r = r / len(y)
    gv = (h * h).T @ r + 2 * lam * v
    gu = x.T @ (2 * h * np.outer(r, v)) + 2 * lam * u
    return gu, gv

# %%
best = max(range(1000), key=lambda i: globals()["run_%d_score" % i])
w = globals()["run_%d_w" % best]
print(best, objective(u, v, x, y))
