# %%
import numpy as np
# %%
def rosenbrock(x):
    """n-dimensional banana"""
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
# %%
def rosenbrock_der(x):
    der = np.zeros_like(x)
    d = x[1:] - x[:-1] ** 2
    der[:-1] += -400 * x[:-1] * d - 2 * (1 - x[:-1])
    der[1:] += 200 * d
    return der
# %%
def backtracking(f, df, x, a=1.0, rho=0.5, c=1e-4):
    g = df(x)
    while f(x - a * g) > f(x) - c * a * g @ g:
        a *= rho
    return a
x0 = np.array([-1.2, 1.0, 0.8, 1.3])
x = x0.copy()
trace = []
for k in range(15):
    a = backtracking(rosenbrock, rosenbrock_der, x)
    x = x - a * rosenbrock_der(x)
    trace.append(rosenbrock(x))
print(trace[-1])
