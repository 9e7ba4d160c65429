# %%
from typing import NamedTuple
import numpy as np
# %%
class Weights(NamedTuple):
    embed: np.ndarray
    out: np.ndarray
    bias: np.ndarray
# %%
corpus = "the cat sat on the mat the dog sat on the log".split()
words = sorted(set(corpus))
idx = {w: i for i, w in enumerate(words)}
window = [(idx[corpus[i]], idx[corpus[i + 1]], idx[corpus[i + 2]]) for i in range(len(corpus) - 2)]
context = np.array([(a, c) for a, _, c in window])
middle = np.array([b for _, b, _ in window])
# %%
gen = np.random.default_rng(6)
weights = Weights(embed=gen.normal(size=(len(words), 3)) * 0.5, out=gen.normal(size=(3, len(words))) * 0.5, bias=gen.normal(size=len(words)) * 0.1)
# %%
def cbow(weights, context):
    h = weights.embed[context].mean(axis=1)
    s = h @ weights.out + weights.bias
    return h, s - np.log(np.exp(s).sum(axis=1, keepdims=True))
def nll(weights, context, middle):
    return -cbow(weights, context)[1][np.arange(len(middle)), middle].mean()
def nll_grad(weights, context, middle):
    h, logp = cbow(weights, context)
    d = np.exp(logp)
    d[np.arange(len(middle)), middle] -= 1
    d /= len(middle)
    dh = d @ weights.out.T
    de = np.zeros_like(weights.embed)
    for col in range(context.shape[1]):
        np.add.at(de, context[:, col], dh / context.shape[1])
    return Weights(embed=de, out=h.T @ d, bias=d.sum(axis=0))
# %%
for epoch in range(5):
    g = nll_grad(weights, context, middle)
    weights = Weights(*(w - 0.5 * dw for w, dw in zip(weights, g)))
print(nll(weights, context, middle))
