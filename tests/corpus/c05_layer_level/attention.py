# %%
import numpy as np
rng = np.random.default_rng(512)
# %%
def scaled_dot_product(Q, K, V, mask=None):
    s = Q @ K.T / np.sqrt(Q.shape[1])
    if mask is not None:
        s = np.where(mask, s, -1e9)
    s = s - s.max(axis=1, keepdims=True)
    P = np.exp(s)
    P /= P.sum(axis=1, keepdims=True)
    return P @ V, P, (Q, K, V, P)
# %%
def scaled_dot_product_backward(dO, cache):
    Q, K, V, P = cache
    dV = P.T @ dO
    dP = dO @ V.T
    dS = P * (dP - (dP * P).sum(axis=1, keepdims=True)) / np.sqrt(Q.shape[1])
    return {"dQ": dS @ K, "dK": dS.T @ Q, "dV": dV}
# %%
T, d = 4, 3
Q, K, V = rng.normal(size=(T, d)), rng.normal(size=(T, d)), rng.normal(size=(T, d + 1))
causal = np.tril(np.ones((T, T), bool))
O, P, cache = scaled_dot_product(Q, K, V, causal)
g = scaled_dot_product_backward(np.ones_like(O), cache)
print(np.round(P, 2))
