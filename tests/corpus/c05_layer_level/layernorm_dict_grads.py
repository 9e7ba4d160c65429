# %%
from typing import Dict, NamedTuple, Tuple
import numpy as np
from numpy import ndarray


class LNCache(NamedTuple):
    normed: ndarray
    inv_sd: ndarray
    scale: ndarray


# %%
def layer_norm(tokens: ndarray, scale: ndarray, shift: ndarray, eps: float = 1e-6) -> Tuple[ndarray, LNCache]:
    mean = tokens.mean(axis=-1, keepdims=True)
    inv_sd = 1.0 / np.sqrt(tokens.var(axis=-1, keepdims=True) + eps)
    normed = (tokens - mean) * inv_sd
    return normed * scale + shift, LNCache(normed, inv_sd, scale)


def layer_norm_backward(d_out: ndarray, cache: LNCache) -> Dict[str, ndarray]:
    axes = tuple(range(d_out.ndim - 1))
    d_normed = d_out * cache.scale
    d_tokens = cache.inv_sd * (
        d_normed
        - d_normed.mean(axis=-1, keepdims=True)
        - cache.normed * (d_normed * cache.normed).mean(axis=-1, keepdims=True)
    )
    return {
        "d_tokens": d_tokens,
        "d_scale": (d_out * cache.normed).sum(axis=axes),
        "d_shift": d_out.sum(axis=axes),
    }


# %%
gen = np.random.default_rng(7)
tokens = gen.normal(2.0, 3.0, size=(2, 3, 6))   # batch, time, features
scale = gen.uniform(0.5, 1.5, size=6)
shift = gen.normal(size=6)

normalised, ln_cache = layer_norm(tokens, scale, shift)
print(normalised.mean(), normalised.std())
