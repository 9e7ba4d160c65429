# %%
import numpy as np
rng = np.random.default_rng(1)

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

# %%
def lstm_cell_forward(x_t, hidden, memory, Wf, Wi, Wc, Wo):
    v = np.concatenate([hidden, x_t])
    f, i, o = sigmoid(Wf @ v), sigmoid(Wi @ v), sigmoid(Wo @ v)
    g = np.tanh(Wc @ v)
    new_memory = f * memory + i * g
    return o * np.tanh(new_memory), new_memory, (v, f, i, o, g, memory, new_memory, Wf, Wi, Wc, Wo)

def lstm_cell_backward(d_hidden, d_memory, cache):
    v, f, i, o, g, memory, new_memory, Wf, Wi, Wc, Wo = cache
    t = np.tanh(new_memory)
    dm = d_memory + d_hidden * o * (1 - t ** 2)
    zo = d_hidden * t * o * (1 - o)
    zf = dm * memory * f * (1 - f)
    zi = dm * g * i * (1 - i)
    zc = dm * i * (1 - g ** 2)
    dv = Wf.T @ zf + Wi.T @ zi + Wc.T @ zc + Wo.T @ zo
    n = len(memory)
    return dv[n:], dv[:n], dm * f, zf @ v.T, zi @ v.T, zc @ v.T, zo @ v.T

# %%
n_h, n_x, m = 4, 3, 5
Wf, Wi, Wc, Wo = (rng.normal(size=(n_h, n_h + n_x)) * 0.5 for _ in range(4))
hidden = rng.normal(size=(n_h, m))
x_t = rng.normal(size=(n_x, m))
