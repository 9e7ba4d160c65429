# %%
import numpy as np
data = "abracadabra hocus pocus"
chars = sorted(list(set(data)))
data_size, vocab_size = len(data), len(chars)
char_to_ix = {ch: i for i, ch in enumerate(chars)}
ix_to_char = {i: ch for i, ch in enumerate(chars)}
# %%
hidden_size, seq_length, learning_rate = 6, 5, 1e-1
np.random.seed(0)
Wxh = np.random.randn(hidden_size, vocab_size) * 0.3
Whh = np.random.randn(hidden_size, hidden_size) * 0.3
Why = np.random.randn(vocab_size, hidden_size) * 0.3
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))
# %%
def lossFun(inputs, targets, hprev):
    hs, ps = {-1: np.copy(hprev)}, {}
    loss = 0
    for t in range(len(inputs)):
        hs[t] = np.tanh(Wxh[:, [inputs[t]]] + Whh @ hs[t - 1] + bh)
        y = Why @ hs[t] + by
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hprev)
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        dhraw = (1 - hs[t] * hs[t]) * (Why.T @ dy + dhnext)
        dbh += dhraw
        dWxh[:, [inputs[t]]] += dhraw
        dWhh += dhraw @ hs[t - 1].T
        dhnext = Whh.T @ dhraw
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[len(inputs) - 1]
# %%
def sample(h, seed_ix, n):
    ixes, ix = [], seed_ix
    for t in range(n):
        h = np.tanh(Wxh[:, [ix]] + Whh @ h + bh)
        p = np.exp(Why @ h + by)
        ix = np.random.choice(range(vocab_size), p=(p / p.sum()).ravel())
        ixes.append(ix)
    return ixes
# %%
hprev, p = np.zeros((hidden_size, 1)), 0
for n in range(3):
    inputs = [char_to_ix[ch] for ch in data[p:p + seq_length]]
    targets = [char_to_ix[ch] for ch in data[p + 1:p + seq_length + 1]]
    loss, dWxh, dWhh, dWhy, dbh, dby, hprev = lossFun(inputs, targets, hprev)
    for param, dparam in zip([Wxh, Whh, Why, bh, by], [dWxh, dWhh, dWhy, dbh, dby]):
        param += -learning_rate * dparam
    p += seq_length
print(loss, "".join(ix_to_char[i] for i in sample(hprev, 0, 6)))
