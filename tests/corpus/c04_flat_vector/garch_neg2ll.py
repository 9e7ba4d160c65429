# %%
import numpy as np
from numpy import log, pi

# daily returns in percent (simulated)
np.random.seed(2008)
T = 60
true = dict(omega=.1, arch=.15, garch=.75)
ret = np.empty(T); s2 = 1.0
for i in range(T):
    ret[i] = np.sqrt(s2) * np.random.randn()
    s2 = true['omega'] + true['arch'] * ret[i] ** 2 + true['garch'] * s2

# %%
def unpack(theta):
    """theta = [mu, log omega, arch, garch]"""
    return theta[0], np.exp(theta[1]), theta[2], theta[3]

def filter_variance(theta, returns):
    mu, omega, a, b = unpack(theta)
    e = returns - mu
    h = np.zeros(len(e))
    dh = np.zeros((len(e), 4))
    h[0] = np.var(returns)
    for i in range(1, len(e)):
        h[i] = omega + a * e[i - 1] ** 2 + b * h[i - 1]
        dh[i] = b * dh[i - 1]
        dh[i, 0] -= 2 * a * e[i - 1]
        dh[i, 1] += omega
        dh[i, 2] += e[i - 1] ** 2
        dh[i, 3] += h[i - 1]
    return e, h, dh

def garch_objective(theta, returns, with_grad=True):
    e, h, dh = filter_variance(theta, returns)
    nll = 0.5 * np.sum(log(2 * pi) + log(h) + e ** 2 / h)
    if not with_grad:
        return nll
    g = 0.5 * ((1 / h - e ** 2 / h ** 2) @ dh)
    g[0] -= np.sum(e / h)
    return nll, g

# %%
theta = np.array([0.05, np.log(0.2), 0.1, 0.7])
f0, g0 = garch_objective(theta, ret)
print(f0, g0)
bounds = [(None, None), (None, None), (0, 1), (0, 1)]
