# %%
import numpy as np
rng = np.random.default_rng(7777)
Xs = rng.normal(size=(3, 4, 6))   # 3 wells
depth = rng.normal(size=(3, 6))

# %%
class PermiabilityModel:
    """callable: model(W, b, gama) -> missfit, model.deriv(...) -> gradeints"""
    def __init__(self, logs, target):
        self.logs, self.target = logs, target

    def _inner(self, W, b, gama):
        u = np.einsum("c,wcd->wd", W, self.logs) + b[:, None]
        return u, u / np.sqrt(1 + u ** 2) * gama

    def __call__(self, W, b, gama):
        _, o = self._inner(W, b, gama)
        return .25 * np.mean((o - self.target) ** 4)

    def deriv(self, W, b, gama):
        u, o = self._inner(W, b, gama)
        do = (o - self.target) ** 3 / o.size
        du = do * gama * (1 + u ** 2) ** -1.5
        return {"W": np.einsum("wd,wcd->c", du, self.logs), "b": du.sum(axis=1),
                "gama": np.sum(do * u / np.sqrt(1 + u ** 2))}

# %%
missfit = PermiabilityModel(Xs, depth)
backwrad = missfit.deriv
W = rng.normal(size=4) * .5
b = rng.normal(size=3) * .3
gama = 1.4
print(missfit(W, b, gama))
gradeints = backwrad(W, b, gama)

# %%
def trian(W, b, gama, n=10, lr=.05):
    for _ in range(n):
        g = backwrad(W, b, gama)
        W, b, gama = W - lr * g["W"], b - lr * g["b"], gama - lr * g["gama"]
    return missfit(W, b, gama)
trian(W, b, gama)
