# %%
# GP regression, marginal likelihood (Rasmussen & Williams ch. 5)
import numpy as np
np.random.seed(8)
x_obs = np.sort(np.random.uniform(-3, 3, 14))
y_obs = np.sin(1.5 * x_obs) + 0.15 * np.random.randn(14)

hyp = {"log_ell": np.array([-0.2]), "log_sf": np.array([0.3]), "log_sn": np.array([-1.0]), "mean": np.array([0.1])}

# %%
def kernel(xa, xb, hyp):
    d2 = (xa[:, None] - xb[None, :]) ** 2
    return np.exp(2 * hyp["log_sf"]) * np.exp(-0.5 * d2 / np.exp(2 * hyp["log_ell"]))

def nlml(x, y, hyp):
    K = kernel(x, x, hyp) + np.exp(2 * hyp["log_sn"]) * np.eye(len(x))
    L = np.linalg.cholesky(K)
    res = y - hyp["mean"]
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, res))
    return 0.5 * res @ alpha + np.log(np.diag(L)).sum() + 0.5 * len(x) * np.log(2 * np.pi)

def nlml_grad(x, y, hyp):
    Kf = kernel(x, x, hyp)
    sn2 = np.exp(2 * hyp["log_sn"])
    K = Kf + sn2 * np.eye(len(x))
    Kinv = np.linalg.inv(K)
    res = y - hyp["mean"]
    alpha = Kinv @ res
    inner = Kinv - np.outer(alpha, alpha)
    d2 = (x[:, None] - x[None, :]) ** 2
    dK_ell = Kf * d2 / np.exp(2 * hyp["log_ell"])
    return {"log_ell": 0.5 * np.sum(inner * dK_ell),
            "log_sf": 0.5 * np.sum(inner * 2 * Kf),
            "log_sn": sn2 * np.trace(inner),
            "mean": -alpha.sum()}

# %%
def posterior(xs, x, y, hyp):
    K = kernel(x, x, hyp) + np.exp(2 * hyp["log_sn"]) * np.eye(len(x))
    ks = kernel(xs, x, hyp)
    return hyp["mean"] + ks @ np.linalg.solve(K, y - hyp["mean"])

grid = np.linspace(-3, 3, 7)
print(posterior(grid, x_obs, y_obs, hyp).round(2))
print(nlml(x_obs, y_obs, hyp))
