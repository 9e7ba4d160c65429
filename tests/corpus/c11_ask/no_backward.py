# %%
import numpy as np
np.random.seed(23)
obs = np.random.randn(15, 4)
resp = np.random.randn(15)

# %%
W = np.random.randn(4, 5) * .4
v = np.random.randn(5) * .4

def model(obs, W, v):
    return np.maximum(obs @ W, 0) @ v

def objective(W, v):
    return np.mean((model(obs, W, v) - resp) ** 2)

# %%
print(objective(W, v))

# %%
best = objective(W, v)
for trial in range(100):
    W_try = W + .05 * np.random.randn(*W.shape)
    v_try = v + .05 * np.random.randn(*v.shape)
    if objective(W_try, v_try) < best:
        W, v, best = W_try, v_try, objective(W_try, v_try)
print(best)

# TODO: derive the gradient instead of random search
