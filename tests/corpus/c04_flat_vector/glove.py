# %%
import numpy as np
rs = np.random.RandomState(9)
n_words, dim = 5, 2
cooc = rs.poisson(3, (n_words, n_words)).astype(float)
cooc = cooc + cooc.T
# %%
shapes = [(n_words, dim), (n_words, dim), (n_words,), (n_words,)]
def pack(arrays): return np.concatenate([a.ravel() for a in arrays])
def unpack(vec):
    out, k = [], 0
    for s in shapes:
        size = int(np.prod(s))
        out.append(vec[k:k + size].reshape(s))
        k += size
    return out
# %%
def weighting(x, x_max=10, alpha=0.75):
    return np.where(x < x_max, (x / x_max) ** alpha, 1.0)
def glove_cost(cooc, vec):
    W, C, bw, bc = unpack(vec)
    diff = W @ C.T + bw[:, None] + bc - np.log1p(cooc)
    return 0.5 * np.sum(weighting(cooc) * diff ** 2)
def glove_gradient(cooc, vec):
    W, C, bw, bc = unpack(vec)
    diff = weighting(cooc) * (W @ C.T + bw[:, None] + bc - np.log1p(cooc))
    return pack([diff @ C, diff.T @ W, diff.sum(axis=1), diff.sum(axis=0)])
# %%
start = pack([rs.randn(*s) * 0.5 for s in shapes])
vec = start.copy()
accum = np.ones_like(vec)
for it in range(5):   # adagrad
    g = glove_gradient(cooc, vec)
    accum += g ** 2
    vec -= 0.1 * g / np.sqrt(accum)
print(glove_cost(cooc, start), glove_cost(cooc, vec))
