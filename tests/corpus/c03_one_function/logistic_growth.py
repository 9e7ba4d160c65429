# %%
import numpy as np
r_ = np.random.RandomState(19)
days = np.arange(12) / 3.0
area = 4.2 / (1 + np.exp(-1.4 * (days - 2.0))) + r_.normal(0, .1, 12)

# %%
K, rate, mid = 3.5, 1.1, 1.7

# %%
def growth(t, K, rate, mid):
    return K / (1 + np.exp(-rate * (t - mid)))

def sse_and_derivs(t, y, K, rate, mid):
    s = 1 / (1 + np.exp(-rate * (t - mid)))
    e = K * s - y
    J = np.sum(e ** 2)
    dK = np.sum(2 * e * s)
    slope = 2 * e * K * s * (1 - s)
    drate = np.sum(slope * (t - mid))
    dmid = -np.sum(slope) * rate
    return J, dK, drate, dmid

# %%
J, dK, drate, dmid = sse_and_derivs(days, area, K, rate, mid)
print(J)

# %%
k2, r2, m2 = K, rate, mid
for _ in range(200):
    J2, a, b, c = sse_and_derivs(days, area, k2, r2, m2)
    k2 -= .01 * a; r2 -= .01 * b; m2 -= .01 * c
print(k2, r2, m2, J2)
resid = area - growth(days, k2, r2, m2)
