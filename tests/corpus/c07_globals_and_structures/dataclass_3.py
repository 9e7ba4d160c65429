# %%
from dataclasses import dataclass, field, replace
import numpy as np

@dataclass
class MixtureParams:
    means: np.ndarray
    log_scales: np.ndarray
    mix_logits: np.ndarray

# %%
rs = np.random.RandomState(41)
sample = np.r_[rs.normal(-1.5, .6, 10), rs.normal(1.2, 1.0, 14)]
mp = MixtureParams(means=np.array([-1.0, .3, 1.8]), log_scales=np.array([.1, -.2, .3]),
                   mix_logits=np.array([.2, -.1, .0]))

# %%
def _joint(p, data):
    z = (data[:, None] - p.means) * np.exp(-p.log_scales)
    logpi = p.mix_logits - np.log(np.exp(p.mix_logits).sum())
    lj = logpi - .5 * z ** 2 - p.log_scales - .5 * np.log(2 * np.pi)
    return z, lj, np.exp(logpi)

def neg_loglik(p: MixtureParams, data) -> float:
    _, lj, _ = _joint(p, data)
    top = lj.max(axis=1)
    return -float(np.sum(top + np.log(np.exp(lj - top[:, None]).sum(axis=1))))

def neg_loglik_grad(p: MixtureParams, data) -> MixtureParams:
    z, lj, pi = _joint(p, data)
    resp = np.exp(lj - lj.max(axis=1, keepdims=True))
    resp /= resp.sum(axis=1, keepdims=True)
    return MixtureParams(
        means=-np.sum(resp * z * np.exp(-p.log_scales), axis=0),
        log_scales=-np.sum(resp * (z ** 2 - 1), axis=0),
        mix_logits=len(data) * pi - resp.sum(axis=0))

# %%
neg_loglik(mp, sample)

# %%
cur = replace(mp)
for _ in range(30):
    gr = neg_loglik_grad(cur, sample)
    cur = MixtureParams(cur.means - .01 * gr.means, cur.log_scales - .01 * gr.log_scales, cur.mix_logits - .01 * gr.mix_logits)
cur
