# %%
import numpy as np
r = np.random.RandomState(55)
U = r.randn(6, 2) * 0.7
V = r.randn(5, 2) * 0.7
bu = r.randn(6) * 0.1
bi = r.randn(5) * 0.1
mu = 3.4
ratings = [(0, 1, 4.0), (0, 3, 5.0), (1, 0, 2.0), (2, 2, 3.5), (2, 4, 1.0), (3, 1, 4.5), (4, 4, 3.0), (5, 0, 2.5), (5, 3, 5.0), (1, 2, 3.0), (3, 3, 4.0)]
# %%
def mf_objective(U, V, bu, bi, ratings, mu, lam=0.4):
    gU, gV = lam * U, lam * V
    gbu, gbi = lam * bu, lam * bi
    obj = 0.5 * lam * (np.sum(U ** 2) + np.sum(V ** 2) + bu @ bu + bi @ bi)
    for u, i, rui in ratings:
        e = mu + bu[u] + bi[i] + U[u] @ V[i] - rui
        obj += 0.5 * e * e
        gU[u] += e * V[i]
        gV[i] += e * U[u]
        gbu[u] += e
        gbi[i] += e
    return obj, gbi, gbu, gV, gU
# %%
def rmse(U, V, bu, bi):
    return np.sqrt(np.mean([(mu + bu[u] + bi[i] + U[u] @ V[i] - x) ** 2 for u, i, x in ratings]))
for epoch in range(3):
    obj, g_bi, g_bu, g_V, g_U = mf_objective(U, V, bu, bi, ratings, mu)
    U, V, bu, bi = U - 0.05 * g_U, V - 0.05 * g_V, bu - 0.05 * g_bu, bi - 0.05 * g_bi
print(obj, rmse(U, V, bu, bi))
