# %%
import numpy as np
rs = np.random.RandomState(28)
A = rs.randn(15, 4)
b = rs.randn(15, 1)
x0 = rs.randn(4, 1)
mu = 3.0
# %%
# smoothed l1 least squares
def objective(A, b, x, mu):
    r = A @ x - b
    return (0.5 * r.T @ r + mu * np.sum(np.sqrt(x ** 2 + 1e-2))).item()

def objective_grad(A, b, x, mu):
    return A.T @ (A @ x - b) + mu * x / np.sqrt(x ** 2 + 1e-2)
# %%
def lipschitz(A):
    return np.linalg.norm(A, 2) ** 2
def gradient_descent(x, n=20):
    t = 1 / (lipschitz(A) + mu / 0.1)
    path = [objective(A, b, x, mu)]
    for _ in range(n):
        x = x - t * objective_grad(A, b, x, mu)
        path.append(objective(A, b, x, mu))
    return x, path
x_star, path = gradient_descent(x0.copy(), 3)
print(path[-1])
