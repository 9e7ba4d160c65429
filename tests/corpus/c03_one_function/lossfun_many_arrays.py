# %%
import numpy as np
np.random.seed(3)

# %%
seq = [0, 2, 1, 3, 3, 0, 1]
inputs, targets = seq[:-1], seq[1:]
vocab_size, hidden_size = 4, 5

Wxh = np.random.randn(hidden_size, vocab_size) * 0.4
Whh = np.random.randn(hidden_size, hidden_size) * 0.4
Why = np.random.randn(vocab_size, hidden_size) * 0.4
bh = np.random.randn(hidden_size, 1) * 0.1
by = np.random.randn(vocab_size, 1) * 0.1
hprev = np.random.randn(hidden_size, 1) * 0.1

# %%
def lossFun(inputs, targets, hprev, Wxh, Whh, Why, bh, by):
    xs, hs, ps = {}, {}, {}
    hs[-1] = np.copy(hprev)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.eye(vocab_size)[:, [inputs[t]]]
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1] + bh)
        logit = Why @ hs[t] + by
        ps[t] = np.exp(logit - logit.max())
        ps[t] /= ps[t].sum()
        loss -= np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hs[0])
    for t in range(len(inputs) - 1, -1, -1):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        dh = Why.T @ dy + dhnext
        dhraw = (1 - hs[t] ** 2) * dh
        dbh += dhraw
        dWxh += dhraw @ xs[t].T
        dWhh += dhraw @ hs[t - 1].T
        dhnext = Whh.T @ dhraw
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[len(inputs) - 1]

# %%
loss, *rest = lossFun(inputs, targets, hprev, Wxh, Whh, Why, bh, by)
mWxh, mWhh, mWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)  # adagrad
print(loss, [r.shape for r in rest])
