# %%
import numpy as np
from numpy.random import default_rng

# %%
class Dense:
    def __init__(self, W, b, transpose=False):
        self.W, self.b, self.transpose = W, b, transpose
        self.dW = np.zeros_like(W); self.db = np.zeros_like(b)
    def fprop(self, v):
        self.v = v
        return v @ (self.W.T if self.transpose else self.W) + self.b
    def bprop(self, g):
        self.dW = g.T @ self.v if self.transpose else self.v.T @ g
        self.db = g.sum(0)
        return g @ (self.W if self.transpose else self.W.T)

class Tanh:
    def fprop(self, v):
        self.o = np.tanh(v)
        return self.o
    def bprop(self, g):
        return g * (1 - self.o ** 2)

class DenoisingAE:
    def __init__(self, n_in, n_hidden, rng):
        self.W = rng.normal(size=(n_in, n_hidden)) / np.sqrt(n_in)
        self.b_enc = rng.normal(size=n_hidden) * 0.1
        self.b_dec = rng.normal(size=n_in) * 0.1
        self.chain = [Dense(self.W, self.b_enc), Tanh(), Dense(self.W, self.b_dec, transpose=True)]

    def reconstruct(self, corrupted):
        v = corrupted
        for layer in self.chain:
            v = layer.fprop(v)
        return v

    def cost(self, corrupted, clean):
        return 0.5 * ((self.reconstruct(corrupted) - clean) ** 2).sum() / len(clean)

    def gradients(self, corrupted, clean):
        g = (self.reconstruct(corrupted) - clean) / len(clean)
        for layer in self.chain[::-1]:
            g = layer.bprop(g)
        enc, _, dec = self.chain
        return {"W": enc.dW + dec.dW, "b_enc": enc.db, "b_dec": dec.db}

# %%
rng = default_rng(8086)
clean = rng.normal(size=(12, 5)) @ rng.normal(size=(5, 5)) * 0.5
corrupted = clean * (rng.random(clean.shape) > 0.25)
dae = DenoisingAE(5, 3, rng)
losses = []
for _ in range(4):
    losses.append(dae.cost(corrupted, clean))
    for name, grad in dae.gradients(corrupted, clean).items():
        getattr(dae, name)[...] -= 0.02 * grad
losses
