# %%
import numpy as np
rng = np.random.default_rng(64)

# %%
n = 14
left = rng.normal(size=(n, 5))
same = rng.integers(0, 2, n).astype(float)
right = np.where(same[:, None] == 1, left + 0.3 * rng.normal(size=(n, 5)), rng.normal(size=(n, 5)))
margin = 2.5

enc = {"K1": rng.normal(size=(5, 6)) * .5, "k1": rng.normal(size=6) * .1, "K2": rng.normal(size=(6, 3)) * .5}
enc_backup = {k: v.copy()[..., :2] for k, v in enc.items()}

# %%
def embed(enc, inp):
    a = np.tanh(inp @ enc["K1"] + enc["k1"])
    return a @ enc["K2"], a

def contrastive(left, right, same, enc, margin=1.0):
    eL, aL = embed(enc, left)
    eR, aR = embed(enc, right)
    gap = eL - eR
    dist = np.sqrt((gap ** 2).sum(1) + 1e-9)
    hinge = np.maximum(margin - dist, 0)
    val = np.mean(same * dist ** 2 + (1 - same) * hinge ** 2) / 2
    return val, (aL, aR, gap, dist, hinge)

def contrastive_bp(left, right, same, enc, tape):
    aL, aR, gap, dist, hinge = tape
    coef = (same - (1 - same) * hinge / dist) / len(same)
    ge = coef[:, None] * gap
    pre_L = ge @ enc["K2"].T * (1 - aL ** 2)
    pre_R = -ge @ enc["K2"].T * (1 - aR ** 2)
    return {
        "dK2": (aL - aR).T @ ge,
        "dK1": left.T @ pre_L + right.T @ pre_R,
        "dk1": pre_L.sum(0) + pre_R.sum(0),
    }

# %%
def closest(enc, query, bank):
    q, _ = embed(enc, query[None])
    b, _ = embed(enc, bank)
    return np.argmin(((b - q) ** 2).sum(1))

print(contrastive(left, right, same, enc, margin=margin)[0], closest(enc, left[0], right))
