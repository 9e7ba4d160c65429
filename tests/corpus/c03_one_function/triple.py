# %%
import numpy as np
from numpy.linalg import norm
gen = np.random.default_rng(64)
# logistic regression from scratch
features = gen.normal(size=(25, 3))
outcome = (features @ np.array([1.0, -2.0, 0.5]) + 0.3 + gen.normal(size=25) > 0).astype(int)
train_f, test_f = features[:18], features[18:]
train_o, test_o = outcome[:18], outcome[18:]
# %%
weights = gen.normal(size=3) * 0.5
intercept = -0.25
# %%
def step_quantities(train_f, train_o, weights, intercept, penalty):
    """returns gradient of weights, gradient of intercept and the objective"""
    z = train_f @ weights + intercept
    prob = 1 / (1 + np.exp(-z))
    resid = prob - train_o
    obj = -np.mean(train_o * np.log(prob) + (1 - train_o) * np.log(1 - prob)) + penalty * norm(weights) ** 2
    return train_f.T @ resid / len(resid) + 2 * penalty * weights, resid.mean(), obj
# %%
penalty = 0.1
gw, gi, before = step_quantities(train_f, train_o, weights, intercept, penalty)
print("gradient norm", norm(gw), "objective", before)
score = np.mean((test_f @ weights + intercept > 0) == test_o)
