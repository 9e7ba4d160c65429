# %%
import numpy as np
from numpy import exp, log, dot
np.random.seed(77)
W_in = np.random.randn(5, 4) * 0.3     # hidden x input
W_rec = np.random.randn(5, 5) * 0.3
W_out = np.random.randn(2, 5) * 0.3
bias = np.zeros((5, 1)) + 0.1
old_W = np.random.randn(5, 4)
X_seq = [np.random.randn(4, 1) for _ in range(6)]
label = 1
# %%
def forward_pass(X_seq):
    global states
    states = [np.zeros((5, 1))]
    for x in X_seq:
        states.append(np.tanh(dot(W_in, x) + dot(W_rec, states[-1]) + bias))
    s = dot(W_out, states[-1])
    return exp(s) / exp(s).sum()
# %%
def cross_entropy(X_seq, label):
    return -log(forward_pass(X_seq)[label, 0])
# %%
def backward_pass(X_seq, label):
    p = forward_pass(X_seq)
    p[label] -= 1
    d_out = dot(p, states[-1].T)
    d_in, d_rec, d_b = np.zeros_like(W_in), np.zeros_like(W_rec), np.zeros_like(bias)
    dh = dot(W_out.T, p)
    for t in range(len(X_seq), 0, -1):
        da = dh * (1 - states[t] ** 2)
        d_in += dot(da, X_seq[t - 1].T)
        d_rec += dot(da, states[t - 1].T)
        d_b += da
        dh = dot(W_rec.T, da)
    return {"W_in": d_in, "W_rec": d_rec, "W_out": d_out, "bias": d_b}
# %%
print(cross_entropy(X_seq, label))
update = backward_pass(X_seq, label)
W_in -= 0.1 * update["W_in"]
