# %%
import numpy as np
np.random.seed(1)
x_in = np.random.rand(2, 10)
y_out = np.sin(3 * x_in[:1]) + x_in[1:]
# %%
def initialize_parameters(n_h=4):
    np.random.seed(2)
    return {"V": np.random.randn(n_h, 2), "c": np.random.randn(n_h, 1) * .3,
            "U": np.random.randn(1, n_h), "d": np.zeros((1, 1))}
parameters = initialize_parameters()
# %%
def forward(x, y, parameters):
    """mean squared error of the net"""
    h = np.tanh(parameters["V"] @ x + parameters["c"])
    o = parameters["U"] @ h + parameters["d"]
    return np.mean((o - y) ** 2)
# %%
def backward(x, y, parameters):
    m = x.shape[1]
    h = np.tanh(parameters["V"] @ x + parameters["c"])
    o = parameters["U"] @ h + parameters["d"]
    do = 2 * (o - y) / m
    dU = do @ h.T
    dd = do.sum(axis=1, keepdims=True)
    dh = parameters["U"].T @ do
    dz = dh * (1 - h * h)
    dV = dz @ x.T
    dc = dz.sum(axis=1, keepdims=True)
    return {"dV": dV, "dc": dc, "dU": dU, "dd": dd}
# %%
# quick look at one entry
eps = 1e-5
pp = {k: v.copy() for k, v in parameters.items()}
pp["V"][0, 0] += eps
pm = {k: v.copy() for k, v in parameters.items()}
pm["V"][0, 0] -= eps
approx = (forward(x_in, y_out, pp) - forward(x_in, y_out, pm)) / (2 * eps)
print(approx, backward(x_in, y_out, parameters)["dV"][0, 0])
