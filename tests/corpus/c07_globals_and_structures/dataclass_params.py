# %%
from __future__ import annotations
from dataclasses import dataclass, field, fields
import numpy as np

# %%
@dataclass
class Params:
    emb: np.ndarray
    W: np.ndarray
    b: np.ndarray

    @classmethod
    def random(cls, vocab: int, dim: int, n_cls: int, seed: int = 0) -> Params:
        r = np.random.default_rng(seed)
        return cls(emb=r.normal(0, .5, (vocab, dim)), W=r.normal(0, .5, (dim, n_cls)), b=r.normal(0, .1, (n_cls,)))

    def zeros_like(self) -> Params:
        return Params(**{f.name: np.zeros_like(getattr(self, f.name)) for f in fields(self)})

@dataclass
class Batch:
    tokens: np.ndarray      # (B, T) int
    label: np.ndarray       # (B,) int

# %%
def log_softmax(z: np.ndarray) -> np.ndarray:
    z = z - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))

def encode(p: Params, tokens: np.ndarray) -> np.ndarray:
    return p.emb[tokens].mean(axis=1)

def loss(p: Params, batch: Batch, *, label_smoothing: float = 0.1) -> float:
    lp = log_softmax(encode(p, batch.tokens) @ p.W + p.b)
    B, C = lp.shape
    q = np.full((B, C), label_smoothing / C)
    q[np.arange(B), batch.label] += 1 - label_smoothing
    return float(-(q * lp).sum() / B)

def backward(p: Params, batch: Batch, *, label_smoothing: float = 0.1) -> Params:
    e = encode(p, batch.tokens)
    prob = np.exp(log_softmax(e @ p.W + p.b))
    B, C = prob.shape
    q = np.full((B, C), label_smoothing / C)
    q[np.arange(B), batch.label] += 1 - label_smoothing
    d = (prob - q) / B
    g = p.zeros_like()
    g.W = e.T @ d
    g.b = d.sum(0)
    de = d @ p.W.T
    T = batch.tokens.shape[1]
    for t in range(T):
        np.add.at(g.emb, batch.tokens[:, t], de / T)
    return g

# %%
params = Params.random(vocab=9, dim=4, n_cls=3, seed=21)
r = np.random.default_rng(5)
train = Batch(tokens=r.integers(0, 9, (8, 5)), label=r.integers(0, 3, 8))
dev = Batch(tokens=r.integers(0, 9, (4, 5)), label=r.integers(0, 3, 4))
print(loss(params, train), loss(params, dev, label_smoothing=0.0))
grads = backward(params, train)
