# %% [markdown]
# ## Lotka-Volterra calibration with a discrete adjoint
# Explicit Euler, parameters p = (a, b, c, d).

# %%
import numpy as np

dt, nsteps = 0.05, 40
u0 = np.array([1.0, 0.5])
p_true = np.array([1.2, 0.9, 1.0, 0.8])

def rhs(u, p):
    x, y = u
    a, b, c, d = p
    return np.array([a * x - b * x * y, -c * y + d * x * y])

def rhs_u(u, p):
    x, y = u
    a, b, c, d = p
    return np.array([[a - b * y, -b * x], [d * y, -c + d * x]])

def rhs_p(u, p):
    x, y = u
    return np.array([[x, -x * y, 0, 0], [0, 0, -y, x * y]])

def trajectory(p):
    U = [u0]
    for _ in range(nsteps):
        U.append(U[-1] + dt * rhs(U[-1], p))
    return np.array(U)

obs_every = 5
data = trajectory(p_true)[::obs_every] + 0.02 * np.random.default_rng(3).normal(size=(nsteps // obs_every + 1, 2))

# %%
def misfit(p):
    U = trajectory(p)
    return 0.5 * np.sum((U[::obs_every] - data) ** 2)

def misfit_adjoint(p):
    U = trajectory(p)
    lam = np.zeros(2)
    g = np.zeros(4)
    for k in range(nsteps, 0, -1):
        if k % obs_every == 0:
            lam = lam + (U[k] - data[k // obs_every])
        g += dt * rhs_p(U[k - 1], p).T @ lam
        lam = lam + dt * rhs_u(U[k - 1], p).T @ lam
    return g

# %%
p = np.array([0.8, 1.1, 1.3, 0.6])
print(misfit(p), misfit_adjoint(p))
