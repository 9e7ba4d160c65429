# %%
import numpy as np
# spike counts of a neuron against stimulus features
gen = np.random.RandomState(8)
stim = gen.randn(40, 4)
w_true = np.array([0.3, -0.5, 0.2, 0.1])
counts = gen.poisson(np.exp(stim @ w_true + 0.4))
# %%
def glm_forward(X, Y, parameters):
    w, b = parameters["w"], parameters["b"]
    eta = X @ w + b
    rate = np.exp(eta)
    nll = np.mean(rate - Y * eta)
    return nll, {"rate": rate, "parameters": parameters}
# %%
def glm_backward(X, Y, cache):
    r = cache["rate"] - Y
    return {"w": X.T @ r / len(Y), "b": np.mean(r)}
# %%
p = {"w": gen.randn(4) * 0.2, "b": 0.1}
nll, cache = glm_forward(stim, counts, p)
for it in range(5):
    nll, cache = glm_forward(stim, counts, p)
    d = glm_backward(stim, counts, cache)
    p["w"] = p["w"] - 0.1 * d["w"]
    p["b"] = p["b"] - 0.1 * d["b"]
print(nll)
