# %%
import numpy as np
rnd = np.random.RandomState(55)
pts = np.vstack([rnd.randn(8, 2) * .6 + [1, 0], rnd.randn(8, 2) * .6 - [1, 0]])
sgn = np.r_[np.ones(8), -np.ones(8)]

def rbf(A, B, gamma):
    return np.exp(-gamma * ((A[:, None] - B[None]) ** 2).sum(-1))

class Problem:
    pass

prob = Problem()
prob.K = rbf(pts, pts, 0.7)
prob.s = sgn
prob.nu = 0.03

# %%
# alpha : 1 x n row
def fobj(prob, alpha):
    margin = prob.s * (alpha @ prob.K).ravel()
    return np.log1p(np.exp(-margin)).mean() + 0.5 * prob.nu * (alpha @ prob.K @ alpha.T)[0, 0]

def fgrad(prob, alpha):
    margin = prob.s * (alpha @ prob.K).ravel()
    d = -prob.s / (1 + np.exp(margin)) / prob.s.size
    return (d[None, :] + prob.nu * alpha) @ prob.K

def fhess(prob, alpha):
    margin = prob.s * (alpha @ prob.K).ravel()
    h = 1 / (1 + np.exp(margin)) / (1 + np.exp(-margin)) / prob.s.size
    return prob.K * h @ prob.K + prob.nu * prob.K

# %%
alpha = rnd.randn(1, 16) * 0.5
direction = -np.linalg.solve(fhess(prob, alpha) + 1e-8 * np.eye(16), fgrad(prob, alpha).T).T
for step in (1.0, 0.5, 0.25, 0.125):
    if fobj(prob, alpha + step * direction) < fobj(prob, alpha):
        break
step
