# %%
import numpy as np
from functools import partial
np.random.seed(85)

x_obs, y_obs = np.random.randn(10, 3), np.random.randn(10)
quant = .8

# %% smoothed quantile regression
smooth = lambda u, k=5.0: np.logaddexp(0, k * u) / k
pinball = lambda coef, x, y, tau: np.mean(tau * (y - x @ coef) + smooth(x @ coef - y))
d_pinball = lambda coef, x, y, tau: x.T @ (1 / (1 + np.exp(-5.0 * (x @ coef - y))) - tau) / len(y)

loss = partial(pinball, x=x_obs, y=y_obs, tau=quant)
dloss = partial(d_pinball, x=x_obs, y=y_obs, tau=quant)

# %%
coef = np.array([.5, -.2, .9])
loss(coef), dloss(coef)

# %%
step = lambda c, lr=.1: c - lr * dloss(c)
c = coef
for _ in range(25):
    c = step(c)
print(loss(c), np.mean(y_obs < x_obs @ c))
