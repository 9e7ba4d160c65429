# %%
import numpy as np
np.random.seed(0)
text = "hello world, hello rnn"
chars = sorted(set(text))
ix = {ch: i for i, ch in enumerate(chars)}
V, H, T = len(chars), 6, 8

# %%
P = dict(Wxh=np.random.randn(H, V)*0.3, Whh=np.random.randn(H, H)*0.3, Why=np.random.randn(V, H)*0.3,
         bh=np.random.randn(H, 1)*0.05, by=np.random.randn(V, 1)*0.05)
inputs = [ix[c] for c in text[:T]]
targets = [ix[c] for c in text[1:T+1]]
hprev = np.zeros((H, 1))

# %%
def fwd(inputs, targets, hprev, P):
    xs, hs, ps = {}, {-1: hprev}, {}
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((V, 1)); xs[t][inputs[t]] = 1
        hs[t] = np.tanh(P['Wxh'] @ xs[t] + P['Whh'] @ hs[t-1] + P['bh'])
        y = P['Why'] @ hs[t] + P['by']
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(ps[t][targets[t], 0])
    return loss, (xs, hs, ps)

def bwd(inputs, targets, P, cache):
    xs, hs, ps = cache
    G = {'d' + k: np.zeros_like(v) for k, v in P.items()}
    dhn = np.zeros((H, 1))
    for t in reversed(range(len(inputs))):
        dy = ps[t].copy(); dy[targets[t]] -= 1
        G['dWhy'] += dy @ hs[t].T
        G['dby'] += dy
        dh = P['Why'].T @ dy + dhn
        dr = (1 - hs[t]**2) * dh
        G['dbh'] += dr
        G['dWxh'] += dr @ xs[t].T
        G['dWhh'] += dr @ hs[t-1].T
        dhn = P['Whh'].T @ dr
    return G

# %%
def sample(h, seed_ix, n):
    x = np.zeros((V, 1)); x[seed_ix] = 1
    out = []
    for _ in range(n):
        h = np.tanh(P['Wxh'] @ x + P['Whh'] @ h + P['bh'])
        p = np.exp(P['Why'] @ h + P['by']); p /= p.sum()
        k = np.random.choice(V, p=p.ravel())
        x = np.zeros((V, 1)); x[k] = 1
        out.append(chars[k])
    return ''.join(out)

print(sample(hprev, ix['h'], 12))
