# %%
import numpy as np
class GaussianProcessHyper:
    """log marginal likelihood of a GP, RBF kernel, log hyperparameters"""
    def __init__(self, x, y):
        self.x, self.y = x, y
        self.d2 = (x[:, None] - x[None, :]) ** 2
    def kernel(self, h):
        ell, sf, sn = np.exp(h)
        K0 = sf ** 2 * np.exp(-0.5 * self.d2 / ell ** 2)
        return K0, K0 + sn ** 2 * np.eye(len(self.x))
    def nlml(self, h):
        _, K = self.kernel(h)
        sign, logdet = np.linalg.slogdet(K)
        return 0.5 * self.y @ np.linalg.solve(K, self.y) + 0.5 * logdet
    def dnlml(self, h):
        K0, K = self.kernel(h)
        ell, sf, sn = np.exp(h)
        Ki = np.linalg.inv(K)
        a = Ki @ self.y
        B = Ki - np.outer(a, a)
        dK = [K0 * self.d2 / ell ** 2, 2 * K0, 2 * sn ** 2 * np.eye(len(a))]
        return np.array([0.5 * np.sum(B * D) for D in dK])
# %%
rng = np.random.default_rng(41)
xx = np.sort(rng.uniform(0, 4, 12))
yy = np.sin(xx) + 0.1 * rng.normal(size=12)
gp = GaussianProcessHyper(xx, yy)
objective, gradient = gp.nlml, gp.dnlml
h0 = np.log([1.0, 0.8, 0.3])
print(objective(h0), gradient(h0))
