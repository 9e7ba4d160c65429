# %%
import numpy as np

def rosen(x, a=1.0, b=10.0):
    """Generalised Rosenbrock function"""
    return np.sum(b * (x[1:] - x[:-1] ** 2) ** 2 + (a - x[:-1]) ** 2)

def rosen_der(x, a=1.0, b=10.0):
    out = np.zeros_like(x)
    d = x[1:] - x[:-1] ** 2
    out[:-1] = -4 * b * x[:-1] * d - 2 * (a - x[:-1])
    out[1:] += 2 * b * d
    return out

# %%
def bfgs(fun, jac, x, maxiter=50, tol=1e-6):
    H = np.eye(len(x))
    g = jac(x)
    for it in range(maxiter):
        if np.linalg.norm(g) < tol:
            break
        p = -H @ g
        step = 1.0
        while fun(x + step * p) > fun(x) + 1e-4 * step * g @ p and step > 1e-10:
            step /= 2
        s = step * p
        gn = jac(x + s)
        yv = gn - g
        if yv @ s > 1e-12:
            rho = 1 / (yv @ s)
            I = np.eye(len(x))
            H = (I - rho * np.outer(s, yv)) @ H @ (I - rho * np.outer(yv, s)) + rho * np.outer(s, s)
        x, g = x + s, gn
    return x, it

x0 = np.array([-1.2, 1.0, 0.7, -0.4])
xmin, its = bfgs(rosen, rosen_der, x0)
print(xmin, its)
