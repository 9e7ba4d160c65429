# %%
import numpy as np
text = "hello world, hello rnn"
chars = sorted(set(text))
c2i = {c: i for i, c in enumerate(chars)}
V, H = len(chars), 5
inputs = [c2i[c] for c in text[:6]]
targets = [c2i[c] for c in text[1:7]]
# %%
np.random.seed(12)
P = {"Wxh": np.random.randn(H, V) * 0.3, "Whh": np.random.randn(H, H) * 0.3, "Why": np.random.randn(V, H) * 0.3,
     "bh": np.zeros((H, 1)), "by": np.zeros((V, 1))}
h0 = np.random.randn(H, 1) * 0.1
# %%
def rnn_run(inputs, h0, P):
    hs, ps, xs = {-1: h0}, [], []
    for t, ix in enumerate(inputs):
        x = np.zeros((V, 1)); x[ix] = 1
        hs[t] = np.tanh(P["Wxh"] @ x + P["Whh"] @ hs[t - 1] + P["bh"])
        o = P["Why"] @ hs[t] + P["by"]
        e = np.exp(o - o.max())
        ps.append(e / e.sum()); xs.append(x)
    return ps, (xs, hs)
# %%
def xent(ps, targets):
    return -sum(np.log(p[t, 0]) for p, t in zip(ps, targets))
# %%
def bptt(ps, targets, P, cache):
    xs, hs = cache
    G = {k: np.zeros_like(v) for k, v in P.items()}
    dnext = np.zeros_like(hs[0])
    for t in reversed(range(len(xs))):
        dy = ps[t].copy()
        dy[targets[t]] -= 1
        G["Why"] += dy @ hs[t].T
        G["by"] += dy
        dh = P["Why"].T @ dy + dnext
        draw = (1 - hs[t] ** 2) * dh
        G["bh"] += draw
        G["Wxh"] += draw @ xs[t].T
        G["Whh"] += draw @ hs[t - 1].T
        dnext = P["Whh"].T @ draw
    return G
# %%
def sample(P, seed_ix, n=8):
    h, out, ix = h0.copy(), [], seed_ix
    for _ in range(n):
        x = np.zeros((V, 1)); x[ix] = 1
        h = np.tanh(P["Wxh"] @ x + P["Whh"] @ h + P["bh"])
        ix = int(np.argmax(P["Why"] @ h + P["by"]))
        out.append(chars[ix])
    return "".join(out)
ps, cache = rnn_run(inputs, h0, P)
print(xent(ps, targets), sample(P, 0))
