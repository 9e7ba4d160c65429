# %%
import numpy as np
np.random.seed(0)
Xtr = np.random.randn(13, 4)
ytr = np.random.randint(0, 3, 13)
class_w = np.array([1.0, 2.5, 0.5])

# %%
def relu(q): return np.maximum(q, 0)

weights = {}
weights["first"] = np.random.randn(4, 6) * .7
weights["first_bias"] = np.full(6, .05)
weights["second"] = np.random.randn(6, 3) * .7
weights["second_bias"] = np.random.randn(3) * .05

# %%
def fwd(x, w):
    hidden_in = x.dot(w["first"]) + w["first_bias"]
    hidden = relu(hidden_in)
    scores = hidden.dot(w["second"]) + w["second_bias"]
    e = np.exp(scores - scores.max(1)[:, None])
    probs = e / e.sum(1)[:, None]
    return probs, [x, hidden_in, hidden, probs, w]

def cost_fn(probs, labels, cw):
    per = -np.log(probs[np.arange(labels.size), labels])
    return np.sum(cw[labels] * per) / np.sum(cw[labels])

def bwd(labels, cw, cache):
    x, hidden_in, hidden, probs, w = cache
    s = probs.copy()
    s[np.arange(labels.size), labels] -= 1
    s *= (cw[labels] / cw[labels].sum())[:, None]
    res = {}
    res["second"] = hidden.T.dot(s)
    res["second_bias"] = s.sum(0)
    dh = s.dot(w["second"].T)
    dh[hidden_in <= 0] = 0
    res["first"] = x.T.dot(dh)
    res["first_bias"] = dh.sum(0)
    return res

# %%
probs, cache = fwd(Xtr, weights)
cost_fn(probs, ytr, class_w)

# %%
def acc(x, y): return float((fwd(x, weights)[0].argmax(1) == y).mean())
acc(Xtr, ytr)

# %%
lr = .3
for epoch in range(5):
    probs, cache = fwd(Xtr, weights)
    gr = bwd(ytr, class_w, cache)
    for q in weights:
        weights[q] = weights[q] - lr * gr[q]
acc(Xtr, ytr)
