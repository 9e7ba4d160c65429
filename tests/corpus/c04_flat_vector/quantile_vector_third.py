# %%
import numpy as np

rng = np.random.default_rng(55)
A = np.c_[rng.normal(size=(25, 3)), np.ones(25)]
resp = A @ np.array([1.0, -2.0, 0.5, 0.3]) + rng.standard_t(3, size=25)
beta = rng.normal(size=4) * 0.3
tau, kappa = 0.7, 0.4

# %%
# pinball loss smoothed with softplus, kappa = width of the smoothing
def pinball(A, resp, beta, tau, kappa=0.4):
    r = resp - A @ beta
    return np.sum(tau * r + kappa * np.logaddexp(0, -r / kappa))

def grad_pinball(A, resp, beta, tau, kappa=0.4):
    r = resp - A @ beta
    w = tau - 1.0 / (1.0 + np.exp(r / kappa))
    return -A.T @ w

# %%
def fit(A, resp, beta, tau, n=200, lr=0.01):
    b = beta.copy()
    for _ in range(n):
        b -= lr * grad_pinball(A, resp, b, tau)
    return b

for q in (0.1, 0.5, 0.9):
    print(q, np.round(fit(A, resp, beta, q), 2))
