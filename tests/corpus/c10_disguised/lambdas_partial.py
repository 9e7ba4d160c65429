# %%
import numpy as np
from functools import partial

np.random.seed(64)
n, d = 30, 5
Phi = np.c_[np.ones(n), np.random.randn(n, d - 1)]
w_star = np.random.randn(d)
t = (np.random.rand(n) < 1 / (1 + np.exp(-Phi @ w_star))) * 1.0

# %%
sig = lambda a: 1 / (1 + np.exp(-a))
dsig = lambda a: sig(a) * (1 - sig(a))

E_reg = lambda w, Phi, t, lam: -(t * np.log(sig(Phi @ w)) + (1 - t) * np.log(1 - sig(Phi @ w))).sum() + lam / 2 * w @ w
grad_E_reg = lambda w, Phi, t, lam: Phi.T @ (sig(Phi @ w) - t) + lam * w

# %% fix data and lambda once and for all
lam = 2.5
E = partial(E_reg, Phi=Phi, t=t, lam=lam)
grad_E = partial(grad_E_reg, Phi=Phi, t=t, lam=lam)

# %%
w = np.random.randn(d) * .5
w_old = w.copy()
for it in range(5):
    w = w - 0.02 * grad_E(w)
print(E(w_old), E(w))
y_hat = (sig(Phi @ w) > .5).astype(int)
