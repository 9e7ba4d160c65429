# %%
import numpy as np

def make_problem(X, y, delta=1.0, seed=0):
    """random-feature regression; returns initial point and two functions of (omega, beta)"""
    rng = np.random.default_rng(seed)
    n_feat = 6
    phase = rng.uniform(0, 2 * np.pi, n_feat)

    def features(omega):
        return np.cos(X @ omega + phase) * np.sqrt(2 / n_feat)

    def value(omega, beta):
        res = features(omega) @ beta - y
        return np.mean(delta ** 2 * np.log1p((res / delta) ** 2)) + 1e-2 * beta @ beta

    def slope(omega, beta):
        F = features(omega)
        res = F @ beta - y
        c = 2 * res / (1 + (res / delta) ** 2) / len(y)
        d_omega = X.T @ (-np.sin(X @ omega + phase) * np.sqrt(2 / n_feat) * np.outer(c, beta))
        d_beta = F.T @ c + 2e-2 * beta
        return d_omega, d_beta

    start = rng.normal(size=(X.shape[1], n_feat)), rng.normal(size=n_feat)
    return start, value, slope

# %%
np.random.seed(73)
Xobs = np.random.uniform(-1, 1, (16, 2))
yobs = np.sin(3 * Xobs[:, 0]) - Xobs[:, 1] + 0.1 * np.random.standard_t(2, 16)

(omega, beta), objective, objective_slope = make_problem(Xobs, yobs, delta=0.8)
for step in range(10):
    go, gb = objective_slope(omega, beta)
    omega, beta = omega - 0.1 * go, beta - 0.1 * gb
print(objective(omega, beta))
