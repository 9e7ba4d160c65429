# %%
import numpy as np
rng = np.random.default_rng(71)

anchors = rng.uniform(0, 100, size=(6, 2))
true_xyb = np.array([42.0, 57.0, 3.0])                # position and clock bias
ranges = np.linalg.norm(anchors - true_xyb[:2], axis=1) + true_xyb[2] + rng.normal(0, 0.5, 6)
sigma = rng.uniform(0.3, 0.8, 6)
est = np.array([50.0, 50.0, 0.0])

# %%
def residuals(est, anchors, ranges, sigma):
    return (np.linalg.norm(anchors - est[:2], axis=1) + est[2] - ranges) / sigma

def residual_jacobian(est, anchors, sigma):
    diff = est[:2] - anchors
    d = np.linalg.norm(diff, axis=1)
    return np.column_stack([diff / d[:, None], np.ones(len(d))]) / sigma[:, None]

def chi2(est, anchors, ranges, sigma):
    r = residuals(est, anchors, ranges, sigma)
    return 0.5 * r @ r

def chi2_grad(est, anchors, ranges, sigma):
    return residual_jacobian(est, anchors, sigma).T @ residuals(est, anchors, ranges, sigma)

# %%
def gauss_newton(est, iters=6):
    e = est.copy()
    for _ in range(iters):
        J = residual_jacobian(e, anchors, sigma)
        e -= np.linalg.lstsq(J, residuals(e, anchors, ranges, sigma), rcond=None)[0]
    return e

print(gauss_newton(est))
