# %%
from functools import partial
import numpy as np
rng = np.random.default_rng(37)
dose = rng.uniform(0, 3, 20)
events = rng.poisson(np.exp(0.3 + 0.5 * dose))
# %%
def deviance(theta, dose, events, ridge):
    eta = theta[0] + theta[1] * dose + theta[2] * dose ** 2
    return np.sum(np.exp(eta) - events * eta) + ridge * theta @ theta

def deviance_prime(theta, dose, events, ridge):
    eta = theta[0] + theta[1] * dose + theta[2] * dose ** 2
    r = np.exp(eta) - events
    return np.array([r.sum(), r @ dose, r @ dose ** 2]) + 2 * ridge * theta
# %%
fun = partial(deviance, dose=dose, events=events, ridge=0.5)
jac = partial(deviance_prime, dose=dose, events=events, ridge=0.5)
theta0 = np.array([0.1, 0.3, 0.05])
print(fun(theta0), jac(theta0))
