# %%
import numpy as np

np.random.seed(11)
text = "abcabdabcabe"
chars = sorted(set(text))
X_size = len(chars)
H_size = 4
z_size = H_size + X_size
T_steps = 5
char_to_idx = {c: i for i, c in enumerate(chars)}

# %%
def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def dsigmoid(y):
    return y * (1 - y)

def dtanh(y):
    return 1 - y * y

class Param:
    def __init__(self, name, value):
        self.name = name
        self.v = value                      # parameter value
        self.d = np.zeros_like(value)       # derivative
        self.m = np.zeros_like(value)       # Adagrad momentum

W_f = Param('W_f', np.random.randn(H_size, z_size) * 0.4)
b_f = Param('b_f', np.full((H_size, 1), 0.5))
W_i = Param('W_i', np.random.randn(H_size, z_size) * 0.4)
b_i = Param('b_i', np.full((H_size, 1), 0.4))
W_C = Param('W_C', np.random.randn(H_size, z_size) * 0.4)
b_C = Param('b_C', np.zeros((H_size, 1)))
W_o = Param('W_o', np.random.randn(H_size, z_size) * 0.4)
b_o = Param('b_o', np.full((H_size, 1), 0.5))
W_v = Param('W_v', np.random.randn(X_size, H_size) * 0.4)
b_v = Param('b_v', np.zeros((X_size, 1)))
all_params = [W_f, W_i, W_C, W_o, W_v, b_f, b_i, b_C, b_o, b_v]

# %%
def forward(x, h_prev, C_prev):
    z = np.vstack((h_prev, x))
    f = sigmoid(W_f.v @ z + b_f.v)
    i = sigmoid(W_i.v @ z + b_i.v)
    C_bar = np.tanh(W_C.v @ z + b_C.v)
    C = f * C_prev + i * C_bar
    o = sigmoid(W_o.v @ z + b_o.v)
    h = o * np.tanh(C)
    v = W_v.v @ h + b_v.v
    y = np.exp(v) / np.sum(np.exp(v))
    return z, f, i, C_bar, C, o, h, v, y

def backward(target, dh_next, dC_next, C_prev, z, f, i, C_bar, C, o, h, v, y):
    dv = np.copy(y)
    dv[target] -= 1
    W_v.d += dv @ h.T
    b_v.d += dv
    dh = W_v.v.T @ dv + dh_next
    tC = np.tanh(C)
    do = dsigmoid(o) * dh * tC
    W_o.d += do @ z.T
    b_o.d += do
    dC = dC_next + dh * o * dtanh(tC)
    dC_bar = dtanh(C_bar) * dC * i
    W_C.d += dC_bar @ z.T
    b_C.d += dC_bar
    di = dsigmoid(i) * dC * C_bar
    W_i.d += di @ z.T
    b_i.d += di
    df = dsigmoid(f) * dC * C_prev
    W_f.d += df @ z.T
    b_f.d += df
    dz = W_f.v.T @ df + W_i.v.T @ di + W_C.v.T @ dC_bar + W_o.v.T @ do
    return dz[:H_size, :], f * dC

def clear_gradients():
    for p in all_params:
        p.d.fill(0)

def forward_backward(inputs, targets, h_prev, C_prev):
    store, hs, Cs = {}, {-1: h_prev}, {-1: C_prev}
    loss = 0
    for t in range(len(inputs)):
        x = np.zeros((X_size, 1))
        x[inputs[t]] = 1
        store[t] = forward(x, hs[t - 1], Cs[t - 1])
        Cs[t], hs[t] = store[t][4], store[t][6]
        loss += -np.log(store[t][8][targets[t], 0])
    clear_gradients()
    dh_next, dC_next = np.zeros_like(hs[0]), np.zeros_like(Cs[0])
    for t in reversed(range(len(inputs))):
        dh_next, dC_next = backward(targets[t], dh_next, dC_next, Cs[t - 1], *store[t])
    return loss, hs[len(inputs) - 1], Cs[len(inputs) - 1]

# %%
inputs = [char_to_idx[c] for c in text[:T_steps]]
targets = [char_to_idx[c] for c in text[1:T_steps + 1]]
g_h_prev, g_C_prev = np.zeros((H_size, 1)), np.zeros((H_size, 1))
loss, g_h_prev, g_C_prev = forward_backward(inputs, targets, g_h_prev, g_C_prev)
for p in all_params:
    p.m += p.d * p.d
    p.v += -(0.05 * p.d / np.sqrt(p.m + 1e-8))
print(loss)
