# %% hyperparameters of a Gaussian process, row vector [log ell, log sf, log sn]
import numpy as np
seeded = np.random.RandomState(6)
xs = np.sort(seeded.uniform(-2, 2, 10))
ys = np.sin(2 * xs) + .1 * seeded.randn(10)
logp = np.array([[-0.3, 0.1, -1.2]])

# %%
def kern(xs, logp):
    ell, sf, sn = np.exp(logp[0])
    D2 = (xs[:, None] - xs[None, :]) ** 2
    Kf = sf ** 2 * np.exp(-.5 * D2 / ell ** 2)
    return Kf, D2, Kf + sn ** 2 * np.eye(len(xs))

def neg_log_evidence(xs, ys, logp):
    _, _, K = kern(xs, logp)
    L = np.linalg.cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, ys))
    return .5 * ys @ alpha + np.log(np.diag(L)).sum() + .5 * len(xs) * np.log(2 * np.pi)

def d_neg_log_evidence(xs, ys, logp):
    Kf, D2, K = kern(xs, logp)
    ell, sf, sn = np.exp(logp[0])
    Ki = np.linalg.inv(K)
    al = Ki @ ys
    M = Ki - np.outer(al, al)
    dell = .5 * np.sum(M * Kf * D2 / ell ** 2)
    dsf = .5 * np.sum(M * 2 * Kf)
    dsn = .5 * np.trace(M) * 2 * sn ** 2
    return np.array([[dell, dsf, dsn]])

# %%
print(neg_log_evidence(xs, ys, logp), d_neg_log_evidence(xs, ys, logp))

def posterior_mean(xnew, xs, ys, logp):
    ell, sf, sn = np.exp(logp[0])
    Ks = sf ** 2 * np.exp(-.5 * (xnew[:, None] - xs) ** 2 / ell ** 2)
    return Ks @ np.linalg.solve(kern(xs, logp)[2], ys)

grid = np.linspace(-2, 2, 5)
posterior_mean(grid, xs, ys, logp)
