# %%
import numpy as np
np.random.seed(365)

# bike counts per hour ~ temperature, weekend, rain
n = 24
temp = np.random.uniform(-1, 1, n)
weekend = np.random.binomial(1, 2 / 7, n)
rain = np.random.binomial(1, .3, n)
design = np.c_[np.ones(n), temp, weekend, rain]
exposure = np.random.uniform(.5, 1.5, n)
counts = np.random.poisson(exposure * np.exp(design @ [1.0, .6, -.4, -.7]))

coef = np.array([.5, .2, .1, -.1])
rate = 1e-3

# %%
def intensity(coef, design, exposure):
    return exposure * np.exp(design @ coef)

def ascent_step(coef, design, exposure, counts, rate):
    # Poisson log likelihood, log link, offset log(exposure)
    mu = intensity(coef, design, exposure)
    score = design.T @ (counts - mu)
    return coef + rate * score

# %%
def fisher(coef, design, exposure):
    mu = intensity(coef, design, exposure)
    return design.T @ (mu[:, None] * design)

path = [coef]
for _ in range(200):
    path.append(ascent_step(path[-1], design, exposure, counts, rate))
se = np.sqrt(np.diag(np.linalg.inv(fisher(path[-1], design, exposure))))
print(np.c_[path[-1], se].round(3))
