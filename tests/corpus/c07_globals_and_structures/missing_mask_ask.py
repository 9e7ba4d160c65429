# %%
import numpy as np
np.random.seed(21)

theta = {"U": np.random.randn(6, 3), "V": np.random.randn(5, 3)}
R = np.random.randint(1, 6, size=(6, 5)).astype(float)

# %%
def reconstruction_cost(theta, R, observed_mask, mu):
    E = observed_mask * (theta["U"] @ theta["V"].T - R)
    return 0.5 * np.sum(E ** 2) + 0.5 * mu * sum(np.sum(t ** 2) for t in theta.values())

def reconstruction_gradient(theta, R, observed_mask, mu):
    E = observed_mask * (theta["U"] @ theta["V"].T - R)
    return {"U": E @ theta["V"] + mu * theta["U"], "V": E.T @ theta["U"] + mu * theta["V"]}

# %%
# the ratings' mask comes from the download cell, run it first
print(R.mean())
