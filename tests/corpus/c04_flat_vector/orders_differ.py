# %%
import numpy as np
np.random.seed(61)

# %%
# survival times, exponential model with right censoring
n_obs = 30
cov = np.hstack([np.ones((n_obs, 1)), np.random.randn(n_obs, 2)])
time = np.random.exponential(2.0, n_obs) + 0.1
event = (np.random.rand(n_obs) < 0.7).astype(int)
b_start = np.array([[-0.5], [0.2], [0.1]])
prior_sd = 3.0

# %%
def neg_log_post(b, time, event, cov, prior_sd):
    eta = (cov @ b).ravel()
    return -(event * eta - time * np.exp(eta)).sum() + 0.5 * (b ** 2).sum() / prior_sd ** 2

def neg_log_post_gradient(cov, time, event, prior_sd, b):
    eta = (cov @ b).ravel()
    return cov.T @ (time * np.exp(eta) - event)[:, None] + b / prior_sd ** 2

def hessian(cov, time, prior_sd, b):
    eta = (cov @ b).ravel()
    return cov.T @ ((time * np.exp(eta))[:, None] * cov) + np.eye(len(b)) / prior_sd ** 2

# %%
b_hat = b_start.copy()
for _ in range(8):
    b_hat = b_hat - 0.5 * np.linalg.solve(hessian(cov, time, prior_sd, b_hat), neg_log_post_gradient(cov, time, event, prior_sd, b_hat))
print(b_hat.ravel(), neg_log_post(b_hat, time, event, cov, prior_sd))
