# %%
import numpy as np
rng = np.random.default_rng(21)

first = rng.normal(size=(4, 4))
second = rng.normal(size=(4, 4))
third = rng.normal(size=(4, 4))

# %%
def procrustes(rot, cloud, goal):
    d = cloud @ rot - goal
    return np.sum(d ** 2)

def procrustes_grad(rot, cloud, goal):
    return 2 * cloud.T @ (cloud @ rot - goal)
