# %%
import numpy as np
# %%
def make_ridge_problem(A, y, lam):
    n = len(y)
    def value(w):
        res = A @ w - y
        return (res @ res) / n + lam * w @ w
    def slope(w):
        return 2 * A.T @ (A @ w - y) / n + 2 * lam * w
    return value, slope
# %%
rs = np.random.RandomState(62)
design = rs.randn(14, 4)
response = design @ [1.0, 0, -2.0, 0.5] + 0.1 * rs.randn(14)
f, df = make_ridge_problem(design, response, 0.3)
w = rs.randn(4)
# %%
for k in range(3):
    w = w - 0.1 * df(w)
closed = np.linalg.solve(design.T @ design / 14 + 0.3 * np.eye(4), design.T @ response / 14)
print(f(w), f(closed))
