# %% [markdown]
# Mean-field VI for Bayesian logistic regression, fixed reparameterisation noise

# %%
import numpy as np
rng = np.random.default_rng(404)
n, d, S = 18, 3, 6
A = rng.normal(size=(n, d))
t = rng.integers(0, 2, n)
eps = rng.normal(size=(S, d))
prior_sd = 1.5

# %%
def log1pexp(u):
    return np.logaddexp(0, u)

def neg_elbo(log_sd, mean, eps, A, t):
    sd = np.exp(log_sd)
    z = mean + sd * eps                     # S x d
    u = z @ A.T                             # S x n
    loglik = (t * u - log1pexp(u)).sum(1).mean()
    kl = (np.log(prior_sd) - log_sd + (sd ** 2 + mean ** 2) / (2 * prior_sd ** 2) - 0.5).sum()
    dz = ((t - 1 / (1 + np.exp(-u))) @ A) / len(eps)
    d_mean = -dz.sum(0) + mean / prior_sd ** 2
    d_log_sd = -(dz * eps * sd).sum(0) - 1 + sd ** 2 / prior_sd ** 2
    return d_mean, d_log_sd, kl - loglik

# %%
mean = rng.normal(size=d) * 0.4
log_sd = rng.normal(size=d) * 0.2 - 0.5
snapshot = (mean.copy(), log_sd.copy())
lr, trace = 0.05, []
m_, s_ = snapshot
for it in range(30):
    gm, gs, val = neg_elbo(s_, m_, eps, A, t)
    m_, s_ = m_ - lr * gm, s_ - lr * gs
    trace.append(val)
print(trace[0], trace[-1])
