# %%
import numpy as np

# %%
class Problem:
    def __init__(self, A, y, mu):
        self.A, self.y, self.mu = A, y, mu
        self.n_eval = 0

    def value(self, x):
        self.n_eval += 1
        r = self.A @ x - self.y
        return 0.5 * r @ r + self.mu * np.sum(np.sqrt(1 + x ** 2) - 1)

    def nabla(self, x):
        return self.A.T @ (self.A @ x - self.y) + self.mu * x / np.sqrt(1 + x ** 2)

    def hess(self, x):
        return self.A.T @ self.A + self.mu * np.diag((1 + x ** 2) ** -1.5)

# %%
rs = np.random.RandomState(50)
A = rs.randn(20, 8)
x_true = rs.randn(8) * (rs.rand(8) > .5)
y = A @ x_true + .1 * rs.randn(20)

p = Problem(A, y, mu=3.0)
f, g, H = p.value, p.nabla, p.hess

# %%
x = np.zeros(8)
hist = [f(x)]
t = 1 / np.linalg.norm(A, 2) ** 2
for k in range(7):
    x = x - t * g(x)
    hist.append(f(x))
print(hist, p.n_eval)
