# %%
import numpy as np
rng = np.random.default_rng(77)
T_steps, batch, n_in, n_hid = 5, 4, 3, 4

seqs = rng.normal(size=(T_steps, batch, n_in))
target = np.sin(seqs.sum(axis=(0, 2)))

def glorot(*s):
    return rng.normal(size=s) * np.sqrt(2.0 / sum(s))

P = {}
for gate in "zrh":
    P["W" + gate] = glorot(n_in, n_hid)
    P["U" + gate] = glorot(n_hid, n_hid)
    P["b" + gate] = 0.1 * rng.normal(size=n_hid)
P["v"] = glorot(n_hid, 1)[:, 0]
P["c"] = np.array(0.2)

# %%
sig = lambda x: .5 * (np.tanh(.5 * x) + 1)

def gru_cost(target, P, seqs):
    h = np.zeros((seqs.shape[1], P["Uz"].shape[0]))
    tape = []
    for x in seqs:
        z = sig(x @ P["Wz"] + h @ P["Uz"] + P["bz"])
        r = sig(x @ P["Wr"] + h @ P["Ur"] + P["br"])
        hh = np.tanh(x @ P["Wh"] + (r * h) @ P["Uh"] + P["bh"])
        tape.append((x, h, z, r, hh))
        h = z * h + (1 - z) * hh
    pred = h @ P["v"] + P["c"]
    return np.mean((pred - target) ** 2), (tape, h, pred)

def gru_grad(target, cache, P):
    tape, h_last, pred = cache
    G = {k: np.zeros_like(v) for k, v in P.items()}
    e = 2 * (pred - target) / len(target)
    G["v"] = h_last.T @ e
    G["c"] = e.sum()
    dh = np.outer(e, P["v"])
    for x, h, z, r, hh in tape[::-1]:
        da_h = dh * (1 - z) * (1 - hh ** 2)
        da_z = dh * (h - hh) * z * (1 - z)
        drh = da_h @ P["Uh"].T
        da_r = drh * h * r * (1 - r)
        G["Uh"] += (r * h).T @ da_h
        for g, d in (("z", da_z), ("r", da_r), ("h", da_h)):
            G["W" + g] += x.T @ d
            G["b" + g] += d.sum(0)
            if g != "h":
                G["U" + g] += h.T @ d
        dh = dh * z + drh * r + da_z @ P["Uz"].T + da_r @ P["Ur"].T
    return G

# %%
loss, cache = gru_cost(target, P, seqs)
print(round(loss, 4), {k: g.shape for k, g in gru_grad(target, cache, P).items()})
