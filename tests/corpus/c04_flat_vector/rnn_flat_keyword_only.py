# %%
from __future__ import annotations
import numpy as np

rng = np.random.default_rng(500)
N_UNITS = 3
signal = np.sin(np.linspace(0, 6, 21)) + 0.05 * rng.normal(size=21)
weights_vector = rng.normal(size=N_UNITS * N_UNITS + 3 * N_UNITS + 1) * 0.5


def split(v: np.ndarray, n: int):
    R = v[: n * n].reshape(n, n)
    i, b, o = v[n * n : n * n + 3 * n].reshape(3, n)
    return R, i, b, o, v[-1]


# %%
def one_step_ahead(*, series: np.ndarray, weights_vector: np.ndarray, n_units: int = N_UNITS) -> tuple[np.ndarray, float]:
    """Returns the gradient and the mean squared error of predicting series[t+1]."""
    R, i, b, o, c = split(weights_vector, n_units)
    T = len(series) - 1
    h = [np.zeros(n_units)]
    err = np.empty(T)
    for t in range(T):
        h.append(np.tanh(R @ h[-1] + i * series[t] + b))
        err[t] = o @ h[-1] + c - series[t + 1]
    mse = float(np.mean(err**2))

    dR, di, db, do, dc = np.zeros_like(R), np.zeros_like(i), np.zeros_like(b), np.zeros_like(o), 0.0
    carry = np.zeros(n_units)
    for t in reversed(range(T)):
        e = 2 * err[t] / T
        do += e * h[t + 1]
        dc += e
        d = (e * o + carry) * (1 - h[t + 1] ** 2)
        dR += np.outer(d, h[t])
        di += d * series[t]
        db += d
        carry = R.T @ d
    return np.concatenate([dR.ravel(), di, db, do, [dc]]), mse


# %%
g, mse = one_step_ahead(series=signal, weights_vector=weights_vector)
print(mse, np.linalg.norm(g))
