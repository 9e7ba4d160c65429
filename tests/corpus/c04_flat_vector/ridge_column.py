# %%
import numpy as np

np.random.seed(77)
N = 16
t = np.linspace(-1, 1, N).reshape(-1, 1)
target = np.exp(t) * np.cos(4 * t) + .05 * np.random.randn(N, 1)

def vandermonde(t, degree):
    return np.hstack([t ** p for p in range(degree + 1)])

PHI = vandermonde(t, 4)

# %%
def loss_poly(target, w, PHI, alpha, power):
    r = PHI @ w - target
    smooth_abs = (w ** 2 + 1e-2) ** (power / 2)
    return ((r.T @ r) / (2 * len(r)) + alpha * smooth_abs.sum()).item()

def grad_poly(target, w, PHI, alpha, power):
    r = PHI @ w - target
    return PHI.T @ r / len(r) + alpha * power * w * (w ** 2 + 1e-2) ** (power / 2 - 1)

# %%
w0 = np.random.randn(5, 1)
alpha = 0.08
power = 1.2
w = w0.copy()
for k in range(40):
    w = w - 0.1 * grad_poly(target, w, PHI, alpha, power)
print(loss_poly(target, w0, PHI, alpha, power), '->', loss_poly(target, w, PHI, alpha, power))
residuals = target - PHI @ w
w_ls, *_ = np.linalg.lstsq(PHI, target, rcond=None)
