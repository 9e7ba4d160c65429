# %%
import numpy as np

rng = np.random.RandomState(101)
B = rng.randn(6, 6)
A = (B + B.T) / 2
M = B.T @ B + 2 * np.eye(6)
v = rng.randn(6)

# %%
rayleigh = lambda v, A, M: (v @ A @ v) / (v @ M @ v)

def rayleigh_grad(v, A, M):
    den = v @ M @ v
    q = (v @ A @ v) / den
    return 2 * (A @ v - q * (M @ v)) / den

# %%
def steepest(v, n=100, step=0.5):
    for _ in range(n):
        v = v - step * rayleigh_grad(v, A, M)
        v = v / np.sqrt(v @ M @ v)
    return v

vals = np.linalg.eigvals(np.linalg.solve(M, A))
u = steepest(v)
print(rayleigh(u, A, M), np.sort(vals.real)[0])
