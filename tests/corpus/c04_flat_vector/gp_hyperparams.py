# %%
import numpy as np

rng = np.random.default_rng(3)
Xtr = np.sort(rng.uniform(0, 5, 15))[:, None]
ytr = np.sin(Xtr).ravel() + 0.1 * rng.standard_normal(15)
Xte = np.linspace(0, 5, 30)[:, None]

# log lengthscale, log signal std, log noise std
hyp = np.log([0.8, 1.2, 0.2])

# %%
def sqdist(A, B):
    return (A[:, None, 0] - B[None, :, 0]) ** 2

def kernel(A, B, hyp):
    return np.exp(2 * hyp[1]) * np.exp(-0.5 * sqdist(A, B) * np.exp(-2 * hyp[0]))

def nlml(hyp, X, y):
    K = kernel(X, X, hyp) + np.exp(2 * hyp[2]) * np.eye(len(y))
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, y))
    return 0.5 * y @ alpha + np.log(np.diag(L)).sum() + 0.5 * len(y) * np.log(2 * np.pi)

def dnlml(hyp, X, y):
    Kf = kernel(X, X, hyp)
    noise = np.exp(2 * hyp[2])
    Ki = np.linalg.inv(Kf + noise * np.eye(len(y)))
    a = Ki @ y
    Q = Ki - np.outer(a, a)
    dK = [Kf * sqdist(X, X) * np.exp(-2 * hyp[0]), 2 * Kf, 2 * noise * np.eye(len(y))]
    return np.array([0.5 * np.sum(Q * d) for d in dK])

# %%
def posterior_mean(hyp, X, y, Xs):
    K = kernel(X, X, hyp) + np.exp(2 * hyp[2]) * np.eye(len(y))
    return kernel(Xs, X, hyp) @ np.linalg.solve(K, y)

def minimise(hyp, n=4, lr=0.001):
    h = hyp.copy()
    for _ in range(n):
        h -= lr * dnlml(h, Xtr, ytr)
    return h

print(nlml(hyp, Xtr, ytr), nlml(minimise(hyp), Xtr, ytr), posterior_mean(hyp, Xtr, ytr, Xte)[:3])
