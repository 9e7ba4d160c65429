# %%
import numpy as np
rng = np.random.default_rng(31)
n_m, n_u, n_f = 5, 4, 3
R = (rng.random((n_m, n_u)) < 0.7).astype(int)
Y = R * rng.integers(1, 6, (n_m, n_u))
X0, T0 = rng.normal(size=(n_m, n_f)), rng.normal(size=(n_u, n_f))
# %%
def flat(X, Theta):
    return np.r_[X.flatten(), Theta.flatten()]
def unflat(v):
    return v[:n_m * n_f].reshape(n_m, n_f), v[n_m * n_f:].reshape(n_u, n_f)
# %%
def cofi_cost(Y, R, v, lam):
    X, Theta = unflat(v)
    E = R * (X @ Theta.T - Y)
    return 0.5 * np.sum(E ** 2) + 0.5 * lam * (v @ v)
# %%
def cofi_grad(Y, R, v, lam):
    X, Theta = unflat(v)
    E = R * (X @ Theta.T - Y)
    return flat(E @ Theta + lam * X, E.T @ X + lam * Theta)
# %%
v = flat(X0, T0)
lam = 1.5
print(cofi_cost(Y, R, v, lam), np.abs(cofi_grad(Y, R, v, lam)).max())
predictions = X0 @ T0.T
best = np.argsort(-predictions, axis=0)[:3]
