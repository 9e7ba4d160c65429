# %%
import numpy as np

# %%
class CachedLast:
    """remember the last x only, optimisers ask f and g at the same point"""
    def __init__(self, method):
        self.method = method
        self.key = None

    def __call__(self, x):
        key = x.tobytes()
        if key != self.key:
            self.key, self.val = key, self.method(x)
        return self.val

class Rosen:
    def __init__(self, n, a=1.0, b=5.0):
        self.n, self.a, self.b = n, a, b
        self.fun = CachedLast(self._fun)
        self.jac = CachedLast(self._jac)

    def _fun(self, x):
        return np.sum(self.b * (x[1:] - x[:-1] ** 2) ** 2 + (self.a - x[:-1]) ** 2)

    def _jac(self, x):
        t = x[1:] - x[:-1] ** 2
        g = np.zeros(self.n)
        g[:-1] = -4 * self.b * x[:-1] * t - 2 * (self.a - x[:-1])
        g[1:] += 2 * self.b * t
        return g

# %%
problem = Rosen(6)
fun, jac = problem.fun, problem.jac
x0 = np.array([-0.5, 0.3, 1.2, -0.8, 0.4, 0.9])

def backtracking(fun, jac, x, n=15):
    for _ in range(n):
        g, s = jac(x), 0.1
        while fun(x - s * g) > fun(x) - 0.3 * s * g @ g:
            s /= 2
        x = x - s * g
    return x

x_end = backtracking(fun, jac, x0)
print(fun(x0), '->', fun(x_end), np.abs(jac(x_end)).max())
