# %%
import numpy as np
import math

obs = np.random.default_rng(9).normal(2.0, 1.5, size=50)

# start values
mu = 1.0
log_sigma = 0.0

# %%
def nll(mu: float, log_sigma: float, obs: np.ndarray):
    """Negative log likelihood of a normal sample and its derivatives."""
    s2 = math.exp(2 * log_sigma)
    z = obs - mu
    value = 0.5 * len(obs) * math.log(2 * math.pi) + len(obs) * log_sigma + 0.5 * np.sum(z ** 2) / s2
    d_mu = -np.sum(z) / s2
    d_log_sigma = len(obs) - np.sum(z ** 2) / s2
    return value, (d_mu, d_log_sigma)

# %%
value, (g1, g2) = nll(mu, log_sigma, obs)
print(value, g1, g2)

mle = obs.mean(), math.log(obs.std())
print("closed form:", mle, nll(*mle, obs)[1])
