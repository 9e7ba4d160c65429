# %%
import numpy as np
from typing import Dict, Tuple

Params = Dict[str, np.ndarray]

# %%
gen = np.random.default_rng(2024)
batch = gen.uniform(0.1, 0.9, size=(12, 6))


def make_params(n_visible: int, n_hidden: int) -> Params:
    r = 1.0 / np.sqrt(n_visible)
    return dict(
        weight=gen.uniform(-r, r, size=(n_visible, n_hidden)),
        bias_enc=gen.normal(scale=0.1, size=(n_hidden,)),
        bias_dec=gen.normal(scale=0.1, size=(n_visible,)),
    )


theta = make_params(6, 3)

# %%
def _sig(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def reconstruction_loss(theta: Params, batch: np.ndarray, *, beta: float = 0.1) -> Tuple[float, dict]:
    """Cross entropy reconstruction loss of a tied autoencoder plus a quadratic
    penalty on the code."""
    code = _sig(batch @ theta["weight"] + theta["bias_enc"])
    recon = _sig(code @ theta["weight"].T + theta["bias_dec"])
    ce = -(batch * np.log(recon) + (1 - batch) * np.log1p(-recon)).sum() / len(batch)
    pen = beta * (code ** 2).sum() / len(batch)
    return ce + pen, {"code": code, "recon": recon}


def reconstruction_grads(theta: Params, batch: np.ndarray, saved: dict, *, beta: float = 0.1) -> Params:
    n = len(batch)
    code, recon = saved["code"], saved["recon"]
    d_logits = (recon - batch) / n
    d_code = d_logits @ theta["weight"] + 2 * beta * code / n
    d_pre = d_code * code * (1 - code)
    return {
        "weight_grad": batch.T @ d_pre + d_logits.T @ code,
        "bias_enc_grad": d_pre.sum(0),
        "bias_dec_grad": d_logits.sum(0),
    }


# %%
def encode(theta: Params, x: np.ndarray) -> np.ndarray:
    return _sig(x @ theta["weight"] + theta["bias_enc"])


value, saved = reconstruction_loss(theta, batch)
print(f"{value:.4f}")
