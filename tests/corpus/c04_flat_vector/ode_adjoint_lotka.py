# %%
import numpy as np

dt, n_steps = 0.05, 60
p_true = np.array([1.1, 0.4, 0.1, 0.4])
x0 = np.array([10.0, 5.0])

# %%
def rhs(x, p):
    prey, pred = x
    return np.array([p[0] * prey - p[1] * prey * pred, p[2] * prey * pred - p[3] * pred])

def rhs_x(x, p):
    prey, pred = x
    return np.array([[p[0] - p[1] * pred, -p[1] * prey], [p[2] * pred, p[2] * prey - p[3]]])

def rhs_p(x, p):
    prey, pred = x
    return np.array([[prey, -prey * pred, 0, 0], [0, 0, prey * pred, -pred]])

def integrate(x0, p, dt, n_steps):
    traj = np.empty((n_steps + 1, 2))
    traj[0] = x0
    for k in range(n_steps):
        traj[k + 1] = traj[k] + dt * rhs(traj[k], p)
    return traj

# %%
observed = integrate(x0, p_true, dt, n_steps) + 0.1 * np.random.RandomState(0).randn(n_steps + 1, 2)
p_guess = np.array([1.0, 0.38, 0.09, 0.42])

# %%
def misfit(x0, observed, dt, p_guess):
    traj = integrate(x0, p_guess, dt, len(observed) - 1)
    return 0.5 * dt * np.sum((traj - observed) ** 2)

def adjoint_gradient(x0, observed, dt, p_guess):
    n = len(observed) - 1
    traj = integrate(x0, p_guess, dt, n)
    lam = dt * (traj[n] - observed[n])
    dJ = np.zeros(4)
    for k in range(n - 1, -1, -1):
        dJ += dt * rhs_p(traj[k], p_guess).T @ lam
        lam = lam + dt * rhs_x(traj[k], p_guess).T @ lam + dt * (traj[k] - observed[k])
    return dJ

# %%
print(misfit(x0, observed, dt, p_guess))
print(adjoint_gradient(x0, observed, dt, p_guess))
