# %%
import numpy as np
np.random.seed(2014)

def initialize_adam(parameters):
    v = {k: np.zeros_like(p) for k, p in parameters.items()}
    s = {k: np.zeros_like(p) for k, p in parameters.items()}
    return v, s

def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    out = {}
    for k in parameters:
        v[k] = beta1 * v[k] + (1 - beta1) * grads["d" + k]
        s[k] = beta2 * s[k] + (1 - beta2) * grads["d" + k] ** 2
        vh, sh = v[k] / (1 - beta1 ** t), s[k] / (1 - beta2 ** t)
        out[k] = parameters[k] - learning_rate * vh / (np.sqrt(sh) + epsilon)
    return out, v, s

# %%
def random_mini_batches(X, Y, size, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(X.shape[1])
    return [(X[:, order[i:i + size]], Y[:, order[i:i + size]]) for i in range(0, X.shape[1], size)]

# %%
X, Y = np.random.randn(3, 20), np.random.randint(0, 2, (1, 20))
parameters = {"W1": np.random.randn(2, 3), "b1": np.random.randn(2, 1), "W2": np.random.randn(1, 2), "b2": np.random.randn(1, 1)}
grads = {"d" + k: np.random.randn(*p.shape) for k, p in parameters.items()}
v, s = initialize_adam(parameters)
parameters, v, s = update_parameters_with_adam(parameters, grads, v, s, t=1)
print(len(random_mini_batches(X, Y, 8, 0)), parameters["W1"])
