# %%
import numpy as np
rng = np.random.default_rng(1970)

# local level model: y_t = a_t + eps, a_{t+1} = a_t + eta
T = 40
level = np.cumsum(rng.normal(scale=0.5, size=T)) + 3.0
y = level + rng.normal(scale=0.8, size=T)
psi = np.array([np.log(0.5), np.log(0.4)])       # log variances (eps, eta)
a1, P1 = y[0], 10.0

# %%
def neg_loglik(psi, y, a1, P1):
    h, q = np.exp(psi)
    a, P, ll = a1, P1, 0.0
    for yt in y:
        v = yt - a
        F = P + h
        ll += 0.5 * (np.log(2 * np.pi) + np.log(F) + v * v / F)
        K = P / F
        a = a + K * v
        P = P * (1 - K) + q
    return ll

def score_vec(psi, y, a1, P1):
    """forward recursion for the derivatives of the filter"""
    h, q = np.exp(psi)
    dh = np.array([h, 0.0])
    dq = np.array([0.0, q])
    a, P = a1, P1
    da, dP = np.zeros(2), np.zeros(2)
    s = np.zeros(2)
    for yt in y:
        v, F = yt - a, P + h
        dv, dF = -da, dP + dh
        s += 0.5 * (dF / F + 2 * v * dv / F - v * v * dF / F ** 2)
        K = P / F
        dK = dP / F - P * dF / F ** 2
        a, da = a + K * v, da + dK * v + K * dv
        dP = dP * (1 - K) - P * dK + dq
        P = P * (1 - K) + q
    return s

# %%
def kalman_smoothed_plot(y):
    import matplotlib.pyplot as plt
    plt.plot(y, '.')
    plt.show()

print(neg_loglik(psi, y, a1, P1), score_vec(psi, y, a1, P1))
