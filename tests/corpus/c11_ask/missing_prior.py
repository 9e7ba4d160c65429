# %%
import numpy as np
gen = np.random.default_rng(17)
counts = gen.poisson(3.0, size=(15, 4))
beta = gen.normal(size=4) * 0.3
# %%
def log_posterior(beta, counts, covariates, precision):
    eta = covariates @ beta
    return -np.sum(counts.sum(axis=1) * eta - np.exp(eta)) + 0.5 * beta @ precision @ beta
# %%
def grad_log_posterior(beta, counts, covariates, precision):
    eta = covariates @ beta
    return -covariates.T @ (counts.sum(axis=1) - np.exp(eta)) + precision @ beta
# %%
def credible(samples, level=0.9):
    lo = (1 - level) / 2
    return np.quantile(samples, [lo, 1 - lo], axis=0)
print(credible(gen.normal(size=(50, 4))).shape)
