# %%
"""Claim counts: log-linear model with exposure offset."""
import numpy as np

rng = np.random.default_rng(31)
n, k = 40, 3
design = np.column_stack([np.ones(n), rng.normal(size=(n, k - 1))])
exposure = rng.uniform(0.5, 2.0, size=n)
counts = rng.poisson(exposure * np.exp(design @ np.array([0.3, -0.4, 0.5])))

coef = {"beta": np.array([0.1, -0.2, 0.3]), "log_phi": np.array([0.4])}

# %%
def linear_predictor(design, coef, exposure):
    eta = design @ coef["beta"] + np.log(exposure)
    return np.exp(eta), {"eta": eta}

# a crude over-dispersion weight, exp(log_phi) > 0
def deviance(mu, counts, coef):
    phi = np.exp(coef["log_phi"][0])
    return np.sum(mu - counts * np.log(mu)) / phi + 0.5 * len(counts) * coef["log_phi"][0]

def score(design, counts, mu, coef):
    phi = np.exp(coef["log_phi"][0])
    resid = mu - counts
    s_beta = design.T @ resid / phi
    s_phi = -np.sum(mu - counts * np.log(mu)) / phi + 0.5 * len(counts)
    return {"beta": s_beta, "log_phi": np.array([s_phi])}

# %%
mu, aux = linear_predictor(design, coef, exposure)
deviance(mu, counts, coef), score(design, counts, mu, coef)
