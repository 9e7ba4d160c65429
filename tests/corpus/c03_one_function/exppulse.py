# %%
import numpy as np
# decay curve: A exp(-t/tau) + c  (detector signal)
rng = np.random.default_rng(2)
time = np.linspace(0, 5, 30)
signal = 3.1 * np.exp(-time / 1.7) + 0.4 + 0.05 * rng.normal(size=30)
sigma = 0.05 * np.ones(30)
# %%
def model(time, A, tau, c):
    return A * np.exp(-time / tau) + c

def chi2(A, tau, c, time, signal, sigma):
    m = model(time, A, tau, c)
    res = (signal - m) / sigma
    value = np.sum(res ** 2)
    common = -2 * res / sigma
    dA = np.sum(common * np.exp(-time / tau))
    dtau = np.sum(common * A * np.exp(-time / tau) * time / tau ** 2)
    dc = np.sum(common)
    return value, (dA, dtau, dc)
# %%
A, tau, c = 2.5, 1.2, 0.1
value, (gA, gtau, gc) = chi2(A, tau, c, time, signal, sigma)
print(f"chi2/ndf = {value / 27:.1f}")
