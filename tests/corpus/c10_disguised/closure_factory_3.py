# %%
import numpy as np

def make_survival_problem(times, events, covs):
    """Cox partial likelihood (no ties)"""
    order = np.argsort(-times)
    Z, d = covs[order], events[order]

    def objective(beta):
        eta = Z @ beta
        log_risk = np.log(np.cumsum(np.exp(eta)))
        return -np.sum(d * (eta - log_risk)) / d.sum()

    def slope(beta):
        w = np.exp(Z @ beta)
        avg = np.cumsum(w[:, None] * Z, axis=0) / np.cumsum(w)[:, None]
        return -(d[:, None] * (Z - avg)).sum(axis=0) / d.sum()

    return objective, slope

# %%
r = np.random.default_rng(27)
covs = r.normal(size=(22, 3))
times = r.exponential(np.exp(-covs @ np.array([.5, -.3, .0])))
events = (r.random(22) < .7).astype(int)

# %%
pl, pl_slope = make_survival_problem(times, events, covs)
beta = np.array([.1, .2, -.3])
print(pl(beta), pl_slope(beta))

# %%
est = np.zeros(3)
for _ in range(100):
    est = est - .3 * pl_slope(est)
np.exp(est)
