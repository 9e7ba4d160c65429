# %%
from dataclasses import dataclass, field, fields
import numpy as np

@dataclass
class CurveParams:
    """Nelson-Siegel yield curve"""
    beta0: np.ndarray = field(default_factory=lambda: np.array([0.04]))
    beta1: np.ndarray = field(default_factory=lambda: np.array([-0.02]))
    beta2: np.ndarray = field(default_factory=lambda: np.array([0.015]))
    tau: np.ndarray = field(default_factory=lambda: np.array([1.7]))

# %%
maturities = np.array([0.25, 0.5, 1, 2, 3, 5, 7, 10, 20, 30])
quotes = np.array([2.1, 2.3, 2.6, 3.0, 3.3, 3.6, 3.8, 3.9, 4.1, 4.1]) / 100
liquidity = np.array([1, 1, 2, 2, 1, 2, 1, 3, 1, .5])

def loadings(m, tau):
    z = m / tau
    slope = (1 - np.exp(-z)) / z
    return slope, slope - np.exp(-z)

def curve(q: CurveParams, m):
    s, c = loadings(m, q.tau)
    return q.beta0 + q.beta1 * s + q.beta2 * c

def fit_error(q: CurveParams):
    return 1e4 * np.sum(liquidity * (curve(q, maturities) - quotes) ** 2)

def fit_error_grad(q: CurveParams) -> CurveParams:
    s, c = loadings(maturities, q.tau)
    z = maturities / q.tau
    r = 2e4 * liquidity * (curve(q, maturities) - quotes)
    ds = (s - np.exp(-z)) / q.tau          # d slope / d tau
    dc = ds - np.exp(-z) * z / q.tau
    return CurveParams(beta0=np.array([r.sum()]), beta1=np.array([r @ s]), beta2=np.array([r @ c]),
                       tau=np.array([r @ (q.beta1 * ds + q.beta2 * dc)]))

# %%
q0 = CurveParams()
g0 = fit_error_grad(q0)
print(fit_error(q0), {f.name: getattr(g0, f.name) for f in fields(g0)})
spread_bp = 1e4 * (quotes - curve(q0, maturities))
