# %%
from dataclasses import dataclass
import numpy as np

# %%
@dataclass(frozen=True)
class Config:
    d_in: int = 5
    d_hidden: int = 4
    d_out: int = 2
    l2: float = 0.1
    lr: float = 0.05
    seed: int = 17

cfg = Config()

# %%
class Net:
    """just a namespace, never instantiated"""

    @staticmethod
    def init(cfg: Config) -> dict[str, np.ndarray]:
        r = np.random.default_rng(cfg.seed)
        return dict(
            W=r.normal(size=(cfg.d_in, cfg.d_hidden)) / np.sqrt(cfg.d_in),
            b=r.normal(size=cfg.d_hidden) * 0.1,
            U=r.normal(size=(cfg.d_hidden, cfg.d_out)) / np.sqrt(cfg.d_hidden),
            c=r.normal(size=cfg.d_out) * 0.1,
        )

    @staticmethod
    def forward(p: dict, x: np.ndarray, y: np.ndarray, cfg: Config):
        a = x @ p["W"] + p["b"]
        h = np.log1p(np.exp(a))
        o = h @ p["U"] + p["c"]
        r = o - y
        J = 0.5 * np.mean(np.sum(r * r, 1)) + 0.5 * cfg.l2 * (np.sum(p["W"] ** 2) + np.sum(p["U"] ** 2))
        return J, (a, h, r)

    @staticmethod
    def backward(p: dict, x: np.ndarray, saved: tuple, cfg: Config) -> dict[str, np.ndarray]:
        a, h, r = saved
        r = r / len(x)
        da = (r @ p["U"].T) / (1 + np.exp(-a))
        return dict(W=x.T @ da + cfg.l2 * p["W"], b=da.sum(0), U=h.T @ r + cfg.l2 * p["U"], c=r.sum(0))

# %%
r = np.random.default_rng(0)
x, y = r.normal(size=(12, cfg.d_in)), r.normal(size=(12, cfg.d_out))
p = Net.init(cfg)
for _ in range(3):
    J, saved = Net.forward(p, x, y, cfg)
    G = Net.backward(p, x, saved, cfg)
    p = {k: p[k] - cfg.lr * G[k] for k in p}
    print(f"{J:.4f}")
