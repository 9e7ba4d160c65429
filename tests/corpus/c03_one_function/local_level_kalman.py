# %%
import numpy as np

# Nile-like series, local level + AR coefficient
rs = np.random.RandomState(1871)
level = np.cumsum(rs.randn(25) * 0.4)
flow = level + rs.randn(25) * 0.8

phi, log_q, log_r = 0.9, -1.2, -0.3     # state persistence, log variances

# %%
def kalman_loglik_score(flow, phi, log_q, log_r, a0=0.0, p0=2.0):
    """innovation form; sensitivities propagated alongside the filter.
    returns -loglik followed by its three derivatives"""
    q, r = np.exp(log_q), np.exp(log_r)
    a, p = a0, p0
    da = np.zeros(3); dp = np.zeros(3)
    nll, score = 0.0, np.zeros(3)
    e_phi, e_q, e_r = np.eye(3)
    for y in flow:
        # predict
        da = phi * da + a * e_phi
        dp = phi ** 2 * dp + 2 * phi * p * e_phi + q * e_q
        a = phi * a
        p = phi ** 2 * p + q
        # innovation
        v, F = y - a, p + r
        dv, dF = -da, dp + r * e_r
        nll += 0.5 * (np.log(2 * np.pi * F) + v * v / F)
        score += 0.5 * dF / F + v * dv / F - 0.5 * v * v * dF / F ** 2
        # update
        k = p / F
        dk = dp / F - p * dF / F ** 2
        da = da + dk * v + k * dv
        a = a + k * v
        dp = (1 - k) * dp - dk * p
        p = (1 - k) * p
    return nll, score[0], score[1], score[2]

# %%
def smooth(flow, w=5):
    return np.convolve(flow, np.ones(w) / w, mode="valid")

nll, *score = kalman_loglik_score(flow, phi, log_q, log_r)
print(nll, score, smooth(flow)[:3])
